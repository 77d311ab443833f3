/* The index of the largest and of the smallest element: argmax and argmin, of all elements or along
 * an axis. Must not know how a line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/max_min.inc"
#include "ops/kernel/each_dtype.inc"

static ag_status infer(ag_call *call)
{
    ag_status status = ag__reduction_infer_some(call);
    call->dtype = AG_I64;
    return status;
}

/* The number of the attribute is 1 for the smallest element, 0 for the largest. */
static ag_status forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {argmax_f64, argmax_f32, argmax_i64};
    return ag__fold(call, by_dtype);
}

AG__SAMPLE(argmax, ag_argmax(in[0]))
AG__SAMPLE(argmax_along, ag_argmax_along(in[0], 1, true))
AG__SAMPLE(argmin, ag_argmin(in[0]))
AG__SAMPLE(argmin_along, ag_argmin_along(in[0], 1, true))

static const ag_case argmax_cases[] = {
    {"[3,4]", sample_argmax, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 1 of [2,3,4], keepdim", sample_argmax_along, 1, {{3, {2, 3, 4}}}, -2, 2},
};

static const ag_case argmin_cases[] = {
    {"[3,4]", sample_argmin, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 1 of [2,3,4], keepdim", sample_argmin_along, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__argmax_op = {
    .name = "argmax",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = forward,
    .formula = "F(argmax, A)",
    .describe = ag__reduction_describe,
    AG_CASES(argmax_cases),
};

const ag_op ag__argmin_op = {
    .name = "argmin",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = forward,
    .formula = "F(argmin, A)",
    .describe = ag__reduction_describe,
    AG_CASES(argmin_cases),
};

ag_tensor *ag_argmax(ag_tensor *x)
{
    return ag__reduction_apply(&ag__argmax_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_argmin(ag_tensor *x)
{
    return ag__reduction_apply(&ag__argmin_op, x, AG_ALL, false, 1);
}

/* For a 0-d tensor, which counts as a vector of one element, axis 0 or -1 means all elements. */
static ag_axes axes_of(const ag_tensor *x, int axis)
{
    return ag__along_scalar(x, axis) ? AG_ALL : AG_AXES(axis);
}

ag_tensor *ag_argmax_along(ag_tensor *x, int axis, bool keepdim)
{
    return ag__reduction_over("argmax_along", &ag__argmax_op, x, axes_of(x, axis), keepdim, 0);
}

ag_tensor *ag_argmin_along(ag_tensor *x, int axis, bool keepdim)
{
    return ag__reduction_over("argmin_along", &ag__argmin_op, x, axes_of(x, axis), keepdim, 1);
}
