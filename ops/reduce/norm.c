/* Norms, and normalize, which divides by one. Must not know how a line is found in memory; that is
 * ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/kernel/kernel_table.h"
#include "reduce_ops.h"
#include "safe_ratio.h"

static inline double power(double v, double unit, double p)
{
    return pow(fabs(v / unit), p);
}

/* Is the sum of the powers so large or so small that it has lost digits? */
static bool is_spoiled(double sum)
{
    return !(sum > 1e-290 && sum < 1e290);
}

#define BODY "ops/reduce/body/norm.inc"
#include "ops/kernel/each_float.inc"

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
    const double p = ((const ag__reduced_axes *)call->attr)->number;
    const ag__fold_kernels *k = &ag__kernels_best()->folds->of[call->dtype];
    if (p == 2) {
        return ag__fold_by(call, k->squares, call->dtype == AG_F64 ? norm_2_f64 : norm_2_f32);
    }
    if (p == 1) {
        return ag__fold_by(call, k->magnitudes, call->dtype == AG_F64 ? norm_1_f64 : norm_1_f32);
    }
    if (p == (double)INFINITY) {
        return ag__fold_by(call, k->largest_magnitude, NULL);
    }
    return ag__fold(call, by_dtype);
}

/* The elements of the largest (smallest) magnitude share the gradient; a NaN equals a NaN. */
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

/* sign(x) (|x| / y)^(p - 1), or 0 if the norm is 0. At x = 0 this is infinite for p < 1, and its
 * derivative is infinite for p < 2. Both are set to 0 there, so that one zero does not make the
 * derivatives of the other elements NaN. */
static ag_tensor *partial_of_power(ag_tensor *x, ag_tensor *y, double p)
{
    ag_tensor *size = ag_abs(x), *part = ag__safe_ratio(size, y);
    if (p < 2 && part != NULL) {
        ag_tensor *zero = ag__scalar_like(x, 0), *is_zero = ag_eq(ag_minimum(size, y), zero);
        part = ag_where(is_zero, ag__scalar_like(x, 1), part);
        return ag_mul(ag_sign(x), ag_where(is_zero, zero, ag_pow_scalar(part, p - 1)));
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
        return ag__safe_ratio(x, y);
    }
    return isinf(p) ? partial_of_bound(call, y) : partial_of_power(x, y, p);
}

static ag_status norm_vjp(ag_vjp_call *call)
{
    double p = ((const ag__reduced_axes *)call->attr)->number;
    ag_tensor *exact = p == 2 ? ag__exact_ratio(call->upstream, call->out) : NULL;
    if (exact != NULL) { /* the norm is squared: at 0 the second derivative is 2 and not 0 */
        exact = ag_expand(exact, ag_shape_of(call->out));
        return ag_accumulate(call, 0, ag_mul(ag__reduction_restore(call, exact), call->in[0]));
    }
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    return ag_accumulate(call, 0, ag_mul(g, norm_partial(call)));
}

static void norm_describe(const void *attr, char *text, size_t bytes)
{
    ag__reduction_describe_number(attr, "p", text, bytes);
}

AG__SAMPLE(norm_2, ag_norm(in[0], 2))
AG__SAMPLE(norm_1, ag_norm_over(in[0], AG_AXES(-1), false, 1))
AG__SAMPLE(norm_3, ag_norm_over(in[0], AG_AXES(0, 2), true, 3))
AG__SAMPLE(norm_half, ag_norm_over(in[0], AG_AXES(0), false, 0.5))
AG__SAMPLE(norm_between, ag_norm_over(in[0], AG_AXES(1), true, 1.5))
AG__SAMPLE(norm_negative, ag_norm_over(in[0], AG_AXES(1), false, -1))
AG__SAMPLE(norm_0, ag_norm_over(in[0], AG_AXES(1), false, 0))
AG__SAMPLE(norm_max, ag_norm_over(in[0], AG_AXES(1), false, INFINITY))
AG__SAMPLE(norm_min, ag_norm_over(in[0], AG_AXES(0), true, -INFINITY))

static const ag_case norm_cases[] = {
    {"p 2", sample_norm_2, 1, {{2, {2, 3}}}, -2, 2},
    {"p 2, 0-d", sample_norm_2, 1, {{0, {0}}}, -2, 2},
    {"p 1", sample_norm_1, 1, {{2, {2, 3}}}, -2, 2},
    {"p 3, outer axes, keepdim", sample_norm_3, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"p 0.5", sample_norm_half, 1, {{2, {3, 2}}}, 0.5, 2},
    {"p 1.5", sample_norm_between, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p -1", sample_norm_negative, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p 0", sample_norm_0, 1, {{2, {2, 3}}}, -2, 2},
    {"p inf", sample_norm_max, 1, {{2, {2, 3}}}, 0.5, 2},
    {"p -inf", sample_norm_min, 1, {{2, {3, 2}}}, 0.5, 2},
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
    AG_CASES(norm_cases),
};

ag_tensor *ag_norm(ag_tensor *x, double p)
{
    return ag__reduction_apply(&ag__norm_op, x, AG_ALL, false, p);
}

ag_tensor *ag_norm_over(ag_tensor *x, ag_axes axes, bool keepdim, double p)
{
    return ag__reduction_over("norm_over", &ag__norm_op, x, axes, keepdim, p);
}

static ag_tensor *normalize(ag_tensor *x, ag_axes axis, double p, double eps)
{
    ag_tensor *norm = ag_norm_over(x, axis, true, p);
    if (norm == NULL) {
        return NULL;
    }
    norm = p == 0 ? ag_detach(norm) : norm; /* a count is a constant, also where an x is infinite */
    ag_tensor *least = ag__scalar_like(x, eps);
    return ag_div(x, ag_where(ag_lt(norm, least), least, norm));
}

ag_tensor *ag_normalize(ag_tensor *x, int axis, double p, double eps)
{
    ag__composite c;
    ag_axes axes = ag__along_scalar(x, axis) ? AG_ALL : AG_AXES(axis);
    if (!ag__composite_open(&c, "normalize", &x, 1, 1) ||
        !ag__composite_argument(&c, eps >= 0 && isfinite(eps), "eps", eps,
                                "finite, at least 0, which means 1e-12")) {
        return NULL;
    }
    return AG__COMPOSED(&c, normalize(x, axes, p, ag_option_or(eps, 1e-12)));
}
