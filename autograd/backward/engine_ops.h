/* The engine's own operations, for the files that go backward; those a user sees are in
 * <autograd/custom_op.h>. Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_ENGINE_OPS_H
#define AUTOGRAD_BACKWARD_ENGINE_OPS_H

#include <autograd/engine.h>

/* The sum of two gradients of one tensor, recorded; both have its shape. */
ag_tensor *ag__add_same_shape(ag_tensor *a, ag_tensor *b);

/* Where broadcasting is undone: a contribution in the shape of the operand it is for, which is
 * summed over the axes along which the operand was broadcast. A rule may also give one that is
 * smaller, and have it broadcast. Recorded; NULL and a kept error on failure. */
ag_tensor *ag__unbroadcast(ag_tensor *contribution, const ag_tensor *operand);

#endif
