/* The index family in numbers: values, and gradients for the cotangent 1, 2, 3, ..., as
 * PyTorch 1.13.1 gives them in float64 for x = [[1,2,3],[4,5,6]] (the call is named beside each);
 * rows of the table of semantics; closed forms where there is no such call.
 */
#include "ops/counted.h"

#define NOT_A_NUMBER ((double)NAN)
#define INF ((double)INFINITY)

static ag_tensor *x;

static void begin(void)
{
    g = ag_graph_new();
    x = variable(AG_SHAPE(2, 3));
}

/* --- indices ---------------------------------------------------------------------------------- */

/* The table's row "gather dup": ([1.0, 1.0, 2.0], [[2.0, 1.0]]) for a cotangent of ones. */
START_TEST(test_repeated_indices_add)
{
    begin();
    ag_tensor *v = variable(AG_SHAPE(2));
    ag_tensor *y = ag_gather(v, INDICES(AG_SHAPE(3), 0, 0, 1), 0);
    IS(y, AG_SHAPE(3), 1, 1, 2);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    double have[2];
    ck_assert_int_eq(ag_grad_get(v, have, 2), AG_OK);
    expect_numbers(AG_HERE, "gradient", have, VALUES(2, 1), 2, 0);
    PULLS(ag_index_select(x, INDICES(AG_SHAPE(4), 2, 2, 0, 2), 1), x, 3, 0, 7, 7, 0, 19);
    ag_graph_free(g);
}
END_TEST

/* Closed forms: y[i][index] collects src; of two writes the later stays, and it alone has a
 * gradient. */
START_TEST(test_scatter)
{
    begin();
    ag_tensor *src = variable(AG_SHAPE(2, 3));
    ag_tensor *index = INDICES(AG_SHAPE(2, 2), 1, 1, 0, 2);
    ag_tensor *y = ag_scatter_add(x, index, src, 1);
    IS(y, AG_SHAPE(2, 3), 1, 2 + 1 + 2, 3, 4 + 4, 5, 6 + 5);
    PULLS(y, x, 1, 2, 3, 4, 5, 6);
    PULLS(y, src, 2, 2, 0, 4, 6, 0);
    y = ag_scatter(x, index, src, 1);
    IS(y, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 5);
    PULLS(y, x, 1, 0, 3, 0, 5, 0);
    PULLS(y, src, 0, 2, 0, 4, 6, 0);
    ag_tensor *zero = ag_constant(g, 0);
    IS(ag_scatter(x, INDICES(AG_SHAPE(1, 2), 1, 0), zero, 0), AG_SHAPE(2, 3), 1, 0, 3, 0, 5, 6);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_take_along)
{
    begin();
    ag_tensor *y = ag_take_along(x, INDICES(AG_SHAPE(1, 4), 2, 2, 0, 1), 1);
    IS(y, AG_SHAPE(2, 4), 3, 3, 1, 2, 6, 6, 4, 5);
    PULLS(y, x, 3, 4, 3, 7, 8, 11);
    y = ag_take_along(ag_reshape(ag_slice(x, 0, 0, 1, 1), AG_SHAPE(3, 1)),
                      INDICES(AG_SHAPE(2, 2), 2, 0, 1, 1), 0);
    IS(y, AG_SHAPE(2, 2), 3, 1, 2, 2);
    ag_graph_free(g);
}
END_TEST

/* --- masks ------------------------------------------------------------------------------------ */

START_TEST(test_masked)
{
    begin();
    ag_tensor *mask = INDICES(AG_SHAPE(3), 1, 0, -1);
    IS(ag_masked_fill(x, mask, 9), AG_SHAPE(2, 3), 9, 2, 9, 9, 5, 9);
    PULLS(ag_masked_fill(x, mask, 9), x, 0, 2, 0, 0, 5, 0);
    IS(ag_masked_sum_over(x, mask, AG_AXES(1), false), AG_SHAPE(2), 4, 10);
    IS(ag_masked_mean_over(x, mask, AG_AXES(-1), true), AG_SHAPE(2, 1), 2, 5);
    PULLS(ag_masked_mean_over(x, mask, AG_AXES(-1), true), x, 0.5, 0, 0.5, 1, 0, 1);
    IS(ag_masked_mean(x, mask), AG_SCALAR, 3.5);
    /* torch.masked_select(x, torch.tensor([True, False, True])) */
    IS(ag_masked_select(x, mask), AG_SHAPE(4), 1, 3, 4, 6);
    PULLS(ag_masked_select(x, mask), x, 1, 0, 2, 3, 0, 4);
    ag_tensor *none = INDICES(AG_SHAPE(3), 0, 0, 0);
    IS(ag_masked_mean(x, none), AG_SCALAR, NOT_A_NUMBER);
    PULLS(ag_masked_mean(x, none), x, 0, 0, 0, 0, 0, 0);
    expect_shape(AG_HERE, ag_masked_select(x, none), AG_SHAPE(0));
    IS(ag_nonzero(ag_gt(x, ag_constant(g, 4))), AG_SHAPE(2, 2), 1, 1, 1, 2);
    ag_graph_free(g);
}
END_TEST

/* NaN that is masked out is not seen, forward or backward. */
START_TEST(test_masked_nan_is_not_seen)
{
    g = ag_graph_new();
    ag_tensor *v = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), (double[]){1, NOT_A_NUMBER, 5});
    ag_tensor *mask = ag_eq(v, v);
    IS(ag_masked_sum(v, mask), AG_SCALAR, 6);
    IS(ag_masked_mean(v, mask), AG_SCALAR, 3);
    PULLS(ag_masked_mean(v, mask), v, 0.5, 0, 0.5);
    IS(ag_nonzero(v), AG_SHAPE(3, 1), 0, 1, 2);
    ag_graph_free(g);
}
END_TEST

/* --- order ------------------------------------------------------------------------------------ */

/* The table's rows "sort tie": ([0.0, 2.0, 3.0], [[2.0, 3.0, 1.0]]) and "topk":
 * ([3.0, 3.0], [[1.0, 1.0, 0.0]]), the first with the cotangent 1, 2, 3, the second with ones. */
START_TEST(test_order_rows)
{
    g = ag_graph_new();
    ag_tensor *v = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), (double[]){2, 3, 0});
    ag_tensor *y = ag_sort(v, 0, false, NULL);
    IS(y, AG_SHAPE(3), 0, 2, 3);
    PULLS(y, v, 2, 3, 1);
    ag_tensor *tie = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), (double[]){3, 3, 1}), *order;
    y = ag_topk(tie, 0, 2, true, &order);
    IS(y, AG_SHAPE(2), 3, 3);
    IS(order, AG_SHAPE(2), 0, 1);
    double have[3];
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    ck_assert_int_eq(ag_grad_get(tie, have, 3), AG_OK);
    expect_numbers(AG_HERE, "gradient", have, VALUES(1, 1, 0), 3, 0);
    ag_graph_free(g);
}
END_TEST

/* torch.sort(s, stable=True, descending=...), torch.topk(s, 2, largest=...) of
 * s = [2, nan, 1, 2, -inf, 3] */
START_TEST(test_sort_and_topk)
{
    g = ag_graph_new();
    ag_tensor *order, *s = ag_from_values(g, AG_VARIABLE, AG_SHAPE(6),
                                          (double[]){2, NOT_A_NUMBER, 1, 2, -INF, 3});
    IS(ag_sort(s, 0, false, &order), AG_SHAPE(6), -INF, 1, 2, 2, 3, NOT_A_NUMBER);
    IS(order, AG_SHAPE(6), 4, 2, 0, 3, 5, 1);
    IS(ag_sort(s, 0, true, &order), AG_SHAPE(6), NOT_A_NUMBER, 3, 2, 2, 1, -INF);
    IS(order, AG_SHAPE(6), 1, 5, 0, 3, 2, 4);
    IS(ag_topk(s, 0, 2, true, &order), AG_SHAPE(2), NOT_A_NUMBER, 3);
    IS(order, AG_SHAPE(2), 1, 5);
    IS(ag_topk(s, 0, 2, false, &order), AG_SHAPE(2), -INF, 1);
    IS(order, AG_SHAPE(2), 4, 2);
    ag_graph_free(g);
}
END_TEST

/* torch.searchsorted([1,2,2,3], [0,1,2,2.5,3,4,nan], right=...) */
START_TEST(test_searchsorted)
{
    g = ag_graph_new();
    ag_tensor *sorted = ag_from_values(g, AG_CONSTANT, AG_SHAPE(4), (double[]){1, 2, 2, 3});
    ag_tensor *v =
        ag_from_values(g, AG_CONSTANT, AG_SHAPE(7), (double[]){0, 1, 2, 2.5, 3, 4, NOT_A_NUMBER});
    IS(ag_searchsorted(sorted, v, false), AG_SHAPE(7), 0, 0, 1, 3, 3, 4, 4);
    IS(ag_searchsorted(sorted, v, true), AG_SHAPE(7), 0, 1, 3, 3, 4, 4, 4);
    ag_tensor *rows = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 2), (double[]){1, 3, 5, 7});
    ag_tensor *two = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), (double[]){0, 2, 4, 0, 6, 8});
    IS(ag_searchsorted(rows, two, false), AG_SHAPE(2, 3), 0, 1, 2, 0, 1, 2);
    IS(ag_searchsorted(sorted, ag_constant(g, 2), true), AG_SCALAR, 3);
    ag_graph_free(g);
}
END_TEST

/* --- labels ----------------------------------------------------------------------------------- */

START_TEST(test_one_hot)
{
    g = ag_graph_new();
    IS(ag_one_hot(INDICES(AG_SHAPE(2), 0, 2), 3), AG_SHAPE(2, 3), 1, 0, 0, 0, 0, 1);
    IS(ag_one_hot(INDICES(AG_SCALAR, 1), 2), AG_SHAPE(2), 0, 1);
    ag_graph_free(g);
}
END_TEST

/* Negative indices count from the end, on the way in and on the way back. */
START_TEST(test_from_the_end)
{
    begin();
    x = variable(AG_SHAPE(2, 3));
    ag_tensor *low = INDICES(AG_SHAPE(2, 2), -1, 0, -3, -1);
    IS(ag_gather(x, low, 1), AG_SHAPE(2, 2), 3, 1, 4, 6);
    IS(ag_take_along(x, INDICES(AG_SHAPE(1, 1), -2), 1), AG_SHAPE(2, 1), 2, 5);
    IS(ag_index_select(x, INDICES(AG_SHAPE(2), -1, -2), 0), AG_SHAPE(2, 3), 4, 5, 6, 1, 2, 3);
    IS(ag_scatter(x, low, ag_constant(g, 0), 1), AG_SHAPE(2, 3), 0, 2, 0, 0, 5, 0);
    IS(ag_scatter_add(x, low, ag_constant(g, 1), -1), AG_SHAPE(2, 3), 2, 2, 4, 5, 5, 7);
    ag_tensor *both[] = {INDICES(AG_SHAPE(1), -1), INDICES(AG_SHAPE(1), -2)};
    IS(ag_index_put(x, both, 2, ag_constant(g, 9), false), AG_SHAPE(2, 3), 1, 2, 3, 4, 9, 6);
    double grad[6];
    expect_ok(ag_backward(ag_sum(ag_square(ag_gather(x, low, 1)))));
    expect_ok(ag_grad_get(x, grad, 6));
    ck_assert(grad[0] == 2 && grad[2] == 6 && grad[3] == 8 && grad[5] == 12 && grad[1] == 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("index values", test_from_the_end, test_repeated_indices_add, test_scatter,
           test_take_along, test_masked, test_masked_nan_is_not_seen, test_order_rows,
           test_sort_and_topk, test_searchsorted, test_one_hot)
