/* Every allocation that an optimizer causes fails in turn: an ordinary error, nothing leaks, and
 * with memory back the graph works. The scenes train, minimize and test a range.
 */
#include "tests/nn/optim/small_net.h"
#include "tests/no_memory.h"

static ag_tensor *loss_of_net(int64_t i, void *user)
{
    (void)i;
    return small_loss(user, 1);
}

static ag_status training(ag_graph *g)
{
    small s;
    ag_status status = small_in(&s, g);
    nn_optimizer *opt = nn_with_average(nn_amsgrad(g, NULL), 0.9);
    opt = nn_with_group(opt, (nn_group){.pattern = "*.weight", .rate_factor = 0.5});
    opt = nn_with_clipping(opt, (nn_clipping){.norm = 1, .value = 0.5});
    if (status == AG_OK && opt == NULL) {
        return ag_error(g);
    }
    status = status == AG_OK ? nn_attach(opt, s.net) : status;
    status = status == AG_OK ? small_train(&s, opt, 3) : status;
    return status == AG_OK ? nn_swap_average(opt) : status;
}

static ag_status minimizing(ag_graph *g)
{
    small s;
    ag_status status = small_in(&s, g);
    nn_optimizer *opt = nn_lbfgs(g, &(nn_lbfgs_options){.history = 3});
    if (status == AG_OK && opt == NULL) {
        return ag_error(g);
    }
    status = status == AG_OK ? nn_attach(opt, s.net) : status;
    const nn_minimize_options o = {.steps = 5};
    return status == AG_OK ? nn_minimize(opt, loss_of_net, &s, &o, NULL) : status;
}

static ag_status testing_a_range(ag_graph *g)
{
    small s;
    ag_status status = small_in(&s, g);
    nn_optimizer *opt = nn_adam(g, NULL);
    nn_range r;
    if (status == AG_OK && opt == NULL) {
        return ag_error(g);
    }
    status = status == AG_OK ? nn_attach(opt, s.net) : status;
    const nn_range_options o = {.steps = 5};
    return status == AG_OK ? nn_range_test(opt, loss_of_net, &s, &o, &r) : status;
}

START_TEST(test_training)
{
    everywhere(training);
}
END_TEST

START_TEST(test_minimizing)
{
    everywhere(minimizing);
}
END_TEST

START_TEST(test_range)
{
    everywhere(testing_a_range);
}
END_TEST

/* A failed nn_attach leaves nothing behind, and the next one makes all. */
START_TEST(test_attach_again)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    small s;
    expect_ok(small_in(&s, g));
    nn_optimizer *opt = nn_adam(g, NULL);
    ck_assert_ptr_nonnull(opt);
    for (int64_t room = 512; nn_optimizer_states(opt) == 0; room += 512) {
        ag_mark mark = ag_graph_mark(g);
        a.fail_at = a.calls + 1;
        a.fail_after = true;
        while (ag_error(g) == AG_OK) { /* fill what is there */
            (void)ag_graph_memory(g, 256);
        }
        ag_error_clear(g);
        ag_status status = nn_attach(opt, s.net);
        ck_assert_int_eq(status, AG_ERR_MEMORY);
        ck_assert_int_eq(nn_optimizer_states(opt), 0);
        ag_error_clear(g);
        a.fail_at = 0;
        expect_ok(ag_graph_rewind(g, mark));
        if (room > 2048) {
            expect_ok(nn_attach(opt, s.net));
        }
    }
    ck_assert_int_eq(nn_optimizer_states(opt), 12);
    expect_ok(small_train(&s, opt, 2));
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

CHECK_MAIN("optimizer memory", test_training, test_minimizing, test_range, test_attach_again)
