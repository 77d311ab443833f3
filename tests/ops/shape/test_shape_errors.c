/* Every way to call an operation of the shape family wrongly: nothing comes back, and the message
 * names the operation, the argument and its value, and the line of the call. What is out of range
 * is not read: that is for the sanitizers to confirm.
 */
#include <limits.h>
#include <math.h>

#include "ops/wrong_operands.h"

#define BEFORE(n) (&((ag_pad_widths){.before = {n}}))

START_TEST(test_axes)
{
    begin();
    fails(ag_squeeze_axis(matrix, 2), AG_ERR_AXIS, "squeeze_axis: axis 2 is out of range",
          "\"W\" f64 [2,3]");
    fails(ag_squeeze_axis(matrix, INT_MIN), AG_ERR_AXIS, "squeeze_axis: axis -2147483648", NULL);
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
             "at least 1");
    fails_as(-1, ag_split(vector, 0, 1, out, 2), AG_ERR_VALUE, "split: 3 parts, and room for 2",
             NULL);
    fails_as(-1, ag_split(vector, 0, 1, NULL, 2), AG_ERR_NULL_ARGUMENT, "split: `out` is NULL",
             NULL);
    fails_as(-1, ag_unbind(vector, 0, NULL, 2), AG_ERR_NULL_ARGUMENT, "unbind: `out` is NULL",
             NULL);
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){1, 1}, 2, out), AG_ERR_VALUE,
             "split_sizes: the 2 sizes do not divide axis 0 of size 3", "add up");
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){INT64_MAX, 2}, 2, out), AG_ERR_VALUE,
             "split_sizes: the 2", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){4, -1}, 2, out), AG_ERR_VALUE,
             "split_sizes: size -1 of part 1 is negative", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, (const int64_t[]){2}, 1, out), AG_ERR_VALUE,
             "split_sizes: the 1 size does not divide", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, NULL, 2, out), AG_ERR_NULL_ARGUMENT,
             "split_sizes: the sizes are NULL", NULL);
    fails_as(-1, ag_split_sizes(vector, 0, NULL, -1, out), AG_ERR_VALUE,
             "split_sizes: the number of parts is -1", NULL);
    fails_as(-1, ag_chunk(vector, 0, 0, out), AG_ERR_VALUE, "chunk: the number of chunks is 0",
             "at least 1");
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
    if (ADDRESSES_OF_64_BITS) {
        ag_tensor *many = ag_expand(scalar, AG_SHAPE(INT64_C(1) << 40));
        fails(ag_unfold(many, 0, INT64_C(1) << 39, 1), AG_ERR_OVERFLOW, "unfold: too many elements",
              NULL);
    }
    ag_unfold_options o = {.kernel = {2, 4}};
    ag_tensor *image = variable(AG_SHAPE(2, 3, 3));
    fails(ag_unfold2d(image, &o), AG_ERR_VALUE,
          "unfold2d: kernel 4, stride 1, padding 0, dilation 1 for 3 columns", "must fit");
    fails(ag_unfold2d(matrix, &o), AG_ERR_SHAPE,
          "unfold2d: an image has 3 or 4 dimensions, not [2,3]", NULL);
    o = (ag_unfold_options){.kernel = {1, 1}, .padding = {INT64_MAX, 0}};
    fails(ag_unfold2d(image, &o), AG_ERR_OVERFLOW,
          "unfold2d: padding 9223372036854775807 is too large", NULL);
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
    fails_as(-1, ag_meshgrid(shapes, 2, NULL), AG_ERR_NULL_ARGUMENT, "meshgrid: `out` is NULL",
             NULL);
    fails_as(-1, ag_meshgrid(holes, 2, grid), AG_ERR_NULL_ARGUMENT, "meshgrid: an operand is NULL",
             NULL);
    fails_as(-1, ag_meshgrid(many, 9, grid), AG_ERR_SHAPE, "meshgrid: 9 coordinates", NULL);
    fails(ag_roll(matrix, 2, 1), AG_ERR_AXIS, "roll: axis 2 is out of range", NULL);
    fails(ag_repeat(matrix, AG_SHAPE(2)), AG_ERR_SHAPE, "repeat: 1 counts for 2 dimensions",
          "ag_tile");
    fails(ag_repeat(matrix, AG_SHAPE(2, -1)), AG_ERR_VALUE,
          "repeat: the count is negative: -1 times axis 1", NULL);
    fails(ag_tile(vector, AG_SHAPE(INT64_MAX)), AG_ERR_OVERFLOW,
          "tile: 9223372036854775807 times axis 0 of size 3 is too large", NULL);
    fails(ag_tile(vector, ((ag_shape){9, {0}})), AG_ERR_SHAPE, "tile: 9 counts", NULL);
    fails(ag_repeat_interleave(vector, 0, -2), AG_ERR_VALUE,
          "repeat_interleave: the count is negative", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_pad)
{
    begin();
    fails(ag_pad(vector, AG_PAD_REFLECT, BEFORE(3), 0), AG_ERR_VALUE,
          "pad: widths 3 and 0 are not possible for axis 0 of size 3 in reflect mode",
          "at most size - 1");
    fails(ag_pad(vector, AG_PAD_CIRCULAR, BEFORE(4), 0), AG_ERR_VALUE, "pad: widths 4 and 0", NULL);
    fails(ag_pad(vector, AG_PAD_CIRCULAR, &((ag_pad_widths){.before = {-2}, .after = {2}}), 0),
          AG_ERR_VALUE, "pad: widths -2 and 2 are not possible for axis 0 of size 3",
          "what is left");
    fails(ag_pad(vector, AG_PAD_REFLECT, &((ag_pad_widths){.before = {-1}, .after = {3}}), 0),
          AG_ERR_VALUE, "pad: widths -1 and 3", "at most size - 1");
    fails(ag_pad(variable(AG_SHAPE(0)), AG_PAD_REPLICATE, BEFORE(1), 0), AG_ERR_VALUE,
          "pad: widths 1", "empty axis");
    fails(ag_pad(vector, AG_PAD_CONSTANT, BEFORE(-4), 0), AG_ERR_VALUE, "pad: widths -4 and 0",
          "removes elements");
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
    fails(ag_arange(g, (ag_dtype)7, 0, 1, 1), AG_ERR_DTYPE, "arange: no such dtype (7)", NULL);
    fails(ag_linspace(g, (ag_dtype)7, 0, 1, 1), AG_ERR_DTYPE, "linspace: no such dtype (7)", NULL);
    ck_assert_ptr_null(ag_arange(NULL, AG_F64, 0, 1, 1));
    ck_assert_ptr_null(ag_linspace(NULL, AG_F64, 0, 1, 2));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("shape errors", test_axes, test_parts, test_windows, test_joins, test_pad, test_made)
