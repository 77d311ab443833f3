/* The shapes around a reduction; see keepdim.h. Must not know what is reduced. */
#define AG_NO_SITES
#include <autograd/shape.h>

#include "keepdim.h"

ag_tensor *ag__reduction_restore(const ag_vjp_call *call, ag_tensor *t)
{
    const ag__reduced_axes *r = call->attr;
    ag_shape from = ag_shape_of(call->in[0]);
    int64_t count;
    return r->keepdim || from.ndim == 0 ? t : ag_reshape(t, ag__reduction_kept(r, from, &count));
}

bool ag__along_scalar(const ag_tensor *x, int axis)
{
    return x != NULL && (axis == 0 || axis == -1) && ag_shape_of(x).ndim == 0;
}

ag_tensor *ag__along_apply(const ag_op *op, ag_tensor *x, int axis, bool flag)
{
    ag__along a = {axis, flag};
    if (!ag__along_scalar(x, axis)) {
        return ag_apply(op, &x, 1, &a, sizeof a);
    }
    ag_tensor *line = ag_reshape(x, AG_SHAPE(1));
    return ag_reshape(ag_apply(op, &line, 1, &a, sizeof a), AG_SCALAR);
}
