/* squeeze, unsqueeze and flip: views under other axes, whose rules are such views, too; flatten and
 * moveaxis, which are a reshape and a permute. Must not know what the elements are.
 */
#define AG_NO_SITES
#include <stdio.h>

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "shape_ops.h"

/* --- squeeze ---------------------------------------------------------------------------------- */

/* The attribute is the set of axes that are looked at. */
static ag_status squeeze_infer(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    bool asked[AG_MAX_DIMS];
    ag_status status = ag__call_axes_1d(call, *(const ag_axes *)call->attr, x.ndim, asked);
    call->shape.ndim = 0;
    for (int d = 0; status == AG_OK && d < x.ndim; d++) {
        if (!asked[d] || x.dim[d] != 1) {
            call->stride[call->shape.ndim] = x.stride[d];
            call->shape.dim[call->shape.ndim++] = x.dim[d];
        }
    }
    return status;
}

static ag_status squeeze_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_reshape(call->upstream, ag_shape_of(call->in[0])));
}

static void squeeze_describe(const void *attr, char *text, size_t bytes)
{
    char list[AG__TEXT_BYTES];
    ag_axes axes = *(const ag_axes *)attr;
    if (axes.n == 0) {
        snprintf(text, bytes, "every axis of size 1");
    } else {
        snprintf(text, bytes, "%s %s", axes.n == 1 ? "axis" : "axes", ag__text_of_axes(axes, list));
    }
}

static ag_tensor *sample_squeeze(ag_tensor *const *in)
{
    return ag_squeeze(in[0]);
}

static ag_tensor *sample_squeeze_axis(ag_tensor *const *in)
{
    return ag_squeeze_axis(in[0], -2);
}

static ag_tensor *sample_squeeze_axes(ag_tensor *const *in)
{
    return ag_squeeze_axes(in[0], AG_AXES(2, 0));
}

static const ag_case squeeze_cases[] = {
    {"[1,3,1,2]", sample_squeeze, 1, {{4, {1, 3, 1, 2}}}, -2, 2},
    {"axis -2 of [1,3,1,2]", sample_squeeze_axis, 1, {{4, {1, 3, 1, 2}}}, -2, 2},
    {"axes 2,0 of [1,3,1,2]", sample_squeeze_axes, 1, {{4, {1, 3, 1, 2}}}, -2, 2},
    {"axis -2, of size 3", sample_squeeze_axis, 1, {{2, {3, 2}}}, -2, 2},
};

const ag_op ag__squeeze_op = {
    .name = "squeeze",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = squeeze_infer,
    .vjp = squeeze_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(squeeze, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(reshape, GY)"},
    .describe = squeeze_describe,
    AG_CASES(squeeze_cases),
};

ag_tensor *ag_squeeze(ag_tensor *x)
{
    ag_axes every = AG_ALL;
    return ag_apply(&ag__squeeze_op, &x, 1, &every, sizeof every);
}

ag_tensor *ag_squeeze_axis(ag_tensor *x, int axis)
{
    ag_axes axes = AG_AXES(axis);
    return ag__apply_as("squeeze_axis", &ag__squeeze_op, x, &axes, sizeof axes);
}

ag_tensor *ag_squeeze_axes(ag_tensor *x, ag_axes axes)
{
    return ag__apply_as("squeeze_axes", &ag__squeeze_op, x, &axes, sizeof axes);
}

/* --- unsqueeze -------------------------------------------------------------------------------- */

static ag_status unsqueeze_infer(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int axis;
    if (x.ndim == AG_MAX_DIMS) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the operand has %d dimensions already",
                            x.ndim);
    }
    ag_status status = ag_call_axis(call, *(const int *)call->attr, x.ndim + 1, &axis);
    call->shape.ndim = x.ndim + 1;
    for (int d = 0, from = 0; status == AG_OK && d <= x.ndim; d++) {
        call->shape.dim[d] = d == axis ? 1 : x.dim[from];
        call->stride[d] = d == axis ? 0 : x.stride[from];
        from += d != axis;
    }
    return status;
}

static ag_status unsqueeze_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_squeeze_axis(call->upstream, *(const int *)call->attr));
}

static ag_tensor *sample_unsqueeze(ag_tensor *const *in)
{
    return ag_unsqueeze(in[0], 1);
}

static ag_tensor *sample_unsqueeze_last(ag_tensor *const *in)
{
    return ag_unsqueeze(in[0], -1);
}

static const ag_case unsqueeze_cases[] = {
    {"[2,3] to [2,1,3]", sample_unsqueeze, 1, {{2, {2, 3}}}, -2, 2},
    {"0-d to [1]", sample_unsqueeze_last, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__unsqueeze_op = {
    .name = "unsqueeze",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = unsqueeze_infer,
    .vjp = unsqueeze_vjp,
    .formula = "F(unsqueeze, A)",
    .vjp_formula = {"F(squeeze, GY)"},
    .describe = ag__axis_describe,
    AG_CASES(unsqueeze_cases),
};

ag_tensor *ag_unsqueeze(ag_tensor *x, int axis)
{
    return ag_apply(&ag__unsqueeze_op, &x, 1, &axis, sizeof axis);
}

/* --- flip ------------------------------------------------------------------------------------- */

static ag_status flip_infer(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    bool turned[AG_MAX_DIMS];
    ag_status status = ag__call_axes_1d(call, *(const ag_axes *)call->attr, x.ndim, turned);
    call->shape = ag_shape_of(call->in[0]);
    for (int d = 0; status == AG_OK && d < x.ndim; d++) {
        call->stride[d] = turned[d] ? -x.stride[d] : x.stride[d];
        call->offset += turned[d] && x.size > 0 ? (x.dim[d] - 1) * x.stride[d] : 0;
    }
    return status;
}

static ag_status flip_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_flip(call->upstream, *(const ag_axes *)call->attr));
}

static void flip_describe(const void *attr, char *text, size_t bytes)
{
    char list[AG__TEXT_BYTES];
    const ag_axes *axes = attr;
    snprintf(text, bytes, "%s%s",
             axes->n == 0   ? "all axes"
             : axes->n == 1 ? "axis "
                            : "axes ",
             ag__text_of_axes(*axes, list));
}

static ag_tensor *sample_flip(ag_tensor *const *in)
{
    return ag_flip(in[0], AG_AXES(0, -1));
}

static ag_tensor *sample_flip_all(ag_tensor *const *in)
{
    return ag_flip(in[0], AG_ALL);
}

static const ag_case flip_cases[] = {
    {"axes 0,-1 of [2,3,2]", sample_flip, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"all of [2,3]", sample_flip_all, 1, {{2, {2, 3}}}, -2, 2},
    {"0-d", sample_flip_all, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__flip_op = {
    .name = "flip",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = flip_infer,
    .vjp = flip_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(flip, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(flip, GY)"},
    .describe = flip_describe,
    AG_CASES(flip_cases),
};

ag_tensor *ag_flip(ag_tensor *x, ag_axes axes)
{
    return ag_apply(&ag__flip_op, &x, 1, &axes, sizeof axes);
}

/* --- flatten, moveaxis ------------------------------------------------------------------------ */

ag_tensor *ag_flatten(ag_tensor *x, int start, int end)
{
    ag__composite c;
    ag_shape from = ag_shape_of(x), to = {0, {0}};
    int first, last;
    if (!ag__composite_open(&c, "flatten", &x, 1, 1) ||
        ag__call_axis_1d(&c.call, start, from.ndim, &first) != AG_OK ||
        ag__call_axis_1d(&c.call, end, from.ndim, &last) != AG_OK) {
        return NULL;
    }
    if (first > last) {
        ag_call_fail(&c.call, AG_ERR_AXIS, NULL, "the first axis, %d, comes after the last, %d",
                     start, end);
        return NULL;
    }
    int64_t joint = 1;
    for (int d = 0; d < from.ndim; d++) {
        joint *= d >= first && d <= last ? from.dim[d] : 1;
        if (d < first || d >= last) {
            to.dim[to.ndim++] = d == last ? joint : from.dim[d];
        }
    }
    return ag_reshape(x, from.ndim > 0 ? to : AG_SHAPE(1));
}

ag_tensor *ag_moveaxis(ag_tensor *x, ag_axes from, ag_axes to)
{
    ag__composite c;
    int ndim = ag_shape_of(x).ndim, source[AG_MAX_DIMS], target;
    bool moved[AG_MAX_DIMS], taken[AG_MAX_DIMS];
    if (!ag__composite_open(&c, "moveaxis", &x, 1, 1) ||
        ag_call_axes(&c.call, from, ndim, moved) != AG_OK ||
        ag_call_axes(&c.call, to, ndim, taken) != AG_OK) {
        return NULL;
    }
    if (from.n != to.n) {
        ag_call_fail(&c.call, AG_ERR_AXIS, "axis from[i] becomes axis to[i]",
                     "%d axes to move, but %d places for them", from.n, to.n);
        return NULL;
    }
    for (int i = 0; i < from.n; i++) {
        target = ag__axis_of(to.axis[i], ndim);
        source[target] = ag__axis_of(from.axis[i], ndim);
    }
    ag_axes order = {.n = ndim};
    for (int d = 0, next = 0; d < ndim; d++) {
        while (from.n > 0 && next < ndim && !taken[d] && moved[next]) {
            next++;
        }
        order.axis[d] = from.n == 0 ? d : taken[d] ? source[d] : next++;
    }
    return ag_permute(x, order);
}
