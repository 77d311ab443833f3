/* Explanations when memory runs out at any moment: an ordinary error, nothing leaks. */
#include "no_memory.h"

static nn_module *small_net(ag_graph *g)
{
    nn_module *net = nn_sequential(g, nn_linear(g, 3, NULL), nn_relu(g), nn_linear(g, 2, NULL));
    return net != NULL && nn_build(net, AG_F64, AG_SHAPE(2)) == AG_OK ? net : NULL;
}

static ag_status scene_attributions(ag_graph *g)
{
    nn_module *net = small_net(g);
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, 2);
    if (net == NULL || x == NULL) {
        return ag_error(g);
    }
    const void *saliency = nn_saliency(net, x, NN_PREDICTED);
    const void *path = nn_integrated_gradients(net, x, 0, &(nn_integrated_options){.steps = 3});
    const void *shapley = nn_shapley(net, x, x, 0);
    const void *local = nn_explain_locally(net, x, 1, &(nn_local_options){.samples = 20});
    return saliency != NULL && path != NULL && shapley != NULL && local != NULL ? AG_OK
                                                                                : ag_error(g);
}

static ag_status scene_layers(ag_graph *g)
{
    nn_module *net = small_net(g);
    nn_data *d = nn_data_from(g, AG_SHAPE(3, 2), VALUES(1, 2, 3, 4, 5, 6), AG_SCALAR, NULL);
    const void *idle = net != NULL && d != NULL ? nn_idle_units_new(net, d) : NULL;
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, 2), *y = net != NULL ? nn_call(net, x) : NULL;
    y = ag_sum(y);
    bool went = y != NULL && ag_backward(y) == AG_OK;
    const void *norms = went ? nn_gradient_norms_new(net) : NULL;
    return idle != NULL && norms != NULL ? AG_OK : ag_error(g);
}

START_TEST(test_attributions)
{
    each_call(scene_attributions, true, 0);
    each_call_and_level(scene_attributions, check_small() ? 8192 : 512);
}
END_TEST

START_TEST(test_layers)
{
    each_call(scene_layers, true, 0);
    each_call_and_level(scene_layers, check_small() ? 8192 : 512);
}
END_TEST

CHECK_MAIN("explain_memory", test_attributions, test_layers)
