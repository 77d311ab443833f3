/* relu for operations that have it behind them and keep only its result, whose sign says what the
 * derivative is. Its kernels and its derivative are those of the elementwise tables. Private to
 * ops/neural/.
 */
#ifndef OPS_NEURAL_RELU_H
#define OPS_NEURAL_RELU_H

#include <autograd/custom_op.h>

#include "dropout.h"

/* Applies it to the numbers of an array. */
void ag__relu_apply(const ag_array *y);

/* Writes the gradient of its operand to z, for the result y and the gradient g of that. */
void ag__relu_backward(const ag_array *z, const ag_array *y, const ag_array *g);

/* The same with dropout behind the relu. Where a number is dropped, the result is not above 0, so its
 * sign says that as well. All arrays are contiguous. */
void ag__relu_drop(const ag_array *y, const ag__drop *d);
void ag__relu_drop_backward(const ag_array *z, const ag_array *y, const void *g, double kept);

/* The gradient of its operand as a tensor, for a rule that is written with operations. NULL, with
 * an error kept, if that failed. */
ag_tensor *ag__relu_gradient(const ag_vjp_call *call);

#endif
