/* One axis of an operation: which one is meant, and 0-d operands that count as vectors of one
 * element. Private to ops/. Knows no operation.
 */
#ifndef OPS_COMMON_AXIS_H
#define OPS_COMMON_AXIS_H

#include "strided.h"

/* The axis in 0..ndim-1 that `axis`, which has been checked, stands for. 0-d counts as a vector. */
int ag__axis_of(int axis, int ndim);

/* ag_call_axis, but a 0-d tensor counts as a vector of one element. */
AG_MUST_USE ag_status ag__call_axis_1d(const ag_call *call, int axis, int ndim, int *normal);

/* The array itself; a 0-d one as a vector of one element. */
void ag__at_least_1d(ag__part *part, const ag_array *a);

/* "axis 1", of any attribute that begins with its axis. For ag_op.describe. */
void ag__axis_describe(const void *attr, char *text, size_t bytes);

#endif
