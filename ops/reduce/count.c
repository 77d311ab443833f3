/* Counts: all, any and count_nonzero. Must not know how a line is found in memory; that is
 * ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/reduce.h>

#include "ops/common/reduction.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/count.inc"
#include "ops/kernel/each_dtype.inc"

static ag_status infer(ag_call *call)
{
    ag_status status = ag__reduction_infer(call);
    call->dtype = AG_I64;
    return status;
}

static ag_status all_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {all_f64, all_f32, all_i64};
    return ag__fold(call, by_dtype);
}

static ag_status any_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {any_f64, any_f32, any_i64};
    return ag__fold(call, by_dtype);
}

static ag_status count_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {count_f64, count_f32, count_i64};
    return ag__fold(call, by_dtype);
}

AG__SAMPLE(all, ag_all_over(in[0], AG_AXES(0, -1), false))
AG__SAMPLE(any, ag_any_over(in[0], AG_AXES(0, -1), false))
AG__SAMPLE(count, ag_count_nonzero_over(in[0], AG_AXES(0, -1), false))

static const ag_case all_cases[] = {
    {"outer axes of [2,3,2]", sample_all, 1, {{3, {2, 3, 2}}}, -2, 2},
};

static const ag_case any_cases[] = {
    {"outer axes of [2,3,2]", sample_any, 1, {{3, {2, 3, 2}}}, -2, 2},
};

static const ag_case count_cases[] = {
    {"outer axes of [2,3,2]", sample_count, 1, {{3, {2, 3, 2}}}, -2, 2},
};

const ag_op ag__all_op = {
    .name = "all",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = all_forward,
    .formula = "F(all, A)",
    .describe = ag__reduction_describe,
    AG_CASES(all_cases),
};

const ag_op ag__any_op = {
    .name = "any",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = any_forward,
    .formula = "F(any, A)",
    .describe = ag__reduction_describe,
    AG_CASES(any_cases),
};

const ag_op ag__count_nonzero_op = {
    .name = "count_nonzero",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = count_forward,
    .formula = "F(count_nonzero, A)",
    .describe = ag__reduction_describe,
    AG_CASES(count_cases),
};

ag_tensor *ag_all(ag_tensor *x)
{
    return ag__reduction_apply(&ag__all_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_all_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("all_over", &ag__all_op, x, axes, keepdim, 0);
}

ag_tensor *ag_any(ag_tensor *x)
{
    return ag__reduction_apply(&ag__any_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_any_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("any_over", &ag__any_op, x, axes, keepdim, 0);
}

ag_tensor *ag_count_nonzero(ag_tensor *x)
{
    return ag__reduction_apply(&ag__count_nonzero_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_count_nonzero_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("count_nonzero_over", &ag__count_nonzero_op, x, axes, keepdim, 0);
}
