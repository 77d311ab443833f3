/* The operations of the index family, for the registry. */
#include "index_ops.h"
#include "ops/common/families.h"

const ag_op *const ag__index_ops[] = {
    &ag__ungather_op,
    &ag__gather_op,
    &ag__scatter_op,
    &ag__scatter_add_op,
    &ag__scatter_max_op,
    &ag__scatter_min_op,
    &ag__scatter_prod_op,
    &ag__index_select_op,
    &ag__nonzero_op,
    &ag__one_hot_op,
    &ag__argsort_op,
    &ag__searchsorted_op,
    NULL,
};
