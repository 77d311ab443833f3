/* Layers of one tensor against PyTorch, and their derivatives against finite differences. Must not
 * know any private header of the library.
 */
#include "tests/nn/layer_golden.h"

/* A function that makes a layer with these options. */
#define MAKES(name, ...)                                                                           \
    static nn_module *name(ag_graph *g)                                                            \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
#define CONV(...)                                                                                  \
    &(nn_conv_options)                                                                             \
    {                                                                                              \
        .conv = { __VA_ARGS__ }                                                                    \
    }
#define POOL(...)                                                                                  \
    &(ag_pool_options)                                                                             \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

MAKES(linear, nn_linear(g, 4, NULL))
MAKES(conv1d, nn_conv1d(g, 6, 3, CONV(.stride = {2}, .padding = {1}, .groups = 2)))
MAKES(conv2d, nn_conv2d(g, 3, 3, 2, CONV(.stride = {2, 1}, .dilation = {1, 2})))
MAKES(conv3d, nn_conv3d(g, 2, 1, 2, 2, CONV(.padding = {0, 1, 0})))
MAKES(transpose1d, nn_conv_transpose1d(g, 6, 3, CONV(.stride = {2}, .groups = 2)))
MAKES(transpose2d, nn_conv_transpose2d(g, 2, 2, 3, CONV(.stride = {2, 1})))
MAKES(transpose3d, nn_conv_transpose3d(g, 2, 1, 2, 2, CONV(.padding = {0, 1, 0})))
MAKES(batch_norm, nn_batch_norm(g, NULL))
MAKES(batch_norm_places, nn_batch_norm(g, &(nn_batch_norm_options){.momentum = 0.5, .eps = 0.125}))
MAKES(layer_norm, nn_layer_norm(g, &(nn_norm_options){.axes = 2}))
MAKES(group_norm, nn_group_norm(g, 2, NULL))
MAKES(instance_norm, nn_instance_norm(g, NULL))
MAKES(prelu, nn_prelu(g, true))
MAKES(max_pool1d, nn_max_pool1d(g, 3, POOL(.stride = {2}, .padding = {1})))
MAKES(max_pool2d, nn_max_pool2d(g, 3, 2, NULL))
MAKES(avg_pool1d, nn_avg_pool1d(g, 3, POOL(.stride = {2}, .padding = {1})))
MAKES(avg_pool2d, nn_avg_pool2d(g, 3, 2, NULL))
MAKES(max_pool3d, nn_max_pool3d(g, 1, 2, 2, POOL(.stride = {1, 1, 2})))
MAKES(avg_pool3d, nn_avg_pool3d(g, 2, 1, 2, POOL(.padding = {1, 0, 1})))
MAKES(largest1d, nn_adaptive_max_pool1d(g, 3))
MAKES(largest2d, nn_adaptive_max_pool2d(g, 3, 2))
MAKES(largest3d, nn_adaptive_max_pool3d(g, 1, 2, 3))
MAKES(adaptive3d, nn_adaptive_avg_pool3d(g, 1, 2, 3))
MAKES(adaptive1d, nn_adaptive_avg_pool1d(g, 3))
MAKES(adaptive2d, nn_adaptive_avg_pool2d(g, 3, 2))

static const golden_layer dense[] = {
    {"linear", linear, false, false},
    {"conv1d", conv1d, false, false},
    {"conv2d", conv2d, false, false},
    {"conv3d", conv3d, true, false},
    {"conv_transpose1d", transpose1d, false, false},
    {"conv_transpose2d", transpose2d, false, false},
    {"conv_transpose3d", transpose3d, true, false},
};

static const golden_layer others[] = {
    {"batch_norm training", batch_norm, false, false},
    {"batch_norm places", batch_norm_places, false, false},
    {"batch_norm evaluation", batch_norm, true, false},
    {"layer_norm", layer_norm, false, false},
    {"group_norm", group_norm, false, false},
    {"instance_norm", instance_norm, true, false},
    {"prelu", prelu, false, true},
    {"max_pool1d", max_pool1d, false, true},
    {"max_pool2d", max_pool2d, false, true},
    {"avg_pool1d", avg_pool1d, false, false},
    {"avg_pool2d", avg_pool2d, false, false},
    {"max_pool3d", max_pool3d, false, true},
    {"avg_pool3d", avg_pool3d, false, false},
    {"adaptive_max_pool1d", largest1d, false, true},
    {"adaptive_max_pool2d", largest2d, false, true},
    {"adaptive_max_pool3d", largest3d, false, true},
    {"adaptive_avg_pool3d", adaptive3d, false, false},
    {"adaptive_avg_pool1d", adaptive1d, false, false},
    {"adaptive_avg_pool2d", adaptive2d, true, false},
};

START_TEST(test_dense_and_convolutions)
{
    golden_all(dense, sizeof dense / sizeof dense[0], as_pytorch);
    golden_all(dense, sizeof dense / sizeof dense[0], differences_agree);
}
END_TEST

START_TEST(test_norms_and_pooling)
{
    golden_all(others, sizeof others / sizeof others[0], as_pytorch);
    golden_all(others, sizeof others / sizeof others[0], differences_agree);
}
END_TEST

CHECK_MAIN("layers_golden", test_dense_and_convolutions, test_norms_and_pooling)
