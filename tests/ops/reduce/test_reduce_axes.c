/* Proves that the three spellings of a reduction say the same: X(x) for all elements, X_over(x,
 * axes, keepdim) for some axes, and X_along(x, axis, ...) for one axis, where there is one. The
 * numbers that are expected for an axis are those of each line by itself.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"

enum { ROWS = 2, COLUMNS = 3 };
static const double values[ROWS * COLUMNS] = {3, -1, 0, 5, 2, 2};

typedef ag_tensor *all_function(ag_tensor *x);
typedef ag_tensor *over_function(ag_tensor *x, ag_axes axes, bool keepdim);
typedef ag_tensor *along_function(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

/* A number behind the tensor and the axes, made a function of the same form. */
#define WITH_NUMBER(name, number)                                                                  \
    static ag_tensor *name##_all(ag_tensor *x)                                                     \
    {                                                                                              \
        return ag_##name(x, number);                                                               \
    }                                                                                              \
    static ag_tensor *name##_over(ag_tensor *x, ag_axes axes, bool keepdim)                        \
    {                                                                                              \
        return ag_##name##_over(x, axes, keepdim, number);                                         \
    }
WITH_NUMBER(var, 1)
WITH_NUMBER(std, 0)
WITH_NUMBER(norm, 3)

static const struct reduction {
    const char *name;
    all_function *all;
    over_function *over;
    along_function *along;
    double of_all; /* computed with the math module of Python */
} reductions[] = {
    {"sum", (ag_sum), (ag_sum_over), NULL, 11},
    {"mean", (ag_mean), (ag_mean_over), NULL, 11.0 / 6},
    {"nansum", (ag_nansum), (ag_nansum_over), NULL, 11},
    {"nanmean", (ag_nanmean), (ag_nanmean_over), NULL, 11.0 / 6},
    {"prod", (ag_prod), (ag_prod_over), NULL, 0},
    {"max", (ag_max), (ag_max_over), (ag_max_along), 5},
    {"min", (ag_min), (ag_min_over), (ag_min_along), -1},
    {"median", (ag_median), (ag_median_over), (ag_median_along), 2},
    {"var", var_all, var_over, NULL, 4.5666666666666669},
    {"std", std_all, std_over, NULL, 1.950783318453271},
    {"norm", norm_all, norm_over, NULL, 5.5287748136788709},
    {"all", (ag_all), (ag_all_over), NULL, 0},
    {"any", (ag_any), (ag_any_over), NULL, 1},
    {"count_nonzero", (ag_count_nonzero), (ag_count_nonzero_over), NULL, 5},
    {"logsumexp", (ag_logsumexp), (ag_logsumexp_over), NULL, 5.2184333711300274},
};
enum { REDUCTIONS = sizeof reductions / sizeof *reductions };

static void is(const struct reduction *r, const ag_tensor *y, ag_shape shape, const double *want)
{
    double have[COLUMNS];
    int64_t n = 1;
    ck_assert_msg(y != NULL, "%s failed", r->name);
    ag_shape s = ag_shape_of(y);
    ck_assert_msg(s.ndim == shape.ndim, "%s: %d dimensions", r->name, s.ndim);
    for (int d = 0; d < s.ndim; d++) {
        ck_assert_msg(s.dim[d] == shape.dim[d], "%s: size %d", r->name, (int)s.dim[d]);
        n *= s.dim[d];
    }
    ck_assert_int_eq(ag_get(y, have, n), AG_OK);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(fabs(have[i] - want[i]) <= 1e-14 * fabs(want[i]), "%s: %.17g, not %.17g",
                      r->name, have[i], want[i]);
    }
}

START_TEST(test_all_elements)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(ROWS, COLUMNS), values);
    for (int i = 0; i < REDUCTIONS; i++) {
        const struct reduction *r = &reductions[i];
        is(r, r->all(x), AG_SCALAR, &r->of_all);
        is(r, r->over(x, AG_ALL, false), AG_SCALAR, &r->of_all);
        is(r, r->over(x, AG_AXES(-1, 0), false), AG_SCALAR, &r->of_all);
        is(r, r->over(x, AG_ALL, true), AG_SHAPE(1, 1), &r->of_all);
    }
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* Every line as a vector by itself, under X(x). */
static void each_line(const struct reduction *r, ag_tensor *x, int axis, double *want)
{
    int64_t lines = ag_shape_of(x).dim[1 - axis];
    for (int64_t i = 0; i < lines; i++) {
        want[i] = ag_item(r->all(ag_slice(x, 1 - axis, i, i + 1, 1)));
    }
}

START_TEST(test_one_axis)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(ROWS, COLUMNS), values);
    for (int i = 0; i < REDUCTIONS; i++) {
        const struct reduction *r = &reductions[i];
        double rows[ROWS], columns[COLUMNS];
        each_line(r, x, 1, rows);
        each_line(r, x, 0, columns);
        is(r, r->over(x, AG_AXES(1), false), AG_SHAPE(ROWS), rows);
        is(r, r->over(x, AG_AXES(0), true), AG_SHAPE(1, COLUMNS), columns);
        if (r->along != NULL) {
            is(r, r->along(x, -1, true, NULL), AG_SHAPE(ROWS, 1), rows);
            is(r, r->along(x, 0, false, NULL), AG_SHAPE(COLUMNS), columns);
        }
    }
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* eps 0 stands for 1e-12. */
START_TEST(test_eps)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (double[]){3e-13, -4e-13});
    double have[2];
    ck_assert_int_eq(ag_get(ag_normalize(x, 0, 2, 0), have, 2), AG_OK);
    ck_assert(have[0] == 3e-13 / 1e-12 && have[1] == -4e-13 / 1e-12);
    ck_assert_int_eq(ag_get(ag_normalize(x, 0, 2, 1e-300), have, 2), AG_OK);
    ck_assert(fabs(have[0] - 0.6) < 1e-15 && fabs(have[1] + 0.8) < 1e-15);
    ag_graph_free(g);
}
END_TEST

/* The number of elements that are not 0 is a constant, by which each is divided: PyTorch 2.15 gives
 * these numbers. */
START_TEST(test_divided_by_a_count)
{
    const double inf = (double)INFINITY;
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), (double[]){1, -inf, 0});
    ag_tensor *w = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3), (double[]){1, 2, 3});
    double have[3];
    ag_tensor *y = ag_normalize(x, 0, 0, 0);
    ck_assert_int_eq(ag_get(y, have, 3), AG_OK);
    ck_assert(have[0] == 0.5 && have[1] == -inf && have[2] == 0);
    ck_assert_int_eq(ag_backward_from(y, w), AG_OK);
    ck_assert_int_eq(ag_grad_get(x, have, 3), AG_OK);
    ck_assert(have[0] == 0.5 && have[1] == 1 && have[2] == 1.5);
    ag_graph_free(g);
}
END_TEST

/* A 0-d tensor counts as a vector of one element: axes 0 and -1 give what all elements give. */
START_TEST(test_0d_has_one_axis)
{
    ag_graph *g = ag_graph_new();
    for (int i = 0; i < REDUCTIONS; i++) {
        const struct reduction *r = &reductions[i];
        for (int axis = -1; axis <= 0; axis++) {
            ag_tensor *x = ag_variable(g, 1.5), *all = r->all(x), *grad[2] = {NULL, NULL};
            ag_tensor *over = r->over(x, AG_AXES(axis), axis == 0);
            ck_assert_msg(over != NULL && ag_shape_of(over).ndim == 0, "%s", r->name);
            double have = ag_item(over), want = ag_item(all);
            ck_assert_msg(have == want || (isnan(have) && isnan(want)), "%s: %g", r->name, have);
            if (ag_needs_grad(all)) {
                ck_assert_int_eq(ag_grad(&all, 1, NULL, &x, 1, NULL, &grad[0]), AG_OK);
                ck_assert_int_eq(ag_grad(&over, 1, NULL, &x, 1, NULL, &grad[1]), AG_OK);
                have = ag_item(grad[1]), want = ag_item(grad[0]);
                ck_assert_msg(have == want || (isnan(have) && isnan(want)), "%s: %g", r->name,
                              have);
            }
        }
    }
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

/* numpy.max(x, axis, initial=...): where there is nothing it is the initial value. A correction of -1
 * divides by n + 1. */
START_TEST(test_initial_and_negative_correction)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 0);
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(ROWS, COLUMNS), values);
    ag_tensor *y = ag_max_over_initial(none, AG_AXES(1), true, -INFINITY);
    double v[2], grad[ROWS * COLUMNS];
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(2, 1)) && ag_get(y, v, 2) == AG_OK);
    ck_assert(v[0] == -INFINITY && v[1] == -INFINITY);
    y = ag_min_over_initial(none, AG_ALL, false, INFINITY);
    ck_assert(ag_item(y) == INFINITY);
    y = ag_max_over_initial(x, AG_AXES(1), false, 4);
    ck_assert(ag_get(y, v, 2) == AG_OK && v[0] == 4 && v[1] == 5);
    ck_assert(ag_backward(ag_sum(y)) == AG_OK && ag_grad_get(x, grad, 6) == AG_OK);
    ck_assert(grad[0] == 0 && grad[3] == 1);
    ag_tensor *whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(0), NULL);
    ck_assert(ag_item(ag_max_over_initial(whole, AG_ALL, false, -7)) == -7);
    ck_assert(fabs(ag_item(ag_var(x, -1)) - 5 * 4.5666666666666669 / 7) < 1e-15);
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("reduce_axes", test_0d_has_one_axis, test_initial_and_negative_correction,
           test_all_elements, test_one_axis, test_eps, test_divided_by_a_count)
