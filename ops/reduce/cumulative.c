/* Running totals: cumsum and cumprod. The rule of cumprod is made of recurrences (recurrence.h) and
 * contains no division.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/axis.h"
#include "ops/common/sample.h"
#include "recurrence.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/cumulative.inc"
#include "ops/kernel/each_dtype.inc"

/* --- cumsum ----------------------------------------------------------------------------------- */

static ag_status cumsum_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {cumsum_f64, cumsum_f32, cumsum_i64};
    return ag__scan(call, by_dtype);
}

static ag_tensor *cumsum(ag_tensor *x, int axis, bool backwards);

static ag_status cumsum_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    return ag_accumulate(call, 0, cumsum(call->upstream, a->axis, !a->flag));
}

AG__SAMPLE(cumsum, ag_cumsum(in[0], 1))
AG__SAMPLE(cumsum_0d, ag_cumsum(in[0], -1))
AG__SAMPLE(cumsum_back, cumsum(in[0], -2, true))

static const ag_case cumsum_cases[] = {
    {"axis 1 of [2,4,2]", sample_cumsum, 1, {{3, {2, 4, 2}}}, -2, 2},
    {"0-d", sample_cumsum_0d, 1, {{0, {0}}}, -2, 2},
    {"backwards, axis 0 of [3,2]", sample_cumsum_back, 1, {{2, {3, 2}}}, -2, 2},
};

const ag_op ag__cumsum_op = {
    .name = "cumsum",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = ag__along_infer,
    .forward = cumsum_forward,
    .vjp = cumsum_vjp,
    .formula = "F(cumsum, A)",
    .vjp_formula = {"F(cumsum_backwards, GY)"},
    .describe = ag__axis_describe,
    AG_CASES(cumsum_cases),
};

static ag_tensor *cumsum(ag_tensor *x, int axis, bool backwards)
{
    return ag__along_apply(&ag__cumsum_op, x, axis, backwards);
}

ag_tensor *ag_cumsum(ag_tensor *x, int axis)
{
    return cumsum(x, axis, false);
}

/* --- cumprod ---------------------------------------------------------------------------------- */

static ag_status cumprod_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {cumprod_f64, cumprod_f32, cumprod_i64};
    return ag__scan(call, by_dtype);
}

/* dY[i]/dX[k] is the product of the elements before k, times the product of those from k + 1 to i.
 * The first factor does not depend on i, so it comes out of the sum over i, and what is left of the
 * sum is a recurrence: s[k] = g[k] + x[k+1] s[k+1]. */
static ag_status cumprod_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *s = ag__recurrence(call->in[0], call->upstream, a->axis, !a->flag, true);
    return ag_accumulate(call, 0, ag_mul(ag__shifted(call->out, a->axis, a->flag, 1), s));
}

AG__SAMPLE(cumprod, ag_cumprod(in[0], 1))
AG__SAMPLE(cumprod_0d, ag_cumprod(in[0], 0))
AG__SAMPLE(cumprod_back, ag__along_apply(&ag__cumprod_op, in[0], -1, true))

static const ag_case cumprod_cases[] = {
    {"axis 1 of [2,3,2]", sample_cumprod, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"0-d", sample_cumprod_0d, 1, {{0, {0}}}, -2, 2},
    {"backwards, axis 1 of [2,4]", sample_cumprod_back, 1, {{2, {2, 4}}}, -2, 2},
};

const ag_op ag__cumprod_op = {
    .name = "cumprod",
    .n_in = 1,
    .infer = ag__along_infer,
    .forward = cumprod_forward,
    .vjp = cumprod_vjp,
    .formula = "F(cumprod, A)",
    .vjp_formula = {"MUL(F(shift, Y), F(recurrence, A, GY))"},
    .describe = ag__axis_describe,
    AG_CASES(cumprod_cases),
};

ag_tensor *ag_cumprod(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__cumprod_op, x, axis, false);
}
