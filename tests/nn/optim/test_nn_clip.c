/* What clipping, accumulation over mini-batches and averages of weights do to a step. */
#include "tests/nn/optim/small_net.h"

/* Statement 31. Clip, then step: w - rate g min(1, limit/norm), then by value. In f32 with
 * gradients whose squares overflow. */
START_TEST(test_clipping)
{
    for (int by_value = 0; by_value < 2; by_value++) {
        small s = small_new(AG_F32);
        nn_optimizer *opt = nn_sgd(s.graph, &(ag_sgd){.rate = 1});
        opt = nn_with_clipping(opt, (nn_clipping){.norm = 0.5, .value = by_value == 1 ? 0.1 : 0});
        expect_ok(nn_attach(opt, s.net));
        ag_tensor *p[4];
        double before[SMALL_WEIGHTS], grad[SMALL_WEIGHTS], after[SMALL_WEIGHTS], sum = 0;
        ck_assert_int_eq(nn_parameters(s.net, NULL, p, 4), 4);
        small_weights(&s, before);
        expect_ok(ag_backward(small_loss(&s, 1e30)));
        for (int i = 0, at = 0; i < 4; at += (int)ag_size(p[i++])) {
            expect_ok(ag_grad_get(p[i], grad + at, ag_size(p[i])));
        }
        for (int i = 0; i < SMALL_WEIGHTS; i++) {
            sum += grad[i] * grad[i];
        }
        expect_ok(nn_step(opt));
        small_weights(&s, after);
        for (int i = 0; i < SMALL_WEIGHTS; i++) {
            double d = grad[i] * (0.5 / sqrt(sum));
            d = by_value == 1 ? fmax(-0.1, fmin(0.1, d)) : d;
            expect_near(after[i], before[i] - d, 1e-6);
        }
        ag_graph_free(s.graph);
    }
}
END_TEST

/* Statement 31: a norm that is not finite changes nothing, and names the parameter. */
START_TEST(test_not_finite)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt = nn_with_clipping(nn_adam(s.graph, NULL), (nn_clipping){.norm = 1});
    expect_ok(nn_attach(opt, s.net));
    double before[SMALL_WEIGHTS], after[SMALL_WEIGHTS];
    small_weights(&s, before);
    expect_ok(ag_backward(small_loss(&s, 1)));
    ag_tensor *bias = nn_find(s.net, "second.bias");
    expect_ok(ag_backward(ag_mul_scalar(ag_sum(bias), (double)NAN)));
    no_success(s.graph, HERE, nn_step(opt), AG_ERR_ANOMALY, LINE, "\"second.bias\"", "a NaN");
    small_weights(&s, after);
    ck_assert_mem_eq(before, after, sizeof before);
    ck_assert_int_eq(nn_get_counters(opt).step, 0);
    ck_assert_int_eq(nn_get_counters(opt).accumulated, 0);
    nn_zero_grads(opt);
    expect_ok(ag_backward(ag_mul_scalar(ag_sum(bias), (double)INFINITY)));
    no_success(s.graph, HERE, nn_step(opt), AG_ERR_ANOMALY, LINE, "\"second.bias\"", "infinite");
    nn_zero_grads(opt);
    expect_ok(small_train(&s, opt, 2));
    ag_graph_free(s.graph);
}
END_TEST

/* Steps of the mean of k gradients: as one step with the mean loss. Flushing steps with fewer. */
START_TEST(test_accumulation)
{
    small a = small_new(AG_F64), b = small_new(AG_F64);
    double x[SMALL_WEIGHTS], y[SMALL_WEIGHTS];
    const ag_sgd o = {.rate = 0.1, .momentum = 0.9};
    nn_optimizer *some = nn_with_accumulation(nn_sgd(a.graph, &o), 3), *one = nn_sgd(b.graph, &o);
    some = nn_with_clipping(some, (nn_clipping){.norm = 0.2});
    one = nn_with_clipping(one, (nn_clipping){.norm = 0.2});
    expect_ok(nn_attach(some, a.net));
    expect_ok(nn_attach(one, b.net));
    static const double scale[] = {1, 2, 6, 1, 5};
    for (int i = 0; i < 5; i++) {
        expect_ok(ag_backward(small_loss(&a, scale[i])));
        expect_ok(nn_step(some));
        ck_assert_int_eq(nn_get_counters(some).step, (i + 1) / 3);
    }
    expect_ok(nn_flush(some));
    expect_ok(nn_flush(some));
    ck_assert_int_eq(nn_get_counters(some).step, 2);
    for (int i = 0; i < 2; i++) {
        expect_ok(ag_backward(small_loss(&b, 3)));
        expect_ok(nn_step(one));
    }
    small_weights(&a, x);
    small_weights(&b, y);
    for (int i = 0; i < SMALL_WEIGHTS; i++) {
        expect_near(x[i], y[i], 1e-14);
    }
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

/* --- averages --------------------------------------------------------------------------------- */

/* a = keep a + (1 - keep) p after each step, from the weights before the first; exchanging twice is
 * nothing, bit by bit. */
START_TEST(test_average)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt = nn_with_average(nn_sgd(s.graph, &(ag_sgd){.rate = 0.1}), 0.75);
    double want[SMALL_WEIGHTS], now[SMALL_WEIGHTS], have[SMALL_WEIGHTS];
    expect_ok(nn_attach(opt, s.net));
    ck_assert(!nn_has_average(opt));
    no_success(s.graph, HERE, nn_swap_average(opt), AG_ERR_STATE, LINE, "no averages");
    no_success(s.graph, HERE, nn_take_average(opt), AG_ERR_STATE, LINE, "no averages");
    small_weights(&s, want);
    for (int t = 0; t < 4; t++) {
        expect_ok(small_train(&s, opt, 1));
        small_weights(&s, now);
        for (int i = 0; i < SMALL_WEIGHTS; i++) {
            want[i] = 0.75 * want[i] + 0.25 * now[i];
        }
    }
    expect_ok(nn_swap_average(opt));
    small_weights(&s, have);
    ck_assert_mem_eq(have, want, sizeof have);
    expect_ok(nn_swap_average(opt));
    small_weights(&s, have);
    ck_assert_mem_eq(have, now, sizeof have);
    expect_ok(nn_take_average(opt));
    small_weights(&s, have);
    ck_assert_mem_eq(have, want, sizeof have);
    expect_ok(nn_swap_average(opt)); /* both are the averages */
    small_weights(&s, have);
    ck_assert_mem_eq(have, want, sizeof have);
    ag_graph_free(s.graph);
}
END_TEST

CHECK_MAIN("nn_clip", test_clipping, test_not_finite, test_accumulation, test_average)
