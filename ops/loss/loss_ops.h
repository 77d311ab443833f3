/* The descriptors of the losses, for their table. Most losses are made of other operations.
 * Private to ops/.
 */
#ifndef OPS_LOSS_LOSS_OPS_H
#define OPS_LOSS_LOSS_OPS_H

#include <autograd/custom_op.h>

extern const ag_op ag__cross_entropy_op;
extern const ag_op ag__ctc_loss_op;

#endif
