/* Linear models against scikit-learn and NIST's certified values (tests/golden/baselines.csv, made
 * by make_baselines.py beside it), against closed forms, and on the lectures' data.
 */
#include "rows_of_csv.h"

enum { MOST = 400 };

static ag_graph *g;
static csv_rows all;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 4});
    all = csv_read("tests/golden/baselines.csv");
}

static void teardown(void)
{
    free(all.row);
    ag_graph_free(g);
}

static nn_data *data_of(const char *name, int64_t classes)
{
    double x[MOST], t[MOST];
    int64_t columns = (int64_t)csv_one(&all, name, "columns");
    int64_t n = csv_find(&all, name, "x", x, MOST) / columns;
    ck_assert_int_eq(csv_find(&all, name, "t", t, MOST), n);
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = n,
                                             .x = x,
                                             .x_shape = AG_SHAPE(columns),
                                             .y = t,
                                             .y_shape = classes > 0 ? AG_SCALAR : AG_SHAPE(1),
                                             .y_classes = classes});
    all_well(g);
    return d;
}

/* Weights and biases, relative to the largest of them. */
static void model_agrees(const nn_data *d, const char *name, const char *what,
                         nn_baseline_options o, double tolerance)
{
    double want[MOST], most = 0;
    int n = csv_find(&all, name, what, want, MOST);
    const nn_baseline *b = nn_baseline_new(d, &o);
    all_well(g);
    ck_assert_msg(b->converged && n == b->outputs * (b->inputs + 1), "%s: %s", name, what);
    int64_t weights = b->outputs * b->inputs;
    for (int i = 0; i < n; i++) {
        most = fmax(most, i < weights ? fabs(want[i]) : 0);
    }
    for (int i = 0; i < n; i++) {
        double got = i < weights ? b->weight[i] : b->bias[i - weights];
        double scale = i < weights ? most : fmax(most, fabs(want[i]));
        ck_assert_msg(fabs(got - want[i]) <= tolerance * scale, "%s: %s: %d is %.17g, not %.17g",
                      name, what, i, got, want[i]);
        ck_assert_msg(i >= weights || (got == 0) == (want[i] == 0), "%s: %s: %d is %g, not %g",
                      name, what, i, got, want[i]);
    }
}

START_TEST(test_numbers)
{
    setup();
    const nn_data *d = data_of("numbers", 0);
    model_agrees(d, "numbers", "least squares", (nn_baseline_options){0}, 1e-11);
    model_agrees(d, "numbers", "least squares", (nn_baseline_options){.as_given = true}, 1e-11);
    model_agrees(d, "numbers", "ridge 0.3", (nn_baseline_options){.l2 = 0.3}, 1e-11);
    model_agrees(d, "numbers", "ridge 0.3 raw", (nn_baseline_options){.l2 = 0.3, .as_given = true},
                 1e-11);
    model_agrees(d, "numbers", "lasso 0.1", (nn_baseline_options){.l1 = 0.1}, 1e-8);
    model_agrees(d, "numbers", "lasso 0.1 raw", (nn_baseline_options){.l1 = 0.1, .as_given = true},
                 1e-8);
    model_agrees(d, "numbers", "lasso 0.5", (nn_baseline_options){.l1 = 0.5}, 1e-8);
    model_agrees(d, "numbers", "net 0.1 0.3", (nn_baseline_options){.l1 = 0.1, .l2 = 0.3}, 1e-8);
    teardown();
}
END_TEST

/* scikit-learn's saga stops at seven digits or so whatever tolerance it is given. */
START_TEST(test_classes)
{
    static const char *const name[] = {"two", "three"};
    setup();
    for (int i = 0; i < 2; i++) {
        const nn_data *d = data_of(name[i], 2 + i);
        model_agrees(d, name[i], "l2 0.01", (nn_baseline_options){.l2 = 0.01}, 1e-8);
        model_agrees(d, name[i], "l2 1.0", (nn_baseline_options){.l2 = 1}, 1e-8);
        model_agrees(d, name[i], "l2 0.1 raw", (nn_baseline_options){.l2 = 0.1, .as_given = true},
                     1e-8);
        model_agrees(d, name[i], "l1 0.01", (nn_baseline_options){.l1 = 0.01}, 1e-6);
        model_agrees(d, name[i], "l1 0.05", (nn_baseline_options){.l1 = 0.05}, 1e-6);
    }
    teardown();
}
END_TEST

/* Badly conditioned on purpose: NIST's certified values, of which f64 keeps about ten digits. */
START_TEST(test_longley)
{
    setup();
    const nn_data *d = data_of("longley", 0);
    double want[7];
    const nn_baseline *b = nn_baseline_new(d, NULL);
    all_well(g);
    ck_assert_int_eq(csv_find(&all, "longley", "least squares", want, 7), 7);
    for (int j = 0; j < 7; j++) {
        double got = j < 6 ? b->weight[j] : b->bias[0];
        ck_assert_msg(fabs(got / want[j] - 1) < 1e-9, "%d is %.17g, not %.17g", j, got, want[j]);
    }
    teardown();
}
END_TEST

/* Norris' formula of a line: slope = cov/var; and what the module computes. */
START_TEST(test_a_line)
{
    const double x[] = {1, 2, 4, 7}, t[] = {3, 5, 6, 12};
    setup();
    nn_data *d = nn_data_from(g, AG_SHAPE(4, 1), x, AG_SHAPE(4, 1), t);
    const nn_baseline *b = nn_baseline_new(d, NULL);
    all_well(g);
    double slope = 30.0 / 21,
           bias = 6.5 - 3.5 * slope; /* sums of (x - 3.5)(t - 6.5), (x - 3.5)^2 */
    ck_assert_double_eq_tol(b->weight[0], slope, 1e-14);
    ck_assert_double_eq_tol(b->bias[0], bias, 1e-13);
    expect_tensor_within(nn_call(b->net, nn_inputs(d)), 1e-13, AG_SHAPE(4, 1), bias + slope,
                         bias + 2 * slope, bias + 4 * slope, bias + 7 * slope);
    ck_assert_double_eq_tol(
        b->loss, nn_squared_error.of(nn_call(b->net, nn_inputs(d)), nn_targets(d), NULL) / 2,
        1e-14);
    const nn_baseline *none = nn_baseline_new(d, &(nn_baseline_options){.l1 = 1e6});
    ck_assert(none->weight[0] == 0 && none->nonzero == 0);
    ck_assert_double_eq_tol(none->bias[0], 6.5, 1e-14);
    teardown();
}
END_TEST

/* Shapes of targets and samples other than a list, an f32 graph, a column that others determine, a
 * constant one. */
START_TEST(test_shapes)
{
    setup();
    ag_graph *narrow = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    const double x[] = {1, 2, 3, 6, 2, 1, 3, 6, 4, 4, 8, 6, 0, 1, 1, 6, 5, 0, 5, 6};
    const double t[] = {1, 2, 3, 4, 5, 0, 7, 2, 9, 1};
    nn_data *d = nn_data_from(narrow, AG_SHAPE(5, 2, 2), x, AG_SHAPE(5, 2), t);
    const nn_baseline *b = nn_baseline_new(d, NULL);
    all_well(narrow);
    ck_assert(b->outputs == 2 && b->inputs == 4 && b->converged);
    ck_assert(b->weight[2] == 0 && b->weight[3] == 0 && b->nonzero == 4);
    expect_shape(HERE, nn_call(b->net, nn_inputs(d)), AG_SHAPE(5, 2));
    ck_assert_int_eq(nn_weights_size(b->net), 10);
    ag_graph_free(narrow);
    const nn_data *two = data_of("two", 2), *three = data_of("three", 3);
    const nn_baseline *p = nn_baseline_new(two, &(nn_baseline_options){.l2 = 0.1});
    const nn_baseline *q = nn_baseline_new(three, NULL);
    all_well(g);
    ag_tensor *yp = nn_call(p->net, nn_inputs(two)), *yq = nn_call(q->net, nn_inputs(three));
    expect_shape(HERE, yp, AG_SHAPE(60));
    expect_shape(HERE, yq, AG_SHAPE(70, 3));
    double loss_p = nn_log_loss.of(yp, nn_targets(two), NULL);
    double loss_q = nn_log_loss.of(yq, nn_targets(three), NULL);
    ck_assert_double_eq_tol(p->loss, loss_p, 1e-13);
    ck_assert_double_eq_tol(q->loss, loss_q, 1e-13);
    ck_assert(q->converged);
    teardown();
}
END_TEST

/* A column that is the sum of two others up to rounding gets 0, and the others what they have
 * without it. */
START_TEST(test_dependent_column)
{
    enum { ROWS = 50 };
    double with[ROWS][4], without[ROWS][3], t[ROWS];
    setup();
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < 3; j++) {
                without[i][j] = ag_random_normal(g);
            }
            memcpy(with[i], without[i], sizeof without[i]);
            with[i][2] = without[i][0] + without[i][1] / 3;
            with[i][3] = without[i][2];
            t[i] = without[i][0] - without[i][2] + ag_random_normal(g);
        }
        const nn_baseline *b = nn_baseline_new(
            nn_data_from(g, AG_SHAPE(ROWS, 4), with[0], AG_SHAPE(ROWS, 1), t), NULL);
        const nn_baseline *c = nn_baseline_new(
            nn_data_from(g, AG_SHAPE(ROWS, 3), without[0], AG_SHAPE(ROWS, 1), t), NULL);
        all_well(g);
        ck_assert(b->converged && b->weight[2] == 0);
        const double kept[] = {b->weight[0], b->weight[1], b->weight[3]};
        expect_numbers(HERE, "weight", kept, c->weight, 3, 1e-10);
    }
    teardown();
}
END_TEST

/* Classes that a line separates: no minimum, which is said. */
START_TEST(test_separable)
{
    const double x[] = {1, 2, 3, 4};
    const int64_t t[] = {0, 0, 1, 1};
    setup();
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 4,
                                             .x = x,
                                             .x_shape = AG_SHAPE(1),
                                             .y = t,
                                             .y_element = NN_I64,
                                             .y_classes = 2});
    const nn_baseline *b = nn_baseline_new(d, &(nn_baseline_options){.steps = 8});
    all_well(g);
    ck_assert(!b->converged && b->weight[0] > 5);
    ck_assert(nn_baseline_new(d, &(nn_baseline_options){.l2 = 0.01})->converged);
    teardown();
}
END_TEST

START_TEST(test_refused)
{
    double x[] = {1, (double)NAN, 3, 4}, t[] = {0, 1, 2, 3};
    setup();
    nn_data *d = nn_data_from(g, AG_SHAPE(4, 1), x, AG_SHAPE(4, 1), t);
    fails(nn_baseline_new(d, NULL), AG_ERR_VALUE, "nn_baseline_new: row 1: input 1 \"\" is nan",
          "nn_fill_missing");
    nn_data *clean = nn_data_from(g, AG_SHAPE(4, 1), t, AG_SHAPE(4, 1), x);
    fails(nn_baseline_new(clean, NULL), AG_ERR_VALUE, "nn_baseline_new: row 1: target 1", NULL);
    nn_data *bare = nn_data_from(g, AG_SHAPE(4, 1), t, AG_SCALAR, NULL);
    fails(nn_baseline_new(bare, NULL), AG_ERR_STATE, "nn_baseline_new: the data have no targets",
          NULL);
    fails(nn_baseline_new(d, &(nn_baseline_options){.l1 = -1}), AG_ERR_VALUE,
          "nn_baseline_new: l1 -1", NULL);
    fails(nn_path_new(d, &(nn_path_options){.folds = 1}), AG_ERR_VALUE,
          "nn_path_new: 50 penalties, 1 folds", NULL);
    fails(nn_path_new(d, &(nn_path_options){.folds = 5}), AG_ERR_VALUE, "fold", NULL);
    static double wide[3000];
    nn_data *many = nn_data_from(g, AG_SHAPE(1, 3000), wide, AG_SHAPE(1, 1), t);
    fails(nn_baseline_new(many, NULL), AG_ERR_VALUE, "nn_baseline_new: 3001 weights and biases",
          "nn_fit");
    ck_assert_ptr_null(nn_baseline_new(NULL, NULL));
    ck_assert_ptr_null(nn_path_new(NULL, NULL));
    teardown();
}
END_TEST

CHECK_MAIN("baselines", test_numbers, test_classes, test_longley, test_a_line, test_shapes,
           test_dependent_column, test_separable, test_refused)
