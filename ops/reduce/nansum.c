/* The sum and the mean of the elements that are not NaN: nansum and nanmean. Must not know how a
 * line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/kernel/kernel_table.h"
#include "reduce_ops.h"

static ag_status nansum_forward(ag_call *call)
{
    return ag__fold_by(call, ag__kernels_best()->folds->of[call->dtype].numbers, NULL);
}

static ag_status nansum_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *g = ag__reduction_restore(call, call->upstream);
    return ag_accumulate(call, 0, ag_mul(g, ag_cast(ag_eq(x, x), ag_dtype_of(x))));
}

AG__SAMPLE(nansum, ag_nansum(in[0]))
AG__SAMPLE(nansum_axis, ag_nansum_over(in[0], AG_AXES(1), true))

static const ag_case nansum_cases[] = {
    {"all axes", sample_nansum, 1, {{2, {2, 3}}}, -2, 2},
    {"axis 1, keepdim", sample_nansum_axis, 1, {{3, {2, 3, 2}}}, -2, 2},
};

const ag_op ag__nansum_op = {
    .name = "nansum",
    .n_in = 1,
    .infer = ag__reduction_infer_float,
    .forward = nansum_forward,
    .vjp = nansum_vjp,
    .formula = "F(nansum, A)",
    .vjp_formula = {"MUL(GY, F(eq, A, A))"},
    .describe = ag__reduction_describe,
    AG_CASES(nansum_cases),
};

ag_tensor *ag_nansum(ag_tensor *x)
{
    return ag__reduction_apply(&ag__nansum_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_nansum_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("nansum_over", &ag__nansum_op, x, axes, keepdim, 0);
}

static ag_tensor *nanmean(ag_tensor *x, ag_axes axes, bool keepdim)
{
    ag_tensor *sum = ag_nansum_over(x, axes, keepdim);
    if (sum == NULL) {
        return NULL;
    }
    ag_tensor *count = ag_sum_over(ag_eq(x, x), axes, keepdim);
    return ag_div(sum, ag_cast(count, ag_dtype_of(x)));
}

/* `name` is the function that was called. */
static ag_tensor *nanmean_as(const char *name, ag_tensor *x, ag_axes axes, bool keepdim)
{
    ag__composite c;
    if (!ag__composite_open(&c, name, &x, 1, 1)) {
        return NULL;
    }
    return AG__COMPOSED(&c, nanmean(x, axes, keepdim));
}

ag_tensor *ag_nanmean(ag_tensor *x)
{
    return nanmean_as("nanmean", x, AG_ALL, false);
}

ag_tensor *ag_nanmean_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return nanmean_as("nanmean_over", x, axes, keepdim);
}
