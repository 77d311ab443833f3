/* The shapes around a reduction: its result with the reduced axes of size 1, so that it broadcasts
 * with the operand, and a 0-d operand as a vector of one element. Private to ops/reduce/.
 */
#ifndef OPS_REDUCE_KEEPDIM_H
#define OPS_REDUCE_KEEPDIM_H

#include "ops/common/reduction.h"

/* A tensor of the shape of the result, reshaped so that it broadcasts with operand 0. */
ag_tensor *ag__reduction_restore(const ag_vjp_call *call, ag_tensor *t);

/* Whether x is 0-d and the axis is 0 or -1. Then x counts as a vector of one element. */
bool ag__along_scalar(const ag_tensor *x, int axis);

/* op(x) along the axis. A 0-d x counts as a vector of one element, and then the result is 0-d. */
ag_tensor *ag__along_apply(const ag_op *op, ag_tensor *x, int axis, bool flag);

#endif
