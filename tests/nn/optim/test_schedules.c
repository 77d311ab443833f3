/* Schedules against their formulas and PyTorch 1.13's numbers (OneCycleLR, CosineAnnealingLR), the
 * statements about steps 0 and past the end, and reduction on a plateau.
 */
#include "tests/nn/optim/small_net.h"

static void expect_factors(nn_schedule s, int64_t first, const double *want, int n)
{
    for (int k = 0; k < n; k++) {
        ck_assert_msg(fabs(nn_schedule_factor(&s, first + k) - want[k]) < 1e-14,
                      "step %d: %.17g, not %.17g", (int)first + k,
                      nn_schedule_factor(&s, first + k), want[k]);
    }
}
#define expect_schedule(s, first, ...)                                                             \
    expect_factors(s, first, (const double[]){__VA_ARGS__},                                        \
                   (int)(sizeof(double[]){__VA_ARGS__} / sizeof(double)))

/* Step 0 has the base rate, so 1/(1 + d k) counts from 0 (statement 28). */
START_TEST(test_formulas)
{
    const nn_schedule constant = {0};
    expect_schedule(constant, 0, 1, 1, 1);
    expect_schedule(nn_inverse_decay(0.5), 0, 1, 1 / 1.5, 1 / 2.0, 1 / 2.5);
    expect_schedule(nn_exponential_decay(0.25, 2), 0, 1, 0.5, 0.25, 0.125);
    expect_schedule(nn_step_decay(0.1, 2), 0, 1, 1, 0.1, 0.1, 0.1 * 0.1);
    expect_schedule(nn_cosine_decay(10, 0.1), 0, 1, 0.9779754323328191, 0.9140576474687263,
                    0.8145033635316129, 0.6890576474687263, 0.55, 0.41094235253127376,
                    0.2854966364683872, 0.18594235253127372, 0.12202456766718092, 0.1);
    expect_schedule(nn_one_cycle(20), 0, 0.040000000000000036, 0.1316718427000253,
                    0.3716718427000253, 0.6683281572999747, 0.9083281572999747, 1.0,
                    0.9874640062350873, 0.9504846320134737, 0.89091617757105, 0.8117456539497631,
                    0.7169430017913008, 0.6112620219362893, 0.500002, 0.38874197806371075,
                    0.28306099820869923, 0.18825834605023697, 0.10908782242895004,
                    0.049519367986526286, 0.012539993764912554, 4e-06);
}
END_TEST

/* Statement 27: at its last value, not beyond it, however far. */
START_TEST(test_past_the_end)
{
    static const int64_t far[] = {10, 11, 1000, INT64_MAX};
    for (int i = 0; i < 4; i++) {
        expect_schedule(nn_cosine_decay(10, 0.25), far[i], 0.25);
        expect_schedule(nn_one_cycle(10), far[i], 1.0 / 250000);
        expect_schedule(nn_warm_up(nn_cosine_decay(6, 0.25), 4, 0), far[i], 0.25);
    }
    for (int64_t steps = 0; steps <= 3; steps++) {
        nn_schedule cycle = nn_one_cycle(steps), cosine = nn_cosine_decay(steps, 0.5);
        for (int k = 0; k < 5; k++) {
            ck_assert(nn_schedule_factor(&cycle, k) >= 0 && nn_schedule_factor(&cycle, k) <= 1);
            ck_assert(nn_schedule_factor(&cosine, k) >= 0.5);
        }
    }
}
END_TEST

/* Statement 28: no step has rate 0 unless it was asked for, and what follows begins with its step
 * 0. */
START_TEST(test_warm_up)
{
    expect_schedule(nn_warm_up((nn_schedule){0}, 4, 0), 0, 0.2, 0.4, 0.6, 0.8, 1, 1);
    expect_schedule(nn_warm_up(nn_inverse_decay(1), 1, 0), 0, 0.5, 1, 0.5, 1 / 3.0);
    expect_schedule(nn_warm_up((nn_schedule){0}, 4, 0.5), 0, 0.5, 0.625, 0.75, 0.875, 1);
    expect_schedule(nn_warm_up((nn_schedule){0}, 2, AG_EXACT_ZERO), 0, 0, 0.5, 1);
    ck_assert_double_eq(nn_schedule_factor(NULL, 3), 1);
}
END_TEST

/* Statement 27: the rate of step k is a function of k: base rate in step 0, the same after counters
 * were put back. */
START_TEST(test_rate)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt =
        nn_with_schedule(nn_sgd(s.graph, &(ag_sgd){.rate = 0.5}), nn_inverse_decay(1));
    expect_ok(nn_attach(opt, s.net));
    expect_same(nn_rate(opt), 0.5);
    expect_ok(small_train(&s, opt, 3));
    expect_same(nn_rate(opt), 0.125);
    nn_counters c = nn_get_counters(opt);
    ck_assert_int_eq(c.step, 3);
    expect_ok(small_train(&s, opt, 1));
    expect_same(nn_rate(opt), 0.1);
    expect_ok(nn_set_counters(opt, &c));
    expect_same(nn_rate(opt), 0.125);
    nn_set_rate(opt, 1);
    expect_same(nn_rate(opt), 0.25);
    ag_graph_free(s.graph);
}
END_TEST

/* Momentum in which the rate falls as 1/(1 + d k), by a loop of our own and by the optimizer: the
 * same bits. That optim.h has Keras' numbers is shown in tests/ops/optim. */
START_TEST(test_decay_of_sgd)
{
    small a = small_new(AG_F64), b = small_new(AG_F64);
    double have[SMALL_WEIGHTS], want[SMALL_WEIGHTS];
    ag_sgd o = {.rate = 0.1, .momentum = 0.9, .rate_inside = true};
    nn_optimizer *opt = nn_with_schedule(nn_sgd(a.graph, &o), nn_inverse_decay(0.1));
    expect_ok(nn_attach(opt, a.net));
    expect_ok(small_train(&a, opt, 20));
    ag_tensor *p[4], *v[4];
    ck_assert_int_eq(nn_parameters(b.net, NULL, p, 4), 4);
    for (int i = 0; i < 4; i++) {
        v[i] = ag_leaf(b.graph, AG_CONSTANT, AG_F64, ag_shape_of(p[i]), NULL);
    }
    for (int k = 0; k < 20; k++) {
        ag_zero_grads(b.graph);
        expect_ok(ag_backward(small_loss(&b, 1)));
        o.rate = 0.1 * (1 / (1 + 0.1 * k));
        expect_ok(ag_sgd_step(&o, p, 4, v));
    }
    small_weights(&a, have);
    small_weights(&b, want);
    ck_assert_mem_eq(have, want, sizeof have);
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

START_TEST(test_by_epoch)
{
    ag_graph *g = ag_graph_new();
    nn_schedule s = nn_by_epoch(nn_step_decay(0.5, 2));
    nn_optimizer *opt = nn_with_schedule(nn_adam(g, NULL), s);
    static const double want[] = {1, 1, 0.5, 0.5, 0.25};
    for (int epoch = 0; epoch < 5; epoch++) {
        nn_set_epoch(opt, epoch);
        expect_same(nn_rate(opt), 0.001 * want[epoch]);
    }
    ag_graph_free(g);
}
END_TEST

/* --- plateau ---------------------------------------------------------------------------------- */

static nn_optimizer *with_plateau(ag_graph *g, nn_plateau p)
{
    nn_optimizer *opt = nn_with_plateau(nn_sgd(g, &(ag_sgd){.rate = 1}), p);
    ck_assert_ptr_nonnull(opt);
    return opt;
}

static void reports(nn_optimizer *opt, const double *value, const double *rate, int n)
{
    for (int i = 0; i < n; i++) {
        double before = nn_rate(opt);
        bool reduced = nn_plateau_report(opt, value[i]);
        ck_assert_msg(fabs(nn_rate(opt) - rate[i]) < 1e-15, "value %d: rate %g, not %g", i,
                      nn_rate(opt), rate[i]);
        ck_assert_int_eq(reduced, nn_rate(opt) < before);
    }
}

/* The factor is applied once, then patience begins anew, also without a cooldown [keras #3991]. */
START_TEST(test_patience)
{
    ag_graph *g = ag_graph_new();
    nn_optimizer *opt = with_plateau(g, (nn_plateau){.factor = 0.5, .patience = 2});
    static const double value[] = {1, 1, 1, 1, 1, 0.5, 0.5, 0.4, 0.4, 0.4};
    static const double rate[] = {1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125};
    reports(opt, value, rate, 10);
    opt = with_plateau(g, (nn_plateau){.factor = 0.5, .patience = 1, .cooldown = 2});
    static const double cooled[] = {1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125};
    reports(opt, (const double[]){1, 1, 1, 1, 1, 1, 1, 1}, cooled, 8);
    ag_graph_free(g);
}
END_TEST

/* NaN is never better; an improvement is one from the best, not from the last; never below
 * min_rate. */
START_TEST(test_better)
{
    ag_graph *g = ag_graph_new();
    const double none = (double)NAN;
    nn_optimizer *opt =
        with_plateau(g, (nn_plateau){.factor = 0.5, .patience = 2, .min_rate = 0.3});
    const double value[] = {none, 3, none, none, none, none, 2.99999, 2};
    static const double rate[] = {1, 1, 1, 0.5, 0.5, 0.3, 0.3, 0.3};
    reports(opt, value, rate, 8);
    reports(opt, (const double[]){9, 9, 9, 9}, (const double[]){0.3, 0.3, 0.3, 0.3}, 4);
    opt = with_plateau(
        g, (nn_plateau){.factor = 0.5, .patience = 1, .min_delta = 0.1, .more_is_better = true});
    reports(opt, (const double[]){0.5, 0.55, 0.7, 0.79}, (const double[]){1, 0.5, 0.5, 0.25}, 4);
    opt = with_plateau(g, (nn_plateau){.factor = 0.5, .patience = 1, .min_delta = AG_EXACT_ZERO});
    reports(opt, (const double[]){1, 1 - 1e-9, 1 - 1e-9}, (const double[]){1, 1, 0.5}, 3);
    ck_assert(!nn_plateau_report(nn_sgd(g, NULL), 1));
    ck_assert(!nn_plateau_report(NULL, 1));
    ag_graph_free(g);
}
END_TEST

/* What has been waited for goes on after the counters were put back. */
START_TEST(test_resume)
{
    ag_graph *g = ag_graph_new();
    const nn_plateau p = {.factor = 0.5, .patience = 3};
    nn_optimizer *a = with_plateau(g, p), *b = with_plateau(g, p);
    reports(a, (const double[]){1, 2, 2, 2, 2, 2}, (const double[]){1, 1, 1, 0.5, 0.5, 0.5}, 6);
    const nn_counters c = nn_get_counters(a);
    expect_ok(nn_set_counters(b, &c));
    reports(a, (const double[]){2}, (const double[]){0.25}, 1);
    reports(b, (const double[]){2}, (const double[]){0.25}, 1);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("schedules", test_formulas, test_past_the_end, test_warm_up, test_rate,
           test_decay_of_sgd, test_by_epoch, test_patience, test_better, test_resume)
