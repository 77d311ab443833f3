/* The variance and the standard deviation. Must not know how a line is found in memory; that is
 * ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/extremes.h"
#include "ops/common/sample.h"
#include "ops/kernel/kernel_table.h"
#include "ops/kernel/line_kernels.h"
#include "reduce_ops.h"
#include "safe_ratio.h"

static double number_of(const void *line, int64_t i)
{
    return ((const double *)line)[i];
}

/* A sum of squares in f64, computed again of the numbers times *unit if it may have left the range;
 * those of f32 do not leave that of double. */
static double squares_in_units(double squares, const void *line, int64_t n, double *unit)
{
    *unit = 1;
    if (!ag__is_ordinary(squares, sizeof squares)) {
        *unit = ag__unit_of_all(number_of, line, n, 0, sizeof squares);
    }
    return *unit == 1 ? squares : ag__moments_in_units(number_of, line, n, *unit).squares;
}

/* The variance, and its root, from the sum of the squares about the mean. */
static double var_end(double squares, const void *line, int64_t n, double correction)
{
    const double freedom = (double)n - correction;
    (void)line;
    return squares / (freedom > 0 ? freedom : 0);
}

static double std_end(double squares, const void *line, int64_t n, double correction)
{
    return sqrt(var_end(squares, line, n, correction));
}

static double var_end_f64(double squares, const void *line, int64_t n, double correction)
{
    double unit;
    squares = squares_in_units(squares, line, n, &unit);
    return var_end(squares, line, n, correction) / unit / unit;
}

static double std_end_f64(double squares, const void *line, int64_t n, double correction)
{
    double unit;
    squares = squares_in_units(squares, line, n, &unit);
    return std_end(squares, line, n, correction) / unit;
}

static ag_status var_infer(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    if (!isfinite(r->number)) {
        return ag_call_fail(call, AG_ERR_VALUE, "1 estimates without bias, 0 divides by the count",
                            "the correction is %g", r->number);
    }
    return ag__reduction_infer_float(call);
}

static ag_status var_forward(ag_call *call)
{
    return ag__fold_by(call, ag__kernels_best()->folds->of[call->dtype].squares_about_mean,
                       call->dtype == AG_F64 ? var_end_f64 : var_end);
}

static ag_status std_forward(ag_call *call)
{
    return ag__fold_by(call, ag__kernels_best()->folds->of[call->dtype].squares_about_mean,
                       call->dtype == AG_F64 ? std_end_f64 : std_end);
}

/* (x - mean) / (n - correction). A divisor below 0 counts as 0. */
static ag_tensor *deviation(ag_vjp_call *call, ag_tensor *x)
{
    const ag__reduced_axes *r = call->attr;
    int64_t count;
    ag__reduction_kept(r, ag_shape_of(call->in[0]), &count);
    double freedom = (double)count - r->number;
    return ag_mul_scalar(ag_sub(x, ag_mean_over(x, r->axes, true)),
                         freedom > 0 ? 1 / freedom : (double)INFINITY);
}

static ag_status var_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag_mul_scalar(ag__reduction_restore(call, call->upstream), 2);
    return ag_accumulate(call, 0, ag_mul(g, deviation(call, call->in[0])));
}

/* gX = g/y deviation, in which a unit of x and y does not show. */
static ag_status std_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *y = call->out;
    ag_tensor *ratio = ag__exact_ratio(call->upstream, y);
    if (ratio != NULL) {
        ratio = ag_expand(ratio, ag_shape_of(y));
    } else {
        ag_tensor *unit = ag__units(y, 0);
        if (unit != NULL) {
            y = ag_mul(y, unit);
            x = ag_mul(x, ag__reduction_restore(call, unit));
        }
        ratio = ag__safe_ratio(call->upstream, y);
    }
    ag_tensor *g = ag__reduction_restore(call, ratio);
    return ag_accumulate(call, 0, ag_mul(g, deviation(call, x)));
}

static void var_describe(const void *attr, char *text, size_t bytes)
{
    ag__reduction_describe_number(attr, "correction", text, bytes);
}

AG__SAMPLE(var, ag_var(in[0], 1))
AG__SAMPLE(var_outer, ag_var_over(in[0], AG_AXES(0, 2), true, 0))
AG__SAMPLE(std, ag_std(in[0], 1))
AG__SAMPLE(std_outer, ag_std_over(in[0], AG_AXES(0, 2), true, 0))

static const ag_case var_cases[] = {
    {"all axes", sample_var, 1, {{2, {2, 3}}}, -2, 2},
    {"outer axes, keepdim, correction 0", sample_var_outer, 1, {{3, {2, 2, 2}}}, -2, 2},
};

static const ag_case std_cases[] = {
    {"all axes", sample_std, 1, {{2, {2, 3}}}, -2, 2},
    {"outer axes, keepdim, correction 0", sample_std_outer, 1, {{3, {2, 2, 2}}}, -2, 2},
};

const ag_op ag__var_op = {
    .name = "var",
    .n_in = 1,
    .infer = var_infer,
    .forward = var_forward,
    .vjp = var_vjp,
    .formula = "F(var, A)",
    .vjp_formula = {"DIV(MUL(MUL(K(2), GY), SUB(A, F(mean, A))), F(degrees_of_freedom, A))"},
    .describe = var_describe,
    AG_CASES(var_cases),
};

const ag_op ag__std_op = {
    .name = "std",
    .n_in = 1,
    .infer = var_infer,
    .forward = std_forward,
    .vjp = std_vjp,
    .formula = "F(std, A)",
    .vjp_formula = {"DIV(MUL(GY, SUB(A, F(mean, A))), MUL(F(degrees_of_freedom, A), Y))"},
    .describe = var_describe,
    AG_CASES(std_cases),
};

ag_tensor *ag_var(ag_tensor *x, double correction)
{
    return ag__reduction_apply(&ag__var_op, x, AG_ALL, false, correction);
}

ag_tensor *ag_var_over(ag_tensor *x, ag_axes axes, bool keepdim, double correction)
{
    return ag__reduction_over("var_over", &ag__var_op, x, axes, keepdim, correction);
}

ag_tensor *ag_std(ag_tensor *x, double correction)
{
    return ag__reduction_apply(&ag__std_op, x, AG_ALL, false, correction);
}

ag_tensor *ag_std_over(ag_tensor *x, ag_axes axes, bool keepdim, double correction)
{
    return ag__reduction_over("std_over", &ag__std_op, x, axes, keepdim, correction);
}
