/* The largest and the smallest element of each line along an axis: max_along and min_along.
 * argmax.c finds their indices; gather_line.c takes the elements and has the gradient.
 */
#define AG_NO_SITES
#include <autograd/reduce.h>

#include "gather_line.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"

AG__SAMPLE(max_along, ag_max_along(in[0], -1, false, NULL))
AG__SAMPLE(max_along_first, ag_max_along(in[0], 0, true, NULL))
AG__SAMPLE(min_along, ag_min_along(in[0], -1, false, NULL))
AG__SAMPLE(min_along_first, ag_min_along(in[0], 0, true, NULL))

static const ag_case max_along_cases[] = {
    {"last axis of [3,4]", sample_max_along, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_max_along_first, 1, {{3, {3, 2, 2}}}, -2, 2},
};

static const ag_case min_along_cases[] = {
    {"last axis of [3,4]", sample_min_along, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_min_along_first, 1, {{3, {3, 2, 2}}}, -2, 2},
};

const ag_op ag__max_along_op = {
    .name = "max_along",
    .n_in = 2,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(max_along, A)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__gather_line_describe,
    AG_CASES(max_along_cases),
};

const ag_op ag__min_along_op = {
    .name = "min_along",
    .n_in = 2,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(min_along, A)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__gather_line_describe,
    AG_CASES(min_along_cases),
};

ag_tensor *ag_max_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return ag__gather_along(&ag__max_along_op, ag_argmax_along, x, axis, keepdim, indices);
}

ag_tensor *ag_min_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return ag__gather_along(&ag__min_along_op, ag_argmin_along, x, axis, keepdim, indices);
}
