/* Proves that fit allocates nothing after its second epoch, leaves nothing but parameters, states
 * and the history, and survives every allocation that fails.
 */
#include "fit_cases.h"
#include "tests/no_memory.h"

/* --- the steady state ------------------------------------------------------------------------- */

typedef struct counting {
    const account *a;
    size_t calls[12];
} counting;

static void count_calls(nn_event *e, void *user)
{
    counting *c = user;
    if (e->when == NN_EPOCH_END) {
        c->calls[e->epoch] = c->a->calls;
    }
}

static double largest(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)t;
    (void)user;
    return ag_item(ag_max(y));
}

START_TEST(test_no_allocation_after_the_second_epoch)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    counting c = {.a = &a};
    nn_fit_options o = quiet(nn_cross_entropy, 10);
    const double weights[] = {1, 2};
    FILE *shown = tmpfile();
    o.batch = 16;
    o.validation_share = 0.2;
    o.metrics[0] = (nn_metric){"largest", largest, false, NULL};
    o.class_weights = weights;
    o.n_class_weights = 2;
    o.show = NN_SHOW_LINES;
    o.show_on = shown;
    o.callbacks[0] = nn_early_stopping(g, &(nn_early_stopping_options){.restore_best = true});
    o.callbacks[1] = (nn_callback){count_calls, &c};
    nn_module *net = nn_sequential(
        g, nn_linear(g, 5, &(nn_linear_options){.penalty = {.l2 = 1e-3}}), nn_batch_norm(g, NULL),
        nn_relu(g), nn_dropout(g, 0.1), nn_linear(g, 2, NULL));
    ck_assert_ptr_nonnull(nn_fit(net, labelled(g, 100), &o));
    all_well(g);
    for (int epoch = 3; epoch <= 10; epoch++) {
        ck_assert_msg(c.calls[epoch] == c.calls[2], "%zu allocations in epochs 3 to %d",
                      c.calls[epoch] - c.calls[2], epoch);
    }
    fclose(shown);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* A second fit finds the memory of the first, but for its history. */
START_TEST(test_fit_again)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 200);
    nn_module *net = classifier(g);
    nn_fit_options o = quiet(nn_cross_entropy, 3);
    o.optimizer = nn_adam(g, NULL);
    o.validation_share = 0.2;
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(nn_fit(net, d, &o));
    }
    size_t bytes = ag_graph_get_stats(g).bytes;
    for (int i = 0; i < 10; i++) {
        ck_assert_ptr_nonnull(nn_fit(net, d, &o));
    }
    ck_assert_uint_le(ag_graph_get_stats(g).bytes, bytes + ((size_t)64 << 10));
    ag_graph_free(g);
}
END_TEST

/* --- no memory -------------------------------------------------------------------------------- */

static ag_status all_of_it(ag_graph *g)
{
    nn_fit_options o = quiet(nn_mse, 2);
    o.batch = 4;
    o.validation_share = 0.25;
    o.callbacks[0] = nn_early_stopping(
        g, &(nn_early_stopping_options){.monitor = "val_loss", .restore_best = true});
    o.callbacks[1] = nn_reduce_on_plateau(g, NULL);
    o.callbacks[2] = nn_stop_on_no_change(g, NULL);
    nn_data *d = numbered(g, 10);
    nn_module *net = regressor(g);
    const nn_history *h = nn_fit(net, d, &o);
    if (h == NULL) {
        return ag_error(g);
    }
    nn_score s = nn_evaluate(net, d, &(nn_evaluate_options){.loss = nn_mse});
    if (!(s.loss > 0)) {
        return ag_error(g);
    }
    const ag_tensor *y = nn_predict_at(net, d, "1"), *c = nn_predict_classes(net, d, 0);
    return y != NULL && c != NULL ? AG_OK : ag_error(g);
}

START_TEST(test_no_memory)
{
    everywhere(all_of_it);
}
END_TEST

CHECK_MAIN("fit_memory", test_no_allocation_after_the_second_epoch, test_fit_again, test_no_memory)
