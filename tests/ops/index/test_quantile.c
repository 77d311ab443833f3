/* Quantiles and the k-th value: NumPy's and PyTorch's numbers by hand, ties, NaN and infinities, where
 * the gradient goes, and every wrong call.
 */
#include <math.h>

#include "ops/wrong_operands.h"

static const double inf = (double)INFINITY;

static double quantile_of(const double *values, int n, double q, ag_quantile_method method)
{
    ag_graph *graph = ag_graph_new();
    ag_tensor *x = (ag_from_values)(graph, AG_CONSTANT, AG_SHAPE(n), values);
    double y = ag_item(ag_quantile(x, q, method));
    all_well(graph);
    ag_graph_free(graph);
    return y;
}

/* numpy.quantile([3, 1, 4, 10], 0.4, method=...): the place is 1.2. */
START_TEST(test_between_two_elements)
{
    const double x[] = {3, 1, 4, 10};
    expect_near(quantile_of(x, 4, 0.4, AG_QUANTILE_LINEAR), 3.2, 1e-15);
    expect_same(quantile_of(x, 4, 0.4, AG_QUANTILE_LOWER), 3);
    expect_same(quantile_of(x, 4, 0.4, AG_QUANTILE_HIGHER), 4);
    expect_same(quantile_of(x, 4, 0.4, AG_QUANTILE_NEAREST), 3);
    expect_same(quantile_of(x, 4, 0.4, AG_QUANTILE_MIDPOINT), 3.5);
    expect_same(quantile_of(x, 4, 0.5, AG_QUANTILE_NEAREST), 4); /* place 1.5: 2 is even */
    for (int method = 0; method <= AG_QUANTILE_MIDPOINT; method++) {
        expect_same(quantile_of(x, 4, 0, (ag_quantile_method)method), 1);
        expect_same(quantile_of(x, 4, 1, (ag_quantile_method)method), 10);
        expect_same(quantile_of(x, 1, 0.7, (ag_quantile_method)method), 3);
    }
}
END_TEST

START_TEST(test_nan_and_infinities)
{
    const double x[] = {inf, -inf, 1, 2}, with_nan[] = {1, (double)NAN, 0};
    expect_same(quantile_of(x, 4, 0.5, AG_QUANTILE_LINEAR), 1.5);
    expect_same(quantile_of(x, 4, 0.9, AG_QUANTILE_LINEAR), inf);
    expect_same(quantile_of(x, 4, 0.1, AG_QUANTILE_LINEAR), -inf);
    expect_same(quantile_of(with_nan, 3, 0, AG_QUANTILE_LINEAR), (double)NAN);
}
END_TEST

/* Place 0.3 of 4 elements is 0.9: a tenth of the gradient goes to 1, the rest to 3. */
START_TEST(test_gradient_goes_to_both_neighbors)
{
    begin();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 2), 3, 1, 4, 10);
    ag_tensor *y = ag_quantile_over(x, AG_AXES(1, 0), true, 0.3, AG_QUANTILE_LINEAR);
    double grad[4];
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(1, 1)));
    expect_ok(ag_backward_from(y, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), 1)));
    expect_ok(ag_grad_get(x, grad, 4));
    expect_near(grad[0], 0.9, 1e-15);
    expect_near(grad[1], 0.1, 1e-15);
    expect_same(grad[2], 0);
    expect_same(grad[3], 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_kth_of_equal_elements)
{
    begin();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 2, 1, 2, 5, 4, 3), *at, *only;
    ag_tensor *y = ag_kthvalue(x, 1, false, 3, &at);
    double value[2], place[2];
    expect_ok(ag_get(y, value, 2));
    expect_ok(ag_get(at, place, 2));
    ck_assert(value[0] == 2 && place[0] == 2 && value[1] == 5 && place[1] == 0);
    expect_same(ag_item(ag_kthvalue(scalar, -1, true, 1, &only)), 1);
    expect_same(ag_item(only), 0);
    ck_assert(ag_shape_equal(ag_shape_of(ag_kthvalue(whole, 0, true, 1, NULL)), AG_SHAPE(1, 3)));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    begin();
    ag_tensor *none = variable(AG_SHAPE(0, 2)), *at = vector;
    fails(ag_quantile(vector, 1.5, AG_QUANTILE_LINEAR), AG_ERR_VALUE, "quantile: q is 1.5",
          "from 0 to 1");
    fails(ag_quantile(vector, (double)NAN, AG_QUANTILE_LINEAR), AG_ERR_VALUE, "quantile: q is ",
          NULL);
    fails(ag_quantile(vector, 0.5, (ag_quantile_method)9), AG_ERR_VALUE,
          "quantile: there is no method 9", "AG_QUANTILE_LINEAR");
    fails(ag_quantile_over(matrix, AG_AXES(2), false, 0.5, AG_QUANTILE_LINEAR), AG_ERR_AXIS,
          "quantile_over: axis 2 is out of range", NULL);
    fails(ag_quantile_over(none, AG_AXES(0), false, 0.5, AG_QUANTILE_LINEAR), AG_ERR_SHAPE,
          "quantile_over: there is no element", NULL);
    fails(ag_quantile(whole, 0.5, AG_QUANTILE_LINEAR), AG_ERR_DTYPE, "quantile: not defined for",
          "ag_cast");
    fails(ag_kthvalue(vector, 0, false, 0, &at), AG_ERR_VALUE,
          "kthvalue: k is 0; axis 0 has 3 elements", "1 is the smallest");
    ck_assert_ptr_null(at);
    fails(ag_kthvalue(vector, 0, false, 4, NULL), AG_ERR_VALUE, "kthvalue: k is 4", NULL);
    fails(ag_kthvalue(vector, 1, false, 1, NULL), AG_ERR_AXIS, "kthvalue: axis 1", NULL);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("quantile", test_between_two_elements, test_nan_and_infinities,
           test_gradient_goes_to_both_neighbors, test_kth_of_equal_elements, test_wrong_calls)
