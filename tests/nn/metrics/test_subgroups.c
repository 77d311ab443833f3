/* Metrics by subgroup against counts by hand, and the tables that are printed. */
#include <locale.h>

#include "tests/expect.h"
#include "tests/nn/printed.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 2});
}

static void teardown(void)
{
    ag_graph_free(g);
}

/* Group 0: 4 rows, 2 of class 1, predicted 1 0 | 1 0. Group 1: 3 rows, 1 of class 1, 1 | 0 0. Group
 * 2: nothing. The last row belongs to none. */
static const int64_t group[] = {0, 0, 0, 0, 1, 1, 1, -1};
static const double score[] = {0.9, 0.2, 0.6, 0.3, 0.8, 0.1, 0.3, 0.99};
static const double label[] = {1, 1, 0, 0, 1, 0, 0, 0};
static const nn_score_options shares = {.probabilities = true};

static ag_tensor *rows_of(const double *x)
{
    return (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(8), x);
}

START_TEST(test_subgroups)
{
    setup();
    const nn_subgroups *s = nn_subgroups_new(rows_of(score), rows_of(label), group, 3, &shares);
    all_well(g);
    ck_assert_int_eq(s->n, 3);
    const nn_subgroup *a = &s->group[0], *b = &s->group[1], *none = &s->group[2];
    ck_assert_int_eq(a->rows, 4);
    ck_assert_double_eq(a->base_rate, 0.5);
    ck_assert_double_eq(a->predicted_rate, 0.5);
    ck_assert_double_eq(a->true_rate, 0.5);
    ck_assert_double_eq(a->false_rate, 0.5);
    ck_assert_double_eq(a->accuracy, 0.5);
    ck_assert_double_eq(a->auc, 0.5);
    ck_assert_double_eq_tol(a->mean_probability, 0.5, 1e-15);
    ck_assert_int_eq(b->rows, 3);
    ck_assert_double_eq_tol(b->predicted_rate, 1.0 / 3, 1e-15);
    ck_assert_double_eq(b->true_rate, 1);
    ck_assert_double_eq(b->false_rate, 0);
    ck_assert_double_eq(b->auc, 1);
    ck_assert_double_eq_tol(b->mean_probability, 0.4, 1e-15);
    ck_assert(none->rows == 0 && isnan(none->base_rate) && isnan(none->auc));
    ck_assert_double_eq_tol(s->parity, 0.5 - 1.0 / 3, 1e-15);
    ck_assert_double_eq(s->odds, 0.5);
    ck_assert_double_eq_tol(s->calibration, 0.4 - 1.0 / 3, 1e-15);
    teardown();
}
END_TEST

START_TEST(test_metric_by_group)
{
    double out[3];
    setup();
    ag_tensor *y = rows_of(score), *t = rows_of(label);
    nn_metric auc = nn_auc;
    auc.user = &shares;
    expect_ok(nn_metric_by_group(auc, y, t, group, 3, out));
    ck_assert(out[0] == 0.5 && out[1] == 1 && isnan(out[2]));
    expect_ok(nn_metric_by_group(nn_absolute_error, y, t, group, 3, out));
    ck_assert_double_eq_tol(out[1], 0.2, 1e-15);
    const int64_t single[] = {0, 0, 1, 1, 0, 1, 1, 1}; /* one class each: not defined */
    expect_ok(nn_metric_by_group(auc, y, t, single, 2, out));
    ck_assert(isnan(out[0]) && isnan(out[1]));
    all_well(g);
    no_success(g, HERE, nn_metric_by_group(auc, y, t, group, 1, out), AG_ERR_VALUE,
               "nn_metric_by_group: the group of row 4 is 1; there are 1", LINE);
    no_success(g, HERE, nn_metric_by_group(auc, y, NULL, group, 1, out), AG_ERR_NULL_ARGUMENT,
               "nn_metric_by_group: y, t", LINE);
    no_success(g, HERE, nn_metric_by_group(auc, ag_unsqueeze(y, 1), t, group, 3, out), AG_ERR_SHAPE,
               "nn_auc: the prediction is [4,1], the target [4]", LINE);
    fails(nn_subgroups_new(y, t, group, 1, NULL), AG_ERR_VALUE,
          "nn_subgroups_new: the group of row 4", NULL);
    fails(nn_subgroups_new(y, t, NULL, 1, NULL), AG_ERR_NULL_ARGUMENT,
          "nn_subgroups_new: there are no groups", NULL);
    teardown();
}
END_TEST

/* --- printing --------------------------------------------------------------------------------- */

static nn_data *named(const char *const *names, int64_t n)
{
    const double x[] = {0, 0, 0};
    const int64_t y[] = {0, 1, 2};
    return nn_data_new(g, &(nn_arrays){.rows = n,
                                       .x = x,
                                       .x_shape = AG_SHAPE(1),
                                       .y = y,
                                       .y_element = NN_I64,
                                       .y_classes = n,
                                       .class_names = names});
}

START_TEST(test_matrix_is_printed)
{
    static const char *const names[] = {"Flöte", "a name that is cut behind these", "c"};
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(5, 3), 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0);
    const int64_t truth[] = {0, 1, 0, 2, 0};
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(5), truth);
    const nn_confusion *m = nn_confusion_new(y, t, NULL);
    FILE *f = paper();
    expect_printed(f, nn_print_matrix(f, m, NULL),
                   "truth, predicted     0     1     2\n"
                   "0                    2     1     0\n"
                   "1                    0     1     0\n"
                   "2                    0     0     1\n");
    f = paper();
    expect_printed(f, nn_print_matrix(f, m, named(names, 3)),
                   "truth, predicted                             Flöte  a name that is cut behin"
                   "                         c\n"
                   "Flöte                                            2                         1"
                   "                         0\n"
                   "a name that is cut behin                         0                         1"
                   "                         0\n"
                   "c                                                0                         0"
                   "                         1\n");
    f = paper();
    expect_printed(f, nn_print_class_report(f, m, NULL),
                   "class             precision     recall         f1       rows\n"
                   "0                     1.000      0.667      0.800          3\n"
                   "1                     0.500      1.000      0.667          1\n"
                   "2                     1.000      1.000      1.000          1\n"
                   "mean of classes       0.833      0.889      0.822          5\n"
                   "weighted by rows      0.900      0.800      0.813          5\n"
                   "accuracy              0.800                                5\n");
    ck_assert_int_eq(nn_print_matrix(NULL, m, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_print_class_report(stdout, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_class_scores_get(m, 3).rows + nn_class_scores_get(NULL, 0).rows, 0);
    teardown();
}
END_TEST

START_TEST(test_subgroups_are_printed)
{
    static const char *const names[] = {"north", "south", "west"};
    setup();
    const nn_subgroups *s = nn_subgroups_new(rows_of(score), rows_of(label), group, 3, &shares);
    FILE *f = paper();
    setlocale(LC_NUMERIC, "de_DE.UTF-8"); /* where it is installed: a point all the same */
    ag_status status = nn_print_subgroups(f, s, names);
    setlocale(LC_NUMERIC, "C");
    expect_printed(
        f, status,
        "group                          rows       base  predicted  true rate      false   "
        "accuracy        auc     mean p\n"
        "north                             4      0.500      0.500      0.500      0.500   "
        "   0.500      0.500      0.500\n"
        "south                             3      0.333      0.333      1.000      0.000   "
        "   1.000      1.000      0.400\n"
        "west                              0         NA         NA         NA         NA   "
        "      NA         NA         NA\n"
        "largest differences: predicted rate (demographic parity) 0.167, true and false "
        "rate (equalized odds) 0.500, probability against base rate (calibration) 0.067\n");
    ck_assert_int_eq(nn_print_subgroups(stdout, NULL, names), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

CHECK_MAIN("subgroups", test_subgroups, test_metric_by_group, test_matrix_is_printed,
           test_subgroups_are_printed)
