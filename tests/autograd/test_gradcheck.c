/* The gradient checker catches rules that were planted wrong, and says which operation, operand and
 * element; it passes right ones, leaves its inputs as they were, and refuses what it cannot check.
 * Written against autograd/custom_op.h, as a user's own operations are.
 */
#include <autograd/custom_op.h>

#include "expect.h"

static ag_graph *g;

/* --- operations of a user: the cube, with rules that may be wrong ----------------------------- */

static ag_status infer_cube(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

static ag_status forward_cube(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    const double *x = a.data;
    double *y = call->out.data;
    for (int64_t i = 0; i < a.size; i++) {
        y[i] = x[i] * x[i] * x[i];
    }
    return AG_OK;
}

static ag_tensor *slope(ag_vjp_call *call, double factor)
{
    return ag_mul(call->upstream, ag_mul_scalar(ag_square(call->in[0]), factor));
}

static ag_status right(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, slope(call, 3));
}

static ag_status wrong(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, slope(call, 2));
}

/* Right but for the fourth element. */
static ag_status wrong_once(ag_vjp_call *call)
{
    static const double error[6] = {1, 1, 1, 1.001, 1, 1};
    ag_tensor *factor = ag_leaf(ag_graph_of(call->out), AG_CONSTANT, AG_F64, AG_SHAPE(6), error);
    return ag_accumulate(call, 0, ag_mul(slope(call, 3), factor));
}

/* The first derivative is right; its own derivative is lost. */
static ag_status wrong_second(ag_vjp_call *call)
{
    ag_tensor *square = ag_detach(ag_square(call->in[0]));
    return ag_accumulate(call, 0, ag_mul(call->upstream, ag_mul_scalar(square, 3)));
}

static ag_status silent(ag_vjp_call *call)
{
    (void)call;
    return AG_OK;
}

/* The rule on plain numbers, times a factor. */
static ag_status numbers(ag_vjp_call *call, double factor)
{
    ag_array x = ag_array_of(call->in[0]), gy = ag_array_of(call->upstream);
    ag_array gx = ag_grad_array(call, 0);
    for (int64_t i = 0; gx.data != NULL && i < gx.size; i++) {
        double at = ((const double *)x.data)[i];
        ((double *)gx.data)[i] += ((const double *)gy.data)[i] * factor * at * at;
    }
    return gx.data != NULL ? AG_OK : AG_ERR_MEMORY;
}

static ag_status right_numbers(ag_vjp_call *call)
{
    return numbers(call, 3);
}

static ag_status wrong_numbers(ag_vjp_call *call)
{
    return numbers(call, 2);
}

#define CUBE(name_, rule)                                                                          \
    {                                                                                              \
        .name = name_, .n_in = 1, .infer = infer_cube, .forward = forward_cube, .vjp = rule        \
    }
#define FAST(name_, rule)                                                                          \
    {                                                                                              \
        .name = name_, .n_in = 1, .infer = infer_cube, .forward = forward_cube, .vjp = right,      \
        .backward = rule                                                                           \
    }
static const ag_op cube = CUBE("cube", right), cube_wrong = CUBE("cube_wrong", wrong);
static const ag_op cube_once = CUBE("cube_once", wrong_once);
static const ag_op cube_second = CUBE("cube_second", wrong_second);
static const ag_op cube_silent = CUBE("cube_silent", silent), cube_none = CUBE("cube_none", NULL);

static const ag_op cube_fast = FAST("cube_fast", right_numbers);
static const ag_op cube_fast_wrong = FAST("cube_fast_wrong", wrong_numbers);

static ag_tensor *apply(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_apply(user, in, 1, NULL, 0);
}

/* in[0] + f(in[1]): the error is in the second operand. */
static ag_tensor *second_operand(ag_tensor *const *in, int n, void *user)
{
    return n == 2 ? ag_add(in[0], ag_apply(user, in + 1, 1, NULL, 0)) : NULL;
}

static ag_tensor *six(void)
{
    return of_values(g, AG_SHAPE(6), -1.5, 2, 0.5, 1.25, -0.75, 3);
}

#define check_with(check, f, op, ...)                                                              \
    check(f, (void *)(uintptr_t)(op), (ag_tensor *[]){__VA_ARGS__},                                \
          (int)(sizeof((ag_tensor *[]){__VA_ARGS__}) / sizeof(ag_tensor *)), NULL)

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

/* --- what cannot be checked ------------------------------------------------------------------- */

static ag_tensor *fails_inside(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    (void)user;
    return ag_matmul(in[0], in[0]);
}

static ag_tensor *says_null(ag_tensor *const *in, int n, void *user)
{
    (void)in;
    (void)n;
    return user;
}

static void unable(ag_gradcheck_result check, ag_status status, const char *part)
{
    char text[300];
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert(!check.ok);
    ck_assert_ptr_nonnull(strstr(text, "; see ag_error_message"));
    failed_status(g, check.status, status, "", (const char *const[]){part, NULL});
}

START_TEST(test_unable)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, 2), *c = ag_constant(g, 1);
    ag_tensor *narrow = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2), NULL);
    unable(check_with(ag_gradcheck, fails_inside, NULL, x), AG_ERR_SHAPE,
           "matmul: inner dimensions");
    unable(check_with(ag_gradgradcheck, fails_inside, NULL, x), AG_ERR_SHAPE, "matmul");
    unable(check_with(ag_gradcheck, says_null, NULL, x), AG_ERR_OP, "the function returned NULL");
    unable(check_with(ag_gradcheck, apply, &cube_none, x), AG_ERR_NO_GRADIENT,
           "operation cube_none has no backward rule");
    unable(check_with(ag_gradcheck, apply, &cube, c), AG_ERR_VALUE,
           "pass constants through `user`");
    unable(check_with(ag_gradcheck, apply, &cube, x, narrow), AG_ERR_VALUE, "input 1 must be");
    unable(check_with(ag_gradcheck, apply, &cube, ag_exp(x)), AG_ERR_VALUE, "input 0 must be");
    unable(check_with(ag_gradcheck, apply, &cube, x, NULL), AG_ERR_NULL_ARGUMENT,
           "input 1 is NULL");
    unable(check_with(ag_gradcheck, apply, &cube, NULL, x), AG_ERR_NULL_ARGUMENT,
           "input 0 is NULL");
    expect_values(x, 1, 2);
    unable(ag_gradcheck(NULL, NULL, &x, 1, NULL), AG_ERR_NULL_ARGUMENT,
           "gradcheck: the function is NULL");
    static const struct {
        ag_gradcheck_options options;
        const char *text;
    } bad[] = {{{.step = (double)NAN}, "gradcheck: step is "},
               {{.step = -1}, "gradcheck: step is -1"},
               {{.relative = -1e-3}, "gradcheck: relative is -0.001"},
               {{.absolute = (double)INFINITY}, "gradcheck: absolute is inf"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        unable(ag_gradcheck(apply, (void *)(uintptr_t)&cube, &x, 1, &bad[i].options), AG_ERR_VALUE,
               bad[i].text);
    }
    ck_assert_int_eq(ag_gradcheck(apply, NULL, &x, 0, NULL).status, AG_ERR_NULL_ARGUMENT);
    ag_tensor *many[17];
    for (int i = 0; i < 17; i++) {
        many[i] = ag_variable(g, i);
    }
    unable(ag_gradcheck(apply, (void *)(uintptr_t)&cube, many, 17, NULL), AG_ERR_VALUE,
           "1 to 16 are possible");
    ck_assert(ag_gradcheck(apply, (void *)(uintptr_t)&cube, many, 16, NULL).ok);
    ag_graph_free(g);
}
END_TEST

/* Returns one element more at every call: not a function, and an error rather than a write past the
 * end of the memory for its Jacobian. */
static ag_tensor *grows(ag_tensor *const *in, int n, void *user)
{
    int64_t *size = user;
    (void)n;
    *size += 100;
    return ag_expand(in[0], AG_SHAPE(*size));
}

START_TEST(test_changes_its_mind)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1);
    int64_t size = 0;
    ag_gradcheck_result check = ag_gradcheck(grows, &size, &x, 1, NULL);
    ck_assert(!check.ok);
    const char *text =
        "gradcheck: the output of the function has another shape than before; at " __FILE__;
    no_success(g, HERE, check.status, AG_ERR_OP, text);
    check = ag_gradgradcheck(grows, &size, &x, 1, NULL);
    no_success(g, HERE, check.status, AG_ERR_OP, text);
    ag_graph_free(g);
}
END_TEST

/* Drops at random, anew at every call. */
static ag_tensor *drops(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    return n == 1 ? ag_dropout(ag_square(in[0]), 0.5, true) : NULL;
}

START_TEST(test_a_function_that_draws)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(40), 1.5);
    ag_gradcheck_result check = ag_gradcheck(drops, NULL, &x, 1, NULL);
    no_success(g, HERE, check.status, AG_ERR_OP, "the function gave two results",
               "ag_random_set_state", "test_gradcheck.c:");
    ag_graph_free(g);
}
END_TEST

static ag_tensor *sine_of_square(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    return n == 1 ? ag_sin(ag_square(in[0])) : NULL;
}

START_TEST(test_names_a_composition)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5);
    char text[400];
    ag_gradcheck_result check = ag_gradcheck(sine_of_square, NULL, &x, 1, NULL);
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(strstr(text, "gradcheck of a function of 2 operations, the last of them sin, "
                               "passed: 1 derivative; the largest error is at ") == text,
                  "%s", text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("gradcheck", test_a_function_that_draws, test_names_a_composition, test_right,
           test_leaves_no_trace, test_wrong_everywhere, test_wrong_in_one_element,
           test_wrong_second_derivative, test_says_nothing, test_wrong_in_numbers, test_tolerance,
           test_unable, test_changes_its_mind)
