/* The table of the losses, for the registry. Must not know what they do. */
#include "loss_ops.h"
#include "ops/common/families.h"

const ag_op *const ag__loss_ops[] = {&ag__cross_entropy_op, &ag__ctc_loss_op, NULL};
