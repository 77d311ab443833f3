/* Memory that runs out at every moment of making, building, calling and changing a network. */
#include "tests/nn/own_modules.h"
#include "tests/no_memory.h"

static ag_status scene_build(ag_graph *g)
{
    nn_module *net = chain(g, dense(g, 8, true), chain(g, dense(g, 8, false), dense(g, 2, true)));
    ag_status status = net != NULL ? nn_build(net, AG_F64, AG_SHAPE(3)) : status_of(g, net);
    if (status != AG_OK && net != NULL && nn_parameters(net, NULL, NULL, 0) > 0) {
        return AG_ERR_OP; /* half built */
    }
    if (status != AG_OK) {
        return status;
    }
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(4, 3), 1), *y = nn_call(net, x);
    y = ag_add(ag_sum(y), nn_penalty_sum(net));
    return y != NULL ? ag_backward(y) : status_of(g, y);
}

static ag_tensor *truncated_forward(nn_module *m, ag_tensor *x)
{
    return ag_mul(x, nn_parameter(m, "gain", AG_SHAPE(3), (nn_init){NN_HE_NORMAL, 0, 0, 0, 0}));
}

static ag_status scene_share(ag_graph *g)
{
    nn_module *a = nn_module_new(g, "truncated", 0, truncated_forward), *b = fixed(g, 3);
    nn_module *net = chain(g, a, b);
    ag_status status = net != NULL ? nn_share(b, "gain", a, "gain") : status_of(g, net);
    status = status == AG_OK ? nn_build(net, AG_F64, AG_SHAPE(3)) : status;
    status = status == AG_OK ? nn_freeze(net, "*", true) : status;
    ag_tensor *x = status == AG_OK ? ag_full(g, AG_VARIABLE, AG_SHAPE(4, 3), 1) : NULL;
    ag_tensor *y = ag_sum(nn_call(net, x));
    status = status == AG_OK ? status_of(g, y) : status;
    double w[3];
    status = status == AG_OK ? nn_get_weights(net, w, 3) : status;
    return status == AG_OK ? ag_backward(y) : status;
}

START_TEST(test_build)
{
    everywhere(scene_build);
}
END_TEST

START_TEST(test_share)
{
    everywhere(scene_share);
}
END_TEST

CHECK_MAIN("module_memory", test_build, test_share)
