/* The largest and the smallest: of all elements or over axes, where they are, and who shares their
 * gradient when several are equal. Must not know how a line is found in memory; that is axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/ops.h>

#include "ops/common/axis_lines.h"
#include "reduce_ops.h"
#include "ties.h"

#define T double
#define NAME(x) x##_f64
#define IS_NAN(x) ((x) != (x))
#include "max_min_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "max_min_body.inc"
#undef T
#undef NAME
#undef IS_NAN
#define T int64_t
#define NAME(x) x##_i64
#define IS_NAN(x) false
#include "max_min_body.inc"
#undef T
#undef NAME
#undef IS_NAN

/* --- ties ------------------------------------------------------------------------------------- */

/* Of operand 0's shape: 1/n at each of the n elements of a line that equal operand 1, else 0. The
 * attribute's number: is NaN equal to NaN? */
static ag_status ties_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

#define TIES(T, S)                                                                                 \
    static void ties_##S(void *const line[], int64_t n, const void *chosen, int64_t at, bool nan)  \
    {                                                                                              \
        const T *x = line[0], y = ((const T *)chosen)[at];                                         \
        T *out = line[1];                                                                          \
        int64_t equal = 0;                                                                         \
        for (int64_t i = 0; i < n; i++) {                                                          \
            equal += x[i] == y || (nan && x[i] != x[i] && y != y);                                 \
        }                                                                                          \
        T part = equal > 0 ? (T)(1.0 / (double)equal) : (T)NAN, rest = equal > 0 ? 0 : (T)NAN;     \
        for (int64_t i = 0; i < n; i++) {                                                          \
            out[i] = x[i] == y || (nan && x[i] != x[i] && y != y) ? part : rest;                   \
        }                                                                                          \
    }
TIES(double, f64)
TIES(float, f32)

static ag_status ties_forward(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_array x = ag_array_of(call->in[0]), y = ag_array_of(call->in[1]);
    const void *chosen = ag__contiguous(call->graph, &y);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__reduction_flags(r, x.ndim, over);
    ag__lines_open(&l, x.ndim, x.dim, over);
    ag__lines_add(&l, &x, AG__LINE_READ);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    ag_status status =
        chosen == NULL && y.size > 0 ? AG_ERR_MEMORY : ag__lines_ready(&l, call->graph);
    int64_t at = 0;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        (call->dtype == AG_F64 ? ties_f64 : ties_f32)(l.line, l.length, chosen, at++,
                                                      r->number != 0);
    }
    return status;
}

static ag_tensor *sample_ties(ag_tensor *const *in);

static const ag_case ties_cases[] = {
    {"with the largest of each row", sample_ties, 1, {{2, {3, 4}}}, -2, 2},
};

const ag_op ag__ties_op = {
    .name = "ties",
    .n_in = 2,
    .flags = AG_OP_NO_GRADIENT,
    .infer = ties_infer,
    .forward = ties_forward,
    .formula = "F(ties, A, B)",
    .describe = ag__reduction_describe,
    .cases = ties_cases,
    .n_cases = sizeof ties_cases / sizeof ties_cases[0],
};

static ag_tensor *ties(ag_tensor *x, ag_tensor *y, ag__reduced_axes r, bool nan)
{
    r.number = nan;
    return ag_apply(&ag__ties_op, (ag_tensor *[]){x, y}, 2, &r, sizeof r);
}

static ag_tensor *sample_ties(ag_tensor *const *in)
{
    ag__reduced_axes rows = {AG_AXES(1), false, 0};
    return ties(in[0], ag_amax(in[0], AG_AXES(1), false), rows, false);
}

static ag_status share(ag_vjp_call *call, bool nan)
{
    const ag__reduced_axes *r = call->attr;
    ag_tensor *parts = ties(call->in[0], call->out, *r, nan);
    return ag_accumulate(call, 0, ag_mul(ag__reduction_restore(call, call->upstream), parts));
}

ag_status ag__share_vjp(ag_vjp_call *call)
{
    return share(call, false);
}

ag_status ag__share_or_nan_vjp(ag_vjp_call *call)
{
    return share(call, true);
}

/* --- the largest and the smallest ------------------------------------------------------------- */

/* The attribute's number: the smallest? */
static ag_status extreme_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {extreme_f64, extreme_f32, extreme_i64};
    return ag__fold(call, by_dtype);
}

#define EXTREME(word, share_of_each)                                                               \
    static ag_tensor *sample_##word(ag_tensor *const *in);                                         \
    static ag_tensor *sample_##word##_over(ag_tensor *const *in);                                  \
    static const ag_case word##_cases[] = {                                                        \
        {"[3,4]", sample_##word, 1, {{2, {3, 4}}}, -2, 2},                                         \
        {"0-d", sample_##word, 1, {{0, {0}}}, -2, 2},                                              \
        {"of [2,3,4]", sample_##word##_over, 1, {{3, {2, 3, 4}}}, -2, 2},                          \
    };                                                                                             \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 1,                                                                                 \
        .infer = ag__reduction_infer_some,                                                         \
        .forward = extreme_forward,                                                                \
        .vjp = share_of_each,                                                                      \
        .partial_number = ag__partial_one,                                                         \
        .formula = "F(" #word ", A)",                                                              \
        .partial_formula = {"K(1)"},                                                               \
        .vjp_formula = {"MUL(GY, F(ties, A, Y))"},                                                 \
        .describe = ag__reduction_describe,                                                        \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };

EXTREME(max, ag__share_or_nan_vjp)
EXTREME(min, ag__share_or_nan_vjp)
EXTREME(amax, ag__share_vjp)
EXTREME(amin, ag__share_vjp)

ag_tensor *ag_max(ag_tensor *x)
{
    return ag__reduction_apply(&ag__max_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_min(ag_tensor *x)
{
    return ag__reduction_apply(&ag__min_op, x, AG_ALL, false, 1);
}

ag_tensor *ag_amax(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__amax_op, x, axes, keepdim, 0);
}

ag_tensor *ag_amin(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__amin_op, x, axes, keepdim, 1);
}

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }
SAMPLE(max, ag_max(in[0]))
SAMPLE(max_over, ag__reduction_apply(&ag__max_op, in[0], AG_AXES(1), true, 0))
SAMPLE(min, ag_min(in[0]))
SAMPLE(min_over, ag__reduction_apply(&ag__min_op, in[0], AG_AXES(1), true, 1))
SAMPLE(amax, ag_amax(in[0], AG_ALL, false))
SAMPLE(amax_over, ag_amax(in[0], AG_AXES(0, 2), false))
SAMPLE(amin, ag_amin(in[0], AG_ALL, true))
SAMPLE(amin_over, ag_amin(in[0], AG_AXES(-1), true))

/* --- where they are --------------------------------------------------------------------------- */

static ag_status arg_infer(ag_call *call)
{
    ag_status status = ag__reduction_infer_some(call);
    call->dtype = AG_I64;
    return status;
}

static ag_status arg_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {arg_f64, arg_f32, arg_i64};
    return ag__fold(call, by_dtype);
}

#define ARG(word, smaller)                                                                         \
    SAMPLE(word, ag_##word(in[0]))                                                                 \
    SAMPLE(word##_along, ag_##word##_along(in[0], 1, true))                                        \
    static const ag_case word##_cases[] = {                                                        \
        {"[3,4]", sample_##word, 1, {{2, {3, 4}}}, -2, 2},                                         \
        {"axis 1 of [2,3,4], keepdim", sample_##word##_along, 1, {{3, {2, 3, 4}}}, -2, 2},         \
    };                                                                                             \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 1,                                                                                 \
        .flags = AG_OP_NO_GRADIENT,                                                                \
        .infer = arg_infer,                                                                        \
        .forward = arg_forward,                                                                    \
        .formula = "F(" #word ", A)",                                                              \
        .describe = ag__reduction_describe,                                                        \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };                                                                                             \
    ag_tensor *ag_##word(ag_tensor *x)                                                             \
    {                                                                                              \
        return ag__reduction_apply(&ag__##word##_op, x, AG_ALL, false, smaller);                   \
    }                                                                                              \
    ag_tensor *ag_##word##_along(ag_tensor *x, int axis, bool keepdim)                             \
    {                                                                                              \
        ag_axes axes = ag__along_scalar(x, axis) ? AG_ALL : AG_AXES(axis);                         \
        return ag__reduction_apply(&ag__##word##_op, x, axes, keepdim, smaller);                   \
    }

ARG(argmax, 0)
ARG(argmin, 1)

/* --- so far ----------------------------------------------------------------------------------- */

static ag_status running_infer(ag_call *call)
{
    ag_status status = ag__along_infer(call);
    call->dtype = AG_I64;
    return status;
}

static ag_status running_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {running_f64, running_f32, running_i64};
    return ag__scan(call, by_dtype);
}

SAMPLE(running, ag__running_index(in[0], 0, false))

static const ag_case running_cases[] = {
    {"axis 0 of [4,3]", sample_running, 1, {{2, {4, 3}}}, -2, 2},
};

const ag_op ag__running_index_op = {
    .name = "running_index",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = running_infer,
    .forward = running_forward,
    .formula = "F(running_index, A)",
    .describe = ag__along_describe,
    .cases = running_cases,
    .n_cases = sizeof running_cases / sizeof running_cases[0],
};

ag_tensor *ag__running_index(ag_tensor *x, int axis, bool smaller)
{
    return ag__along_apply(&ag__running_index_op, x, axis, smaller);
}
