/* Proves the callbacks: when early stopping stops, what it restores and whatever ended training;
 * that names are checked before the first epoch; plateaus, the CSV log, the order of callbacks, and
 * the stop on no change.
 */
#include "fit_cases.h"

#include <stdio.h>
#include <unistd.h>

/* --- a training whose validation values are given --------------------------------------------- */

/* A metric that says number after number, once for the training rows and once for validation rows
 * of each epoch. */
typedef struct script {
    const double *value;
    int n, calls;
} script;

static double scripted(ag_tensor *y, ag_tensor *t, const void *user)
{
    script *s = *(script *const *)user;
    (void)y;
    (void)t;
    int epoch = s->calls++ / 2;
    return s->value[epoch < s->n ? epoch : s->n - 1];
}

typedef struct trial {
    ag_graph *graph;
    nn_module *net;
    nn_fit_options o;
    script script, *script_at;
} trial;

static void trial_new(trial *t, const double *value, int n, bool more_is_better)
{
    ag_graph *g = t->graph = case_graph(AG_F64);
    t->script = (script){value, n, 0};
    t->script_at = &t->script;
    t->net = nn_sequential(g, nn_linear(g, 3, NULL), nn_batch_norm(g, NULL), nn_linear(g, 1, NULL));
    t->o = quiet(nn_mse, n);
    t->o.validation = numbered(g, 9);
    t->o.metrics[0] = (nn_metric){"said", scripted, more_is_better, &t->script_at};
}

/* How many epochs run, and which weights there were after each. */
enum { MOST_EPOCHS = 20 };
typedef struct seen {
    double weights[MOST_EPOCHS + 1][MOST_WEIGHTS], mean[MOST_EPOCHS + 1];
    int epochs, ends;
} seen;

static void look(nn_event *e, void *user)
{
    seen *s = user;
    if (e->when == NN_EPOCH_END) {
        weights_of(e->net, s->weights[e->epoch]);
        s->mean[e->epoch] = ag_item_at(nn_find(e->net, "1.running_mean"), AG_SHAPE(0));
        s->epochs = e->epoch;
    }
    s->ends += e->when == NN_END;
}

static int epochs_with(const double *value, int n, bool up, nn_early_stopping_options o)
{
    trial t;
    seen s = {.epochs = 0};
    trial_new(&t, value, n, up);
    o.monitor = "val_said";
    t.o.callbacks[0] = nn_early_stopping(t.graph, &o);
    t.o.callbacks[1] = (nn_callback){look, &s}; /* after it, and gets the last epoch all the same */
    nn_history *h = nn_fit(t.net, numbered(t.graph, 20), &t.o);
    all_well(t.graph);
    ck_assert_int_eq(nn_epochs(h), s.epochs);
    ck_assert_int_eq(s.ends, 1);
    ck_assert_int_eq(nn_ended_by(h), s.epochs < n ? NN_END_STOPPED : nn_ended_by(h));
    int epochs = nn_epochs(h);
    ag_graph_free(t.graph);
    return epochs;
}
#define EPOCHS(up, options, ...) epochs_with(NUMBERS_INT(__VA_ARGS__), up, options)
#define NUMBERS_INT(...)                                                                           \
    (const double[]){__VA_ARGS__}, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double))
#define PATIENCE(p) ((nn_early_stopping_options){.patience = (p)})

/* Statements 20, 24, 25. */
START_TEST(test_patience)
{
    ck_assert_int_eq(EPOCHS(false, PATIENCE(1), 5, 5, 4, 3), 2);
    ck_assert_int_eq(EPOCHS(false, PATIENCE(2), 5, 5, 4, 4, 4, 3), 5);
    ck_assert_int_eq(EPOCHS(false, PATIENCE(2), 5, 6, 4, 6, 3, 2), 6);
    ck_assert_int_eq(EPOCHS(true, PATIENCE(2), 5, 4, 3, 2), 3); /* more is better: of the metric */
    ck_assert_int_eq(EPOCHS(true, PATIENCE(2), 1, 2, 3, 4), 4);
    nn_early_stopping_options down = PATIENCE(2);
    down.direction = NN_DIRECTION_DOWN;
    ck_assert_int_eq(EPOCHS(true, down, 5, 4, 3, 2), 4);
    nn_early_stopping_options delta = PATIENCE(2);
    delta.min_delta = 1; /* from the best: 4.5 is no improvement of 5, nor is 4.1 */
    ck_assert_int_eq(EPOCHS(false, delta, 5, 4.5, 4.1, 3, 2), 3);
    ck_assert_int_eq(EPOCHS(false, delta, 5, 4.5, 3.9, 3.5, 2.8), 5);
}
END_TEST

START_TEST(test_nan_is_never_better)
{
    const double nan = (double)NAN;
    ck_assert_int_eq(EPOCHS(false, PATIENCE(2), 5, nan, nan, 1), 3);
    ck_assert_int_eq(EPOCHS(false, PATIENCE(1), nan, 4, 5, 1), 3); /* not in the first epoch */
    ck_assert_int_eq(EPOCHS(true, PATIENCE(2), nan, 1, nan, 2, 3), 5);
}
END_TEST

/* --- what is restored ------------------------------------------------------------------------- */

static void stop_in(nn_event *e, void *user)
{
    e->stop |= e->when == NN_EPOCH_END && e->epoch == *(const int *)user;
}

/* Ends training in some way after its best epoch; the weights and the running mean must be those of
 * that epoch. Statements 21 and 22. */
static void restores(int epochs, int patience, int stop, int best)
{
    const double value[] = {5, 3, 4, 4, 4, 4, 4, 4};
    trial t;
    seen s = {.epochs = 0};
    trial_new(&t, value, 8, false);
    t.o.epochs = epochs;
    nn_early_stopping_options o = {
        .monitor = "val_said", .patience = patience, .restore_best = true};
    t.o.callbacks[0] = nn_early_stopping(t.graph, &o);
    t.o.callbacks[1] = (nn_callback){look, &s};
    t.o.callbacks[2] = (nn_callback){stop_in, &stop};
    nn_history *h = nn_fit(t.net, numbered(t.graph, 20), &t.o);
    all_well(t.graph);
    int epoch = 0;
    expect_same(nn_best(h, "val_said", &epoch), value[best - 1]);
    ck_assert_int_eq(epoch, best);
    double now[MOST_WEIGHTS];
    int64_t n = weights_of(t.net, now);
    ck_assert_mem_eq(now, s.weights[best], (size_t)n * sizeof *now);
    expect_same(ag_item_at(nn_find(t.net, "1.running_mean"), AG_SHAPE(0)), s.mean[best]);
    if (s.epochs > best) {
        ck_assert_mem_ne(now, s.weights[s.epochs], (size_t)n * sizeof *now);
        ck_assert(s.mean[best] != s.mean[s.epochs]);
    }
    ag_graph_free(t.graph);
}

START_TEST(test_restore_best)
{
    restores(8, 3, 100, 2);  /* it stops itself */
    restores(4, 10, 100, 2); /* the last epoch */
    restores(8, 10, 5, 2);   /* another callback */
    restores(2, 10, 100, 2); /* the best is the last */
    restores(1, 10, 100, 1);
}
END_TEST

static void spoil(nn_event *e, void *user)
{
    (void)user;
    if (e->when == NN_EPOCH_END && e->epoch == 4) {
        nn_set_rate(e->optimizer, 1e200);
    }
}

/* Also after an error: the loss is not finite in epoch 5 or 6. */
START_TEST(test_restore_after_an_error)
{
    const double value[] = {5, 3, 4, 4, 4, 4, 4, 4};
    trial t;
    seen s = {.epochs = 0};
    trial_new(&t, value, 8, false);
    t.o.optimizer = nn_sgd(t.graph, NULL);
    t.o.callbacks[0] = nn_early_stopping(
        t.graph, &(nn_early_stopping_options){.monitor = "val_said", .restore_best = true});
    t.o.callbacks[1] = (nn_callback){look, &s};
    t.o.callbacks[2] = (nn_callback){spoil, NULL};
    nn_data *rows = numbered(t.graph, 20);
    no_tensor(t.graph, HERE, (void *)nn_fit(t.net, rows, &t.o), AG_ERR_ANOMALY, "nn_fit: ", LINE,
              "epoch ", "batch ");
    double now[MOST_WEIGHTS];
    int64_t n = weights_of(t.net, now);
    ck_assert_int_eq(s.ends, 1);
    ck_assert_mem_eq(now, s.weights[2], (size_t)n * sizeof *now);
    ag_graph_free(t.graph);
}
END_TEST

/* --- other callbacks -------------------------------------------------------------------------- */

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

CHECK_MAIN("callbacks", test_patience, test_nan_is_never_better, test_restore_best,
           test_restore_after_an_error, test_no_change, test_plateau, test_order_and_csv,
           test_stop_in_an_epoch, test_wrong_callbacks, test_wrong_options_of_callbacks)
