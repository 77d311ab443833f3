/* Layers that change shapes and scales in ONNX, and those that are made of layers. */
#define AG_NO_SITES
#include "onnx_layers.h"

const char *nn__onnx_flatten(nn__onnx_graph *x, nn_module *m, const char *in)
{
    (void)m;
    return nn__onnx_apply(x, "Flatten", in, NULL); /* from axis 1 on, as by default */
}

/* 0 keeps the batch. */
const char *nn__onnx_reshape_layer(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const ag_shape *sample = nn_self(m);
    int64_t shape[AG_MAX_DIMS] = {0};
    for (int i = 0; i < sample->ndim; i++) {
        shape[i + 1] = sample->dim[i];
        if (sample->dim[i] == 0) {
            return nn__onnx_fail(x, m, "has an axis of size 0");
        }
    }
    return nn__onnx_reshape(x, in, shape, sample->ndim + 1);
}

const char *nn__onnx_rescale(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__rescale_layer *r = nn_self(m);
    const char *y = nn__onnx_apply(x, "Mul", in, nn__onnx_number(x, r->factor));
    return r->shift != 0 ? nn__onnx_apply(x, "Add", y, nn__onnx_number(x, r->shift)) : y;
}

const char *nn__onnx_standardize(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const char *y = nn__onnx_apply(x, "Sub", in, nn__onnx_tensor(x, m, "mean"));
    return nn__onnx_apply(x, "Div", y, nn__onnx_tensor(x, m, "deviation"));
}

/* --- made of layers --------------------------------------------------------------------------- */

const char *nn__onnx_sequential(nn__onnx_graph *x, nn_module *m, const char *in)
{
    for (int i = 0; nn_child_at(m, i) != NULL; i++) {
        in = nn__onnx_module(x, nn_child_at(m, i), in);
    }
    return in;
}

const char *nn__onnx_branches(nn__onnx_graph *x, nn_module *m, const char *in)
{
    int n = 0;
    while (nn_child_at(m, n) != NULL) {
        n++;
    }
    const char **result = ag_graph_memory(x->graph, (size_t)(n + 1) * sizeof *result);
    x->failed = x->failed || result == NULL;
    for (int i = 0; i < n && !x->failed; i++) {
        result[i] = nn__onnx_module(x, nn_child_at(m, i), in);
    }
    nn__onnx_begin(x, "Concat");
    for (int i = 0; i < n && !x->failed; i++) {
        nn__onnx_input(x, result[i]);
    }
    nn__onnx_int(x, "axis", nn__branches_axis(m));
    return nn__onnx_end(x);
}

/* The body, then the shortcut, if there is one. */
const char *nn__onnx_residual(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const char *y = nn__onnx_module(x, nn_child_at(m, 0), in);
    nn_module *shortcut = nn_child_at(m, 1);
    return nn__onnx_apply(x, "Add", y, shortcut != NULL ? nn__onnx_module(x, shortcut, in) : in);
}
