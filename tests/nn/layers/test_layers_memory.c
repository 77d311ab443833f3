/* Memory that runs out at every moment of making, building, training and evaluating each layer. */
#include "tests/no_memory.h"

static ag_status trained(ag_graph *g, nn_module *net, ag_shape batch)
{
    ag_shape sample = {.ndim = batch.ndim - 1};
    memcpy(sample.dim, batch.dim + 1, (size_t)sample.ndim * sizeof sample.dim[0]);
    ag_status status = net != NULL ? nn_build(net, AG_F64, sample) : status_of(g, net);
    ag_tensor *x = status == AG_OK ? ag_full(g, AG_VARIABLE, batch, 0.5) : NULL;
    ag_tensor *y = ag_sum(nn_call(net, x));
    status = status == AG_OK ? status_of(g, y) : status;
    status = status == AG_OK ? ag_backward(y) : status;
    nn_set_training(net, false);
    return status == AG_OK ? status_of(g, nn_call(net, x)) : status;
}

static ag_status scene_dense(ag_graph *g)
{
    const double one[] = {1, 1, 1}, two[] = {2, 0, 2};
    nn_module *body =
        nn_sequential(g, nn_linear(g, 3, NULL), nn_prelu(g, true), nn_dropout(g, 0.5));
    return trained(g,
                   nn_sequential(g, nn_standardize_by(g, AG_SHAPE(3), one, two),
                                 nn_residual(g, body, NULL), nn_batch_norm(g, NULL),
                                 nn_branches(g, -1, nn_tanh(g), nn_threshold(g, NULL)),
                                 nn_layer_norm(g, NULL), nn_softmax(g, -1)),
                   AG_SHAPE(4, 3));
}

static ag_status scene_spatial(ag_graph *g)
{
    const nn_conv_options same = {.conv = {.same = true}, .penalty = {.l2 = 1}};
    return trained(g,
                   nn_sequential(g, nn_conv2d(g, 2, 3, 3, &same), nn_group_norm(g, 1, NULL),
                                 nn_max_pool2d(g, 2, 2, NULL),
                                 nn_conv_transpose2d(g, 1, 2, 2, NULL),
                                 nn_adaptive_avg_pool2d(g, 1, 2), nn_flatten(g)),
                   AG_SHAPE(2, 1, 4, 4));
}

START_TEST(test_dense)
{
    everywhere(scene_dense);
}
END_TEST

START_TEST(test_spatial)
{
    everywhere(scene_spatial);
}
END_TEST

CHECK_MAIN("layers_memory", test_dense, test_spatial)
