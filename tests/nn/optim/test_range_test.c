/* The range test: it finds the rate at which a known bowl still falls, and leaves everything as it
 * was, bit by bit; run twice it gives the same curve. Names and bytes of states, for checkpoints.
 */
#include "tests/nn/optim/small_net.h"

/* --- on a bowl -------------------------------------------------------------------------------- */

/* p^2/2 with a step p (1 - rate): it falls for rates below 2. */
static ag_tensor *bowl(int64_t i, void *user)
{
    (void)i;
    return ag_mul_scalar(ag_square(user), 0.5);
}

START_TEST(test_known_bowl)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_parameter(g, 3);
    nn_optimizer *opt = nn_sgd(g, NULL);
    nn_range r;
    expect_ok(nn_attach_list(opt, &p, 1));
    const nn_range_options o = {.low = 0.011, .high = 110, .steps = 81};
    expect_ok(nn_range_test(opt, bowl, p, &o, &r));
    ck_assert_msg(r.largest > 1.5 && r.largest < 2.5, "%g", r.largest);
    expect_same(r.suggested, r.largest / 2);
    ck_assert_int_lt(r.n, 81);
    double want = 3;
    for (int i = 0; i < r.n; i++) {
        expect_near(r.rate[i], 0.011 * pow(10, i / 20.0), 1e-12);
        expect_near(r.loss[i], want * want / 2, 1e-9);
        want *= 1 - r.rate[i];
    }
    expect_same(ag_item(p), 3);
    expect_same(nn_rate(opt), 0.01);
    ag_graph_free(g);
}
END_TEST

/* --- nothing is left of it -------------------------------------------------------------------- */

/* A layer whose buffer counts its calls and whose result has a random part. */
static ag_tensor *noisy_forward(nn_module *m, ag_tensor *x)
{
    ag_tensor *count = (nn_buffer)(m, "count", AG_SHAPE(1), 0);
    ag_tensor *gain = (nn_parameter)(m, "gain", AG_SHAPE(2), (nn_init){NN_CONSTANT, 1, 0, 0, 0});
    double calls = 0;
    if (count == NULL || gain == NULL || ag_get(count, &calls, 1) != AG_OK) {
        return NULL;
    }
    calls++;
    return ag_set(count, &calls, 1) == AG_OK ? ag_dropout(ag_mul(x, gain), 0.25, true) : NULL;
}

typedef struct noisy {
    small s;
    nn_optimizer *opt;
} noisy;

static noisy noisy_new(void)
{
    noisy n = {.s.graph = ag_graph_new_with(&(ag_graph_options){.seed = 11})};
    ag_graph *g = n.s.graph;
    n.s.net = chain(g, nn_module_new(g, "noisy", 0, noisy_forward), dense(g, 1, false));
    expect_ok(nn_build(n.s.net, AG_F64, AG_SHAPE(2)));
    n.s.x = ag_full(g, AG_CONSTANT, AG_SHAPE(6, 2), 0.5);
    n.s.y = ag_full(g, AG_CONSTANT, AG_SHAPE(6, 1), 2);
    n.opt = nn_with_average(nn_adam(g, NULL), 0.9);
    n.opt = nn_with_schedule(n.opt, nn_inverse_decay(0.1));
    expect_ok(nn_attach(n.opt, n.s.net));
    return n;
}

static ag_tensor *noisy_loss(int64_t i, void *user)
{
    (void)i;
    return small_loss(user, 1);
}

/* All bytes of parameters, buffers, states, counters and the generator. */
typedef struct picture {
    double number[200];
    int n;
    nn_counters counters;
    ag_random_state random;
} picture;

static ag_status take_slot(const char *path, const nn_slot *slot, void *user)
{
    picture *p = user;
    (void)path;
    expect_ok(ag_get(slot->tensor, p->number + p->n, ag_size(slot->tensor)));
    p->n += (int)ag_size(slot->tensor);
    return AG_OK;
}

static void take(const noisy *n, picture *p)
{
    memset(p, 0, sizeof *p);
    expect_ok(nn_visit(n->s.net, NULL, take_slot, p));
    for (int i = 0; i < nn_optimizer_states(n->opt); i++) {
        const nn_slot state = {.tensor = nn_optimizer_state_at(n->opt, i).tensor};
        expect_ok(take_slot(NULL, &state, p));
    }
    p->counters = nn_get_counters(n->opt);
    p->random = ag_random_get_state(n->s.graph);
}

/* Statement 30. */
START_TEST(test_as_it_was)
{
    static picture before, after;
    noisy n = noisy_new();
    nn_range r[2];
    expect_ok(small_train(&n.s, n.opt, 3));
    take(&n, &before);
    size_t nodes = ag_graph_get_stats(n.s.graph).nodes;
    for (int i = 0; i < 2; i++) {
        expect_ok(nn_range_test(n.opt, noisy_loss, &n.s, &(nn_range_options){.steps = 40}, &r[i]));
        take(&n, &after);
        ck_assert_int_eq(before.n, after.n);
        ck_assert_mem_eq(before.number, after.number, sizeof before.number);
        ck_assert_int_eq(before.counters.step, after.counters.step);
        ck_assert_double_eq(before.counters.rate, after.counters.rate);
        ck_assert_int_eq((int64_t)before.random.counter, (int64_t)after.random.counter);
        ck_assert_int_eq(before.random.used, after.random.used);
        ck_assert_uint_eq(ag_graph_get_stats(n.s.graph).nodes, nodes);
    }
    ck_assert(r[0].n > 5);
    ck_assert_int_eq(r[0].n, r[1].n);
    ck_assert_mem_eq(r[0].loss, r[1].loss, (size_t)r[0].n * sizeof *r[0].loss);
    ck_assert_mem_eq(r[0].rate, r[1].rate, (size_t)r[0].n * sizeof *r[0].rate);
    ag_graph_free(n.s.graph);
}
END_TEST

/* Training that the test interrupted goes on as if it had not been there. */
START_TEST(test_training_goes_on)
{
    static picture p[2];
    for (int tested = 0; tested < 2; tested++) {
        noisy n = noisy_new();
        nn_range r;
        expect_ok(small_train(&n.s, n.opt, 3));
        if (tested == 1) {
            expect_ok(nn_range_test(n.opt, noisy_loss, &n.s, NULL, &r));
        }
        expect_ok(small_train(&n.s, n.opt, 3));
        take(&n, &p[tested]);
        ag_graph_free(n.s.graph);
    }
    ck_assert_mem_eq(p[0].number, p[1].number, sizeof p[0].number);
}
END_TEST

static ag_tensor *fails_third(int64_t i, void *user)
{
    const noisy *n = user;
    return i < 2 ? small_loss(&n->s, 1) : i < 3 ? ag_matmul(n->s.x, n->s.x) : NULL;
}

START_TEST(test_loss_fails)
{
    static picture before, after;
    noisy n = noisy_new();
    nn_range r;
    expect_ok(small_train(&n.s, n.opt, 3));
    take(&n, &before);
    ck_assert_int_eq(nn_range_test(n.opt, fails_third, &n, NULL, &r), AG_ERR_SHAPE);
    ck_assert_int_eq(ag_error(n.s.graph), AG_ERR_SHAPE);
    ag_error_clear(n.s.graph);
    take(&n, &after);
    ck_assert_mem_eq(before.number, after.number, sizeof before.number);
    ag_graph_free(n.s.graph);
}
END_TEST

/* A loss that becomes infinite ends the test and is no error. */
static ag_tensor *cliff(int64_t i, void *user)
{
    return i < 4 ? bowl(i, user) : ag_mul_scalar(user, (double)INFINITY);
}

START_TEST(test_infinite)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_parameter(g, 3);
    nn_optimizer *opt = nn_sgd(g, NULL);
    nn_range r;
    expect_ok(nn_attach_list(opt, &p, 1));
    expect_ok(nn_range_test(opt, cliff, p, &(nn_range_options){.high = 0.1}, &r));
    ck_assert_int_eq(r.n, 4);
    expect_same(ag_item(p), 3);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* --- states by name --------------------------------------------------------------------------- */

START_TEST(test_names)
{
    small s = small_new(AG_F32);
    nn_optimizer *opt = nn_with_average(nn_adam(s.graph, NULL), 0.9);
    expect_ok(nn_attach(opt, s.net));
    static const char *const names[] = {"optimizer.first.weight.mean",
                                        "optimizer.first.weight.square",
                                        "optimizer.first.weight.average",
                                        "optimizer.first.weight.step", "optimizer.first.bias.mean"};
    ck_assert_int_eq(nn_optimizer_states(opt), 16);
    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(nn_optimizer_state_at(opt, i).name, names[i]);
    }
    ck_assert(ag_dtype_of(nn_optimizer_state_at(opt, 0).tensor) == AG_F32);
    ck_assert(ag_dtype_of(nn_optimizer_state_at(opt, 3).tensor) == AG_I64);
    ck_assert_ptr_null(nn_optimizer_state_at(opt, 16).name);
    ck_assert_ptr_null(nn_optimizer_state_at(opt, -1).tensor);
    ck_assert_ptr_null(nn_optimizer_state_at(NULL, 0).tensor);
    ck_assert_int_eq(nn_optimizer_states(NULL), 0);
    ck_assert_str_eq(nn_optimizer_name(opt), "adam");
    ag_graph_free(s.graph);
}
END_TEST

/* Weights, states and counters in a new graph go on bit by bit as the old ones. */
START_TEST(test_resume)
{
    small a = small_new(AG_F64), b = small_new(AG_F64);
    double w[SMALL_WEIGHTS], x[SMALL_WEIGHTS], y[SMALL_WEIGHTS];
    nn_optimizer *opt[2];
    for (int i = 0; i < 2; i++) {
        ag_graph *g = i == 0 ? a.graph : b.graph;
        opt[i] = nn_with_schedule(nn_amsgrad(g, NULL), nn_warm_up(nn_cosine_decay(20, 0), 5, 0));
        expect_ok(nn_attach(opt[i], i == 0 ? a.net : b.net));
    }
    expect_ok(small_train(&a, opt[0], 7));
    small_weights(&a, w);
    expect_ok(nn_set_weights(b.net, w, SMALL_WEIGHTS));
    const nn_counters c = nn_get_counters(opt[0]);
    expect_ok(nn_set_counters(opt[1], &c));
    for (int i = 0; i < nn_optimizer_states(opt[0]); i++) {
        ag_tensor *from = nn_optimizer_state_at(opt[0], i).tensor;
        expect_ok(ag_write(nn_optimizer_state_at(opt[1], i).tensor, ag_data(from),
                           (size_t)ag_size(from) * 8));
    }
    expect_ok(small_train(&a, opt[0], 7));
    expect_ok(small_train(&b, opt[1], 7));
    small_weights(&a, x);
    small_weights(&b, y);
    ck_assert_mem_eq(x, y, sizeof x);
    ag_graph_free(a.graph);
    ag_graph_free(b.graph);
}
END_TEST

CHECK_MAIN("range test", test_known_bowl, test_as_it_was, test_training_goes_on, test_loss_fails,
           test_infinite, test_names, test_resume)
