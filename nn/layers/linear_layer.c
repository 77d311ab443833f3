/* The dense layer, and the one whose size its parent sets. */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

ag_tensor *nn__linear_forward(nn_module *m, ag_tensor *x)
{
    const nn__linear_layer *l = nn_self(m);
    const nn_linear_options *o = &l->options;
    ag_shape s = ag_shape_of(x);
    if (s.ndim == 0) {
        ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "a row of one number has shape [1]",
                "nn_linear: a single number has no last axis");
        return NULL;
    }
    ag_tensor *w, *b;
    const nn__affine a = {.weight = AG_SHAPE(l->out, s.dim[s.ndim - 1]),
                          .bias = AG_SHAPE(l->out),
                          .weight_init = o->weight,
                          .bias_init = o->bias,
                          .no_bias = o->no_bias,
                          .penalty = o->penalty};
    return nn__affine_get(m, &a, &w, &b) ? ag_linear(x, w, b) : NULL;
}

static nn_module *linear_new(ag_graph *g, int64_t out, const nn_linear_options *o)
{
    nn__linear_layer l = {.out = out,
                          .options = o != NULL ? *o : (nn_linear_options){.no_bias = false}};
    return nn__layer_new(g, "linear", nn__linear_forward, &l, sizeof l);
}

nn_module *nn_linear(ag_graph *g, int64_t out, const nn_linear_options *o)
{
    return nn__size_fits(g, "linear", "the number of outputs", out) ? linear_new(g, out, o) : NULL;
}

nn_module *nn__linear_of_any_size(ag_graph *g, const nn_linear_options *o)
{
    return linear_new(g, 0, o);
}

void nn__linear_set_size(nn_module *linear, int64_t out)
{
    nn__linear_layer *l = nn_self(linear);
    l->out = out;
}
