/* Small networks that the tests of explanations share. */
#ifndef NETWORKS_H
#define NETWORKS_H

#include "tests/expect.h"

static inline nn_module *built(nn_module *net, ag_shape sample)
{
    ag_graph *g = nn_graph_of(net);
    ck_assert_msg(nn_build(net, ag_graph_dtype(g), sample) == AG_OK, "%s", ag_error_message(g));
    return net;
}

/* inputs -> outputs with these weights, row-major (outputs, inputs), then the biases. */
static inline nn_module *linear_of(ag_graph *g, int64_t inputs, int64_t outputs, const double *w)
{
    nn_module *net = built(nn_linear(g, outputs, NULL), AG_SHAPE(inputs));
    expect_ok(nn_set_weights(net, w, outputs * (inputs + 1)));
    return net;
}

/* A smooth network with dropout, which an explanation must not use. */
static inline nn_module *smooth(ag_graph *g, int64_t inputs, int64_t outputs)
{
    return built(nn_sequential(g, nn_linear(g, 7, NULL), nn_tanh(g), nn_dropout(g, 0.5),
                               nn_linear(g, 5, NULL), nn_softplus(g), nn_linear(g, outputs, NULL)),
                 AG_SHAPE(inputs));
}

/* The outputs (n, outputs) in evaluation mode. */
static inline void outputs_of(nn_module *net, ag_tensor *x, double *out)
{
    nn_set_training(net, false);
    ag_tensor *y = nn_call(net, x);
    expect_ok(ag_get(y, out, ag_size(y)));
    nn_set_training(net, true);
}

static inline ag_tensor *product_of_inputs(ag_tensor *x, void *user)
{
    (void)user;
    return ag_prod_over(x, AG_AXES(1), false);
}

#endif
