/* scatter_max and scatter_min: the extreme of x and of all that src has for a place. Must not know
 * how the places are found; that is common/indexing.c.
 */
#define AG_NO_SITES

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "places.h"

static ag_status max_forward(ag_call *call)
{
    return ag__scatter_place(call, ag__scatter_max_elements);
}

static ag_status min_forward(ag_call *call)
{
    return ag__scatter_place(call, ag__scatter_min_elements);
}

/* 1 where x is the extreme y, else 0. Where y is NaN, it is each NaN of x. */
static ag_tensor *is_extreme(ag_tensor *x, ag_tensor *y)
{
    return ag_cast(ag_where(ag_isnan(y), ag_isnan(x), ag_eq(x, y)), ag_dtype_of(x));
}

/* The gradient of an element is shared evenly by all that equal it: those of src, and the one that
 * was in x, unless x is left out. */
static ag_status extreme_vjp(ag_vjp_call *call)
{
    const ag__scatter_attr *attr = call->attr;
    int axis = attr->axis;
    ag_tensor *x = call->in[0], *index = call->in[1], *src = call->in[2], *y = call->out;
    ag_tensor *of_x = is_extreme(x, y), *of_src = is_extreme(src, ag_gather(y, index, axis));
    ag_tensor *zero = ag__scalar_like(x, 0);
    of_x = attr->leaves_out_x ? ag_scatter(of_x, index, zero, axis) : of_x;
    ag_tensor *share = ag_div(call->upstream, ag_scatter_add(of_x, index, of_src, axis));
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_where(of_x, share, zero));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        status = ag_accumulate(call, 2, ag_where(of_src, ag_gather(share, index, axis), zero));
    }
    return status;
}

static ag_tensor *sample(ag_tensor *const *in, const ag_op *op)
{
    ag_tensor *index = ag__places_sample(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1});
    return ag__scatter_apply(op, in[0], index, in[1], (ag__scatter_attr){1, 0});
}

AG__SAMPLE(max, sample(in, &ag__scatter_max_op))
AG__SAMPLE(min, sample(in, &ag__scatter_min_op))

static const ag_case max_cases[] = {
    {"[2,3] into [2,4]", sample_max, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
};

static const ag_case min_cases[] = {
    {"[2,3] into [2,4]", sample_min, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
};

const ag_op ag__scatter_max_op = {
    .name = "scatter_max",
    .n_in = 3,
    .infer = ag__scatter_infer,
    .forward = max_forward,
    .vjp = extreme_vjp,
    .formula = "F(scatter_max, A, B, C)",
    .vjp_formula = {"F(tie_share, GY)", NULL, "F(tie_share, F(gather, GY, B))"},
    .describe = ag__axis_describe,
    AG_CASES(max_cases),
};

const ag_op ag__scatter_min_op = {
    .name = "scatter_min",
    .n_in = 3,
    .infer = ag__scatter_infer,
    .forward = min_forward,
    .vjp = extreme_vjp,
    .formula = "F(scatter_min, A, B, C)",
    .vjp_formula = {"F(tie_share, GY)", NULL, "F(tie_share, F(gather, GY, B))"},
    .describe = ag__axis_describe,
    AG_CASES(min_cases),
};
