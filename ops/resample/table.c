/* The operations of the resample family, for the registry. */
#include "ops/common/families.h"
#include "resample_ops.h"

const ag_op *const ag__resample_ops[] = {&ag__resample_op, &ag__resample_back_op, NULL};
