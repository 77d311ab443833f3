/* The shape family in numbers: values, and gradients for the cotangent 1, 2, 3, ..., as
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

/* --- axes ---------------------------------------------------------------------------------------
 */

START_TEST(test_axes)
{
    begin();
    expect_shape(AG_HERE, ag_squeeze(ag_reshape(x, AG_SHAPE(1, 2, 1, 3))), AG_SHAPE(2, 3));
    expect_shape(AG_HERE, ag_squeeze_axis(ag_reshape(x, AG_SHAPE(1, 2, 1, 3)), 2),
                 AG_SHAPE(1, 2, 3));
    expect_shape(AG_HERE, ag_squeeze_axis(x, 1), AG_SHAPE(2, 3));
    expect_shape(AG_HERE, ag_unsqueeze(x, -1), AG_SHAPE(2, 3, 1));
    expect_shape(AG_HERE, ag_flatten(ag_unsqueeze(x, 0), 0, 1), AG_SHAPE(2, 3));
    IS(ag_flatten(ag_transpose(x), 0, -1), AG_SHAPE(6), 1, 4, 2, 5, 3, 6);
    /* torch.moveaxis(torch.zeros(2, 3, 4, 5), (0, -1), (2, 0)).shape */
    ag_tensor *wide = ag_expand(ag_constant(g, 0), AG_SHAPE(2, 3, 4, 5));
    expect_shape(AG_HERE, ag_moveaxis(wide, AG_AXES(0, -1), AG_AXES(2, 0)), AG_SHAPE(5, 3, 2, 4));
    IS(ag_moveaxis(x, AG_AXES(0), AG_AXES(1)), AG_SHAPE(3, 2), 1, 4, 2, 5, 3, 6);
    IS(ag_flip(x, AG_AXES(1)), AG_SHAPE(2, 3), 3, 2, 1, 6, 5, 4);
    PULLS(ag_flip(x, AG_ALL), x, 6, 5, 4, 3, 2, 1);
    PULLS(ag_moveaxis(x, AG_AXES(0), AG_AXES(1)), x, 1, 3, 5, 2, 4, 6);
    ag_graph_free(g);
}
END_TEST

/* --- parts --------------------------------------------------------------------------------------
 */

START_TEST(test_parts)
{
    begin();
    ag_tensor *part[6];
    IS(ag_select(x, 0, -1), AG_SHAPE(3), 4, 5, 6);
    PULLS(ag_select(x, 1, 1), x, 0, 1, 0, 0, 2, 0);
    IS(ag_narrow(x, 1, -2, 2), AG_SHAPE(2, 2), 2, 3, 5, 6);
    expect_shape(AG_HERE, ag_narrow(x, 1, 3, 0), AG_SHAPE(2, 0));
    ck_assert_int_eq(ag_split(x, 1, 2, part, 6), 2);
    IS(part[0], AG_SHAPE(2, 2), 1, 2, 4, 5);
    IS(part[1], AG_SHAPE(2, 1), 3, 6);
    ck_assert_ptr_null(part[2]);
    ck_assert_int_eq(ag_split_sizes(x, -1, (const int64_t[]){0, 1, 2}, 3, part), 3);
    IS(part[2], AG_SHAPE(2, 2), 2, 3, 5, 6);
    expect_shape(AG_HERE, part[0], AG_SHAPE(2, 0));
    /* torch.zeros(5, 2).chunk(4): 2, 2, 1 */
    ck_assert_int_eq(ag_chunk(variable(AG_SHAPE(5, 2)), 0, 4, part), 3);
    expect_shape(AG_HERE, part[2], AG_SHAPE(1, 2));
    ck_assert_int_eq(ag_unbind(x, 1, part, 3), 3);
    IS(part[1], AG_SHAPE(2), 2, 5);
    ag_tensor *back = ag_stack(part, 3, 1);
    IS(back, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    PULLS(back, x, 1, 2, 3, 4, 5, 6);
    PULLS(ag_stack((ag_tensor *[]){x, x}, 2, 0), x, 8, 10, 12, 14, 16, 18);
    ag_graph_free(g);
}
END_TEST

/* --- padding ------------------------------------------------------------------------------------
 */

/* torch.nn.functional.pad(x[None], (2, 1), mode)[0] */
START_TEST(test_pad_last_axis)
{
    begin();
    const ag_pad_widths widths = {.before = {0, 2}, .after = {0, 1}};
    ag_tensor *y = ag_pad(x, AG_PAD_REFLECT, &widths, 0);
    IS(y, AG_SHAPE(2, 6), 3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5);
    PULLS(y, x, 3, 12, 6, 9, 30, 18);
    y = ag_pad(x, AG_PAD_CIRCULAR, &widths, 0);
    IS(y, AG_SHAPE(2, 6), 2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4);
    PULLS(y, x, 9, 5, 7, 21, 17, 19);
    ag_graph_free(g);
}
END_TEST

/* pad(x[None, None], (1, 2, 0, 1), "replicate"); pad(x, (1, -1, -1, 1), value=9) */
START_TEST(test_pad_two_axes)
{
    begin();
    ag_tensor *y =
        ag_pad(x, AG_PAD_REPLICATE, &((ag_pad_widths){.before = {0, 1}, .after = {1, 2}}), 0);
    IS(y, AG_SHAPE(3, 6), 1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 6, 4, 4, 5, 6, 6, 6);
    PULLS(y, x, 3, 3, 15, 42, 24, 84);
    y = ag_pad(x, AG_PAD_CONSTANT, &((ag_pad_widths){.before = {-1, 1}, .after = {1, -1}}), 9);
    IS(y, AG_SHAPE(2, 3), 9, 4, 5, 9, 9, 9);
    PULLS(y, x, 0, 0, 0, 2, 3, 0);
    IS(ag_pad(x, AG_PAD_CONSTANT, NULL, 9), AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.pad(x[None, None], (-1, 2, 1, -1), "circular"), (1, -1, 0, 0) of the same;
 * (-1, 1, 0, 0), "reflect"; (2, -1, 0, 0), "replicate" */
START_TEST(test_pad_mixed_signs)
{
    begin();
    ag_tensor *y =
        ag_pad(x, AG_PAD_CIRCULAR, &((ag_pad_widths){.before = {1, -1}, .after = {-1, 2}}), 0);
    IS(y, AG_SHAPE(2, 4), 2, 3, 2, 3, 2, 3, 2, 3);
    PULLS(y, x, 0, 16, 20, 0, 0, 0);
    const ag_pad_widths left = {.before = {0, 1}, .after = {0, -1}};
    y = ag_pad(x, AG_PAD_CIRCULAR, &left, 0);
    IS(y, AG_SHAPE(2, 3), 2, 1, 2, 5, 4, 5);
    PULLS(y, x, 2, 4, 0, 5, 10, 0);
    y = ag_pad(x, AG_PAD_REFLECT, &((ag_pad_widths){.before = {0, -1}, .after = {0, 1}}), 0);
    IS(y, AG_SHAPE(2, 3), 2, 3, 2, 5, 6, 5);
    PULLS(y, x, 0, 4, 2, 0, 10, 5);
    y = ag_pad(x, AG_PAD_REPLICATE, &((ag_pad_widths){.before = {0, 2}, .after = {0, -1}}), 0);
    IS(y, AG_SHAPE(2, 4), 1, 1, 1, 2, 4, 4, 4, 5);
    PULLS(y, x, 6, 4, 0, 18, 8, 0);
    ag_graph_free(g);
}
END_TEST

/* --- repetition, roll, windows ------------------------------------------------------------------
 */

/* x.repeat(2, 1, 2), torch.tile(x, (2,)), torch.repeat_interleave(x, 2, 0), torch.roll(x, -4, 1) */
START_TEST(test_repeat_and_roll)
{
    begin();
    ag_tensor *y = ag_repeat(x, AG_SHAPE(2, 1, 2));
    IS(y, AG_SHAPE(2, 2, 6), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5,
       6);
    PULLS(y, x, 34, 38, 42, 58, 62, 66);
    y = ag_tile(x, AG_SHAPE(2));
    IS(y, AG_SHAPE(2, 6), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6);
    PULLS(y, x, 5, 7, 9, 17, 19, 21);
    y = ag_repeat_interleave(x, 0, 2);
    IS(y, AG_SHAPE(4, 3), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6);
    PULLS(y, x, 5, 7, 9, 17, 19, 21);
    y = ag_roll(x, 1, -4);
    IS(y, AG_SHAPE(2, 3), 2, 3, 1, 5, 6, 4);
    PULLS(y, x, 3, 1, 2, 6, 4, 5);
    IS(ag_roll(x, 0, INT64_MIN), AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    ag_graph_free(g);
}
END_TEST

/* x.unfold(1, 2, 1); torch.nn.functional.unfold of 1..12 as (1,2,3,2), kernel (2,2), padding (1,0),
 * stride (2,1) */
START_TEST(test_unfold)
{
    begin();
    ag_tensor *y = ag_unfold(x, 1, 2, 1);
    IS(y, AG_SHAPE(2, 2, 2), 1, 2, 2, 3, 4, 5, 5, 6);
    PULLS(y, x, 1, 5, 4, 5, 13, 8);
    const ag_unfold_options options = {.kernel = {2, 2}, .padding = {1, 0}, .stride = {2, 1}};
    ag_tensor *image = variable(AG_SHAPE(1, 2, 3, 2));
    y = ag_unfold2d(image, &options);
    IS(y, AG_SHAPE(1, 8, 2), 0, 3, 0, 4, 1, 5, 2, 6, 0, 9, 0, 10, 7, 11, 8, 12);
    PULLS(y, image, 5, 7, 2, 4, 6, 8, 13, 15, 10, 12, 14, 16);
    y = ag_unfold2d(ag_reshape(image, AG_SHAPE(2, 3, 2)), &options);
    IS(y, AG_SHAPE(8, 2), 0, 3, 0, 4, 1, 5, 2, 6, 0, 9, 0, 10, 7, 11, 8, 12);
    ag_graph_free(g);
}
END_TEST

/* --- numbers and coordinates --------------------------------------------------------------------
 */

START_TEST(test_ranges)
{
    g = ag_graph_new();
    IS(ag_arange(g, AG_F64, 0, 2, 0.5), AG_SHAPE(4), 0, 0.5, 1, 1.5);
    IS(ag_arange(g, AG_I64, 5, 0, -2), AG_SHAPE(3), 5, 3, 1);
    expect_shape(AG_HERE, ag_arange(g, AG_F32, 1, 1, 1), AG_SHAPE(0));
    IS(ag_linspace(g, AG_F64, -1, 2, 4), AG_SHAPE(4), -1, 0, 1, 2);
    IS(ag_linspace(g, AG_F32, 3, 5, 1), AG_SHAPE(1), 3);
    expect_shape(AG_HERE, ag_linspace(g, AG_F64, 3, 5, 0), AG_SHAPE(0));
    ag_tensor *list[] = {variable(AG_SHAPE(2)), variable(AG_SHAPE(3))}, *grid[2];
    ck_assert_int_eq(ag_meshgrid(list, 2, grid), 2);
    IS(grid[0], AG_SHAPE(2, 3), 1, 1, 1, 2, 2, 2);
    IS(grid[1], AG_SHAPE(2, 3), 1, 2, 3, 1, 2, 3);
    PULLS(grid[0], list[0], 6, 15);
    PULLS(grid[1], list[1], 5, 7, 9);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_squeeze_of_several)
{
    begin();
    x = variable(AG_SHAPE(1, 2, 1, 3, 1));
    IS(ag_squeeze_axes(x, AG_AXES(0, 1, -1)), AG_SHAPE(2, 1, 3), 1, 2, 3, 4, 5, 6);
    IS(ag_squeeze_axes(x, AG_ALL), AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    IS(ag_squeeze_axes(ag_constant(g, 5), AG_AXES(-1)), AG_SCALAR, 5);
    IS(ag_flip(ag_constant(g, 5), AG_AXES(0)), AG_SCALAR, 5);
    fails(ag_squeeze_axes(x, AG_AXES(0, -5)), AG_ERR_AXIS, "squeeze_axes: axis -5 is named twice",
          NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("shape values", test_squeeze_of_several, test_axes, test_parts, test_pad_last_axis,
           test_pad_two_axes, test_pad_mixed_signs, test_repeat_and_roll, test_unfold, test_ranges)
