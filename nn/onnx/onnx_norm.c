/* Normalization and dropout in ONNX, as they compute in evaluation. */
#define AG_NO_SITES
#include "onnx_layers.h"

/* It is drawn, and does nothing there but in training. */
const char *nn__onnx_dropout(nn__onnx_graph *x, nn_module *m, const char *in)
{
    return nn__onnx_apply(x, "Dropout", in, nn__onnx_number(x, *(const double *)nn_self(m)));
}

const char *nn__onnx_channel_dropout(nn__onnx_graph *x, nn_module *m, const char *in)
{
    (void)x;
    (void)m;
    return in;
}

const char *nn__onnx_batch_norm(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn_batch_norm_options *o = nn_self(m);
    int64_t channels = nn_input_shape(m, NULL).dim[1];
    const char *const inputs[] = {
        in,
        o->no_affine ? nn__onnx_repeated(x, 1, channels) : nn__onnx_tensor(x, m, "weight"),
        o->no_affine ? nn__onnx_repeated(x, 0, channels) : nn__onnx_tensor(x, m, "bias"),
        nn__onnx_tensor(x, m, "running_mean"),
        nn__onnx_tensor(x, m, "running_var"),
    };
    nn__onnx_begin(x, "BatchNormalization");
    for (int i = 0; i < 5; i++) {
        nn__onnx_input(x, inputs[i]);
    }
    nn__onnx_float(x, "epsilon", o->eps);
    return nn__onnx_end(x);
}

/* One where there is no weight: it broadcasts. */
const char *nn__onnx_layer_norm(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn_norm_options *o = &((const nn__norm_layer *)nn_self(m))->options;
    bool has_bias = !o->no_affine && !o->no_bias;
    const char *weight = o->no_affine ? nn__onnx_number(x, 1) : nn__onnx_tensor(x, m, "weight");
    const char *bias = has_bias ? nn__onnx_tensor(x, m, "bias") : NULL;
    nn__onnx_begin(x, "LayerNormalization");
    nn__onnx_input(x, in);
    nn__onnx_input(x, weight);
    if (has_bias) {
        nn__onnx_input(x, bias);
    }
    nn__onnx_int(x, "axis", -o->axes);
    nn__onnx_float(x, "epsilon", o->eps);
    return nn__onnx_end(x);
}

/* x / sqrt(mean(x^2) + eps) weight */
const char *nn__onnx_rms_norm(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn_norm_options *o = &((const nn__norm_layer *)nn_self(m))->options;
    int64_t axes[AG_MAX_DIMS];
    for (int i = 0; i < o->axes; i++) {
        axes[i] = i - o->axes;
    }
    const char *square = nn__onnx_apply(x, "Mul", in, in);
    nn__onnx_begin(x, "ReduceMean");
    nn__onnx_input(x, square);
    nn__onnx_ints(x, "axes", axes, o->axes);
    const char *mean = nn__onnx_end(x);
    const char *sum = nn__onnx_apply(x, "Add", mean, nn__onnx_number(x, o->eps));
    const char *y = nn__onnx_apply(x, "Div", in, nn__onnx_apply(x, "Sqrt", sum, NULL));
    return o->no_affine ? y : nn__onnx_apply(x, "Mul", y, nn__onnx_tensor(x, m, "weight"));
}

/* The groups become channels, of which each is normalized alone, and channels again. */
const char *nn__onnx_group_norm(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__norm_layer *s = nn_self(m);
    const nn_norm_options *o = &s->options;
    ag_shape from = nn_input_shape(m, NULL);
    int64_t groups = s->groups > 0 ? s->groups : from.dim[1];
    const char *grouped = nn__onnx_reshape(x, in, (const int64_t[]){0, groups, -1}, 3);
    const char *ones = nn__onnx_repeated(x, 1, groups), *zeros = nn__onnx_repeated(x, 0, groups);
    nn__onnx_begin(x, "InstanceNormalization");
    nn__onnx_input(x, grouped);
    nn__onnx_input(x, ones);
    nn__onnx_input(x, zeros);
    nn__onnx_float(x, "epsilon", o->eps);
    const char *y = nn__onnx_end(x);
    y = nn__onnx_apply(x, "Reshape", y, nn__onnx_apply(x, "Shape", in, NULL));
    if (!o->no_affine) {
        const char *weight = nn__onnx_tensor(x, m, "weight");
        y = nn__onnx_apply(x, "Mul", y, nn__onnx_by_channel(x, weight, from.ndim));
    }
    if (!o->no_affine && !o->no_bias) {
        const char *bias = nn__onnx_tensor(x, m, "bias");
        y = nn__onnx_apply(x, "Add", y, nn__onnx_by_channel(x, bias, from.ndim));
    }
    return y;
}
