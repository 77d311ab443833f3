/* Memory that runs out at every moment (no_memory.h) of what the engine does: recording, backward
 * passes, derivatives, traces.
 */
#include "no_memory.h"

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
    each_call(scene_register, false, 0);
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
