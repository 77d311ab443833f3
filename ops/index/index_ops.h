/* The descriptors of the index family, each defined in the file that stands beside it here.
 * Private to ops/index/.
 */
#ifndef OPS_INDEX_INDEX_OPS_H
#define OPS_INDEX_INDEX_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op ag__gather_op, ag__ungather_op;         /* gather.c */
extern const ag_op ag__scatter_add_op;                     /* scatter_add.c */
extern const ag_op ag__scatter_op;                         /* scatter.c */
extern const ag_op ag__scatter_max_op, ag__scatter_min_op; /* scatter_max.c */
extern const ag_op ag__scatter_prod_op;                    /* scatter_prod.c */
extern const ag_op ag__index_select_op;                    /* index_select.c */
extern const ag_op ag__nonzero_op;                         /* mask.c */
extern const ag_op ag__argsort_op, ag__searchsorted_op;    /* sort.c */
extern const ag_op ag__one_hot_op;                         /* one_hot.c */

#endif
