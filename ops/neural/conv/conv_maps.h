/* The three maps of convolution, in numbers. With X the input, W the weight and Y the result they
 * are
 *
 *     conv(X, W) = Y      conv_input(Y, W) = X      conv_weight(X, Y) = W
 *
 * Each is linear in both operands, and <Y, conv(X, W)> is the same number as <X, conv_input(Y, W)>
 * and <W, conv_weight(X, Y)>. So the gradient of a map with respect to an operand is a map of the
 * upstream gradient and the other operand. conv_bias(X, W, b) = Y adds a number to each channel of
 * Y, and conv_relu(X, W, b) is the relu of that. Private to ops/. Must not know an operation by
 * its descriptor, nor the options of a user.
 */
#ifndef OPS_NEURAL_CONV_CONV_MAPS_H
#define OPS_NEURAL_CONV_CONV_MAPS_H

#include <autograd/custom_op.h>

#include "ops/kernel/conv_kernels.h"

/* The parameters of each of the five operations. The maps themselves fill in size.batch, size.in
 * and size.out. If there are fewer than three spatial dimensions, they are the last ones of the
 * arrays, and the others have extent 1. Operands have n + 2 dimensions, a bias has one. */
typedef struct ag__conv_attr {
    ag__conv_map map;
    int n; /* spatial dimensions */
    ag__conv_size size;
    bool relu; /* conv_relu is conv_bias with this */
} ag__conv_attr;

/* The members of the five operations; the rule written with operations is in conv.c. */
AG_MUST_USE ag_status ag__conv_infer(ag_call *call);
AG_MUST_USE ag_status ag__conv_forward(ag_call *call);
AG_MUST_USE ag_status ag__conv_backward(ag_vjp_call *call);
void ag__conv_describe(const void *attr, char *text, size_t bytes);

/* The gradient of operand 0 or 1 of a map is another map of two of its operands and the upstream
 * gradient. */
enum { AG__CONV_UPSTREAM = 2 };
typedef struct ag__conv_term {
    ag__conv_map map;
    int first, second; /* operands of the differentiated map, or AG__CONV_UPSTREAM */
} ag__conv_term;
ag__conv_term ag__conv_term_of(ag__conv_map map, int i);

/* Operand i of a call, or the upstream gradient. */
ag_tensor *ag__conv_tensor(const ag_vjp_call *call, int i);

#endif
