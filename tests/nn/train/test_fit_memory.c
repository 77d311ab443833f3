/* Proves that fit allocates nothing after its second epoch, whatever metrics and callbacks it has,
 * leaves nothing but parameters, states and the history, and survives every allocation that fails.
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

/* Trains for ten epochs with validation, lines of progress and all callbacks that write no
 * checkpoint, and counts. */
static void steady(nn_fit_options o, nn_data *make(ag_graph *g, int64_t rows), int64_t outputs)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    counting c = {.a = &a};
    FILE *shown = tmpfile();
    o.epochs = 10;
    o.batch = 16;
    o.validation_share = 0.2;
    o.show = NN_SHOW_LINES;
    o.show_on = shown;
    o.callbacks[0] = nn_early_stopping(g, &(nn_early_stopping_options){.restore_best = true});
    o.callbacks[1] = nn_reduce_on_plateau(g, NULL);
    o.callbacks[2] = nn_stop_on_no_change(g, &(nn_no_change_options){.epsilon = 1e-12});
    o.callbacks[3] = nn_csv_log(g, "/dev/null");
    o.callbacks[4] = (nn_callback){count_calls, &c};
    nn_module *net = nn_sequential(
        g, nn_linear(g, 5, &(nn_linear_options){.penalty = {.l2 = 1e-3}}), nn_batch_norm(g, NULL),
        nn_relu(g), nn_dropout(g, 0.1), nn_linear(g, outputs, NULL));
    o.optimizer = nn_with_average(nn_adam(g, NULL), 0.9);
    ck_assert_ptr_nonnull(nn_fit(net, make(g, 100), &o));
    all_well(g);
    for (int epoch = 3; epoch <= 10; epoch++) {
        ck_assert_msg(c.calls[epoch] == c.calls[2], "%s: %zu allocations in epochs 3 to %d",
                      o.metrics[0].name, c.calls[epoch] - c.calls[2], epoch);
    }
    fclose(shown);
    ag_graph_free(g);
    account_balanced(&a);
}

/* As many metrics at a time as fit takes. */
static void steady_with(nn_fit_options o, nn_data *make(ag_graph *g, int64_t rows), int64_t outputs,
                        const nn_metric *const *metric, int n)
{
    for (int i = 0; i < n; i++) {
        o.metrics[i % NN_MOST_METRICS] = *metric[i];
        if (i % NN_MOST_METRICS == NN_MOST_METRICS - 1 || i == n - 1) {
            steady(o, make, outputs);
            memset(o.metrics, 0, sizeof o.metrics);
        }
    }
}

START_TEST(test_no_allocation_after_the_second_epoch)
{
    const nn_metric own = {"largest", largest, false, NULL};
    const nn_metric *const of_classes[] = {&nn_accuracy,
                                           &own,
                                           &nn_balanced_accuracy,
                                           &nn_top_k,
                                           &nn_precision,
                                           &nn_recall,
                                           &nn_f1,
                                           &nn_specificity,
                                           &nn_kappa,
                                           &nn_mcc,
                                           &nn_auc,
                                           &nn_average_precision,
                                           &nn_log_loss,
                                           &nn_brier,
                                           &nn_calibration_error};
    const nn_metric *const of_numbers[] = {&nn_squared_error,
                                           &nn_rmse,
                                           &nn_absolute_error,
                                           &nn_percentage_error,
                                           &nn_largest_error,
                                           &nn_median_error,
                                           &nn_r2,
                                           &nn_explained_variance,
                                           &nn_pearson,
                                           &nn_spearman};
    const double weights[] = {1, 2};
    nn_fit_options o = {.loss = nn_cross_entropy, .class_weights = weights, .n_class_weights = 2};
    steady_with(o, labelled, 2, of_classes, sizeof of_classes / sizeof *of_classes);
    o = (nn_fit_options){.loss = nn_mse, .draw = {.loader = true}};
    steady_with(o, numbered, 1, of_numbers, sizeof of_numbers / sizeof *of_numbers);
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

/* With the remark on scores, which only this loss asks for. */
static ag_status of_classes(ag_graph *g)
{
    nn_fit_options o = quiet(nn_cross_entropy, 1);
    const nn_history *h =
        nn_fit(nn_sequential(g, nn_linear(g, 2, NULL), nn_softmax(g, -1)), labelled(g, 6), &o);
    return h != NULL && strstr(nn_remarks(h), "softmax") != NULL ? AG_OK : ag_error(g);
}

START_TEST(test_no_memory)
{
    everywhere(all_of_it);
    everywhere(of_classes);
}
END_TEST

CHECK_MAIN("fit_memory", test_no_allocation_after_the_second_epoch, test_fit_again, test_no_memory)
