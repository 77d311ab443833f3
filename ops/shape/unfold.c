/* unfold, a view of all windows along an axis, and its transpose fold; unfold2d (im2col), which is
 * made of pad and two unfolds. Must not know what is done with a window.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/simd_loop.h"
#include "shape_ops.h"

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

static ag_tensor *unfold(ag_tensor *x, int axis, int64_t size, int64_t step, int64_t dilation)
{
    unfold_attr attr = {axis, size, step, dilation, {0, {0}}};
    return ag_apply(&ag__unfold_op, &x, 1, &attr, sizeof attr);
}

ag_tensor *ag_unfold(ag_tensor *x, int axis, int64_t size, int64_t step)
{
    return unfold(x, axis, size, step, 1);
}

static ag_tensor *sample_unfold(ag_tensor *const *in)
{
    return ag_unfold(in[0], 0, 3, 1);
}

static ag_tensor *sample_unfold_dilated(ag_tensor *const *in)
{
    return unfold(in[0], -1, 2, 2, 3);
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
    .cases = unfold_cases,
    .n_cases = sizeof unfold_cases / sizeof unfold_cases[0],
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

static ag_status fold_vjp(ag_vjp_call *call)
{
    const unfold_attr *a = call->attr;
    return ag_accumulate(call, 0, unfold(call->upstream, a->axis, a->size, a->step, a->dilation));
}

static ag_tensor *sample_fold(ag_tensor *const *in)
{
    unfold_attr attr = {0, 2, 1, 2, AG_SHAPE(5, 2)};
    return fold(in[0], &attr);
}

static const ag_case fold_cases[] = {
    {"[3,2,2] into [5,2]", sample_fold, 1, {{3, {3, 2, 2}}}, -2, 2},
};

/* Zeros to which the windows are added at their places. Only the rule of unfold records it. */
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
    .cases = fold_cases,
    .n_cases = sizeof fold_cases / sizeof fold_cases[0],
};

/* --- unfold2d --------------------------------------------------------------------------------- */

static int64_t or_one(int64_t n)
{
    return n == 0 ? 1 : n;
}

static ag_status unfold2d_check(const ag_call *call, const ag_unfold_options *o)
{
    ag_shape x = ag_shape_of(call->in[0]);
    char text[AG_SHAPE_TEXT];
    if (x.ndim != 3 && x.ndim != 4) {
        return ag_call_fail(call, AG_ERR_SHAPE, "[channels,height,width], or a batch of them",
                            "an image has 3 or 4 dimensions, not %s", ag_shape_text(x, text));
    }
    for (int i = 0; i < 2; i++) {
        int64_t k = o->kernel[i], s = or_one(o->stride[i]), d = or_one(o->dilation[i]);
        int64_t p = o->padding[i], n = x.dim[x.ndim - 2 + i];
        bool sane = k > 0 && s > 0 && d > 0 && p >= 0;
        if (sane && p > (INT64_MAX - n) / 2) {
            return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "padding %lld is too large",
                                (long long)p);
        }
        if (!sane || k > n + 2 * p || (k > 1 && d > (n + 2 * p - 1) / (k - 1))) {
            return ag_call_fail(call, AG_ERR_VALUE, "the kernel must fit into the padded image",
                                "kernel %lld, stride %lld, padding %lld, dilation %lld for %lld "
                                "%s",
                                (long long)k, (long long)s, (long long)p, (long long)d,
                                (long long)n, i == 0 ? "rows" : "columns");
        }
    }
    return AG_OK;
}

/* Joins the axes C, kh and kw of the windows along both axes, (..., C, oh, ow, kh, kw). */
static ag_tensor *columns(ag_tensor *windows_of_x, int lead)
{
    ag_shape s = ag_shape_of(windows_of_x), to = {lead + 2, {0}};
    ag_axes order = {lead + 5, {0, lead, lead + 3, lead + 4, lead + 1, lead + 2}};
    if (windows_of_x == NULL) {
        return NULL;
    }
    if (lead == 0) {
        memmove(order.axis, order.axis + 1, 5 * sizeof order.axis[0]);
    }
    to.dim[0] = s.dim[0];
    to.dim[lead] = s.dim[lead] * s.dim[lead + 3] * s.dim[lead + 4];
    to.dim[lead + 1] = s.dim[lead + 1] * s.dim[lead + 2];
    return ag_reshape(ag_permute(windows_of_x, order), to);
}

ag_tensor *ag_unfold2d(ag_tensor *x, const ag_unfold_options *options)
{
    ag__composite c;
    if (!ag__composite_open(&c, "unfold2d", &x, 1, 1)) {
        return NULL;
    }
    if (options == NULL) {
        ag_call_fail(&c.call, AG_ERR_NULL_ARGUMENT, NULL,
                     "the options, which say how large the kernel is, are NULL");
        return NULL;
    }
    if (unfold2d_check(&c.call, options) != AG_OK) {
        return NULL;
    }
    const ag_unfold_options *o = options;
    int lead = ag_shape_of(x).ndim - 3;
    ag_pad_widths widths = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        widths.before[lead + 1 + i] = widths.after[lead + 1 + i] = o->padding[i];
    }
    bool padded = o->padding[0] > 0 || o->padding[1] > 0;
    ag_tensor *y = padded ? ag_pad(x, AG_PAD_CONSTANT, &widths, 0) : x;
    y = unfold(y, lead + 1, o->kernel[0], or_one(o->stride[0]), or_one(o->dilation[0]));
    y = unfold(y, lead + 2, o->kernel[1], or_one(o->stride[1]), or_one(o->dilation[1]));
    return columns(y, lead);
}
