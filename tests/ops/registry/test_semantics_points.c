/* The awkward points that take more than a row: sums over broadcast axes, ties, the where remedy,
 * nodes used twice, empty tensors, sizes that overflow, gradients given to two parents, any depth
 * and any fan-out. The numbers in the titles are those of the list of semantics. Expected numbers
 * are closed forms, written beside them. Elsewhere: 4, 5, most of 7, and 8 are rows of
 * test_semantics.c and test_reduce_semantics.c; 10 is in test_index_values.c and
 * test_neural_pool.c, 13 in test_neural_norm.c and test_neural_errors.c, 14 in test_neural.c and
 * ../autograd/test_checkpoint.c, 15 in test_loss_points.c, 18 in test_denormals.c.
 */
#include <autograd.h>
#include <autograd/custom_op.h>
#include <math.h>

#include "check_main.h"

enum { MOST = 16 };

static void grad_is(const ag_tensor *t, int n, const double *want)
{
    double have[MOST];
    ck_assert_int_eq(ag_size(t), n);
    ck_assert_int_eq(ag_grad_get(t, have, n), AG_OK);
    for (int i = 0; i < n; i++) {
        ck_assert_msg(have[i] == want[i], "element %d: %g, not %g", i, have[i], want[i]);
    }
}
#define GRAD_IS(t, ...)                                                                            \
    grad_is(t, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), (double[]){__VA_ARGS__})
#define VALUES(...) ((double[]){__VA_ARGS__})

/* --- 1: broadcasting -------------------------------------------------------------------------- */

/* d sum(a b) / d a_i = the sum of the b it met. */
START_TEST(test_1_gradient_is_summed_over_broadcast_axes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 1), VALUES(1, 2));
    ag_tensor *b = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), VALUES(10, 20, 40));
    ag_tensor *c = ag_from_values(g, AG_VARIABLE, AG_SCALAR, VALUES(3));
    ag_tensor *d = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 1, 3), VALUES(1, 1, 1, 2, 2, 2));
    ag_tensor *y = ag_mul(ag_mul(ag_mul(a, b), c), d);
    ck_assert_int_eq(ag_shape_of(y).ndim, 3);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(a, 630, 630);                   /* 3 (1 + 2) (10 + 20 + 40) */
    GRAD_IS(b, 27, 27, 27);                 /* 3 (1 + 2) (1 + 2) */
    GRAD_IS(c, 630);                        /* (1 + 2) (1 + 2) (10 + 20 + 40) */
    GRAD_IS(d, 90, 180, 360, 90, 180, 360); /* 3 (1 + 2) b */
    ag_graph_free(g);
}
END_TEST

/* --- 2, 3: ties and kinks --------------------------------------------------------------------- */

START_TEST(test_2_ties_split_evenly_among_others)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), VALUES(1, 2, 0.0));
    ag_tensor *b = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), VALUES(1, 1, -0.0));
    ck_assert_int_eq(ag_backward(ag_sum(ag_maximum(a, b))), AG_OK);
    GRAD_IS(a, 0.5, 1, 0.5);
    GRAD_IS(b, 0.5, 0, 0.5);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(ag_sum(ag_minimum(a, b))), AG_OK);
    GRAD_IS(a, 0.5, 0, 0.5);
    GRAD_IS(b, 0.5, 1, 0.5);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(ag_sum(ag_maximum(a, a))), AG_OK);
    GRAD_IS(a, 1, 1, 1);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_3_kinks_at_either_zero)
{
    static ag_tensor *(*const kinked[])(ag_tensor *) = {ag_relu, ag_abs, ag_sign};
    for (size_t i = 0; i < sizeof kinked / sizeof *kinked; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(0.0, -0.0));
        ck_assert_int_eq(ag_backward(ag_sum(kinked[i](x))), AG_OK);
        GRAD_IS(x, 0, 0);
        ag_graph_free(g);
    }
}
END_TEST

/* --- 6: where --------------------------------------------------------------------------------- */

static ag_tensor *root_where(ag_tensor *x, bool twice)
{
    ag_tensor *zero = ag_constant(ag_graph_of(x), 0), *one = ag_constant(ag_graph_of(x), 1);
    ag_tensor *positive = ag_gt(x, zero);
    return ag_where(positive, ag_sqrt(twice ? ag_where(positive, x, one) : x), zero);
}

/* sqrt' is NaN at -1, inf at 0, 1/4 at 4; 0 times the first two is NaN. */
START_TEST(test_6_where_passes_nan_and_double_where_does_not)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), VALUES(-1, 0, 4));
    ck_assert_int_eq(ag_backward(ag_sum(root_where(x, false))), AG_OK);
    ck_assert_double_nan(ag_grad_item_at(x, AG_SHAPE(0)));
    ck_assert_double_nan(ag_grad_item_at(x, AG_SHAPE(1)));
    ck_assert_double_eq(ag_grad_item_at(x, AG_SHAPE(2)), 0.25);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(ag_sum(root_where(x, true))), AG_OK);
    GRAD_IS(x, 0, 0, 0.25);
    ag_graph_free(g);
}
END_TEST

/* --- 7: logits -------------------------------------------------------------------------------- */

/* d (max(x, 0) - x t + log1p(exp(-|x|))) / dx = sigmoid(x) - t, also where max and |x| have kinks;
 * log(2) is the value there. */
START_TEST(test_7_logits_at_either_zero)
{
    for (int t = 0; t < 2; t++) {
        for (int form = 0; form < 2; form++) {
            ag_graph *g = ag_graph_new();
            ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(0.0, -0.0));
            ag_tensor *goal = ag_full(g, AG_CONSTANT, AG_SHAPE(2), t);
            const ag_bce_options each = {.reduction = AG_NONE}, sum = {.reduction = AG_SUM};
            ag_tensor *loss = form ? ag_bce_with_logits(x, goal, &sum)
                                   : ag_sum(ag_bce_with_logits(x, goal, &each));
            ck_assert_double_eq_tol(ag_item(loss), 2 * log(2), 1e-15);
            ck_assert_int_eq(ag_backward(loss), AG_OK);
            GRAD_IS(x, 0.5 - t, 0.5 - t);
            ag_graph_free(g);
        }
    }
}
END_TEST

/* --- 9: twice --------------------------------------------------------------------------------- */

/* y = h h + h with h = 3 x: dy/dh = 2 h + 1, dy/dx = 3 (6 x + 1). */
START_TEST(test_9_used_twice_and_backward_twice)
{
    for (int shaped = 0; shaped < 2; shaped++) {
        ag_graph *g = ag_graph_new();
        ag_shape shape = shaped ? AG_SHAPE(1, 1) : AG_SCALAR;
        ag_tensor *x = ag_full(g, AG_VARIABLE, shape, 2);
        ag_tensor *h = ag_retain_grad(ag_mul_scalar(x, 3)), *y = ag_add(ag_mul(h, h), h);
        for (int pass = 1; pass <= 2; pass++) {
            ck_assert_int_eq(ag_backward(y), AG_OK);
            GRAD_IS(h, 13);
            ck_assert_double_eq(ag_grad_item(x), 39.0 * pass);
            ck_assert_int_eq(ag_grad_runs(x), pass);
        }
        ck_assert_int_eq(ag_grad_state_of(h), AG_GRAD_COMPUTED);
        ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_ACCUMULATED);
        ag_graph_free(g);
    }
}
END_TEST

/* The consumers of x, newest and oldest, are far apart: all must have run before x is pulled
 * through. With h = x^2: y = exp(h) h + h, dy/dx = 2 x (exp(h) (1 + h) + 1). */
START_TEST(test_9_all_consumers_run_first)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5), *h = ag_square(x), *first = ag_mul_scalar(h, 1);
    ag_tensor *y = ag_add(ag_mul(ag_exp(h), h), first);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert_double_eq_tol(ag_grad_item(x), exp(0.25) * 1.25 + 1, 1e-15);
    ag_graph_free(g);
}
END_TEST

/* --- 11: nothing ------------------------------------------------------------------------------ */

START_TEST(test_11_no_elements)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(0), 1), *sum = ag_sum(x), *mean = ag_mean(x);
    ck_assert_double_eq(ag_item(sum), 0); /* the rows "sum empty" and "mean empty" */
    ck_assert_double_nan(ag_item(mean));
    ck_assert_int_eq(ag_backward(sum), AG_OK);
    ck_assert_int_eq(ag_backward(mean), AG_OK);
    ck_assert_int_eq(ag_grad_get(x, NULL, 0), AG_OK);
    ck_assert_int_eq(ag_grad_runs(x), 2);
    ag_tensor *rows = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 2), 1);
    ag_tensor *columns = ag_sum_over(ag_exp(rows), AG_AXES(0), false);
    ck_assert_double_eq(ag_item_at(columns, AG_SHAPE(1)), 0);
    ck_assert_int_eq(ag_backward(ag_sum(columns)), AG_OK);
    ck_assert_int_eq(ag_size(ag_mul(rows, rows)), 0);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* --- 12: too much ----------------------------------------------------------------------------- */

static ag_tensor *wide(ag_graph *g, int64_t rows, int64_t columns)
{
    return ag_expand(ag_variable(g, 1), AG_SHAPE(rows, columns));
}

/* Expanded operands need no memory; what they would broadcast to is too large for any. */
#define HALF ((int64_t)1 << 31)
#define TALL wide(g, HALF, 1)
#define WIDE wide(g, 1, HALF)
#define TOO_LARGE(name, expression)                                                                \
    static ag_tensor *name(ag_graph *g)                                                            \
    {                                                                                              \
        return expression;                                                                         \
    }
TOO_LARGE(elements, ag_full(g, AG_VARIABLE, AG_SHAPE(INT64_MAX, 2), 1))
TOO_LARGE(three_sizes, ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(HALF, HALF, 2), NULL))
TOO_LARGE(bytes, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(INT64_MAX / 8 + 1), NULL))
TOO_LARGE(expanded, ag_expand(ag_variable(g, 1), AG_SHAPE(INT64_MAX, INT64_MAX)))
TOO_LARGE(sum, ag_add(TALL, WIDE))
TOO_LARGE(product, ag_matmul(TALL, WIDE))
TOO_LARGE(choice, ag_where(TALL, WIDE, ag_variable(g, 1)))
TOO_LARGE(comparison, ag_lt(TALL, WIDE))

START_TEST(test_12_sizes_are_checked_for_overflow)
{
    static ag_tensor *(*const too_large[])(ag_graph *) = {
        elements, three_sizes, bytes, expanded, sum, product, choice, comparison};
    for (size_t i = 0; i < sizeof too_large / sizeof *too_large; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *t = too_large[i](g);
        ck_assert_msg(t == NULL, "case %d gave a tensor", (int)i);
        ck_assert_msg(ag_error(g) == AG_ERR_OVERFLOW, "case %d: %s", (int)i, ag_error_message(g));
        ag_graph_free(g);
    }
}
END_TEST

/* --- 16: two parents -------------------------------------------------------------------------- */

/* y = a + b hands one upstream gradient to both; a gains more afterwards, which b must not see. */
START_TEST(test_16_gradients_of_two_parents_are_apart)
{
    for (int way = 0; way < 3; way++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 2)), *grads[2];
        ag_tensor *a = ag_retain_grad(ag_neg(x)), *b = ag_retain_grad(ag_mul_scalar(x, 1));
        ag_tensor *early = ag_mul_scalar(a, 10), *y = ag_retain_grad(ag_add(a, b));
        ag_tensor *root = ag_add(ag_sum(y), ag_sum(early));
        if (way == 0) {
            ck_assert_int_eq(ag_backward(root), AG_OK);
            GRAD_IS(y, 1, 1);
            GRAD_IS(a, 11, 11);
            GRAD_IS(b, 1, 1);
            GRAD_IS(x, -10, -10);
        } else {
            ag_grad_options options = {.create_graph = way == 2};
            ag_tensor *in[2] = {a, b};
            ck_assert_int_eq(ag_grad(&root, 1, NULL, in, 2, &options, grads), AG_OK);
            ck_assert_double_eq(ag_item_at(grads[0], AG_SHAPE(1)), 11);
            ck_assert_double_eq(ag_item_at(grads[1], AG_SHAPE(1)), 1);
        }
        ag_graph_free(g);
    }
}
END_TEST

/* The seed is the caller's: a root that is a leaf's view must not add into it. */
START_TEST(test_16_the_seed_is_left_alone)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 2));
    ag_tensor *seed = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2), VALUES(1, 1));
    ag_tensor *y = ag_add(x, x);
    ck_assert_int_eq(ag_backward_from(y, seed), AG_OK);
    ck_assert_int_eq(ag_backward_from(y, seed), AG_OK);
    GRAD_IS(x, 4, 4);
    ck_assert_double_eq(ag_item_at(seed, AG_SHAPE(0)), 1);
    ag_graph_free(g);
}
END_TEST

/* --- 17: deep and wide ------------------------------------------------------------------------ */

/* y = x + 1 + 1 ... or x + x + ...: n operations, dy/dx = 1 or n. */
static void chain(ag_shape shape, bool fan, int n)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, shape, 1), *y = ag_mul_scalar(x, 1), *grad;
    for (int i = 1; i < n; i++) {
        y = fan ? ag_add(y, x) : ag_add_scalar(y, 1);
    }
    ag_tensor *root = ag_sum(y);
    double want = fan ? n : 1;
    ag_shape first = {.ndim = shape.ndim};
    ck_assert_int_eq(ag_backward(root), AG_OK);
    ck_assert_double_eq(ag_grad_item_at(x, first), want);
    ck_assert_int_eq(ag_grad(&root, 1, NULL, &x, 1, NULL, &grad), AG_OK);
    ck_assert_double_eq(ag_item_at(grad, first), want);
    ag_graph_free(g);
}

START_TEST(test_17_any_depth_and_any_fan_out)
{
    int n = check_small() ? 2000 : 200000;
    for (int fan = 0; fan < 2; fan++) {
        chain(AG_SCALAR, fan, n);
        chain(AG_SHAPE(2), fan, n);
    }
}
END_TEST

/* The row "asinh big": 1 + x^2 overflows, 1/sqrt(1 + x^2) does not; PyTorch has 0. */
START_TEST(test_asinh_far_out)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, -1e200), *y = ag_asinh(x);
    ck_assert_double_eq_tol(ag_item(y), -461.2101657793691, 1e-13);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert_double_eq_tol(ag_grad_item(x), 1e-200, 1e-215);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("semantics_points", test_1_gradient_is_summed_over_broadcast_axes,
           test_2_ties_split_evenly_among_others, test_3_kinks_at_either_zero,
           test_6_where_passes_nan_and_double_where_does_not, test_7_logits_at_either_zero,
           test_9_used_twice_and_backward_twice, test_9_all_consumers_run_first,
           test_11_no_elements, test_12_sizes_are_checked_for_overflow,
           test_16_gradients_of_two_parents_are_apart, test_16_the_seed_is_left_alone,
           test_17_any_depth_and_any_fan_out, test_asinh_far_out)
