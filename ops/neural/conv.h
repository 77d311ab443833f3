/* The three maps of convolution, each linear in both operands; any rule of one is made of the other
 * two. Private to ops/.
 */
#ifndef OPS_NEURAL_CONV_H
#define OPS_NEURAL_CONV_H

#include "ops/kernel/conv_kernels.h"
#include "spatial.h"

/* Filled in by the maps themselves: size.batch, size.in, size.out. Of fewer than three spatial
 * dimensions the last ones are used; the others have extent 1. */
typedef struct ag__conv_attr {
    int n; /* spatial dimensions */
    ag__conv_size size;
} ag__conv_attr;

/* conv(x, w) = y;  conv_input(y, w) = x;  conv_weight(x, y) = w. Operands have n + 2 dimensions,
 * the third of conv_bias(x, w, b) = y one. All have an ag__conv_attr for their parameters. */
extern const ag_op ag__conv_op, ag__conv_input_op, ag__conv_weight_op, ag__conv_bias_op;

void ag__conv_describe(const void *attr, char *text, size_t bytes);
extern const ag_case ag__conv_cases[4], ag__conv_input_cases[1], ag__conv_weight_cases[1];
extern const ag_case ag__conv_bias_cases[3];

#endif
