/* Properties of the shape family: what undoes what, and windows by their definition. */
#include "ops/counted.h"

static void begin(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

/* unfold is a stack of narrows. */
START_TEST(test_unfold_by_definition)
{
    begin();
    ag_tensor *x = ag_transpose(drawn_below(AG_SHAPE(7, 4), 1000)), *windows[3];
    ag_tensor *y = ag_unfold(x, 1, 3, 2);
    for (int i = 0; i < 3; i++) {
        windows[i] = ag_narrow(x, 1, 2 * i, 3);
    }
    expect_shape(AG_HERE, y, AG_SHAPE(4, 3, 3));
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(y, ag_stack(windows, 3, 1)))), 0);
    ag_graph_free(g);
}
END_TEST

/* Each with what it undoes: splitting and concat, roll and roll back, stack and unbind. */
START_TEST(test_inverses)
{
    begin();
    ag_tensor *x = strided(drawn_below(AG_SHAPE(3, 5), 1000)), *part[5];
    ck_assert_int_eq(ag_split(x, 1, 2, part, 5), 3);
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(x, ag_concat(part, 3, 1)))), 0);
    ck_assert_int_eq(ag_unbind(x, 0, part, 5), 3);
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(x, ag_stack(part, 3, 0)))), 0);
    for (int shift = -7; shift < 8; shift++) {
        ag_tensor *there = ag_roll(x, 1, shift), *back = ag_roll(there, 1, -shift);
        ck_assert_double_eq(ag_item(ag_sum(ag_ne(x, back))), 0);
    }
    ag_tensor *order, *sorted = ag_sort(x, 1, true, &order);
    ag_tensor *zeros = ag_full(g, AG_CONSTANT, AG_SHAPE(3, 5), 0);
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(x, ag_scatter(zeros, order, sorted, 1)))), 0);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("shape properties", test_unfold_by_definition, test_inverses)
