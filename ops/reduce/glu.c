/* The gated linear unit. Must not know how its parts compute. */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"

ag_tensor *ag_glu(ag_tensor *x, int axis)
{
    ag__composite c;
    int normal;
    int64_t size;
    if (!ag__composite_open_along(&c, "glu", x, axis, &normal, &size)) {
        return NULL;
    }
    if (size % 2 != 0) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "one half is scaled by the sigmoid of the other",
                     "axis %d has the odd size %lld", axis, (long long)size);
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *gate = ag_sigmoid(ag_slice(x, normal, size / 2, size, 1));
    return ag__composite_leave(&c, ag_mul(ag_slice(x, normal, 0, size / 2, 1), gate));
}
