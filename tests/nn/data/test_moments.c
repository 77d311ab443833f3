/* Statement 19 and the half of 18 that is about numbers: means and deviations of training rows,
 * their two conventions, constant columns, numbers far from 0, missing values.
 */
#include "sets.h"

static ag_graph *g;

/* R: scale(c(1, 2, 4, 9)) has center 4 and scale 3.559026; scikit-learn's StandardScaler 3.082207.
 */
START_TEST(test_conventions)
{
    g = ag_graph_new();
    nn_data *d = nn_data_from(g, AG_SHAPE(4, 1), (const double[]){1, 2, 4, 9}, AG_SCALAR, NULL);
    double mean, deviation;
    expect_ok(nn_moments(d, &mean, &deviation, 1, false));
    expect_near(mean, 4, 0);
    expect_near(deviation, 3.082207001484488, 1e-15);
    expect_ok(nn_moments(d, &mean, &deviation, 1, true));
    expect_near(deviation, 3.559026084010437, 1e-15);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_constant)
{
    g = ag_graph_new();
    static const double level[] = {0, 0.1, -7, 1e300, 1e-310, 123456789.123456789};
    double x[100 * 6], mean[6], deviation[6];
    for (int i = 0; i < 100; i++) {
        memcpy(x + 6 * i, level, sizeof level);
    }
    nn_data *d = nn_data_from(g, AG_SHAPE(100, 6), x, AG_SCALAR, NULL);
    expect_ok(nn_moments(d, mean, deviation, 6, false));
    for (int j = 0; j < 6; j++) {
        expect_near(mean[j], level[j], 1e-15 * fabs(level[j]));
        expect_same(deviation[j], 1);
    }
    /* One row: every column is constant, by either convention. */
    nn_data *one = nn_rows_between(d, 0, 1);
    expect_ok(nn_moments(one, mean, deviation, 6, true));
    expect_same(deviation[1], 1);
    ag_graph_free(g);
}
END_TEST

/* Standardized training data have mean 0 and deviation 1 within rounding, whatever their size; a
 * tiny deviation is no constant. */
START_TEST(test_standardized)
{
    g = ag_graph_new();
    enum { N = 1000, P = 300 };
    static double x[N * P], mean[P], deviation[P];
    for (int i = 0; i < N * P; i++) {
        x[i] = (i % P == 0 ? 1e9 : i % P) + (i % P == 1 ? 1e-9 : 3.0) * ag_random_normal(g);
    }
    nn_data *d = nn_data_from(g, AG_SHAPE(N, P), x, AG_SCALAR, NULL);
    expect_ok(nn_moments(d, mean, deviation, P, false));
    for (int j = 0; j < P; j++) {
        double sum = 0, square = 0;
        for (int i = 0; i < N; i++) {
            double z = (x[i * P + j] - mean[j]) / deviation[j];
            sum += z;
            square += z * z;
        }
        expect_near(sum / N, 0, j == 0 ? 4e-8 : j == 1 ? 2e-7 : 1e-12);
        expect_near(square / N, 1, j == 0 ? 1e-6 : j == 1 ? 1e-5 : 1e-12);
    }
    ck_assert(deviation[1] > 0.5e-9 && deviation[1] < 2e-9);
    ag_graph_free(g);
}
END_TEST

/* A fold's numbers are those of its training rows: the test rows are changed, and nothing moves. */
START_TEST(test_fold)
{
    g = ag_graph_new();
    double x[20], mean[2], deviation[2], again[2], twice[2];
    for (int i = 0; i < 20; i++) {
        x[i] = ag_random_normal(g);
    }
    nn_arrays a = {.rows = 10, .x = x, .x_shape = AG_SHAPE(2), .borrow = true};
    nn_halves h = nn_fold(nn_data_new(g, &a), 2, 5, NULL);
    expect_ok(nn_moments(h.train, mean, deviation, 2, false));
    for (int64_t i = 0; i < nn_rows(h.test); i++) {
        x[2 * nn_stored_row(h.test, i)] = 1e6;
    }
    expect_ok(nn_moments(h.train, again, twice, 2, false));
    ck_assert(mean[0] == again[0] && deviation[0] == twice[0]);
    /* Scaled inputs are measured as a network sees them. */
    expect_ok(nn_moments(nn_scaled(h.train, 0, 4), again, twice, 2, false));
    expect_near(again[1], mean[1] / 4, 1e-15);
    expect_near(twice[1], deviation[1] / 4, 1e-15);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_missing)
{
    g = ag_graph_new();
    const double x[] = {1, NAN, NAN, 2, 10, NAN, 3, 30, NAN, NAN, 50, NAN};
    nn_data *d = nn_data_from(g, AG_SHAPE(4, 3), x, AG_SHAPE(4, 1), (const double[]){1, 2, 3, 4});
    double mean[3], deviation[3];
    expect_ok(nn_moments(d, mean, deviation, 3, false));
    ck_assert(mean[0] == 2 && mean[1] == 30 && mean[2] == 0);
    expect_near(deviation[0], sqrt(2.0 / 3), 1e-15);
    expect_same(deviation[2], 1);
    nn_data *two =
        nn_reshaped(nn_data_from(g, AG_SHAPE(6, 2),
                                 (const double[]){1, NAN, 2, 10, 3, 30, NAN, 50, 4, NAN, NAN, NAN},
                                 AG_SHAPE(6, 1), (const double[]){1, 2, 3, 4, 5, 6}),
                    AG_SHAPE(2));
    nn_data *train = nn_rows_between(two, 0, 3), *test = nn_rows_between(two, 3, 6);
    nn_data *filled = nn_fill_missing(test, train);
    expect_values(nn_inputs(filled), 2, 50, 4, 20, 2, 20);
    expect_values(nn_targets(filled), 4, 5, 6);
    ck_assert_int_eq(nn_stored_row(filled, 1), 4);
    ck_assert(first_number(test, 0) != first_number(test, 0)); /* the data stay as they were */
    expect_values(nn_inputs(nn_fill_missing(nn_scaled(test, 0, 2), nn_scaled(train, 0, 2))), 1, 25,
                  2, 10, 1, 10);
    no_data(g, HERE, nn_fill_missing(d, d), AG_ERR_VALUE, "column 3", "any training row", LINE);
    no_data(g, HERE, nn_fill_missing(d, two), AG_ERR_SHAPE, "3 and of 2", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 4, 2);
    double mean[3], deviation[3];
    no_success(g, HERE, nn_moments(d, mean, deviation, 3, false), AG_ERR_SHAPE, "3 numbers",
               "has 2", LINE);
    no_success(g, HERE, nn_moments(nn_rows_between(d, 0, 0), mean, deviation, 2, false),
               AG_ERR_VALUE, "no rows", LINE);
    nn_data *tokens =
        nn_data_of(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (const int64_t[]){0, 1}), NULL);
    no_success(g, HERE, nn_moments(tokens, mean, deviation, 1, false), AG_ERR_DTYPE, "classes",
               LINE);
    ck_assert_int_eq(nn_moments(d, NULL, deviation, 2, false), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("moments", test_conventions, test_constant, test_standardized, test_fold, test_missing,
           test_refused)
