/* gather and scatter_add: elements taken from, or added at, the places that a tensor of indices
 * names. They are each other's transposes, which is why they share a file. Must not know how the
 * places are found; that is common/indexing.c.
 */
#define AG_NO_SITES
#include <autograd/index.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "places.h"

static ag_status gather_infer(ag_call *call)
{
    ag_status status = ag__places_infer(call);
    call->shape = ag_shape_of(call->in[1]);
    return status;
}

static ag_status gather_forward(ag_call *call)
{
    ag_array plain = ag_array_of(call->in[0]);
    ag__part x, index, y;
    ag__at_least_1d(&x, &plain);
    ag_status status = ag__places_checked(call, &index, &x.array);
    if (status == AG_OK) {
        ag__at_least_1d(&y, &call->out);
        ag__gather_elements(&y.array, &x.array, &index.array,
                            ag__places_axis(call->attr, &x.array));
    }
    return status;
}

static ag_status gather_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *zeros = ag__zeros(ag_graph_of(x), ag_dtype_of(x), ag_shape_of(x));
    return ag_accumulate(
        call, 0, ag_scatter_add(zeros, call->in[1], call->upstream, *(const int *)call->attr));
}

/* Adds only to the places that were taken, while the rule makes zeros of the size of x for every
 * gather. */
static ag_status gather_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), index = ag_array_of(call->in[1]);
    ag_array from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag__part grad, places, upstream;
    ag__at_least_1d(&grad, &to);
    ag__at_least_1d(&places, &index);
    ag__at_least_1d(&upstream, &from);
    int axis = ag__places_axis(call->attr, &grad.array);
    ag_status status = ag__index_recheck(call, &places.array, grad.dim[axis]);
    if (status == AG_OK) {
        ag__scatter_add_elements(&grad.array, &places.array, &upstream.array, axis);
    }
    return status;
}

static ag_tensor *sample_gather(ag_tensor *const *in)
{
    return ag_gather(in[0], ag__places_sample(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}),
                     1);
}

static ag_tensor *sample_gather_short(ag_tensor *const *in)
{
    return ag_gather(
        in[0], ag__places_sample(in[0], AG_SHAPE(3, 1, 2), (int64_t[]){1, 0, 1, 1, 0, 0}), -3);
}

static ag_tensor *sample_gather_scalar(ag_tensor *const *in)
{
    return ag_gather(in[0], ag__places_sample(in[0], AG_SHAPE(2), (int64_t[]){0, 0}), 0);
}

static const ag_case gather_cases[] = {
    {"along 1 of [2,4], repeated", sample_gather, 1, {{2, {2, 4}}}, -2, 2},
    {"part of [2,3,2], along 0", sample_gather_short, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"0-d, twice", sample_gather_scalar, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__gather_op = {
    .name = "gather",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = gather_infer,
    .forward = gather_forward,
    .vjp = gather_vjp,
    .backward = gather_backward,
    .formula = "F(gather, A, B)",
    .vjp_formula = {"F(scatter_add, GY)"},
    .describe = ag__axis_describe,
    .cases = gather_cases,
    .n_cases = sizeof gather_cases / sizeof gather_cases[0],
};

ag_tensor *ag_gather(ag_tensor *x, ag_tensor *index, int axis)
{
    return ag_apply(&ag__gather_op, (ag_tensor *[]){x, index}, 2, &axis, sizeof axis);
}

/* --- scatter_add ------------------------------------------------------------------------------ */

static ag_status scatter_add_forward(ag_call *call)
{
    return ag__scatter_place(call, ag__scatter_add_elements);
}

static ag_status scatter_add_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_status status = ag_accumulate(call, 0, call->upstream);
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        status = ag_accumulate(call, 2, ag_gather(call->upstream, call->in[1], axis));
    }
    return status;
}

static ag_tensor *sample_scatter_add(ag_tensor *const *in)
{
    return ag_scatter_add(
        in[0], ag__places_sample(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}), in[1], 1);
}

static const ag_case scatter_add_cases[] = {
    {"[2,3] into [2,4]", sample_scatter_add, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
    {"part of [3,3] into [3,4]", sample_scatter_add, 2, {{2, {3, 4}}, {2, {3, 3}}}, -2, 2},
};

const ag_op ag__scatter_add_op = {
    .name = "scatter_add",
    .n_in = 3,
    .flags = AG_OP_LINEAR,
    .infer = ag__scatter_infer,
    .forward = scatter_add_forward,
    .vjp = scatter_add_vjp,
    .formula = "F(scatter_add, A, B, C)",
    .vjp_formula = {"GY", NULL, "F(gather, GY, B)"},
    .describe = ag__axis_describe,
    .cases = scatter_add_cases,
    .n_cases = sizeof scatter_add_cases / sizeof scatter_add_cases[0],
};

ag_tensor *ag_scatter_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return ag__scatter_apply(&ag__scatter_add_op, x, index, src, axis);
}
