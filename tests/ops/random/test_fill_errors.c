/* Leaves that cannot be filled with random numbers, and numbers that mean nothing: refused, and neither the
 * leaf nor the generator has changed.
 */
#include <autograd.h>
#include <math.h>
#include <string.h>

#include "check_main.h"

static ag_status fill(ag_tensor *t, int normal)
{
    return normal != 0 ? ag_fill_normal(t, 0.3, 2.5) : ag_fill_uniform(t, -2, 3.7);
}

static void same_state(const ag_graph *a, const ag_graph *b)
{
    ag_random_state s = ag_random_get_state(a), t = ag_random_get_state(b);
    ck_assert_uint_eq(s.key, t.key);
    ck_assert_uint_eq(s.counter, t.counter);
    ck_assert_int_eq(s.used, t.used);
    ck_assert_mem_eq(s.block, t.block, sizeof s.block);
}

/* What is no leaf is left as it is, and so is the generator. */
START_TEST(test_errors)
{
    ag_graph *g = ag_graph_new(), *fresh = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(3, 4), 2), *y = ag_square(x);
    for (int m = 0; m < 2; m++) {
        ck_assert_int_eq(fill(NULL, m), AG_ERR_NULL_ARGUMENT);
        ck_assert_int_eq(fill(y, m), AG_ERR_STATE);
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "only a leaf can be written"));
        ag_error_clear(g);
        ck_assert_int_eq(fill(ag_transpose(x), m), AG_ERR_STATE);
        ag_error_clear(g);
        ck_assert(ag_item_at(y, AG_SHAPE(2, 3)) == 4 && ag_item_at(x, AG_SHAPE(2, 3)) == 2);
    }
    same_state(g, fresh);
    ag_graph_free(g);
    ag_graph_free(fresh);
}
END_TEST

/* Numbers that mean nothing: the message has the call's name and line, and nothing is written. */
START_TEST(test_refused)
{
    const double inf = (double)INFINITY, nan = (double)NAN, most = 1.7e308;
    const double uniform[][2] = {{1, 0}, {nan, 1}, {0, nan}, {0, inf}, {-inf, 0}, {-most, most}};
    const double normal[][2] = {{0, -1}, {nan, 1}, {0, nan}, {0, inf}, {inf, 1}};
    ag_graph *g = ag_graph_new(), *fresh = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(3), 2);
    ck_assert_int_eq(ag_fill_uniform(x, 1, 0), AG_ERR_VALUE);
    ck_assert_ptr_nonnull(strstr(ag_error_message(g), "fill_uniform: low is 1 and high is 0"));
    ag_error_clear(g);
    ck_assert_int_eq(ag_fill_normal(x, 0, -1), AG_ERR_VALUE);
    ck_assert_ptr_nonnull(
        strstr(ag_error_message(g), "fill_normal: the mean is 0 and the deviation is -1"));
    ag_error_clear(g);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(ag_fill_uniform(x, uniform[i][0], uniform[i][1]), AG_ERR_VALUE);
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "fill_uniform: "));
        ag_error_clear(g);
    }
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(ag_fill_normal(x, normal[i][0], normal[i][1]), AG_ERR_VALUE);
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "fill_normal: "));
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "test_fill_errors.c:"));
        ag_error_clear(g);
    }
    same_state(g, fresh);
    ck_assert(ag_item_at(x, AG_SHAPE(0)) == 2);
    ck_assert_int_eq(ag_fill_uniform(x, 5, 5), AG_OK);
    ck_assert(ag_item_at(x, AG_SHAPE(2)) == 5);
    ck_assert_int_eq(ag_fill_normal(x, 5, 0), AG_OK);
    ck_assert(ag_item_at(x, AG_SHAPE(2)) == 5);
    ag_graph_free(g);
    ag_graph_free(fresh);
}
END_TEST

CHECK_MAIN("fill_errors", test_errors, test_refused)
