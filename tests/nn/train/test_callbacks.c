/* Proves the callbacks but for early stopping: that names are checked before the first epoch;
 * plateaus, the CSV log, the order of callbacks, and the stop on no change.
 */
#include "scripted.h"

#include <stdio.h>
#include <unistd.h>

START_TEST(test_no_change)
{
    const double value[] = {5, 4, 4.005, 4.009, 3, 3.001, 3.002, 3.003, 3.004, 9, 9, 9};
    const int want[] = {3, 4, 8}; /* two small changes in a row: epochs 3 and 4; three: 6, 7, 8 */
    for (int patience = 1; patience <= 3; patience++) {
        trial t;
        trial_new(&t, value, 12, false);
        t.o.callbacks[0] = nn_stop_on_no_change(
            t.graph,
            &(nn_no_change_options){.monitor = "said", .epsilon = 0.01, .patience = patience});
        nn_history *h = nn_fit(t.net, numbered(t.graph, 20), &t.o);
        all_well(t.graph);
        ck_assert_int_eq(nn_epochs(h), want[patience - 1]);
        ag_graph_free(t.graph);
    }
}
END_TEST

/* Statement 26: once, then the patience begins anew; never below min_rate. The direction is that of
 * the metric. The rate of the history is that of the epoch's last step. */
START_TEST(test_plateau)
{
    const double value[] = {5, 6, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
    const double rate[] = {1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2};
    trial t;
    trial_new(&t, value, 12, true); /* 6 in epoch 2 is the best */
    t.o.optimizer = nn_sgd(t.graph, &(ag_sgd){.rate = 0.01});
    t.o.callbacks[0] = nn_reduce_on_plateau(
        t.graph,
        &(nn_plateau_options){.monitor = "val_said",
                              .plateau = {.factor = 0.5, .patience = 3, .min_rate = 0.002}});
    nn_history *h = nn_fit(t.net, numbered(t.graph, 20), &t.o);
    all_well(t.graph);
    for (int e = 1; e <= 12; e++) {
        expect_near(nn_history_at(h, "rate", e), 0.01 * rate[e - 1], 1e-15);
    }
    ag_graph_free(t.graph);
}
END_TEST

static void append(nn_event *e, void *user)
{
    char *text = user;
    if (e->when == NN_EPOCH_END || e->when == NN_BEGIN || e->when == NN_END) {
        text[strlen(text)] = "BbeEIZ"[e->when];
    }
}

static void append_other(nn_event *e, void *user)
{
    char *text = user;
    if (e->when == NN_EPOCH_END) {
        strcat(text, ".");
    }
}

/* The log has a line for each epoch, with the numbers of the history to the last bit. */
static void log_agrees(const char *path, const nn_history *h)
{
    char line[400];
    FILE *log = fopen(path, "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, log));
    ck_assert_str_eq(line, "epoch,loss,said,val_loss,val_said,rate\n");
    for (int e = 1; e <= nn_epochs(h); e++) {
        int epoch;
        double loss, said;
        ck_assert_ptr_nonnull(fgets(line, sizeof line, log));
        ck_assert_int_eq(sscanf(line, "%d,%lf,%lf", &epoch, &loss, &said), 3);
        ck_assert_int_eq(epoch, e);
        expect_same(loss, nn_history_at(h, "loss", e));
        expect_same(said, nn_history_at(h, "said", e));
    }
    ck_assert_ptr_null(fgets(line, sizeof line, log));
    fclose(log);
}

/* Statement 29: in the order given; every epoch that ran has its line, also the last one. */
START_TEST(test_order_and_csv)
{
    char path[] = "/tmp/nn_csv_XXXXXX", order[100] = "";
    close(mkstemp(path));
    const double value[] = {5, 4, 4, 4, 4};
    trial t;
    trial_new(&t, value, 5, false);
    t.o.callbacks[0] = nn_early_stopping(
        t.graph, &(nn_early_stopping_options){.monitor = "val_said", .patience = 1});
    t.o.callbacks[1] = (nn_callback){append, order};
    t.o.callbacks[2] = (nn_callback){append_other, order};
    t.o.callbacks[3] = nn_csv_log(t.graph, path);
    nn_history *h = nn_fit(t.net, numbered(t.graph, 20), &t.o);
    all_well(t.graph);
    ck_assert_str_eq(order, "BE.E.E.Z");
    ck_assert_int_eq(nn_epochs(h), 3);
    log_agrees(path, h);
    unlink(path);
    ag_graph_free(t.graph);
}
END_TEST

static void stop_batch(nn_event *e, void *user)
{
    *(int64_t *)user += e->when == NN_BATCH_END;
    if (e->when == NN_BATCH_END) {
        ck_assert(e->batch < e->batches);
        ck_assert(e->loss > 0);
    }
    e->stop |= e->when == NN_BATCH_END && e->epoch == 3 && e->batch == 1;
}

/* In the midst of an epoch: that is not in the history. */
START_TEST(test_stop_in_an_epoch)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = regressor(g);
    nn_fit_options o = quiet(nn_mse, 9);
    int64_t batches = 0;
    o.batch = 4;
    o.callbacks[0] = (nn_callback){stop_batch, &batches};
    o.draw.loader = true;
    nn_history *h = nn_fit(net, numbered(g, 12), &o);
    all_well(g);
    ck_assert_int_eq(nn_epochs(h), 2);
    ck_assert_int_eq(batches, 3 + 3 + 2);
    ck_assert_int_eq(nn_ended_by(h), NN_END_STOPPED);
    ag_graph_free(g);
}
END_TEST

/* Statement 23, and other wrong options. */
START_TEST(test_wrong_callbacks)
{
    const double value[] = {5};
    trial t;
    trial_new(&t, value, 1, false);
    ag_graph *g = t.graph;
    nn_data *d = numbered(g, 20);
    const nn_callback named[] = {
        nn_early_stopping(g, &(nn_early_stopping_options){.monitor = "val_los"}),
        nn_stop_on_no_change(g, &(nn_no_change_options){.monitor = "val_los"}),
        nn_reduce_on_plateau(g, &(nn_plateau_options){.monitor = "val_los"})};
    const char *const who[] = {"nn_early_stopping", "nn_stop_on_no_change", "nn_reduce_on_plateau"};
    double before[MOST_WEIGHTS], after[MOST_WEIGHTS];
    expect_ok(nn_build(t.net, AG_F64, AG_SHAPE(2)));
    size_t bytes = (size_t)weights_of(t.net, before) * sizeof(double);
    for (int i = 0; i < 3; i++) {
        t.o.callbacks[0] = named[i];
        no_tensor(g, HERE, (void *)nn_fit(t.net, d, &t.o), AG_ERR_VALUE, LINE, who[i], "val_los",
                  "loss, said, val_loss, val_said, rate");
        weights_of(t.net, after);
        ck_assert_mem_eq(before, after, bytes);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_options_of_callbacks)
{
    const double value[] = {5};
    trial t;
    trial_new(&t, value, 1, false);
    ag_graph *g = t.graph;
    nn_data *d = numbered(g, 20);
    t.o.callbacks[0] = nn_csv_log(g, "/no/such/folder/log.csv");
    no_tensor(g, HERE, (void *)nn_fit(t.net, d, &t.o), AG_ERR_IO, LINE, "nn_csv_log",
              "/no/such/folder/log.csv", "folder");
    nn_callback none = nn_early_stopping(g, &(nn_early_stopping_options){.patience = -1});
    ck_assert(none.on == NULL);
    no_tensor(g, HERE, (void *)nn_fit(t.net, d, &t.o), AG_ERR_VALUE, "nn_early_stopping",
              "patience -1");
    none = nn_early_stopping(g, &(nn_early_stopping_options){.min_delta = -1});
    no_tensor(g, HERE, none.user, AG_ERR_VALUE, "min_delta -1", "test_callbacks.c:");
    none = nn_csv_log(g, NULL);
    no_tensor(g, HERE, none.user, AG_ERR_NULL_ARGUMENT, "nn_csv_log", "test_callbacks.c:");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("callbacks", test_no_change, test_plateau, test_order_and_csv, test_stop_in_an_epoch,
           test_wrong_callbacks, test_wrong_options_of_callbacks)
