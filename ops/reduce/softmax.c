/* Sums of exponentials that do not overflow: logsumexp, softmax, log_softmax, softmin,
 * logcumsumexp. Each rule is written with the result, which is bounded where exp(x) is not.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/ops.h>

#include "ops/common/axis_lines.h"
#include "ops/kernel/kernel_table.h"
#include "recurrence.h"
#include "reduce_ops.h"

#define NUMBER_NS 0.8 /* that one takes, more or less */

#define T double
#define NAME(x) x##_f64
#include "logcumsumexp_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "logcumsumexp_body.inc"
#undef T
#undef NAME

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }

/* --- logsumexp -------------------------------------------------------------------------------- */

#define LOGSUMEXP(S, dtype)                                                                        \
    static void logsumexp_##S(const void *line, int64_t n, double number, void *out)               \
    {                                                                                              \
        void *const lines[] = {(void *)(uintptr_t)line, out};                                      \
        ag__kernels_best()->lines->of[dtype].logsumexp(lines, n, (ag__line_options){number, 0});   \
    }
LOGSUMEXP(f64, AG_F64)
LOGSUMEXP(f32, AG_F32)

static ag_status logsumexp_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {logsumexp_f64, logsumexp_f32};
    return ag__fold(call, by_dtype);
}

static ag_status logsumexp_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    ag_tensor *y = ag__reduction_restore(call, call->out);
    return ag_accumulate(call, 0, ag_mul(g, ag_exp(ag_sub(call->in[0], y))));
}

SAMPLE(logsumexp, ag_logsumexp(in[0], AG_ALL, false))
SAMPLE(logsumexp_outer, ag_logsumexp(in[0], AG_AXES(0, 2), true))

static const ag_case logsumexp_cases[] = {
    {"all axes", sample_logsumexp, 1, {{2, {3, 3}}}, -2, 2},
    {"0-d", sample_logsumexp, 1, {{0, {0}}}, -2, 2},
    {"outer axes, keepdim", sample_logsumexp_outer, 1, {{3, {2, 3, 2}}}, -2, 2},
};

const ag_op ag__logsumexp_op = {
    .name = "logsumexp",
    .n_in = 1,
    .infer = ag__reduction_infer_float,
    .forward = logsumexp_forward,
    .vjp = logsumexp_vjp,
    .formula = "F(logsumexp, A)",
    .partial_formula = {"F(exp, SUB(A, Y))"},
    .vjp_formula = {"MUL(GY, F(exp, SUB(A, Y)))"},
    .describe = ag__reduction_describe,
    .cases = logsumexp_cases,
    .n_cases = sizeof logsumexp_cases / sizeof logsumexp_cases[0],
};

ag_tensor *ag_logsumexp(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__logsumexp_op, x, axes, keepdim, 0);
}

/* --- softmax ---------------------------------------------------------------------------------- */

static const ag__line_kernels *kernels(const ag_tensor *t)
{
    return &ag__kernels_best()->lines->of[ag_dtype_of(t)];
}

/* Every line along the axis. */
static ag_status along(ag_call *call, ag__line_kernel *kernel)
{
    const ag__along *a = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__along_flags(a->axis, x.ndim, over);
    ag__lines_open(&l, x.ndim, x.dim, over);
    ag__lines_add(&l, &x, AG__LINE_READ);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    return ag__lines_run(&l, call->graph, NUMBER_NS, kernel, (ag__line_options){0});
}

static ag_status softmax_forward(ag_call *call)
{
    return along(call, kernels(call->in[0])->softmax);
}

static ag_status softmax_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *y = call->out, *g = call->upstream;
    ag_tensor *sum = ag_sum_over(ag_mul(g, y), AG_AXES(a->axis), true);
    return ag_accumulate(call, 0, ag_mul(y, ag_sub(g, sum)));
}

/* One pass over y, g and the gradient. */
static ag_status one_pass(ag_vjp_call *call, ag__line_kernel *kernel)
{
    const ag__along *a = call->attr;
    ag_array y = ag_array_of(call->out), g = ag_array_of(call->upstream);
    ag__line_options options = {0};
    ag_array to = ag_grad_target(call, 0, &options.fresh);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    if (to.data == NULL) {
        return to.size > 0 ? AG_ERR_MEMORY : AG_OK;
    }
    ag__along_flags(a->axis, y.ndim, over);
    ag__lines_open(&l, y.ndim, y.dim, over);
    ag__lines_add(&l, &y, AG__LINE_READ);
    ag__lines_add(&l, &g, AG__LINE_READ);
    ag__lines_add(&l, &to, options.fresh ? AG__LINE_WRITE : AG__LINE_READ | AG__LINE_WRITE);
    return ag__lines_run(&l, ag_graph_of(call->out), NUMBER_NS, kernel, options);
}

static ag_status softmax_backward(ag_vjp_call *call)
{
    return one_pass(call, kernels(call->out)->softmax_back);
}

SAMPLE(softmax, ag_softmax(in[0], -1))
SAMPLE(softmax_first, ag_softmax(in[0], 0))

static const ag_case softmax_cases[] = {
    {"last axis of [2,4]", sample_softmax, 1, {{2, {2, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_softmax_first, 1, {{3, {3, 2, 2}}}, -2, 2},
    {"0-d", sample_softmax, 1, {{0, {0}}}, -2, 2},
    {"no elements", sample_softmax_first, 1, {{2, {0, 2}}}, -2, 2},
};

const ag_op ag__softmax_op = {
    .name = "softmax",
    .n_in = 1,
    .infer = ag__along_infer_float,
    .forward = softmax_forward,
    .vjp = softmax_vjp,
    .backward = softmax_backward,
    .formula = "F(softmax, A)",
    .vjp_formula = {"MUL(Y, SUB(GY, F(sum, MUL(GY, Y))))"},
    .describe = ag__along_describe,
    .cases = softmax_cases,
    .n_cases = sizeof softmax_cases / sizeof softmax_cases[0],
};

ag_tensor *ag_softmax(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__softmax_op, x, axis, false);
}

ag_tensor *ag_softmin(ag_tensor *x, int axis)
{
    return ag_softmax(ag_neg(x), axis);
}

/* --- log_softmax ------------------------------------------------------------------------------ */

static ag_status log_softmax_forward(ag_call *call)
{
    return along(call, kernels(call->in[0])->log_softmax);
}

static ag_status log_softmax_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *sum = ag_sum_over(call->upstream, AG_AXES(a->axis), true);
    return ag_accumulate(call, 0, ag_sub(call->upstream, ag_mul(ag_exp(call->out), sum)));
}

static ag_status log_softmax_backward(ag_vjp_call *call)
{
    return one_pass(call, kernels(call->out)->log_softmax_back);
}

SAMPLE(log_softmax, ag_log_softmax(in[0], -1))
SAMPLE(log_softmax_first, ag_log_softmax(in[0], 0))

static const ag_case log_softmax_cases[] = {
    {"last axis of [2,4]", sample_log_softmax, 1, {{2, {2, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_log_softmax_first, 1, {{3, {3, 2, 2}}}, -2, 2},
    {"0-d", sample_log_softmax, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__log_softmax_op = {
    .name = "log_softmax",
    .n_in = 1,
    .infer = ag__along_infer_float,
    .forward = log_softmax_forward,
    .vjp = log_softmax_vjp,
    .backward = log_softmax_backward,
    .formula = "F(log_softmax, A)",
    .vjp_formula = {"SUB(GY, MUL(F(exp, Y), F(sum, GY)))"},
    .describe = ag__along_describe,
    .cases = log_softmax_cases,
    .n_cases = sizeof log_softmax_cases / sizeof log_softmax_cases[0],
};

ag_tensor *ag_log_softmax(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__log_softmax_op, x, axis, false);
}

/* --- logcumsumexp ----------------------------------------------------------------------------- */

static ag_status logcumsumexp_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[AG_DTYPE_COUNT] = {logcumsumexp_f64, logcumsumexp_f32};
    return ag__scan(call, by_dtype);
}

/* Each element's next one along the axis, the last one's being itself. */
static ag_tensor *next_of(ag_tensor *y, int axis)
{
    ag_tensor *parts[] = {ag_slice(y, axis, 1, INT64_MAX, 1), ag_slice(y, axis, -1, INT64_MAX, 1)};
    return ag_concat(parts, 2, axis);
}

/* gX[j] = sum over i >= j of g[i] exp(x[j] - y[i]) = exp(x[j] - y[j]) s[j], and
 * s[j] = g[j] + exp(y[j] - y[j+1]) s[j+1]. As y does not fall, no exponential is above 1. */
static ag_status logcumsumexp_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *y = call->out, *next = next_of(y, a->axis);
    ag_tensor *s = ag__recurrence(ag_exp(ag_sub(y, next)), call->upstream, a->axis, true, false);
    return ag_accumulate(call, 0, ag_mul(ag_exp(ag_sub(call->in[0], y)), s));
}

SAMPLE(logcumsumexp, ag_logcumsumexp(in[0], -1))
SAMPLE(logcumsumexp_first, ag_logcumsumexp(in[0], 0))

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
    .describe = ag__along_describe,
    .cases = logcumsumexp_cases,
    .n_cases = sizeof logcumsumexp_cases / sizeof logcumsumexp_cases[0],
};

ag_tensor *ag_logcumsumexp(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__logcumsumexp_op, x, axis, false);
}
