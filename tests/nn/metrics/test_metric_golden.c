/* Every metric against scikit-learn and SciPy: tests/golden/metrics.csv, made by make_metrics.py
 * beside it, which names their versions.
 */
#include "rows_of_csv.h"

#define GOLDEN "tests/golden/metrics.csv"
enum { MOST = 400 };

static ag_graph *g;
static csv_rows all;
static int asked; /* answers that were compared */

static void setup(void)
{
    g = ag_graph_new();
    all = csv_read(GOLDEN);
    asked = 0;
}

static void teardown(void)
{
    free(all.row);
    ag_graph_free(g);
}

/* The tensors of a case. Labels are i64. */
typedef struct golden_case {
    const char *name;
    ag_tensor *y, *t;
} golden_case;

static golden_case case_of(const char *name, bool classes)
{
    double y[MOST], t[MOST];
    golden_case c = {name, NULL, NULL};
    int64_t columns = (int64_t)csv_one(&all, name, "columns");
    int64_t n = csv_find(&all, name, "y", y, MOST) / columns;
    int64_t targets = csv_find(&all, name, "t", t, MOST);
    ck_assert_int_eq(targets, classes ? n : n * columns);
    ag_shape shape = classes && columns == 1 ? AG_SHAPE(n) : AG_SHAPE(n, columns);
    c.y = ag_from_values(g, AG_CONSTANT, shape, y);
    c.t = ag_from_values(g, AG_CONSTANT, classes ? AG_SHAPE(n) : shape, t);
    c.t = classes ? ag_cast(c.t, AG_I64) : c.t;
    all_well(g);
    return c;
}

static void agree(const golden_case *c, const char *what, double got, double tolerance)
{
    double want = csv_one(&all, c->name, what);
    ck_assert_msg(agrees(got, want, tolerance), "%s: %s is %.17g, not %.17g", c->name, what, got,
                  want);
    all_well(g);
    asked++;
}

static void metric_agrees(const golden_case *c, const char *what, nn_metric m,
                          const nn_score_options *o)
{
    agree(c, what, m.of(c->y, c->t, o), 1e-12);
}

static void list_agrees(const golden_case *c, const char *what, const double *got, int64_t n)
{
    double want[MOST];
    int found = csv_find(&all, c->name, what, want, MOST);
    ck_assert_msg(found == n, "%s: %s has %d numbers, not %d", c->name, what, (int)n, found);
    expect_numbers(c->name, what, got, want, n, 1e-12);
    asked++;
}

/* --- predicted classes ------------------------------------------------------------------------ */

static const struct {
    const nn_metric *metric;
    const char *name;
} means[] = {{&nn_precision, "precision"}, {&nn_recall, "recall"}, {&nn_f1, "f1"}};

static void check_means(const golden_case *c)
{
    static const char *const name[] = {"usual", "macro", "micro", "weighted"};
    char what[64];
    for (size_t i = 0; i < 3; i++) {
        for (int a = 0; a < 4; a++) {
            snprintf(what, sizeof what, "%s %s", means[i].name, name[a]);
            metric_agrees(c, what, *means[i].metric, &(nn_score_options){.average = (nn_average)a});
        }
    }
}

static void check_matrix(const golden_case *c)
{
    const nn_confusion *m = nn_confusion_new(c->y, c->t, NULL);
    double count[MOST], precision[16], recall[16], f1[16];
    all_well(g);
    for (int64_t i = 0; i < m->classes * m->classes; i++) {
        count[i] = (double)m->count[i];
    }
    list_agrees(c, "confusion", count, m->classes * m->classes);
    for (int64_t k = 0; k < m->classes; k++) {
        nn_class_scores s = nn_class_scores_get(m, k);
        precision[k] = s.precision;
        recall[k] = s.recall;
        f1[k] = s.f1;
        ck_assert_int_eq(s.rows, m->truth[k]);
        ck_assert_int_eq(s.predicted, m->predicted[k]);
    }
    list_agrees(c, "precision class", precision, m->classes);
    list_agrees(c, "recall class", recall, m->classes);
    list_agrees(c, "f1 class", f1, m->classes);
}

static void check_classes(const golden_case *c)
{
    metric_agrees(c, "accuracy", nn_accuracy, NULL);
    metric_agrees(c, "balanced_accuracy", nn_balanced_accuracy, NULL);
    metric_agrees(c, "kappa", nn_kappa, NULL);
    metric_agrees(c, "mcc", nn_mcc, NULL);
    metric_agrees(c, "log_loss", nn_log_loss, NULL);
    metric_agrees(c, "brier", nn_brier, NULL);
    check_means(c);
    check_matrix(c);
}

/* --- two classes ------------------------------------------------------------------------------ */

static void check_roc(const golden_case *c)
{
    const nn_roc *roc = nn_roc_new(c->y, c->t, NULL);
    all_well(g);
    list_agrees(c, "roc false", roc->false_rate, roc->n);
    list_agrees(c, "roc true", roc->true_rate, roc->n);
    list_agrees(c, "roc threshold", roc->threshold, roc->n);
    agree(c, "auc", roc->area, 1e-12);
}

/* What a threshold gives, is what it says. */
static void check_choices(const golden_case *c)
{
    nn_threshold_choice youden = nn_choose_threshold(c->y, c->t, NULL, NULL);
    list_agrees(c, "youden", (const double[]){youden.value, youden.true_rate, youden.false_rate},
                3);
    nn_choice_options by = {.by = NN_LARGEST_F1};
    nn_threshold_choice f1 = nn_choose_threshold(c->y, c->t, NULL, &by);
    agree(c, "largest f1", f1.value, 1e-12);
    agree(c, "largest f1", nn_f1.of(c->y, c->t, &(nn_score_options){.threshold = f1.threshold}),
          1e-12);
    by = (nn_choice_options){.by = NN_LEAST_COST, .false_negative = 5};
    nn_threshold_choice cost = nn_choose_threshold(c->y, c->t, NULL, &by);
    agree(c, "least cost", cost.value, 1e-12);
    const nn_confusion *m =
        nn_confusion_new(c->y, c->t, &(nn_score_options){.threshold = cost.threshold});
    agree(c, "least cost", (double)(m->count[1] + 5 * m->count[2]) / (double)m->rows, 1e-12);
}

/* scikit-learn leaves bins without rows out. */
static void check_calibration(const golden_case *c)
{
    const nn_calibration *k = nn_calibration_new(c->y, c->t, 5, NULL);
    double observed[5], predicted[5];
    int n = 0;
    all_well(g);
    for (int b = 0; b < 5; b++) {
        observed[n] = k->observed[b];
        predicted[n] = k->predicted[b];
        n += k->rows[b] > 0;
    }
    list_agrees(c, "observed", observed, n);
    list_agrees(c, "predicted", predicted, n);
}

/* The same in two columns: logits z and 0 have the probabilities of one logit z. */
static golden_case in_columns(const golden_case *c)
{
    ag_tensor *y = ag_unsqueeze(c->y, 1), *both[] = {ag_mul_scalar(y, 0), y};
    return (golden_case){c->name, ag_concat(both, 2, 1), c->t};
}

START_TEST(test_two_classes)
{
    static const char *const name[] = {"two", "two tied", "two rare"};
    setup();
    for (int i = 0; i < 3; i++) {
        golden_case one = case_of(name[i], true), two = in_columns(&one);
        for (const golden_case *c = &one; c != NULL; c = c == &one ? &two : NULL) {
            check_classes(c);
            metric_agrees(c, "auc", nn_auc, NULL);
            metric_agrees(c, "average_precision", nn_average_precision, NULL);
            check_roc(c);
            check_choices(c);
            check_calibration(c);
        }
        const nn_score_options p = {.probabilities = true};
        golden_case shares = {name[i], ag_sigmoid(one.y), one.t};
        metric_agrees(&shares, "accuracy", nn_accuracy, &p);
        metric_agrees(&shares, "log_loss", nn_log_loss, &p);
        metric_agrees(&shares, "brier", nn_brier, &p);
        metric_agrees(&shares, "auc", nn_auc, &p);
    }
    ck_assert_int_eq(asked, 3 * (2 * (22 + 2 + 4 + 5 + 2) + 4));
    teardown();
}
END_TEST

/* --- many classes ----------------------------------------------------------------------------- */

START_TEST(test_many_classes)
{
    setup();
    golden_case c = case_of("many", true), missing = case_of("many missing", true);
    check_classes(&c);
    check_classes(&missing);
    for (int k = 2; k <= 3; k++) {
        char what[16];
        snprintf(what, sizeof what, "top %d", k);
        metric_agrees(&c, what, nn_top_k, &(nn_score_options){.k = k});
        metric_agrees(&missing, what, nn_top_k, &(nn_score_options){.k = k});
    }
    metric_agrees(&c, "auc", nn_auc, NULL);
    metric_agrees(&c, "auc weighted", nn_auc, &(nn_score_options){.average = NN_WEIGHTED});
    metric_agrees(&c, "average_precision", nn_average_precision, NULL);
    golden_case p = {c.name, ag_softmax(c.y, 1), c.t};
    const nn_score_options shares = {.probabilities = true};
    metric_agrees(&p, "log_loss", nn_log_loss, &shares);
    metric_agrees(&p, "auc", nn_auc, &shares);
    ck_assert(isnan(nn_auc.of(missing.y, missing.t, NULL)));
    ck_assert_int_eq(ag_error(g), AG_ERR_VALUE);
    ag_error_clear(g);
    teardown();
}
END_TEST

/* --- numbers ---------------------------------------------------------------------------------- */

START_TEST(test_numbers)
{
    static const char *const name[] = {"numbers", "numbers columns", "numbers far"};
    static const nn_metric *const metric[] = {
        &nn_squared_error,      &nn_rmse,         &nn_absolute_error,
        &nn_percentage_error,   &nn_median_error, &nn_r2,
        &nn_explained_variance, &nn_pearson,      &nn_spearman};
    setup();
    for (int i = 0; i < 3; i++) {
        golden_case c = case_of(name[i], false);
        for (size_t k = 0; k < sizeof metric / sizeof metric[0]; k++) {
            /* 1e6 away half of the digits are gone before either library begins. */
            agree(&c, metric[k]->name, metric[k]->of(c.y, c.t, NULL), i == 2 ? 1e-9 : 1e-12);
        }
        int predictors = 3;
        agree(&c, "adjusted_r2", nn_adjusted_r2.of(c.y, c.t, &predictors), i == 2 ? 1e-9 : 1e-12);
        if (i != 1) {
            metric_agrees(&c, "largest_error", nn_largest_error, NULL);
        }
    }
    teardown();
}
END_TEST

CHECK_MAIN("metric_golden", test_two_classes, test_many_classes, test_numbers)
