/* What is written with elementwise operations: derivatives, values, NaN and infinities, bounds; and
 * what elementwise operations refuse.
 */
#include <autograd.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "expect.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

/* --- written with others ---------------------------------------------------------------------- */

static void gives(ag_tensor *t, int n, const double *want)
{
    double have[8];
    ck_assert_int_eq(ag_get(t, have, n), AG_OK);
    for (int i = 0; i < n; i++) {
        bool same = isnan(want[i]) ? isnan(have[i])
                                   : have[i] == want[i] ||
                                         fabs(have[i] - want[i]) <= 1e-15 * (1 + fabs(want[i]));
        ck_assert_msg(same, "element %d: %.17g, want %.17g", i, have[i], want[i]);
    }
}

static ag_tensor *all(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    ag_tensor *sum = ag_lerp(in[0], in[1], in[2]);
    sum = ag_add(sum, ag_lerp_scalar(in[1], in[2], 0.3));
    sum = ag_addcmul(sum, in[0], in[1], -0.5);
    sum = ag_addcdiv(sum, in[1], in[2], 2);
    return ag_nan_to_num(sum, 0, 1, -1);
}

/* Broadcast, transposed, and 0-d operands. */
START_TEST(test_compositions_have_the_right_derivatives)
{
    const double a[6] = {0.3, -1.2, 0.7, 1.9, -0.4, 0.8}, b[2] = {1.4, -0.6},
                 c[3] = {0.9, 1.7, 2.2};
    ag_graph *g = ag_graph_new();
    ag_tensor *in[3] = {ag_transpose(ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 2), a)),
                        ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 1), b),
                        ag_slice(ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), c), 0, 0, 3, 1)};
    ag_tensor *leaf[3] = {ag_variable(g, 0.4), ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 1), b),
                          ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), c)};
    ag_tensor *y = all(in, 3, NULL);
    ck_assert_int_eq(ag_size(y), 6);
    ag_gradcheck_result first = ag_gradcheck(all, NULL, leaf, 3, NULL);
    ag_gradcheck_result second = ag_gradgradcheck(all, NULL, leaf, 3, NULL);
    ck_assert_msg(first.ok && second.ok, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_values_of_compositions)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_constant(g, 1e300), *b = ag_constant(g, 3);
    gives(ag_lerp(a, b, ag_constant(g, 1)), 1, (double[]){3});
    gives(ag_lerp(a, b, ag_constant(g, 0)), 1, (double[]){1e300});
    gives(ag_lerp_scalar(b, ag_constant(g, 5), 0.25), 1, (double[]){3.5});
    gives(ag_addcmul(b, b, b, 0.5), 1, (double[]){7.5});
    gives(ag_addcdiv(b, b, ag_constant(g, 2), 0.5), 1, (double[]){3.75});
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 2), 1);
    ck_assert_int_eq(ag_size(ag_lerp(none, none, none)), 0);
    ck_assert_int_eq(ag_size(ag_clamp(none, 0, 1)), 0);
    ck_assert_int_eq(ag_size(ag_polygamma(none, 1)), 0);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nan_and_infinities)
{
    const double values[4] = {NOT_A_NUMBER, INF, -INF, 2};
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(4), values);
        double most = dtype == AG_F32 ? (double)FLT_MAX : DBL_MAX;
        gives(ag_isnan(x), 4, (double[]){1, 0, 0, 0});
        gives(ag_isinf(x), 4, (double[]){0, 1, 1, 0});
        gives(ag_isfinite(x), 4, (double[]){0, 0, 0, 1});
        ck_assert(!ag_needs_grad(ag_isinf(x)) && ag_dtype_of(ag_isfinite(x)) == AG_I64);
        gives(ag_nan_to_num(x, 5, NOT_A_NUMBER, NOT_A_NUMBER), 4, (double[]){5, most, -most, 2});
        ag_tensor *y = ag_nan_to_num(x, 7, 8, -9), *grad;
        gives(y, 4, (double[]){7, 8, -9, 2});
        y = ag_sum(y);
        ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &grad), AG_OK);
        gives(grad, 4, (double[]){0, 0, 0, 1});
        ag_tensor *whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (int64_t[]){1, -1});
        gives(ag_isnan(whole), 2, (double[]){0, 0});
        gives(ag_isinf(whole), 2, (double[]){0, 0});
        gives(ag_isfinite(whole), 2, (double[]){1, 1});
        gives(ag_nan_to_num(whole, 5, 6, 7), 2, (double[]){1, -1});
        ag_graph_free(g);
    }
}
END_TEST

/* Bounds: infinite, NaN, exchanged; torch.clamp(x, 2, 1) is 1 with gradient 0. */
START_TEST(test_bounds)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1.5), *grad;
    gives(ag_clamp(x, NOT_A_NUMBER, 1), 1, (double[]){1});
    gives(ag_clamp(x, 2, INF), 1, (double[]){2});
    ag_tensor *y = ag_clamp(x, -INF, NOT_A_NUMBER);
    gives(y, 1, (double[]){1.5});
    ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &grad), AG_OK);
    gives(grad, 1, (double[]){1});
    y = ag_clamp(x, 2, 1);
    gives(y, 1, (double[]){1});
    ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &grad), AG_OK);
    gives(grad, 1, (double[]){0});
    ag_graph_free(g);
}
END_TEST

/* --- what is refused -------------------------------------------------------------------------- */

START_TEST(test_refusals)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[2] = {ag_variable(g, 1), ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1)};
    ag_tensor *whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), NULL);
    for (int i = 0; i < 2; i++) {
        ag_tensor *x = in[i];
        fails(ag_celu(x, 0), AG_ERR_VALUE, "celu: the constant is 0", "any number but 0");
        fails(ag_polygamma(x, -1), AG_ERR_VALUE, "polygamma: the constant is -1", "0 to 100");
        fails(ag_polygamma(x, 1.5), AG_ERR_VALUE, "polygamma: the constant is 1.5", "whole");
        fails(ag_polygamma(x, 101), AG_ERR_VALUE, "polygamma: the constant is 101", "100");
        fails(ag_polygamma(x, NOT_A_NUMBER), AG_ERR_VALUE, "polygamma: ", "whole");
        fails(ag_sinc_derivative(x, INF), AG_ERR_VALUE, "sinc_derivative: ", "0 to 10");
    }
    fails(ag_gelu(whole), AG_ERR_DTYPE, "gelu: ", "ag_cast");
    fails(ag_clamp(whole, 0, 1), AG_ERR_DTYPE, "clamp: ", "ag_cast");
    fails(ag_hypot(in[1], ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1)), AG_ERR_SHAPE,
          "hypot: ", "[3] and [2]");
    ck_assert_ptr_null(ag_lerp(NULL, in[0], in[0]));
    ck_assert_ptr_null(ag_nan_to_num(NULL, 0, 0, 0));
    ck_assert_ptr_null(ag_isfinite(NULL));
    ck_assert_ptr_null(ag_clamp(NULL, 0, 1));
    ag_graph_free(g);
}
END_TEST

/* min(max(x, low), high): where low > high it is high; the gradient goes to what was taken, where
 * they are equal to x, and NaN in any operand is kept. */
START_TEST(test_bounds_that_are_tensors)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(6), -3, 0.5, 4, 1, NOT_A_NUMBER, 0);
    ag_tensor *low = of_values(g, AG_SHAPE(6), -1, -1, 2, 1, 0, NOT_A_NUMBER);
    ag_tensor *high = of_values(g, AG_SHAPE(6), 2, 2, 1, 3, 1, 1);
    ag_tensor *y = ag_clamp_tensor(x, low, high);
    gives(y, 6, (const double[]){-1, 0.5, 1, 1, NOT_A_NUMBER, NOT_A_NUMBER});
    ag_tensor *grad[3];
    ag_tensor *in[3] = {x, low, high}, *sum = ag_sum(ag_slice(y, 0, 0, 4, 1));
    ck_assert_int_eq(ag_grad(&sum, 1, NULL, in, 3, NULL, grad), AG_OK);
    gives(grad[0], 6, (const double[]){0, 1, 0, 1, 0, 0});
    gives(grad[1], 6, (const double[]){1, 0, 0, 0, 0, 0});
    gives(grad[2], 6, (const double[]){0, 0, 1, 0, 0, 0});
    ck_assert_ptr_eq(ag_clamp_tensor(x, NULL, NULL), x);
    gives(ag_clamp_tensor(ag_constant(g, 3), NULL, ag_constant(g, 2)), 1, (const double[]){2});
    fails(ag_clamp_tensor(x, ag_full(g, AG_CONSTANT, AG_SHAPE(5), 0), NULL), AG_ERR_SHAPE,
          "clamp_tensor: shapes [6] and [5] do not broadcast", NULL);
    fails(ag_clamp_tensor(NULL, low, high), AG_ERR_NULL_ARGUMENT,
          "clamp_tensor: an operand is NULL", NULL);
    fails(ag_softshrink(x, -1), AG_ERR_VALUE, "softshrink: the constant is -1", "not negative");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("pointwise_composed", test_bounds_that_are_tensors,
           test_compositions_have_the_right_derivatives, test_values_of_compositions,
           test_nan_and_infinities, test_bounds, test_refusals)
