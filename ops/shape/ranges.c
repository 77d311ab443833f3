/* Vectors of numbers and coordinates: arange and linspace make constants, meshgrid lays vectors
 * along the axes of a grid. Must not know what they are used for.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/shape.h>

#include "ops/common/composite.h"

/* --- meshgrid --------------------------------------------------------------------------------- */

/* The shape of the grid, which has one axis for each tensor of the list. False with an error
 * kept. */
static bool grid_shape(ag_tensor *const *list, int n, ag_tensor **out, ag_shape *grid)
{
    ag__composite c;
    if (!ag__composite_open(&c, "meshgrid", list, n, n)) {
        return false;
    }
    if (out == NULL) {
        ag_call_fail(&c.call, AG_ERR_NULL_ARGUMENT, NULL, "`out` is NULL");
        return false;
    }
    if (n > AG_MAX_DIMS) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "%d coordinates; %d are possible", n,
                     AG_MAX_DIMS);
        return false;
    }
    grid->ndim = n;
    for (int i = 0; i < n; i++) {
        if (ag_shape_of(list[i]).ndim > 1) {
            ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "coordinate %d is not a vector", i);
            return false;
        }
        grid->dim[i] = ag_size(list[i]);
    }
    return true;
}

int ag_meshgrid(ag_tensor *const *list, int n, ag_tensor **out)
{
    ag_shape grid = {0, {0}};
    for (int i = 0; i < n && out != NULL; i++) {
        out[i] = NULL;
    }
    if (list == NULL || n < 1 || !grid_shape(list, n, out, &grid)) {
        return -1;
    }
    bool ok = true;
    for (int i = 0; i < n; i++) {
        ag_shape line = {grid.ndim, {1, 1, 1, 1, 1, 1, 1, 1}};
        line.dim[i] = grid.dim[i];
        out[i] = ag_expand(ag_reshape(list[i], line), grid);
        ok = ok && out[i] != NULL;
    }
    return ok ? n : -1;
}

/* --- arange, linspace ------------------------------------------------------------------------- */

static void put(void *data, ag_dtype dtype, int64_t i, double value)
{
    if (dtype == AG_F64) {
        ((double *)data)[i] = value;
    } else if (dtype == AG_F32) {
        ((float *)data)[i] = (float)value;
    } else {
        ((int64_t *)data)[i] = (int64_t)value;
    }
}

/* Whether the dtype can hold all these values. */
static bool holds(ag_dtype dtype, const double *values, int n)
{
    for (int i = 0; i < n; i++) {
        if (dtype == AG_I64 ? !(fabs(values[i]) < 9223372036854775808.0) : !isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

static bool is_dtype(const ag_call *call, ag_dtype dtype)
{
    bool known = (unsigned)dtype < AG_DTYPE_COUNT;
    if (!known) {
        ag_call_fail(call, AG_ERR_DTYPE, NULL, "no such dtype (%d)", (int)dtype);
    }
    return known;
}

/* How many numbers the range has, or -1 with an error kept. */
static int64_t arange_count(const ag_call *call, ag_dtype dtype, const double *range)
{
    double start = range[0], stop = range[1], step = range[2], n = ceil((stop - start) / step);
    if (!is_dtype(call, dtype)) {
        return -1;
    }
    if (!holds(dtype, range, 3) || step == 0 || (step < 0 ? stop > start : stop < start)) {
        ag_call_fail(call, AG_ERR_VALUE,
                     dtype == AG_I64 ? "whole numbers; the step is not 0 and leads to stop"
                                     : "the step is not 0 and leads from start to stop",
                     "from %g to %g by %g", start, stop, step);
        return -1;
    }
    if (!(n < 9e15)) {
        ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "from %g to %g by %g: too many numbers", start,
                     stop, step);
        return -1;
    }
    return n > 0 ? (int64_t)n : 0;
}

ag_tensor *ag_arange(ag_graph *g, ag_dtype dtype, double start, double stop, double step)
{
    ag__composite c;
    double range[] = {start, stop, step};
    for (int i = 0; i < 3 && dtype == AG_I64; i++) {
        range[i] = trunc(range[i]);
    }
    bool open = ag__composite_open_graph(&c, "arange", g);
    int64_t n = open ? arange_count(&c.call, dtype, range) : -1;
    ag_tensor *t = n >= 0 ? ag_leaf(g, AG_CONSTANT, dtype, AG_SHAPE(n), NULL) : NULL;
    void *data = t != NULL ? ag_mutable_data(t) : NULL;
    for (int64_t i = 0; i < ag_size(t); i++) {
        put(data, dtype, i, range[0] + (double)i * range[2]);
    }
    return t;
}

ag_tensor *ag_linspace(ag_graph *g, ag_dtype dtype, double start, double stop, int64_t n)
{
    ag__composite c;
    const double ends[] = {start, stop};
    if (!ag__composite_open_graph(&c, "linspace", g) || !is_dtype(&c.call, dtype)) {
        return NULL;
    }
    if (!holds(dtype, ends, 2) || n < 0) {
        ag_call_fail(
            &c.call, AG_ERR_VALUE, n < 0 ? "0 numbers or more" : "ends that the dtype can hold",
            "%lld numbers from %g to %g in %s", (long long)n, start, stop, ag_dtype_text(dtype));
        return NULL;
    }
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, dtype, AG_SHAPE(n), NULL);
    void *data = t != NULL ? ag_mutable_data(t) : NULL;
    double gaps = (double)(n > 1 ? n - 1 : 1), step = (stop - start) / gaps;
    step = isfinite(step) ? step : stop / gaps - start / gaps;
    for (int64_t i = 0; i < ag_size(t);
         i++) { /* counts from the nearer end, so both ends are exact */
        bool near = i < n - i;
        put(data, dtype, i, near ? start + step * (double)i : stop - step * (double)(n - 1 - i));
    }
    return t;
}
