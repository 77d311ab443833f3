/* The largest and the smallest element: max and min, of all elements or over axes. Must not know
 * how a line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/kernel/kernel_table.h"
#include "reduce_ops.h"
#include "tie_share.h"

#define BODY "ops/reduce/body/max_min.inc"
#include "ops/kernel/each_dtype.inc"

/* The number of the attribute is 1 for the smallest element, 0 for the largest. */
static void of_integers(const void *line, int64_t n, double smaller, void *out)
{
    const int64_t *x = line;
    *(int64_t *)out = x[best_i64(x, n, smaller != 0)];
}

static ag_status forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {[AG_I64] = of_integers};
    const ag__reduced_axes *r = call->attr;
    if (call->dtype == AG_I64) {
        return ag__fold(call, by_dtype);
    }
    const ag__fold_kernels *k = &ag__kernels_best()->folds->of[call->dtype];
    return ag__fold_by(call, r->number != 0 ? k->smallest : k->largest, NULL);
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
    AG_CASES(max_cases),
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
    AG_CASES(min_cases),
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

/* --- with an initial value -------------------------------------------------------------------- */

/* The result of `op` where lines have elements, and the initial value where they have none. */
static ag_tensor *from(const char *name, const ag_op *op, ag_tensor *x, ag__reduced_axes r,
                       double initial)
{
    ag__composite c;
    int64_t count;
    if (!ag__composite_open(&c, name, &x, 1, 1)) {
        return NULL;
    }
    c.call.attr = &r;
    if (ag__reduction_infer(&c.call) != AG_OK) {
        return NULL;
    }
    ag__reduction_kept(&r, ag_shape_of(x), &count);
    ag__composite_enter(&c);
    ag_tensor *first = ag__scalar_like(x, initial), *y = NULL;
    if (count == 0) {
        y = ag_expand(first, c.call.shape);
    } else {
        y = ag__reduction_apply(op, x, r.axes, r.keepdim, r.number);
        y = ag_where(r.number == 0 ? ag_lt(y, first) : ag_gt(y, first), first, y);
    }
    return ag__composite_leave(&c, y);
}

ag_tensor *ag_max_over_initial(ag_tensor *x, ag_axes axes, bool keepdim, double initial)
{
    ag__reduced_axes r = {axes, keepdim, 0};
    return from("max_over_initial", &ag__max_op, x, r, initial);
}

ag_tensor *ag_min_over_initial(ag_tensor *x, ag_axes axes, bool keepdim, double initial)
{
    ag__reduced_axes r = {axes, keepdim, 1};
    return from("min_over_initial", &ag__min_op, x, r, initial);
}
