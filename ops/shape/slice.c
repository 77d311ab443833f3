/* slice, its transpose unslice, and concat: parts of a tensor along one axis. The rule of each is
 * made of the others.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "ops/common/families.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"

/* --- which elements --------------------------------------------------------------------------- */

typedef struct slice_attr {
    int axis;
    int64_t start, stop, step;
    int64_t extent; /* unslice: the size of the axis in the result */
} slice_attr;

/* The elements taken: `count` of them, from `first` on, `step` apart. */
typedef struct range {
    int64_t first, count, step;
} range;

static int64_t clamp(int64_t at, int64_t n, bool backward)
{
    int64_t low = backward ? -1 : 0, high = backward ? n - 1 : n;
    if (at < 0) {
        at = at < -n ? low : at + n;
    }
    return at > high ? high : at;
}

/* Python's slice.indices (Language Reference, 3.3.1, extended slices). */
static range range_of(const slice_attr *a, int64_t n)
{
    bool backward = a->step < 0;
    int64_t start = clamp(a->start, n, backward), stop = clamp(a->stop, n, backward);
    range r = {start, 0, a->step > -INT64_MAX ? a->step : -INT64_MAX};
    if (backward && stop < start) {
        r.count = (start - stop - 1) / -r.step + 1;
    } else if (!backward && start < stop) {
        r.count = (stop - start - 1) / r.step + 1;
    }
    if (r.count < 2) {
        r.step = 1; /* without a second element it does not matter, and cannot overflow */
    }
    return r;
}

/* The part of x that a slice along `axis` is. */
static void slice_part(ag__part *part, const ag_array *x, const slice_attr *attr)
{
    int axis = attr->axis < 0 ? attr->axis + x->ndim : attr->axis;
    range r = range_of(attr, x->dim[axis]);
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    for (int d = 0; d < x->ndim; d++) {
        dim[d] = d == axis ? r.count : x->dim[d];
        stride[d] = d == axis ? r.step * x->stride[d] : x->stride[d];
    }
    ag__part_shape(part, x, x->ndim, dim, stride, r.first * x->stride[axis]);
}

/* "[1:4:2] of axis 0"; an end left open is as far as it goes. */
static void slice_describe(const void *parameters, char *text, size_t bytes)
{
    const slice_attr *attr = parameters;
    char start[24] = "", stop[24] = "";
    if (attr->start != INT64_MIN && attr->start != INT64_MAX) {
        snprintf(start, sizeof start, "%lld", (long long)attr->start);
    }
    if (attr->stop != INT64_MIN && attr->stop != INT64_MAX) {
        snprintf(stop, sizeof stop, "%lld", (long long)attr->stop);
    }
    snprintf(text, bytes, "[%s:%s:%lld] of axis %d", start, stop, (long long)attr->step,
             attr->axis);
}

/* --- slice ------------------------------------------------------------------------------------ */

static ag_status slice_infer(ag_call *call)
{
    const slice_attr *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    int axis;
    ag_status status = ag_call_axis(call, attr->axis, x.ndim, &axis);
    if (status != AG_OK) {
        return status;
    }
    if (attr->step == 0) {
        return ag_call_fail(call, AG_ERR_VALUE, "1 takes every element, -1 goes backwards",
                            "the step is 0");
    }
    ag__part part;
    slice_part(&part, &x, attr);
    call->shape.ndim = x.ndim;
    memcpy(call->shape.dim, part.dim, sizeof part.dim[0] * (size_t)x.ndim);
    memcpy(call->stride, part.stride, sizeof part.stride[0] * (size_t)x.ndim);
    if (part.array.size > 0) {
        call->offset = range_of(attr, x.dim[axis]).first * x.stride[axis];
    }
    return AG_OK;
}

static ag_tensor *unslice(ag_tensor *x, const slice_attr *attr)
{
    return ag_apply(&ag__unslice_op, &x, 1, attr, sizeof *attr);
}

static ag_status slice_vjp(ag_vjp_call *call)
{
    slice_attr attr = *(const slice_attr *)call->attr;
    ag_shape whole = ag_shape_of(call->in[0]);
    attr.extent = whole.dim[attr.axis < 0 ? attr.axis + whole.ndim : attr.axis];
    return ag_accumulate(call, 0, unslice(call->upstream, &attr));
}

/* Adds to the places taken alone: taking the rows of a matrix one by one stays linear in its
 * size. */
static ag_status slice_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag__part part;
    slice_part(&part, &to, call->attr);
    ag__add_scaled(&part.array, false, &from, 1);
    return AG_OK;
}

static ag_tensor *sample_slice(ag_tensor *const *in)
{
    return ag_slice(in[0], 0, 1, 5, 2);
}

static ag_tensor *sample_slice_back(ag_tensor *const *in)
{
    return ag_slice(in[0], -1, -1, INT64_MIN, -2);
}

static ag_tensor *sample_slice_none(ag_tensor *const *in)
{
    return ag_slice(in[0], 0, 3, 3, 1);
}

static const ag_case slice_cases[] = {
    {"[1:5:2] of [6,2]", sample_slice, 1, {{2, {6, 2}}}, -2, 2},
    {"backwards, [::-2] of [2,5]", sample_slice_back, 1, {{2, {2, 5}}}, -2, 2},
    {"nothing of [6,2]", sample_slice_none, 1, {{2, {6, 2}}}, -2, 2},
};

const ag_op ag__slice_op = {
    .name = "slice",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = slice_infer,
    .vjp = slice_vjp,
    .backward = slice_backward,
    .formula = "F(slice, A)",
    .vjp_formula = {"F(unslice, GY)"},
    .describe = slice_describe,
    .cases = slice_cases,
    .n_cases = sizeof slice_cases / sizeof slice_cases[0],
};

ag_tensor *ag_slice(ag_tensor *x, int axis, int64_t start, int64_t stop, int64_t step)
{
    slice_attr attr = {axis, start, stop, step, 0};
    return ag_apply(&ag__slice_op, &x, 1, &attr, sizeof attr);
}

/* --- unslice ---------------------------------------------------------------------------------- */

static ag_status unslice_infer(ag_call *call)
{
    const slice_attr *attr = call->attr;
    int axis;
    call->shape = ag_shape_of(call->in[0]);
    ag_status status = ag_call_axis(call, attr->axis, call->shape.ndim, &axis);
    if (status == AG_OK) {
        call->shape.dim[axis] = attr->extent;
    }
    return status;
}

static ag_status unslice_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__part part;
    slice_part(&part, &call->out, call->attr);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    return ag__part_set(call, &part, &x);
}

static ag_status unslice_vjp(ag_vjp_call *call)
{
    const slice_attr *a = call->attr;
    return ag_accumulate(call, 0, ag_slice(call->upstream, a->axis, a->start, a->stop, a->step));
}

static ag_tensor *sample_unslice(ag_tensor *const *in)
{
    slice_attr attr = {0, -1, INT64_MIN, -2, 5};
    return unslice(in[0], &attr);
}

static const ag_case unslice_cases[] = {
    {"[3,2] into [::-2] of [5,2]", sample_unslice, 1, {{2, {3, 2}}}, -2, 2},
};

/* Zeros, with the operand in the places that the slice takes. Only the rule of slice records it. */
const ag_op ag__unslice_op = {
    .name = "unslice",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = unslice_infer,
    .forward = unslice_forward,
    .vjp = unslice_vjp,
    .formula = "F(unslice, A)",
    .vjp_formula = {"F(slice, GY)"},
    .describe = slice_describe,
    .cases = unslice_cases,
    .n_cases = sizeof unslice_cases / sizeof unslice_cases[0],
};

/* --- concat ----------------------------------------------------------------------------------- */

static ag_status concat_fit(const ag_call *call, int i, int axis)
{
    ag_shape first = call->shape, next = ag_shape_of(call->in[i]);
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    bool fits = first.ndim == next.ndim;
    for (int d = 0; fits && d < first.ndim; d++) {
        fits = d == axis || first.dim[d] == next.dim[d];
    }
    if (!fits) {
        return ag_call_fail(call, AG_ERR_SHAPE, "all sizes but that of the axis must be equal",
                            "operand 0 is %s and operand %d is %s, along axis %d",
                            ag__text_of(ag_shape_of(call->in[0]), ta), i, ag__text_of(next, tb),
                            axis);
    }
    return AG_OK;
}

static ag_status concat_infer(ag_call *call)
{
    int axis;
    call->shape = ag_shape_of(call->in[0]);
    if (call->shape.ndim == 0) {
        return ag_call_fail(call, AG_ERR_SHAPE, "ag_reshape them to AG_SHAPE(1)",
                            "0-d tensors have no axis to put them along");
    }
    ag_status status = ag_call_axis(call, *(const int *)call->attr, call->shape.ndim, &axis);
    if (status == AG_OK) {
        status = ag_call_same_dtype(call);
    }
    for (int i = 1; status == AG_OK && i < call->n_in; i++) {
        status = concat_fit(call, i, axis);
        int64_t more = status == AG_OK ? ag_shape_of(call->in[i]).dim[axis] : 0;
        if (more > INT64_MAX - call->shape.dim[axis]) {
            return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "the sizes along axis %d do not fit",
                                axis);
        }
        call->shape.dim[axis] += more;
    }
    return status;
}

static ag_status concat_forward(ag_call *call)
{
    int axis = *(const int *)call->attr;
    axis = axis < 0 ? axis + call->out.ndim : axis;
    int64_t at = 0;
    for (int i = 0; i < call->n_in; i++) {
        ag_array x = ag_array_of(call->in[i]);
        ag__part to;
        ag__part_shape(&to, &call->out, x.ndim, x.dim, call->out.stride,
                       at * call->out.stride[axis]);
        ag__strided_copy(&to.array, &x);
        at += x.dim[axis];
    }
    return AG_OK;
}

static ag_status concat_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    int64_t at = 0;
    for (int i = 0; i < call->n_in; i++) {
        ag_shape s = ag_shape_of(call->in[i]);
        int64_t next = at + s.dim[axis < 0 ? axis + s.ndim : axis];
        if (ag_needs_input_grad(call, i)) {
            ag_status status = ag_accumulate(call, i, ag_slice(call->upstream, axis, at, next, 1));
            if (status != AG_OK) {
                return status;
            }
        }
        at = next;
    }
    return AG_OK;
}

static void concat_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "axis %d", *(const int *)attr);
}

static ag_tensor *sample_concat(ag_tensor *const *in)
{
    return ag_concat(in, 3, 1);
}

static ag_tensor *sample_concat_twice(ag_tensor *const *in)
{
    ag_tensor *list[] = {in[0], ag_transpose(in[1]), in[0]};
    return ag_concat(list, 3, -2);
}

static const ag_case concat_cases[] = {
    {"[2,1], [2,0], [2,3]", sample_concat, 3, {{2, {2, 1}}, {2, {2, 0}}, {2, {2, 3}}}, -2, 2},
    {"one twice, one transposed", sample_concat_twice, 2, {{2, {1, 3}}, {2, {3, 2}}}, -2, 2},
};

const ag_op ag__concat_op = {
    .name = "concat",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = concat_infer,
    .forward = concat_forward,
    .vjp = concat_vjp,
    .vjp_formula = {"F(slice, GY)", "F(slice, GY)", "F(slice, GY)"},
    .describe = concat_describe,
    .cases = concat_cases,
    .n_cases = sizeof concat_cases / sizeof concat_cases[0],
};

ag_tensor *ag_concat(ag_tensor *const *list, int n, int axis)
{
    return list != NULL && n > 0 ? ag_apply(&ag__concat_op, list, n, &axis, sizeof axis) : NULL;
}
