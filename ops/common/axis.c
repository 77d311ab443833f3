/* One axis of an operation; see axis.h. Must not know what is done along it. */
#include "axis.h"

#include <stdio.h>

int ag__axis_of(int axis, int ndim)
{
    return axis < 0 ? axis + (ndim > 0 ? ndim : 1) : axis;
}

ag_status ag__call_axis_1d(const ag_call *call, int axis, int ndim, int *normal)
{
    return ag_call_axis(call, axis, ndim > 0 ? ndim : 1, normal);
}

ag_status ag__call_axes_1d(const ag_call *call, ag_axes axes, int ndim, bool flag[AG_MAX_DIMS])
{
    ag_status status = ag_call_axes(call, axes, ndim > 0 ? ndim : 1, flag);
    if (status == AG_OK) {
        flag[0] = flag[0] && ndim > 0;
    }
    return status;
}

void ag__at_least_1d(ag__part *part, const ag_array *a)
{
    int64_t one = 1;
    ag__part_shape(part, a, a->ndim > 0 ? a->ndim : 1, a->ndim > 0 ? a->dim : &one,
                   a->ndim > 0 ? a->stride : &one, 0);
}

void ag__axis_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "axis %d", *(const int *)attr);
}
