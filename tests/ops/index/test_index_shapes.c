/* The index family on every kind of operand: no elements, no dimension, strided in any way, i64
 * and f32; compared with what each operation means, element by element, or with an operation that
 * is known.
 */
#include "ops/counted.h"

static void begin(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

/* --- gather and scatter ----------------------------------------------------------------------- */

/* y[i][j][k] = x[i][index][k], for every axis. */
START_TEST(test_gather_by_definition)
{
    begin();
    ag_tensor *x = ag_transpose(drawn_below(AG_SHAPE(4, 5, 3), 1000));
    for (int axis = 0; axis < 3; axis++) {
        ag_shape s = ag_shape_of(x);
        ag_tensor *raw = drawn_below(AG_SHAPE(2, 3, 4), (int)s.dim[axis]);
        ag_tensor *index = strided(ag_cast(raw, AG_F64));
        ag_tensor *y = ag_gather(x, ag_cast(index, AG_I64), axis);
        for (int i = 0; i < 24; i++) {
            ag_shape place = AG_SHAPE(i / 12, i / 4 % 3, i % 4), from = place;
            from.dim[axis] = (int64_t)at(index, place);
            ck_assert_double_eq(at(y, place), at(x, from));
        }
    }
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_i64_and_f32)
{
    begin();
    ag_tensor *n = INDICES(AG_SHAPE(2, 2), 1, 2, 3, INT64_MAX), *zero = INDICES(AG_SCALAR, 0);
    ag_tensor *index = INDICES(AG_SHAPE(2, 2), 1, 0, 1, 1);
    IS(ag_slice(ag_gather(n, index, 1), 0, 0, 1, 1), AG_SHAPE(1, 2), 2, 1);
    IS(ag_scatter(n, index, zero, 0), AG_SHAPE(2, 2), 1, 0, 0, 0);
    /* INT64_MAX + 3 + INT64_MAX wraps around to 1 */
    IS(ag_scatter_add(n, index, n, 1), AG_SHAPE(2, 2), 3, 3, 3, 1);
    IS(ag_pad(n, AG_PAD_CONSTANT, &((ag_pad_widths){.after = {0, 1}}), -7), AG_SHAPE(2, 3), 1, 2,
       -7, 3, (double)INT64_MAX, -7);
    IS(ag_argsort(ag_flip(n, AG_AXES(1)), 1, false), AG_SHAPE(2, 2), 1, 0, 1, 0);
    ag_tensor *single = ag_cast(variable(AG_SHAPE(2, 3)), AG_F32);
    IS(ag_pad(single, AG_PAD_CONSTANT, &((ag_pad_widths){.before = {0, 1}}), 0.5), AG_SHAPE(2, 4),
       0.5, 1, 2, 3, 0.5, 4, 5, 6);
    IS(ag_sort(single, 1, true, NULL), AG_SHAPE(2, 3), 3, 2, 1, 6, 5, 4);
    IS(ag_masked_fill(single, single, 0.1), AG_SHAPE(2, 3), (double)0.1f, (double)0.1f,
       (double)0.1f, (double)0.1f, (double)0.1f, (double)0.1f);
    ag_graph_free(g);
}
END_TEST

/* --- no elements ------------------------------------------------------------------------------ */

START_TEST(test_no_elements)
{
    begin();
    ag_tensor *x = variable(AG_SHAPE(0, 3)), *none = INDICES(AG_SHAPE(0), 0);
    ag_tensor *flat = INDICES(AG_SHAPE(0, 3), 0), *order;
    ag_tensor *all[] = {
        ag_squeeze(x),
        ag_flip(x, AG_ALL),
        ag_roll(x, 0, 2),
        ag_gather(x, flat, 0),
        ag_scatter(x, flat, x, 1),
        ag_scatter_add(x, flat, x, 0),
        ag_index_select(x, none, 0),
        ag_masked_fill(x, flat, 1),
        ag_sort(x, 0, false, &order),
        ag_sort(x, 1, true, &order),
        ag_topk(x, 0, 0, true, NULL),
        ag_repeat_interleave(x, 0, 4),
        ag_take_along(x, flat, 1),
        ag_pad(x, AG_PAD_REFLECT, NULL, 0),
        ag_repeat(x, AG_SHAPE(2, 1)),
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        expect_shape(AG_HERE, all[i], AG_SHAPE(0, 3));
        ag_zero_grads(g);
        ck_assert_int_eq(ag_backward(ag_sum(all[i])), AG_OK);
        ck_assert_int_eq(ag_grad_get(x, (double[1]){0}, 0), AG_OK);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_no_elements_in_another_shape)
{
    begin();
    ag_tensor *x = variable(AG_SHAPE(0, 3)), *none = INDICES(AG_SHAPE(0), 0), *part[3];
    ag_tensor *flat = INDICES(AG_SHAPE(0, 3), 0);
    expect_shape(AG_HERE, ag_flatten(x, 0, -1), AG_SHAPE(0));
    expect_shape(AG_HERE, ag_select(x, 1, 2), AG_SHAPE(0));
    expect_shape(AG_HERE, ag_unfold(x, 0, 0, 1), AG_SHAPE(1, 3, 0));
    expect_shape(AG_HERE, ag_masked_select(x, flat), AG_SHAPE(0));
    expect_shape(AG_HERE, ag_nonzero(x), AG_SHAPE(0, 2));
    expect_shape(AG_HERE, ag_one_hot(none, 0), AG_SHAPE(0, 0));
    expect_shape(AG_HERE, ag_stack((ag_tensor *[]){x, x}, 2, 1), AG_SHAPE(0, 2, 3));
    expect_shape(AG_HERE, ag_repeat(variable(AG_SHAPE(2, 3)), AG_SHAPE(0, 1)), AG_SHAPE(0, 3));
    expect_shape(AG_HERE, ag_searchsorted(ag_slice(x, 1, 0, 1, 1), ag_slice(x, 1, 0, 2, 1), false),
                 AG_SHAPE(0, 2));
    ck_assert_int_eq(ag_split(x, 0, 2, part, 3), 1);
    ck_assert_int_eq(ag_chunk(x, 0, 3, part), 3); /* as torch.zeros(0, 3).chunk(3) */
    ck_assert_int_eq(ag_unbind(x, 0, part, 3), 0);
    ag_graph_free(g);
}
END_TEST

/* Nothing of something: the gradient is zeros. */
START_TEST(test_nothing_taken)
{
    begin();
    ag_tensor *x = variable(AG_SHAPE(2, 2));
    ag_tensor *none = INDICES(AG_SHAPE(0), 0);
    ag_tensor *y = ag_index_select(x, none, 1);
    expect_shape(AG_HERE, y, AG_SHAPE(2, 0));
    PULLS(y, x, 0, 0, 0, 0);
    PULLS(ag_topk(x, 1, 0, true, NULL), x, 0, 0, 0, 0);
    IS(ag_pad(ag_narrow(x, 0, 1, 0), AG_PAD_CONSTANT, &((ag_pad_widths){.after = {1}}), 5),
       AG_SHAPE(1, 2), 5, 5);
    ag_graph_free(g);
}
END_TEST

/* --- no dimension ----------------------------------------------------------------------------- */

START_TEST(test_scalars)
{
    begin();
    ag_tensor *x = ag_variable(g, 3), *order;
    IS(ag_squeeze(x), AG_SCALAR, 3);
    IS(ag_squeeze_axis(x, -1), AG_SCALAR, 3);
    IS(ag_unsqueeze(x, 0), AG_SHAPE(1), 3);
    IS(ag_flatten(x, 0, -1), AG_SHAPE(1), 3);
    IS(ag_flip(x, AG_ALL), AG_SCALAR, 3);
    IS(ag_moveaxis(x, AG_ALL, AG_ALL), AG_SCALAR, 3);
    IS(ag_sort(x, 0, true, &order), AG_SCALAR, 3);
    IS(order, AG_SCALAR, 0);
    IS(ag_topk(x, -1, 1, true, &order), AG_SCALAR, 3);
    expect_shape(AG_HERE, ag_topk(x, -1, 0, true, &order), AG_SHAPE(0));
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_scalars_by_index)
{
    begin();
    ag_tensor *x = ag_variable(g, 3), *zero = INDICES(AG_SCALAR, 0), *grid[1];
    IS(ag_gather(x, zero, 0), AG_SCALAR, 3);
    PULLS(ag_gather(x, INDICES(AG_SHAPE(2), 0, 0), 0), x, 3);
    PULLS(ag_index_select(x, INDICES(AG_SHAPE(1), 0), 0), x, 1);
    IS(ag_index_select(x, zero, 0), AG_SCALAR, 3);
    IS(ag_scatter(x, zero, ag_constant(g, 5), 0), AG_SCALAR, 5);
    PULLS(ag_scatter_add(x, zero, x, 0), x, 2);
    IS(ag_take_along(x, zero, 0), AG_SCALAR, 3);
    IS(ag_unfold(x, 0, 1, 1), AG_SHAPE(1), 3); /* torch.tensor(3.).unfold(0, 1, 1) */
    PULLS(ag_unfold(x, 0, 1, 1), x, 1);
    IS(ag_repeat(x, AG_SHAPE(2, 2)), AG_SHAPE(2, 2), 3, 3, 3, 3);
    IS(ag_tile(x, AG_SCALAR), AG_SCALAR, 3);
    IS(ag_pad(x, AG_PAD_CIRCULAR, NULL, 0), AG_SCALAR, 3);
    PULLS(ag_pad(x, AG_PAD_CONSTANT, NULL, 9), x, 1);
    PULLS(ag_masked_select(x, zero), x, 0);
    IS(ag_masked_mean(x, x), AG_SCALAR, 3);
    expect_shape(AG_HERE, ag_nonzero(x), AG_SHAPE(1, 0));
    ck_assert_int_eq(ag_meshgrid(&x, 1, grid), 1);
    IS(grid[0], AG_SHAPE(1), 3);
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("index shapes", test_gather_by_definition, test_i64_and_f32, test_no_elements,
           test_no_elements_in_another_shape, test_nothing_taken, test_scalars,
           test_scalars_by_index)
