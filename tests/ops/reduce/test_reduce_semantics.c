/* The awkward points of reductions, running totals and the softmax family: value and gradient for a
 * cotangent of ones, as PyTorch 1.13.1 printed them in float64. It errs in three rows, which are
 * ours: the variance of one element has no gradient there, nor has the norm with p = 0, and equal
 * elements that are no binary fractions have a standard deviation of some 1e-17. Each row runs on a
 * vector and on a column of a matrix, in f64 and f32, by numbers and by recorded operations.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

enum { MOST = 4 };

typedef struct row {
    const char *name;
    ag_tensor *(*call)(ag_tensor *x);
    int n, n_out;
    double x[MOST], value[MOST], gradient[MOST];
} row;

#define CALL(name, expression)                                                                     \
    static ag_tensor *name(ag_tensor *x)                                                           \
    {                                                                                              \
        return expression;                                                                         \
    }
CALL(max_all, ag_max(x))
CALL(min_all, ag_min(x))
CALL(max_over, ag_max_over(x, AG_ALL, false))
CALL(min_over, ag_min_over(x, AG_AXES(0), true))
CALL(max_0, ag_max_along(x, 0, false, NULL))
CALL(min_0, ag_min_along(x, -1, true, NULL))
CALL(median_all, ag_median(x))
CALL(norm_0, ag_norm(x, 0))
CALL(norm_1, ag_norm(x, 1))
CALL(norm_2, ag_norm(x, 2))
CALL(norm_3, ag_norm(x, 3))
CALL(norm_half, ag_norm(x, 0.5))
CALL(norm_less, ag_norm(x, -1))
CALL(norm_inf, ag_norm(x, INFINITY))
CALL(norm_least, ag_norm(x, -INFINITY))
CALL(std_all, ag_std(x, 1))
CALL(var_all, ag_var(x, 1))
CALL(first_log_softmax, ag_slice(ag_log_softmax(x, 0), 0, 0, 1, 1))
CALL(logsumexp, ag_logsumexp(x))
CALL(logcumsumexp, ag_logcumsumexp(x, 0))
CALL(first_softmax, ag_slice(ag_softmax(x, 0), 0, 0, 1, 1))
CALL(softmin, ag_slice(ag_softmin(x, 0), 0, 0, 1, 1))
CALL(prod_all, ag_prod(x))
CALL(cumprod, ag_cumprod(x, 0))
CALL(normalize, ag_normalize(x, 0, 2, 1e-12))
CALL(nanmean, ag_nanmean(x))
CALL(nansum, ag_nansum(x))
CALL(cummax, ag_cummax(x, 0, NULL))
CALL(cummin, ag_cummin(x, 0, NULL))

static const row rows[] = {
    {"max() tie", max_all, 3, 1, {1, 3, 3}, {3}, {0, 0.5, 0.5}},
    {"min() tie", min_all, 3, 1, {1, 3, 1}, {1}, {0.5, 0, 0.5}},
    {"max() nan", max_all, 3, 1, {1, NOT_A_NUMBER, 3}, {NOT_A_NUMBER}, {0, 1, 0}},
    {"amax tie", max_over, 3, 1, {1, 3, 3}, {3}, {0, 0.5, 0.5}},
    {"amin tie", min_over, 3, 1, {1, 3, 1}, {1}, {0.5, 0, 0.5}},
    {"max over, nan", max_over, 2, 1, {1, NOT_A_NUMBER}, {NOT_A_NUMBER}, {0, 1}}, /* as max() */
    {"max(dim) tie", max_0, 3, 1, {1, 3, 3}, {3}, {0, 1, 0}},
    {"max(dim) nan", max_0, 3, 1, {1, NOT_A_NUMBER, NOT_A_NUMBER}, {NOT_A_NUMBER}, {0, 1, 0}},
    {"min(dim) tie", min_0, 3, 1, {1, 3, 1}, {1}, {1, 0, 0}},
    {"median tie", median_all, 3, 1, {1, 3, 3}, {3}, {0, 0.5, 0.5}},
    {"median of four", median_all, 4, 1, {4, 1, 3, 2}, {2}, {0, 0, 0, 1}},
    {"median nan", median_all, 3, 1, {1, 3, NOT_A_NUMBER}, {NOT_A_NUMBER}, {0, 0, 1}},
    {"norm0", norm_2, 2, 1, {0, 0}, {0}, {0, 0}},
    {"norm1_0", norm_1, 2, 1, {0, 1}, {1}, {0, 1}},
    {"norminf tie", norm_inf, 3, 1, {2, -2, 1}, {2}, {0.5, -0.5, 0}},
    {"norm -inf tie", norm_least, 3, 1, {2, -1, 1}, {1}, {0, -0.5, 0.5}},
    {"norm3_0", norm_3, 2, 1, {0, 0}, {0}, {0, 0}},
    {"norm p 0", norm_0, 3, 1, {2, 0, 1}, {2}, {0, 0, 0}},
    {"norm p 0.5 zero", norm_half, 2, 1, {0, 4}, {4}, {0, 1}},
    {"norm p -1 zero", norm_less, 2, 1, {0, 4}, {0}, {0, 0}},
    {"std const", std_all, 3, 1, {2, 2, 2}, {0}, {0, 0, 0}},
    {"std const, 0.1", std_all, 3, 1, {0.1, 0.1, 0.1}, {0}, {0, 0, 0}},
    {"var N=1", var_all, 1, 1, {2}, {NOT_A_NUMBER}, {NOT_A_NUMBER}},
    {"std N=1", std_all, 1, 1, {2}, {NOT_A_NUMBER}, {NOT_A_NUMBER}},
    {"log_softmax big", first_log_softmax, 3, 1, {1000, 0, -1000}, {0}, {0, 0, 0}},
    {"logsumexp -inf", logsumexp, 2, 1, {-INF, -INF}, {-INF}, {0.5, 0.5}},
    {"logsumexp one -inf", logsumexp, 2, 1, {-INF, 0}, {0}, {0, 1}},
    {"logsumexp inf", logsumexp, 2, 1, {INF, 0}, {INF}, {1, 0}},
    {"logsumexp 1000", logsumexp, 2, 1, {1000, 0}, {1000}, {1, 0}},
    {"logsumexp -1000", logsumexp, 2, 1, {-1000, -2000}, {-1000}, {1, 0}},
    {"logcumsumexp -inf", logcumsumexp, 2, 2, {-INF, 0}, {-INF, 0}, {1, 1}},
    {"logcumsumexp 1000", logcumsumexp, 3, 3, {0, 1000, -1000}, {0, 1000, 1000}, {1, 2, 0}},
    {"softmax all -inf",
     first_softmax,
     2,
     1,
     {-INF, -INF},
     {NOT_A_NUMBER},
     {NOT_A_NUMBER, NOT_A_NUMBER}},
    {"softmax one -inf", first_softmax, 2, 1, {0, -INF}, {1}, {0, 0}},
    {"softmin -1000", softmin, 2, 1, {-1000, 0}, {1}, {0, 0}},
    {"prod 1 zero", prod_all, 3, 1, {2, 0, 3}, {0}, {0, 6, 0}},
    {"prod 2 zeros", prod_all, 3, 1, {0, 2, 0}, {0}, {0, 0, 0}},
    {"cumprod zero", cumprod, 4, 4, {2, 0, 3, 4}, {2, 0, 0, 0}, {1, 32, 0, 0}},
    {"normalize zero", normalize, 2, 2, {0, 0}, {0, 0}, {1e12, 1e12}},
    {"nanmean", nanmean, 2, 1, {1, NOT_A_NUMBER}, {1}, {1, 0}},
    {"nanmean all nan", nanmean, 1, 1, {NOT_A_NUMBER}, {NOT_A_NUMBER}, {NOT_A_NUMBER}},
    {"nansum", nansum, 2, 1, {1, NOT_A_NUMBER}, {1}, {1, 0}},
    {"cummax tie", cummax, 3, 3, {1, 1, 0}, {1, 1, 1}, {1, 2, 0}},
    {"cummin nan", cummin, 3, 3, {1, NOT_A_NUMBER, 0}, {1, NOT_A_NUMBER, NOT_A_NUMBER}, {1, 2, 0}},
};

/* --- running a row ---------------------------------------------------------------------------- */

static bool matches(double have, double want, double tolerance)
{
    if (isnan(want) || isinf(want)) {
        return isnan(want) ? isnan(have) : have == want;
    }
    return fabs(have - want) <= tolerance * fabs(want);
}

static bool all_match(const row *r, const char *what, const double *have, const double *want, int n,
                      double tolerance)
{
    bool ok = true;
    for (int i = 0; i < n; i++) {
        if (!matches(have[i], want[i], tolerance)) {
            printf("FAILED %s: %s %d is %g, want %g\n", r->name, what, i, have[i], want[i]);
            ok = false;
        }
    }
    return ok;
}

/* The row's operand: a vector, or the first column of a matrix, seen as one. */
static ag_tensor *vector(ag_graph *g, const row *r, bool strided)
{
    double values[2 * MOST] = {0};
    for (int i = 0; i < r->n; i++) {
        values[strided ? 2 * i : i] = r->x[i];
    }
    ag_tensor *leaf =
        ag_from_values(g, AG_VARIABLE, strided ? AG_SHAPE(r->n, 2) : AG_SHAPE(r->n), values);
    ag_tensor *column = strided ? ag_slice(leaf, 1, 0, 1, 1) : NULL;
    return strided ? ag_reshape(column, AG_SHAPE(r->n)) : leaf;
}

static bool holds(const row *r, ag_dtype dtype, bool strided, bool by_numbers)
{
    double value[MOST] = {9, 9, 9, 9}, gradient[MOST] = {9, 9, 9, 9};
    double tolerance = dtype == AG_F64 ? 1e-15 : 1e-6;
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *x = vector(g, r, strided), *y = r->call(x), *dx = NULL;
    ck_assert_msg(y != NULL, "%s: %s", r->name, ag_error_message(g));
    ag_tensor *ones = ag_full(g, AG_CONSTANT, ag_shape_of(y), 1);
    ag_grad_options options = {.create_graph = !by_numbers};
    ck_assert_int_eq(ag_get(y, value, r->n_out), AG_OK);
    ck_assert_int_eq(ag_grad(&y, 1, &ones, &x, 1, &options, &dx), AG_OK);
    ck_assert_int_eq(ag_get(dx, gradient, r->n), AG_OK);
    bool ok = all_match(r, "value", value, r->value, r->n_out, tolerance);
    ok = all_match(r, "gradient", gradient, r->gradient, r->n, tolerance) && ok;
    ag_graph_free(g);
    return ok;
}

START_TEST(test_rows)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int form = 0; form < 8; form++) {
            failed += !holds(&rows[i], form & 1 ? AG_F32 : AG_F64, form & 2, form & 4);
        }
    }
    printf("%d rows hold in 8 forms\n", (int)(sizeof rows / sizeof *rows));
    ck_assert_int_eq(failed, 0);
}
END_TEST

START_TEST(test_a_wrong_row_is_noticed)
{
    const row wrong[] = {
        {"planted: value", max_all, 2, 1, {1, 3}, {3.0000001}, {0, 1}},
        {"planted: gradient", max_0, 2, 1, {3, 3}, {3}, {0.5, 0.5}},
        {"planted: no NaN", norm_2, 1, 1, {0}, {0}, {NOT_A_NUMBER}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!holds(&wrong[i], AG_F64, false, true), "%s", wrong[i].name);
    }
}
END_TEST

/* --- no elements ------------------------------------------------------------------------------ */

/* The rows "prod empty" and "max empty", and their kin: value, and a gradient of size 0. */
START_TEST(test_no_elements)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 0);
    const struct {
        ag_tensor *y;
        double value;
    } results[] = {
        {ag_prod(x), 1},    {ag_nansum(x), 0},   {ag_nanmean(x), NAN}, {ag_median(x), NAN},
        {ag_norm(x, 2), 0}, {ag_var(x, 1), NAN}, {ag_std(x, 0), NAN},  {ag_logsumexp(x), -INF},
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        ag_tensor *y = results[i].y, *dx = NULL;
        ck_assert_msg(y != NULL, "%d: %s", (int)i, ag_error_message(g));
        ck_assert_msg(matches(ag_item(y), results[i].value, 0), "%d: %g", (int)i, ag_item(y));
        ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &dx), AG_OK);
        ck_assert_int_eq(ag_size(dx), 0);
    }
    ck_assert_double_eq(ag_item(ag_all_over(x, AG_ALL, false)), 1);
    ck_assert_double_eq(ag_item(ag_any_over(x, AG_ALL, false)), 0);
    ck_assert_double_eq(ag_item(ag_count_nonzero(x)), 0);
    ck_assert_ptr_null(ag_max(x));
    ck_assert_int_eq(ag_error(g), AG_ERR_SHAPE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("reduce_semantics", test_rows, test_a_wrong_row_is_noticed, test_no_elements)
