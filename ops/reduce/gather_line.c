/* Elements taken along an axis by their index; see gather_line.h. The operations gather_line and
 * scatter_line are transposes of each other. Must not know how an index is found.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "gather_line.h"
#include "keepdim.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"

static int axis_of(const ag__gather_line *attr, int ndim)
{
    return attr->axis < 0 ? attr->axis + ndim : attr->axis;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Makes *part the array `a` with as many dimensions as the whole: if the axis was dropped, it is
 * put back with size 1. */
static void with_axis(ag__part *part, const ag_array *a, int axis, bool dropped)
{
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    int ndim = a->ndim + (dropped ? 1 : 0);
    for (int d = 0; d < ndim; d++) {
        int from = dropped && d > axis ? d - 1 : d;
        bool put_in = dropped && d == axis;
        dim[d] = put_in ? 1 : a->dim[from];
        stride[d] = put_in ? 0 : a->stride[from];
    }
    ag__part_shape(part, a, ndim, dim, stride, 0);
}

/* Opens the loop over the indices, the elements that are taken, and the first elements of the lines
 * of the whole. */
static void open_loop(ag__loop *l, const ag__gather_line *attr, const ag_array *index,
                      const ag_array *taken, const ag_array *whole)
{
    int axis = axis_of(attr, whole->ndim);
    ag__part i, t, w;
    int64_t dim[AG_MAX_DIMS];
    with_axis(&i, index, axis, attr->dropped);
    with_axis(&t, taken, axis, attr->dropped);
    memcpy(dim, whole->dim, (size_t)whole->ndim * sizeof *dim);
    dim[axis] = 1; /* the loop must not step along the axis of the whole */
    ag__part_shape(&w, whole, whole->ndim, dim, whole->stride, 0);
    ag__loop_open(l, i.array.ndim, i.dim);
    ag__loop_add(l, &i.array);
    ag__loop_add(l, &t.array);
    ag__loop_add(l, &w.array);
}

static void move(char *taken, char *whole, ag_dtype dtype, bool add)
{
    if (!add) {
        memcpy(taken, whole, ag_dtype_bytes(dtype));
    } else if (dtype == AG_F64) {
        *(double *)(void *)whole += *(double *)(void *)taken;
    } else {
        *(float *)(void *)whole += *(float *)(void *)taken;
    }
}

/* taken = whole[index], or whole[index] += taken. False if an index is out of range. */
static bool run(const ag__gather_line *attr, const ag_array *index, const ag_array *taken,
                const ag_array *whole, bool add)
{
    int axis = axis_of(attr, whole->ndim);
    int64_t extent = whole->dim[axis], apart = whole->stride[axis];
    ag__loop l;
    open_loop(&l, attr, index, taken, whole);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        for (int64_t k = 0; k < l.run; k++) {
            int64_t i = ((const int64_t *)(const void *)l.at[0])[k * l.step[0]];
            if (i < 0 || i >= extent) {
                return false;
            }
            move(l.at[1] + k * l.step[1] * l.each[1],
                 l.at[2] + (k * l.step[2] + i * apart) * l.each[2], whole->dtype, add);
        }
    }
    return true;
}

/* --- gather_line ------------------------------------------------------------------------------ */

static ag_status out_of_range(const ag_call *call, int64_t extent)
{
    return ag_call_fail(call, AG_ERR_VALUE, NULL, "an index is not from 0 to %lld",
                        (long long)extent - 1);
}

/* Whether `part` has the sizes of `whole`, except that it lacks the axis or has another size
 * there. */
static bool same_lines(ag_shape part, ag_shape whole, const ag__gather_line *attr)
{
    int axis = axis_of(attr, whole.ndim), dropped = attr->dropped ? 1 : 0;
    bool same = axis >= 0 && axis < whole.ndim && part.ndim + dropped == whole.ndim;
    for (int d = 0; d < whole.ndim && same; d++) {
        same = d == axis || part.dim[d - (dropped && d > axis)] == whole.dim[d];
    }
    return same;
}

/* The callers make indices that fit the operand, so this error should never happen. */
static ag_status lines_differ(const ag_call *call)
{
    return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the indices do not go with the operand");
}

ag_status ag__gather_line_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[1]);
    return same_lines(call->shape, ag_shape_of(call->in[0]), call->attr) ? AG_OK
                                                                         : lines_differ(call);
}

ag_status ag__gather_line_forward(ag_call *call)
{
    const ag__gather_line *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    bool ok = run(attr, &index, &call->out, &x, false);
    return ok ? AG_OK : out_of_range(call, x.dim[axis_of(attr, x.ndim)]);
}

static ag_tensor *scatter_line(ag_tensor *taken, ag_tensor *index, ag__gather_line attr,
                               int64_t extent);

ag_status ag__gather_line_vjp(ag_vjp_call *call)
{
    const ag__gather_line *attr = call->attr;
    ag_shape whole = ag_shape_of(call->in[0]);
    int64_t extent = whole.dim[axis_of(attr, whole.ndim)];
    return ag_accumulate(call, 0, scatter_line(call->upstream, call->in[1], *attr, extent));
}

/* Adds only to the places that were taken, so that nothing is done for the others. */
ag_status ag__gather_line_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), index = ag_array_of(call->in[1]);
    ag_array from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    return run(call->attr, &index, &from, &to, true) ? AG_OK : AG_ERR_OP;
}

void ag__gather_line_describe(const void *attr, char *text, size_t bytes)
{
    const ag__gather_line *a = attr;
    snprintf(text, bytes, "axis %d%s", a->axis, a->dropped ? "" : ", keepdim");
}

/* --- the transpose ---------------------------------------------------------------------------- */

static ag_status scatter_line_infer(ag_call *call)
{
    const ag__gather_line *attr = call->attr;
    ag_shape taken = ag_shape_of(call->in[0]), index = ag_shape_of(call->in[1]);
    int ndim = taken.ndim + (attr->dropped ? 1 : 0), axis = axis_of(attr, ndim);
    bool same = ndim <= AG_MAX_DIMS && axis >= 0 && axis < ndim && taken.ndim == index.ndim;
    for (int d = 0; d < taken.ndim && same; d++) {
        same = taken.dim[d] == index.dim[d];
    }
    if (!same) {
        return lines_differ(call);
    }
    call->shape = taken;
    call->shape.ndim = ndim;
    for (int d = axis + 1; attr->dropped && d < ndim; d++) {
        call->shape.dim[d] = taken.dim[d - 1];
    }
    call->shape.dim[axis] = attr->extent;
    return AG_OK;
}

static ag_status scatter_line_forward(ag_call *call)
{
    const ag__gather_line *attr = call->attr;
    ag_array taken = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    bool ok = run(attr, &index, &taken, &call->out, true);
    return ok ? AG_OK : out_of_range(call, attr->extent);
}

static ag_tensor *gather_line(ag_tensor *x, ag_tensor *index, ag__gather_line attr);

static ag_status scatter_line_vjp(ag_vjp_call *call)
{
    return ag_accumulate(
        call, 0, gather_line(call->upstream, call->in[1], *(const ag__gather_line *)call->attr));
}

/* --- the table -------------------------------------------------------------------------------- */

static const ag__gather_line axis_0 = {0, true, 0}, axis_1 = {1, true, 0}, along_1 = {1, false, 0};

/* Indices that take one element twice and one element never. */
static ag_tensor *indices(ag_tensor *const *in)
{
    static const int64_t where[8] = {0, 0, 2, 1, 3, 1, 1, 0};
    return ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, AG_I64, AG_SHAPE(2, 4), where);
}

/* The indices are those of the smallest elements of the second operand. */
AG__SAMPLE(gather, gather_line(in[0], ag_argmin_along(in[1], 1, false), axis_1))
AG__SAMPLE(scatter, scatter_line(in[0], indices(in), along_1, 4))
AG__SAMPLE(scatter_0, scatter_line(in[0], ag_argmin_along(in[1], 0, false), axis_0, 3))

static const ag_case gather_cases[] = {
    {"axis 1 of [3,4]", sample_gather, 2, {{2, {3, 4}}, {2, {3, 4}}}, -2, 2},
};

static const ag_case scatter_cases[] = {
    {"[2,4] into [2,4]", sample_scatter, 1, {{2, {2, 4}}}, -2, 2},
    {"[4] into [3,4]", sample_scatter_0, 2, {{1, {4}}, {2, {3, 4}}}, -2, 2},
};

const ag_op ag__gather_line_op = {
    .name = "gather_line",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(gather_line, A, B)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__gather_line_describe,
    AG_CASES(gather_cases),
};

/* Zeros, with the operand added at the places that gather_line takes. Only rules record these two
 * operations. */
const ag_op ag__scatter_line_op = {
    .name = "scatter_line",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = scatter_line_infer,
    .forward = scatter_line_forward,
    .vjp = scatter_line_vjp,
    .formula = "F(scatter_line, A, B)",
    .vjp_formula = {"F(gather_line, GY, B)"},
    .describe = ag__gather_line_describe,
    AG_CASES(scatter_cases),
};

static ag_tensor *gather_line(ag_tensor *x, ag_tensor *index, ag__gather_line attr)
{
    return ag_apply(&ag__gather_line_op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
}

static ag_tensor *scatter_line(ag_tensor *taken, ag_tensor *index, ag__gather_line attr,
                               int64_t extent)
{
    attr.extent = extent;
    return ag_apply(&ag__scatter_line_op, (ag_tensor *[]){taken, index}, 2, &attr, sizeof attr);
}

/* --- for the other files ---------------------------------------------------------------------- */

/* Records the elements of x at the indices along the axis. *indices, unless NULL, becomes the
 * indices. */
static ag_tensor *gather(const ag_op *op, ag_tensor *x, ag_tensor *index, ag__gather_line attr,
                         ag_tensor **indices)
{
    ag_tensor *y = NULL;
    if (index != NULL) {
        y = ag_apply(op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
    }
    if (indices != NULL && y != NULL) {
        *indices = index;
    }
    return y;
}

static ag_tensor *lifted(ag_tensor *x, int axis)
{
    return ag__along_scalar(x, axis) ? ag_reshape(x, AG_SHAPE(1)) : x;
}

static bool open(ag__composite *c, const ag_op *op, ag_tensor *x, ag_tensor **indices)
{
    if (indices != NULL) {
        *indices = NULL;
    }
    return ag__composite_open(c, op->name, &x, 1, 1);
}

ag_tensor *ag__gather_along(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                            bool keepdim, ag_tensor **indices)
{
    ag__composite c;
    bool dropped = ag__along_scalar(x, axis) || !keepdim;
    if (!open(&c, op, x, indices)) {
        return NULL;
    }
    ag_tensor *line = lifted(x, axis), *index = AG__COMPOSED(&c, where(line, axis, !dropped));
    return gather(op, line, index, (ag__gather_line){axis, dropped, 0}, indices);
}

ag_tensor *ag__gather_running(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                              bool flag, ag_tensor **indices)
{
    ag__composite c;
    bool scalar = ag__along_scalar(x, axis);
    if (!open(&c, op, x, indices)) {
        return NULL;
    }
    ag_tensor *line = lifted(x, axis), *index = AG__COMPOSED(&c, where(line, axis, flag));
    index = scalar ? ag_reshape(index, AG_SCALAR) : index;
    return gather(op, line, index, (ag__gather_line){axis, scalar, 0}, indices);
}
