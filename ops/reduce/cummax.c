/* The largest and the smallest element so far: cummax and cummin. Their indices are found by an
 * operation of its own, running_argmax; gather_line.c takes the elements and has the gradient.
 */
#define AG_NO_SITES
#include <autograd/reduce.h>

#include "gather_line.h"
#include "keepdim.h"
#include "ops/common/axis.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/max_min.inc"
#include "ops/kernel/each_dtype.inc"

/* --- where they are --------------------------------------------------------------------------- */

static ag_status infer(ag_call *call)
{
    ag_status status = ag__along_infer(call);
    call->dtype = AG_I64;
    return status;
}

/* The flag of the attribute is set for the smallest element. */
static ag_status forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {running_argmax_f64, running_argmax_f32,
                                                  running_argmax_i64};
    return ag__scan(call, by_dtype);
}

/* For each element the index of the largest (smallest) element up to it along the axis; of equal
 * elements the last one counts. */
static ag_tensor *running_argmax(ag_tensor *x, int axis, bool smallest)
{
    return ag__along_apply(&ag__running_argmax_op, x, axis, smallest);
}

AG__SAMPLE(running, running_argmax(in[0], 0, false))

static const ag_case running_argmax_cases[] = {
    {"axis 0 of [4,3]", sample_running, 1, {{2, {4, 3}}}, -2, 2},
};

const ag_op ag__running_argmax_op = {
    .name = "running_argmax",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = forward,
    .formula = "F(running_argmax, A)",
    .describe = ag__axis_describe,
    AG_CASES(running_argmax_cases),
};

/* --- the elements ----------------------------------------------------------------------------- */

AG__SAMPLE(cummax, ag_cummax(in[0], -1, NULL))
AG__SAMPLE(cummax_first, ag_cummax(in[0], 0, NULL))
AG__SAMPLE(cummin, ag_cummin(in[0], -1, NULL))
AG__SAMPLE(cummin_first, ag_cummin(in[0], 0, NULL))

static const ag_case cummax_cases[] = {
    {"last axis of [3,4]", sample_cummax, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_cummax_first, 1, {{3, {3, 2, 2}}}, -2, 2},
};

static const ag_case cummin_cases[] = {
    {"last axis of [3,4]", sample_cummin, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_cummin_first, 1, {{3, {3, 2, 2}}}, -2, 2},
};

const ag_op ag__cummax_op = {
    .name = "cummax",
    .n_in = 2,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(cummax, A)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__axis_describe,
    AG_CASES(cummax_cases),
};

const ag_op ag__cummin_op = {
    .name = "cummin",
    .n_in = 2,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(cummin, A)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__axis_describe,
    AG_CASES(cummin_cases),
};

ag_tensor *ag_cummax(ag_tensor *x, int axis, ag_tensor **indices)
{
    return ag__gather_running(&ag__cummax_op, running_argmax, x, axis, false, indices);
}

ag_tensor *ag_cummin(ag_tensor *x, int axis, ag_tensor **indices)
{
    return ag__gather_running(&ag__cummin_op, running_argmax, x, axis, true, indices);
}
