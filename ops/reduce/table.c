/* The table of the reductions, for the registry. Must not know what they do. */
#include "ops/common/families.h"
#include "reduce_ops.h"

const ag_op *const ag__reduce_ops[] = {
    &ag__sum_op,          &ag__mean_op,           &ag__max_op,
    &ag__min_op,          &ag__argmax_op,         &ag__argmin_op,
    &ag__tie_share_op,    &ag__running_argmax_op, &ag__median_op,
    &ag__median_index_op, &ag__gather_line_op,    &ag__scatter_line_op,
    &ag__max_along_op,    &ag__min_along_op,      &ag__median_along_op,
    &ag__cummax_op,       &ag__cummin_op,         &ag__var_op,
    &ag__std_op,          &ag__norm_op,           &ag__all_op,
    &ag__any_op,          &ag__count_nonzero_op,  &ag__nansum_op,
    &ag__cumsum_op,       &ag__cumprod_op,        &ag__prod_op,
    &ag__recurrence_op,   &ag__logsumexp_op,      &ag__softmax_op,
    &ag__log_softmax_op,  &ag__logcumsumexp_op,   NULL,
};
