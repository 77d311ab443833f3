/* Logarithms of sums of exponentials that do not overflow: logsumexp and logcumsumexp. The rules
 * are written with the result, because exp(x - y) is bounded while exp(x) may overflow.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "keepdim.h"
#include "ops/common/axis.h"
#include "ops/common/extremes.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/kernel/kernel_table.h"
#include "recurrence.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/logsumexp.inc"
#include "ops/kernel/each_float.inc"

/* a - b, or 0 if both are the same infinity, which needs to be asked only if there is one. */
static ag_tensor *less(ag_tensor *a, ag_tensor *b, bool infinite)
{
    if (!infinite) {
        return ag_sub(a, b);
    }
    return ag_where(ag_eq(a, b), ag__scalar_like(a, 0), ag_sub(a, b));
}

/* --- logsumexp -------------------------------------------------------------------------------- */

static ag_status logsumexp_forward(ag_call *call)
{
    return ag__fold_by(call, ag__kernels_best()->lines->of[call->dtype].logsumexp, NULL);
}

/* The partial is exp(x - y), whose sum is 1. If y is infinite, the elements equal to y share the
 * gradient. */
static ag_status logsumexp_vjp(ag_vjp_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    bool infinite = ag__has_infinity(call->out);
    ag_tensor *y = ag__reduction_restore(call, call->out);
    ag_tensor *part = ag_exp(less(call->in[0], y, infinite));
    if (infinite) {
        part = ag_div(part, ag_sum_over(part, r->axes, true));
    }
    return ag_accumulate(call, 0, ag_mul(g, part));
}

AG__SAMPLE(logsumexp, ag_logsumexp(in[0]))
AG__SAMPLE(logsumexp_outer, ag_logsumexp_over(in[0], AG_AXES(0, 2), true))

static const ag_case logsumexp_cases[] = {
    {"all axes", sample_logsumexp, 1, {{2, {3, 3}}}, -2, 2},
    {"0-d", sample_logsumexp, 1, {{0, {0}}}, -2, 2},
    {"outer axes, keepdim", sample_logsumexp_outer, 1, {{3, {2, 3, 2}}}, -2, 2},
};

/* Of one element, which y equals unless it is NaN: see the rule. */
static double logsumexp_partial(const ag_tensor *node, int i)
{
    return ag_item(ag_operand(node, i)) == ag_item(node) ? 1 : (double)NAN;
}

const ag_op ag__logsumexp_op = {
    .name = "logsumexp",
    .n_in = 1,
    .infer = ag__reduction_infer_float,
    .forward = logsumexp_forward,
    .vjp = logsumexp_vjp,
    .partial_number = logsumexp_partial,
    .formula = "F(logsumexp, A)",
    .partial_formula = {"F(exp, SUB(A, Y))"},
    .vjp_formula = {"MUL(GY, F(exp, SUB(A, Y)))"},
    .describe = ag__reduction_describe,
    AG_CASES(logsumexp_cases),
};

ag_tensor *ag_logsumexp(ag_tensor *x)
{
    return ag__reduction_apply(&ag__logsumexp_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_logsumexp_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("logsumexp_over", &ag__logsumexp_op, x, axes, keepdim, 0);
}

/* --- logcumsumexp ----------------------------------------------------------------------------- */

static ag_status logcumsumexp_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[AG_DTYPE_COUNT] = {logcumsumexp_f64, logcumsumexp_f32};
    return ag__scan(call, by_dtype);
}

/* For each element the next one along the axis; for the last element itself. */
static ag_tensor *next_of(ag_tensor *y, int axis)
{
    ag_tensor *parts[] = {ag_slice(y, axis, 1, INT64_MAX, 1), ag_slice(y, axis, -1, INT64_MAX, 1)};
    return ag_concat(parts, 2, axis);
}

/* How many of x[0] ... x[i] are the infinity y[i], and 1 where that is finite. */
static ag_tensor *sharers(ag_tensor *x, ag_tensor *y, int axis)
{
    ag_tensor *count = ag__scalar_like(x, 1);
    for (int sign = -1; sign <= 1; sign += 2) {
        ag_tensor *infinity = ag__scalar_like(x, sign * (double)INFINITY);
        ag_tensor *so_far = ag_cumsum(ag_cast(ag_eq(x, infinity), ag_dtype_of(x)), axis);
        count = ag_where(ag_eq(y, infinity), so_far, count);
    }
    return count;
}

/* gX[j] = sum over i >= j of g[i] exp(x[j] - y[i]) = exp(x[j] - y[j]) s[j], and
 * s[j] = g[j] + exp(y[j] - y[j+1]) s[j+1]. As y does not fall, no exponential is above 1. Where
 * y[i] is infinite, the elements equal to it share g[i]. */
static ag_status logcumsumexp_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *y = call->out, *next = next_of(y, a->axis);
    bool infinite = ag__has_infinity(y);
    ag_tensor *fall = ag_exp(less(y, next, infinite)), *g = call->upstream;
    if (infinite) {
        g = ag_div(g, sharers(call->in[0], y, a->axis));
    }
    ag_tensor *s = ag__recurrence(fall, g, a->axis, true, false);
    return ag_accumulate(call, 0, ag_mul(ag_exp(less(call->in[0], y, infinite)), s));
}

AG__SAMPLE(logcumsumexp, ag_logcumsumexp(in[0], -1))
AG__SAMPLE(logcumsumexp_first, ag_logcumsumexp(in[0], 0))

static const ag_case logcumsumexp_cases[] = {
    {"last axis of [2,4]", sample_logcumsumexp, 1, {{2, {2, 4}}}, -2, 2},
    {"axis 0 of [3,2]", sample_logcumsumexp_first, 1, {{2, {3, 2}}}, -2, 2},
};

const ag_op ag__logcumsumexp_op = {
    .name = "logcumsumexp",
    .n_in = 1,
    .infer = ag__along_infer_float,
    .forward = logcumsumexp_forward,
    .vjp = logcumsumexp_vjp,
    .formula = "F(logcumsumexp, A)",
    .describe = ag__axis_describe,
    AG_CASES(logcumsumexp_cases),
};

ag_tensor *ag_logcumsumexp(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__logcumsumexp_op, x, axis, false);
}
