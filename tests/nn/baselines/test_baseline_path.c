/* The penalty by cross-validation: against the folds done by hand, and the lectures' numbers for
 * baseball salaries and films.
 */
#define CHECK_SECONDS 240
#include <stdio.h>

#include "tests/expect.h"
#include "tests/nn/printed.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 4});
}

static void teardown(void)
{
    ag_graph_free(g);
}

/* 40 rows of 5 inputs, of which two count. */
static nn_data *some_data(bool classes)
{
    double x[200], t[40];
    for (int i = 0; i < 200; i++) {
        x[i] = ag_random_normal(g) * (1 + i % 5);
    }
    for (int i = 0; i < 40; i++) {
        double z = 2 * x[5 * i] - x[5 * i + 1] + ag_random_normal(g);
        t[i] = classes ? z > 0 : z;
    }
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 40,
                                             .x = x,
                                             .x_shape = AG_SHAPE(5),
                                             .y = t,
                                             .y_shape = classes ? AG_SCALAR : AG_SHAPE(1),
                                             .y_classes = classes ? 2 : 0});
    all_well(g);
    return d;
}

static double loss_on(const nn_baseline *b, const nn_data *d, bool classes)
{
    ag_tensor *y = nn_call(b->net, nn_inputs(d)), *t = nn_targets(d);
    double loss = classes ? nn_log_loss.of(y, t, NULL) : nn_squared_error.of(y, t, NULL) / 2;
    all_well(g);
    return loss;
}

/* Each fold fitted by nn_baseline_new, so standardized by its own training rows. */
static void check_folds(const nn_data *d, nn_path_options o, bool classes)
{
    const nn_path *p = nn_path_new(d, &o);
    const nn_split_options how = {.seed = o.seed, .stratify = classes};
    all_well(g);
    ck_assert_int_eq(p->n, o.penalties);
    for (int i = 0; i < p->n; i++) {
        nn_baseline_options one = o.fit;
        double loss[5], mean = 0, squares = 0;
        *(o.ridge ? &one.l2 : &one.l1) = p->penalty[i];
        for (int k = 0; k < 5; k++) {
            nn_halves part = nn_fold(d, k, 5, &how);
            loss[k] = loss_on(nn_baseline_new(part.train, &one), part.test, classes);
            mean += loss[k] / 5;
        }
        for (int k = 0; k < 5; k++) {
            squares += (loss[k] - mean) * (loss[k] - mean);
        }
        ck_assert_double_eq_tol(p->mean[i], mean, 1e-8 * mean);
        ck_assert_double_eq_tol(p->error[i], sqrt(squares / 4 / 5), 1e-6 * mean);
        /* At the first penalty of the lasso one weight is about to begin: rounding decides. */
        int64_t apart = llabs(p->nonzero[i] - nn_baseline_new(d, &one)->nonzero);
        ck_assert_int_le(apart, i == 0 && !o.ridge ? 1 : 0);
        ck_assert_double_ge(p->mean[i], p->mean[p->best]);
    }
    ck_assert_double_eq(o.ridge ? p->baseline->l2 : p->baseline->l1, p->penalty[p->best]);
}

START_TEST(test_folds_by_hand)
{
    setup();
    nn_path_options o = {.folds = 5, .penalties = 6, .seed = 3};
    check_folds(some_data(false), o, false);
    check_folds(some_data(true), o, true);
    o.fit.l2 = 0.1;
    check_folds(some_data(true), o, true);
    o = (nn_path_options){.ridge = true, .folds = 5, .penalties = 4, .last = 1e-5, .seed = 1};
    o.fit.as_given = true;
    check_folds(some_data(false), o, false);
    teardown();
}
END_TEST

/* At the first penalty all weights are just 0. */
START_TEST(test_first_penalty)
{
    setup();
    for (int classes = 0; classes < 2; classes++) {
        const nn_data *d = some_data(classes == 1);
        const nn_path *p = nn_path_new(d, &(nn_path_options){.penalties = 10});
        all_well(g);
        ck_assert_double_eq_tol(p->penalty[9] / p->penalty[0], 1e-3, 1e-15);
        double first = p->penalty[0];
        ck_assert_int_eq(nn_baseline_new(d, &(nn_baseline_options){.l1 = first * 1.0001})->nonzero,
                         0);
        ck_assert_int_eq(nn_baseline_new(d, &(nn_baseline_options){.l1 = first * 0.999})->nonzero,
                         1);
        const nn_path *s = nn_path_new(d, &(nn_path_options){.penalties = 10, .sparse = true});
        ck_assert_int_lt(s->best, p->best);
        ck_assert_double_le(s->mean[s->best], p->mean[p->best] + p->error[p->best]);
        ck_assert_double_gt(s->mean[s->best - 1], p->mean[p->best] + p->error[p->best]);
    }
    teardown();
}
END_TEST

/* --- the lectures' data ----------------------------------------------------------------------- */

/* The lecture's rows for testing, counted from 0 among the complete ones. */
static nn_halves hitters(void)
{
    int64_t row[263], n = 0;
    nn_data *d = nn_read_csv(g, "examples/data/hitters.csv",
                             &(nn_csv){.target = "Salary",
                                       .text = NN_TEXT_MODEL_MATRIX,
                                       .when_missing = NN_MISSING_DROP});
    FILE *f = fopen("examples/data/hitters_test_rows.csv", "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "row\n"), 0);
    for (long long r; fscanf(f, "%lld\n", &r) == 1;) {
        row[n++] = r;
    }
    fclose(f);
    all_well(g);
    ck_assert(nn_rows(d) == 263 && nn_sample_size(d) == 20);
    return nn_split_rows(d, row, n);
}

static double absolute_error(const nn_baseline *b, const nn_data *d)
{
    all_well(g);
    return nn_absolute_error.of(nn_call(b->net, nn_inputs(d)), nn_targets(d), NULL);
}

/* Least squares: mean absolute error 254.669, to the digit; the lasso 253.1 with other folds. */
START_TEST(test_hitters)
{
    setup();
    nn_halves part = hitters();
    all_well(g);
    double least = absolute_error(nn_baseline_new(part.train, NULL), part.test);
    ck_assert_msg(fabs(least - 254.669) < 5e-4, "%.6f", least);
    for (uint64_t seed = 0; seed < (check_small() ? 1 : 5); seed++) {
        const nn_path *p = nn_path_new(part.train, &(nn_path_options){.seed = seed});
        all_well(g);
        double lasso = absolute_error(p->baseline, part.test);
        ck_assert_msg(lasso > 250 && lasso < 262, "seed %d: %.4f", (int)seed, lasso);
    }
    teardown();
}
END_TEST

/* Logistic regression with l1: accuracy between .90 and .96, AUC at least .96. */
START_TEST(test_movies)
{
    setup();
    nn_data *d = nn_read_csv(g, "examples/data/movies.csv",
                             &(nn_csv){.target = "hit", .classes = true, .extra = {"test"}});
    nn_halves part = nn_split_marked(d, "test");
    const nn_path *p = nn_path_new(part.train, &(nn_path_options){.penalties = 30});
    all_well(g);
    ag_tensor *y = nn_call(p->baseline->net, nn_inputs(part.test)), *t = nn_targets(part.test);
    double accuracy = nn_accuracy.of(y, t, NULL), auc = nn_auc.of(y, t, NULL);
    ck_assert_msg(accuracy >= 0.9 && accuracy <= 0.96, "%.4f", accuracy);
    ck_assert_msg(auc >= 0.96, "%.4f", auc);
    teardown();
}
END_TEST

/* --- printing --------------------------------------------------------------------------------- */

START_TEST(test_printed)
{
    const double x[] = {0, 1, 2, 3}, t[] = {1, 3, 5, 7};
    static const char *const names[] = {"hours"};
    setup();
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 4,
                                             .x = x,
                                             .x_shape = AG_SHAPE(1),
                                             .y = t,
                                             .y_shape = AG_SHAPE(1),
                                             .column_names = names});
    FILE *f = paper();
    nn_baseline b = *nn_baseline_new(d, NULL);
    b.loss = 0.5; /* rounding, otherwise */
    ck_assert_double_eq_tol(b.weight[0], 2, 1e-12);
    b.weight = VALUES(2);
    b.bias = VALUES(1);
    expect_printed(f, nn_print_baseline(f, &b, d),
                   "                                    y1\n"
                   "bias                                 1\n"
                   "hours                                2\n"
                   "1 of 1 weights are not 0; l1 0, l2 0, loss 0.5\n");
    const nn_path p = {
        2, VALUES(2, 0.5), VALUES(1, 0.25), VALUES(0.1, 0.125), (const int64_t[]){0, 1}, 1, &b};
    f = paper();
    expect_printed(f, nn_print_path(f, &p),
                   "       penalty          loss         error         not 0\n"
                   "             2             1           0.1             0\n"
                   "           0.5          0.25         0.125             1  taken\n");
    ck_assert_int_eq(nn_print_path(NULL, &p), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_print_baseline(stdout, NULL, d), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

CHECK_MAIN("baseline_path", test_folds_by_hand, test_first_penalty, test_hitters, test_movies,
           test_printed)
