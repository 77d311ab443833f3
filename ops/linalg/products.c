/* Products that are composed of other operations: outer, dot and kron. */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "matrix_batch.h"
#include "ops/common/composite.h"
#include "ops/common/strided.h"

/* --- products --------------------------------------------------------------------------------- */

/* Begins the call of `name`, which takes two vectors. */
static bool open_vectors(ag__composite *c, const char *name, ag_tensor *a, ag_tensor *b,
                         const char *hint)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    if (!ag__composite_open(c, name, (ag_tensor *[]){a, b}, 2, 2)) {
        return false;
    }
    if (ag_shape_of(a).ndim != 1 || ag_shape_of(b).ndim != 1) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, hint, "takes two vectors, not %s and %s",
                     ag__text_of(ag_shape_of(a), ta), ag__text_of(ag_shape_of(b), tb));
        return false;
    }
    return true;
}

ag_tensor *ag_outer(ag_tensor *a, ag_tensor *b)
{
    ag__composite c;
    if (!open_vectors(&c, "outer", a, b, "ag_einsum has products of more dimensions")) {
        return NULL;
    }
    ag_tensor *column = ag_reshape(a, AG_SHAPE(ag_size(a), 1));
    return AG__COMPOSED(&c, ag_mul(column, ag_reshape(b, AG_SHAPE(1, ag_size(b)))));
}

ag_tensor *ag_dot(ag_tensor *a, ag_tensor *b)
{
    ag__composite c;
    if (!open_vectors(&c, "dot", a, b, "ag_matmul takes matrices")) {
        return NULL;
    }
    if (ag_size(a) != ag_size(b)) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "the vectors have %lld and %lld elements",
                     (long long)ag_size(a), (long long)ag_size(b));
        return NULL;
    }
    return AG__COMPOSED(&c, ag_matmul(a, b));
}

/* Every axis of x becomes two axes: one of its size and one of size 1 or, with `second`, in the
 * other order. */
static ag_tensor *interleave(ag_tensor *x, int ndim, bool second)
{
    ag_shape from = ag_shape_of(x), to = {.ndim = 2 * ndim};
    for (int d = 0; d < ndim; d++) {
        int axis = d - (ndim - from.ndim);
        to.dim[2 * d + (second ? 1 : 0)] = axis >= 0 ? from.dim[axis] : 1;
        to.dim[2 * d + (second ? 0 : 1)] = 1;
    }
    return ag_reshape(x, to);
}

ag_tensor *ag_kron(ag_tensor *a, ag_tensor *b)
{
    ag__composite c;
    ag_shape sa = ag_shape_of(a), sb = ag_shape_of(b), s = {0};
    if (!ag__composite_open(&c, "kron", (ag_tensor *[]){a, b}, 2, 2)) {
        return NULL;
    }
    s.ndim = sa.ndim > sb.ndim ? sa.ndim : sb.ndim;
    if (s.ndim > AG_MAX_DIMS / 2) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "operands have up to %d dimensions, not %d",
                     AG_MAX_DIMS / 2, s.ndim);
        return NULL;
    }
    ag_tensor *product =
        AG__COMPOSED(&c, ag_mul(interleave(a, s.ndim, false), interleave(b, s.ndim, true)));
    if (product == NULL) {
        return NULL;
    }
    ag_shape pairs = ag_shape_of(product);
    for (int d = 0; d < s.ndim; d++) {
        if (!ag__product(pairs.dim + 2 * d, 2, &s.dim[d])) {
            ag_call_fail(&c.call, AG_ERR_OVERFLOW, NULL,
                         "sizes along axis %d multiply to more than fits", d);
            return NULL;
        }
    }
    return ag_reshape(product, s);
}
