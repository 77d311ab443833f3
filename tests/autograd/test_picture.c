/* The shapes that did not fit, drawn: the axes aligned and the clash marked, for each operation that
 * draws one.
 */
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "check_main.h"

static ag_tensor *named(ag_graph *g, ag_shape shape, const char *name)
{
    return ag_name(ag_full(g, AG_CONSTANT, shape, 1), name);
}

/* The call failed, and the picture is this one. */
static void draws(ag_graph *g, const ag_tensor *t, const char *picture)
{
    ck_assert_ptr_null(t);
    ck_assert_int_eq(ag_error(g), AG_ERR_SHAPE);
    ck_assert_str_eq(ag_error_picture(g), picture);
    ag_error_clear(g);
    ck_assert_str_eq(ag_error_picture(g), "");
}

START_TEST(test_broadcast)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *h = named(g, AG_SHAPE(8, 3, 4), "h"), *b = named(g, AG_SHAPE(2, 4), "b2");
    draws(g, ag_add(h, b),
          "h   [8, 3, 4]\n"
          "b2     [2, 4]\n"
          "        ^ 3 ≠ 2\n");
    draws(g, ag_mul(b, h),
          "b2     [2, 4]\n"
          "h   [8, 3, 4]\n"
          "        ^ 2 ≠ 3\n");
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(1000, 7), 1),
              *y = named(g, AG_SHAPE(5), "\xCE\xB2");
    draws(g, ag_add(x, y),
          "left  [1000, 7]\n"
          "\xCE\xB2           [5]\n"
          "             ^ 7 ≠ 5\n");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_products)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = named(g, AG_SHAPE(3, 12), "x"), *w = named(g, AG_SHAPE(2, 4), "w");
    draws(g, ag_matmul(x, w),
          "x [3,12] · w [2,4]\n"
          "      ^       ^ 12 ≠ 2\n");
    draws(g, ag_matmul(w, named(g, AG_SHAPE(5), "v")),
          "w [2,4] · v [5]\n"
          "     ^       ^ 4 ≠ 5\n");
    draws(g, ag_linear(x, w, NULL),
          "x  [3, 12]\n"
          "w  [2,  4]\n"
          "        ^ 12 ≠ 4\n");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_joins)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = named(g, AG_SHAPE(3, 4), "x"), *y = named(g, AG_SHAPE(2, 5), "y");
    ag_tensor *z = named(g, AG_SHAPE(4), "a name\nwith a line break");
    draws(g, ag_concat((ag_tensor *[]){x, x, y}, 3, 0),
          "x  [3, 4]\n"
          "y  [2, 5]\n"
          "       ^ 4 ≠ 5\n");
    draws(g, ag_concat((ag_tensor *[]){x, z}, 2, 0),
          "x          [3, 4]\n"
          "the other     [4]\n"
          "2 ≠ 1 dimensions\n");
    draws(g, ag_stack((ag_tensor *[]){x, y}, 2, 0),
          "x  [3, 4]\n"
          "y  [2, 5]\n"
          "    ^ 3 ≠ 2\n");
    draws(g, ag_reshape(x, AG_SHAPE(5, 2)),
          "x          [3, 4]  12 elements\n"
          "new shape  [5, 2]  10 elements\n");
    ag_graph_free(g);
}
END_TEST

/* Channels and gates, of which the clash is an inequality of two sizes; nothing is drawn where the
 * sizes are to be multiples. */
START_TEST(test_layers)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = named(g, AG_SHAPE(2, 3, 8), "x"), *w = named(g, AG_SHAPE(6, 4, 2), "w");
    draws(g, ag_conv1d(x, w, NULL, NULL),
          "x  [2, 3, 8]\n"
          "w  [6, 4, 2]\n"
          "       ^ 3 ≠ 4\n");
    ag_tensor *one = named(g, AG_SHAPE(3, 8), "one");
    draws(g, ag_conv1d_relu(one, w, NULL, NULL),
          "one     [3, 8]\n"
          "w    [6, 4, 2]\n"
          "         ^ 3 ≠ 4\n");
    draws(g, ag_conv1d(x, w, NULL, &(ag_conv_options){.groups = 3}), "");
    ag_tensor *u = named(g, AG_SHAPE(5, 12), "u"), *c = named(g, AG_SHAPE(3), "c");
    draws(g, ag_lstm_cell(named(g, AG_SHAPE(2, 12), "x"), u, c, NULL),
          "x  [2, 12]\n"
          "u  [5, 12]\n"
          "    ^ 2 ≠ 5\n");
    draws(g, ag_gru_cell(named(g, AG_SHAPE(9), "x"), u, c),
          "x     [ 9]\n"
          "u  [5, 12]\n"
          "        ^ 9 ≠ 12\n");
    draws(g, ag_gru_cell(u, u, c), "");
    ag_graph_free(g);
}
END_TEST

/* Another error has no picture, nor has a second one of the kind until the first is cleared. */
START_TEST(test_others)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = named(g, AG_SHAPE(3, 4), "x"), *y = named(g, AG_SHAPE(2, 5), "y");
    ck_assert_str_eq(ag_error_picture(g), "");
    ck_assert_str_eq(ag_error_picture(NULL), "");
    ck_assert_ptr_null(ag_sum_over(x, AG_AXES(7), false));
    ck_assert_str_eq(ag_error_picture(g), "");
    ck_assert_ptr_null(ag_add(x, y));
    ck_assert_str_eq(ag_error_picture(g), "");
    ag_error_clear(g);
    ck_assert_ptr_null(ag_add(x, y));
    ck_assert_ptr_null(ag_reshape(x, AG_SHAPE(5)));
    ck_assert_ptr_nonnull(strstr(ag_error_picture(g), " ≠ "));
    ag_graph_free(g);
}
END_TEST

/* The longest names and sizes: the picture ends within its room. */
START_TEST(test_large)
{
    ag_graph *g = ag_graph_new();
    int64_t most = INT64_MAX;
    ag_tensor *x = named(g, AG_SHAPE(0, 1, 1, 1, 1, 1, 1, 1), "a name of 24 bytes, just");
    ck_assert_ptr_null(ag_reshape(x, (ag_shape){8, {most, 1, 1, 1, 1, 1, 1, 1}}));
    ck_assert_uint_lt(strlen(ag_error_picture(g)), 640);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("picture", test_broadcast, test_products, test_joins, test_layers, test_others,
           test_large)
