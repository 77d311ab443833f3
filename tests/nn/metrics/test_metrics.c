/* Metrics of predictions as they come from networks: what is read as what, what is refused. */
#include "tests/nn/labels.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

static void teardown(void)
{
    ag_graph_free(g);
}

static double of(nn_metric m, ag_tensor *y, ag_tensor *t)
{
    double value = m.of(AG_AT(y), t, m.user);
    all_well(g);
    return value;
}

/* Statement 7: the class of one logit is no argmax, which would always be 0. */
START_TEST(test_accuracy)
{
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(4), 2, -1, 0.25, -3), *t = LABELS(AG_SHAPE(4), 1, 0, 0, 0);
    ck_assert_double_eq(of(nn_accuracy, y, t), 0.75);
    ck_assert_double_eq(of(nn_accuracy, ag_unsqueeze(y, 1), ag_unsqueeze(t, 1)), 0.75);
    ck_assert_double_eq(of(nn_accuracy, y, of_values(g, AG_SHAPE(4), 1, 0, 1, 1)), 0.75);
    nn_metric shares = nn_accuracy;
    shares.user = &(nn_score_options){.probabilities = true};
    ck_assert_double_eq(of(shares, ag_sigmoid(y), t), 0.75);
    shares.user = &(nn_score_options){.threshold = 0.6};
    ck_assert_double_eq(of(shares, y, t), 1);
    shares.user = &(nn_score_options){.threshold = 0.6, .probabilities = true};
    ck_assert_double_eq(of(shares, ag_sigmoid(y), t), 1);
    teardown();
}
END_TEST

START_TEST(test_many_classes)
{
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(3, 3), 1, 2, 0, 5, 5, 1, -1, -2, -0.5);
    ag_tensor *t = LABELS(AG_SHAPE(3), 1, 1, 2);
    ck_assert_double_eq_tol(of(nn_accuracy, y, t), 2.0 / 3, 1e-15); /* the first of two equals */
    ag_tensor *hot = ag_cast(ag_one_hot(t, 3), AG_F64);
    ck_assert_double_eq_tol(of(nn_accuracy, y, hot), 2.0 / 3, 1e-15);
    ag_tensor *deep = drawn(g, AG_F64, AG_SHAPE(2, 5, 3));
    ag_tensor *at = ag_argmax_along(deep, -1, false);
    nn_metric last = nn_accuracy;
    last.user = &(nn_score_options){.classes_last = true};
    ck_assert_double_eq(of(last, deep, at), 1);
    ck_assert_double_eq(of(nn_accuracy, ag_transpose(deep), at), 1);
    teardown();
}
END_TEST

START_TEST(test_numbers)
{
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(4, 1), 1, 2, 3, 5),
              *t = of_values(g, AG_SHAPE(4, 1), 1, 2, 4, 3);
    ck_assert_double_eq_tol(of(nn_rmse, y, t), sqrt(1.25), 1e-15);
    ck_assert_double_eq_tol(of(nn_r2, y, t), 0, 1e-15); /* 1 - 5/5 */
    ck_assert(isnan(of(nn_r2, y, ag_mul_scalar(t, 0))));
    ck_assert(
        isnan(of(nn_rmse, drawn(g, AG_F64, AG_SHAPE(0, 1)), drawn(g, AG_F64, AG_SHAPE(0, 1)))));
    ag_tensor *far = ag_add_scalar(t, 1e9);
    ck_assert_double_eq_tol(of(nn_r2, ag_add_scalar(y, 1e9), far), 0, 1e-15);
    teardown();
}
END_TEST

/* One of the user's own, written with operations: Pearson's correlation (004, section 12.14). */
static double own_pearson(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    ag_tensor *dy = ag_sub(y, ag_mean(y)), *dt = ag_sub(t, ag_mean(t));
    return ag_item(ag_div(ag_mean(ag_mul(dy, dt)), ag_mul(ag_std(y, 0), ag_std(t, 0))));
}

START_TEST(test_own_metric)
{
    double whole, by_group[2];
    const int64_t group[] = {0, 1, 0, 1, 0, 1};
    setup();
    ag_tensor *y = drawn(g, AG_F64, AG_SHAPE(6)), *t = drawn(g, AG_F64, AG_SHAPE(6));
    const nn_metric own = {"pearson", own_pearson, true, NULL};
    whole = of(own, y, t);
    ck_assert_double_eq_tol(whole, of(nn_pearson, y, t), 1e-14);
    expect_ok(nn_metric_by_group(own, y, t, group, 2, by_group));
    ag_tensor *some = ag_slice(y, 0, 1, 6, 2), *theirs = ag_slice(t, 0, 1, 6, 2);
    ck_assert_double_eq_tol(by_group[1], of(nn_pearson, some, theirs), 1e-14);
    teardown();
}
END_TEST

static void refuses(nn_metric m, ag_tensor *y, ag_tensor *t, ag_status status, const char *text)
{
    char whole[160];
    double value = m.of(AG_AT(y), t, m.user);
    snprintf(whole, sizeof whole, "nn_%s: %s", m.name, text);
    ck_assert_msg(isnan(value), "%s: %g", whole, value);
    expect_failure(g, true, status, whole, NULL, __FILE__, __LINE__);
}

START_TEST(test_refused)
{
    setup();
    ag_tensor *column = of_values(g, AG_SHAPE(3, 1), 1, 2, 3),
              *line = of_values(g, AG_SHAPE(3), 1, 0, 1);
    refuses(nn_accuracy, column, line, AG_ERR_SHAPE, "the prediction is [3,1], the target [3]");
    refuses(nn_rmse, column, line, AG_ERR_SHAPE, "the prediction is [3,1], the target [3]");
    refuses(nn_r2, line, column, AG_ERR_SHAPE, "the prediction is [3], the target [3,1]");
    refuses(nn_accuracy, line, LABELS(AG_SHAPE(3), 0, 1, 2), AG_ERR_VALUE,
            "the target of row 2 is 2");
    ag_tensor *y = drawn(g, AG_F64, AG_SHAPE(3, 3));
    refuses(nn_accuracy, y, LABELS(AG_SHAPE(3), 0, 1, 3), AG_ERR_VALUE, "the label of row 2 is 3");
    refuses(nn_accuracy, y, ag_full(g, AG_CONSTANT, AG_SHAPE(3, 3), 1), AG_ERR_VALUE,
            "the targets of row 0 have the sum 3");
    refuses(nn_accuracy, line, NULL, AG_ERR_NULL_ARGUMENT, "the target is NULL");
    nn_metric odd = nn_accuracy;
    odd.user = &(nn_score_options){.threshold = 1.5};
    refuses(odd, line, line, AG_ERR_VALUE, "the threshold is 1.5");
    odd = nn_binary_accuracy;
    odd.user = &(nn_score_options){.threshold = -1};
    refuses(odd, line, line, AG_ERR_VALUE, "the threshold is -1");
    ck_assert(isnan(nn_accuracy.of(NULL, NULL, NULL)));
    teardown();
}
END_TEST

CHECK_MAIN("metrics", test_accuracy, test_many_classes, test_numbers, test_own_metric, test_refused)
