/* Proves early stopping: when it stops, what it restores, whatever ended training; and which
 * weights are validated, restored and left where the optimizer averages.
 */
#include "scripted.h"

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

/* --- averages of the weights ------------------------------------------------------------------ */

enum { EPOCHS_OF_AVERAGES = 6 };
static const double keep = 0.8;

/* Averages by their formula, from the weights after each batch; all weights but the frozen ones. */
typedef struct by_hand {
    double now[MOST_WEIGHTS], average[MOST_WEIGHTS];
    double averages[EPOCHS_OF_AVERAGES + 1][MOST_WEIGHTS];
    double steps[EPOCHS_OF_AVERAGES + 1][MOST_WEIGHTS];
    bool saw_averaged;
} by_hand;

static void average_by_hand(nn_event *e, void *user)
{
    by_hand *h = user;
    int64_t n = weights_of(e->net, h->now);
    if (e->when == NN_BEGIN) {
        memcpy(h->average, h->now, sizeof h->now);
    } else if (e->when == NN_BATCH_END) {
        for (int64_t i = 0; i < n; i++) {
            h->average[i] = keep * h->average[i] + (1 - keep) * h->now[i];
        }
    } else if (e->when == NN_EPOCH_END) {
        memcpy(h->averages[e->epoch], h->average, sizeof h->average);
        memcpy(h->steps[e->epoch], h->now, sizeof h->now);
        h->saw_averaged = e->averaged;
    }
}

/* The validation loss of every epoch is that of these weights. */
static void validated_with(nn_module *net, const nn_history *h, const nn_data *rows,
                           double weights[EPOCHS_OF_AVERAGES + 1][MOST_WEIGHTS])
{
    for (int epoch = 1; epoch <= EPOCHS_OF_AVERAGES; epoch++) {
        expect_ok(nn_set_weights(net, weights[epoch], nn_weights_size(net)));
        nn_score s = nn_evaluate(net, rows, &(nn_evaluate_options){.loss = nn_mse});
        expect_near(nn_history_at(h, "val_loss", epoch), s.loss, 1e-13);
    }
}

/* Averages, of the best epoch or the last; or with ignore_average the weights of the steps. */
static void averages_stay(bool ignore, bool restore)
{
    ag_graph *g = case_graph(AG_F64);
    by_hand hand = {.saw_averaged = false};
    nn_module *net = regressor(g);
    nn_data *rows = numbered(g, 9);
    nn_fit_options o = quiet(nn_mse, EPOCHS_OF_AVERAGES);
    o.batch = 4;
    o.validation = rows;
    o.ignore_average = ignore;
    o.optimizer = nn_with_average(nn_adam(g, &(ag_adam){.rate = 0.03}), keep);
    o.callbacks[0] = (nn_callback){average_by_hand, &hand};
    /* The worst epoch is called the best, since the last one would be the best. */
    o.callbacks[1] = nn_early_stopping(
        g, &(nn_early_stopping_options){.restore_best = restore, .direction = NN_DIRECTION_UP});
    nn_history *h = nn_fit(net, numbered(g, 20), &o);
    all_well(g);
    int best = restore ? 1 : EPOCHS_OF_AVERAGES;
    for (int epoch = 2; epoch <= EPOCHS_OF_AVERAGES; epoch++) {
        ck_assert(nn_history_at(h, "val_loss", epoch) < nn_history_at(h, "val_loss", 1));
    }
    double now[MOST_WEIGHTS], (*want)[MOST_WEIGHTS] = ignore ? hand.steps : hand.averages;
    int64_t n = weights_of(net, now);
    for (int64_t i = 0; i < n; i++) {
        expect_near(now[i], want[best][i], 1e-13);
    }
    ck_assert_mem_ne(hand.steps[best], hand.averages[best], (size_t)n * sizeof(double));
    ck_assert_int_eq(hand.saw_averaged, !ignore);
    validated_with(net, h, rows, want);
    ag_graph_free(g);
}

START_TEST(test_averages_are_validated)
{
    averages_stay(false, false);
    averages_stay(false, true);
    averages_stay(true, false);
    averages_stay(true, true);
}
END_TEST

/* A layer that is frozen while the averages still move keeps its bits to the end. */
START_TEST(test_averages_of_a_frozen_layer)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = regressor(g);
    nn_fit_options o = quiet(nn_mse, 3);
    double before[MOST_WEIGHTS], after[MOST_WEIGHTS];
    o.optimizer = nn_with_average(nn_adam(g, NULL), keep);
    o.ignore_average = true; /* so that the averages are behind */
    ck_assert_ptr_nonnull(nn_fit(net, numbered(g, 20), &o));
    expect_ok(nn_freeze(net, "0.*", true));
    weights_of(net, before);
    o.ignore_average = false;
    ck_assert_ptr_nonnull(nn_fit(net, numbered(g, 20), &o));
    all_well(g);
    int64_t n = weights_of(net, after), frozen = 5 * 2 + 5;
    ck_assert_mem_eq(before, after, (size_t)frozen * sizeof(double));
    ck_assert_mem_ne(before + frozen, after + frozen, (size_t)(n - frozen) * sizeof(double));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("early_stopping", test_patience, test_nan_is_never_better, test_restore_best,
           test_restore_after_an_error, test_averages_are_validated,
           test_averages_of_a_frozen_layer)
