/* Dense layers and convolutions in ONNX. */
#define AG_NO_SITES
#include "onnx_layers.h"

/* Gemm is for two axes; more have a product of the last one, whose matrix stands the other way. */
const char *nn__onnx_linear(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__linear_layer *l = nn_self(m);
    const char *weight = nn__onnx_tensor(x, m, "weight");
    const char *bias = l->options.no_bias ? NULL : nn__onnx_tensor(x, m, "bias");
    if (nn_input_shape(m, NULL).ndim != 2) {
        const char *product =
            nn__onnx_apply(x, "MatMul", in, nn__onnx_apply(x, "Transpose", weight, NULL));
        return bias != NULL ? nn__onnx_apply(x, "Add", product, bias) : product;
    }
    nn__onnx_begin(x, "Gemm");
    nn__onnx_input(x, in);
    nn__onnx_input(x, weight);
    if (bias != NULL) {
        nn__onnx_input(x, bias);
    }
    nn__onnx_int(x, "transB", 1);
    return nn__onnx_end(x);
}

/* What is padded before x in each dimension, then what is behind it. */
static void find_pads(const nn__conv_layer *c, const int64_t dilation[3], int64_t pads[6])
{
    for (int i = 0; i < c->dims; i++) {
        int64_t all = dilation[i] * (c->kernel[i] - 1);
        bool same = c->options.conv.same;
        pads[i] = same ? all / 2 : c->options.conv.padding[i];
        pads[c->dims + i] = same ? all - all / 2 : c->options.conv.padding[i];
    }
}

const char *nn__onnx_conv(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__conv_layer *c = nn_self(m);
    const ag_conv_options *o = &c->options.conv;
    int64_t stride[3], dilation[3], pads[6];
    for (int i = 0; i < 3; i++) {
        stride[i] = o->stride[i] != 0 ? o->stride[i] : 1;
        dilation[i] = o->dilation[i] != 0 ? o->dilation[i] : 1;
    }
    find_pads(c, dilation, pads);
    const char *weight = nn__onnx_tensor(x, m, "weight");
    const char *bias = c->options.no_bias ? NULL : nn__onnx_tensor(x, m, "bias");
    nn__onnx_begin(x, c->transposed ? "ConvTranspose" : "Conv");
    nn__onnx_input(x, in);
    nn__onnx_input(x, weight);
    if (bias != NULL) {
        nn__onnx_input(x, bias);
    }
    nn__onnx_ints(x, "kernel_shape", c->kernel, c->dims);
    nn__onnx_ints(x, "strides", stride, c->dims);
    nn__onnx_ints(x, "dilations", dilation, c->dims);
    nn__onnx_ints(x, "pads", pads, 2 * c->dims);
    nn__onnx_int(x, "group", o->groups > 0 ? o->groups : 1);
    if (c->transposed) {
        nn__onnx_ints(x, "output_padding", o->output_padding, c->dims);
    }
    return nn__onnx_end(x);
}
