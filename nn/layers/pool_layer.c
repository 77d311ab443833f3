/* Pooling layers: the largest or the mean of windows of a given size, or of a given number. */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

static const char *axes_of(int dims)
{
    return dims == 1 ? "batch, channels, length" : "batch, channels, height, width";
}

static ag_tensor *max1d(ag_tensor *x, const ag_pool_options *o)
{
    return ag_max_pool1d(x, o, NULL);
}

static ag_tensor *max2d(ag_tensor *x, const ag_pool_options *o)
{
    return ag_max_pool2d(x, o, NULL);
}

static ag_tensor *pool_forward(nn_module *m, ag_tensor *x)
{
    const nn__pool_layer *p = nn_self(m);
    return nn__dims_fit(m, x, p->dims + 2, axes_of(p->dims)) ? p->op(x, &p->options) : NULL;
}

static nn_module *pool_new(ag_graph *g, const char *type, nn__pool_layer p, int64_t height,
                           int64_t width, const ag_pool_options *o)
{
    p.options = o != NULL ? *o : (ag_pool_options){{0}, {0}, {0}, {0}, false, false, 0};
    p.options.kernel[0] = height;
    p.options.kernel[1] = p.dims > 1 ? width : 0;
    p.options.kernel[2] = 0;
    return nn__size_fits(g, type, "a size of the window", height) &&
                   nn__size_fits(g, type, "a size of the window", width)
               ? nn__layer_new(g, type, pool_forward, &p, sizeof p)
               : NULL;
}

nn_module *nn_max_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o)
{
    return pool_new(g, "max_pool1d", (nn__pool_layer){.dims = 1, .op = max1d}, length, 1, o);
}

nn_module *nn_max_pool2d(ag_graph *g, int64_t height, int64_t width, const ag_pool_options *o)
{
    return pool_new(g, "max_pool2d", (nn__pool_layer){.dims = 2, .op = max2d}, height, width, o);
}

nn_module *nn_avg_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o)
{
    return pool_new(g, "avg_pool1d", (nn__pool_layer){.dims = 1, .op = ag_avg_pool1d}, length, 1,
                    o);
}

nn_module *nn_avg_pool2d(ag_graph *g, int64_t height, int64_t width, const ag_pool_options *o)
{
    return pool_new(g, "avg_pool2d", (nn__pool_layer){.dims = 2, .op = ag_avg_pool2d}, height,
                    width, o);
}

/* --- a given number of windows ---------------------------------------------------------------- */

static ag_tensor *adaptive_forward(nn_module *m, ag_tensor *x)
{
    const nn__adaptive_pool_layer *p = nn_self(m);
    if (!nn__dims_fit(m, x, p->dims + 2, axes_of(p->dims))) {
        return NULL;
    }
    return p->dims == 1 ? ag_adaptive_avg_pool1d(x, p->size[0])
                        : ag_adaptive_avg_pool2d(x, p->size[0], p->size[1]);
}

static nn_module *adaptive_new(ag_graph *g, const char *type, nn__adaptive_pool_layer p)
{
    return nn__size_fits(g, type, "the number of windows", p.size[0]) &&
                   nn__size_fits(g, type, "the number of windows", p.size[1])
               ? nn__layer_new(g, type, adaptive_forward, &p, sizeof p)
               : NULL;
}

nn_module *nn_adaptive_avg_pool1d(ag_graph *g, int64_t length)
{
    return adaptive_new(g, "adaptive_avg_pool1d", (nn__adaptive_pool_layer){1, {length, 1}});
}

nn_module *nn_adaptive_avg_pool2d(ag_graph *g, int64_t height, int64_t width)
{
    return adaptive_new(g, "adaptive_avg_pool2d", (nn__adaptive_pool_layer){2, {height, width}});
}
