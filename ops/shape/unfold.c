/* unfold, a view of all windows along an axis, and its transpose fold. Must not know what is done
 * with a window.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/simd_loop.h"
#include "shape_ops.h"
#include "unfold.h"

/* --- windows ---------------------------------------------------------------------------------- */

typedef struct unfold_attr {
    int axis;
    int64_t size, step, dilation;
    ag_shape whole; /* for fold: the shape of the result */
} unfold_attr;

/* How many elements there are from the first element of a window to its last. */
static int64_t span_of(const unfold_attr *attr)
{
    return attr->size == 0 ? 0 : (attr->size - 1) * attr->dilation + 1;
}

/* The shape and strides of the windows of x. The axis counts the windows, and a new last axis
 * counts the elements of a window. */
static void window_shape(const ag_array *x, const unfold_attr *attr, int64_t dim[AG_MAX_DIMS],
                         int64_t stride[AG_MAX_DIMS])
{
    int axis = ag__axis_of(attr->axis, x->ndim), last = x->ndim;
    int64_t each = x->ndim > 0 ? x->stride[axis] : 1;
    for (int d = 0; d < x->ndim; d++) {
        dim[d] = d == axis ? (x->dim[d] - span_of(attr)) / attr->step + 1 : x->dim[d];
        stride[d] = d == axis && dim[d] > 1 ? each * attr->step : x->stride[d];
    }
    dim[last] = attr->size;
    stride[last] = attr->size > 1 ? each * attr->dilation : each;
}

static void windows(ag__part *part, const ag_array *x, const unfold_attr *attr)
{
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    window_shape(x, attr, dim, stride);
    ag__part_shape(part, x, x->ndim + 1, dim, stride, 0);
}

static ag_status unfold_check(const ag_call *call)
{
    const unfold_attr *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    int axis;
    ag_status status = ag__call_axis_1d(call, attr->axis, x.ndim, &axis);
    if (status != AG_OK) {
        return status;
    }
    int64_t n = x.ndim > 0 ? x.dim[axis] : 1;
    if (attr->step < 1 || attr->dilation < 1 || attr->size < 0) {
        return ag_call_fail(call, AG_ERR_VALUE, "step and dilation are at least 1",
                            "windows of %lld elements, step %lld, dilation %lld",
                            (long long)attr->size, (long long)attr->step,
                            (long long)attr->dilation);
    }
    if (attr->size > n || (attr->size > 1 && attr->dilation > (n - 1) / (attr->size - 1))) {
        return ag_call_fail(call, AG_ERR_VALUE, "the window must fit into the axis",
                            "a window of %lld elements, dilation %lld, of axis %d of size %lld",
                            (long long)attr->size, (long long)attr->dilation, attr->axis,
                            (long long)n);
    }
    return AG_OK;
}

/* --- unfold ----------------------------------------------------------------------------------- */

static ag_status unfold_infer(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag_status status = unfold_check(call);
    if (status == AG_OK && x.ndim == AG_MAX_DIMS) {
        status =
            ag_call_fail(call, AG_ERR_SHAPE, NULL, "the operand has %d dimensions already", x.ndim);
    }
    if (status != AG_OK) {
        return status;
    }
    int64_t elements = 1;
    window_shape(&x, call->attr, call->shape.dim, call->stride);
    call->shape.ndim = x.ndim + 1;
    for (int d = 0; d <= x.ndim; d++) {
        int64_t size = call->shape.dim[d] > 0 ? call->shape.dim[d] : 1;
        if (elements > INT64_MAX / 16 / size) {
            return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "too many elements in all windows");
        }
        elements *= size;
    }
    return AG_OK;
}

static ag_tensor *fold(ag_tensor *x, const unfold_attr *attr)
{
    return ag_apply(&ag__fold_op, &x, 1, attr, sizeof *attr);
}

static ag_status unfold_vjp(ag_vjp_call *call)
{
    unfold_attr attr = *(const unfold_attr *)call->attr;
    attr.whole = ag_shape_of(call->in[0]);
    return ag_accumulate(call, 0, fold(call->upstream, &attr));
}

static ag_status unfold_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag__part part;
    windows(&part, &to, call->attr);
    ag__add_scaled(&part.array, false, &from, 1);
    return AG_OK;
}

static void unfold_describe(const void *attr, char *text, size_t bytes)
{
    const unfold_attr *a = attr;
    snprintf(text, bytes, "axis %d, size %lld, step %lld, dilation %lld", a->axis,
             (long long)a->size, (long long)a->step, (long long)a->dilation);
}

ag_tensor *ag__unfold_windows(ag_tensor *x, int axis, int64_t size, int64_t step, int64_t dilation)
{
    unfold_attr attr = {axis, size, step, dilation, {0, {0}}};
    return ag_apply(&ag__unfold_op, &x, 1, &attr, sizeof attr);
}

ag_tensor *ag_unfold(ag_tensor *x, int axis, int64_t size, int64_t step)
{
    return ag__unfold_windows(x, axis, size, step, 1);
}

static ag_tensor *sample_unfold(ag_tensor *const *in)
{
    return ag_unfold(in[0], 0, 3, 1);
}

static ag_tensor *sample_unfold_dilated(ag_tensor *const *in)
{
    return ag__unfold_windows(in[0], -1, 2, 2, 3);
}

static const ag_case unfold_cases[] = {
    {"3 of 5, overlapping", sample_unfold, 1, {{2, {5, 2}}}, -2, 2},
    {"dilated by 3 in [2,7]", sample_unfold_dilated, 1, {{2, {2, 7}}}, -2, 2},
};

const ag_op ag__unfold_op = {
    .name = "unfold",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = unfold_infer,
    .vjp = unfold_vjp,
    .backward = unfold_backward,
    .formula = "F(unfold, A)",
    .vjp_formula = {"F(fold, GY)"},
    .describe = unfold_describe,
    AG_CASES(unfold_cases),
};

/* --- fold ------------------------------------------------------------------------------------- */

static ag_status fold_infer(ag_call *call)
{
    const unfold_attr *attr = call->attr;
    call->shape = attr->whole;
    return ag_call_same_float(call); /* windows that overlap are added */
}

static ag_status fold_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__part part;
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    windows(&part, &call->out, call->attr);
    if (!ag__part_fits(call, &part, &x)) {
        return AG_ERR_SHAPE;
    }
    ag__add_scaled(&part.array, false, &x, 1);
    return AG_OK;
}

ag_tensor *ag__fold_windows(ag_tensor *x, int axis, int64_t step, int64_t dilation, ag_shape whole)
{
    ag_shape s = ag_shape_of(x);
    unfold_attr attr = {axis, s.ndim > 0 ? s.dim[s.ndim - 1] : 0, step, dilation, whole};
    return fold(x, &attr);
}

static ag_status fold_vjp(ag_vjp_call *call)
{
    const unfold_attr *a = call->attr;
    return ag_accumulate(
        call, 0, ag__unfold_windows(call->upstream, a->axis, a->size, a->step, a->dilation));
}

static ag_tensor *sample_fold(ag_tensor *const *in)
{
    unfold_attr attr = {0, 2, 1, 2, AG_SHAPE(5, 2)};
    return fold(in[0], &attr);
}

static const ag_case fold_cases[] = {
    {"[3,2,2] into [5,2]", sample_fold, 1, {{3, {3, 2, 2}}}, -2, 2},
};

/* Zeros to which the windows are added at their places. */
const ag_op ag__fold_op = {
    .name = "fold",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = fold_infer,
    .forward = fold_forward,
    .vjp = fold_vjp,
    .formula = "F(fold, A)",
    .vjp_formula = {"F(unfold, GY)"},
    .describe = unfold_describe,
    AG_CASES(fold_cases),
};
