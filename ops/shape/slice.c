/* slice, which takes elements along one axis, and its transpose unslice, which puts them back into
 * zeros. The rule of each is the other. Must not know how a loop finds its elements; that is
 * common/strided.c.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"
#include "shape_ops.h"

/* --- which elements --------------------------------------------------------------------------- */

typedef struct slice_attr {
    int axis;
    int64_t start, stop, step;
    int64_t extent; /* for unslice: the size of the axis in the result */
} slice_attr;

/* The elements that are taken: `count` of them, beginning with `first`, `step` apart. */
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
        r.step = 1; /* without a second element the step does not matter, and 1 cannot overflow */
    }
    return r;
}

/* Makes *part the part of x that the slice takes. */
static void slice_part(ag__part *part, const ag_array *x, const slice_attr *attr)
{
    int axis = ag__axis_of(attr->axis, x->ndim);
    range r = range_of(attr, x->dim[axis]);
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    for (int d = 0; d < x->ndim; d++) {
        dim[d] = d == axis ? r.count : x->dim[d];
        stride[d] = d == axis ? r.step * x->stride[d] : x->stride[d];
    }
    ag__part_shape(part, x, x->ndim, dim, stride, r.first * x->stride[axis]);
}

/* Writes "[1:4:2] of axis 0"; an end that is the end of the axis is left out. */
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

static ag_status slice_vjp(ag_vjp_call *call)
{
    slice_attr attr = *(const slice_attr *)call->attr;
    ag_shape whole = ag_shape_of(call->in[0]);
    attr.extent = whole.dim[ag__axis_of(attr.axis, whole.ndim)];
    return ag_accumulate_part(call, 0, &ag__unslice_op, &call->upstream, 1, &attr, sizeof attr);
}

/* Adds only to the places that were taken, so that taking the rows of a matrix one by one stays
 * linear in its size. */
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
    AG_CASES(slice_cases),
};

ag_tensor *ag_slice(ag_tensor *x, int axis, int64_t start, int64_t stop, int64_t step)
{
    slice_attr attr = {axis, start, stop, step, 0};
    return ag_apply(&ag__slice_op, &x, 1, &attr, sizeof attr);
}

/* --- unslice ---------------------------------------------------------------------------------- */

/* Of any number of operands, with a slice_attr for each: their sum, each put into zeros. */

static ag_status unslice_infer(ag_call *call)
{
    const slice_attr *attr = call->attr;
    ag_status status = ag_call_same_float(call);
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        int axis;
        ag_shape shape = ag_shape_of(call->in[i]);
        status = ag_call_axis(call, attr[i].axis, shape.ndim, &axis);
        if (status != AG_OK) {
            return status;
        }
        bool fits = range_of(&attr[i], attr[i].extent).count == shape.dim[axis];
        shape.dim[axis] = attr[i].extent;
        call->shape = i == 0 ? shape : call->shape;
        if (!fits || !ag_shape_equal(call->shape, shape)) {
            status =
                ag_call_fail(call, AG_ERR_SHAPE, NULL, "not the size of the part, or of the whole");
        }
    }
    return status;
}

static ag_status unslice_forward(ag_call *call)
{
    const slice_attr *attr = call->attr;
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    for (int i = 0; i < call->n_in; i++) {
        ag_array x = ag_array_of(call->in[i]);
        ag__part part;
        slice_part(&part, &call->out, &attr[i]);
        if (call->n_in == 1) {
            return ag__part_set(call, &part, &x);
        }
        ag__add_scaled(&part.array, false, &x, 1);
    }
    return AG_OK;
}

static ag_status unslice_vjp(ag_vjp_call *call)
{
    const slice_attr *a = call->attr;
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++, a++) {
        if (ag_needs_input_grad(call, i)) {
            ag_tensor *part = ag_slice(call->upstream, a->axis, a->start, a->stop, a->step);
            status = ag_accumulate(call, i, part);
        }
    }
    return status;
}

static ag_tensor *sample_unslice(ag_tensor *const *in)
{
    slice_attr attr = {0, -1, INT64_MIN, -2, 5};
    return ag_apply(&ag__unslice_op, in, 1, &attr, sizeof attr);
}

static ag_tensor *sample_unslice_two(ag_tensor *const *in)
{
    const slice_attr attr[] = {{0, 1, 3, 1, 4}, {1, -1, INT64_MIN, -2, 3}};
    return ag_apply(&ag__unslice_op, in, 2, attr, sizeof attr);
}

static const ag_case unslice_cases[] = {
    {"[3,2] into [::-2] of [5,2]", sample_unslice, 1, {{2, {3, 2}}}, -2, 2},
    {"[2,3] and [4,2] into [4,3]", sample_unslice_two, 2, {{2, {2, 3}}, {2, {4, 2}}}, -2, 2},
};

/* Zeros to which the operands are added in the places that slices take. Only the rule of slice
 * records it. */
const ag_op ag__unslice_op = {
    .name = "unslice",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = unslice_infer,
    .forward = unslice_forward,
    .vjp = unslice_vjp,
    .formula = "F(unslice, A)",
    .vjp_formula = {"F(slice, GY)"},
    .describe = slice_describe,
    AG_CASES(unslice_cases),
};
