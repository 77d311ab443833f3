/* The largest and the smallest element: max and min, of all elements or over axes. Must not know
 * how a line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/reduce.h>

#include "ops/common/sample.h"
#include "reduce_ops.h"
#include "tie_share.h"

#define BODY "ops/reduce/body/max_min.inc"
#include "ops/kernel/each_dtype.inc"

/* The number of the attribute is 1 for the smallest element, 0 for the largest. */
static ag_status forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {max_min_f64, max_min_f32, max_min_i64};
    return ag__fold(call, by_dtype);
}

AG__SAMPLE(max, ag_max(in[0]))
AG__SAMPLE(max_over, ag_max_over(in[0], AG_AXES(1), true))
AG__SAMPLE(max_outer, ag_max_over(in[0], AG_AXES(0, 2), false))
AG__SAMPLE(min, ag_min(in[0]))
AG__SAMPLE(min_over, ag_min_over(in[0], AG_AXES(1), true))
AG__SAMPLE(min_last, ag_min_over(in[0], AG_AXES(-1), false))

static const ag_case max_cases[] = {
    {"[3,4]", sample_max, 1, {{2, {3, 4}}}, -2, 2},
    {"0-d", sample_max, 1, {{0, {0}}}, -2, 2},
    {"axis 1 of [2,3,4], keepdim", sample_max_over, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"outer axes of [2,3,4]", sample_max_outer, 1, {{3, {2, 3, 4}}}, -2, 2},
};

static const ag_case min_cases[] = {
    {"[3,4]", sample_min, 1, {{2, {3, 4}}}, -2, 2},
    {"0-d", sample_min, 1, {{0, {0}}}, -2, 2},
    {"axis 1 of [2,3,4], keepdim", sample_min_over, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"last axis of [2,3,4]", sample_min_last, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__max_op = {
    .name = "max",
    .n_in = 1,
    .infer = ag__reduction_infer_some,
    .forward = forward,
    .vjp = ag__tie_share_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(max, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"MUL(GY, F(tie_share, A, Y))"},
    .describe = ag__reduction_describe,
    .cases = max_cases,
    .n_cases = sizeof max_cases / sizeof max_cases[0],
};

const ag_op ag__min_op = {
    .name = "min",
    .n_in = 1,
    .infer = ag__reduction_infer_some,
    .forward = forward,
    .vjp = ag__tie_share_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(min, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"MUL(GY, F(tie_share, A, Y))"},
    .describe = ag__reduction_describe,
    .cases = min_cases,
    .n_cases = sizeof min_cases / sizeof min_cases[0],
};

ag_tensor *ag_max(ag_tensor *x)
{
    return ag__reduction_apply(&ag__max_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_min(ag_tensor *x)
{
    return ag__reduction_apply(&ag__min_op, x, AG_ALL, false, 1);
}

ag_tensor *ag_max_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("max_over", &ag__max_op, x, axes, keepdim, 0);
}

ag_tensor *ag_min_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("min_over", &ag__min_op, x, axes, keepdim, 1);
}
