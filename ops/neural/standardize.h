/* The operation that the normalizations are made of, and what their rules share. Private to ops/. */
#ifndef OPS_NEURAL_STANDARDIZE_H
#define OPS_NEURAL_STANDARDIZE_H

#include <autograd/custom_op.h>

extern const ag_op ag__standardize_op;

/* (x - mean)/sqrt(var + eps), with the mean and the biased variance over the axes. */
ag_tensor *ag__standardize(ag_tensor *x, ag_axes axes, double eps);

/* As rules record them: c = x - mean, or x if not centered, and root = 1/sqrt(mean(c^2) + eps), both
 * of the numbers times their unit, so that no square leaves the range. The unit is a constant for
 * each line, or NULL for 1; c root does not depend on it. */
typedef struct ag__standard {
    ag_axes axes;
    bool centered;
    ag_tensor *c, *root, *unit;
} ag__standard;

ag__standard ag__standard_of(ag_tensor *x, ag_axes axes, double eps, bool centered);

/* The gradient of x, where s = c root has the gradient h: (h - mean(h) - s mean(h s)) root unit,
 * without mean(h) if not centered. */
ag_tensor *ag__standard_back(const ag__standard *t, ag_tensor *h, ag_tensor *s);

#endif
