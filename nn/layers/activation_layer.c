/* Activations as modules: a table of those without a constant, and those with one, two or an axis;
 * a learned slope; the hard threshold. Must not know parameters of other layers.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <string.h>

#include "layer.h"

ag_tensor *nn__plain_forward(nn_module *m, ag_tensor *x)
{
    return ((const nn__activation_layer *)nn_self(m))->plain(x);
}

ag_tensor *nn__one_forward(nn_module *m, ag_tensor *x)
{
    const nn__activation_layer *a = nn_self(m);
    return a->with_one(x, a->a);
}

ag_tensor *nn__two_forward(nn_module *m, ag_tensor *x)
{
    const nn__activation_layer *a = nn_self(m);
    return a->with_two(x, a->a, a->b);
}

ag_tensor *nn__along_forward(nn_module *m, ag_tensor *x)
{
    const nn__activation_layer *a = nn_self(m);
    return a->along(x, a->axis);
}

/* --- without a constant ----------------------------------------------------------------------- */

typedef struct row {
    const char *name;
    ag_tensor *(*op)(ag_tensor *x);
} row;

static const row rows[] = {
#define ROW(name) {#name, ag_##name},
    NN_ACTIVATION_TABLE(ROW)
#undef ROW
};

static nn_module *plain_new(ag_graph *g, const char *name, ag_tensor *(*op)(ag_tensor *x))
{
    nn__activation_layer a = {.plain = op};
    return nn__layer_new(g, name, nn__plain_forward, &a, sizeof a);
}

#define DEFINE(name)                                                                               \
    nn_module *nn_##name(ag_graph *g)                                                              \
    {                                                                                              \
        return plain_new(g, #name, ag_##name);                                                     \
    }
NN_ACTIVATION_TABLE(DEFINE)
#undef DEFINE

nn_module *nn_activation(ag_graph *g, const char *name)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    char names[16 * ROWS] = "";
    for (int i = 0; i < ROWS; i++) {
        if (name != NULL && strcmp(rows[i].name, name) == 0) {
            return plain_new(g, rows[i].name, rows[i].op);
        }
        strcat(strcat(names, i > 0 ? ", " : ""), rows[i].name);
    }
    if (g != NULL) {
        ag_fail(g, AG_ERR_VALUE, NULL, "nn_activation: there is no \"%.40s\", only %s",
                name != NULL ? name : "NULL", names);
    }
    return NULL;
}

/* --- with constants --------------------------------------------------------------------------- */

static nn_module *one_new(ag_graph *g, const char *name, ag_tensor *(*op)(ag_tensor *x, double a),
                          double constant)
{
    nn__activation_layer a = {.with_one = op, .a = constant};
    return nn__number_fits(g, name, "the constant", constant)
               ? nn__layer_new(g, name, nn__one_forward, &a, sizeof a)
               : NULL;
}

nn_module *nn_leaky_relu(ag_graph *g, double slope)
{
    return one_new(g, "leaky_relu", ag_leaky_relu, slope);
}

nn_module *nn_elu(ag_graph *g, double scale)
{
    return one_new(g, "elu", ag_elu, scale);
}

nn_module *nn_celu(ag_graph *g, double scale)
{
    return one_new(g, "celu", ag_celu, scale);
}

nn_module *nn_hardtanh(ag_graph *g, double low, double high)
{
    nn__activation_layer a = {.with_two = ag_hardtanh, .a = low, .b = high};
    return nn__number_fits(g, "hardtanh", "the lower bound", low) &&
                   nn__number_fits(g, "hardtanh", "the upper bound", high)
               ? nn__layer_new(g, "hardtanh", nn__two_forward, &a, sizeof a)
               : NULL;
}

nn_module *nn_softmax(ag_graph *g, int axis)
{
    nn__activation_layer a = {.along = ag_softmax, .axis = axis};
    return nn__layer_new(g, "softmax", nn__along_forward, &a, sizeof a);
}

nn_module *nn_log_softmax(ag_graph *g, int axis)
{
    nn__activation_layer a = {.along = ag_log_softmax, .axis = axis};
    return nn__layer_new(g, "log_softmax", nn__along_forward, &a, sizeof a);
}

/* --- a learned slope -------------------------------------------------------------------------- */

ag_tensor *nn__prelu_forward(nn_module *m, ag_tensor *x)
{
    bool by_channel = *(const bool *)nn_self(m);
    ag_shape s = ag_shape_of(x);
    if (by_channel && s.ndim < 2) {
        nn__dims_fit(m, x, 2, "batch, channels, and any places");
        return NULL;
    }
    int64_t n = by_channel ? s.dim[1] : 1;
    ag_tensor *slope = nn_parameter(m, "weight", AG_SHAPE(n), (nn_init){NN_CONSTANT, .a = 0.25});
    ag_shape along = {.ndim = s.ndim > 1 ? s.ndim - 1 : 1};
    for (int i = 0; i < along.ndim; i++) {
        along.dim[i] = i == 0 ? n : 1;
    }
    return ag_prelu(x, ag_reshape(slope, along));
}

nn_module *nn_prelu(ag_graph *g, bool by_channel)
{
    return nn__layer_new(g, "prelu", nn__prelu_forward, &by_channel, sizeof by_channel);
}

/* --- the perceptron --------------------------------------------------------------------------- */

/* With s = sign(x) the sign of 2s + 1 is 1 where x is 0, that of 2s - 1 is -1. */
ag_tensor *nn__threshold_forward(nn_module *m, ag_tensor *x)
{
    const nn_threshold_options *o = nn_self(m);
    ag_tensor *twice = ag_mul_scalar(ag_sign(x), 2);
    ag_tensor *y = ag_sign(ag_add_scalar(twice, o->lower_at_zero ? -1 : 1));
    return o->minus_one ? y : ag_mul_scalar(ag_add_scalar(y, 1), 0.5);
}

nn_module *nn_threshold(ag_graph *g, const nn_threshold_options *o)
{
    nn_threshold_options copy = o != NULL ? *o : (nn_threshold_options){false, false};
    return nn__layer_new(g, "threshold", nn__threshold_forward, &copy, sizeof copy);
}
