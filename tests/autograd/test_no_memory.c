/* Memory that runs out, at every moment: once for each call of the allocator, then with the
 * recording's own memory filled to every possible level, so that the call that finds it full is
 * each one in turn. Whatever happens is an ordinary error: it is reported, nothing leaks, and with
 * memory back the same graph works.
 */
#include "allocator.h"
#include "expect.h"

#include <stdio.h>

/* Each scene returns AG_OK when all of it worked. */
typedef ag_status (*scene)(ag_graph *g);

static ag_status status_of(const ag_graph *g, const void *result)
{
    return result != NULL ? AG_OK : ag_error(g) != AG_OK ? ag_error(g) : AG_ERR_STATE;
}

static ag_tensor *recorded(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_variable(g, 2.0), "the input of the whole computation"),
              *a = ag_square(x);
    ag_tensor *v = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(40, 3), 0.5), "v");
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(3, 40), 0.25);
    ag_tensor *m = ag_matmul(ag_mul(v, a), w);
    ag_tensor *s = ag_mean_over(ag_tanh(m), AG_AXES(1), true);
    ag_tensor *both[] = {s, ag_name(ag_slice(ag_transpose(m), 0, 0, 3, 2), "slice")};
    both[1] = ag_reshape(both[1], AG_SHAPE(-1, 1));
    return ag_name(ag_sum(ag_mul(ag_concat(both, 2, 0), ag_expand(x, AG_SHAPE(120, 1)))), "loss");
}

static ag_status scene_backward(ag_graph *g)
{
    ag_tensor *y = recorded(g);
    return y != NULL ? ag_backward(y) : status_of(g, y);
}

static ag_status scene_keep(ag_graph *g)
{
    ag_retain_grads(g, true);
    ag_tensor *y = recorded(g);
    ag_status status = y != NULL ? ag_backward(y) : status_of(g, y);
    return status == AG_OK ? ag_backward(y) : status;
}

static ag_tensor *half(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_mul_scalar(gradient, 0.5);
}

static ag_status scene_hooks(ag_graph *g)
{
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(64), 1), *h = ag_exp(x), *y = ag_sum(h);
    ag_status status = status_of(g, y);
    (void)(ag_graph_mark)(g); /* hooks given after a mark to what is before it */
    status = status == AG_OK ? ag_hook(x, half, NULL) : status;
    status = status == AG_OK ? ag_hook(h, half, NULL) : status;
    status = status == AG_OK ? ag_hook(h, half, g) : status;
    status = status == AG_OK ? ag_backward(y) : status;
    status = status == AG_OK ? ag_backward(y) : status;
    if (status == AG_OK && fabs(ag_grad_item_at(x, AG_SHAPE(0)) - 2 * exp(1.0) / 8) > 1e-15) {
        return AG_ERR_OP;
    }
    return status;
}

static ag_status scene_hessian(ag_graph *g)
{
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(4), 0.5);
    ag_tensor *y = ag_sum(ag_mul(ag_sin(x), ag_reshape(ag_exp(x), AG_SHAPE(4, 1))));
    ag_tensor *h = ag_hessian(y, x);
    return status_of(g, h);
}

static ag_status scene_jvp(ag_graph *g)
{
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(4), 0.5);
    ag_tensor *y = ag_tanh(ag_mul(x, x)),
              *t = ag_jvp(y, x, ag_full(g, AG_CONSTANT, AG_SHAPE(4), 1));
    return status_of(g, ag_jacobian(t, x));
}

static ag_tensor *checked(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    (void)user;
    return ag_sum(ag_mul(ag_tanh(in[0]), in[1]));
}

static ag_status scene_gradcheck(ag_graph *g)
{
    ag_tensor *in[2] = {ag_full(g, AG_VARIABLE, AG_SHAPE(2), 0.5), ag_variable(g, 0.25)};
    if (in[0] == NULL || in[1] == NULL) {
        return ag_error(g);
    }
    ag_gradcheck_result check = ag_gradcheck(checked, NULL, in, 2, NULL);
    if (check.status == AG_OK) {
        check = ag_gradgradcheck(checked, NULL, in, 2, NULL);
    }
    if (ag_item_at(in[0], AG_SHAPE(0)) != 0.5 || ag_item(in[1]) != 0.25) {
        return AG_ERR_OP; /* put back, whatever happened */
    }
    return check.status == AG_OK && !check.ok ? AG_ERR_OP : check.status;
}

static ag_status scene_order(ag_graph *g)
{
    ag_tensor *y = recorded(g);
    ag_order order;
    ag_status status = y != NULL ? ag_order_new(y, &order) : status_of(g, y);
    if (status == AG_OK) {
        ag_order_free(&order);
    }
    return status;
}

static ag_status scene_register(ag_graph *g)
{
    ag_status status = AG_OK;
    for (int i = 0; i < 20 && status == AG_OK; i++) {
        status = ag_op_register(g, ag_op_at(i));
    }
    return status;
}

static ag_status filled(ag_graph *g, bool dot, bool keep)
{
    ag_retain_grads(g, keep);
    ag_tensor *y = recorded(g);
    ag_status status = y != NULL ? ag_backward(y) : status_of(g, y);
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    if (status == AG_OK) {
        viz_options options = {.alt = true, .expand = true, .legend = true, .target = NULL};
        status = dot ? viz_dot(out, y, &options) : viz_trace_with(out, y, &options);
    }
    fclose(out);
    return status;
}

static ag_status scene_trace(ag_graph *g)
{
    return filled(g, false, true);
}

static ag_status scene_dot(ag_graph *g)
{
    return filled(g, true, false);
}

static ag_status scene_scalar_trace(ag_graph *g)
{
    ag_tensor *x = ag_variable(g, 2), *y = ag_mul(ag_exp(x), x);
    ag_status status = y != NULL ? ag_backward(y) : status_of(g, y);
    char *text = NULL;
    status = status == AG_OK ? viz_trace_string(y, NULL, &text) : status;
    viz_free(text);
    return status;
}

/* --- running them ----------------------------------------------------------------------------- */

static void end(ag_graph *g, account *a, ag_status status, const char *when)
{
    ck_assert_msg(a->refused == 0 || status == AG_ERR_MEMORY, "%s: %s; %s", when,
                  ag_status_text(status), ag_error_message(g));
    ck_assert_msg(a->refused > 0 || status == AG_OK, "%s: %s", when, ag_error_message(g));
    ck_assert_msg(ag_error(g) == AG_OK || strstr(ag_error_message(g), "memory") != NULL, "%s",
                  ag_error_message(g));
    a->fail_at = 0;
    ag_error_clear(g);
    ag_retain_grads(g, false);
    still_works(g);
    ag_graph_free(g);
    account_balanced(a);
}

/* The k-th call of the allocator fails, alone or with all later ones, until none is left to
 * fail. */
static void each_call(scene run, bool after)
{
    char when[64];
    for (size_t k = 1;; k++) {
        account a = {.fail_at = k, .fail_after = after};
        ag_graph *g = account_graph(&a);
        ck_assert_int_eq(g == NULL, k == 1);
        if (g == NULL) {
            account_balanced(&a);
            continue;
        }
        ag_status status = run(g);
        bool done = a.refused == 0;
        snprintf(when, sizeof when, "call %zu of the allocator", k);
        end(g, &a, status, when);
        if (done) {
            ck_assert_uint_gt(k, 3);
            return;
        }
    }
}

/* With `filled` bytes of the first chunk taken, and nothing more to be had once it is full. */
static void each_level(scene run, size_t step)
{
    char when[64];
    size_t failures = 0, largest = (size_t)16 << 10;
    for (size_t filled = step; filled <= largest; filled += step) {
        account a = {0};
        ag_graph *g = account_graph(&a);
        int64_t n = (int64_t)(filled / sizeof(double));
        ck_assert_ptr_nonnull(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 0));
        a.fail_at = a.calls + 1;
        a.fail_after = true;
        ag_status status = run(g);
        failures += a.refused > 0;
        snprintf(when, sizeof when, "%zu bytes taken before", filled);
        end(g, &a, status, when);
    }
    ck_assert_uint_gt(failures, 10);
}

static void everywhere(scene run)
{
    each_call(run, false);
    each_call(run, true);
    each_level(run, check_small() ? 1024 : 48);
}

#define TEST_SCENE(name)                                                                           \
    START_TEST(test_##name)                                                                        \
    {                                                                                              \
        everywhere(scene_##name);                                                                  \
    }                                                                                              \
    END_TEST

TEST_SCENE(backward)
TEST_SCENE(keep)
TEST_SCENE(hooks)
TEST_SCENE(hessian)
TEST_SCENE(jvp)
TEST_SCENE(gradcheck)
TEST_SCENE(order)
TEST_SCENE(trace)
TEST_SCENE(dot)
TEST_SCENE(scalar_trace)

START_TEST(test_register)
{
    each_call(scene_register, false);
}
END_TEST

/* A failed allocation of leaves and names changes nothing that was there. */
START_TEST(test_names)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *x = ag_name(ag_variable(g, 2), "x");
    (void)(ag_graph_mark)(g);
    a.fail_at = a.calls + 1;
    a.fail_after = true;
    ck_assert_ptr_null(ag_name(x, "a longer name for an older tensor"));
    ck_assert_int_eq(ag_error(g), AG_ERR_MEMORY);
    ck_assert_str_eq(ag_name_of(x), "x");
    a.fail_at = 0;
    ag_error_clear(g);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

CHECK_MAIN("no_memory", test_backward, test_keep, test_hooks, test_hessian, test_jvp,
           test_gradcheck, test_order, test_trace, test_dot, test_scalar_trace, test_register,
           test_names)
