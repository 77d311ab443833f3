/* What optimizers refuse, with a message that says what, where and what to do; nothing has changed
 * then.
 */
#include "tests/nn/optim/small_net.h"

/* The call gives NULL, and the message has the parts. */
static void no_optimizer(ag_graph *g, const nn_optimizer *opt, ag_status status, const char *where,
                         const char *const *part)
{
    ck_assert_ptr_null(opt);
    failed(g, status, where, part);
}
#define refused(g, here, call, status, ...)                                                        \
    no_optimizer(g, call, status, here, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(test_settings)
{
    ag_graph *g = ag_graph_new();
    nn_optimizer *opt = nn_sgd(g, NULL);
    static const double bad[] = {-1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 3; i++) {
        double x = bad[i];
        refused(g, HERE, nn_with_group(opt, (nn_group){.rate_factor = x}), AG_ERR_VALUE, LINE,
                "nn_with_group: rate_factor");
        refused(g, HERE, nn_with_clipping(opt, (nn_clipping){.norm = x}), AG_ERR_VALUE, LINE,
                "nn_with_clipping: norm");
        refused(g, HERE, nn_with_clipping(opt, (nn_clipping){.value = x}), AG_ERR_VALUE, LINE,
                "nn_with_clipping: value");
        refused(g, HERE, nn_with_average(opt, x), AG_ERR_VALUE, LINE, "nn_with_average: keep");
        refused(g, HERE, nn_with_plateau(opt, (nn_plateau){.factor = x}), AG_ERR_VALUE, LINE,
                "nn_with_plateau: factor");
        refused(g, HERE, nn_with_plateau(opt, (nn_plateau){.min_rate = x}), AG_ERR_VALUE, LINE,
                "min_rate");
        refused(g, HERE, nn_with_schedule(opt, nn_step_decay(x, 0)), AG_ERR_VALUE, LINE,
                "nn_with_schedule");
        refused(g, HERE, nn_lbfgs(g, &(nn_lbfgs_options){.c2 = x}), AG_ERR_VALUE, LINE,
                "nn_lbfgs: c1");
    }
    refused(g, HERE, nn_with_group(opt, (nn_group){.decay = (nn_decay)7}), AG_ERR_VALUE, LINE,
            "nn_decay");
    refused(g, HERE, nn_with_accumulation(opt, 0), AG_ERR_VALUE, LINE, "1 or more");
    refused(g, HERE, nn_with_average(opt, 1), AG_ERR_VALUE, LINE, "keep");
    refused(g, HERE, nn_with_plateau(opt, (nn_plateau){.factor = 1}), AG_ERR_VALUE, LINE, "factor");
    refused(g, HERE, nn_with_plateau(opt, (nn_plateau){.patience = -1}), AG_ERR_VALUE, LINE,
            "patience");
    refused(g, HERE, nn_with_schedule(opt, nn_warm_up((nn_schedule){0}, -1, 0)), AG_ERR_VALUE, LINE,
            "warm_up");
    refused(g, HERE, nn_with_schedule(opt, nn_cosine_decay(-5, 0)), AG_ERR_VALUE, LINE,
            "steps and warm_up are not negative");
    refused(g, HERE, nn_lbfgs(g, &(nn_lbfgs_options){.history = -1}), AG_ERR_VALUE, LINE,
            "history -1");
    refused(g, HERE, nn_lbfgs(g, &(nn_lbfgs_options){.c1 = 0.5, .c2 = 0.4}), AG_ERR_VALUE, LINE,
            "c1 < c2");
    ag_tensor *p = ag_parameter(g, 1);
    expect_ok(nn_attach_list(opt, &p, 1));
    refused(g, HERE, nn_with_average(opt, 0.5), AG_ERR_STATE, LINE, "attached already");
    refused(g, HERE, nn_with_group(opt, (nn_group){0}), AG_ERR_STATE, LINE, "before nn_attach");
    ag_graph_free(g);
}
END_TEST

/* NULL in gives NULL out. */
START_TEST(test_null)
{
    const nn_counters c = {0};
    ck_assert_ptr_null(nn_sgd(NULL, NULL));
    ck_assert_ptr_null(nn_adagrad(NULL, NULL));
    ck_assert_ptr_null(nn_rmsprop(NULL, NULL));
    ck_assert_ptr_null(nn_adadelta(NULL, NULL));
    ck_assert_ptr_null(nn_adam(NULL, NULL));
    ck_assert_ptr_null(nn_amsgrad(NULL, NULL));
    ck_assert_ptr_null(nn_rprop(NULL, NULL));
    ck_assert_ptr_null(nn_lbfgs(NULL, NULL));
    ck_assert_ptr_null(nn_with_group(NULL, (nn_group){0}));
    ck_assert_ptr_null(nn_with_schedule(nn_with_average(NULL, 0.5), (nn_schedule){0}));
    ck_assert_ptr_null(nn_with_clipping(nn_with_accumulation(NULL, 2), (nn_clipping){0}));
    ck_assert_ptr_null(nn_with_plateau(NULL, (nn_plateau){0}));
    ck_assert_int_eq(nn_attach(NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_attach_list(NULL, NULL, 0), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_step(NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_flush(NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_swap_average(NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_take_average(NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert(!nn_has_average(NULL));
    ck_assert_int_eq(nn_set_counters(NULL, &c), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_minimize(NULL, NULL, NULL, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_range_test(NULL, NULL, NULL, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_double_nan(nn_rate(NULL));
    ck_assert_ptr_null(nn_optimizer_name(NULL));
    ck_assert_int_eq(nn_get_counters(NULL).step, 0);
    nn_set_rate(NULL, 1);
    nn_set_epoch(NULL, 1);
    nn_zero_grads(NULL);
}
END_TEST

START_TEST(test_attach)
{
    small s = small_new(AG_F64), t = small_new(AG_F64);
    ag_graph *g = s.graph;
    nn_module *raw = dense(g, 2, false);
    nn_optimizer *opt = nn_adam(g, NULL);
    no_success(g, HERE, nn_step(opt), AG_ERR_STATE, LINE, "nn_step: ", "nn_attach first");
    no_success(g, HERE, nn_flush(opt), AG_ERR_STATE, LINE, "nn_flush: ");
    no_success(g, HERE, nn_attach(opt, t.net), AG_ERR_GRAPH, LINE, "another graph");
    no_success(g, HERE, nn_attach(opt, raw), AG_ERR_STATE, LINE, "not built");
    expect_ok(nn_attach(opt, s.net));
    ck_assert_int_eq(nn_attach(opt, NULL), AG_ERR_NULL_ARGUMENT);
    int states = nn_optimizer_states(opt);
    expect_ok(nn_attach(opt, s.net));
    ck_assert_int_eq(nn_optimizer_states(opt), states);
    expect_ok(nn_build(raw, AG_F64, AG_SHAPE(2)));
    no_success(g, HERE, nn_attach(opt, raw), AG_ERR_STATE, LINE, "other parameters");
    nn_optimizer *grouped = nn_with_group(nn_sgd(g, NULL), (nn_group){.pattern = "frist.*"});
    no_success(g, HERE, nn_attach(grouped, s.net), AG_ERR_VALUE, LINE, "\"frist.*\"",
               "first.weight");
    ck_assert_int_eq(nn_optimizer_states(grouped), 0);
    no_success(g, HERE, nn_step(grouped), AG_ERR_STATE, LINE);
    ag_graph_free(g);
    ag_graph_free(t.graph);
}
END_TEST

/* What was built since is added, and what was there keeps its states. */
START_TEST(test_attach_again)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt = nn_adam(s.graph, NULL);
    expect_ok(nn_attach(opt, s.net));
    expect_ok(small_train(&s, opt, 2));
    ag_tensor *mean = nn_optimizer_state_at(opt, 0).tensor;
    double before = ag_item_at(mean, AG_SHAPE(0, 0));
    ck_assert_ptr_nonnull(nn_child(s.net, "third", dense(s.graph, 1, false)));
    expect_ok(nn_build(s.net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_attach(opt, s.net));
    ck_assert_int_eq(nn_optimizer_states(opt), 18);
    ck_assert_ptr_eq(nn_optimizer_state_at(opt, 0).tensor, mean);
    expect_same(ag_item_at(mean, AG_SHAPE(0, 0)), before);
    ck_assert_str_eq(nn_optimizer_state_at(opt, 17).name, "optimizer.third.bias.step");
    expect_ok(small_train(&s, opt, 2));
    ag_graph_free(s.graph);
}
END_TEST

START_TEST(test_lists)
{
    ag_graph *g = ag_graph_new(), *other = ag_graph_new();
    nn_optimizer *opt = nn_adam(g, NULL);
    ag_tensor *p = ag_name(ag_parameter(g, 1), "gain"), *list[2] = {p, p};
    no_success(g, HERE, nn_attach_list(opt, list, 2), AG_ERR_VALUE, LINE, "0 and 1 are the same");
    list[1] = NULL;
    no_success(g, HERE, nn_attach_list(opt, list, 2), AG_ERR_NULL_ARGUMENT, LINE, "1 is NULL");
    list[1] = ag_neg(p);
    no_success(g, HERE, nn_attach_list(opt, list, 2), AG_ERR_STATE, LINE, "parameter 1");
    list[1] = ag_parameter(other, 1);
    no_success(g, HERE, nn_attach_list(opt, list, 2), AG_ERR_GRAPH, LINE, "parameter 1");
    no_success(g, HERE, nn_attach_list(opt, list, -1), AG_ERR_VALUE, LINE, "-1 tensors");
    no_success(g, HERE, nn_attach_list(opt, NULL, 1), AG_ERR_VALUE, LINE, "1 tensors");
    list[1] = ag_parameter(g, 2);
    expect_ok(nn_attach_list(opt, list, 2));
    ck_assert_str_eq(nn_optimizer_state_at(opt, 0).name, "optimizer.gain.mean");
    ck_assert_str_eq(nn_optimizer_state_at(opt, 3).name, "optimizer.p1.mean");
    no_success(g, HERE, nn_attach_list(opt, list, 2), AG_ERR_STATE, LINE, "attached already");
    nn_optimizer *none = nn_sgd(g, NULL);
    expect_ok(nn_attach_list(none, NULL, 0));
    expect_ok(nn_step(none));
    ag_graph_free(g);
    ag_graph_free(other);
}
END_TEST

/* The options of a method are looked at in the first step, which then changes nothing. */
START_TEST(test_method_options)
{
    static const double bad[] = {-1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 3; i++) {
        small s = small_new(AG_F64);
        double before[SMALL_WEIGHTS], after[SMALL_WEIGHTS];
        nn_optimizer *opt = nn_adam(s.graph, &(ag_adam){.rate = bad[i]});
        expect_ok(nn_attach(opt, s.net));
        small_weights(&s, before);
        expect_ok(ag_backward(small_loss(&s, 1)));
        no_success(s.graph, HERE, nn_step(opt), AG_ERR_VALUE, LINE, "adam_step: rate");
        nn_set_rate(opt, 0.1);
        expect_ok(nn_step(opt));
        small_weights(&s, after);
        ck_assert(memcmp(before, after, sizeof before) != 0);
        ag_graph_free(s.graph);
    }
}
END_TEST

/* --- the loss as a function ------------------------------------------------------------------- */

static ag_tensor *none(int64_t i, void *user)
{
    (void)i;
    (void)user;
    return NULL;
}
static ag_tensor *many(int64_t i, void *user)
{
    (void)i;
    return ag_expand(user, AG_SHAPE(3));
}
static ag_tensor *infinite(int64_t i, void *user)
{
    (void)i;
    return ag_mul_scalar(user, (double)INFINITY);
}
static ag_tensor *square(int64_t i, void *user)
{
    (void)i;
    return ag_square(user);
}

START_TEST(test_objectives)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_parameter(g, 2);
    nn_optimizer *opt[2] = {nn_sgd(g, NULL), nn_lbfgs(g, NULL)};
    nn_range r;
    no_success(g, HERE, nn_minimize(opt[0], square, p, NULL, NULL), AG_ERR_STATE, LINE,
               "nn_minimize: ");
    no_success(g, HERE, nn_range_test(opt[0], square, p, NULL, &r), AG_ERR_STATE, LINE,
               "nn_range_test: ");
    for (int i = 0; i < 2; i++) {
        expect_ok(nn_attach_list(opt[i], &p, 1));
        no_success(g, HERE, nn_minimize(opt[i], none, p, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE,
                   "is NULL");
        no_success(g, HERE, nn_minimize(opt[i], NULL, p, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE,
                   "is NULL");
        no_success(g, HERE, nn_minimize(opt[i], many, p, NULL, NULL), AG_ERR_SHAPE, LINE,
                   "one element");
        no_success(g, HERE, nn_minimize(opt[i], infinite, p, NULL, NULL), AG_ERR_ANOMALY, LINE,
                   "not finite");
        const nn_minimize_options o = {.steps = -1};
        no_success(g, HERE, nn_minimize(opt[i], square, p, &o, NULL), AG_ERR_VALUE, LINE,
                   "-1 steps");
        const nn_minimize_options q = {.gradient = (double)NAN};
        no_success(g, HERE, nn_minimize(opt[i], square, p, &q, NULL), AG_ERR_VALUE, LINE,
                   "gradient nan");
        expect_same(ag_item(p), 2);
    }
    no_success(g, HERE, nn_step(opt[1]), AG_ERR_STATE, LINE, "nn_minimize is given");
    no_success(g, HERE, nn_range_test(opt[1], square, p, NULL, &r), AG_ERR_STATE, LINE, "lbfgs");
    no_success(g, HERE, nn_range_test(opt[0], NULL, p, NULL, &r), AG_ERR_NULL_ARGUMENT, LINE,
               "NULL");
    const nn_range_options o = {.low = 2, .high = 1};
    r = (nn_range){.n = 7, .largest = 1};
    no_success(g, HERE, nn_range_test(opt[0], square, p, &o, &r), AG_ERR_VALUE, LINE, "low 2");
    ck_assert(r.n == 0 && r.rate == NULL && r.largest == 0);
    ck_assert_int_eq(nn_range_test(opt[0], square, p, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

/* A loss that fails within the line search leaves the parameters where the step began. */
static ag_tensor *breaks(int64_t i, void *user)
{
    return i < 1 ? ag_square(user) : NULL;
}

START_TEST(test_line_search_fails)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_parameter(g, 2);
    nn_optimizer *opt = nn_lbfgs(g, NULL);
    expect_ok(nn_attach_list(opt, &p, 1));
    no_success(g, HERE, nn_minimize(opt, breaks, p, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE,
               "call 2");
    expect_same(ag_item(p), 2);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_counters)
{
    ag_graph *g = ag_graph_new();
    nn_optimizer *opt = nn_with_accumulation(nn_sgd(g, NULL), 3);
    const nn_counters good = nn_get_counters(opt);
    ck_assert_int_eq(nn_set_counters(opt, NULL), AG_ERR_NULL_ARGUMENT);
    for (int i = 0; i < 7; i++) {
        nn_counters c = good;
        int64_t *const count[] = {&c.step, &c.epoch, &c.accumulated, &c.plateau_waited,
                                  &c.plateau_cooling};
        if (i < 5) {
            *count[i] = -1;
        }
        c.accumulated = i == 5 ? 3 : c.accumulated;
        c.rate = i == 6 ? (double)NAN : c.rate;
        no_success(g, HERE, nn_set_counters(opt, &c), AG_ERR_VALUE, LINE, "nn_set_counters");
    }
    expect_ok(nn_set_counters(opt, &good));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("optimizer errors", test_settings, test_null, test_attach, test_attach_again, test_lists,
           test_method_options, test_objectives, test_line_search_fails, test_counters)
