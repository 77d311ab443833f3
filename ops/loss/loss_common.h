/* What the losses share: checks that speak in the loss's name, the reduction, small compositions.
 * Private to ops/. Knows no loss.
 */
#ifndef OPS_LOSS_LOSS_COMMON_H
#define OPS_LOSS_LOSS_COMMON_H

#include <autograd/custom_op.h>
#include <autograd/loss.h>

#include "ops/common/composite.h"

/* Operands there, of one graph and floating dtype, broadcasting (to call.shape); a reduction that
 * exists. */
bool ag__loss_open(ag__composite *c, const char *name, ag_tensor *const *in, int n_in,
                   ag_reduction reduction);
/* False and an error that names the first element of operand i that is not in [low, high], NaN
 * included: "bce_loss: probability 1.5 at [0,2]". */
bool ag__loss_within(const ag__composite *c, int i, const char *what, double low, double high,
                     const char *hint);

/* The index of the k-th element, row-major. */
ag_shape ag__loss_index(ag_shape shape, int64_t k);

/* The element losses reduced. NULL stays NULL. */
ag_tensor *ag__loss_reduce(const ag__composite *c, ag_tensor *x, ag_reduction reduction);

/* Labels 1 and -1 that came as i64, in like's dtype. */
ag_tensor *ag__loss_label(ag_tensor *y, const ag_tensor *like);

/* max(z, 0) with the derivative 1 at 0; NaN stays. */
ag_tensor *ag__loss_hinge(ag_tensor *z);

/* max(x, low), with the derivative 1 everywhere. */
ag_tensor *ag__loss_lift(ag_tensor *x, double low);

/* The shape with one more axis of size 1. */
ag_tensor *ag__loss_unsqueeze(ag_tensor *x, int axis);

#endif
