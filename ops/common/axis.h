/* One axis of an operation: which one is meant, and how a 0-d operand counts as a vector of one
 * element. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_AXIS_H
#define OPS_COMMON_AXIS_H

#include "strided.h"

/* The axis in 0..ndim-1 that `axis` stands for; it must have been checked. A 0-d tensor counts as a
 * vector. */
int ag__axis_of(int axis, int ndim);

/* As ag_call_axis, but a 0-d tensor counts as a vector of one element. */
AG_MUST_USE ag_status ag__call_axis_1d(const ag_call *call, int axis, int ndim, int *normal);

/* As ag_call_axes, but a 0-d tensor counts as a vector of one element: 0 and -1 name its axis, and no
 * flag is set. */
AG_MUST_USE ag_status ag__call_axes_1d(const ag_call *call, ag_axes axes, int ndim,
                                       bool flag[AG_MAX_DIMS]);

/* The array as it is, or a vector of one element where it is 0-d. */
void ag__at_least_1d(ag__part *part, const ag_array *a);

/* For ag_op.describe: writes "axis 1" for an attribute whose first member is the axis, an int. */
void ag__axis_describe(const void *attr, char *text, size_t bytes);

#endif
