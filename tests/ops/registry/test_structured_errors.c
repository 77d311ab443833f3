/* Every way to call a structured operation wrongly: NULL comes back, and the message names the
 * operation, what does not fit, the line of the call, and mostly what to do.
 */
#include <autograd.h>
#include <limits.h>

#include "expect.h"

static ag_graph *g;
static ag_tensor *scalar, *vector, *matrix, *cube, *whole, *single;

static void begin(void)
{
    g = ag_graph_new();
    scalar = ag_full(g, AG_VARIABLE, AG_SCALAR, 1);
    vector = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    matrix = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "W");
    cube = ag_full(g, AG_VARIABLE, AG_SHAPE(4, 5, 6), 1);
    whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 3), NULL);
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2, 3), NULL);
    ck_assert_int_eq(ag_error(g), AG_OK);
}

START_TEST(test_reductions)
{
    begin();
    fails(ag_sum_over(matrix, AG_AXES(2), false), AG_ERR_AXIS,
          "sum_over: axis 2 is out of range: -2 to 1 are possible", "\"W\" f64 [2,3]");
    fails(ag_sum_over(matrix, AG_AXES(0, -2), true), AG_ERR_AXIS,
          "sum_over: axis -2 is named twice", "name every axis once");
    fails(ag_mean_over(scalar, AG_AXES(1), true), AG_ERR_AXIS, "mean_over: axis 1 is out of range",
          NULL);
    fails(ag_mean(whole), AG_ERR_DTYPE, "mean: ", "ag_cast");
    fails(ag_sum_over(matrix, ((ag_axes){9, {0}}), false), AG_ERR_AXIS, "sum_over: 9 axes", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_matmul)
{
    begin();
    fails(ag_matmul(matrix, cube), AG_ERR_SHAPE,
          "matmul: inner dimensions differ: [2,3] . [4,5,6] has 3 and 5", "ag_transpose");
    fails(ag_matmul(matrix, matrix), AG_ERR_SHAPE,
          "matmul: inner dimensions differ: [2,3] . [2,3] has 3 and 2", "left operand \"W\"");
    fails(ag_matmul(vector, matrix), AG_ERR_SHAPE,
          "matmul: inner dimensions differ: [3] . [2,3] has 3 and 2", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_matmul_batch)
{
    begin();
    ag_tensor *two = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 6, 5), 1);
    fails(ag_matmul(cube, two), AG_ERR_SHAPE,
          "matmul: batch dimensions of [4,5,6] and [2,6,5] do not broadcast", "equal or 1");
    fails(ag_matmul(scalar, vector), AG_ERR_SHAPE,
          "matmul: a 0-d operand has no inner dimension: [] . [3]", "ag_mul");
    fails(ag_matmul(matrix, single), AG_ERR_DTYPE, "matmul: operands are f64 and f32", "ag_cast");
    fails(ag_matmul(whole, whole), AG_ERR_DTYPE, "matmul: not defined for i64", "ag_cast");
    ag_graph *other = ag_graph_new();
    ag_tensor *theirs = ag_full(other, AG_VARIABLE, AG_SHAPE(3, 2), 1);
    fails(ag_matmul(matrix, theirs), AG_ERR_GRAPH, "matmul: operands belong to different graphs",
          NULL);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_reshape)
{
    begin();
    fails(ag_reshape(matrix, AG_SHAPE(4, 2)), AG_ERR_SHAPE,
          "reshape: [2,3] has 6 elements, [4,2] has 8", "-1");
    fails(ag_reshape(matrix, AG_SHAPE(-1, 4)), AG_ERR_SHAPE, "reshape: no size in place of -1",
          "must divide");
    fails(ag_reshape(matrix, AG_SHAPE(-1, -1)), AG_ERR_SHAPE, "reshape: [-1,-1] is not a shape",
          "one size may be -1");
    fails(ag_reshape(matrix, AG_SHAPE(-2, -3)), AG_ERR_SHAPE, "reshape: [-2,-3] is not a shape",
          NULL);
    fails(ag_reshape(matrix, AG_SHAPE(0, -1)), AG_ERR_SHAPE, "reshape: no size in place of -1",
          NULL);
    fails(ag_reshape(matrix, AG_SHAPE(INT64_MAX, 3)), AG_ERR_OVERFLOW,
          "reshape: the sizes of [9223372036854775807,3] multiply to more than fits", NULL);
    fails(ag_reshape(matrix, AG_SHAPE(INT64_MAX, 3, -1)), AG_ERR_SHAPE, "reshape: no size", NULL);
    fails(ag_reshape(matrix, (ag_shape){9, {0}}), AG_ERR_SHAPE, "reshape: 9 dimensions", NULL);
    fails(ag_reshape(ag_transpose(matrix), AG_SHAPE(7)), AG_ERR_SHAPE, "reshape: [3,2] has 6",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_transpose)
{
    begin();
    fails(ag_transpose(vector), AG_ERR_AXIS, "transpose: needs at least 2 dimensions",
          "ag_reshape");
    fails(ag_transpose_axes(cube, 0, 3), AG_ERR_AXIS, "transpose_axes: axis 3 is out of range",
          NULL);
    fails(ag_permute(cube, AG_AXES(0, 1)), AG_ERR_AXIS, "permute: 2 axes named for 3 dimensions",
          "once");
    fails(ag_permute(cube, AG_AXES(0, 1, -2)), AG_ERR_AXIS, "permute: axis -2 is named twice",
          NULL);
    fails(ag_permute(cube, AG_AXES(0, 1, INT_MIN)), AG_ERR_AXIS, "permute: axis -2147483648 is out",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_slice)
{
    begin();
    fails(ag_slice(vector, 0, 0, 3, 0), AG_ERR_VALUE, "slice: the step is 0", "-1 goes backwards");
    fails(ag_slice(vector, 1, 0, 3, 1), AG_ERR_AXIS, "slice: axis 1 is out of range", NULL);
    fails(ag_slice(scalar, 0, 0, 1, 1), AG_ERR_AXIS, "slice: axis 0 of a 0-d tensor", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_concat)
{
    begin();
    ag_tensor *shapes[] = {matrix, cube}, *dtypes[] = {matrix, single},
              *holes[] = {NULL, matrix, NULL};
    ag_tensor *points[] = {scalar, scalar}, *rows[] = {matrix, ag_transpose(matrix)};
    fails(ag_concat(shapes, 2, 0), AG_ERR_SHAPE,
          "concat: operand 0 is [2,3] and operand 1 is [4,5,6], along axis 0", "must be equal");
    fails(ag_concat(rows, 2, -1), AG_ERR_SHAPE,
          "concat: operand 0 is [2,3] and operand 1 is [3,2], along axis 1", NULL);
    fails(ag_concat(dtypes, 2, 0), AG_ERR_DTYPE, "concat: operands are f64 and f32", "ag_cast");
    fails(ag_concat(holes, 3, 0), AG_ERR_NULL_ARGUMENT, "concat: an operand is NULL", NULL);
    fails(ag_concat(points, 2, 0), AG_ERR_SHAPE, "concat: 0-d tensors", "ag_reshape");
    fails(ag_concat(rows, 2, 2), AG_ERR_AXIS, "concat: axis 2 is out of range", NULL);
    ag_tensor *list[32] = {NULL};
    if (ADDRESSES_OF_64_BITS) {
        for (int i = 0; i < 32; i++) { /* 2^63 elements, without memory behind them */
            list[i] = ag_expand(scalar, AG_SHAPE(INT64_C(1) << 58));
        }
        fails(ag_concat(list, 32, 0), AG_ERR_OVERFLOW, "concat: the sizes along axis 0 do not fit",
              NULL);
    }
    fails(ag_concat((ag_tensor *[]){scalar, NULL}, 2, 0), AG_ERR_NULL_ARGUMENT, "concat: ", NULL);
    ck_assert_ptr_null(ag_concat(list, 0, 0));
    ck_assert_ptr_null(ag_concat(list, -1, 0));
    ck_assert_ptr_null(ag_concat(NULL, 2, 0));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_select)
{
    begin();
    fails(ag_where(scalar, matrix, single), AG_ERR_DTYPE,
          "where: the values to choose from are f64 and f32", "ag_cast");
    fails(ag_where(matrix, cube, scalar), AG_ERR_SHAPE, "where: shapes [2,3] and [4,5,6] do not",
          NULL);
    fails(ag_lt(matrix, whole), AG_ERR_DTYPE, "lt: operands are f64 and i64", "ag_cast");
    fails(ag_ne(matrix, cube), AG_ERR_SHAPE, "ne: shapes [2,3] and [4,5,6] do not broadcast", NULL);
    fails(ag_cast(matrix, (ag_dtype)7), AG_ERR_DTYPE, "cast: there is no dtype 7", "AG_F32");
    ag_graph_free(g);
}
END_TEST

/* NULL in, NULL out, and no crash; the graph of the other operand hears of it. */
START_TEST(test_null)
{
    begin();
    ck_assert_ptr_null(ag_sum(NULL));
    ck_assert_ptr_null(ag_reshape(ag_mean(NULL), AG_SCALAR));
    ck_assert_ptr_null(ag_transpose(ag_permute(NULL, AG_AXES(0))));
    ck_assert_ptr_null(ag_cast(ag_slice(NULL, 0, 0, 1, 1), AG_F32));
    ck_assert_int_eq(ag_error(g), AG_OK);
    fails(ag_matmul(NULL, matrix), AG_ERR_NULL_ARGUMENT, "matmul: an operand is NULL", NULL);
    fails(ag_where(scalar, NULL, matrix), AG_ERR_NULL_ARGUMENT, "where: an operand is NULL", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("structured_errors", test_reductions, test_matmul, test_matmul_batch, test_reshape,
           test_transpose, test_slice, test_concat, test_select, test_null)
