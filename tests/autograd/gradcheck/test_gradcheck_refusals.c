/* What the gradient checker cannot check: it says why, and of a composition or a function that draws
 * at random it says so.
 */
#include "cube.h"

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
               "ag_random_set_state", "test_gradcheck_refusals.c:");
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

CHECK_MAIN("gradcheck_refusals", test_unable, test_changes_its_mind, test_a_function_that_draws,
           test_names_a_composition)
