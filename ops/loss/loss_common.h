/* What the losses share: checks that speak in the loss's name, the reduction, small compositions.
 * Private to ops/. Knows no loss.
 */
#ifndef OPS_LOSS_LOSS_COMMON_H
#define OPS_LOSS_LOSS_COMMON_H

#include <autograd/custom_op.h>
#include <autograd/loss.h>

#include "ops/common/composite.h"

/* Checks that the operands are there, have one graph and one floating dtype and broadcast together
 * (to call.shape), and that the reduction exists. */
bool ag__loss_open(ag__composite *c, const char *name, ag_tensor *const *in, int n_in,
                   ag_reduction reduction);
/* Checks that every element of operand i lies in [low, high]. Otherwise, also for NaN, it gives
 * false and keeps an error that names the first such element: "bce_loss: probability 1.5 at [0,2]".
 */
bool ag__loss_within(const ag__composite *c, int i, const char *what, double low, double high,
                     const char *hint);

/* The index of the k-th element, row-major. */
ag_shape ag__loss_index(ag_shape shape, int64_t k);

/* The losses of the elements, reduced as asked. NULL stays NULL. */
ag_tensor *ag__loss_reduce(const ag__composite *c, ag_tensor *x, ag_reduction reduction);
/* The same as the last step of a call that was entered (ag__composite_enter), which it leaves. */
ag_tensor *ag__loss_end(const ag__composite *c, ag_tensor *x, ag_reduction reduction);

/* Labels 1 and -1 in the dtype of `like`, if they are i64. */
ag_tensor *ag__loss_label(ag_tensor *y, const ag_tensor *like);

/* max(z, 0), whose derivative at 0 is 1. NaN stays NaN. */
ag_tensor *ag__loss_hinge(ag_tensor *z);

/* max(x, low), whose derivative is taken as 1 everywhere. */
ag_tensor *ag__loss_lift(ag_tensor *x, double low);

/* p logq, which is 0 where p is 0 and logq is -inf: a class that cannot be, and is not. */
ag_tensor *ag__loss_weighed_log(ag_tensor *p, ag_tensor *logq);

/* The shape with one more axis of size 1. */
ag_tensor *ag__loss_unsqueeze(ag_tensor *x, int axis);

#endif
