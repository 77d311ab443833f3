/* Structured operations where a naive rule has no digits left, leaves the range, or multiplies 0 by
 * infinity: values and gradients are closed forms, named with each. Elementwise operations are in
 * tests/golden/test_sweep.c.
 */
#include "expect.h"

#include <float.h>

static ag_graph *g;

static ag_tensor *vector(int64_t n, const double *values)
{
    return ag_from_values(g, AG_VARIABLE, AG_SHAPE(n), values);
}

/* Each number relative to itself; 0 and infinities exactly. */
static void all_near(const char *where, const double *have, const double *want, int n, double most)
{
    for (int i = 0; i < n; i++) {
        bool near = have[i] == want[i] || fabs(have[i] - want[i]) <= most * fabs(want[i]);
        ck_assert_msg(near, "%s: number %d is %.17g, not %.17g", where, i, have[i], want[i]);
    }
}

/* The gradient of a scalar y by x. */
static void gradient_is(const char *where, ag_tensor *y, ag_tensor *x, const double *want, int n,
                        double most)
{
    double have[8];
    ag_zero_grads(g);
    ck_assert_msg(ag_backward(y) == AG_OK, "%s: %s", where, ag_error_message(g));
    expect_ok(ag_grad_get(x, have, n));
    all_near(where, have, want, n, most);
}
#define GRADIENT(y, x, n, most, ...)                                                               \
    gradient_is(AG_HERE, y, x, (const double[]){__VA_ARGS__}, n, most)

static void number_is(const char *where, ag_tensor *y, double want, double most)
{
    double have = ag_item(y);
    all_near(where, &have, &want, 1, most);
}
#define NUMBER(y, want, most) number_is(AG_HERE, y, want, most)

/* With d = exp(-37.43): log_softmax is -log1p(d), 1 - p is d/(1 + d). */
START_TEST(test_a_class_that_is_nearly_certain)
{
    g = ag_graph_new();
    double d = exp(-37.43), p = 1 / (1 + d);
    int64_t label[] = {0};
    ag_tensor *x = vector(2, (double[]){37.43, 0});
    ag_tensor *l = ag_select(ag_log_softmax(x, 0), 0, 0);
    NUMBER(l, -log1p(d), 1e-13);
    GRADIENT(l, x, 2, 1e-13, d * p, -d * p);
    GRADIENT(ag_select(ag_softmax(x, 0), 0, 0), x, 2, 1e-13, d * p * p, -d * p * p);
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1), label);
    ag_tensor *loss = ag_cross_entropy(ag_reshape(x, AG_SHAPE(1, 2)), t, NULL);
    NUMBER(loss, log1p(d), 1e-13);
    GRADIENT(loss, x, 2, 1e-13, -d * p, d * p);
    double h[4];
    expect_ok(
        ag_get(ag_hessian(ag_cross_entropy(ag_reshape(x, AG_SHAPE(1, 2)), t, NULL), x), h, 4));
    all_near(AG_HERE, h, (double[]){d * p * p, -d * p * p, -d * p * p, d * p * p}, 4, 1e-12);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* tanh' = 1/cosh^2, sigmoid' = e/(1 + e)^2, where y itself is rounded to 1. */
START_TEST(test_linear_layers_that_are_saturated)
{
    g = ag_graph_new();
    double c = 1 / cosh(20), e = exp(-40);
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1), (double[]){10});
    ag_tensor *w = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1), (double[]){2});
    ag_tensor *b = vector(1, (double[]){0}), *more = vector(1, (double[]){20});
    GRADIENT(ag_sum(ag_linear_tanh(x, w, b)), b, 1, 1e-13, c * c);
    GRADIENT(ag_sum(ag_linear_sigmoid(x, w, more)), more, 1, 1e-13, e / (1 + e) / (1 + e));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* cos = 24/25, its gradient (b/|b| - cos a/|a|)/|a|; below eps the divisor is eps and constant. */
START_TEST(test_cosines_of_any_length)
{
    for (int f32 = 0; f32 < 2; f32++) {
        double s = f32 ? 1e25 : 1e200, most = f32 ? 1e-5 : 1e-13;
        int64_t one[] = {1};
        g = ag_graph_new_with(&(ag_graph_options){.dtype = f32 ? AG_F32 : AG_F64});
        ag_tensor *a = vector(2, (double[]){3 * s, 4 * s}),
                  *b = vector(2, (double[]){4 * s, 3 * s});
        ag_tensor *cos = ag_cosine_similarity(a, b, 0, 1e-8);
        NUMBER(cos, 0.96, most);
        GRADIENT(cos, a, 2, 10 * most, 0.0448 / s, -0.0336 / s);
        ag_tensor *y = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1), one);
        ag_tensor *u = ag_reshape(a, AG_SHAPE(1, 2)), *v = ag_reshape(b, AG_SHAPE(1, 2));
        NUMBER(ag_cosine_embedding_loss(u, v, y, 0, AG_SUM), 0.04, 100 * most);
        ag_tensor *c = vector(2, (double[]){1, 0});
        ag_tensor *low = ag_cosine_similarity(c, vector(2, (double[]){1, 0}), 0, 10);
        NUMBER(low, 0.01, most);
        GRADIENT(low, c, 2, most, 0.01, 0);
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

/* (1, 2, 3, 4) less its mean, over sqrt(5/4); over the root of the mean square, sqrt(15/2). */
START_TEST(test_norms_of_large_numbers)
{
    for (int f32 = 0; f32 < 2; f32++) {
        double s = f32 ? 1e30 : 1e200, most = f32 ? 1e-5 : 1e-13, have[4];
        g = ag_graph_new_with(&(ag_graph_options){.dtype = f32 ? AG_F32 : AG_F64});
        double values[] = {s, 2 * s, 3 * s, 4 * s}, want[4], rms[4];
        for (int i = 0; i < 4; i++) {
            want[i] = (i - 1.5) / sqrt(1.25);
            rms[i] = (i + 1) / sqrt(7.5);
        }
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1, 4), values);
        ag_tensor *w = ag_full(g, AG_CONSTANT, AG_SHAPE(4), 1),
                  *b = ag_full(g, AG_CONSTANT, AG_SHAPE(4), 0);
        expect_ok(ag_get(ag_layer_norm(x, 1, NULL, NULL, 1e-5), have, 4));
        all_near(AG_HERE, have, want, 4, most);
        expect_ok(ag_get(ag_layer_norm(x, 1, w, b, 1e-5), have, 4));
        all_near(AG_HERE, have, want, 4, most);
        expect_ok(ag_get(ag_group_norm(x, 1, NULL, NULL, 1e-5), have, 4));
        all_near(AG_HERE, have, want, 4, most);
        expect_ok(ag_get(ag_rms_norm(x, 1, w, 1e-5), have, 4));
        all_near(AG_HERE, have, rms, 4, most);
        expect_ok(ag_get(ag_rms_norm(x, 1, NULL, 1e-5), have, 4));
        all_near(AG_HERE, have, rms, 4, most);
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

/* The vectors of s A are those of A, so their gradient is that at A over s. */
START_TEST(test_svd_at_any_scale)
{
    const double a[] = {1, .2, .3, 2}, scale[] = {1, 1e-170, 1e160};
    double first[4] = {0}, have[4];
    g = ag_graph_new();
    for (int k = 0; k < 3; k++) {
        double values[4];
        for (int i = 0; i < 4; i++) {
            values[i] = a[i] * scale[k];
        }
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), values), *u, *s, *vh;
        ag_svd(x, &u, &s, &vh);
        expect_ok(ag_backward(ag_select(ag_select(u, 0, 0), 0, 0)));
        expect_ok(ag_grad_get(x, have, 4));
        for (int i = 0; i < 4; i++) {
            first[i] = k == 0 ? have[i] : first[i];
            have[i] *= scale[k];
        }
        all_near(AG_HERE, have, first, 4, 1e-10);
    }
    all_near(AG_HERE, first, (double[]){0.20081, 0.553419, 0.228134, -0.189967}, 4, 1e-5);
    ag_graph_free(g);
}
END_TEST

/* A class of probability 0 with a logarithm of -inf adds nothing: log 2, and log(1 + e). */
START_TEST(test_nothing_times_infinity)
{
    g = ag_graph_new();
    ag_tensor *logq = vector(2, (double[]){log(0.5), -INFINITY}), *p = vector(2, (double[]){1, 0});
    ag_tensor *logp = vector(2, (double[]){0, -INFINITY});
    NUMBER(ag_kl_div(logq, p, false, AG_SUM), log(2), 1e-13);
    GRADIENT(ag_kl_div(logq, p, false, AG_SUM), logq, 2, 1e-13, -1, 0);
    NUMBER(ag_kl_div(logq, logp, true, AG_SUM), log(2), 1e-13);
    GRADIENT(ag_kl_div(logq, logp, true, AG_SUM), logp, 2, 1e-13, 1 + log(2), 0);
    ag_tensor *x = vector(3, (double[]){1, -INFINITY, 2}), *one = vector(3, (double[]){1, 0, 0});
    NUMBER(ag_cross_entropy(x, one, NULL), log1p(exp(1)), 1e-13);
    ag_tensor *y = vector(4, (double[]){-INFINITY, -INFINITY, 0, 1});
    double e = exp(-1), share = 1 / (1 + e);
    GRADIENT(ag_sum(ag_slice(ag_logcumsumexp(y, 0), 0, 2, 4, 1)), y, 4, 1e-13, 0, 0, 2 - share,
             share);
    GRADIENT(ag_sum(ag_logcumsumexp(y, 0)), y, 4, 1e-13, 1.5, 0.5, 2 - share, share);
    ag_tensor *top = vector(4, (double[]){1, INFINITY, INFINITY, 2});
    GRADIENT(ag_sum(ag_logcumsumexp(top, 0)), top, 4, 1e-13, 1, 2, 1, 0);
    ag_tensor *a = ag_variable(g, -INFINITY), *b = ag_variable(g, -INFINITY);
    ag_tensor *chain = ag_logaddexp(ag_logaddexp(a, b), ag_constant(g, 0));
    GRADIENT(chain, a, 1, 0, 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

static void hessian_near(const char *where, ag_tensor *f, ag_tensor *x, const double *want)
{
    double h[9];
    int64_t n = ag_size(x);
    ck_assert_msg(ag_get(ag_hessian(f, x), h, n * n) == AG_OK, "%s", where);
    all_near(where, h, want, (int)(n * n), 1e-13);
}

/* |x|^2 has the Hessian 2, the variance (with n - 1 = 2) that of (x - mean)^2/2, also at its least,
 * and however the square is written. */
START_TEST(test_squares_of_norms)
{
    g = ag_graph_new();
    const double two[] = {2, 0, 0, 2}, half[] = {1, 0, 0, 1}, own = 2.0 / 3, other = -1.0 / 3;
    const double spread[] = {own, other, other, other, own, other, other, other, own};
    ag_tensor *x = vector(2, (double[]){0, 0}), *y = vector(3, (double[]){2, 2, 2});
    ag_tensor *n = ag_norm(x, 2), *s = ag_std(y, 1), *third = ag_constant(g, 3);
    hessian_near(AG_HERE, ag_square(n), x, two);
    hessian_near(AG_HERE, ag_mul(n, n), x, two);
    hessian_near(AG_HERE, ag_mul(n, ag_norm(x, 2)), x, two);
    hessian_near(AG_HERE, ag_pow_scalar(n, 2), x, two);
    hessian_near(AG_HERE, ag_pow(n, ag_constant(g, 2)), x, two);
    hessian_near(AG_HERE, ag_mul_scalar(ag_mul(n, n), 0.5), x, half);
    hessian_near(AG_HERE, ag_div(ag_mul(n, ag_mul(n, third)), ag_constant(g, 6)), x, half);
    hessian_near(AG_HERE, ag_sub(ag_pow_scalar(n, 2), ag_pow_scalar(n, 3)), x, two);
    hessian_near(AG_HERE, ag_square(s), y, spread);
    hessian_near(AG_HERE, ag_pow_scalar(s, 2), y, spread);
    hessian_near(AG_HERE, ag_mul(s, ag_std(y, 1)), y, spread);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("digits", test_a_class_that_is_nearly_certain, test_linear_layers_that_are_saturated,
           test_cosines_of_any_length, test_norms_of_large_numbers, test_svd_at_any_scale,
           test_nothing_times_infinity, test_squares_of_norms)
