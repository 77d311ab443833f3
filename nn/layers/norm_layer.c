/* Dropout and normalization. The two conventions of batch normalization differ in numbers that the
 * constructor chooses, so its forward function knows one only.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

ag_tensor *nn__dropout_forward(nn_module *m, ag_tensor *x)
{
    return ag_dropout(x, *(const double *)nn_self(m), nn_is_training(m));
}

nn_module *nn_dropout(ag_graph *g, double p)
{
    return nn__probability_fits(g, "dropout", "p", p)
               ? nn__layer_new(g, "dropout", nn__dropout_forward, &p, sizeof p)
               : NULL;
}

ag_tensor *nn__channel_dropout_forward(nn_module *m, ag_tensor *x)
{
    if (ag_shape_of(x).ndim < 2) {
        nn__dims_fit(m, x, 2, "batch, channels, and any places");
        return NULL;
    }
    return ag_channel_dropout(x, *(const double *)nn_self(m), nn_is_training(m));
}

nn_module *nn_channel_dropout(ag_graph *g, double p)
{
    return nn__probability_fits(g, "channel_dropout", "p", p)
               ? nn__layer_new(g, "channel_dropout", nn__channel_dropout_forward, &p, sizeof p)
               : NULL;
}

/* --- weight and bias -------------------------------------------------------------------------- */

bool nn__norm_affine(nn_module *m, ag_shape shape, bool has_weight, bool has_bias,
                     ag_tensor **weight, ag_tensor **bias)
{
    const nn__affine a = {.weight = shape,
                          .bias = shape,
                          .weight_init = {NN_CONSTANT, .a = 1},
                          .no_weight = !has_weight,
                          .no_bias = !has_bias};
    return nn__affine_get(m, &a, weight, bias);
}

bool nn__has_channels(nn_module *m, ag_tensor *x)
{
    return ag_shape_of(x).ndim >= 2 || nn__dims_fit(m, x, 2, "batch, channels, and any places");
}

/* --- batch ------------------------------------------------------------------------------------ */

ag_tensor *nn__batch_norm_forward(nn_module *m, ag_tensor *x)
{
    const nn_batch_norm_options *s = nn_self(m);
    ag_tensor *weight, *bias;
    if (!nn__has_channels(m, x)) {
        return NULL;
    }
    ag_shape channels = AG_SHAPE(ag_shape_of(x).dim[1]);
    bool good = nn__norm_affine(m, channels, !s->no_affine, !s->no_affine, &weight, &bias);
    ag_tensor *mean = nn_buffer(m, "running_mean", channels, 0);
    ag_tensor *variance = nn_buffer(m, "running_var", channels, 1);
    if (!good || mean == NULL || variance == NULL) {
        return NULL;
    }
    ag_batch_norm_options o = {.momentum = s->momentum,
                               .eps = s->eps,
                               .biased_running = s->keras,
                               .training = nn_is_training(m) && !nn_is_frozen(m, "running_mean")};
    return ag_batch_norm(x, weight, bias, mean, variance, &o);
}

nn_module *nn_batch_norm(ag_graph *g, const nn_batch_norm_options *o)
{
    nn_batch_norm_options s = o != NULL ? *o : (nn_batch_norm_options){.keras = false};
    s.momentum = s.momentum != 0 ? s.momentum : s.keras ? 0.01 : 0.1;
    s.eps = s.eps != 0 ? s.eps : s.keras ? 1e-3 : 1e-5;
    if (!nn__number_fits(g, "batch_norm", "eps", s.eps)) {
        return NULL;
    }
    if (g != NULL && !(s.momentum > 0 && s.momentum <= 1 && s.eps > 0)) {
        ag_fail(g, AG_ERR_VALUE, "Keras' momentum 0.99 is 0.01 here",
                "nn_batch_norm: momentum %g must be above 0 and at most 1, eps %g above 0",
                s.momentum, s.eps);
        return NULL;
    }
    return nn__layer_new(g, "batch_norm", nn__batch_norm_forward, &s, sizeof s);
}

/* --- of each sample --------------------------------------------------------------------------- */

/* The last axes of x; ndim -1 where it has not so many. */
static ag_shape last_axes(ag_tensor *x, int n)
{
    ag_shape s = ag_shape_of(x), last = {.ndim = n};
    for (int i = 0; i < n && s.ndim >= n; i++) {
        last.dim[i] = s.dim[s.ndim - n + i];
    }
    return last;
}

ag_tensor *nn__layer_norm_forward(nn_module *m, ag_tensor *x)
{
    const nn__norm_layer *s = nn_self(m);
    const nn_norm_options *o = &s->options;
    ag_tensor *weight, *bias;
    ag_shape last = last_axes(x, o->axes);
    bool has_bias = !o->no_affine && !o->no_bias;
    return nn__norm_affine(m, last, !o->no_affine, has_bias, &weight, &bias)
               ? ag_layer_norm(x, o->axes, weight, bias, o->eps)
               : NULL;
}

ag_tensor *nn__rms_norm_forward(nn_module *m, ag_tensor *x)
{
    const nn__norm_layer *s = nn_self(m);
    const nn_norm_options *o = &s->options;
    ag_tensor *weight, *none;
    return nn__norm_affine(m, last_axes(x, o->axes), !o->no_affine, false, &weight, &none)
               ? ag_rms_norm(x, o->axes, weight, o->eps)
               : NULL;
}

ag_tensor *nn__group_norm_forward(nn_module *m, ag_tensor *x)
{
    const nn__norm_layer *s = nn_self(m);
    const nn_norm_options *o = &s->options;
    ag_tensor *weight, *bias;
    if (!nn__has_channels(m, x)) {
        return NULL;
    }
    int64_t channels = ag_shape_of(x).dim[1];
    bool has_bias = !o->no_affine && !o->no_bias;
    return nn__norm_affine(m, AG_SHAPE(channels), !o->no_affine, has_bias, &weight, &bias)
               ? ag_group_norm(x, s->groups > 0 ? s->groups : channels, weight, bias, o->eps)
               : NULL;
}

nn_module *nn__norm_new(ag_graph *g, const char *type, nn_forward forward, int64_t groups,
                        const nn_norm_options *o)
{
    nn__norm_layer s = {.groups = groups, .options = o != NULL ? *o : (nn_norm_options){.axes = 1}};
    s.options.axes = s.options.axes != 0 ? s.options.axes : 1;
    s.options.eps = s.options.eps != 0 ? s.options.eps : 1e-5;
    if (!nn__size_fits(g, type, "the number of axes", s.options.axes) ||
        !nn__number_fits(g, type, "eps", s.options.eps)) {
        return NULL;
    }
    if (g != NULL && (s.options.axes >= AG_MAX_DIMS || s.options.eps < 0)) {
        ag_fail(g, AG_ERR_VALUE, NULL, "nn_%s: %d axes, eps %g: at most %d, and not below 0", type,
                s.options.axes, s.options.eps, AG_MAX_DIMS - 1);
        return NULL;
    }
    return nn__layer_new(g, type, forward, &s, sizeof s);
}

nn_module *nn_layer_norm(ag_graph *g, const nn_norm_options *o)
{
    return nn__norm_new(g, "layer_norm", nn__layer_norm_forward, 0, o);
}

nn_module *nn_rms_norm(ag_graph *g, const nn_norm_options *o)
{
    return nn__norm_new(g, "rms_norm", nn__rms_norm_forward, 0, o);
}

nn_module *nn_group_norm(ag_graph *g, int64_t groups, const nn_norm_options *o)
{
    return nn__size_fits(g, "group_norm", "the number of groups", groups)
               ? nn__norm_new(g, "group_norm", nn__group_norm_forward, groups, o)
               : NULL;
}
