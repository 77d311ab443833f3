/* Counting and sums that leave NaN out: all, any, count_nonzero, nansum, nanmean. Must not know how
 * a line is found in memory; that is axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "ops/common/reduction.h"
#include "reduce_ops.h"

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }

/* --- counts ----------------------------------------------------------------------------------- */

static ag_status count_infer(ag_call *call)
{
    ag_status status = ag__reduction_infer(call);
    call->dtype = AG_I64;
    return status;
}

#define COUNT_LINE(T, S)                                                                           \
    static void count_##S(const void *line, int64_t n, double number, void *out)                   \
    {                                                                                              \
        const T *x = line;                                                                         \
        int64_t count = 0;                                                                         \
        (void)number;                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            count += x[i] != 0;                                                                    \
        }                                                                                          \
        *(int64_t *)out = count;                                                                   \
    }                                                                                              \
    static void all_##S(const void *line, int64_t n, double number, void *out)                     \
    {                                                                                              \
        count_##S(line, n, number, out);                                                           \
        *(int64_t *)out = *(int64_t *)out == n;                                                    \
    }                                                                                              \
    static void any_##S(const void *line, int64_t n, double number, void *out)                     \
    {                                                                                              \
        count_##S(line, n, number, out);                                                           \
        *(int64_t *)out = *(int64_t *)out > 0;                                                     \
    }
COUNT_LINE(double, f64)
COUNT_LINE(float, f32)
COUNT_LINE(int64_t, i64)

#define COUNT(word, kernel, function)                                                              \
    static ag_status word##_forward(ag_call *call)                                                 \
    {                                                                                              \
        static ag__fold_function *const by_dtype[] = {kernel##_f64, kernel##_f32, kernel##_i64};   \
        return ag__fold(call, by_dtype);                                                           \
    }                                                                                              \
    SAMPLE(word, function(in[0], AG_AXES(0, -1), false))                                           \
    static const ag_case word##_cases[] = {                                                        \
        {"outer axes of [2,3,2]", sample_##word, 1, {{3, {2, 3, 2}}}, -2, 2},                      \
    };                                                                                             \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 1,                                                                                 \
        .flags = AG_OP_NO_GRADIENT,                                                                \
        .infer = count_infer,                                                                      \
        .forward = word##_forward,                                                                 \
        .formula = "F(" #word ", A)",                                                              \
        .describe = ag__reduction_describe,                                                        \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };                                                                                             \
    ag_tensor *function(ag_tensor *x, ag_axes axes, bool keepdim)                                  \
    {                                                                                              \
        return ag__reduction_apply(&ag__##word##_op, x, axes, keepdim, 0);                         \
    }

COUNT(all, all, ag_all_over)
COUNT(any, any, ag_any_over)
COUNT(count_nonzero, count, ag_count_nonzero)

/* --- without NaN ------------------------------------------------------------------------------ */

#define NANSUM(T, S)                                                                               \
    static void nansum_##S(const void *line, int64_t n, double number, void *out)                  \
    {                                                                                              \
        const T *x = line;                                                                         \
        double lane[4] = {0};                                                                      \
        (void)number;                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            lane[i & 3] += x[i] == x[i] ? (double)x[i] : 0;                                        \
        }                                                                                          \
        *(T *)out = (T)((lane[0] + lane[1]) + (lane[2] + lane[3]));                                \
    }
NANSUM(double, f64)
NANSUM(float, f32)

static ag_status nansum_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {nansum_f64, nansum_f32};
    return ag__fold(call, by_dtype);
}

static ag_status nansum_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *g = ag__reduction_restore(call, call->upstream);
    return ag_accumulate(call, 0, ag_mul(g, ag_cast(ag_eq(x, x), ag_dtype_of(x))));
}

SAMPLE(nansum, ag_nansum(in[0], AG_ALL, false))
SAMPLE(nansum_axis, ag_nansum(in[0], AG_AXES(1), true))

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
    .cases = nansum_cases,
    .n_cases = sizeof nansum_cases / sizeof nansum_cases[0],
};

ag_tensor *ag_nansum(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__nansum_op, x, axes, keepdim, 0);
}

ag_tensor *ag_nanmean(ag_tensor *x, ag_axes axes, bool keepdim)
{
    ag_tensor *sum = ag_nansum(x, axes, keepdim);
    if (sum == NULL) {
        return NULL;
    }
    ag_tensor *count = ag_sum_over(ag_eq(x, x), axes, keepdim);
    return ag_div(sum, ag_cast(count, ag_dtype_of(x)));
}
