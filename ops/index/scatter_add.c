/* scatter_add: elements added at the places that a tensor of indices names. Must not know how the
 * places are found; that is common/indexing.c.
 */
#define AG_NO_SITES
#include <autograd/index.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "places.h"

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
    AG_CASES(scatter_add_cases),
};

ag_tensor *ag_scatter_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return ag__scatter_apply(&ag__scatter_add_op, x, index, src, (ag__scatter_attr){axis, 0});
}
