/* Elements taken along an axis by their index, and the operations that are that: the largest, the
 * smallest, the median of a line, the largest so far. pick and unpick are transposes. The indices
 * come from extreme.c and median.c.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "choose.h"
#include "family.h"

typedef struct pick_attr {
    int axis;       /* of the whole; first, for ag__along_describe */
    bool dropped;   /* does the taken have the axis no more? It then has one element along it */
    int64_t extent; /* unpick: the size of the axis in the result */
} pick_attr;

static int axis_of(const pick_attr *attr, int ndim)
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
static void open_loop(ag__loop *l, const pick_attr *attr, const ag_array *index,
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
static bool run(const pick_attr *attr, const ag_array *index, const ag_array *taken,
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
static bool same_lines(ag_shape part, ag_shape whole, const pick_attr *attr)
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

static ag_status pick_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[1]);
    return same_lines(call->shape, ag_shape_of(call->in[0]), call->attr) ? AG_OK
                                                                         : lines_differ(call);
}

static ag_status pick_forward(ag_call *call)
{
    const pick_attr *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    bool ok = run(attr, &index, &call->out, &x, false);
    return ok ? AG_OK : out_of_range(call, x.dim[axis_of(attr, x.ndim)]);
}

static ag_tensor *unpick(ag_tensor *taken, ag_tensor *index, pick_attr attr, int64_t extent);

static ag_status pick_vjp(ag_pull *pull)
{
    const pick_attr *attr = pull->attr;
    ag_shape whole = ag_shape_of(pull->in[0]);
    int64_t extent = whole.dim[axis_of(attr, whole.ndim)];
    return ag_accumulate(pull, 0, unpick(pull->upstream, pull->in[1], *attr, extent));
}

/* Adds to the places taken alone. */
static ag_status pick_backward(ag_pull *pull)
{
    ag_array to = ag_grad_array(pull, 0), index = ag_array_of(pull->in[1]);
    ag_array from = ag_array_of(pull->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    return run(pull->attr, &index, &from, &to, true) ? AG_OK : AG_ERR_OP;
}

static void pick_describe(const void *attr, char *text, size_t bytes)
{
    const pick_attr *a = attr;
    snprintf(text, bytes, "axis %d%s", a->axis, a->dropped ? "" : ", keepdim");
}

/* --- the operations --------------------------------------------------------------------------- */

#define PICK(word, how_described)                                                                  \
    static ag_tensor *sample_##word(ag_tensor *const *in);                                         \
    static ag_tensor *sample_##word##_first(ag_tensor *const *in);                                 \
    static const ag_case word##_cases[] = {                                                        \
        {"last axis of [3,4]", sample_##word, 1, {{2, {3, 4}}}, -2, 2},                            \
        {"axis 0 of [3,2,2]", sample_##word##_first, 1, {{3, {3, 2, 2}}}, -2, 2},                  \
    };                                                                                             \
    static const ag_op word##_op = {                                                               \
        .name = #word,                                                                             \
        .n_in = 2,                                                                                 \
        .infer = pick_infer,                                                                       \
        .forward = pick_forward,                                                                   \
        .vjp = pick_vjp,                                                                           \
        .backward = pick_backward,                                                                 \
        .value = "F(" #word ", A)",                                                                \
        .rule = {"F(unpick, GY, B)"},                                                              \
        .describe = how_described,                                                                 \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };

PICK(max_along, pick_describe)
PICK(min_along, pick_describe)
PICK(median_along, pick_describe)
PICK(cummax, ag__along_describe)
PICK(cummin, ag__along_describe)

static ag_tensor *pick(const ag_op *op, ag_tensor *x, ag_tensor *index, pick_attr attr)
{
    return ag_apply(op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
}

/* Checks the axis in the name of the operation that was called; `some`: a line has an element. */
static bool fits(const ag_op *op, ag_tensor *x, int axis, bool some)
{
    ag__reduction lines = {AG_AXES(axis), true, 0};
    ag_call call = {.graph = ag_graph_of(x), .op = op, .in = &x, .n_in = 1, .attr = &lines};
    call.dtype = ag_dtype_of(x);
    return (some ? ag__reduction_infer_some(&call) : ag__reduction_infer(&call)) == AG_OK;
}

/* x at the indices along the axis; hands the indices out if asked. */
static ag_tensor *pick_along(const ag_op *op, ag_tensor *x, ag_tensor *index, pick_attr attr,
                             ag_tensor **indices)
{
    ag_tensor *y = index != NULL ? pick(op, x, index, attr) : NULL;
    if (indices != NULL) {
        *indices = y != NULL ? index : NULL;
    }
    return y;
}

typedef ag_tensor *index_function(ag_tensor *x, int axis, bool flag);

/* One element of each line. A 0-d x is a vector of one element on the way. */
static ag_tensor *along(const ag_op *op, index_function *where, ag_tensor *x, int axis,
                        bool keepdim, ag_tensor **indices)
{
    bool scalar = ag__along_scalar(x, axis), dropped = scalar || !keepdim;
    ag_tensor *line = scalar ? ag_reshape(x, AG_SHAPE(1)) : x;
    bool ok = line != NULL && fits(op, line, axis, true);
    return pick_along(op, line, ok ? where(line, axis, !dropped) : NULL,
                      (pick_attr){axis, dropped, 0}, indices);
}

ag_tensor *ag_max_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&max_along_op, (ag_argmax_along), x, axis, keepdim, indices);
}

ag_tensor *ag_min_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&min_along_op, (ag_argmin_along), x, axis, keepdim, indices);
}

ag_tensor *ag_median_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&median_along_op, ag__median_index, x, axis, keepdim, indices);
}

/* As many elements as there are. */
static ag_tensor *so_far(const ag_op *op, ag_tensor *x, int axis, bool smaller, ag_tensor **indices)
{
    bool scalar = ag__along_scalar(x, axis);
    ag_tensor *line = scalar ? ag_reshape(x, AG_SHAPE(1)) : x, *index = NULL;
    if (line != NULL && fits(op, line, axis, false)) {
        index = ag__running_index(line, axis, smaller);
        index = scalar ? ag_reshape(index, AG_SCALAR) : index;
    }
    return pick_along(op, line, index, (pick_attr){axis, scalar, 0}, indices);
}

ag_tensor *ag_cummax(ag_tensor *x, int axis, ag_tensor **indices)
{
    return so_far(&cummax_op, x, axis, false, indices);
}

ag_tensor *ag_cummin(ag_tensor *x, int axis, ag_tensor **indices)
{
    return so_far(&cummin_op, x, axis, true, indices);
}

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }
#define SAMPLES_ALONG(word)                                                                        \
    SAMPLE(word, ag_##word(in[0], -1, false, NULL))                                                \
    SAMPLE(word##_first, ag_##word(in[0], 0, true, NULL))
#define SAMPLES_SO_FAR(word)                                                                       \
    SAMPLE(word, ag_##word(in[0], -1, NULL))                                                       \
    SAMPLE(word##_first, ag_##word(in[0], 0, NULL))
SAMPLES_ALONG(max_along)
SAMPLES_ALONG(min_along)
SAMPLES_ALONG(median_along)
SAMPLES_SO_FAR(cummax)
SAMPLES_SO_FAR(cummin)

/* --- the transpose ---------------------------------------------------------------------------- */

static ag_status unpick_infer(ag_call *call)
{
    const pick_attr *attr = call->attr;
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
    const pick_attr *attr = call->attr;
    ag_array taken = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    bool ok = run(attr, &index, &taken, &call->out, true);
    return ok ? AG_OK : out_of_range(call, attr->extent);
}

static const ag_op pick_op;

static ag_status unpick_vjp(ag_pull *pull)
{
    return ag_accumulate(
        pull, 0, pick(&pick_op, pull->upstream, pull->in[1], *(const pick_attr *)pull->attr));
}

/* The second operand's smallest elements say where. */
SAMPLE(pick, pick(&pick_op, in[0], ag_argmin_along(in[1], 1, false), ((pick_attr){1, true, 0})))
SAMPLE(unpick, unpick(in[0], ag__running_index(in[1], 1, true), ((pick_attr){1, false, 0}), 4))
SAMPLE(unpick_0, unpick(in[0], ag_argmin_along(in[1], 0, false), ((pick_attr){0, true, 0}), 3))

static const ag_case pick_cases[] = {
    {"axis 1 of [3,4]", sample_pick, 2, {{2, {3, 4}}, {2, {3, 4}}}, -2, 2},
};

static const ag_case unpick_cases[] = {
    {"[2,4] into [2,4]", sample_unpick, 2, {{2, {2, 4}}, {2, {2, 4}}}, -2, 2},
    {"[4] into [3,4]", sample_unpick_0, 2, {{1, {4}}, {2, {3, 4}}}, -2, 2},
};

static const ag_op pick_op = {
    .name = "pick",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = pick_infer,
    .forward = pick_forward,
    .vjp = pick_vjp,
    .backward = pick_backward,
    .value = "F(pick, A, B)",
    .rule = {"F(unpick, GY, B)"},
    .describe = pick_describe,
    .cases = pick_cases,
    .n_cases = sizeof pick_cases / sizeof pick_cases[0],
};

/* Zeros, with the operand added in the places that pick takes. Only the rules record these two. */
static const ag_op unpick_op = {
    .name = "unpick",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = unpick_infer,
    .forward = unpick_forward,
    .vjp = unpick_vjp,
    .value = "F(unpick, A, B)",
    .rule = {"F(pick, GY, B)"},
    .describe = pick_describe,
    .cases = unpick_cases,
    .n_cases = sizeof unpick_cases / sizeof unpick_cases[0],
};

static ag_tensor *unpick(ag_tensor *taken, ag_tensor *index, pick_attr attr, int64_t extent)
{
    attr.extent = extent;
    return ag_apply(&unpick_op, (ag_tensor *[]){taken, index}, 2, &attr, sizeof attr);
}

const ag_op *const ag__pick_ops[] = {
    &max_along_op, &min_along_op, &median_along_op, &cummax_op,
    &cummin_op,    &pick_op,      &unpick_op,       NULL,
};
