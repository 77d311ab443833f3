/* max_unpool: elements put back at the places that max pooling has taken them from. It is a scatter
 * within each plane. Must not know how elements are put at their places.
 */
#include <autograd/index.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "ops/common/indexing.h"
#include "spatial.h"

/* The sizes of the n spatial dimensions of the result: those that pooling would have taken to x's,
 * or the caller's, which may differ from them by less than a stride. */
static bool sizes_of(const ag__composite *c, const ag_tensor *x, const ag_pool_options *o, int n,
                     ag_shape wanted, int64_t size[3])
{
    int64_t kernel[3], stride[3], pad[3], from[3];
    bool plain = o->stride[0] == 0 && o->stride[1] == 0 && o->stride[2] == 0;
    if (wanted.ndim != 0 && wanted.ndim != n) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "AG_SCALAR means the usual ones",
                     "%d sizes for %d spatial dimensions", wanted.ndim, n);
        return false;
    }
    if (!ag__layer_option(c, "kernel", o->kernel, n, 0, 1, 1, kernel) ||
        !ag__layer_option(c, "stride", plain ? o->kernel : o->stride, n, 0, 1, 1, stride) ||
        !ag__layer_option(c, "padding", o->padding, n, 0, 0, 0, pad)) {
        return false;
    }
    ag__layer_extents(ag_shape_of(x), ag_shape_of(x).ndim - n, n, from);
    for (int d = 3 - n; d < 3; d++) {
        if (from[d] > INT64_MAX / 4 / stride[d]) {
            ag_call_fail(&c->call, AG_ERR_OVERFLOW, NULL, "%lld elements with stride %lld",
                         (long long)from[d], (long long)stride[d]);
            return false;
        }
        int64_t at = d - (3 - n), usual = (from[d] - 1) * stride[d] - 2 * pad[d] + kernel[d];
        size[at] = wanted.ndim > 0 ? wanted.dim[at] : usual;
        if (size[at] < 1 || size[at] <= usual - stride[d] || size[at] >= usual + stride[d]) {
            ag_call_fail(&c->call, AG_ERR_VALUE, "the size that was pooled",
                         "size %lld in spatial dimension %lld; %lld is usual, or less than a "
                         "stride beside it",
                         (long long)size[at], (long long)at, (long long)usual);
            return false;
        }
    }
    return true;
}

/* A line for each plane: (samples times channels, elements of a plane). */
static ag_tensor *by_plane(ag_tensor *x, int n)
{
    return ag_flatten(ag_flatten(x, -n, -1), 0, -2);
}

static ag_tensor *put_back(ag_tensor *x, ag_tensor *indices, int n, const int64_t size[3])
{
    ag_shape to = ag_shape_of(x);
    for (int d = 0; d < n; d++) {
        to.dim[to.ndim - n + d] = size[d];
    }
    ag_tensor *planes = by_plane(ag__zeros(ag_graph_of(x), ag_dtype_of(x), to), n);
    return ag_reshape(ag_scatter(planes, by_plane(indices, n), by_plane(x, n), 1), to);
}

static ag_tensor *unpool(const char *name, int n, ag_tensor *x, ag_tensor *indices,
                         const ag_pool_options *o, ag_shape wanted)
{
    ag__composite c;
    int64_t size[3];
    int ndim = ag_shape_of(x).ndim;
    if (!ag__composite_open(&c, name, (ag_tensor *[]){x, indices}, 2, 2) ||
        ag__index_dtype(&c.call, indices, "index") != AG_OK ||
        !ag__composite_shape(&c, "index", indices, ag_shape_of(x))) {
        return NULL;
    }
    if (ndim != n + 1 && ndim != n + 2) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "batch (or not), channels, then the spatial ones",
                     "an operand of %d dimensions, %d of them spatial", ndim, n);
        return NULL;
    }
    if (o == NULL) {
        ag_call_fail(&c.call, AG_ERR_NULL_ARGUMENT, NULL,
                     "the options, which have the kernel, are NULL");
        return NULL;
    }
    bool good = sizes_of(&c, x, o, n, wanted, size);
    return good ? AG__COMPOSED(&c, put_back(x, indices, n, size)) : NULL;
}

ag_tensor *ag_max_unpool1d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                           ag_shape size)
{
    return unpool("max_unpool1d", 1, x, indices, o, size);
}

ag_tensor *ag_max_unpool2d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                           ag_shape size)
{
    return unpool("max_unpool2d", 2, x, indices, o, size);
}

ag_tensor *ag_max_unpool3d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                           ag_shape size)
{
    return unpool("max_unpool3d", 3, x, indices, o, size);
}
