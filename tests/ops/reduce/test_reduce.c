/* What rows of numbers do not show of reductions: indices, i64, 0-d operands and axes, sizes,
 * results at the ends of the range, second derivatives with zeros, and long lines. Expected numbers
 * are worked out by hand or follow from a property, named with the test.
 */
#include <autograd.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

enum { MOST = 64 };

#define expect(t, shape, ...)                                                                      \
    expect_values(t, shape, (const double[]){__VA_ARGS__},                                         \
                  (int64_t)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)))

static void expect_values(const ag_tensor *t, ag_shape shape, const double *want, int64_t n)
{
    double have[MOST];
    ck_assert_ptr_nonnull(t);
    ag_shape s = ag_shape_of(t);
    ck_assert_int_eq(s.ndim, shape.ndim);
    for (int d = 0; d < s.ndim; d++) {
        ck_assert_int_eq(s.dim[d], shape.dim[d]);
    }
    ck_assert_int_eq(ag_get(t, have, n), AG_OK);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(have[i] == want[i] || (isnan(have[i]) && isnan(want[i])),
                      "element %d is %.17g, not %.17g", (int)i, have[i], want[i]);
    }
}

static const double six[] = {3, 1, 2, 1, 5, 5};

/* --- indices ---------------------------------------------------------------------------------- */

START_TEST(test_indices)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), six), *index;
    expect(ag_max_along(x, 1, false, &index), AG_SHAPE(2), 3, 5);
    expect(index, AG_SHAPE(2), 0, 1);
    ck_assert_int_eq(ag_dtype_of(index), AG_I64);
    ck_assert(!ag_needs_grad(index));
    expect(ag_min_along(x, 0, true, &index), AG_SHAPE(1, 3), 1, 1, 2);
    expect(index, AG_SHAPE(1, 3), 1, 0, 0);
    expect(ag_median_along(x, -1, false, &index), AG_SHAPE(2), 2, 5);
    expect(index, AG_SHAPE(2), 2, 1);
    expect(ag_median_along(ag_transpose(x), 0, true, &index), AG_SHAPE(1, 2), 2, 5);
    expect(index, AG_SHAPE(1, 2), 2, 1);
    expect(ag_cummax(x, 1, &index), AG_SHAPE(2, 3), 3, 3, 3, 1, 5, 5);
    expect(index, AG_SHAPE(2, 3), 0, 0, 0, 0, 1, 2);
    expect(ag_cummin(x, 1, &index), AG_SHAPE(2, 3), 3, 1, 1, 1, 1, 1);
    expect(index, AG_SHAPE(2, 3), 0, 1, 1, 0, 0, 0);
    expect(ag_argmax(x), AG_SCALAR, 4);
    expect(ag_argmin(ag_transpose(x)), AG_SCALAR, 1);
    expect(ag_argmax_along(x, 0, false), AG_SHAPE(3), 0, 1, 1);
    expect(ag_argmin_along(x, -1, true), AG_SHAPE(2, 1), 1, 0);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* A gradient through a column chosen, in a tensor of three dimensions seen turned around. */
START_TEST(test_gradient_of_the_chosen)
{
    ag_graph *g = ag_graph_new();
    const double seed[] = {10, 20}, x[] = {0, 7, 1, 2, 6, 3};
    ag_tensor *leaf = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 2), x);
    ag_tensor *y = ag_max_along(ag_reshape(ag_transpose(leaf), AG_SHAPE(2, 3, 1)), 1, false, NULL);
    expect(y, AG_SHAPE(2, 1), 6, 7);
    ag_tensor *u = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 1), seed);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    double gradient[6];
    ck_assert_int_eq(ag_grad_get(leaf, gradient, 6), AG_OK);
    const double want[] = {0, 20, 0, 0, 10, 0};
    for (int i = 0; i < 6; i++) {
        ck_assert_double_eq(gradient[i], want[i]);
    }
    ag_graph_free(g);
}
END_TEST

/* --- dtypes and shapes ------------------------------------------------------------------------ */

START_TEST(test_integers)
{
    ag_graph *g = ag_graph_new();
    const int64_t large = INT64_C(9007199254740993); /* 2^53 + 1, which no double holds */
    const int64_t values[] = {large, 3, large + 2, -4, 0, 3};
    ag_tensor *x = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 3), values), *index;
    const int64_t *most = ag_data(ag_max(x));
    ck_assert_int_eq(*most, large + 2);
    expect(ag_min_over(x, AG_AXES(1), false), AG_SHAPE(2), 3, -4);
    expect(ag_argmax(x), AG_SCALAR, 2);
    expect(ag_median(x), AG_SCALAR, 3);
    const int64_t *middle = ag_data(ag_median_along(x, 1, false, &index));
    ck_assert_int_eq(middle[0], large);
    expect(index, AG_SHAPE(2), 0, 1);
    const int64_t *product = ag_data(ag_prod_over(x, AG_AXES(0), false));
    ck_assert_int_eq(product[0], -4 * large);
    ck_assert_int_eq(product[2], 3 * (large + 2));
    expect(ag_cumsum(ag_slice(x, 0, 1, 2, 1), 1), AG_SHAPE(1, 3), -4, -4, -1);
    expect(ag_cumprod(ag_slice(x, 0, 1, 2, 1), 1), AG_SHAPE(1, 3), -4, 0, 0);
    expect(ag_cummax(ag_slice(x, 0, 1, 2, 1), 1, NULL), AG_SHAPE(1, 3), -4, 0, 3);
    expect(ag_all_over(x, AG_AXES(1), false), AG_SHAPE(2), 1, 0);
    expect(ag_any_over(x, AG_AXES(0), true), AG_SHAPE(1, 3), 1, 1, 1);
    expect(ag_count_nonzero_over(x, AG_ALL, true), AG_SHAPE(1, 1), 5);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* A 0-d tensor is a vector of one element wherever one axis is named. */
START_TEST(test_0d)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3), *index;
    ag_tensor *results[] = {
        ag_max_along(x, 0, false, &index),
        ag_min_along(x, -1, true, NULL),
        ag_median_along(x, 0, false, NULL),
        ag_cumsum(x, 0),
        ag_cumprod(x, -1),
        ag_cummax(x, 0, NULL),
        ag_cummin(x, -1, &index),
        ag_logcumsumexp(x, 0),
        ag_prod(x),
        ag_max_over(x, AG_ALL, true),
        ag_norm(x, 2),
        ag_logsumexp(x),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        ag_tensor *dx = NULL;
        ck_assert_msg(results[i] != NULL, "%d: %s", (int)i, ag_error_message(g));
        expect(results[i], AG_SCALAR, 3);
        ck_assert_int_eq(ag_grad(&results[i], 1, NULL, &x, 1, NULL, &dx), AG_OK);
        expect(dx, AG_SCALAR, 1);
    }
    expect(index, AG_SCALAR, 0);
    expect(ag_argmax_along(x, -1, true), AG_SCALAR, 0);
    expect(ag_softmax(x, 0), AG_SCALAR, 1);
    expect(ag_log_softmax(x, -1), AG_SCALAR, 0);
    expect(ag_normalize(x, 0, 1, 1e-12), AG_SCALAR, 1);
    ag_graph_free(g);
}
END_TEST

/* Axes of size 0 that stay, and lines without elements. */
START_TEST(test_sizes_of_0)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0, 3), 1);
    expect(ag_prod_over(x, AG_AXES(1), false), AG_SHAPE(2, 3), 1, 1, 1, 1, 1, 1);
    ag_tensor *results[] = {
        ag_max_over(x, AG_AXES(0, 2), false),
        ag_max_along(x, 2, true, NULL),
        ag_softmax(x, 1),
        ag_cumsum(x, 1),
        ag_cumprod(x, 1),
        ag_cumprod(x, 0),
        ag_cummax(x, 1, NULL),
        ag_logcumsumexp(x, 1),
        ag_log_softmax(x, -1),
        ag_normalize(x, 1, 2, 1e-12),
        ag_var_over(x, AG_AXES(0), false, 1),
        ag_norm_over(x, AG_AXES(-1), false, 3),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        ag_tensor *y = results[i], *dx = NULL;
        ck_assert_msg(y != NULL && ag_size(y) == 0, "%d: %s", (int)i, ag_error_message(g));
        ag_grad_options options = {.create_graph = true};
        ag_tensor *u = ag_full(g, AG_CONSTANT, ag_shape_of(y), 1);
        ck_assert_int_eq(ag_grad(&y, 1, &u, &x, 1, &options, &dx), AG_OK);
        ck_assert_int_eq(ag_size(dx), 0);
        ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    }
    ag_graph_free(g);
}
END_TEST

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_tensor *filled(ag_graph *g, double a, double b, double c)
{
    const double values[] = {a, b, c};
    return ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), values);
}

static bool close_to(double have, double want)
{
    return fabs(have - want) <= 1e-14 * fabs(want);
}

/* A norm is homogeneous: 1e300 and 1e-300 come out of it. */
START_TEST(test_norms_at_the_ends)
{
    static const double powers[] = {0.5, 1, 2, 3, 7.5, -1, -2}, units[] = {1e300, 1e-300, 1e-160};
    ag_graph *g = ag_graph_new();
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        double one = ag_item(ag_norm(filled(g, 1, -2, 4), powers[i]));
        for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
            double u = units[k];
            ag_tensor *x = filled(g, u, -2 * u, 4 * u), *y = ag_norm(x, powers[i]);
            ag_tensor *dx = NULL, *like = filled(g, 1, -2, 4), *dlike = NULL;
            ag_tensor *ylike = ag_norm(like, powers[i]);
            ck_assert_msg(close_to(ag_item(y), one * u), "p %g, unit %g: %g", powers[i], u,
                          ag_item(y));
            ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &dx), AG_OK);
            ck_assert_int_eq(ag_grad(&ylike, 1, NULL, &like, 1, NULL, &dlike), AG_OK);
            for (int j = 0; j < 3; j++) {
                double have = ag_item_at(dx, AG_SHAPE(j)), want = ag_item_at(dlike, AG_SHAPE(j));
                ck_assert_msg(fabs(have - want) <= 1e-12 * fabs(want), "p %g, unit %g: %g, not %g",
                              powers[i], u, have, want);
            }
        }
    }
    ag_graph_free(g);
}
END_TEST

/* The variance does not see a shift: 1e9 added leaves the digits that 1e9 leaves the elements. */
START_TEST(test_variance_of_large_numbers)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = filled(g, 1e9 + 1, 1e9 + 2, 1e9 + 6);
    ck_assert(close_to(ag_item(ag_var(x, 1)), 7));
    ck_assert(close_to(ag_item(ag_std(x, 0)), sqrt(14.0 / 3)));
    ag_graph_free(g);
}
END_TEST

/* d2 (abc) / da db = c, whatever is 0; the diagonal is 0. */
START_TEST(test_hessian_of_a_product)
{
    static const double at[][3] = {{2, 3, 4}, {2, 0, 4}, {0, 0, 4}, {0, 0, 0}};
    ag_graph *g = ag_graph_new();
    for (int i = 0; i < 4; i++) {
        const double *v = at[i];
        ag_tensor *x = filled(g, v[0], v[1], v[2]);
        ag_tensor *last = ag_slice(ag_cumprod(x, 0), 0, 2, 3, 1);
        expect(ag_hessian(ag_prod(x), x), AG_SHAPE(3, 3), 0, v[2], v[1], v[2], 0, v[0], v[1], v[0],
               0);
        expect(ag_hessian(last, x), AG_SHAPE(3, 3), 0, v[2], v[1], v[2], 0, v[0], v[1], v[0], 0);
    }
    ag_graph_free(g);
}
END_TEST

/* Through zeros up to the third derivative: d3 (abc) / da db dc = 1. */
START_TEST(test_third_derivative_of_a_product)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = filled(g, 0, 0, 0), *f = ag_prod(x);
    ag_grad_options options = {.create_graph = true};
    for (int i = 0; i < 3; i++) {
        ag_tensor *dx = NULL;
        ck_assert_int_eq(ag_grad(&f, 1, NULL, &x, 1, &options, &dx), AG_OK);
        f = ag_sum(ag_slice(dx, 0, i, i + 1, 1));
    }
    ck_assert_double_eq(ag_item(f), 1);
    ag_graph_free(g);
}
END_TEST

/* Longer than the tiles and blocks that lines are taken in: the reduction of rows is that of
 * columns of the transpose. */
START_TEST(test_long_lines)
{
    enum { ROWS = 19, LENGTH = 3001 };
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(ROWS, LENGTH), NULL);
    ck_assert_int_eq(ag_fill_uniform(x, -1, 1), AG_OK);
    ag_tensor *turned = ag_transpose(x);
    ag_tensor *pairs[][2] = {
        {ag_var_over(x, AG_AXES(1), false, 1), ag_var_over(turned, AG_AXES(0), false, 1)},
        {ag_logsumexp_over(x, AG_AXES(1), false), ag_logsumexp_over(turned, AG_AXES(0), false)},
        {ag_median_along(x, 1, false, NULL), ag_median_along(turned, 0, false, NULL)},
        {ag_softmax(x, 0), ag_transpose(ag_softmax(turned, 1))},
        {ag_cumsum(x, 1), ag_transpose(ag_cumsum(turned, 0))},
        {ag_cummax(x, 0, NULL), ag_transpose(ag_cummax(turned, 1, NULL))},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ag_tensor *apart = ag_norm(ag_sub(pairs[i][0], pairs[i][1]), INFINITY);
        ck_assert_msg(ag_item(apart) == 0, "%d: %g", (int)i, ag_item(apart));
    }
    double sorted_half = ag_item(ag_median(x));
    ag_tensor *below = ag_lt(x, ag_constant(g, sorted_half));
    ck_assert_double_eq(ag_item(ag_count_nonzero(below)), (ROWS * LENGTH - 1) / 2);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("reduce", test_indices, test_gradient_of_the_chosen, test_integers, test_0d,
           test_sizes_of_0, test_norms_at_the_ends, test_variance_of_large_numbers,
           test_hessian_of_a_product, test_third_derivative_of_a_product, test_long_lines)
