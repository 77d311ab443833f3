/* Batch normalization in two operations. One computes the statistics of a batch; the other
 * normalizes with given statistics, which need not be those of the batch. Private to ops/.
 */
#ifndef OPS_NEURAL_BATCH_NORM_H
#define OPS_NEURAL_BATCH_NORM_H

#include <autograd/custom_op.h>

extern const ag_op ag__batch_moments_op, ag__batch_norm_op;

/* (N, C, ...) -> (3, C): the mean of each channel, and its variance, divided by n, both of x times a
 * unit, which is the last row (ops/kernel/line_kernels.h): that of the largest magnitude, or of
 * `least` if that is larger. The result is a constant. It is zero if x has no elements. */
ag_tensor *ag__batch_moments(ag_tensor *x, double least);

/* (x - mean)/sqrt(variance + eps) w + b, with w and b of shape (C). `training` says that the
 * moments are those of x, so that the gradient of x also flows through them. */
ag_tensor *ag__batch_norm_record(ag_tensor *x, ag_tensor *w, ag_tensor *b, ag_tensor *moments,
                                 double eps, bool training);

#endif
