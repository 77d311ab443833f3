/* The operation that the normalizations are made of. Private to ops/. */
#ifndef OPS_NEURAL_STANDARDIZE_H
#define OPS_NEURAL_STANDARDIZE_H

#include <autograd/custom_op.h>

extern const ag_op ag__standardize_op;

/* (x - mean)/sqrt(var + eps), with the mean and the biased variance over the axes. */
ag_tensor *ag__standardize(ag_tensor *x, ag_axes axes, double eps);

#endif
