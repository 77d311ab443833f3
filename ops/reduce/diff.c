/* Differences of neighbors along an axis, which undo a running total. Must not know how a slice is
 * taken or differentiated.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"

static ag_tensor *difference(ag_tensor *x, int axis)
{
    return ag_sub(ag_slice(x, axis, 1, INT64_MAX, 1), ag_slice(x, axis, INT64_MIN, -1, 1));
}

ag_tensor *ag_diff(ag_tensor *x, int axis, int64_t n)
{
    ag__composite c;
    int normal;
    int64_t size;
    if (!ag__composite_open_along(&c, "diff", x, axis, &normal, &size)) {
        return NULL;
    }
    if (n < 0) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "0 gives x itself",
                     "there is no difference of order %lld", (long long)n);
        return NULL;
    }
    if (n >= size) {
        return AG__COMPOSED(&c, ag_slice(x, normal, 0, 0, 1));
    }
    ag__composite_enter(&c);
    for (int64_t i = 0; i < n; i++) {
        x = difference(x, normal);
    }
    return ag__composite_leave(&c, x);
}
