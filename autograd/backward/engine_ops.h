/* The engine's own operations that only the sweeps use; the public ones are in
 * <autograd/custom_op.h>. Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_ENGINE_OPS_H
#define AUTOGRAD_BACKWARD_ENGINE_OPS_H

#include <autograd/engine.h>

/* Records the sum of two gradients of one tensor; both have its shape. */
ag_tensor *ag__add_same_shape(ag_tensor *a, ag_tensor *b);

/* Undoes broadcasting: returns the contribution in the shape of the operand that it is for. If the
 * operand was broadcast, the contribution is summed over the axes of the broadcast; if the
 * contribution is smaller than the operand, it is broadcast itself. Records that; NULL and a kept
 * error on failure. */
ag_tensor *ag__unbroadcast(ag_tensor *contribution, const ag_tensor *operand);

#endif
