/* Batch normalization in two operations: the statistics of a batch, and what is done with
 * statistics, these or others. Private to ops/. */
#ifndef OPS_NEURAL_BATCH_NORM_H
#define OPS_NEURAL_BATCH_NORM_H

#include <autograd/custom_op.h>

extern const ag_op ag__batch_moments_op, ag__batch_norm_op;

/* (2, C) of x (N, C, ...): each channel's mean, and its variance (not corrected). A constant; zeros
 * where x has no elements. */
ag_tensor *ag__batch_moments(ag_tensor *x);

/* (x - mean)/sqrt(variance + eps) w + b, with w and b (C). `training`: the moments are those of x,
 * and the gradient of x goes through them. */
ag_tensor *ag__batch_norm_record(ag_tensor *x, ag_tensor *w, ag_tensor *b, ag_tensor *moments,
                                 double eps, bool training);

#endif
