/* The operations of the shape family, for the registry. */
#include "ops/common/families.h"
#include "shape_ops.h"

const ag_op *const ag__shape_ops[] = {
    &ag__reshape_op, &ag__reshape_copy_op, &ag__transpose_op, &ag__permute_op,   &ag__slice_op,
    &ag__unslice_op, &ag__concat_op,       &ag__squeeze_op,   &ag__unsqueeze_op, &ag__flip_op,
    &ag__stack_op,   &ag__pad_op,          &ag__unfold_op,    &ag__fold_op,      NULL,
};
