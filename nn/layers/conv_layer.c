/* Convolutions and their transposes in one, two and three dimensions: one layer and a table of
 * operations.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

typedef struct row {
    const char *type, *axes;
    nn__conv_op op;
    int dims;
    bool transposed;
} row;

static const row conv1d = {"conv1d", "batch, channels, length", ag_conv1d, 1, false};
static const row conv2d = {"conv2d", "batch, channels, height, width", ag_conv2d, 2, false};
static const row conv3d = {"conv3d", "batch, channels, depth, height, width", ag_conv3d, 3, false};
static const row transpose1d = {"conv_transpose1d", "batch, channels, length", ag_conv_transpose1d,
                                1, true};
static const row transpose2d = {"conv_transpose2d", "batch, channels, height, width",
                                ag_conv_transpose2d, 2, true};
static const row transpose3d = {"conv_transpose3d", "batch, channels, depth, height, width",
                                ag_conv_transpose3d, 3, true};

/* (out, C/groups, kernel...), or transposed (C, out/groups, kernel...). */
static ag_shape weight_shape(const nn__conv_layer *c, int64_t channels)
{
    int64_t groups = c->options.conv.groups > 0 ? c->options.conv.groups : 1;
    ag_shape s = {.ndim = c->dims + 2};
    s.dim[0] = c->transposed ? channels : c->out;
    s.dim[1] = (c->transposed ? c->out : channels) / groups;
    for (int i = 0; i < c->dims; i++) {
        s.dim[2 + i] = c->kernel[i];
    }
    return s;
}

ag_tensor *nn__conv_forward(nn_module *m, ag_tensor *x)
{
    const nn__conv_layer *c = nn_self(m);
    const nn_conv_options *o = &c->options;
    if (!nn__dims_fit(m, x, c->dims + 2, c->axes)) {
        return NULL;
    }
    ag_tensor *w, *b;
    const nn__affine a = {.weight = weight_shape(c, ag_shape_of(x).dim[1]),
                          .bias = AG_SHAPE(c->out),
                          .weight_init = o->weight,
                          .bias_init = o->bias,
                          .no_bias = o->no_bias,
                          .penalty = o->penalty};
    return nn__affine_get(m, &a, &w, &b) ? c->op(x, w, b, &o->conv) : NULL;
}

static nn_module *conv_new(ag_graph *g, const row *r, int64_t out, const int64_t kernel[3],
                           const nn_conv_options *o)
{
    nn__conv_layer c = {.dims = r->dims, .transposed = r->transposed, .out = out, .op = r->op};
    c.axes = r->axes;
    c.options = o != NULL ? *o : (nn_conv_options){.no_bias = false};
    bool fits = nn__size_fits(g, r->type, "the number of channels", out);
    for (int i = 0; i < r->dims && fits; i++) {
        c.kernel[i] = kernel[i];
        fits = nn__size_fits(g, r->type, "a size of the kernel", kernel[i]);
    }
    if (fits && c.options.conv.groups != 0) {
        fits = nn__size_fits(g, r->type, "the number of groups", c.options.conv.groups);
    }
    return fits ? nn__layer_new(g, r->type, nn__conv_forward, &c, sizeof c) : NULL;
}

nn_module *nn_conv1d(ag_graph *g, int64_t out, int64_t length, const nn_conv_options *o)
{
    return conv_new(g, &conv1d, out, (const int64_t[3]){length}, o);
}

nn_module *nn_conv2d(ag_graph *g, int64_t out, int64_t height, int64_t width,
                     const nn_conv_options *o)
{
    return conv_new(g, &conv2d, out, (const int64_t[3]){height, width}, o);
}

nn_module *nn_conv3d(ag_graph *g, int64_t out, int64_t depth, int64_t height, int64_t width,
                     const nn_conv_options *o)
{
    return conv_new(g, &conv3d, out, (const int64_t[3]){depth, height, width}, o);
}

nn_module *nn_conv_transpose1d(ag_graph *g, int64_t out, int64_t length, const nn_conv_options *o)
{
    return conv_new(g, &transpose1d, out, (const int64_t[3]){length}, o);
}

nn_module *nn_conv_transpose2d(ag_graph *g, int64_t out, int64_t height, int64_t width,
                               const nn_conv_options *o)
{
    return conv_new(g, &transpose2d, out, (const int64_t[3]){height, width}, o);
}

nn_module *nn_conv_transpose3d(ag_graph *g, int64_t out, int64_t depth, int64_t height,
                               int64_t width, const nn_conv_options *o)
{
    return conv_new(g, &transpose3d, out, (const int64_t[3]){depth, height, width}, o);
}
