/* The descriptors of the index family, for its table in gather.c. Private to ops/. */
#ifndef OPS_INDEX_INDEX_OPS_H
#define OPS_INDEX_INDEX_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op ag__squeeze_op, ag__unsqueeze_op, ag__flip_op; /* reduction.c */
extern const ag_op ag__stack_op;                                  /* concat.c */
extern const ag_op ag__pad_op;                                    /* pad.c */
extern const ag_op ag__index_select_op;                           /* index_select.c */
extern const ag_op ag__nonzero_op;                                /* mask.c */
extern const ag_op ag__argsort_op, ag__searchsorted_op;           /* sort.c */
extern const ag_op ag__one_hot_op;                                /* one_hot.c */
extern const ag_op ag__unfold_op, ag__fold_op;                    /* unfold.c */

#endif
