/* The gradient checker catches rules that were planted wrong, and says which operation, operand and
 * element; it passes right ones and leaves its inputs as they were.
 */
#include "cube.h"

/* --- what is right passes --------------------------------------------------------------------- */

START_TEST(test_right)
{
    g = ag_graph_new();
    ag_tensor *x = six();
    ag_gradcheck_result check = check_with(ag_gradcheck, apply, &cube, x);
    char text[300];
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(check.ok, "%s", text);
    ck_assert_int_eq(check.status, AG_OK);
    ck_assert_str_eq(check.op, "cube");
    ck_assert_int_eq(check.derivatives, 36);
    ck_assert_ptr_nonnull(strstr(text, "cube passed: 36 derivatives"));
    check = check_with(ag_gradgradcheck, apply, &cube, x);
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(check.ok, "%s", text);
    ck_assert_int_eq(check.derivatives, 6 * (6 + 6)); /* by x and by the cotangent */
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaves_no_trace)
{
    g = ag_graph_new();
    ag_tensor *x = six(), *y = ag_sum(ag_square(x));
    expect_ok(ag_backward(y));
    ag_random_state state = ag_random_get_state(g);
    size_t nodes = ag_graph_get_stats(g).nodes;
    ck_assert(check_with(ag_gradcheck, apply, &cube, x).ok);
    ck_assert(check_with(ag_gradgradcheck, apply, &cube, x).ok);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes);
    ag_random_state now = ag_random_get_state(g);
    ck_assert_uint_eq(now.counter, state.counter);
    expect_values(x, -1.5, 2, 0.5, 1.25, -0.75, 3);
    expect_grads(x, -3, 4, 1, 2.5, -1.5, 6); /* those of the pass before */
    ck_assert_msg(ag_backward(y) == AG_OK, "%s", ag_error_message(g)); /* values are as they were */
    ag_name(x, "named after the check"); /* which took marks of its own */
    ck_assert_str_eq(ag_name_of(x), "named after the check");
    ag_graph_free(g);
}
END_TEST

/* --- what is wrong is caught ------------------------------------------------------------------ */

START_TEST(test_wrong_everywhere)
{
    g = ag_graph_new();
    ag_gradcheck_result check = check_with(ag_gradcheck, apply, &cube_wrong, six());
    ck_assert(!check.ok);
    ck_assert_int_eq(check.status, AG_OK); /* it ran: the rule is wrong */
    ck_assert_str_eq(check.op, "cube_wrong");
    ck_assert_int_eq(check.operand, 0);
    ck_assert(check.index == check.output && check.error > 1);
    double x = ag_item_at(six(), AG_SHAPE(check.index));
    expect_near(check.numeric, 3 * x * x, 1e-9);
    expect_near(check.analytic, 2 * x * x, 1e-12);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_in_one_element)
{
    g = ag_graph_new();
    ag_gradcheck_result check = check_with(ag_gradcheck, apply, &cube_once, six());
    char text[300];
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert(!check.ok);
    ck_assert_int_eq(check.index, 3);
    ck_assert_int_eq(check.output, 3);
    expect_near(check.numeric, 3 * 1.25 * 1.25, 1e-9);
    ck_assert_ptr_nonnull(strstr(text, "cube_once FAILED"));
    ck_assert_ptr_nonnull(strstr(text, "operand 0, element 3, output 3"));
    check = check_with(ag_gradcheck, second_operand, &cube_once, six(), six());
    ck_assert(!check.ok);
    ck_assert_str_eq(check.op, "add"); /* what made the output */
    ck_assert_int_eq(check.operand, 1);
    ck_assert_int_eq(check.index, 3);
    ck_assert_int_eq(check.derivatives, 72);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_second_derivative)
{
    g = ag_graph_new();
    ag_tensor *x = six();
    ck_assert(check_with(ag_gradcheck, apply, &cube_second, x).ok);
    ag_gradcheck_result check = check_with(ag_gradgradcheck, apply, &cube_second, x);
    ck_assert(!check.ok);
    ck_assert_int_eq(check.status, AG_OK);
    ck_assert_str_eq(check.op, "cube_second");
    ck_assert_int_eq(check.operand, 0);
    expect_same(check.analytic, 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_says_nothing)
{
    g = ag_graph_new();
    ag_gradcheck_result check = check_with(ag_gradcheck, apply, &cube_silent, six());
    ck_assert(!check.ok);
    expect_same(check.analytic, 0);
    ag_graph_free(g);
}
END_TEST

/* A wrong rule on plain numbers beside a right one by operations: it is the one that ag_backward
 * uses. */
START_TEST(test_wrong_in_numbers)
{
    g = ag_graph_new();
    char text[400];
    ag_gradcheck_result check = check_with(ag_gradcheck, apply, &cube_fast_wrong, six());
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert(!check.ok);
    ck_assert(check.by_numbers);
    ck_assert_msg(strstr(text, "cube_fast_wrong FAILED: 36 derivatives") != NULL &&
                      strstr(text, "the rule in numbers (.backward) says ") != NULL,
                  "%s", text);
    check = check_with(ag_gradcheck, apply, &cube_wrong, six());
    ck_assert(!check.ok && !check.by_numbers);
    check = check_with(ag_gradcheck, apply, &cube_fast, six());
    ck_assert(check.ok);
    ag_graph_free(g);
}
END_TEST

/* A rule that differs by a part in a thousand passes where that is allowed. */
START_TEST(test_tolerance)
{
    g = ag_graph_new();
    ag_tensor *x = six();
    ag_gradcheck_options loose = {.relative = 1e-2, .absolute = 1e-2}, coarse = {.step = 0.5};
    ck_assert(ag_gradcheck(apply, (void *)(uintptr_t)&cube_once, &x, 1, &loose).ok);
    ck_assert(
        ag_gradcheck(apply, (void *)(uintptr_t)&cube, &x, 1, &coarse).ok); /* exact for cubes */
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("gradcheck", test_right, test_leaves_no_trace, test_wrong_everywhere,
           test_wrong_in_one_element, test_wrong_second_derivative, test_says_nothing,
           test_wrong_in_numbers, test_tolerance)
