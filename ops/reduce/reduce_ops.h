/* The descriptors of the reductions, for their table and for the rules that record them. Private to
 * ops/.
 */
#ifndef OPS_REDUCE_REDUCE_OPS_H
#define OPS_REDUCE_REDUCE_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op ag__sum_op, ag__mean_op, ag__prod_op;
extern const ag_op ag__max_op, ag__min_op, ag__median_op;
extern const ag_op ag__max_along_op, ag__min_along_op, ag__median_along_op;
extern const ag_op ag__argmax_op, ag__argmin_op;
extern const ag_op ag__var_op, ag__std_op, ag__norm_op;
extern const ag_op ag__all_op, ag__any_op, ag__count_nonzero_op, ag__nansum_op;
extern const ag_op ag__cumsum_op, ag__cumprod_op, ag__cummax_op, ag__cummin_op;
extern const ag_op ag__logsumexp_op, ag__logcumsumexp_op, ag__softmax_op, ag__log_softmax_op;

/* These have no function of their own; other operations or their rules record them. */
extern const ag_op ag__tie_share_op, ag__running_argmax_op, ag__median_index_op;
extern const ag_op ag__gather_line_op, ag__scatter_line_op, ag__recurrence_op;

#endif
