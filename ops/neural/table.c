/* The table of what layers are made of, for the registry. Must not know what the operations do. */
#include "batch_norm.h"
#include "layer_norm.h"
#include "neural_ops.h"
#include "ops/common/families.h"
#include "pool.h"
#include "standardize.h"

const ag_op *const ag__neural_ops[] = {
    &ag__conv_op,
    &ag__conv_bias_op,
    &ag__conv_relu_op,
    &ag__conv_input_op,
    &ag__conv_weight_op,
    &ag__max_pool_index_op,
    &ag__max_pool_op,
    &ag__max_unpool_op,
    &ag__avg_pool_op,
    &ag__avg_unpool_op,
    &ag__embedding_op,
    &ag__embedding_add_op,
    &ag__linear_op,
    &ag__linear_relu_op,
    &ag__linear_relu_dropout_op,
    &ag__dropout_mask_op,
    &ag__standardize_op,
    &ag__batch_moments_op,
    &ag__batch_norm_op,
    &ag__layer_norm_op,
    &ag__rms_norm_op,
    &ag__attention_op,
    &ag__lstm_cell_op,
    &ag__gru_cell_op,
    NULL,
};
