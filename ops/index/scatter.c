/* scatter: elements put at the places that a tensor of indices names.
 * Must not know how the places are found; that is common/indexing.c.
 */
#define AG_NO_SITES

#include <autograd/elementwise.h>
#include <autograd/index.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "ops/common/scalar_like.h"
#include "places.h"

static ag_status scatter_forward(ag_call *call)
{
    return ag__scatter_place(call, ag__scatter_elements);
}

/* 1 for each element of src that stayed, 0 for one that a later element overwrote. Each element
 * writes its own number and then looks which number is there. */
static ag_tensor *stayed(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_tensor *index = call->in[1];
    ag_graph *g = ag_graph_of(index);
    ag_tensor *numbers = ag_leaf(g, AG_CONSTANT, AG_I64, ag_shape_of(index), NULL);
    int64_t *values = numbers != NULL ? ag_mutable_data(numbers) : NULL;
    for (int64_t i = 0; values != NULL && i < ag_size(index); i++) {
        values[i] = i;
    }
    ag_tensor *zeros = ag__zeros(g, AG_I64, ag_shape_of(call->in[0]));
    return ag_eq(ag_gather(ag_scatter(zeros, index, numbers, axis), index, axis), numbers);
}

static ag_status scatter_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_tensor *g = call->upstream, *index = call->in[1];
    ag_tensor *zero = ag__scalar_like(g, 0);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_scatter(g, index, zero, axis));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        ag_tensor *taken = ag_gather(g, index, axis);
        status = ag_accumulate(call, 2, ag_where(stayed(call), taken, zero));
    }
    return status;
}

static ag_tensor *sample_scatter(ag_tensor *const *in)
{
    return ag_scatter(
        in[0], ag__places_sample(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}), in[1], -1);
}

static const ag_case scatter_cases[] = {
    {"[2,3] into [2,4], overwriting", sample_scatter, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
    {"a 0-d src", sample_scatter, 2, {{2, {2, 4}}, {0, {0}}}, -2, 2},
};

const ag_op ag__scatter_op = {
    .name = "scatter",
    .n_in = 3,
    .flags = AG_OP_LINEAR,
    .infer = ag__scatter_infer,
    .forward = scatter_forward,
    .vjp = scatter_vjp,
    .formula = "F(scatter, A, B, C)",
    .vjp_formula = {"F(scatter, GY, B, K(0))", NULL, "F(gather, GY, B)"},
    .describe = ag__axis_describe,
    AG_CASES(scatter_cases),
};

ag_tensor *ag_scatter(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return ag__scatter_apply(&ag__scatter_op, x, index, src, (ag__scatter_attr){axis, 0});
}
