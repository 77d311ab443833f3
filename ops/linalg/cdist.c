/* The distances between all rows of two matrices, by the norm of their differences. Must not know
 * how a norm is computed or differentiated.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "ops/common/strided.h"

/* Whether both have rows, of one length. */
static bool rows_fit(const ag__composite *c, ag_shape a, ag_shape b)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    bool fits = a.ndim >= 2 && b.ndim >= 2 && a.dim[a.ndim - 1] == b.dim[b.ndim - 1];
    if (!fits) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "(..., m,k) and (..., n,k) give (..., m,n)",
                     "the rows of %s and %s cannot be compared", ag__text_of(a, ta),
                     ag__text_of(b, tb));
    } else if (a.ndim == AG_MAX_DIMS || b.ndim == AG_MAX_DIMS) {
        fits = false;
        ag_call_fail(&c->call, AG_ERR_SHAPE, NULL, "takes at most %d dimensions", AG_MAX_DIMS - 1);
    }
    return fits;
}

ag_tensor *ag_cdist(ag_tensor *a, ag_tensor *b, double p)
{
    ag__composite c;
    if (!ag__composite_open(&c, "cdist", (ag_tensor *[]){a, b}, 2, 2) ||
        ag_call_same_float(&c.call) != AG_OK ||
        !ag__composite_argument(&c, p >= 0, "p", p, "at least 0, or INFINITY") ||
        !rows_fit(&c, ag_shape_of(a), ag_shape_of(b))) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *apart = ag_sub(ag_unsqueeze(a, -2), ag_unsqueeze(b, -3));
    if (ag_shape_of(a).dim[ag_shape_of(a).ndim - 1] == 0) { /* the distance of empty rows is 0 */
        return ag__composite_leave(&c, ag_sum_over(apart, AG_AXES(-1), false));
    }
    return ag__composite_leave(&c, ag_norm_over(apart, AG_AXES(-1), false, p));
}
