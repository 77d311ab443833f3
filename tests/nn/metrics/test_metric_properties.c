/* What metrics are by definition: AUC against all pairs, any order of rows, joined batches, what is
 * not defined.
 */
#include "tests/expect.h"

enum { ROWS = 53 };

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 11});
}

static void teardown(void)
{
    ag_graph_free(g);
}

/* Scores with many ties, and classes that follow them half the time. */
static void draw(double *score, double *label)
{
    for (int i = 0; i < ROWS; i++) {
        score[i] = floor(8 * ag_random_uniform(g)) / 4 - 1;
        label[i] = i < 2 ? i : (score[i] > 0) != (ag_random_uniform(g) < 0.3);
    }
}

static ag_tensor *vector_of(const double *x, int64_t n)
{
    return (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(n), x);
}

static double of(nn_metric m, const double *y, const double *t, int64_t n)
{
    double value = m.of(vector_of(y, n), vector_of(t, n), m.user);
    all_well(g);
    return value;
}

/* Statement 3: the Mann-Whitney statistic, ties half, by all pairs. */
START_TEST(test_auc_is_mann_whitney)
{
    double y[ROWS], t[ROWS], low[ROWS];
    setup();
    for (int round = 0; round < 20; round++) {
        double wins = 0, pairs = 0;
        draw(y, t);
        for (int i = 0; i < ROWS; i++) {
            low[i] = exp(y[i]) * 1e-300; /* the same order where thresholds would see zeros */
            for (int j = 0; j < ROWS; j++) {
                bool pair = t[i] == 1 && t[j] == 0;
                pairs += pair;
                wins += pair ? (y[i] > y[j]) + 0.5 * (y[i] == y[j]) : 0;
            }
        }
        ck_assert_double_eq_tol(of(nn_auc, y, t, ROWS), wins / pairs, 1e-14);
        ck_assert_double_eq(of(nn_auc, low, t, ROWS), of(nn_auc, y, t, ROWS));
    }
    teardown();
}
END_TEST

START_TEST(test_one_class)
{
    double y[] = {1, 2, 3}, t[] = {1, 1, 1};
    setup();
    ag_tensor *ys = vector_of(y, 3), *ts = vector_of(t, 3);
    ck_assert(isnan(nn_auc.of(AG_AT(ys), ts, NULL)));
    expect_failure(g, true, AG_ERR_VALUE, "nn_auc: each of the 3 rows is of class 1",
                   "no curve of one class", __FILE__, __LINE__ - 2);
    fails(nn_roc_new(ys, ag_mul_scalar(ts, 0), NULL), AG_ERR_VALUE,
          "nn_roc_new: none of the 3 rows is of class 1", NULL);
    ck_assert(isnan(nn_choose_threshold(ys, ts, NULL, NULL).threshold));
    expect_failure(g, true, AG_ERR_VALUE, "nn_choose_threshold: each of the 3 rows", NULL, __FILE__,
                   __LINE__ - 2);
    y[1] = (double)NAN;
    t[0] = 0;
    fails(nn_roc_new(vector_of(y, 3), vector_of(t, 3), NULL), AG_ERR_VALUE,
          "nn_roc_new: a score is NaN", NULL);
    ag_tensor *three = drawn(g, AG_F64, AG_SHAPE(2, 3));
    ag_tensor *labels = ag_argmax_along(three, 1, false);
    fails(nn_roc_new(three, labels, NULL), AG_ERR_VALUE, "nn_roc_new: there are 3 classes", NULL);
    fails(nn_calibration_new(three, labels, 5, NULL), AG_ERR_VALUE,
          "nn_calibration_new: there are 3 classes", NULL);
    fails(nn_calibration_new(ys, ts, 0, NULL), AG_ERR_VALUE, "nn_calibration_new: 0 bins", NULL);
    const nn_choice_options odd = {.by = NN_LEAST_COST, .false_positive = -1};
    ck_assert(isnan(nn_choose_threshold(ys, ts, NULL, &odd).threshold));
    expect_failure(g, true, AG_ERR_VALUE, "nn_choose_threshold: criterion 2, costs -1 and 1", NULL,
                   __FILE__, __LINE__ - 2);
    teardown();
}
END_TEST

static const nn_metric *const of_classes[] = {&nn_accuracy,
                                              &nn_balanced_accuracy,
                                              &nn_binary_accuracy,
                                              &nn_precision,
                                              &nn_recall,
                                              &nn_specificity,
                                              &nn_f1,
                                              &nn_kappa,
                                              &nn_mcc,
                                              &nn_auc,
                                              &nn_average_precision,
                                              &nn_log_loss,
                                              &nn_brier,
                                              &nn_calibration_error,
                                              &nn_top_k,
                                              &nn_squared_error,
                                              &nn_rmse,
                                              &nn_absolute_error,
                                              &nn_percentage_error,
                                              &nn_largest_error,
                                              &nn_r2,
                                              &nn_median_error,
                                              &nn_explained_variance,
                                              &nn_pearson,
                                              &nn_spearman};
enum { METRICS = sizeof of_classes / sizeof of_classes[0] };

/* Any order of rows gives the same number, but for the rounding of sums. */
START_TEST(test_order_of_rows)
{
    double y[ROWS], t[ROWS], y2[ROWS], t2[ROWS];
    setup();
    draw(y, t);
    for (int i = 0; i < ROWS; i++) {
        y2[i] = y[(i * 7 + 3) % ROWS];
        t2[i] = t[(i * 7 + 3) % ROWS];
    }
    for (int k = 0; k < METRICS; k++) {
        ck_assert_msg(
            agrees(of(*of_classes[k], y2, t2, ROWS), of(*of_classes[k], y, t, ROWS), 1e-13), "%s",
            of_classes[k]->name);
    }
    teardown();
}
END_TEST

/* Statement 2: predictions that came in batches of 7 and were joined give what one call gives, to
 * the bit; the mean over batches would not. */
START_TEST(test_batches_of_seven)
{
    double y[ROWS], t[ROWS];
    setup();
    draw(y, t);
    ag_tensor *ys[ROWS / 7 + 1], *ts[ROWS / 7 + 1];
    double mean_rmse = 0;
    int n = 0;
    for (int i = 0; i < ROWS; i += 7, n++) {
        int64_t rows = i + 7 < ROWS ? 7 : ROWS - i;
        ys[n] = vector_of(y + i, rows);
        ts[n] = vector_of(t + i, rows);
        mean_rmse += of(nn_rmse, y + i, t + i, rows) * (double)rows / ROWS;
    }
    ag_tensor *all_y = ag_concat(ys, n, 0), *all_t = ag_concat(ts, n, 0);
    for (int k = 0; k < METRICS; k++) {
        const nn_metric *m = of_classes[k];
        ck_assert_double_eq(m->of(all_y, all_t, m->user), of(*m, y, t, ROWS));
    }
    ck_assert_double_gt(fabs(mean_rmse - of(nn_rmse, y, t, ROWS)), 1e-3);
    teardown();
}
END_TEST

/* Statement 8: what judges is not weighted, and metrics record nothing. */
START_TEST(test_nothing_is_recorded)
{
    double y[ROWS], t[ROWS];
    setup();
    draw(y, t);
    ag_tensor *ys = vector_of(y, ROWS), *ts = vector_of(t, ROWS);
    ag_tensor *deep = drawn(g, AG_F64, AG_SHAPE(2, 3, 4)), *at = ag_argmax_along(deep, 1, false);
    ag_graph_stats before = ag_graph_get_stats(g);
    for (int k = 0; k < METRICS; k++) {
        of_classes[k]->of(ys, ts, NULL);
    }
    ck_assert_double_eq(nn_accuracy.of(deep, at, NULL), 1);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, before.nodes);
    all_well(g);
    teardown();
}
END_TEST

/* By hand: 2 right of 3 zeros, 1 right of 2 ones. */
START_TEST(test_by_hand)
{
    const double y[] = {-1, -1, 1, 1, -1}, t[] = {0, 0, 0, 1, 1};
    setup();
    ck_assert_double_eq_tol(of(nn_specificity, y, t, 5), 2.0 / 3, 1e-15);
    ck_assert_double_eq(of(nn_recall, y, t, 5), 0.5);
    ck_assert_double_eq(of(nn_precision, y, t, 5), 0.5);
    nn_metric macro = nn_specificity;
    macro.user = &(nn_score_options){.average = NN_MACRO};
    ck_assert_double_eq_tol(of(macro, y, t, 5), (2.0 / 3 + 0.5) / 2, 1e-15);
    ag_tensor *answers = of_values(g, AG_SHAPE(2, 3), 1, -1, 2, -2, 3, 1);
    ag_tensor *truth = of_values(g, AG_SHAPE(2, 3), 1, 0, 0, 0, 1, 1);
    ck_assert_double_eq_tol(nn_binary_accuracy.of(answers, truth, NULL), 5.0 / 6, 1e-15);
    const nn_score_options high = {.threshold = 0.9};
    ck_assert_double_eq_tol(nn_binary_accuracy.of(answers, truth, &high), 4.0 / 6, 1e-15);
    ck_assert(isnan(nn_binary_accuracy.of(AG_AT(answers), answers, NULL)));
    expect_failure(g, true, AG_ERR_VALUE,
                   "nn_binary_accuracy: the target of row 0 is -1, not 0 or 1", "nn_accuracy",
                   __FILE__, __LINE__ - 3);
    /* Bins (.2, .3] and (.7, .8]: |.25 - 1/2| 2/4 + |.75 - 1| 2/4. */
    const double p[] = {0.22, 0.28, 0.72, 0.78}, seen[] = {0, 1, 1, 1};
    nn_metric gap = nn_calibration_error;
    gap.user = &(nn_score_options){.probabilities = true};
    ck_assert_double_eq_tol(of(gap, p, seen, 4), 0.25, 1e-15);
    ck_assert_double_eq(of(nn_top_k, y, t, 5), 1);
    teardown();
}
END_TEST

/* A probability on the border of two bins is in the lower one, as scikit-learn has it. */
START_TEST(test_borders_of_bins)
{
    const double p[] = {0, 0.2, 0.25, 1}, t[] = {0, 1, 1, 1};
    setup();
    const nn_score_options shares = {.probabilities = true};
    const nn_calibration *c = nn_calibration_new(vector_of(p, 4), vector_of(t, 4), 5, &shares);
    all_well(g);
    ck_assert(c->rows[0] == 2 && c->rows[1] == 1 && c->rows[2] == 0 && c->rows[4] == 1);
    ck_assert(c->observed[0] == 0.5 && c->predicted[0] == 0.1 && isnan(c->observed[2]));
    teardown();
}
END_TEST

/* Both cuts have true rate - false rate = 1/2: the higher one is taken, between .7 and .9. */
START_TEST(test_equally_good_thresholds)
{
    const double p[] = {0.9, 0.7, 0.5, 0.3}, t[] = {1, 0, 1, 0};
    setup();
    const nn_score_options shares = {.probabilities = true};
    nn_threshold_choice c = nn_choose_threshold(vector_of(p, 4), vector_of(t, 4), &shares, NULL);
    all_well(g);
    ck_assert_double_eq_tol(c.threshold, 0.8, 1e-15);
    ck_assert(c.value == 0.5 && c.true_rate == 0.5 && c.false_rate == 0);
    teardown();
}
END_TEST

START_TEST(test_not_defined)
{
    const double flat[] = {2, 2, 2}, t[] = {0, 1, 2}, odd[] = {0, (double)NAN, 2};
    setup();
    ck_assert(isnan(of(nn_pearson, flat, t, 3)) && isnan(of(nn_spearman, flat, t, 3)));
    ck_assert(isnan(of(nn_pearson, t, flat, 3)) && isnan(of(nn_r2, t, flat, 3)));
    ck_assert(isnan(of(nn_spearman, odd, t, 3)) && isnan(of(nn_median_error, odd, t, 3)));
    ck_assert(isnan(of(nn_largest_error, odd, t, 3)));
    nn_metric adjusted = nn_adjusted_r2;
    adjusted.user = &(int){2};
    ck_assert(isnan(of(adjusted, t, t, 3)));
    ag_tensor *ts = vector_of(t, 3);
    ck_assert(isnan(nn_adjusted_r2.of(AG_AT(ts), ts, NULL)));
    expect_failure(g, true, AG_ERR_NULL_ARGUMENT, "nn_adjusted_r2: the number of predictors", NULL,
                   __FILE__, __LINE__ - 2);
    const double ones[] = {1, 1, 1}, zeros[] = {0, 0, 0};
    ck_assert_double_eq(of(nn_mcc, ones, ones, 3), 0);
    ck_assert(isnan(of(nn_kappa, ones, ones, 3)));
    ck_assert_double_eq(of(nn_precision, zeros, ones, 3), 0);
    teardown();
}
END_TEST

CHECK_MAIN("metric_properties", test_auc_is_mann_whitney, test_one_class, test_order_of_rows,
           test_batches_of_seven, test_nothing_is_recorded, test_by_hand, test_borders_of_bins,
           test_equally_good_thresholds, test_not_defined)
