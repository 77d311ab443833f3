/* Every way to call an operation of the index family wrongly: nothing comes back, and the message
 * names the operation, the argument and its value, and the line of the call. What is out of range
 * is not read: that is for the sanitizers to confirm.
 */
#include <limits.h>
#include <math.h>

#include "index_test.h"

static ag_tensor *scalar, *vector, *matrix, *single, *whole, *wide;

static void begin(void)
{
    g = ag_graph_new();
    scalar = ag_variable(g, 1);
    vector = variable(AG_SHAPE(3));
    matrix = ag_name(variable(AG_SHAPE(2, 3)), "W");
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2, 3), NULL);
    whole = INDICES(AG_SHAPE(2, 3), 0, 1, 2, 0, 1, 2);
    wide = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1, 1, 1, 1, 1, 1, 1), 1);
}

START_TEST(test_axes)
{
    begin();
    fails(ag_squeeze_axis(matrix, 2), AG_ERR_AXIS, "squeeze: axis 2 is out of range",
          "\"W\" f64 [2,3]");
    fails(ag_squeeze_axis(matrix, INT_MIN), AG_ERR_AXIS, "squeeze: axis -2147483648", NULL);
    fails(ag_unsqueeze(matrix, 3), AG_ERR_AXIS, "unsqueeze: axis 3 is out of range: -3 to 2", NULL);
    fails(ag_unsqueeze(wide, 0), AG_ERR_SHAPE, "unsqueeze: the operand has 8 dimensions", NULL);
    fails(ag_flatten(matrix, 1, 0), AG_ERR_AXIS, "flatten: the first axis, 1, comes after", NULL);
    fails(ag_flatten(matrix, 0, 2), AG_ERR_AXIS, "flatten: axis 2 is out of range", NULL);
    fails(ag_moveaxis(matrix, AG_AXES(0, 1), AG_AXES(0)), AG_ERR_AXIS, "moveaxis: 2 axes to move",
          "to[i]");
    fails(ag_moveaxis(matrix, AG_AXES(0, 0), AG_AXES(0, 1)), AG_ERR_AXIS,
          "moveaxis: axis 0 is named twice", NULL);
    fails(ag_flip(matrix, AG_AXES(0, -2)), AG_ERR_AXIS, "flip: axis -2 is named twice", NULL);
    fails(ag_flip(matrix, ((ag_axes){9, {0}})), AG_ERR_AXIS, "flip: 9 axes", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_parts)
{
    begin();
    ag_tensor *out[3];
    fails(ag_select(matrix, 1, 3), AG_ERR_VALUE,
          "select: index 3 is out of range for axis 1 of size 3", NULL);
    fails(ag_select(matrix, 0, INT64_MIN), AG_ERR_VALUE, "select: index -9223372036854775808",
          NULL);
    fails(ag_select(scalar, 0, 0), AG_ERR_AXIS, "select: axis 0 of a 0-d tensor", NULL);
    fails(ag_narrow(vector, 0, 2, 2), AG_ERR_VALUE,
          "narrow: 2 elements from 2 on are more than axis 0", "from the end");
    fails(ag_narrow(vector, 0, 0, INT64_MAX), AG_ERR_VALUE, "narrow: 9223372036854775807 elements",
          NULL);
    fails(ag_narrow(vector, 0, -4, 1), AG_ERR_VALUE, "narrow: 1 elements from -4", NULL);
    fails(ag_narrow(vector, 0, 0, -1), AG_ERR_VALUE, "narrow: -1 elements", NULL);
    fails_as(-1, ag_split(vector, 0, 0, out, 3), AG_ERR_VALUE, "split: parts of size 0 of axis 0",
             NULL);
    fails_as(-1, ag_split(vector, 0, 1, out, 2), AG_ERR_VALUE, "split: 3 parts, and room for 2",
             NULL);
    fails_as(-1, ag_split(vector, 0, 1, NULL, 2), AG_ERR_NULL_ARGUMENT, "split: 3 parts", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){1, 1}, 2, out), AG_ERR_VALUE,
             "split_sizes: the 2 sizes do not divide axis 0 of size 3", "add up");
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){INT64_MAX, 2}, 2, out), AG_ERR_VALUE,
             "split_sizes: the 2", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){4, -1}, 2, out), AG_ERR_VALUE,
             "split_sizes", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, NULL, 2, out), AG_ERR_VALUE, "split_sizes: the 2", NULL);
    fails_as(-1, ag_chunk(vector, 0, 0, out), AG_ERR_VALUE, "chunk: 0 chunks", NULL);
    fails_as(-1, ag_unbind(vector, 0, out, 2), AG_ERR_VALUE, "unbind: 3 parts, and room for 2",
             NULL);
    ck_assert_ptr_null(out[0]);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_windows)
{
    begin();
    fails(ag_unfold(vector, 0, 4, 1), AG_ERR_VALUE, "unfold: a window of 4 elements", "must fit");
    fails(ag_unfold(vector, 0, 2, 0), AG_ERR_VALUE, "unfold: windows of 2 elements, step 0", NULL);
    fails(ag_unfold(vector, 0, -1, 1), AG_ERR_VALUE, "unfold: windows of -1 elements", NULL);
    fails(ag_unfold(wide, 0, 1, 1), AG_ERR_SHAPE, "unfold: the operand has 8 dimensions", NULL);
    ag_tensor *many = ag_expand(scalar, AG_SHAPE(INT64_C(1) << 40));
    fails(ag_unfold(many, 0, INT64_C(1) << 39, 1), AG_ERR_OVERFLOW, "unfold: too many elements",
          NULL);
    ag_unfold_options o = {.kernel = {2, 4}};
    ag_tensor *image = variable(AG_SHAPE(2, 3, 3));
    fails(ag_unfold2d(image, &o), AG_ERR_VALUE,
          "unfold2d: kernel 4, stride 1, padding 0, dilation 1 for 3 columns", "must fit");
    fails(ag_unfold2d(matrix, &o), AG_ERR_SHAPE,
          "unfold2d: an image has 3 or 4 dimensions, not [2,3]", NULL);
    o = (ag_unfold_options){.kernel = {1, 1}, .padding = {INT64_MAX, 0}};
    fails(ag_unfold2d(image, &o), AG_ERR_VALUE, "unfold2d: kernel 1, stride 1, padding 92233720",
          NULL);
    o = (ag_unfold_options){.kernel = {1, 1}, .stride = {0, -1}};
    fails(ag_unfold2d(image, &o), AG_ERR_VALUE, "unfold2d: kernel 1, stride -1", NULL);
    o = (ag_unfold_options){.padding = {1, 1}};
    fails(ag_unfold2d(image, &o), AG_ERR_VALUE, "unfold2d: kernel 0", NULL);
    fails(ag_unfold2d(image, NULL), AG_ERR_NULL_ARGUMENT, "unfold2d: the options", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_joins)
{
    begin();
    ag_tensor *shapes[] = {matrix, vector}, *dtypes[] = {matrix, single}, *holes[] = {NULL, matrix};
    ag_tensor *full[] = {wide}, *grid[9],
              *many[9] = {vector, vector, vector, vector, vector, vector, vector, vector, vector};
    fails(ag_stack(shapes, 2, 0), AG_ERR_SHAPE, "stack: operand 0 is [2,3] and operand 1 is [3]",
          "ag_concat");
    fails(ag_stack(dtypes, 2, 0), AG_ERR_DTYPE, "stack: operands are f64 and f32", "ag_cast");
    fails(ag_stack(holes, 2, 0), AG_ERR_NULL_ARGUMENT, "stack: an operand is NULL", NULL);
    fails(ag_stack(shapes, 1, 3), AG_ERR_AXIS, "stack: axis 3 is out of range", NULL);
    fails(ag_stack(full, 1, 0), AG_ERR_SHAPE, "stack: the operands have 8 dimensions", NULL);
    ck_assert_ptr_null(ag_stack(NULL, 1, 0));
    ck_assert_ptr_null(ag_stack(shapes, 0, 0));
    fails_as(-1, ag_meshgrid(shapes, 2, grid), AG_ERR_SHAPE,
             "meshgrid: coordinate 0 is not a vector", NULL);
    fails_as(-1, ag_meshgrid(holes, 2, grid), AG_ERR_NULL_ARGUMENT, "meshgrid: an operand is NULL",
             NULL);
    fails_as(-1, ag_meshgrid(many, 9, grid), AG_ERR_SHAPE, "meshgrid: 9 coordinates", NULL);
    fails(ag_roll(matrix, 2, 1), AG_ERR_AXIS, "roll: axis 2 is out of range", NULL);
    fails(ag_repeat(matrix, AG_SHAPE(2)), AG_ERR_SHAPE, "repeat: 1 counts for 2 dimensions",
          "ag_tile");
    fails(ag_repeat(matrix, AG_SHAPE(2, -1)), AG_ERR_VALUE, "repeat: -1 times axis 1 of size 3",
          NULL);
    fails(ag_tile(vector, AG_SHAPE(INT64_MAX)), AG_ERR_OVERFLOW, "tile: 9223372036854775807 times",
          NULL);
    fails(ag_tile(vector, ((ag_shape){9, {0}})), AG_ERR_SHAPE, "tile: 9 counts", NULL);
    fails(ag_repeat_interleave(vector, 0, -2), AG_ERR_VALUE, "repeat_interleave: -2 times axis 0",
          NULL);
    ag_graph_free(g);
}
END_TEST

#define BEFORE(n) (&((ag_pad_widths){.before = {n}}))
START_TEST(test_pad)
{
    begin();
    fails(ag_pad(vector, AG_PAD_REFLECT, BEFORE(3), 0), AG_ERR_VALUE,
          "pad: widths 3 and 0 of axis 0 of size 3 in reflect mode", "at most size - 1");
    fails(ag_pad(vector, AG_PAD_CIRCULAR, BEFORE(4), 0), AG_ERR_VALUE, "pad: widths 4 and 0", NULL);
    fails(ag_pad(vector, AG_PAD_CIRCULAR, &((ag_pad_widths){.before = {-2}, .after = {2}}), 0),
          AG_ERR_VALUE, "pad: widths -2 and 2 of axis 0 of size 3 in circular mode",
          "what is left");
    fails(ag_pad(vector, AG_PAD_REFLECT, &((ag_pad_widths){.before = {-1}, .after = {3}}), 0),
          AG_ERR_VALUE, "pad: widths -1 and 3", "at most size - 1");
    fails(ag_pad(variable(AG_SHAPE(0)), AG_PAD_REPLICATE, BEFORE(1), 0), AG_ERR_VALUE,
          "pad: widths 1", "empty axis");
    fails(ag_pad(vector, AG_PAD_CONSTANT, BEFORE(-4), 0), AG_ERR_VALUE, "pad: widths -4 and 0",
          "takes away");
    fails(ag_pad(vector, AG_PAD_CONSTANT, BEFORE(INT64_MIN), 0), AG_ERR_VALUE, "pad: widths -92",
          NULL);
    fails(ag_pad(vector, AG_PAD_CONSTANT, &((ag_pad_widths){.before = {-2}, .after = {-2}}), 0),
          AG_ERR_VALUE, "pad: widths -2 and -2", NULL);
    fails(ag_pad(vector, AG_PAD_CONSTANT, BEFORE(INT64_MAX), 0), AG_ERR_OVERFLOW, "pad: widths 92",
          NULL);
    fails(ag_pad(vector, AG_PAD_REPLICATE,
                 &((ag_pad_widths){.before = {INT64_MAX - 3}, .after = {1}}), 0),
          AG_ERR_OVERFLOW, "pad: widths 92", NULL);
    fails(ag_pad(vector, (ag_pad_mode)7, NULL, 0), AG_ERR_VALUE, "pad: there is no mode 7", NULL);
    fails(ag_pad(vector, AG_PAD_CONSTANT, &((ag_pad_widths){.after = {0, 1}}), 0), AG_ERR_AXIS,
          "pad: a width for axis 1 of 1 dimensions", NULL);
    fails(ag_pad(whole, AG_PAD_CONSTANT, BEFORE(1), 1e300), AG_ERR_VALUE, "pad: 1e+300 is no i64",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_index_out_of_range)
{
    begin();
    ag_tensor *high = ag_name(INDICES(AG_SHAPE(1, 3), 0, 1, 2), "rows");
    ag_tensor *low = INDICES(AG_SHAPE(2), 0, -1), *far = INDICES(AG_SHAPE(1), INT64_MAX);
    fails(ag_gather(matrix, high, 0), AG_ERR_VALUE,
          "gather: index 2 at [0,2] is out of range: 0 to 1 are possible", "\"rows\" i64 [1,3]");
    fails(ag_gather(vector, low, 0), AG_ERR_VALUE, "gather: index -1 at [1] is out of range",
          "do not count from the end");
    fails(ag_index_select(matrix, low, 1), AG_ERR_VALUE, "index_select: index -1 at [1]", NULL);
    fails(ag_index_select(matrix, far, 1), AG_ERR_VALUE, "index_select: index 9223372036854775807",
          NULL);
    fails(ag_index_select(variable(AG_SHAPE(0, 2)), low, 0), AG_ERR_VALUE,
          "index_select: index 0 is out", NULL);
    fails(ag_scatter(matrix, high, matrix, 0), AG_ERR_VALUE, "scatter: index 2 at [0,2]", NULL);
    fails(ag_scatter_add(vector, far, vector, 0), AG_ERR_VALUE, "scatter_add: index 92", NULL);
    fails(ag_take_along(matrix, high, 0), AG_ERR_VALUE, "take_along: index 2 at [0,2]", NULL);
    fails(ag_one_hot(low, 3), AG_ERR_VALUE, "one_hot: label -1 at [1] is out of range: 0 to 2",
          NULL);
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
    fails(ag_masked_sum_over(matrix, whole, AG_AXES(2), false), AG_ERR_AXIS, "masked_sum: axis 2",
          NULL);
    fails(ag_masked_mean(matrix, INDICES(AG_SHAPE(2), 1, 0)), AG_ERR_SHAPE,
          "masked_mean: ", "right operand");
    fails(ag_masked_mean(whole, whole), AG_ERR_DTYPE, "masked_mean: not defined for i64",
          "ag_cast");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_made)
{
    begin();
    fails(ag_arange(g, AG_F64, 0, 1, 0), AG_ERR_VALUE, "arange: from 0 to 1 by 0", "leads from");
    fails(ag_arange(g, AG_F64, 0, 1, -1), AG_ERR_VALUE, "arange: from 0 to 1 by -1", NULL);
    fails(ag_arange(g, AG_F64, 0, (double)INFINITY, 1), AG_ERR_VALUE, "arange: from 0 to inf",
          NULL);
    fails(ag_arange(g, AG_F64, (double)NAN, 1, 1), AG_ERR_VALUE, "arange: from nan", NULL);
    fails(ag_arange(g, AG_I64, 0, 1e300, 1), AG_ERR_VALUE, "arange: from 0 to 1e+300", NULL);
    fails(ag_arange(g, AG_F64, 0, 1e300, 1), AG_ERR_OVERFLOW, "arange: from 0 to 1e+300",
          "too many");
    fails(ag_arange(g, AG_I64, 0, 3, 0.5), AG_ERR_VALUE, "arange: from 0 to 3 by 0",
          "whole numbers");
    fails(ag_linspace(g, AG_F64, 0, 1, -1), AG_ERR_VALUE, "linspace: -1 numbers from 0 to 1", NULL);
    fails(ag_linspace(g, AG_F32, 0, (double)NAN, 2), AG_ERR_VALUE, "linspace: 2 numbers", NULL);
    fails(ag_arange(g, (ag_dtype)7, 0, 1, 1), AG_ERR_DTYPE, "arange: there is no dtype 7", NULL);
    fails(ag_linspace(g, (ag_dtype)7, 0, 1, 1), AG_ERR_DTYPE, "linspace: 1 numbers from 0 to 1",
          "7");
    ck_assert_ptr_null(ag_arange(NULL, AG_F64, 0, 1, 1));
    ck_assert_ptr_null(ag_linspace(NULL, AG_F64, 0, 1, 2));
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

CHECK_MAIN("index errors", test_axes, test_parts, test_windows, test_joins, test_pad,
           test_index_out_of_range, test_index_shape_and_dtype, test_order_and_masks, test_made,
           test_null, test_borrowed_index_that_changed)
