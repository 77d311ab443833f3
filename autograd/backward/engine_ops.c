/* The linear maps by which gradients are combined: the sum of two gradients of one tensor,
 * broadcasting, and the sum over the axes of a broadcast, which is the transpose of broadcasting;
 * and detach. Must not know any other operation.
 */
#include <stdio.h>
#include <string.h>

#include "engine_ops.h"

#include "autograd/graph/call.h"
#include "autograd/graph/node.h"
#include "autograd/graph/shape_math.h"
#include "strided_add.h"

static ag_status infer_same(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}

/* --- detach ----------------------------------------------------------------------------------- */

static ag_status infer_detach(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    call->shape = ag_shape_of(call->in[0]);
    if (a.ndim > 0) {
        memcpy(call->stride, a.stride, (size_t)a.ndim * sizeof *a.stride);
    }
    return AG_OK;
}

static const ag_op detach_op = {
    .name = "detach",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_NO_GRADIENT,
    .infer = infer_detach,
    .formula = "F(detach, A)",
};

ag_tensor *(ag_detach)(ag_tensor *x)
{
    return ag_apply(&detach_op, &x, 1, NULL, 0);
}

/* --- addition --------------------------------------------------------------------------------- */

static ag_status forward_add(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    ag__copy_strided(&a, call->out.data);
    ag__add_into(call->out.data, &b, false);
    return AG_OK;
}

static ag_status vjp_add(ag_vjp_call *call)
{
    ag_status status = ag_accumulate(call, 0, call->upstream);
    return status == AG_OK ? ag_accumulate(call, 1, call->upstream) : status;
}

static double partial_add(const ag_tensor *node, int i)
{
    (void)node;
    (void)i;
    return 1;
}

static const ag_op add_op = {
    .name = "accumulate",
    .n_in = 2,
    .infer = infer_same,
    .forward = forward_add,
    .vjp = vjp_add,
    .partial_number = partial_add,
    .formula = "ADD(A, B)",
    .partial_formula = {"K(1)", "K(1)"},
    .vjp_formula = {"GY", "GY"},
};

ag_tensor *ag__add_same_shape(ag_tensor *a, ag_tensor *b)
{
    return ag_apply(&add_op, (ag_tensor *[]){a, b}, 2, NULL, 0);
}

/* --- broadcasting ----------------------------------------------------------------------------- */

static ag_status infer_expand(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    ag_shape from = ag_shape_of(call->in[0]), joint;
    int bad, lead;
    int64_t size;
    call->shape = *(const ag_shape *)call->attr;
    ag_status status = ag__call_shape(call, &size);
    if (status != AG_OK) {
        return status;
    }
    if (ag__broadcast(from, call->shape, &joint, &bad) != AG_OK ||
        !ag_shape_equal(joint, call->shape)) {
        char text[AG_SHAPE_TEXT];
        ag_shape_text(call->shape, text);
        return ag_call_fail(call, AG_ERR_SHAPE, "only sizes of 1 can be expanded",
                            "does not broadcast to %s", text);
    }
    lead = call->shape.ndim - from.ndim;
    for (int i = 0; i < call->shape.ndim; i++) {
        bool own = i >= lead && from.dim[i - lead] == call->shape.dim[i];
        call->stride[i] = own ? a.stride[i - lead] : 0;
    }
    return AG_OK;
}

static ag_status vjp_expand(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, call->upstream); /* ag_accumulate sums it to the shape of x */
}

static void describe_shape(const void *attr, char *text, size_t bytes)
{
    char shape[AG_SHAPE_TEXT];
    snprintf(text, bytes, "%s", ag_shape_text(*(const ag_shape *)attr, shape));
}

static ag_tensor *sample_expand(ag_tensor *const *in)
{
    return (ag_expand)(in[0], AG_SHAPE(2, 3, 4));
}

static const ag_case expand_cases[] = {
    {"[3,1] to [2,3,4]", sample_expand, 1, {{2, {3, 1}}}, -2, 2},
    {"0-d to [2,3,4]", sample_expand, 1, {{0, {0}}}, -2, 2},
};
static const ag_op expand_op = {
    .name = "expand",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = infer_expand,
    .vjp = vjp_expand,
    .formula = "F(expand, A)",
    .vjp_formula = {"GY"},
    .describe = describe_shape,
    AG_CASES(expand_cases),
};

ag_tensor *(ag_expand)(ag_tensor *x, ag_shape shape)
{
    return ag_apply(&expand_op, &x, 1, &shape, sizeof shape);
}

/* --- summing what was broadcast --------------------------------------------------------------- */

static ag_status infer_sum_to(ag_call *call)
{
    ag_shape from = ag_shape_of(call->in[0]), joint;
    int bad;
    int64_t size;
    call->shape = *(const ag_shape *)call->attr;
    ag_status status = ag_call_same_float(call);
    if (status == AG_OK) {
        status = ag__call_shape(call, &size);
    }
    if (status == AG_OK &&
        (ag__broadcast(call->shape, from, &joint, &bad) != AG_OK || !ag_shape_equal(joint, from))) {
        char text[AG_SHAPE_TEXT];
        ag_shape_text(call->shape, text);
        status =
            ag_call_fail(call, AG_ERR_SHAPE, NULL, "%s does not broadcast to the operand", text);
    }
    return status;
}

static ag_status forward_sum_to(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    int lead = a.ndim - call->out.ndim;
    int64_t stride[AG_MAX_DIMS] = {0};
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    if (a.ndim == 0) {
        ag__copy_strided(&a, call->out.data);
        return AG_OK;
    }
    for (int i = lead; i < a.ndim; i++) {
        bool own = call->out.dim[i - lead] == a.dim[i];
        stride[i] = own ? call->out.stride[i - lead] : 0;
    }
    ag__sum_into(call->out.data, stride, &a);
    return AG_OK;
}

static ag_status vjp_sum_to(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, (ag_expand)(call->upstream, ag_shape_of(call->in[0])));
}

static ag_tensor *sample_sum_to(ag_tensor *const *in)
{
    return (ag_sum_to)(in[0], AG_SHAPE(3, 1));
}

static const ag_case sum_to_cases[] = {
    {"[2,3,4] to [3,1]", sample_sum_to, 1, {{3, {2, 3, 4}}}, -2, 2},
};
static const ag_op sum_to_op = {
    .name = "sum_to",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = infer_sum_to,
    .forward = forward_sum_to,
    .vjp = vjp_sum_to,
    .formula = "F(sum, A)",
    .vjp_formula = {"GY"},
    .describe = describe_shape,
    AG_CASES(sum_to_cases),
};

ag_tensor *(ag_sum_to)(ag_tensor *x, ag_shape shape)
{
    return ag_apply(&sum_to_op, &x, 1, &shape, sizeof shape);
}

ag_tensor *ag__unbroadcast(ag_tensor *contribution, const ag_tensor *operand)
{
    ag_shape have = ag_shape_of(contribution), want = ag_shape_of(operand), joint;
    int bad;
    if (ag_shape_equal(have, want)) {
        return contribution;
    }
    if (ag__broadcast(have, want, &joint, &bad) == AG_OK && ag_shape_equal(joint, want)) {
        return (ag_expand)(contribution, want);
    }
    return (ag_sum_to)(contribution, want);
}

const ag_op *ag_engine_op(int i)
{
    static const ag_op *const all[] = {&add_op, &expand_op, &sum_to_op, &detach_op};
    return i >= 0 && i < (int)(sizeof all / sizeof *all) ? all[i] : NULL;
}
