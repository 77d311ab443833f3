/* The linear layer with relu and dropout in one call: numbers by hand, and how it is called wrongly.
 * That it has the bits of the calls it stands for is seen by test_neural_linear.c.
 */
#include "neural_test.h"

/* x w^T + b is 1 throughout. What is kept becomes 4, of about three quarters of the gradients is 0, as of
 * the results; with p = 0 nothing is drawn, and with p = 1 nothing is left. */
START_TEST(test_dropout_by_hand)
{
    enum { N = 4001 }; /* so 5 standard deviations of the part that is kept are 0.034 */
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(N, 1), 1);
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(1, 1), 1);
    ag_tensor *b = ag_full(g, AG_PARAMETER, AG_SHAPE(1), 0);
    ag_tensor *y = ag_linear_relu_dropout(x, w, b, 0.75);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    double kept = ag_item(ag_sum(y)) / 4;
    for (int i = 0; i < N; i++) {
        double v = ((const double *)ag_data(y))[i];
        ck_assert(v == 0 || v == 4);
    }
    ck_assert_double_eq_tol(kept / N, 0.25, 0.034);
    GRAD_IS(b, 4 * kept);
    GRAD_IS(w, 4 * kept);
    ag_random_state before = ag_random_get_state(g);
    expect_same(ag_item(ag_sum(ag_linear_relu_dropout(x, w, b, 0))), N);
    ck_assert_uint_eq(ag_random_get_state(g).counter, before.counter);
    expect_same(ag_item(ag_sum(ag_linear_relu_dropout(x, w, b, 1))), 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *row = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    ag_tensor *w = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    fails(ag_linear_relu_dropout(row, w, NULL, -0.5), AG_ERR_VALUE,
          "linear_relu_dropout: p is -0.5", "0 to 1");
    fails(ag_linear_relu_dropout(row, w, row, (double)NAN), AG_ERR_VALUE,
          "linear_relu_dropout: p is nan", NULL);
    fails(ag_linear_relu_dropout(row, w, row, 0.5), AG_ERR_SHAPE,
          "linear_relu_dropout: the bias has shape [3], not [2]", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("linear_dropout", test_dropout_by_hand, test_wrong_calls)
