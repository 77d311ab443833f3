/* The descriptors of the shape family, each defined in the file that stands beside it here.
 * Private to ops/shape/.
 */
#ifndef OPS_SHAPE_SHAPE_OPS_H
#define OPS_SHAPE_SHAPE_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op ag__reshape_op, ag__reshape_copy_op;           /* view.c */
extern const ag_op ag__transpose_op, ag__permute_op;              /* view.c */
extern const ag_op ag__squeeze_op, ag__unsqueeze_op, ag__flip_op; /* squeeze.c */
extern const ag_op ag__slice_op, ag__unslice_op;                  /* slice.c */
extern const ag_op ag__concat_op, ag__stack_op;                   /* concat.c */
extern const ag_op ag__pad_op;                                    /* pad.c */
extern const ag_op ag__unfold_op, ag__fold_op;                    /* unfold.c */

#endif
