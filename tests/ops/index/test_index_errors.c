/* Every way to call an operation of the index family wrongly: nothing comes back, and the message
 * names the operation, the argument and its value, and the line of the call. What is out of range
 * is not read: that is for the sanitizers to confirm.
 */
#include <limits.h>
#include <math.h>

#include "ops/wrong_operands.h"

START_TEST(test_index_out_of_range)
{
    begin();
    ag_tensor *high = ag_name(INDICES(AG_SHAPE(1, 3), 0, 1, 2), "rows");
    ag_tensor *low = INDICES(AG_SHAPE(2), 0, -4), *far = INDICES(AG_SHAPE(1), INT64_MAX);
    fails(ag_gather(matrix, high, 0), AG_ERR_VALUE,
          "gather: index 2 at [0,2] is out of range: -2 to 1 are possible", "\"rows\" i64 [1,3]");
    fails(ag_gather(vector, low, 0), AG_ERR_VALUE,
          "gather: index -4 at [1] is out of range: -3 to 2", NULL);
    fails(ag_index_select(matrix, low, 1), AG_ERR_VALUE, "index_select: index -4 at [1]", NULL);
    fails(ag_index_select(matrix, far, 1), AG_ERR_VALUE, "index_select: index 9223372036854775807",
          NULL);
    fails(ag_index_select(variable(AG_SHAPE(0, 2)), low, 0), AG_ERR_VALUE,
          "index_select: index 0 is out", NULL);
    fails(ag_scatter(matrix, high, matrix, 0), AG_ERR_VALUE, "scatter: index 2 at [0,2]", NULL);
    fails(ag_scatter_add(vector, far, vector, 0), AG_ERR_VALUE, "scatter_add: index 92", NULL);
    fails(ag_take_along(matrix, high, 0), AG_ERR_VALUE, "take_along: index 2 at [0,2]", NULL);
    fails(ag_one_hot(low, 3), AG_ERR_VALUE, "one_hot: label -4 at [1] is out of range: 0 to 2",
          "do not count from the end");
    fails(ag_one_hot(whole, 2), AG_ERR_VALUE, "one_hot: label 2 at [0,2] is out of range: 0 to 1",
          NULL);
    fails(ag_one_hot(whole, -1), AG_ERR_VALUE, "one_hot: -1 classes", NULL);
    fails(ag_one_hot(whole, 0), AG_ERR_VALUE, "one_hot: label 0 is out of range: there is nothing",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_index_shape_and_dtype)
{
    begin();
    ag_tensor *tall = INDICES(AG_SHAPE(3, 1), 0, 0, 0), *line = INDICES(AG_SHAPE(2), 0, 0);
    fails(ag_gather(matrix, tall, 1), AG_ERR_SHAPE,
          "gather: an index of [3,1] does not fit x of [2,3] along axis 1", "along the other axes");
    fails(ag_gather(matrix, line, 0), AG_ERR_SHAPE, "gather: an index of [2] does not fit", NULL);
    fails(ag_gather(matrix, matrix, 0), AG_ERR_DTYPE, "gather: the index must be i64, not f64",
          "ag_cast");
    fails(ag_gather(matrix, whole, 2), AG_ERR_AXIS, "gather: axis 2 is out of range", NULL);
    fails(ag_index_select(matrix, whole, 0), AG_ERR_SHAPE,
          "index_select: the index is a vector, not [2,3]", "ag_gather");
    fails(ag_index_select(scalar, line, 0), AG_ERR_SHAPE,
          "index_select: an index of [2] into a 0-d", NULL);
    fails(ag_index_select(matrix, vector, 0), AG_ERR_DTYPE, "index_select: the index must be i64",
          NULL);
    fails(ag_scatter(matrix, whole, vector, 1), AG_ERR_SHAPE,
          "scatter: src of [3] does not cover an index of [2,3]", "at least");
    fails(ag_scatter_add(matrix, whole, single, 1), AG_ERR_DTYPE,
          "scatter_add: x is f64 and src is f32", "ag_cast");
    fails(ag_take_along(matrix, line, 0), AG_ERR_SHAPE,
          "take_along: [2,3] and [2] do not broadcast", NULL);
    fails(ag_take_along(matrix, tall, 1), AG_ERR_SHAPE, "take_along: [2,3] and [3,1]", NULL);
    fails(ag_one_hot(matrix, 3), AG_ERR_DTYPE, "one_hot: the labels must be i64", NULL);
    fails(ag_one_hot(ag_cast(wide, AG_I64), 3), AG_ERR_SHAPE, "one_hot: the labels have 8", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_order_and_masks)
{
    begin();
    ag_tensor *order = matrix;
    fails(ag_sort(matrix, 2, false, &order), AG_ERR_AXIS, "sort: axis 2 is out of range", NULL);
    ck_assert_ptr_null(order);
    fails(ag_argsort(matrix, -3, false), AG_ERR_AXIS, "argsort: axis -3 is out of range", NULL);
    fails(ag_topk(matrix, 1, 4, true, &order), AG_ERR_VALUE, "topk: k is 4; axis 1 has 3 elements",
          NULL);
    fails(ag_topk(matrix, 1, -1, true, NULL), AG_ERR_VALUE, "topk: k is -1", NULL);
    fails(ag_topk(matrix, 5, 1, true, NULL), AG_ERR_AXIS, "topk: axis 5", NULL);
    fails(ag_searchsorted(matrix, variable(AG_SHAPE(3, 3)), false), AG_ERR_SHAPE,
          "searchsorted: sorted is [2,3] and values is [3,3]", "one for every row");
    fails(ag_searchsorted(scalar, vector, false), AG_ERR_SHAPE, "searchsorted: sorted is []", NULL);
    fails(ag_searchsorted(matrix, single, false), AG_ERR_DTYPE, "searchsorted: operands are", NULL);
    fails(ag_masked_select(matrix, INDICES(AG_SHAPE(2), 1, 0)), AG_ERR_SHAPE,
          "masked_select: shapes", NULL);
    fails(ag_masked_fill(whole, whole, (double)NAN), AG_ERR_VALUE, "masked_fill: nan is no i64",
          NULL);
    fails(ag_masked_sum_over(matrix, whole, AG_AXES(2), false), AG_ERR_AXIS,
          "masked_sum_over: axis 2", NULL);
    fails(ag_masked_mean(matrix, INDICES(AG_SHAPE(2), 1, 0)), AG_ERR_SHAPE,
          "masked_mean: ", "right operand");
    fails(ag_masked_mean(whole, whole), AG_ERR_DTYPE, "masked_mean: not defined for i64",
          "ag_cast");
    ag_graph_free(g);
}
END_TEST

/* NULL in, NULL out, without a graph to keep a message. */
START_TEST(test_null)
{
    begin();
    ag_tensor *none = NULL, *out[2] = {matrix, matrix};
    ck_assert_ptr_null(ag_squeeze(none));
    ck_assert_ptr_null(ag_flatten(none, 0, 0));
    ck_assert_ptr_null(ag_moveaxis(none, AG_AXES(0), AG_AXES(0)));
    ck_assert_ptr_null(ag_select(none, 0, 0));
    ck_assert_ptr_null(ag_roll(none, 0, 0));
    ck_assert_ptr_null(ag_repeat(none, AG_SHAPE(1)));
    ck_assert_ptr_null(ag_tile(none, AG_SHAPE(1)));
    ck_assert_ptr_null(ag_pad(none, AG_PAD_CONSTANT, NULL, 0));
    ck_assert_ptr_null(ag_unfold2d(none, NULL));
    ck_assert_ptr_null(ag_sort(none, 0, false, NULL));
    ck_assert_ptr_null(ag_topk(none, 0, 0, false, NULL));
    ck_assert_ptr_null(ag_masked_mean(none, none));
    ck_assert_ptr_null(ag_nonzero(none));
    ck_assert_int_eq(ag_split(none, 0, 1, out, 2), -1);
    ck_assert_ptr_null(out[0]);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ck_assert_ptr_null(ag_scatter(matrix, none, matrix, 0));
    ck_assert_int_eq(ag_error(g), AG_ERR_NULL_ARGUMENT);
    ag_error_clear(g);
    fails(ag_masked_select(none, matrix), AG_ERR_NULL_ARGUMENT, "masked_select: an operand is NULL",
          NULL);
    ag_graph_free(g);
}
END_TEST

/* Operands without elements whose common shape no number can count. */
START_TEST(test_common_shape_too_large)
{
    begin();
    const int64_t huge = INT64_C(1) << 45;
    ag_tensor *x = variable(AG_SHAPE(huge, 1, 0)), *y = variable(AG_SHAPE(1, huge, 0));
    ag_tensor *place[] = {ag_cast(x, AG_I64), ag_cast(y, AG_I64)};
    fails(ag_masked_select(x, y), AG_ERR_OVERFLOW, "masked_select: ", NULL);
    fails(ag_index_put(matrix, place, 2, ag_sum(matrix), true), AG_ERR_OVERFLOW,
          "index_put: ", NULL);
    ag_graph_free(g);
}
END_TEST

/* An index the caller changed in place, unannounced, is checked once more going backward. */
START_TEST(test_borrowed_index_that_changed)
{
    begin();
    int64_t place[] = {0, 1};
    ag_tensor *index = ag_borrow(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), place);
    ag_tensor *y = ag_sum(ag_gather(vector, index, 0)),
              *z = ag_sum(ag_index_select(vector, index, 0));
    place[1] = 3000000;
    ck_assert_int_eq(ag_backward(y), AG_ERR_VALUE);
    ck_assert_msg(strstr(ag_error_message(g), "gather: index 3000000 at [1]") != NULL, "%s",
                  ag_error_message(g));
    ag_error_clear(g);
    ck_assert_int_eq(ag_backward(z), AG_ERR_VALUE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("index errors", test_index_out_of_range, test_index_shape_and_dtype,
           test_order_and_masks, test_null, test_common_shape_too_large,
           test_borrowed_index_that_changed)
