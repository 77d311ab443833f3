/* reshape, transpose and permute: the same elements under other indices. They are views if the
 * layout of the memory allows it, and the rule of each leads back. Must not know what the elements
 * are.
 */
#define AG_NO_SITES
#include <stdio.h>

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/strided.h"
#include "shape_ops.h"

/* --- reshape ---------------------------------------------------------------------------------- */

/* Finds the size that is written as -1 from the others. */
static ag_status find_size(ag_call *call, int at, int64_t size)
{
    char text[AG_SHAPE_TEXT];
    ag_shape others = call->shape;
    int64_t known = 0;
    others.dim[at] = 1;
    if (!ag__product(others.dim, others.ndim, &known) || known == 0 || size % known != 0) {
        return ag_call_fail(call, AG_ERR_SHAPE,
                            "the other sizes must divide the number of elements",
                            "no size in place of -1 makes %s a shape of %lld elements",
                            ag_shape_text(call->shape, text), (long long)size);
    }
    call->shape.dim[at] = size / known;
    return AG_OK;
}

static ag_status reshape_sizes(ag_call *call, int *unknown)
{
    char text[AG_SHAPE_TEXT];
    *unknown = -1;
    if (call->shape.ndim < 0 || call->shape.ndim > AG_MAX_DIMS) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "%d dimensions; 0 to %d are possible",
                            call->shape.ndim, AG_MAX_DIMS);
    }
    for (int d = 0; d < call->shape.ndim; d++) {
        if (call->shape.dim[d] < -1 || (call->shape.dim[d] == -1 && *unknown >= 0)) {
            return ag_call_fail(call, AG_ERR_SHAPE,
                                "one size may be -1, the others are not negative",
                                "%s is not a shape", ag_shape_text(call->shape, text));
        }
        if (call->shape.dim[d] == -1) {
            *unknown = d;
        }
    }
    return AG_OK;
}

static ag_status reshape_infer(ag_call *call)
{
    char from[AG_SHAPE_TEXT], to[AG_SHAPE_TEXT];
    int64_t have = ag_size(call->in[0]), want;
    int unknown;
    call->shape = *(const ag_shape *)call->attr;
    ag_status status = reshape_sizes(call, &unknown);
    if (status == AG_OK && unknown >= 0) {
        status = find_size(call, unknown, have);
    }
    if (status != AG_OK) {
        return status;
    }
    ag_shape_text(call->shape, to);
    if (!ag__product(call->shape.dim, call->shape.ndim, &want)) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL,
                            "the sizes of %s multiply to more than fits", to);
    }
    if (have != want) {
        ag_call_picture(call, AG_PICTURE_ELEMENTS,
                        (ag_picture_row[]){{call->in[0], "operand", ag_shape_of(call->in[0]), -1},
                                           {NULL, "new shape", call->shape, -1}});
        return ag_call_fail(call, AG_ERR_SHAPE, "one size may be -1 and is then found",
                            "%s has %lld elements, %s has %lld",
                            ag_shape_text(ag_shape_of(call->in[0]), from), (long long)have, to,
                            (long long)want);
    }
    ag_row_major(call->shape.ndim, call->shape.dim, call->stride);
    return AG_OK;
}

static ag_status reshape_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t stride[AG_MAX_DIMS];
    ag_row_major(x.ndim, x.dim, stride);
    ag__part out; /* the memory of the result, under the indices of the operand */
    ag__part_shape(&out, &call->out, x.ndim, x.dim, stride, 0);
    ag__strided_copy(&out.array, &x);
    return AG_OK;
}

static ag_status reshape_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_reshape(call->upstream, ag_shape_of(call->in[0])));
}

static void reshape_describe(const void *attr, char *text, size_t bytes)
{
    char shape[AG_SHAPE_TEXT];
    snprintf(text, bytes, "to %s", ag_shape_text(*(const ag_shape *)attr, shape));
}

static ag_tensor *sample_reshape(ag_tensor *const *in)
{
    return ag_reshape(in[0], AG_SHAPE(4, -1));
}

static ag_tensor *sample_reshape_turned(ag_tensor *const *in)
{
    return ag_reshape(ag_transpose(in[0]), AG_SHAPE(3, 4));
}

static const ag_case reshape_cases[] = {
    {"[2,6] to [4,-1]", sample_reshape, 1, {{2, {2, 6}}}, -2, 2},
};

static const ag_case reshape_copy_cases[] = {
    {"a transpose of [2,6] to [3,4]", sample_reshape_turned, 1, {{2, {2, 6}}}, -2, 2},
};

const ag_op ag__reshape_op = {
    .name = "reshape",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = reshape_infer,
    .vjp = reshape_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(reshape, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(reshape, GY)"},
    .describe = reshape_describe,
    AG_CASES(reshape_cases),
};

/* For an operand whose elements do not lie in order. */
const ag_op ag__reshape_copy_op = {
    .name = "reshape_copy",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = reshape_infer,
    .forward = reshape_forward,
    .vjp = reshape_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(reshape, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(reshape, GY)"},
    .describe = reshape_describe,
    AG_CASES(reshape_copy_cases),
};

ag_tensor *ag_reshape(ag_tensor *x, ag_shape shape)
{
    ag_array a = ag_array_of(x);
    if (x == NULL || ag_array_is_contiguous(&a)) {
        return ag_apply(&ag__reshape_op, &x, 1, &shape, sizeof shape);
    }
    ag__composite c;
    bool open = ag__composite_open(&c, "reshape", &x, 1, 1);
    return open ? AG__COMPOSED(&c, ag_apply(&ag__reshape_copy_op, &x, 1, &shape, sizeof shape))
                : NULL;
}

/* --- transpose -------------------------------------------------------------------------------- */

typedef struct axis_pair {
    int a, b;
} axis_pair;

/* Makes the result a view whose axis i is axis order[i] of the operand. */
static void view_in_order(ag_call *call, const int order[AG_MAX_DIMS])
{
    ag_array x = ag_array_of(call->in[0]);
    call->shape.ndim = x.ndim;
    for (int d = 0; d < x.ndim; d++) {
        call->shape.dim[d] = x.dim[order[d]];
        call->stride[d] = x.stride[order[d]];
    }
}

static ag_status transpose_infer(ag_call *call)
{
    const axis_pair *pair = call->attr;
    int ndim = ag_shape_of(call->in[0]).ndim, a, b, order[AG_MAX_DIMS];
    if (ndim < 2) {
        return ag_call_fail(call, AG_ERR_AXIS,
                            "ag_reshape makes a row [1,n] or a column [n,1] of a vector",
                            "needs at least 2 dimensions, the operand has %d", ndim);
    }
    ag_status status = ag_call_axis(call, pair->a, ndim, &a);
    if (status == AG_OK) {
        status = ag_call_axis(call, pair->b, ndim, &b);
    }
    if (status != AG_OK) {
        return status;
    }
    for (int d = 0; d < ndim; d++) {
        order[d] = d == a ? b : d == b ? a : d;
    }
    view_in_order(call, order);
    return AG_OK;
}

static ag_status transpose_vjp(ag_vjp_call *call)
{
    const axis_pair *pair = call->attr;
    return ag_accumulate(call, 0, ag_transpose_axes(call->upstream, pair->a, pair->b));
}

static void transpose_describe(const void *attr, char *text, size_t bytes)
{
    const axis_pair *pair = attr;
    snprintf(text, bytes, "axes %d,%d", pair->a, pair->b);
}

static ag_tensor *sample_transpose(ag_tensor *const *in)
{
    return ag_transpose(in[0]);
}

static ag_tensor *sample_transpose_axes(ag_tensor *const *in)
{
    return ag_transpose_axes(in[0], 0, -1);
}

static const ag_case transpose_cases[] = {
    {"the last two of [2,3,4]", sample_transpose, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"first and last of [2,3,4]", sample_transpose_axes, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__transpose_op = {
    .name = "transpose",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = transpose_infer,
    .vjp = transpose_vjp,
    .formula = "T(A)",
    .vjp_formula = {"T(GY)"},
    .describe = transpose_describe,
    AG_CASES(transpose_cases),
};

ag_tensor *ag_transpose_axes(ag_tensor *x, int a, int b)
{
    axis_pair pair = {a, b};
    return ag__apply_as("transpose_axes", &ag__transpose_op, x, &pair, sizeof pair);
}

ag_tensor *ag_transpose(ag_tensor *x)
{
    axis_pair pair = {-2, -1};
    return ag_apply(&ag__transpose_op, &x, 1, &pair, sizeof pair);
}

/* --- permute ---------------------------------------------------------------------------------- */

static ag_status permute_infer(ag_call *call)
{
    const ag_axes *axes = call->attr;
    int ndim = ag_shape_of(call->in[0]).ndim, order[AG_MAX_DIMS];
    bool seen[AG_MAX_DIMS];
    if (axes->n != ndim) {
        return ag_call_fail(call, AG_ERR_AXIS, "every axis of the operand is named once",
                            "%d axes named for %d dimensions", axes->n, ndim);
    }
    ag_status status = ag_call_axes(call, *axes, ndim, seen);
    for (int d = 0; status == AG_OK && d < ndim; d++) {
        status = ag_call_axis(call, axes->axis[d], ndim, &order[d]);
    }
    if (status == AG_OK) {
        view_in_order(call, order);
    }
    return status;
}

static ag_status permute_vjp(ag_vjp_call *call)
{
    const ag_axes *axes = call->attr;
    ag_axes back = {axes->n, {0}};
    for (int d = 0; d < axes->n; d++) {
        back.axis[ag__axis_of(axes->axis[d], axes->n)] = d;
    }
    return ag_accumulate(call, 0, ag_permute(call->upstream, back));
}

static void permute_describe(const void *attr, char *text, size_t bytes)
{
    char list[AG__TEXT_BYTES];
    snprintf(text, bytes, "axes %s", ag__text_of_axes(*(const ag_axes *)attr, list));
}

static ag_tensor *sample_permute(ag_tensor *const *in)
{
    return ag_permute(in[0], AG_AXES(2, 0, -2));
}

static const ag_case permute_cases[] = {
    {"axes 2,0,-2 of [2,3,4]", sample_permute, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__permute_op = {
    .name = "permute",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = permute_infer,
    .vjp = permute_vjp,
    .formula = "F(permute, A)",
    .vjp_formula = {"F(permute, GY)"},
    .describe = permute_describe,
    AG_CASES(permute_cases),
};

ag_tensor *ag_permute(ag_tensor *x, ag_axes order)
{
    return ag_apply(&ag__permute_op, &x, 1, &order, sizeof order);
}
