/* Elements by their place in the sorted order: kthvalue, and quantiles, between two of them. Must
 * not know how to sort; that is sort.c.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/strided.h"

/* --- quantile --------------------------------------------------------------------------------- */

/* The elements of x that share a place of the result as a new last axis; *kept is the result's
 * shape. */
static ag_tensor *lines(ag_tensor *x, const bool over[AG_MAX_DIMS], bool keepdim, ag_shape *kept)
{
    ag_shape shape = ag_shape_of(x), flat = {.ndim = 0};
    ag_axes order = {.n = 0};
    int64_t n = 1;
    *kept = AG_SCALAR;
    for (int d = 0; d < shape.ndim; d++) {
        if (!over[d]) {
            order.axis[order.n++] = d;
            flat.dim[flat.ndim++] = shape.dim[d];
        }
        if (!over[d] || keepdim) {
            kept->dim[kept->ndim++] = over[d] ? 1 : shape.dim[d];
        }
    }
    for (int d = 0; d < shape.ndim; d++) {
        if (over[d]) {
            order.axis[order.n++] = d;
            n *= shape.dim[d];
        }
    }
    flat.dim[flat.ndim++] = n;
    return ag_reshape(shape.ndim > 0 ? ag_permute(x, order) : x, flat);
}

/* Where the quantile lies between the elements `at` and `at + 1`: at `at` itself for 0. */
static double between(ag_quantile_method method, double rank, int64_t *at)
{
    double low = floor(rank), part = rank - low;
    *at = (int64_t)low;
    switch (method) {
    case AG_QUANTILE_LOWER:
        return 0;
    case AG_QUANTILE_HIGHER:
        *at = (int64_t)ceil(rank);
        return 0;
    case AG_QUANTILE_NEAREST:
        *at = (int64_t)rint(rank);
        return 0;
    case AG_QUANTILE_MIDPOINT:
        return part > 0 ? 0.5 : 0;
    default:
        return part;
    }
}

static ag_tensor *quantile(ag_tensor *line, double q, ag_quantile_method method)
{
    ag_shape shape = ag_shape_of(line);
    int64_t n = shape.dim[shape.ndim - 1], at;
    double part = between(method, q * (double)(n - 1), &at);
    ag_tensor *sorted = ag_sort(line, -1, false, NULL);
    ag_tensor *y = ag_select(sorted, -1, at);
    if (part > 0) {
        y = ag_lerp_scalar(y, ag_select(sorted, -1, at + 1), part);
    }
    ag_tensor *last = ag_select(sorted, -1, n - 1); /* a NaN, if there is one */
    return ag_where(ag_isnan(last), last, y);
}

static bool is_allowed(const ag__composite *c, double q, ag_quantile_method method)
{
    if ((unsigned)method > AG_QUANTILE_MIDPOINT) {
        ag_call_fail(&c->call, AG_ERR_VALUE, "AG_QUANTILE_LINEAR to AG_QUANTILE_MIDPOINT",
                     "there is no method %d", (int)method);
        return false;
    }
    return ag__composite_argument(c, q >= 0 && q <= 1, "q", q, "from 0 to 1; 0.5 is the median");
}

static ag_tensor *over(const char *name, ag_tensor *x, ag_axes axes, bool keepdim, double q,
                       ag_quantile_method method)
{
    ag__composite c;
    bool flag[AG_MAX_DIMS];
    ag_shape kept;
    if (!ag__composite_open(&c, name, &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK ||
        ag__call_axes_1d(&c.call, axes, ag_shape_of(x).ndim, flag) != AG_OK ||
        !is_allowed(&c, q, method)) {
        return NULL;
    }
    ag_tensor *line = lines(x, flag, keepdim, &kept);
    ag_shape shape = ag_shape_of(line);
    if (line != NULL && shape.dim[shape.ndim - 1] == 0) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "there is no element");
        return NULL;
    }
    return AG__COMPOSED(&c, ag_reshape(quantile(line, q, method), kept));
}

ag_tensor *ag_quantile(ag_tensor *x, double q, ag_quantile_method method)
{
    return over("quantile", x, AG_ALL, false, q, method);
}

ag_tensor *ag_quantile_over(ag_tensor *x, ag_axes axes, bool keepdim, double q,
                            ag_quantile_method method)
{
    return over("quantile_over", x, axes, keepdim, q, method);
}

/* --- kthvalue --------------------------------------------------------------------------------- */

static ag_tensor *kth(ag_tensor *x, int axis, bool keepdim, int64_t k, ag_tensor **index)
{
    bool scalar = ag_shape_of(x).ndim == 0;
    ag_tensor *order = ag_argsort(x, axis, false);
    order = scalar ? order : ag_slice(order, axis, k - 1, k, 1);
    ag_tensor *y = ag_gather(x, order, axis);
    *index = keepdim || scalar ? order : ag_squeeze_axis(order, axis);
    return keepdim || scalar ? y : ag_squeeze_axis(y, axis);
}

ag_tensor *ag_kthvalue(ag_tensor *x, int axis, bool keepdim, int64_t k, ag_tensor **indices)
{
    ag__composite c;
    ag_shape shape = ag_shape_of(x);
    ag_tensor *index = NULL, *y = NULL;
    int d;
    if (ag__composite_open(&c, "kthvalue", &x, 1, 1) &&
        ag__call_axis_1d(&c.call, axis, shape.ndim, &d) == AG_OK) {
        int64_t n = shape.ndim > 0 ? shape.dim[d] : 1;
        if (k < 1 || k > n) {
            ag_call_fail(&c.call, AG_ERR_VALUE, "1 is the smallest element",
                         "k is %lld; axis %d has %lld elements", (long long)k, axis, (long long)n);
        } else {
            y = AG__COMPOSED(&c, kth(x, d, keepdim, k, &index));
        }
    }
    if (indices != NULL) {
        *indices = y != NULL ? index : NULL;
    }
    return y;
}
