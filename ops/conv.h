/* The three maps of convolution, each linear in both operands; any rule of one is made of the other
 * two. Private to ops/.
 */
#ifndef OPS_CONV_H
#define OPS_CONV_H

#include "kernel/conv.h"
#include "layer.h"

/* Filled in by the maps themselves: size.batch, size.in, size.out. Of fewer than three spatial
 * dimensions the last ones are used; the others have extent 1. */
typedef struct ag__conv {
    int n; /* spatial dimensions */
    ag__conv_size size;
} ag__conv;

/* conv(x, w) = y;  conv_input(y, w) = x;  conv_weight(x, y) = w. Operands have n + 2 dimensions. */
ag_tensor *ag__conv_forward(ag_tensor *x, ag_tensor *w, const ag__conv *c);
ag_tensor *ag__conv_input(ag_tensor *y, ag_tensor *w, const ag__conv *c);

extern const ag_op ag__conv_op, ag__conv_input_op, ag__conv_weight_op;

#endif
