/* Hooks: what they see, what they may give back, in which order, on leaves and inside, 0-d and
 * larger; and what happens when their own code fails or does what it must not do during a pass.
 */
#include "expect.h"

static ag_graph *g;

typedef struct witness {
    int calls;
    double seen[16];
    const ag_tensor *on[16];
} witness;

static ag_tensor *look(ag_tensor *t, ag_tensor *gradient, void *user)
{
    witness *w = user;
    w->on[w->calls] = t;
    ag_shape first = {ag_shape_of(gradient).ndim, {0}};
    w->seen[w->calls++] = ag_item_at(gradient, first);
    return NULL;
}

static ag_tensor *add_one(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_add_scalar(gradient, 1);
}

static ag_tensor *twice(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_mul_scalar(gradient, 2);
}

/* The hook of a leaf sees the gradient of the pass alone, once, with all contributions in. */
START_TEST(test_leaf)
{
    g = ag_graph_new();
    witness w = {0};
    ag_tensor *x = ag_variable(g, 3), *y = ag_add(ag_mul(x, x), x);
    expect_ok(ag_backward(y));
    expect_ok(ag_hook(x, look, &w));
    ck_assert(ag_is_hooked(x));
    expect_ok(ag_backward(y));
    expect_ok(ag_backward(y));
    ck_assert_int_eq(w.calls, 2);
    expect_same(w.seen[0], 7);
    expect_same(w.seen[1], 7);
    expect_same(ag_grad_item(x), 21);
    ck_assert_uint_eq(ag_grad_runs(x), 3);
    expect_ok(ag_unhook(x, look, &w));
    ck_assert(!ag_is_hooked(x));
    expect_ok(ag_backward(y));
    ck_assert_int_eq(w.calls, 2);
    expect_same(ag_grad_item(x), 28);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaf_tensor)
{
    g = ag_graph_new();
    witness w = {0};
    ag_tensor *x = of_values(g, AG_SHAPE(2), 1, 2), *y = ag_sum(ag_square(x));
    expect_ok(ag_hook(x, look, &w));
    expect_ok(ag_hook(x, twice, NULL));
    expect_ok(ag_backward(y));
    expect_ok(ag_backward(y));
    expect_same(w.seen[0], 2);
    expect_same(w.seen[1], 2);
    expect_grads(x, 8, 16);
    expect_ok(ag_backward_from(x, x)); /* also where the leaf is the root */
    ck_assert_int_eq(w.calls, 3);
    expect_grads(x, 10, 20);
    ag_graph_free(g);
}
END_TEST

/* What a hook inside gives back is what flows on, and is the gradient kept there. */
START_TEST(test_replaces)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3), *h = ag_square(x), *y = ag_mul_scalar(h, 5);
    expect_ok(ag_hook(h, twice, NULL));
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(h), 10);
    expect_same(ag_grad_item(x), 60);
    ag_tensor *v = of_values(g, AG_SHAPE(2), 1, 2), *s = ag_retain_grad(ag_square(v));
    expect_ok(ag_hook(s, add_one, NULL));
    expect_ok(ag_backward(ag_sum(s)));
    expect_grads(s, 2, 2);
    expect_grads(v, 4, 8);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_order)
{
    g = ag_graph_new();
    witness w = {0};
    ag_tensor *x = ag_variable(g, 1), *h = ag_mul_scalar(x, 3), *y = ag_mul_scalar(h, 5);
    expect_ok(ag_hook(h, look, &w));
    expect_ok(ag_hook(h, add_one, NULL));
    expect_ok(ag_hook(h, twice, NULL));
    expect_ok(ag_hook(h, look, &w));
    expect_ok(ag_hook(y, look, &w));
    expect_ok(ag_hook(x, look, &w));
    expect_ok(ag_backward(y));
    ck_assert_int_eq(w.calls, 4);
    ck_assert(w.on[0] == y && w.on[1] == h && w.on[2] == h && w.on[3] == x);
    expect_same(w.seen[0], 1);
    expect_same(w.seen[1], 5);
    expect_same(w.seen[2], 12); /* (5 + 1) 2 */
    expect_same(w.seen[3], 36);
    expect_ok(ag_unhook(h, add_one, NULL));
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 36 + 30);
    ag_graph_free(g);
}
END_TEST

/* Strided views of the gradient given back: rows exchanged, a vector turned round. */
static ag_tensor *transposed(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_transpose(gradient);
}

static ag_tensor *reversed(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_slice(gradient, 0, INT64_MAX, INT64_MIN, -1);
}

START_TEST(test_views_of_the_gradient)
{
    g = ag_graph_new();
    ag_tensor *w = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4),
              *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 0);
    expect_ok(ag_hook(x, transposed, NULL));
    expect_ok(ag_backward(ag_sum(ag_mul(x, w))));
    expect_grads(x, 1, 3, 2, 4);
    ag_tensor *c = of_values(g, AG_SHAPE(5), 1, 2, 3, 4, 5),
              *v = ag_full(g, AG_VARIABLE, AG_SHAPE(5), 0);
    ag_tensor *h = ag_retain_grad(ag_mul_scalar(v, 1));
    expect_ok(ag_hook(h, reversed, NULL));
    expect_ok(ag_backward(ag_sum(ag_mul(h, c))));
    expect_grads(h, 5, 4, 3, 2, 1);
    expect_grads(v, 5, 4, 3, 2, 1);
    ag_graph_free(g);
}
END_TEST

/* ag_grad runs them too, and what they give back can be differentiated. */
START_TEST(test_with_tensors)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3), *h = ag_square(x), *y = ag_square(h), *dx = NULL, *ddx = NULL;
    expect_ok(ag_hook(h, twice, NULL));
    ag_grad_options options = {.create_graph = true};
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, &options, &dx));
    expect_same(ag_item(dx), 2 * 4 * 27); /* 2 d(x^4) */
    expect_ok(ag_grad(&dx, 1, NULL, &x, 1, NULL, &ddx));
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ag_graph_free(g);
}
END_TEST

/* --- what fails ------------------------------------------------------------------------------- */

static ag_tensor *other_shape(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)user;
    return ag_expand(gradient, AG_SHAPE(ag_size(t) + 1, ag_size(t)));
}

static ag_tensor *breaks(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)user;
    return ag_matmul(gradient, t); /* of 0-d tensors */
}

static ag_tensor *runs_backward(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)gradient;
    (void)user;
    return ag_backward(t) == AG_OK ? gradient : NULL;
}

static ag_tensor *zeroes(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)gradient;
    ag_zero_grad(user);
    return NULL;
}

static ag_tensor *zeroes_all(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)gradient;
    (void)user;
    ag_zero_grads(ag_graph_of(t));
    return NULL;
}

static ag_tensor *hooks_more(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)gradient;
    (void)user;
    return ag_hook(t, twice, NULL) == AG_OK ? gradient : NULL;
}

static ag_tensor *writes(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)gradient;
    return ag_set_item(user, 9) == AG_OK ? NULL : gradient;
}

/* The hook stands on h = x^2 in exp(h) + x^2; x has one as well, and gradients from before. */
static void broken(ag_hook_function hook, ag_status status, const char *part)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *h = ag_name(ag_square(x), "h"), *y = ag_add(ag_exp(h), h);
    expect_ok(ag_backward(y));
    expect_ok(ag_hook(x, twice, NULL));
    expect_ok(ag_hook(h, hook, x));
    no_success(g, HERE, ag_backward(y), status, part);
    expect_ok(ag_unhook(h, hook, x));
    expect_ok(ag_unhook(x, twice, NULL));
    ag_zero_grads(g);
    expect_ok(ag_set_item(x, 1));
    expect_ok(ag_backward(ag_square(x)));
    expect_same(ag_grad_item(x), 2);
    ag_graph_free(g);
}

START_TEST(test_broken)
{
    broken(other_shape, AG_ERR_SHAPE, "hook: it returned a tensor of another shape");
    broken(breaks, AG_ERR_SHAPE, "matmul: ");
    broken(runs_backward, AG_ERR_STATE,
           "backward: a backward pass of this graph is already running");
    broken(hooks_more, AG_ERR_STATE, "hook: a backward pass is running");
    broken(zeroes, AG_ERR_STATE, "zero_grad: a backward pass is running; at " __FILE__);
    broken(zeroes_all, AG_ERR_STATE, "zero_grads: a backward pass is running; at " __FILE__);
    broken(writes, AG_ERR_CHANGED, "of square was written");
}
END_TEST

/* An earlier error that nobody cleared does not hide that a hook has failed. */
START_TEST(test_broken_after_an_error)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *h = ag_square(x), *y = ag_exp(h);
    expect_ok(ag_hook(h, other_shape, NULL));
    ck_assert_ptr_null(ag_matmul(x, x));
    ck_assert_int_ne(ag_backward(y), AG_OK);
    failed(g, AG_ERR_SHAPE, "", (const char *const[]){"matmul", NULL});
    ag_graph_free(g);
}
END_TEST

/* A leaf whose hook fails keeps what it had from the passes before, with this one's sum as it
 * came. */
START_TEST(test_broken_on_leaf)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 3), *y = ag_sum(ag_square(x));
    expect_ok(ag_backward(y));
    expect_ok(ag_hook(x, other_shape, NULL));
    no_success(g, HERE, ag_backward(y), AG_ERR_SHAPE, "hook: it returned");
    expect_ok(ag_unhook(x, other_shape, NULL));
    expect_grads(x, 12, 12);
    ag_zero_grads(g);
    expect_ok(ag_backward(y));
    expect_grads(x, 6, 6);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    g = ag_graph_new();
    ag_tensor *c = ag_name(ag_constant(g, 1), "c"), *x = ag_variable(g, 1);
    no_success(g, HERE, ag_hook(c, look, NULL), AG_ERR_NO_GRADIENT,
               "hook: the tensor needs no gradient", "\"c\"");
    no_success(g, HERE, ag_unhook(x, look, NULL), AG_ERR_VALUE, "unhook: no such hook");
    expect_ok(ag_hook(x, look, &x));
    no_success(g, HERE, ag_unhook(x, look, NULL), AG_ERR_VALUE,
               "unhook: no such hook"); /* other user data */
    expect_ok(ag_unhook(x, look, &x));
    ck_assert_int_eq(ag_hook(NULL, look, NULL), AG_ERR_NULL_ARGUMENT);
    no_success(g, HERE, ag_hook(x, NULL, NULL), AG_ERR_NULL_ARGUMENT, "hook: the function is NULL",
               LINE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("hooks", test_leaf, test_leaf_tensor, test_replaces, test_order,
           test_views_of_the_gradient, test_with_tensors, test_broken, test_broken_after_an_error,
           test_broken_on_leaf, test_refused)
