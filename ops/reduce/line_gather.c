/* Elements taken along an axis by their index: see line_gather.h. pick and unpick are transposes. */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "line_gather.h"
#include "reduce_ops.h"
#include "ties.h"

static int axis_of(const ag__pick *attr, int ndim)
{
    return attr->axis < 0 ? attr->axis + ndim : attr->axis;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* `a` with the whole's number of dimensions. */
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

/* The loop over the indices, the taken elements, and the first element of the whole's line. */
static void open_loop(ag__loop *l, const ag__pick *attr, const ag_array *index,
                      const ag_array *taken, const ag_array *whole)
{
    int axis = axis_of(attr, whole->ndim);
    ag__part i, t, w;
    int64_t dim[AG_MAX_DIMS];
    with_axis(&i, index, axis, attr->dropped);
    with_axis(&t, taken, axis, attr->dropped);
    memcpy(dim, whole->dim, (size_t)whole->ndim * sizeof *dim);
    dim[axis] = 1; /* which the loop does not step along */
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

/* taken = whole[index], or whole[index] += taken; false where an index is out of range. */
static bool run(const ag__pick *attr, const ag_array *index, const ag_array *taken,
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

/* --- pick ------------------------------------------------------------------------------------- */

static ag_status out_of_range(const ag_call *call, int64_t extent)
{
    return ag_call_fail(call, AG_ERR_VALUE, NULL, "an index is not from 0 to %lld",
                        (long long)extent - 1);
}

/* One shape has the other's sizes, without the axis or with another size there. */
static bool same_lines(ag_shape part, ag_shape whole, const ag__pick *attr)
{
    int axis = axis_of(attr, whole.ndim), dropped = attr->dropped ? 1 : 0;
    bool same = axis >= 0 && axis < whole.ndim && part.ndim + dropped == whole.ndim;
    for (int d = 0; d < whole.ndim && same; d++) {
        same = d == axis || part.dim[d - (dropped && d > axis)] == whole.dim[d];
    }
    return same;
}

/* Whoever records these has made the indices to go with the operand; this is to be sure. */
static ag_status lines_differ(const ag_call *call)
{
    return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the indices do not go with the operand");
}

ag_status ag__pick_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[1]);
    return same_lines(call->shape, ag_shape_of(call->in[0]), call->attr) ? AG_OK
                                                                         : lines_differ(call);
}

ag_status ag__pick_forward(ag_call *call)
{
    const ag__pick *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    bool ok = run(attr, &index, &call->out, &x, false);
    return ok ? AG_OK : out_of_range(call, x.dim[axis_of(attr, x.ndim)]);
}

static ag_tensor *unpick(ag_tensor *taken, ag_tensor *index, ag__pick attr, int64_t extent);

ag_status ag__pick_vjp(ag_vjp_call *call)
{
    const ag__pick *attr = call->attr;
    ag_shape whole = ag_shape_of(call->in[0]);
    int64_t extent = whole.dim[axis_of(attr, whole.ndim)];
    return ag_accumulate(call, 0, unpick(call->upstream, call->in[1], *attr, extent));
}

/* Adds to the places taken alone. */
ag_status ag__pick_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), index = ag_array_of(call->in[1]);
    ag_array from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    return run(call->attr, &index, &from, &to, true) ? AG_OK : AG_ERR_OP;
}

void ag__pick_describe(const void *attr, char *text, size_t bytes)
{
    const ag__pick *a = attr;
    snprintf(text, bytes, "axis %d%s", a->axis, a->dropped ? "" : ", keepdim");
}

/* --- the transpose ---------------------------------------------------------------------------- */

static ag_status unpick_infer(ag_call *call)
{
    const ag__pick *attr = call->attr;
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

static ag_status unpick_forward(ag_call *call)
{
    const ag__pick *attr = call->attr;
    ag_array taken = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    bool ok = run(attr, &index, &taken, &call->out, true);
    return ok ? AG_OK : out_of_range(call, attr->extent);
}

static ag_tensor *pick(ag_tensor *x, ag_tensor *index, ag__pick attr);

static ag_status unpick_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, pick(call->upstream, call->in[1], *(const ag__pick *)call->attr));
}

/* The second operand's smallest elements say where. */
#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }
SAMPLE(pick, pick(in[0], ag_argmin_along(in[1], 1, false), ((ag__pick){1, true, 0})))
SAMPLE(unpick, unpick(in[0], ag__running_index(in[1], 1, true), ((ag__pick){1, false, 0}), 4))
SAMPLE(unpick_0, unpick(in[0], ag_argmin_along(in[1], 0, false), ((ag__pick){0, true, 0}), 3))

static const ag_case pick_cases[] = {
    {"axis 1 of [3,4]", sample_pick, 2, {{2, {3, 4}}, {2, {3, 4}}}, -2, 2},
};

static const ag_case unpick_cases[] = {
    {"[2,4] into [2,4]", sample_unpick, 2, {{2, {2, 4}}, {2, {2, 4}}}, -2, 2},
    {"[4] into [3,4]", sample_unpick_0, 2, {{1, {4}}, {2, {3, 4}}}, -2, 2},
};

const ag_op ag__pick_op = {
    .name = "pick",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = ag__pick_infer,
    .forward = ag__pick_forward,
    .vjp = ag__pick_vjp,
    .backward = ag__pick_backward,
    .formula = "F(pick, A, B)",
    .vjp_formula = {"F(unpick, GY, B)"},
    .describe = ag__pick_describe,
    .cases = pick_cases,
    .n_cases = sizeof pick_cases / sizeof pick_cases[0],
};

/* Zeros, with the operand added in the places that pick takes. Only the rules record these two. */
const ag_op ag__unpick_op = {
    .name = "unpick",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = unpick_infer,
    .forward = unpick_forward,
    .vjp = unpick_vjp,
    .formula = "F(unpick, A, B)",
    .vjp_formula = {"F(pick, GY, B)"},
    .describe = ag__pick_describe,
    .cases = unpick_cases,
    .n_cases = sizeof unpick_cases / sizeof unpick_cases[0],
};

static ag_tensor *pick(ag_tensor *x, ag_tensor *index, ag__pick attr)
{
    return ag_apply(&ag__pick_op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
}

static ag_tensor *unpick(ag_tensor *taken, ag_tensor *index, ag__pick attr, int64_t extent)
{
    attr.extent = extent;
    return ag_apply(&ag__unpick_op, (ag_tensor *[]){taken, index}, 2, &attr, sizeof attr);
}
