/* Losses, one number a sample, against the losses of loss.h and numbers by hand; what they refuse.
 */
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

/* Each by hand: y - t is 1, -2; 0.5, 0. */
START_TEST(test_numbers)
{
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(2, 2), 2, 1, 0.5, -1);
    ag_tensor *t = of_values(g, AG_SHAPE(2, 2), 1, 3, 0, -1);
    expect_tensor(nn_mse(y, t, NULL), AG_SHAPE(2), 2.5, 0.125);
    expect_tensor(nn_mae(y, t, NULL), AG_SHAPE(2), 1.5, 0.25);
    expect_tensor(nn_quadratic(y, t, NULL), AG_SHAPE(2), 2.5, 0.125);
    expect_tensor(nn_huber(y, t, NULL), AG_SHAPE(2), (0.5 + 1.5) / 2, 0.125 / 2);
    expect_tensor(nn_huber(y, t, &(double){2}), AG_SHAPE(2), (0.5 + 2) / 2, 0.125 / 2);
    expect_tensor(nn_quantile(y, t, &(double){0.9}), AG_SHAPE(2), (0.1 + 1.8) / 2, 0.05 / 2);
    expect_tensor(nn_quantile(y, t, NULL), AG_SHAPE(2), 0.75, 0.125);
    expect_tensor(nn_poisson(y, t, NULL), AG_SHAPE(2), (exp(2) - 2 + exp(1) - 3) / 2,
                  (exp(0.5) + exp(-1) - 1) / 2);
    ag_tensor *vector = of_values(g, AG_SHAPE(2), 2, 3);
    expect_tensor(nn_mse(vector, LABELS(AG_SHAPE(2), 1, 1), NULL), AG_SHAPE(2), 1, 4);
    ag_tensor *deep = drawn(g, AG_F64, AG_SHAPE(3, 2, 1, 4)), *zero = ag_mul_scalar(deep, 0);
    expect_same_tensors(nn_mse(deep, zero, NULL),
                        ag_mean_over(ag_square(ag_flatten(deep, 1, -1)), AG_AXES(1), false), 1e-14);
    teardown();
}
END_TEST

START_TEST(test_two_classes)
{
    setup();
    ag_tensor *y = of_values(g, AG_SHAPE(3), 0, 800, -800), *t = LABELS(AG_SHAPE(3), 1, 1, 1);
    expect_tensor(nn_bce(y, t, NULL), AG_SHAPE(3), log(2), 0, 800);
    ag_tensor *p = of_values(g, AG_SHAPE(2, 1), 0.25, 0.5);
    ag_tensor *share = of_values(g, AG_SHAPE(2, 1), 0, 0.5);
    expect_tensor(nn_bce_of_probabilities(p, share, NULL), AG_SHAPE(2), -log(0.75), log(2));
    ag_tensor *s = of_values(g, AG_SHAPE(3), 2, 0.25, 0.25);
    expect_tensor(nn_hinge(s, LABELS(AG_SHAPE(3), 1, 1, 0), NULL), AG_SHAPE(3), 0, 0.75, 1.25);
    teardown();
}
END_TEST

/* With logits log p the softmax is p itself. */
START_TEST(test_many_classes)
{
    setup();
    ag_tensor *p = of_values(g, AG_SHAPE(2, 3), 0.5, 0.25, 0.25, 0.1, 0.2, 0.7);
    ag_tensor *t = LABELS(AG_SHAPE(2), 1, 2);
    double want[] = {-log(0.25), -log(0.7)};
    expect_tensor(nn_cross_entropy(ag_log(p), t, NULL), AG_SHAPE(2), want[0], want[1]);
    expect_tensor(nn_nll(ag_log(p), t, NULL), AG_SHAPE(2), want[0], want[1]);
    expect_tensor(nn_cross_entropy_of_probabilities(p, t, NULL), AG_SHAPE(2), want[0], want[1]);
    ag_tensor *hot = of_values(g, AG_SHAPE(2, 3), 0, 1, 0, 0, 0, 1);
    expect_tensor(nn_cross_entropy_of_shares(ag_log(p), hot, NULL), AG_SHAPE(2), want[0], want[1]);
    ag_tensor *never = of_values(g, AG_SHAPE(1, 2), 0, 1), *first = LABELS(AG_SHAPE(1), 0);
    ag_tensor *l = nn_cross_entropy_of_probabilities(never, first, NULL);
    expect_tensor_within(l, 1e-12, AG_SHAPE(1), 126 * log(2));
    expect_tensor(gradient_of(l, never, NULL), AG_SHAPE(1, 2), 0, 0);
    fails(nn_cross_entropy_of_probabilities(ag_log(p), t, NULL), AG_ERR_VALUE,
          "nn_cross_entropy_of_probabilities: a score of row 0 is -0.69", "nn_softmax");
    const nn_class_options smooth = {.label_smoothing = 0.3};
    expect_same_tensors(
        nn_cross_entropy(ag_log(p), t, &smooth),
        ag_cross_entropy(ag_log(p), t,
                         &(ag_cross_entropy_options){.label_smoothing = 0.3, .reduction = AG_NONE}),
        1e-15);
    teardown();
}
END_TEST

/* Classes at axis 1 or last: the same numbers; a sample's loss is the mean over its places. */
START_TEST(test_places)
{
    setup();
    ag_tensor *last = drawn(g, AG_F64, AG_SHAPE(2, 4, 3)), *second = ag_transpose(last);
    ag_tensor *t = LABELS(AG_SHAPE(2, 4), 0, 1, 2, 2, 1, 0, 0, 2);
    const nn_class_options o = {.classes_last = true};
    ag_tensor *l = ag_cross_entropy(second, t, &(ag_cross_entropy_options){.reduction = AG_NONE});
    ag_tensor *want = ag_mean_over(l, AG_AXES(1), false);
    expect_same_tensors(nn_cross_entropy(last, t, &o), want, 1e-15);
    expect_same_tensors(nn_cross_entropy(second, t, NULL), want, 1e-15);
    expect_same_tensors(nn_nll(ag_log_softmax(last, -1), t, &o), want, 1e-14);
    ag_tensor *hot = ag_cast(ag_one_hot(t, 3), AG_F64);
    expect_same_tensors(nn_cross_entropy_of_shares(last, hot, &o), want, 1e-14);
    fails(nn_cross_entropy(last, t, NULL), AG_ERR_SHAPE,
          "nn_cross_entropy: targets [2,4] for scores [2,4,3] are no labels [2,3]", "classes_last");
    teardown();
}
END_TEST

/* Statement 4: never a broadcast. */
START_TEST(test_shapes_are_compared)
{
    setup();
    ag_tensor *column = of_values(g, AG_SHAPE(3, 1), 1, 2, 3),
              *line = of_values(g, AG_SHAPE(3), 1, 0, 1);
    ag_tensor *one = of_values(g, AG_SHAPE(1), 1), *scalar = ag_constant(g, 1);
    static const struct {
        nn_loss loss;
        const char *name;
    } each[] = {{nn_mse, "nn_mse"},
                {nn_mae, "nn_mae"},
                {nn_quadratic, "nn_quadratic"},
                {nn_huber, "nn_huber"},
                {nn_quantile, "nn_quantile"},
                {nn_poisson, "nn_poisson"},
                {nn_bce, "nn_bce"},
                {nn_bce_of_probabilities, "nn_bce_of_probabilities"},
                {nn_hinge, "nn_hinge"}};
    char text[120];
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        snprintf(text, sizeof text, "%s: the prediction is [3,1], the target [3]", each[i].name);
        fails(each[i].loss(AG_AT(column), line, NULL), AG_ERR_SHAPE, text,
              "nn_reshape(g, AG_SCALAR)");
        snprintf(text, sizeof text, "%s: the prediction is [3], the target [3,1]", each[i].name);
        fails(each[i].loss(AG_AT(line), column, NULL), AG_ERR_SHAPE, text, "AG_SHAPE(1)");
        snprintf(text, sizeof text, "%s: the prediction is [3], the target [1]", each[i].name);
        fails(each[i].loss(AG_AT(line), one, NULL), AG_ERR_SHAPE, text, "do not broadcast");
        snprintf(text, sizeof text, "%s: 0-d operands have no rows", each[i].name);
        fails(each[i].loss(AG_AT(scalar), scalar, NULL), AG_ERR_SHAPE, text, NULL);
        snprintf(text, sizeof text, "%s: the target is NULL", each[i].name);
        fails(each[i].loss(AG_AT(line), NULL, NULL), AG_ERR_NULL_ARGUMENT, text, NULL);
    }
    ck_assert_ptr_null(nn_mse(NULL, NULL, NULL));
    teardown();
}
END_TEST

/* Statement 5: row and value. */
START_TEST(test_labels_are_checked)
{
    setup();
    ag_tensor *y = drawn(g, AG_F64, AG_SHAPE(3, 3));
    fails(nn_cross_entropy(y, LABELS(AG_SHAPE(3), 1, 2, 3), NULL), AG_ERR_VALUE,
          "nn_cross_entropy: the label of row 2 is 3, which is not one of the 3 classes 0 to 2",
          "count from 1 to the number of classes: subtract 1");
    fails(nn_cross_entropy(y, LABELS(AG_SHAPE(3), 0, -1, 1), NULL), AG_ERR_VALUE,
          "nn_cross_entropy: the label of row 1 is -1", "labels count from 0");
    fails(nn_nll(y, LABELS(AG_SHAPE(3), 1, 7, 1), NULL), AG_ERR_VALUE,
          "nn_nll: the label of row 1 is 7", "a score for every class");
    fails(nn_cross_entropy(y, of_values(g, AG_SHAPE(3, 1), 0, 1, 2), NULL), AG_ERR_SHAPE,
          "nn_cross_entropy: targets [3,1] for scores [3,3] are no labels [3]", "nn_csv.classes");
    fails(nn_mse(y, LABELS(AG_SHAPE(3), 0, 1, 2), NULL), AG_ERR_SHAPE,
          "nn_mse: the prediction is [3,3], the target [3]", "nn_cross_entropy");
    ag_tensor *hot = of_values(g, AG_SHAPE(3, 3), 0, 0, 1, 1, 0, 0, 0, 1, 0);
    fails(nn_cross_entropy(y, hot, NULL), AG_ERR_SHAPE,
          "nn_cross_entropy: targets [3,3] for scores [3,3] are no labels [3]; row 0 is 0 0 1",
          "nn_cross_entropy_of_shares");
    fails(nn_cross_entropy(y, of_values(g, AG_SHAPE(3), 0, 1, 2), NULL), AG_ERR_DTYPE,
          "nn_cross_entropy: labels are i64, these are f64", "nn_csv.classes");
    fails(nn_cross_entropy(of_values(g, AG_SHAPE(2), 0, 1), LABELS(AG_SHAPE(2), 0, 1), NULL),
          AG_ERR_SHAPE, "nn_cross_entropy: scores [2] have no axis of classes", "nn_bce");
    ag_tensor *deep = drawn(g, AG_F64, AG_SHAPE(2, 3, 2));
    fails(nn_cross_entropy(deep, LABELS(AG_SHAPE(2, 2), 0, 1, 2, 4), NULL), AG_ERR_VALUE,
          "nn_cross_entropy: the label of row 1, place 1 is 4", NULL);
    fails(nn_bce(of_values(g, AG_SHAPE(2), 0, 1), of_values(g, AG_SHAPE(2), 1, 2), NULL),
          AG_ERR_VALUE, "nn_bce: the target of row 1 is 2", "t - 1");
    fails(nn_hinge(of_values(g, AG_SHAPE(2), 0, 1), LABELS(AG_SHAPE(2), 1, -1), NULL), AG_ERR_VALUE,
          "nn_hinge: the target of row 1 is -1", "(t + 1)/2");
    fails(nn_cross_entropy_of_shares(y, ag_mul_scalar(hot, 0.5), NULL), AG_ERR_VALUE,
          "nn_cross_entropy_of_shares: the targets of row 0 have the sum 0.5", "sum 1");
    ag_tensor *strided = ag_select(LABELS(AG_SHAPE(3, 2), 0, 9, 1, 9, 5, 9), 1, 0);
    fails(nn_cross_entropy(y, strided, NULL), AG_ERR_VALUE,
          "nn_cross_entropy: the label of row 2 is 5", NULL);
    teardown();
}
END_TEST

/* Statement 8: the mean divides by the sum of the weights; an unknown class is an error. */
START_TEST(test_weights)
{
    setup();
    ag_tensor *l = of_values(g, AG_SHAPE(4), 1, 2, 3, 6), *t = LABELS(AG_SHAPE(4), 0, 2, 2, 1);
    const double weight[] = {1, 0, 0.5};
    ag_tensor *w = nn_class_weights(t, weight, 3);
    expect_tensor(w, AG_SHAPE(4), 1, 0.5, 0.5, 0);
    expect_tensor(nn_weighted_mean(l, w), AG_SCALAR, 3.5 / 2);
    expect_tensor(nn_weighted_mean(l, NULL), AG_SCALAR, 3);
    ag_tensor *halves = of_values(g, AG_SHAPE(2, 1), 1, 0);
    expect_tensor(nn_class_weights(halves, weight, 2), AG_SHAPE(2), 0, 1);
    fails(nn_class_weights(t, weight, 2), AG_ERR_VALUE,
          "nn_class_weights: the class 2 of row 1 is not one of the 2 with a weight", NULL);
    fails(nn_class_weights(of_values(g, AG_SHAPE(1), 0.5), weight, 3), AG_ERR_VALUE,
          "nn_class_weights: the class 0.5 of row 0", NULL);
    fails(nn_class_weights(of_values(g, AG_SHAPE(1, 2), 0, 1), weight, 3), AG_ERR_SHAPE,
          "nn_class_weights: targets [1,2] are not one label a sample", NULL);
    fails(nn_class_weights(t, NULL, 3), AG_ERR_NULL_ARGUMENT, "nn_class_weights: the weights",
          NULL);
    fails(nn_weighted_mean(l, of_values(g, AG_SHAPE(4), 1, 1, -1, 1)), AG_ERR_VALUE,
          "nn_weighted_mean: the weight of row 2 is -1", NULL);
    fails(nn_weighted_mean(l, of_values(g, AG_SHAPE(4), 0, 0, 0, 0)), AG_ERR_VALUE,
          "nn_weighted_mean: the weights of all 4 rows are 0", NULL);
    fails(nn_weighted_mean(l, of_values(g, AG_SHAPE(1), 1)), AG_ERR_SHAPE,
          "nn_weighted_mean:", NULL);
    teardown();
}
END_TEST

/* Statement 1: batches of 32, the last with 7 rows, weighted by their rows, give the whole's
 * mean. */
START_TEST(test_partial_batches)
{
    setup();
    enum { ROWS = 103 };
    ag_tensor *y = drawn(g, AG_F64, AG_SHAPE(ROWS, 2)), *t = drawn(g, AG_F64, AG_SHAPE(ROWS, 2));
    double sum = 0;
    for (int64_t i = 0; i < ROWS; i += 32) {
        int64_t end = i + 32 < ROWS ? i + 32 : ROWS;
        ag_tensor *l = nn_mse(ag_slice(y, 0, i, end, 1), ag_slice(t, 0, i, end, 1), NULL);
        sum += ag_item(nn_weighted_mean(l, NULL)) * (double)(end - i);
    }
    ck_assert_double_eq_tol(sum / ROWS, ag_item(ag_mse_loss(y, t, AG_MEAN)), 1e-14);
    all_well(g);
    teardown();
}
END_TEST

START_TEST(test_derivatives)
{
    setup();
    ag_tensor *y = drawn(g, AG_F64, AG_SHAPE(4)), *t = LABELS(AG_SHAPE(4), 0, 1, 1, 0);
    ag_tensor *w = of_values(g, AG_SHAPE(4), 1, 2, 3, 4);
    ag_tensor *grad = gradient_of(nn_weighted_mean(nn_bce(y, t, NULL), w), y, NULL);
    ag_tensor *want = ag_mul(ag_mul_scalar(w, 0.1), ag_sub(ag_sigmoid(y), ag_cast(t, AG_F64)));
    expect_same_tensors(grad, want, 1e-14);
    teardown();
}
END_TEST

CHECK_MAIN("losses", test_numbers, test_two_classes, test_many_classes, test_places,
           test_shapes_are_compared, test_labels_are_checked, test_weights, test_partial_batches,
           test_derivatives)
