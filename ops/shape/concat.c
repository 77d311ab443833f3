/* Tensors joined: concat along an axis that they have, stack along a new one. The gradient of an
 * operand is its part of the gradient of the result. Must not know how a loop finds its elements;
 * that is common/strided.c.
 */
#define AG_NO_SITES
#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/strided.h"
#include "shape_ops.h"

/* --- concat ----------------------------------------------------------------------------------- */

static void draw_clash(const ag_call *call, int i, int axis)
{
    ag_call_picture(call, AG_PICTURE_ALIGNED,
                    (ag_picture_row[]){{call->in[0], "operand 0", ag_shape_of(call->in[0]), axis},
                                       {call->in[i], "the other", ag_shape_of(call->in[i]), axis}});
}

static ag_status concat_fit(const ag_call *call, int i, int axis)
{
    ag_shape first = call->shape, next = ag_shape_of(call->in[i]);
    char ta[AG_SHAPE_TEXT], tb[AG_SHAPE_TEXT];
    bool fits = first.ndim == next.ndim;
    int bad = -1;
    for (int d = 0; fits && d < first.ndim; d++) {
        fits = d == axis || first.dim[d] == next.dim[d];
        bad = fits ? -1 : d;
    }
    if (!fits) {
        draw_clash(call, i, bad);
        return ag_call_fail(call, AG_ERR_SHAPE, "all sizes but that of the axis must be equal",
                            "operand 0 is %s and operand %d is %s, along axis %d",
                            ag_shape_text(ag_shape_of(call->in[0]), ta), i, ag_shape_text(next, tb),
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
    int axis = ag__axis_of(*(const int *)call->attr, call->out.ndim);
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
        int64_t next = at + s.dim[ag__axis_of(axis, s.ndim)];
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
    .describe = ag__axis_describe,
    AG_CASES(concat_cases),
};

ag_tensor *ag_concat(ag_tensor *const *list, int n, int axis)
{
    return list != NULL && n > 0 ? ag_apply(&ag__concat_op, list, n, &axis, sizeof axis) : NULL;
}

/* --- stack ------------------------------------------------------------------------------------ */

static ag_status stack_fit(const ag_call *call, int i)
{
    char ta[AG_SHAPE_TEXT], tb[AG_SHAPE_TEXT];
    ag_shape a = ag_shape_of(call->in[0]), b = ag_shape_of(call->in[i]);
    if (ag_shape_equal(a, b)) {
        return AG_OK;
    }
    int bad = 0;
    while (a.ndim == b.ndim && a.dim[bad] == b.dim[bad]) {
        bad++;
    }
    draw_clash(call, i, a.ndim == b.ndim ? bad : -1);
    return ag_call_fail(call, AG_ERR_SHAPE, "all shapes must be equal; ag_concat joins others",
                        "operand 0 is %s and operand %d is %s", ag_shape_text(a, ta), i,
                        ag_shape_text(b, tb));
}

static ag_status stack_infer(ag_call *call)
{
    ag_shape each = ag_shape_of(call->in[0]);
    int axis;
    if (each.ndim == AG_MAX_DIMS) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the operands have %d dimensions already",
                            each.ndim);
    }
    ag_status status = ag_call_axis(call, *(const int *)call->attr, each.ndim + 1, &axis);
    if (status == AG_OK) {
        status = ag_call_same_dtype(call);
    }
    for (int i = 1; status == AG_OK && i < call->n_in; i++) {
        status = stack_fit(call, i);
    }
    call->shape.ndim = each.ndim + 1;
    for (int d = 0, from = 0; status == AG_OK && d <= each.ndim; d++) {
        call->shape.dim[d] = d == axis ? call->n_in : each.dim[from];
        from += d != axis;
    }
    return status;
}

static ag_status stack_forward(ag_call *call)
{
    int axis = ag__axis_of(*(const int *)call->attr, call->out.ndim);
    int64_t stride[AG_MAX_DIMS];
    for (int d = 0, to = 0; d < call->out.ndim; d++) {
        stride[to] = call->out.stride[d];
        to += d != axis;
    }
    for (int i = 0; i < call->n_in; i++) {
        ag_array x = ag_array_of(call->in[i]);
        ag__part part;
        ag__part_shape(&part, &call->out, x.ndim, x.dim, stride, i * call->out.stride[axis]);
        ag__strided_copy(&part.array, &x);
    }
    return AG_OK;
}

static ag_status stack_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    for (int i = 0; i < call->n_in; i++) {
        if (ag_needs_input_grad(call, i)) {
            ag_status status = ag_accumulate(call, i, ag_select(call->upstream, axis, i));
            if (status != AG_OK) {
                return status;
            }
        }
    }
    return AG_OK;
}

static ag_tensor *sample_stack(ag_tensor *const *in)
{
    return ag_stack(in, 3, 1);
}

static ag_tensor *sample_stack_twice(ag_tensor *const *in)
{
    ag_tensor *list[] = {in[0], ag_transpose(in[1]), in[0]};
    return ag_stack(list, 3, -1);
}

static ag_tensor *sample_stack_scalars(ag_tensor *const *in)
{
    return ag_stack(in, 2, 0);
}

static const ag_case stack_cases[] = {
    {"three of [2,3] along 1", sample_stack, 3, {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"one twice, one transposed", sample_stack_twice, 2, {{2, {2, 3}}, {2, {3, 2}}}, -2, 2},
    {"0-d", sample_stack_scalars, 2, {{0, {0}}, {0, {0}}}, -2, 2},
};

const ag_op ag__stack_op = {
    .name = "stack",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = stack_infer,
    .forward = stack_forward,
    .vjp = stack_vjp,
    .vjp_formula = {"F(select, GY)", "F(select, GY)", "F(select, GY)"},
    .describe = ag__axis_describe,
    AG_CASES(stack_cases),
};

ag_tensor *ag_stack(ag_tensor *const *list, int n, int axis)
{
    return list != NULL && n > 0 ? ag_apply(&ag__stack_op, list, n, &axis, sizeof axis) : NULL;
}
