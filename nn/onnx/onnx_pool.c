/* Pooling in ONNX. */
#define AG_NO_SITES
#include "onnx_layers.h"

#include <string.h>

static bool takes_largest(const nn_module *m)
{
    return strstr(nn_type_of(m), "max") != NULL;
}

const char *nn__onnx_pool(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__pool_layer *p = nn_self(m);
    const ag_pool_options *o = &p->options;
    bool largest = takes_largest(m);
    int64_t stride[3], dilation[3], pads[6];
    if (!largest && (o->ceil_mode || o->divisor != 0)) {
        return nn__onnx_fail(x, m, "has ceil_mode or a divisor, which ONNX's AveragePool has not");
    }
    for (int i = 0; i < p->dims; i++) {
        stride[i] = o->stride[i] != 0 ? o->stride[i] : o->kernel[i];
        dilation[i] = o->dilation[i] != 0 ? o->dilation[i] : 1;
        pads[i] = pads[p->dims + i] = o->padding[i];
    }
    nn__onnx_begin(x, largest ? "MaxPool" : "AveragePool");
    nn__onnx_input(x, in);
    nn__onnx_ints(x, "kernel_shape", o->kernel, p->dims);
    nn__onnx_ints(x, "strides", stride, p->dims);
    nn__onnx_ints(x, "pads", pads, 2 * p->dims);
    if (largest) {
        nn__onnx_ints(x, "dilations", dilation, p->dims);
        nn__onnx_int(x, "ceil_mode", o->ceil_mode);
    } else {
        nn__onnx_int(x, "count_include_pad", !o->exclude_pad);
    }
    return nn__onnx_end(x);
}

/* One window is the whole plane; more are windows of one size where they divide it. */
const char *nn__onnx_adaptive(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__adaptive_pool_layer *p = nn_self(m);
    ag_shape from = nn_input_shape(m, NULL);
    bool all = true;
    int64_t window[3];
    for (int i = 0; i < p->dims; i++) {
        int64_t n = from.dim[from.ndim - p->dims + i];
        all = all && p->size[i] == 1;
        if (n % p->size[i] != 0) {
            return nn__onnx_fail(x, m, "has windows of different sizes, which ONNX has not");
        }
        window[i] = n / p->size[i];
    }
    if (all) {
        return nn__onnx_apply(x, p->largest ? "GlobalMaxPool" : "GlobalAveragePool", in, NULL);
    }
    nn__onnx_begin(x, p->largest ? "MaxPool" : "AveragePool");
    nn__onnx_input(x, in);
    nn__onnx_ints(x, "kernel_shape", window, p->dims);
    nn__onnx_ints(x, "strides", window, p->dims);
    return nn__onnx_end(x);
}
