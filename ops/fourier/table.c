/* The operations of the fourier family, for the registry. */
#include "fourier_ops.h"
#include "ops/common/families.h"

const ag_op *const ag__fourier_ops[] = {&ag__dft_op, NULL};
