/* Pooling layers: the largest element or the mean of windows of a given size, or of a given number
 * of windows.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

static bool input_fits(const nn_module *m, const ag_tensor *x, int dims)
{
    static const char *const axes[] = {"batch, channels, length", "batch, channels, height, width",
                                       "batch, channels, depth, height, width"};
    return nn__dims_fit(m, x, dims + 2, axes[dims - 1]);
}

/* --- windows of a given size ------------------------------------------------------------------ */

static ag_tensor *max1d(ag_tensor *x, const ag_pool_options *o)
{
    return ag_max_pool1d(x, o, NULL);
}

static ag_tensor *max2d(ag_tensor *x, const ag_pool_options *o)
{
    return ag_max_pool2d(x, o, NULL);
}

static ag_tensor *max3d(ag_tensor *x, const ag_pool_options *o)
{
    return ag_max_pool3d(x, o, NULL);
}

ag_tensor *nn__pool_forward(nn_module *m, ag_tensor *x)
{
    const nn__pool_layer *p = nn_self(m);
    return input_fits(m, x, p->dims) ? p->op(x, &p->options) : NULL;
}

/* `p` has the dimensions and the operation, `size` a number for each dimension. */
static nn_module *pool_new(ag_graph *g, const char *type, nn__pool_layer p, const int64_t size[3],
                           const ag_pool_options *o)
{
    p.options = o != NULL ? *o : (ag_pool_options){{0}, {0}, {0}, {0}, false, false, 0};
    for (int i = 0; i < 3; i++) {
        p.options.kernel[i] = i < p.dims ? size[i] : 0;
        if (i < p.dims && !nn__size_fits(g, type, "a size of the window", size[i])) {
            return NULL;
        }
    }
    return nn__layer_new(g, type, nn__pool_forward, &p, sizeof p);
}

nn_module *nn_max_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o)
{
    return pool_new(g, "max_pool1d", (nn__pool_layer){.dims = 1, .op = max1d},
                    (const int64_t[3]){length}, o);
}

nn_module *nn_max_pool2d(ag_graph *g, int64_t height, int64_t width, const ag_pool_options *o)
{
    return pool_new(g, "max_pool2d", (nn__pool_layer){.dims = 2, .op = max2d},
                    (const int64_t[3]){height, width}, o);
}

nn_module *nn_max_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width,
                         const ag_pool_options *o)
{
    return pool_new(g, "max_pool3d", (nn__pool_layer){.dims = 3, .op = max3d},
                    (const int64_t[3]){depth, height, width}, o);
}

nn_module *nn_avg_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o)
{
    return pool_new(g, "avg_pool1d", (nn__pool_layer){.dims = 1, .op = ag_avg_pool1d},
                    (const int64_t[3]){length}, o);
}

nn_module *nn_avg_pool2d(ag_graph *g, int64_t height, int64_t width, const ag_pool_options *o)
{
    return pool_new(g, "avg_pool2d", (nn__pool_layer){.dims = 2, .op = ag_avg_pool2d},
                    (const int64_t[3]){height, width}, o);
}

nn_module *nn_avg_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width,
                         const ag_pool_options *o)
{
    return pool_new(g, "avg_pool3d", (nn__pool_layer){.dims = 3, .op = ag_avg_pool3d},
                    (const int64_t[3]){depth, height, width}, o);
}

/* --- a given number of windows ---------------------------------------------------------------- */

static ag_tensor *largest(ag_tensor *x, int dims, const int64_t n[3])
{
    return dims == 1   ? ag_adaptive_max_pool1d(x, n[0], NULL)
           : dims == 2 ? ag_adaptive_max_pool2d(x, n[0], n[1], NULL)
                       : ag_adaptive_max_pool3d(x, n[0], n[1], n[2], NULL);
}

static ag_tensor *mean(ag_tensor *x, int dims, const int64_t n[3])
{
    return dims == 1   ? ag_adaptive_avg_pool1d(x, n[0])
           : dims == 2 ? ag_adaptive_avg_pool2d(x, n[0], n[1])
                       : ag_adaptive_avg_pool3d(x, n[0], n[1], n[2]);
}

ag_tensor *nn__adaptive_forward(nn_module *m, ag_tensor *x)
{
    const nn__adaptive_pool_layer *p = nn_self(m);
    if (!input_fits(m, x, p->dims)) {
        return NULL;
    }
    return p->largest ? largest(x, p->dims, p->size) : mean(x, p->dims, p->size);
}

static nn_module *adaptive_new(ag_graph *g, const char *type, nn__adaptive_pool_layer p)
{
    for (int i = 0; i < p.dims; i++) {
        if (!nn__size_fits(g, type, "the number of windows", p.size[i])) {
            return NULL;
        }
    }
    return nn__layer_new(g, type, nn__adaptive_forward, &p, sizeof p);
}

nn_module *nn_adaptive_max_pool1d(ag_graph *g, int64_t length)
{
    return adaptive_new(g, "adaptive_max_pool1d", (nn__adaptive_pool_layer){1, true, {length}});
}

nn_module *nn_adaptive_max_pool2d(ag_graph *g, int64_t height, int64_t width)
{
    return adaptive_new(g, "adaptive_max_pool2d",
                        (nn__adaptive_pool_layer){2, true, {height, width}});
}

nn_module *nn_adaptive_max_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width)
{
    return adaptive_new(g, "adaptive_max_pool3d",
                        (nn__adaptive_pool_layer){3, true, {depth, height, width}});
}

nn_module *nn_adaptive_avg_pool1d(ag_graph *g, int64_t length)
{
    return adaptive_new(g, "adaptive_avg_pool1d", (nn__adaptive_pool_layer){1, false, {length}});
}

nn_module *nn_adaptive_avg_pool2d(ag_graph *g, int64_t height, int64_t width)
{
    return adaptive_new(g, "adaptive_avg_pool2d",
                        (nn__adaptive_pool_layer){2, false, {height, width}});
}

nn_module *nn_adaptive_avg_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width)
{
    return adaptive_new(g, "adaptive_avg_pool3d",
                        (nn__adaptive_pool_layer){3, false, {depth, height, width}});
}
