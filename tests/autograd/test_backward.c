/* The numeric backward pass: the lecture's example, nodes used twice, accumulation over passes,
 * the states of a gradient, what is kept, and what is not hidden.
 *   [A1]     f(x) = sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2)) at 2, from the lecture, section 3
 *   [torch]  PyTorch 1.13.1, float64
 */
#include "expect.h"

static ag_graph *g;

/* [A1], to the digits it gives. */
START_TEST(test_lecture)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *a = ag_square(x), *b = ag_exp(a), *c = ag_add(a, b);
    ag_tensor *d = ag_sqrt(c), *e = ag_cos(c), *f = ag_add(d, e);
    expect_near(ag_item(b), 54.59815, 1e-7);
    expect_near(ag_item(c), 58.59815, 1e-7);
    expect_near(ag_item(d), 7.654943, 1e-7);
    expect_near(ag_item(e), -0.4606132, 1e-7);
    expect_near(ag_item(f), 7.19433, 1e-6);
    expect_ok(ag_backward(f));
    expect_near(ag_grad_item(c), -0.8222837, 1e-7);
    expect_near(ag_grad_item(a), -45.71745, 1e-7);
    expect_near(ag_grad_item(x), -182.8698, 1e-6);
    double p;
    ck_assert(ag_local_partial(d, 0, &p));
    expect_near(p, 0.06531727, 1e-8);
    ck_assert(ag_local_partial(e, 0, &p));
    expect_near(p, -0.887601, 1e-6);
    double s = 4 + exp(4.0), slope = (1 / (2 * sqrt(s)) - sin(s)) * (4 + 4 * exp(4.0));
    expect_near(ag_grad_item(x), slope, 1e-14); /* f'(x) by the chain rule, by hand */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_used_twice)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3);
    expect_ok(ag_backward(ag_mul(x, x)));
    expect_same(ag_grad_item(x), 6);
    ag_zero_grad(x);
    expect_ok(ag_backward(ag_sub(x, x)));
    expect_same(ag_grad_item(x), 0);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_COMPUTED); /* zero, but computed */
    ag_zero_grad(x);
    /* A diamond whose arms have different lengths: y = x^2 exp(x^2), y' = 2x exp(x^2) (1 + x^2). */
    ag_tensor *a = ag_square(x), *y = ag_mul(a, ag_exp(a));
    expect_ok(ag_backward(y));
    expect_near(ag_grad_item(x), 6 * exp(9.0) * 10, 1e-14);
    ag_tensor *m = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4);
    expect_ok(ag_backward(ag_sum(ag_matmul(m, m)))); /* gM = 1 M^T + M^T 1 */
    expect_grads(m, 7, 11, 9, 13);
    ag_graph_free(g);
}
END_TEST

/* Each pass adds to the leaves; an interior gradient is of the last pass alone. */
START_TEST(test_passes)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *w = ag_full(g, AG_PARAMETER, AG_SHAPE(2), 3);
    ag_tensor *h = ag_square(x), *y = ag_mul(h, h), *v = ag_retain_grad(ag_mul(w, h));
    ag_tensor *z = ag_sum(v);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ck_assert_int_eq(ag_grad_state_of(h), AG_GRAD_NOT_RUN);
    ck_assert(!ag_has_grad(x));
    expect_ok(ag_backward(y)); /* x^4: 4 x^3 = 32; by h: 2 h = 8 */
    expect_same(ag_grad_item(x), 32);
    expect_same(ag_grad_item(h), 8);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_COMPUTED);
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 64);
    expect_same(ag_grad_item(h), 8);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_ACCUMULATED);
    ck_assert_int_eq(ag_grad_state_of(h), AG_GRAD_COMPUTED);
    ck_assert_uint_eq(ag_grad_runs(x), 2);
    expect_ok(ag_backward(z)); /* sum w x^2 = 6 x^2 */
    expect_same(ag_grad_item(x), 64 + 24);
    expect_same(ag_grad_item(h), 6);
    expect_grads(v, 1, 1);
    expect_grads(w, 4, 4);
    expect_ok(ag_backward(z));
    expect_grads(v, 1, 1);
    expect_grads(w, 8, 8);
    ck_assert_uint_eq(ag_grad_runs(x), 4);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_zero)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *w = ag_full(g, AG_PARAMETER, AG_SHAPE(2), 3);
    ag_tensor *y = ag_square(x), *z = ag_sum(ag_mul(w, y));
    expect_ok(ag_backward(z));
    ag_zero_grad(w);
    ck_assert_int_eq(ag_grad_state_of(w), AG_GRAD_NOT_RUN);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_COMPUTED);
    ck_assert(!ag_has_grad(w));
    ck_assert_ptr_null(ag_grad_data(w));
    expect_ok(ag_backward(z));
    expect_grads(w, 4, 4);
    expect_same(ag_grad_item(x), 48);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ck_assert_int_eq(ag_grad_state_of(y), AG_GRAD_NOT_RUN);
    ck_assert_uint_eq(ag_grad_runs(w), 0);
    expect_ok(ag_backward(z));
    expect_same(ag_grad_item(x), 24);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_required)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *c = ag_constant(g, 5), *y = ag_mul(x, c);
    ag_tensor *cut = ag_detach(y), *z = ag_mul(ag_add(cut, x), y); /* (5x' + x) 5x */
    expect_ok(ag_backward(z));
    expect_same(ag_grad_item(x), 5 * (10 + 2) + 5 * 2);
    ck_assert_int_eq(ag_grad_state_of(c), AG_GRAD_NOT_REQUIRED);
    ck_assert_int_eq(ag_grad_state_of(cut), AG_GRAD_NOT_REQUIRED);
    ck_assert_int_eq(ag_grad_state_of(NULL), AG_GRAD_NOT_REQUIRED);
    ck_assert(!ag_has_grad(c) && !ag_needs_grad(c) && !ag_needs_grad(cut) && ag_needs_grad(z));
    ag_no_grad_enter(g);
    ag_no_grad_enter(g);
    ag_no_grad_leave(g);
    ck_assert(!ag_needs_grad(ag_exp(x))); /* scopes nest */
    ck_assert(ag_needs_grad(ag_variable(g, 1)));
    ag_no_grad_leave(g);
    ck_assert(ag_needs_grad(ag_exp(x)));
    ag_no_grad_leave(g); /* one too many does nothing */
    ck_assert(ag_needs_grad(ag_exp(x)));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_keep)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2), 1, 2);
    ag_tensor *a = ag_square(x), *b = ag_mul_scalar(a, 3), *y = ag_sum(b);
    expect_ok(ag_backward(y));
    ck_assert(!ag_has_grad(a) && !ag_has_grad(b) && ag_has_grad(y));
    ag_retain_grads(g, true);
    expect_ok(ag_backward(y));
    expect_grads(b, 1, 1);
    expect_grads(a, 3, 3);
    ag_retain_grads(g, false);
    ck_assert_ptr_eq(ag_retain_grad(a), a);
    expect_ok(ag_backward(y));
    expect_grads(a, 3, 3);
    expect_same(ag_grad_item(y), 1);
    expect_grads(x, 18, 36); /* three passes */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_seed)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4);
    ag_tensor *y = ag_square(x);
    ag_tensor *seed = of_values(g, AG_SHAPE(2, 2), 1, 10, 0, -1);
    expect_ok(ag_backward_from(y, seed));
    expect_grads(x, 2, 40, 0, -8);
    ag_zero_grads(g);
    expect_ok(ag_backward_from(y, ag_transpose(seed))); /* strided */
    expect_grads(x, 2, 0, 60, -8);
    ag_zero_grads(g);
    expect_ok(ag_backward_from(y, y));
    expect_grads(x, 2, 16, 54, 128);
    expect_values(seed, 1, 10, 0, -1);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaf_as_root)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *y = ag_mul(x, x);
    expect_ok(ag_backward(x));
    expect_same(ag_grad_item(x), 1);
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 5);
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(2), 1);
    expect_ok(ag_backward_from(w, w));
    expect_ok(ag_backward_from(w, w));
    expect_grads(w, 2, 2);
    ag_graph_free(g);
}
END_TEST

/* The gradient is summed over every axis that was stretched, on either side, prepended ones too. */
START_TEST(test_broadcast)
{
    g = ag_graph_new();
    ag_tensor *row = of_values(g, AG_SHAPE(3), 1, 2, 3);
    ag_tensor *column = of_values(g, AG_SHAPE(2, 1), 10, 20);
    ag_tensor *s = ag_variable(g, 5);
    expect_ok(ag_backward(ag_sum(ag_mul(ag_mul(row, column), s))));
    expect_grads(row, 150, 150, 150);
    expect_grads(column, 30, 30);
    expect_same(ag_grad_item(s), 180);
    ag_zero_grads(g);
    ag_tensor *x = of_values(g, AG_SHAPE(2, 1), 3, 4);
    ag_tensor *both = ag_mul(x, ag_transpose(x)); /* one tensor, stretched both ways: x_i x_j */
    expect_ok(ag_backward(ag_sum(both)));
    expect_grads(x, 14, 14); /* d (sum x)^2 = 2 sum x */
    ag_graph_free(g);
}
END_TEST

/* 0 * inf is NaN, and no zero on the way may hide it [torch: 0*sqrt0, sqrt0]. */
START_TEST(test_zero_times_infinity)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0), *zero = ag_constant(g, 0);
    expect_ok(ag_backward(ag_mul(zero, ag_sqrt(x))));
    ck_assert(isnan(ag_grad_item(x)));
    ag_zero_grad(x);
    expect_ok(ag_backward(ag_sqrt(x)));
    ck_assert(isinf(ag_grad_item(x)));
    ag_tensor *v = of_values(g, AG_SHAPE(2), 0, 4);
    expect_ok(ag_backward(ag_sum(ag_mul(ag_sqrt(v), zero))));
    expect_grads(v, (double)NAN, 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nothing_inside)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 0),
              *b = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    ag_tensor *y = ag_sum(ag_exp(ag_add(x, b)));
    expect_same(ag_item(y), 0);
    expect_ok(ag_backward(y));
    ck_assert_int_eq(ag_grad_get(x, NULL, 0), AG_OK);
    expect_grads(b, 0, 0, 0);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_COMPUTED);
    ag_tensor *w = ag_full(g, AG_VARIABLE, AG_SHAPE(3, 2), 1);
    expect_ok(ag_backward(ag_sum(ag_matmul(x, w))));
    expect_grads(w, 0, 0, 0, 0, 0, 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_f32)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = ag_variable(g, 3), *v = ag_full(g, AG_PARAMETER, AG_SHAPE(2), 2);
    ck_assert_int_eq(ag_dtype_of(x), AG_F32);
    ag_tensor *y = ag_sum(ag_mul(ag_mul(v, x), ag_mul(x, x))); /* 2 v x^3 */
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 108);
    expect_grads(v, 27, 27);
    double tenth = 0.1;
    ag_tensor *wide = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SCALAR, &tenth);
    ag_tensor *narrow = ag_square(ag_cast(wide, AG_F32)); /* passes back through the cast */
    expect_ok(ag_backward(narrow));
    expect_near(ag_grad_item(wide), 0.2f, 1e-7);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("backward", test_lecture, test_used_twice, test_passes, test_zero, test_not_required,
           test_keep, test_seed, test_leaf_as_root, test_broadcast, test_zero_times_infinity,
           test_nothing_inside, test_f32)
