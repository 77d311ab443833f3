/* stack, which joins tensors along a new axis; arange, linspace and meshgrid, which make the
 * numbers and coordinates that index with.
 */
#define AG_NO_SITES
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "ops/common/composite.h"
#include "ops/common/strided.h"
#include "ops/index/index_ops.h"

/* --- stack ------------------------------------------------------------------------------------ */

static ag_status stack_fit(const ag_call *call, int i)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag_shape a = ag_shape_of(call->in[0]), b = ag_shape_of(call->in[i]);
    if (a.ndim == b.ndim && memcmp(a.dim, b.dim, (size_t)a.ndim * sizeof *a.dim) == 0) {
        return AG_OK;
    }
    return ag_call_fail(call, AG_ERR_SHAPE, "all shapes must be equal; ag_concat joins others",
                        "operand 0 is %s and operand %d is %s", ag__text_of(a, ta), i,
                        ag__text_of(b, tb));
}

static ag_status stack_infer(ag_call *call)
{
    ag_shape each = ag_shape_of(call->in[0]);
    int axis;
    if (each.ndim == AG_MAX_DIMS) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the operands have %d dimensions already",
                            each.ndim);
    }
    ag_status status = ag_call_axis(call, *(const int *)call->attr, each.ndim + 1, &axis);
    if (status == AG_OK) {
        status = ag_call_same_dtype(call);
    }
    for (int i = 1; status == AG_OK && i < call->n_in; i++) {
        status = stack_fit(call, i);
    }
    call->shape.ndim = each.ndim + 1;
    for (int d = 0, from = 0; status == AG_OK && d <= each.ndim; d++) {
        call->shape.dim[d] = d == axis ? call->n_in : each.dim[from];
        from += d != axis;
    }
    return status;
}

static ag_status stack_forward(ag_call *call)
{
    int axis = *(const int *)call->attr;
    axis = axis < 0 ? axis + call->out.ndim : axis;
    int64_t stride[AG_MAX_DIMS];
    for (int d = 0, to = 0; d < call->out.ndim; d++) {
        stride[to] = call->out.stride[d];
        to += d != axis;
    }
    for (int i = 0; i < call->n_in; i++) {
        ag_array x = ag_array_of(call->in[i]);
        ag__part part;
        ag__part_shape(&part, &call->out, x.ndim, x.dim, stride, i * call->out.stride[axis]);
        ag__strided_copy(&part.array, &x);
    }
    return AG_OK;
}

static ag_status stack_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    for (int i = 0; i < call->n_in; i++) {
        if (ag_needs_input_grad(call, i)) {
            ag_status status = ag_accumulate(call, i, ag_select(call->upstream, axis, i));
            if (status != AG_OK) {
                return status;
            }
        }
    }
    return AG_OK;
}

static void stack_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "axis %d", *(const int *)attr);
}

static ag_tensor *sample_stack(ag_tensor *const *in)
{
    return ag_stack(in, 3, 1);
}

static ag_tensor *sample_stack_twice(ag_tensor *const *in)
{
    ag_tensor *list[] = {in[0], ag_transpose(in[1]), in[0]};
    return ag_stack(list, 3, -1);
}

static ag_tensor *sample_stack_scalars(ag_tensor *const *in)
{
    return ag_stack(in, 2, 0);
}

static const ag_case stack_cases[] = {
    {"three of [2,3] along 1", sample_stack, 3, {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"one twice, one transposed", sample_stack_twice, 2, {{2, {2, 3}}, {2, {3, 2}}}, -2, 2},
    {"0-d", sample_stack_scalars, 2, {{0, {0}}, {0, {0}}}, -2, 2},
};

const ag_op ag__stack_op = {
    .name = "stack",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = stack_infer,
    .forward = stack_forward,
    .vjp = stack_vjp,
    .vjp_formula = {"F(select, GY)", "F(select, GY)", "F(select, GY)"},
    .describe = stack_describe,
    .cases = stack_cases,
    .n_cases = sizeof stack_cases / sizeof stack_cases[0],
};

ag_tensor *ag_stack(ag_tensor *const *list, int n, int axis)
{
    return list != NULL && n > 0 ? ag_apply(&ag__stack_op, list, n, &axis, sizeof axis) : NULL;
}

/* --- meshgrid --------------------------------------------------------------------------------- */

/* The shape of the grid: one axis per tensor of the list; false with an error kept. */
static bool grid_shape(ag_tensor *const *list, int n, ag_shape *grid)
{
    ag__composite c;
    if (!ag__composite_open(&c, "meshgrid", list, n, n)) {
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
    if (list == NULL || out == NULL || n < 1 || !grid_shape(list, n, &grid)) {
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

/* Are all of them values that the dtype can hold? */
static bool holds(ag_dtype dtype, const double *values, int n)
{
    for (int i = 0; i < n; i++) {
        if (dtype == AG_I64 ? !(fabs(values[i]) < 9223372036854775808.0) : !isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

/* How many numbers there are; -1 with an error kept. */
static int64_t arange_count(const ag_call *call, ag_dtype dtype, const double *range)
{
    double start = range[0], stop = range[1], step = range[2], n = ceil((stop - start) / step);
    if ((unsigned)dtype >= AG_DTYPE_COUNT) {
        ag_call_fail(call, AG_ERR_DTYPE, NULL, "there is no dtype %d", (int)dtype);
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
    if (!ag__composite_open_graph(&c, "linspace", g)) {
        return NULL;
    }
    if ((unsigned)dtype >= AG_DTYPE_COUNT || !holds(dtype, ends, 2) || n < 0) {
        bool known = (unsigned)dtype < AG_DTYPE_COUNT;
        ag_call_fail(&c.call, known ? AG_ERR_VALUE : AG_ERR_DTYPE, NULL,
                     "%lld numbers from %g to %g in dtype %d", (long long)n, start, stop,
                     (int)dtype);
        return NULL;
    }
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, dtype, AG_SHAPE(n), NULL);
    void *data = t != NULL ? ag_mutable_data(t) : NULL;
    double gaps = (double)(n > 1 ? n - 1 : 1), step = (stop - start) / gaps;
    step = isfinite(step) ? step : stop / gaps - start / gaps;
    for (int64_t i = 0; i < ag_size(t); i++) { /* both ends are exact */
        bool near = i < n - i;
        put(data, dtype, i, near ? start + step * (double)i : stop - step * (double)(n - 1 - i));
    }
    return t;
}
