/* The norm of gradients, clipping and scaling, against the formula; no overflow in f32, nor in
 * f64; a norm that is not finite changes nothing and names the parameter (statement of pytorch
 * issues 46849 and 53843: it must not silently make everything NaN).
 */
#include "expect.h"

/* Three parameters whose gradients are 3, (0, 4) and 12: a norm of 13. */
typedef struct three {
    ag_graph *graph;
    ag_tensor *p[3];
} three;

static three make(ag_dtype dtype, double scale)
{
    three t = {ag_graph_new_with(&(ag_graph_options){.dtype = dtype}), {NULL}};
    t.p[0] = ag_name(ag_parameter(t.graph, 1), "first");
    t.p[1] = ag_name(ag_full(t.graph, AG_PARAMETER, AG_SHAPE(2), 1), "second");
    t.p[2] = ag_name(ag_parameter(t.graph, 1), "third");
    ag_tensor *w = ag_from_values(t.graph, AG_CONSTANT, AG_SHAPE(2), ((double[]){0, 4 * scale}));
    ag_tensor *y = ag_add(ag_mul_scalar(t.p[0], 3 * scale), ag_sum(ag_mul(w, t.p[1])));
    expect_ok(ag_backward(ag_add(y, ag_mul_scalar(t.p[2], 12 * scale))));
    return t;
}

static void have_grads(const three *t, double a, double b, double c, double tolerance)
{
    double second[2];
    expect_near(ag_grad_item(t->p[0]), a, tolerance * a);
    expect_ok(ag_grad_get(t->p[1], second, 2));
    expect_same(second[0], 0);
    expect_near(second[1], b, tolerance * b);
    expect_near(ag_grad_item(t->p[2]), c, tolerance * c);
}

START_TEST(test_norm)
{
    double norm = 0;
    static const double scale[] = {1, 1e-30, 1e18, 1e36, 1e-160, 1e160, 1e306, 1e-306, 0};
    for (int i = 0; i < 9; i++) {
        for (int d = 0; d < (i < 4 ? 2 : 1); d++) {
            three t = make(d == 0 ? AG_F64 : AG_F32, scale[i]);
            expect_ok(ag_grad_norm(t.p, 3, &norm));
            ck_assert_msg(fabs(norm - 13 * scale[i]) <= (d == 0 ? 1e-14 : 1e-6) * 13 * scale[i],
                          "%g: %g", scale[i], norm);
            ag_graph_free(t.graph);
        }
    }
}
END_TEST

/* Denormal numbers are read as they are. */
START_TEST(test_denormal)
{
    double norm = 0;
    three t = make(AG_F64, 1);
    ag_zero_grads(t.graph);
    expect_ok(ag_backward(ag_mul_scalar(t.p[0], 4e-320)));
    expect_ok(ag_grad_norm(t.p, 3, &norm));
    expect_same(norm, 4e-320);
    ck_assert(norm > 0);
    ag_graph_free(t.graph);
}
END_TEST

START_TEST(test_clip_norm)
{
    for (int d = 0; d < 2; d++) {
        double norm = 0, eps = d == 0 ? 1e-15 : 1e-6;
        three t = make(d == 0 ? AG_F64 : AG_F32, d == 0 ? 1 : 1e37);
        double s = d == 0 ? 1 : 1e37;
        expect_ok(ag_clip_grad_norm(t.p, 3, 14 * s, &norm));
        expect_near(norm / s, 13, eps);
        have_grads(&t, 3 * s, 4 * s, 12 * s, eps);
        expect_ok(ag_clip_grad_norm(t.p, 3, 6.5, NULL));
        have_grads(&t, 1.5, 2, 6, eps);
        expect_same(ag_item(t.p[0]), 1);
        ag_graph_free(t.graph);
    }
}
END_TEST

/* Clip, then step: p - rate g limit/norm. What was recorded before is not touched by clipping. */
START_TEST(test_clip_and_step)
{
    three t = make(AG_F64, 1);
    ag_tensor *before = ag_square(t.p[0]);
    expect_ok(ag_clip_grad_norm(t.p, 3, 1.3, NULL));
    expect_ok(ag_backward(before));
    expect_ok(ag_sgd_step(&(ag_sgd){.rate = 0.5}, t.p + 1, 2, NULL));
    expect_values(t.p[2], 1 - 0.5 * 1.2);
    expect_near(ag_item_at(t.p[1], AG_SHAPE(1)), 1 - 0.5 * 0.4, 1e-15);
    ag_graph_free(t.graph);
}
END_TEST

START_TEST(test_clip_value)
{
    three t = make(AG_F64, -1);
    expect_ok(ag_clip_grad_value(t.p, 3, 3.5));
    expect_same(ag_grad_item(t.p[0]), -3);
    expect_grads(t.p[1], 0, -3.5);
    expect_same(ag_grad_item(t.p[2]), -3.5);
    expect_ok(ag_scale_grads(t.p, 3, 0.5));
    expect_grads(t.p[1], 0, -1.75);
    ag_graph_free(t.graph);
}
END_TEST

/* Without a gradient there is nothing to read or to change. */
START_TEST(test_without_gradient)
{
    double norm = -1;
    three t = make(AG_F64, 1);
    ag_zero_grad(t.p[2]);
    expect_ok(ag_grad_norm(t.p, 3, &norm));
    expect_same(norm, 5);
    ag_zero_grads(t.graph);
    expect_ok(ag_clip_grad_norm(t.p, 3, 1, &norm));
    expect_same(norm, 0);
    expect_ok(ag_clip_grad_value(t.p, 3, 1));
    ck_assert(!ag_has_grad(t.p[0]));
    ag_graph_free(t.graph);
}
END_TEST

START_TEST(test_not_finite)
{
    for (int i = 0; i < 2; i++) {
        double norm = 0, bad = i == 0 ? (double)NAN : (double)INFINITY;
        three t = make(AG_F64, 1);
        expect_ok(ag_backward(ag_mul_scalar(ag_sum(t.p[1]), bad)));
        ck_assert_int_eq(ag_clip_grad_norm(t.p, 3, 1, &norm), AG_ERR_ANOMALY);
        const char *message = ag_error_message(t.graph);
        ck_assert_msg(strstr(message, "clip_grad_norm: ") && strstr(message, "\"second\"") &&
                          strstr(message, i == 0 ? "a NaN" : "infinite"),
                      "%s", message);
        ck_assert(!(norm < (double)INFINITY));
        expect_same(ag_grad_item(t.p[0]), 3);
        expect_same(ag_grad_item(t.p[2]), 12);
        ag_error_clear(t.graph);
        expect_ok(ag_grad_norm(t.p, 3, &norm));
        ck_assert(!(norm < (double)INFINITY));
        ag_graph_free(t.graph);
    }
}
END_TEST

/* Each gradient is finite, their norm is not. */
START_TEST(test_too_large)
{
    double norm = 0;
    three t = make(AG_F64, 1.4e307);
    ck_assert_int_eq(ag_clip_grad_norm(t.p, 3, 1, &norm), AG_ERR_ANOMALY);
    ck_assert_ptr_nonnull(strstr(ag_error_message(t.graph), "the norm of all gradients"));
    ag_graph_free(t.graph);
}
END_TEST

START_TEST(test_errors)
{
    double norm = 0;
    three t = make(AG_F64, 1);
    static const double bad[] = {0, -1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 4; i++) {
        no_success(t.graph, HERE, ag_clip_grad_norm(t.p, 3, bad[i], &norm), AG_ERR_VALUE, LINE,
                   "clip_grad_norm: limit");
        no_success(t.graph, HERE, ag_clip_grad_value(t.p, 3, bad[i]), AG_ERR_VALUE, LINE,
                   "clip_grad_value: limit");
        if (i > 0) {
            no_success(t.graph, HERE, ag_scale_grads(t.p, 3, bad[i]), AG_ERR_VALUE, LINE,
                       "scale_grads: factor");
        }
    }
    ag_tensor *list[] = {t.p[0], ag_neg(t.p[1])};
    no_success(t.graph, HERE, ag_grad_norm(list, 2, &norm), AG_ERR_STATE, LINE,
               "cannot be written");
    no_success(t.graph, HERE, ag_clip_grad_norm(list, 2, 1, &norm), AG_ERR_STATE, LINE, "neg");
    list[1] = NULL;
    ck_assert_int_eq(ag_grad_norm(list, 2, &norm), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_grad_norm(NULL, 2, &norm), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_grad_norm(t.p, 3, NULL), AG_ERR_NULL_ARGUMENT);
    have_grads(&t, 3, 4, 12, 0);
    ag_graph_free(t.graph);
}
END_TEST

CHECK_MAIN("clip", test_norm, test_denormal, test_clip_norm, test_clip_and_step, test_clip_value,
           test_without_gradient, test_not_finite, test_too_large, test_errors)
