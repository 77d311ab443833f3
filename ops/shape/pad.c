/* pad: elements before and after each axis. With a constant it is the transpose of a slice, plus
 * the constant. The other modes put slices of x before and after x, along one axis after the other.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "ops/common/strided.h"
#include "shape_ops.h"

/* --- with a constant -------------------------------------------------------------------------- */

typedef struct pad_attr {
    ag_pad_widths widths; /* none is negative */
    double value;
} pad_attr;

static ag_status pad_infer(ag_call *call)
{
    const pad_attr *attr = call->attr;
    call->shape = ag_shape_of(call->in[0]);
    for (int d = 0; d < call->shape.ndim; d++) {
        call->shape.dim[d] += attr->widths.before[d] + attr->widths.after[d];
    }
    return AG_OK;
}

/* The part of the result that holds x, and likewise of the gradient of the result. */
static void inner_part(ag__part *part, const ag_array *y, const ag_pad_widths *widths)
{
    int64_t dim[AG_MAX_DIMS], offset = 0;
    for (int d = 0; d < y->ndim; d++) {
        dim[d] = y->dim[d] - widths->before[d] - widths->after[d];
        offset += widths->before[d] * y->stride[d];
    }
    ag__part_shape(part, y, y->ndim, dim, y->stride, offset);
}

static ag_status pad_forward(ag_call *call)
{
    const pad_attr *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]), value = x;
    double f64 = attr->value;
    float f32 = (float)attr->value;
    int64_t i64 = call->dtype == AG_I64 ? (int64_t)attr->value : 0;
    void *const data[AG_DTYPE_COUNT] = {&f64, &f32, &i64};
    value.ndim = 0;
    value.size = 1;
    value.data = data[call->dtype];
    ag__part inner;
    inner_part(&inner, &call->out, &attr->widths);
    ag__strided_copy(&call->out, &value);
    ag__strided_copy(&inner.array, &x);
    return AG_OK;
}

static ag_status pad_vjp(ag_vjp_call *call)
{
    const pad_attr *attr = call->attr;
    ag_shape x = ag_shape_of(call->in[0]);
    ag_tensor *g = call->upstream;
    for (int d = 0; d < x.ndim; d++) {
        int64_t from = attr->widths.before[d];
        if (from > 0 || attr->widths.after[d] > 0) {
            g = ag_slice(g, d, from, from + x.dim[d], 1);
        }
    }
    return ag_accumulate(call, 0, g);
}

static void pad_describe(const void *parameters, char *text, size_t bytes)
{
    const pad_attr *attr = parameters;
    int last = AG_MAX_DIMS - 1;
    while (last > 0 && attr->widths.before[last] == 0 && attr->widths.after[last] == 0) {
        last--;
    }
    size_t used = 0;
    for (int d = 0; d <= last && used < bytes; d++) {
        used +=
            (size_t)snprintf(text + used, bytes - used, "%s%lld+%lld", d > 0 ? ", " : "",
                             (long long)attr->widths.before[d], (long long)attr->widths.after[d]);
    }
    if (used < bytes) {
        ag_format_text(text + used, bytes - used, " of %g", attr->value);
    }
}

static ag_tensor *sample_pad(ag_tensor *const *in)
{
    const ag_pad_widths widths = {.before = {1, 0}, .after = {2, 1}};
    return ag_pad(in[0], AG_PAD_CONSTANT, &widths, 0.5);
}

static ag_tensor *sample_pad_crop(ag_tensor *const *in)
{
    const ag_pad_widths widths = {.before = {-1, 2}, .after = {1, -1}};
    return ag_pad(in[0], AG_PAD_CONSTANT, &widths, 0);
}

static const ag_case pad_cases[] = {
    {"[2,3] to [5,4]", sample_pad, 1, {{2, {2, 3}}}, -2, 2},
    {"[3,2] cropped and padded", sample_pad_crop, 1, {{2, {3, 2}}}, -2, 2},
    {"an empty axis", sample_pad, 1, {{2, {0, 3}}}, -2, 2},
};

const ag_op ag__pad_op = {
    .name = "pad",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = pad_infer,
    .forward = pad_forward,
    .vjp = pad_vjp,
    .formula = "F(pad, A)",
    .vjp_formula = {"F(slice, GY)"},
    .describe = pad_describe,
    AG_CASES(pad_cases),
};

static ag_tensor *pad_constant(ag_tensor *x, const ag_pad_widths *widths, double value)
{
    pad_attr attr = {.value = value};
    ag_shape shape = ag_shape_of(x);
    for (int d = 0; d < shape.ndim; d++) {
        int64_t before = widths->before[d], after = widths->after[d];
        if (before < 0 || after < 0) {
            x = ag_slice(x, d, before < 0 ? -before : 0, shape.dim[d] + (after < 0 ? after : 0), 1);
        }
        attr.widths.before[d] = before < 0 ? 0 : before;
        attr.widths.after[d] = after < 0 ? 0 : after;
    }
    return ag_apply(&ag__pad_op, &x, 1, &attr, sizeof attr);
}

/* --- with elements of x ----------------------------------------------------------------------- */

/* x[from:to] along axis d; if `back`, in reverse order. */
static ag_tensor *piece(ag_tensor *x, int d, int64_t from, int64_t to, bool back)
{
    x = ag_slice(x, d, from, to, 1);
    return back ? ag_flip(x, AG_AXES(d)) : x;
}

/* The slice of x at place i of axis d, repeated n times. */
static ag_tensor *copies(ag_tensor *x, int d, int64_t i, int64_t n)
{
    ag_shape shape = ag_shape_of(x);
    shape.dim[d] = n;
    return ag_expand(ag_slice(x, d, i, i + 1, 1), shape);
}

static int64_t taken(int64_t width)
{
    return width < 0 ? -width : 0;
}

/* The elements that are put before or after x along axis d; the width is above 0. As in PyTorch,
 * elements that are taken away at the other end, so that only [from, to) is left of x, are not
 * wrapped around, but they are still reflected or repeated. */
static ag_tensor *piece_before(ag_tensor *x, int d, ag_pad_mode mode, int64_t width, int64_t to)
{
    switch (mode) {
    case AG_PAD_REFLECT:
        return piece(x, d, 1, width + 1, true);
    case AG_PAD_CIRCULAR:
        return piece(x, d, to - width, to, false);
    default:
        return copies(x, d, 0, width);
    }
}

static ag_tensor *piece_after(ag_tensor *x, int d, ag_pad_mode mode, int64_t width, int64_t from)
{
    int64_t n = ag_shape_of(x).dim[d];
    switch (mode) {
    case AG_PAD_REFLECT:
        return piece(x, d, n - 1 - width, n - 1, true);
    case AG_PAD_CIRCULAR:
        return piece(x, d, from, from + width, false);
    default:
        return copies(x, d, n - 1, width);
    }
}

static ag_tensor *pad_axis(ag_tensor *x, int d, ag_pad_mode mode, int64_t before, int64_t after)
{
    int64_t from = taken(before), to = ag_shape_of(x).dim[d] - taken(after);
    ag_tensor *list[3];
    int n = 0;
    if (before > 0) {
        list[n++] = piece_before(x, d, mode, before, to);
    }
    list[n++] = piece(x, d, from, to, false);
    if (after > 0) {
        list[n++] = piece_after(x, d, mode, after, from);
    }
    return ag_concat(list, n, d);
}

/* --- arguments -------------------------------------------------------------------------------- */

static const char *const mode_text[] = {"constant", "reflect", "replicate", "circular"};

static ag_status width_check(const ag_call *call, ag_pad_mode mode, int d, int64_t before,
                             int64_t after)
{
    static const char *const hint[] = {
        "a negative width removes elements, at most those that exist",
        "reflection does not repeat the edge: at most size - 1",
        "an empty axis has no edge to repeat",
        "at most what is left of the axis",
    };
    int64_t n = ag_shape_of(call->in[0]).dim[d];
    bool takes = before < -n || after < -n || (before < 0 && after < 0 && before < -n - after);
    int64_t left = takes ? 0 : n - taken(before) - taken(after);
    int64_t most[] = {INT64_MAX, n - 1, n > 0 ? INT64_MAX : 0, left};
    if (takes || (before > 0 && before > most[mode]) || (after > 0 && after > most[mode])) {
        return ag_call_fail(call, AG_ERR_VALUE, hint[takes ? 0 : mode],
                            "widths %lld and %lld are not possible for axis %d of size %lld in "
                            "%s mode",
                            (long long)before, (long long)after, d, (long long)n, mode_text[mode]);
    }
    if ((before > 0 && before > INT64_MAX - n) || (after > 0 && after > INT64_MAX - n - before)) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL,
                            "widths %lld and %lld of axis %d are too large", (long long)before,
                            (long long)after, d);
    }
    return AG_OK;
}

static ag_status pad_check(const ag_call *call, ag_pad_mode mode, const ag_pad_widths *widths,
                           double value)
{
    int ndim = ag_shape_of(call->in[0]).ndim;
    if ((unsigned)mode >= sizeof mode_text / sizeof *mode_text) {
        return ag_call_fail(call, AG_ERR_VALUE, NULL, "there is no mode %d", (int)mode);
    }
    for (int d = 0; d < AG_MAX_DIMS; d++) {
        if (d >= ndim && (widths->before[d] != 0 || widths->after[d] != 0)) {
            return ag_call_fail(call, AG_ERR_AXIS, NULL, "a width for axis %d of %d dimensions", d,
                                ndim);
        }
        ag_status status =
            d < ndim ? width_check(call, mode, d, widths->before[d], widths->after[d]) : AG_OK;
        if (status != AG_OK) {
            return status;
        }
    }
    if (call->dtype == AG_I64 && !(value > -9.2e18 && value < 9.2e18)) {
        return ag_call_fail(call, AG_ERR_VALUE, NULL, "%g is no i64", value);
    }
    return AG_OK;
}

ag_tensor *ag_pad(ag_tensor *x, ag_pad_mode mode, const ag_pad_widths *widths, double value)
{
    static const ag_pad_widths none = {{0}, {0}};
    ag__composite c;
    widths = widths != NULL ? widths : &none;
    if (!ag__composite_open(&c, "pad", &x, 1, 1) ||
        pad_check(&c.call, mode, widths, value) != AG_OK) {
        return NULL;
    }
    if (mode == AG_PAD_CONSTANT) {
        return pad_constant(x, widths, value);
    }
    int ndim = ag_shape_of(x).ndim;
    for (int d = 0; d < ndim && x != NULL; d++) {
        if (widths->before[d] != 0 || widths->after[d] != 0) {
            x = pad_axis(x, d, mode, widths->before[d], widths->after[d]);
        }
    }
    return x;
}
