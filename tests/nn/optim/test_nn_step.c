/* What an optimizer promises about parameters: which it steps and how often, what freezing,
 * sharing, decay and groups do to them. The numbers of the methods are
 * tested in tests/ops/optim; here the same bits are wanted as of a loop of one's own over optim.h.
 */
#include "tests/nn/optim/small_net.h"

enum { METHODS = 9 };

static nn_optimizer *method(ag_graph *g, int i)
{
    switch (i) {
    case 0:
        return nn_sgd(g, &(ag_sgd){.rate = 0.1, .weight_decay = 0.1});
    case 1:
        return nn_sgd(g, &(ag_sgd){.rate = 0.1, .momentum = 0.9, .weight_decay = 0.1});
    case 2:
        return nn_adagrad(g, NULL);
    case 3:
        return nn_rmsprop(g, &(ag_rmsprop){.momentum = 0.5, .centered = true});
    case 4:
        return nn_adadelta(g, NULL);
    case 5:
        return nn_adam(g, &(ag_adam){.weight_decay = 0.1, .decoupled = true});
    case 6:
        return nn_amsgrad(g, NULL);
    case 7:
        return nn_rprop(g, NULL);
    default:
        return nn_sgd(g, &(ag_sgd){.rate = 0.1, .momentum = 0.9, .nesterov = true});
    }
}

/* --- the same as optim.h ---------------------------------------------------------------------- */

/* Adam with L2 decay on weights alone: an optimizer, and a loop that steps two lists. */
START_TEST(test_same_bits)
{
    small a = small_new(AG_F32), b = small_new(AG_F32);
    double have[SMALL_WEIGHTS], want[SMALL_WEIGHTS];
    const ag_adam decayed = {.rate = 0.01, .weight_decay = 0.1}, plain = {.rate = 0.01};
    nn_optimizer *opt = nn_adam(a.graph, &decayed);
    expect_ok(nn_attach(opt, a.net));
    expect_ok(small_train(&a, opt, 10));
    ag_tensor *p[4], *m[4], *v[4];
    ck_assert_int_eq(nn_parameters(b.net, "*.weight", p, 4), 2);
    ck_assert_int_eq(nn_parameters(b.net, "*.bias", p + 2, 2), 2);
    for (int i = 0; i < 4; i++) {
        m[i] = ag_leaf(b.graph, AG_CONSTANT, AG_F32, ag_shape_of(p[i]), NULL);
        v[i] = ag_leaf(b.graph, AG_CONSTANT, AG_F32, ag_shape_of(p[i]), NULL);
    }
    for (int t = 1; t <= 10; t++) {
        ag_zero_grads(b.graph);
        expect_ok(ag_backward(small_loss(&b, 1)));
        expect_ok(ag_adam_step(&decayed, p, 2, m, v, t));
        expect_ok(ag_adam_step(&plain, p + 2, 2, m + 2, v + 2, t));
    }
    small_weights(&a, have);
    small_weights(&b, want);
    ck_assert_mem_eq(have, want, sizeof have);
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

/* The usual rates, and every method makes the loss fall. */
START_TEST(test_methods)
{
    static const double rate[METHODS] = {0.1, 0.1, 0.01, 0.001, 1, 0.001, 0.001, 0.1, 0.1};
    for (int i = 0; i < METHODS; i++) {
        small s = small_new(AG_F64);
        nn_optimizer *opt = method(s.graph, i);
        expect_same(nn_rate(opt), rate[i]);
        expect_ok(nn_attach(opt, s.net));
        double before = ag_item(small_loss(&s, 1));
        expect_ok(small_train(&s, opt, 30));
        ck_assert_msg(ag_item(small_loss(&s, 1)) < before, "method %d: %s", i,
                      nn_optimizer_name(opt));
        ag_graph_free(s.graph);
    }
}
END_TEST

/* Training allocates nothing after its second step. */
START_TEST(test_no_allocation)
{
    small s = small_new(AG_F32);
    nn_optimizer *opt =
        nn_with_clipping(nn_with_average(method(s.graph, 5), 0.9), (nn_clipping){.norm = 0.1});
    expect_ok(nn_attach(opt, s.net));
    expect_ok(small_train(&s, opt, 2));
    size_t before = ag_graph_get_stats(s.graph).allocations;
    expect_ok(small_train(&s, opt, 50));
    ck_assert_uint_eq(ag_graph_get_stats(s.graph).allocations, before);
    ag_graph_free(s.graph);
}
END_TEST

/* --- freezing, sharing, gradients ------------------------------------------------------------- */

/* Statement 33: 100 steps with momentum and decay leave a frozen parameter as it is, even where it
 * has a gradient; thawed, it makes the step of an optimizer that is new. */
START_TEST(test_frozen)
{
    for (int i = 0; i < METHODS; i++) {
        small s = small_new(AG_F64);
        nn_optimizer *opt = method(s.graph, i);
        double before[6], after[6];
        expect_ok(nn_attach(opt, s.net));
        expect_ok(small_train(&s, opt, 3));
        ag_tensor *w = nn_find(s.net, "first.weight");
        expect_ok(nn_freeze(s.net, "first.weight", true));
        expect_ok(ag_get(w, before, 6));
        expect_ok(small_train(&s, opt, 99));
        expect_ok(ag_backward(ag_sum(w)));
        expect_ok(nn_step(opt));
        expect_ok(ag_get(w, after, 6));
        ck_assert_mem_eq(before, after, sizeof before);
        ck_assert(!ag_has_grad(w));
        for (int k = 0; k < nn_optimizer_states(opt); k++) {
            nn_optimizer_state kept = nn_optimizer_state_at(opt, k);
            bool of_w = strncmp(kept.name, "optimizer.first.weight.", 23) == 0;
            ck_assert(!of_w || ag_item(ag_cast(ag_sum(ag_cast(kept.tensor, AG_F64)), AG_F64)) == 0);
        }
        ag_graph_free(s.graph);
    }
}
END_TEST

START_TEST(test_thawed)
{
    small a = small_new(AG_F64), b = small_new(AG_F64);
    double w[SMALL_WEIGHTS], x[6], y[6];
    nn_optimizer *old = nn_adam(a.graph, NULL), *new = nn_adam(b.graph, NULL);
    expect_ok(nn_attach(old, a.net));
    expect_ok(nn_attach(new, b.net));
    expect_ok(small_train(&a, old, 5));
    expect_ok(nn_freeze(a.net, "first.*", true));
    expect_ok(small_train(&a, old, 5));
    expect_ok(nn_freeze(a.net, "first.*", false));
    small_weights(&a, w);
    expect_ok(nn_set_weights(b.net, w, SMALL_WEIGHTS));
    expect_ok(small_train(&a, old, 1));
    expect_ok(small_train(&b, new, 1));
    expect_ok(ag_get(nn_find(a.net, "first.weight"), x, 6));
    expect_ok(ag_get(nn_find(b.net, "first.weight"), y, 6));
    ck_assert_mem_eq(x, y, sizeof x);
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

/* Statement 34. One layer at two places: its gradient is the sum of both, its step is one. */
START_TEST(test_shared)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
    nn_module *layer = dense(g, 2, false), *net = chain(g, layer, layer);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    ag_tensor *w = nn_find(net, "first.weight");
    nn_optimizer *opt = nn_sgd(g, &(ag_sgd){.rate = 0.5});
    expect_ok(nn_attach(opt, net));
    ck_assert_int_eq(nn_optimizer_states(opt), 2);
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2), 1);
    double before[4], grad[4], after[4];
    expect_ok(ag_backward(ag_sum(nn_call(net, x))));
    expect_ok(ag_get(w, before, 4));
    expect_ok(ag_grad_get(w, grad, 4));
    expect_ok(nn_step(opt));
    expect_ok(ag_get(w, after, 4));
    for (int i = 0; i < 4; i++) {
        expect_same(after[i], before[i] - 0.5 * grad[i]);
    }
    ag_graph_free(g);
}
END_TEST

/* Statement 35: a gradient that was there before nn_attach or is left by others does not reach the
 * next step. */
START_TEST(test_gradients_cleared)
{
    small a = small_new(AG_F64), b = small_new(AG_F64);
    double x[SMALL_WEIGHTS], y[SMALL_WEIGHTS];
    nn_optimizer *of_a = nn_sgd(a.graph, NULL), *of_b = nn_sgd(b.graph, NULL);
    expect_ok(ag_backward(small_loss(&a, 7))); /* an earlier fit that ended in the middle */
    expect_ok(nn_attach(of_a, a.net));
    expect_ok(nn_attach(of_b, b.net));
    expect_ok(small_train(&a, of_a, 2));
    expect_ok(small_train(&b, of_b, 2));
    expect_ok(ag_backward(small_loss(&a, 3))); /* a validation that went backward */
    nn_zero_grads(of_a);
    expect_ok(small_train(&a, of_a, 2));
    expect_ok(small_train(&b, of_b, 2));
    small_weights(&a, x);
    small_weights(&b, y);
    ck_assert_mem_eq(x, y, sizeof x);
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

/* --- decay and groups ------------------------------------------------------------------------- */

/* Statement 32. From weights w with no gradient but 0: Adam's L2 moves by its rate against the
 * sign, AdamW's decay shrinks by 1 - rate decay; biases stay under both. */
START_TEST(test_decay)
{
    for (int decoupled = 0; decoupled < 2; decoupled++) {
        small s = small_new(AG_F64);
        double before[6], after[6], bias[3] = {1, 2, 3}, moved[3];
        ag_tensor *w = nn_find(s.net, "first.weight"), *b = nn_find(s.net, "first.bias");
        expect_ok(ag_set(b, bias, 3));
        nn_optimizer *opt = nn_adam(
            s.graph, &(ag_adam){.rate = 0.01, .weight_decay = 0.5, .decoupled = decoupled == 1});
        expect_ok(nn_attach(opt, s.net));
        expect_ok(ag_get(w, before, 6));
        expect_ok(ag_backward(small_loss(&s, 0)));
        expect_ok(nn_step(opt));
        expect_ok(ag_get(w, after, 6));
        expect_ok(ag_get(b, moved, 3));
        for (int i = 0; i < 6; i++) {
            double d = 0.5 * before[i];
            double l2 = before[i] - 0.01 * d / (fabs(d) + 1e-8);
            expect_near(after[i], decoupled == 1 ? before[i] * (1 - 0.01 * 0.5) : l2, 1e-15);
        }
        ck_assert_mem_eq(bias, moved, sizeof bias);
        ag_graph_free(s.graph);
    }
}
END_TEST

/* The last group that matches counts; decay as it says. */
START_TEST(test_groups)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt = nn_sgd(s.graph, &(ag_sgd){.rate = 0.5, .weight_decay = 0.5});
    opt = nn_with_group(
        opt, (nn_group){.pattern = "first.*", .rate_factor = 0.5, .decay = NN_DECAY_ALWAYS});
    opt = nn_with_group(opt, (nn_group){.pattern = "*.bias", .rate_factor = 4});
    opt = nn_with_group(opt, (nn_group){.pattern = "second.weight", .decay = NN_DECAY_NEVER});
    expect_ok(nn_attach(opt, s.net));
    ag_tensor *p[4];
    double before[4][6], after[4][6], grad[4][6];
    static const double rate[4] = {0.25, 2, 0.5, 2}, decay[4] = {0.5, 0, 0, 0};
    ck_assert_int_eq(nn_parameters(s.net, NULL, p, 4), 4);
    expect_ok(ag_backward(small_loss(&s, 1)));
    for (int i = 0; i < 4; i++) {
        expect_ok(ag_get(p[i], before[i], ag_size(p[i])));
        expect_ok(ag_grad_get(p[i], grad[i], ag_size(p[i])));
    }
    expect_ok(nn_step(opt));
    for (int i = 0; i < 4; i++) {
        expect_ok(ag_get(p[i], after[i], ag_size(p[i])));
        for (int k = 0; k < ag_size(p[i]); k++) {
            double d = grad[i][k] + decay[i] * before[i][k];
            expect_near(after[i][k], before[i][k] - rate[i] * d, 1e-15);
        }
    }
    ag_graph_free(s.graph);
}
END_TEST

CHECK_MAIN("nn_step", test_same_bits, test_methods, test_no_allocation, test_frozen, test_thawed,
           test_shared, test_gradients_cleared, test_decay, test_groups)
