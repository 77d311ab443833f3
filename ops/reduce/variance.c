/* How far apart and how large the elements are: var, std, norm, and normalize, which divides by a
 * norm. Must not know how a line is found in memory; that is axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>
#include <stdio.h>

#include <autograd/ops.h>

#include "ops/common/reduction.h"
#include "ops/common/scalar_like.h"
#include "reduce_ops.h"

enum { BLOCK = 1024 };

#define T double
#define NAME(x) x##_f64
#include "variance_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "variance_body.inc"
#undef T
#undef NAME

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }

/* "axis 1, keepdim, p 3" */
static void describe(const char *what, const ag__reduced_axes *r, char *text, size_t bytes)
{
    char axes[2 * AG__TEXT_BYTES];
    ag__reduction_describe(r, axes, sizeof axes);
    snprintf(text, bytes, "%s, %s %g", axes, what, r->number);
}

/* a / b, and 0 with a derivative of 0 where b is 0. */
static ag_tensor *ratio(ag_tensor *a, ag_tensor *b)
{
    if (a == NULL || b == NULL) {
        return NULL;
    }
    ag_tensor *zero = ag__scalar_like(b, 0), *nil = ag_eq(b, zero);
    return ag_where(nil, zero, ag_div(a, ag_where(nil, ag__scalar_like(b, 1), b)));
}

/* --- var and std ------------------------------------------------------------------------------ */

static ag_status var_infer(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    if (!(r->number >= 0) || isinf(r->number)) {
        return ag_call_fail(call, AG_ERR_VALUE, "1 estimates without bias, 0 divides by the count",
                            "the correction is %g", r->number);
    }
    return ag__reduction_infer_float(call);
}

static ag_status var_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {var_f64, var_f32};
    return ag__fold(call, by_dtype);
}

static ag_status std_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {std_f64, std_f32};
    return ag__fold(call, by_dtype);
}

/* (x - mean) / (n - correction); a divisor below 0 is taken for 0. */
static ag_tensor *deviation(ag_vjp_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_tensor *x = call->in[0];
    int64_t count;
    ag__reduction_kept(r, ag_shape_of(x), &count);
    double freedom = (double)count - r->number;
    return ag_mul_scalar(ag_sub(x, ag_mean_over(x, r->axes, true)),
                         freedom > 0 ? 1 / freedom : (double)INFINITY);
}

static ag_status var_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag_mul_scalar(ag__reduction_restore(call, call->upstream), 2);
    return ag_accumulate(call, 0, ag_mul(g, deviation(call)));
}

static ag_status std_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag__reduction_restore(call, ratio(call->upstream, call->out));
    return ag_accumulate(call, 0, ag_mul(g, deviation(call)));
}

static void var_describe(const void *attr, char *text, size_t bytes)
{
    describe("correction", attr, text, bytes);
}

#define SPREAD(word, rule)                                                                         \
    SAMPLE(word, ag_##word(in[0], AG_ALL, false, 1))                                               \
    SAMPLE(word##_outer, ag_##word(in[0], AG_AXES(0, 2), true, 0))                                 \
    static const ag_case word##_cases[] = {                                                        \
        {"all axes", sample_##word, 1, {{2, {2, 3}}}, -2, 2},                                      \
        {"outer axes, keepdim, correction 0", sample_##word##_outer, 1, {{3, {2, 2, 2}}}, -2, 2},  \
    };                                                                                             \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 1,                                                                                 \
        .infer = var_infer,                                                                        \
        .forward = word##_forward,                                                                 \
        .vjp = word##_vjp,                                                                         \
        .formula = "F(" #word ", A)",                                                              \
        .vjp_formula = {rule},                                                                     \
        .describe = var_describe,                                                                  \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };                                                                                             \
    ag_tensor *ag_##word(ag_tensor *x, ag_axes axes, bool keepdim, double correction)              \
    {                                                                                              \
        return ag__reduction_apply(&ag__##word##_op, x, axes, keepdim, correction);                \
    }

SPREAD(var, "DIV(MUL(MUL(K(2), GY), SUB(A, F(mean, A))), F(freedom, A))")
SPREAD(std, "DIV(MUL(GY, SUB(A, F(mean, A))), MUL(F(freedom, A), Y))")

/* --- norm ------------------------------------------------------------------------------------- */

static ag_status norm_infer(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    int64_t count;
    if (r->number != r->number) {
        return ag_call_fail(call, AG_ERR_VALUE, "2 is the Euclidean norm, INFINITY the largest",
                            "p is NaN");
    }
    ag_status status = ag__reduction_infer_float(call);
    if (status == AG_OK) {
        ag__reduction_kept(r, ag_shape_of(call->in[0]), &count);
        if (count == 0 && (r->number < 0 || isinf(r->number))) {
            return ag_call_fail(call, AG_ERR_SHAPE, "there must be an element to choose",
                                "the norm with p = %g of no elements", r->number);
        }
    }
    return status;
}

static ag_status norm_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {norm_f64, norm_f32};
    return ag__fold(call, by_dtype);
}

/* The largest or smallest share the gradient; NaN is equal to NaN. */
static ag_tensor *partial_of_bound(ag_vjp_call *call, ag_tensor *y)
{
    const ag__reduced_axes *r = call->attr;
    ag_tensor *x = call->in[0], *size = ag_abs(x);
    ag_dtype dtype = ag_dtype_of(x);
    ag_tensor *same = ag_cast(ag_eq(size, y), dtype);
    ag_tensor *nan = ag_mul(ag_cast(ag_ne(x, x), dtype), ag_cast(ag_ne(y, y), dtype));
    ag_tensor *mask = ag_add(same, nan);
    return ag_mul(ag_sign(x), ag_div(mask, ag_sum_over(mask, r->axes, true)));
}

/* sign(x) (|x| / y)^(p - 1), and 0 where the norm is 0. At x = 0 it is infinite for p < 1 and has
 * an infinite derivative for p < 2: there both are 0, and spoil no other element's. */
static ag_tensor *partial_of_power(ag_tensor *x, ag_tensor *y, double p)
{
    ag_tensor *size = ag_abs(x), *part = ratio(size, y);
    if (p < 2 && part != NULL) {
        ag_tensor *zero = ag__scalar_like(x, 0), *nil = ag_eq(ag_minimum(size, y), zero);
        part = ag_where(nil, ag__scalar_like(x, 1), part);
        return ag_mul(ag_sign(x), ag_where(nil, zero, ag_pow_scalar(part, p - 1)));
    }
    return ag_mul(ag_sign(x), ag_pow_scalar(part, p - 1));
}

static ag_tensor *norm_partial(ag_vjp_call *call)
{
    double p = ((const ag__reduced_axes *)call->attr)->number;
    ag_tensor *x = call->in[0], *y = ag__reduction_restore(call, call->out);
    if (p == 0) {
        return ag_expand(ag__scalar_like(x, 0), ag_shape_of(x));
    }
    if (p == 1) {
        return ag_sign(x);
    }
    if (p == 2) {
        return ratio(x, y);
    }
    return isinf(p) ? partial_of_bound(call, y) : partial_of_power(x, y, p);
}

static ag_status norm_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    return ag_accumulate(call, 0, ag_mul(g, norm_partial(call)));
}

static void norm_describe(const void *attr, char *text, size_t bytes)
{
    describe("p", attr, text, bytes);
}

SAMPLE(norm_2, ag_norm(in[0], 2, AG_ALL, false))
SAMPLE(norm_1, ag_norm(in[0], 1, AG_AXES(-1), false))
SAMPLE(norm_3, ag_norm(in[0], 3, AG_AXES(0, 2), true))
SAMPLE(norm_half, ag_norm(in[0], 0.5, AG_AXES(0), false))
SAMPLE(norm_between, ag_norm(in[0], 1.5, AG_AXES(1), true))
SAMPLE(norm_negative, ag_norm(in[0], -1, AG_AXES(1), false))
SAMPLE(norm_0, ag_norm(in[0], 0, AG_AXES(1), false))
SAMPLE(norm_largest, ag_norm(in[0], INFINITY, AG_AXES(1), false))
SAMPLE(norm_smallest, ag_norm(in[0], -INFINITY, AG_AXES(0), true))

static const ag_case norm_cases[] = {
    {"p 2", sample_norm_2, 1, {{2, {2, 3}}}, -2, 2},
    {"p 2, 0-d", sample_norm_2, 1, {{0, {0}}}, -2, 2},
    {"p 1", sample_norm_1, 1, {{2, {2, 3}}}, -2, 2},
    {"p 3, outer axes, keepdim", sample_norm_3, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"p 0.5", sample_norm_half, 1, {{2, {3, 2}}}, 0.5, 2},
    {"p 1.5", sample_norm_between, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p -1", sample_norm_negative, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p 0", sample_norm_0, 1, {{2, {2, 3}}}, -2, 2},
    {"p inf", sample_norm_largest, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p -inf", sample_norm_smallest, 1, {{2, {3, 2}}}, 0.5, 2},
};

const ag_op ag__norm_op = {
    .name = "norm",
    .n_in = 1,
    .infer = norm_infer,
    .forward = norm_forward,
    .vjp = norm_vjp,
    .formula = "F(norm, A)",
    .vjp_formula = {"MUL(GY, MUL(F(sign, A), POW(DIV(F(abs, A), Y), SUB(P, K(1)))))"},
    .describe = norm_describe,
    .cases = norm_cases,
    .n_cases = sizeof norm_cases / sizeof norm_cases[0],
};

ag_tensor *ag_norm(ag_tensor *x, double p, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__norm_op, x, axes, keepdim, p);
}

ag_tensor *ag_normalize(ag_tensor *x, double p, int axis, double eps)
{
    ag_axes axes = ag__along_scalar(x, axis) ? AG_ALL : AG_AXES(axis);
    ag_tensor *norm = ag_norm(x, p, axes, true);
    if (norm == NULL) {
        return NULL;
    }
    ag_tensor *least = ag__scalar_like(x, eps);
    return ag_div(x, ag_where(ag_lt(norm, least), least, norm));
}
