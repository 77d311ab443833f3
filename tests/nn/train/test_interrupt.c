/* Proves what Ctrl-C does: once, training ends after the step in hand and keeps the best weights;
 * twice, the program ends; afterwards the program's own handler is there again. And remarks: dead
 * units and constant outputs are named.
 */
#include "fit_cases.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Ctrl-C ----------------------------------------------------------------------------------- */

static volatile sig_atomic_t handled;
static void own_handler(int number)
{
    (void)number;
    handled++;
}

static void install(void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    ck_assert_int_eq(sigaction(SIGINT, &action, NULL), 0);
}

typedef struct pressing {
    int epoch, times;
    int64_t batch;
    nn_moment when;
    int batches_after, interrupted;
    double best[MOST_WEIGHTS];
} pressing;

static void press(nn_event *e, void *user)
{
    pressing *p = user;
    p->batches_after += e->when == NN_BATCH_END && p->times == 0;
    p->interrupted += e->when == NN_INTERRUPTED;
    if (e->when == NN_EPOCH_END && e->epoch == 2) {
        weights_of(e->net, p->best);
    }
    bool now = e->when == p->when && e->epoch == p->epoch && (e->batch == p->batch);
    for (; now && p->times > 0; p->times--) {
        raise(SIGINT);
    }
}

static double two_is_best(ag_tensor *y, ag_tensor *t, const void *user)
{
    int *calls = *(int *const *)user;
    (void)y;
    (void)t;
    return ++*calls == 2 ? 1 : 0;
}

/* Trains for nine epochs of three batches, unless it is interrupted; -1 after an error. */
static int epochs_until(pressing *p, bool interruptible)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = regressor(g);
    int calls = 0, *at = &calls;
    nn_fit_options o = quiet(nn_mse, 9);
    o.batch = 4;
    o.interruptible = interruptible;
    o.metrics[0] = (nn_metric){"said", two_is_best, true, &at};
    o.callbacks[0] = nn_early_stopping(
        g, &(nn_early_stopping_options){.monitor = "said", .patience = 50, .restore_best = true});
    o.callbacks[1] = (nn_callback){press, p};
    nn_history *h = nn_fit(net, numbered(g, 12), &o);
    all_well(g);
    double now[MOST_WEIGHTS];
    int64_t n = weights_of(net, now);
    ck_assert_mem_eq(now, p->best, (size_t)n * sizeof *now);
    int epochs = nn_epochs(h);
    ck_assert_int_eq(nn_ended_by(h), epochs < 9 ? NN_END_INTERRUPTED : NN_END_EPOCHS);
    ck_assert_int_eq(p->interrupted, epochs < 9);
    ag_graph_free(g);
    return epochs;
}

/* Statement 53: in the midst of an epoch, at its end, in the last batch. */
START_TEST(test_once)
{
    install(own_handler);
    const int64_t batch[] = {0, 1, 2, 2};
    for (int i = 0; i < 4; i++) {
        pressing p = {
            .epoch = 4, .times = 1, .batch = batch[i], .when = i < 3 ? NN_BATCH_END : NN_EPOCH_END};
        ck_assert_int_eq(epochs_until(&p, true), i < 3 ? 3 : 4);
        ck_assert_int_eq(p.batches_after, 0);
        ck_assert_int_eq(handled, 2 * i);
        raise(SIGINT);
        ck_assert_int_eq(handled, 2 * i + 1);
        pressing never = {.epoch = 50, .times = 1};
        ck_assert_int_eq(epochs_until(&never, true), 9);
        raise(SIGINT);
        ck_assert_int_eq(handled, 2 * i + 2);
    }
    pressing p = {.epoch = 4, .times = 1, .when = NN_BATCH_END};
    ck_assert_int_eq(epochs_until(&p, false), 9); /* only by option */
    ck_assert_int_eq(handled, 9);
    install(SIG_IGN);
    pressing ignored = {.epoch = 4, .times = 1, .when = NN_BATCH_END};
    ck_assert_int_eq(epochs_until(&ignored, true), 9);
}
END_TEST

START_TEST(test_twice)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        install(own_handler);
        pressing p = {.epoch = 3, .times = 2, .when = NN_BATCH_END};
        (void)epochs_until(&p, true);
        _exit(0);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGINT);
}
END_TEST

/* --- remarks ---------------------------------------------------------------------------------- */

/* Statement 55. A bias of -100 kills units; the dropout behind it is not named again. */
START_TEST(test_dead_units)
{
    ag_graph *g = case_graph(AG_F64);
    FILE *f = tmpfile();
    nn_module *net =
        nn_sequential(g, nn_linear(g, 4, NULL), nn_relu(g), nn_dropout(g, 0.1),
                      nn_sequential(g, nn_linear(g, 3, NULL), nn_relu(g)), nn_linear(g, 1, NULL));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(ag_set(nn_find(net, "0.bias"), VALUES(9, -100, 9, -100), 4));
    expect_ok(ag_set(nn_find(net, "3.0.bias"), VALUES(99, 99, -1000), 3));
    nn_fit_options o = quiet(nn_mse, 1);
    o.show = NN_SHOW_LINES;
    o.show_on = f;
    nn_history *h = nn_fit(net, numbered(g, 300), &o);
    all_well(g);
    const char *want = "2 of 4 units of \"1\" (relu) are 0 for every row: dead\n"
                       "1 of 3 units of \"3.1\" (relu) are 0 for every row: dead\n";
    ck_assert_str_eq(nn_remarks(h), want);
    char text[1000] = "";
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    ck_assert_ptr_nonnull(strstr(text, want));
    fclose(f);
    expect_ok(ag_set(nn_find(net, "0.bias"), VALUES(-900, -900, -900, -900), 4));
    o.show = NN_SHOW_NOTHING;
    ck_assert_ptr_nonnull(strstr(nn_remarks(nn_fit(net, numbered(g, 300), &o)),
                                 "the network gives the same output for every row\n"));
    ag_graph_free(g);
}
END_TEST

/* A softmax in the network and one in the loss: it trains, badly. Scores are no probabilities, nor
 * is a softmax that the loss expects. */
START_TEST(test_probabilities_for_logits)
{
    const struct {
        nn_loss loss;
        bool softmax, remarked;
    } each[] = {{nn_cross_entropy, true, true},
                {nn_cross_entropy, false, false},
                {nn_cross_entropy_of_probabilities, true, false}};
    for (int i = 0; i < 3; i++) {
        ag_graph *g = case_graph(AG_F32);
        nn_module *net = nn_sequential(g, nn_linear(g, 2, NULL),
                                       each[i].softmax ? nn_softmax(g, -1) : nn_identity(g));
        nn_fit_options o = quiet(each[i].loss, 1);
        nn_history *h = nn_fit(net, labelled(g, 300), &o);
        all_well(g);
        bool remarked = strstr(nn_remarks(h), "leave the softmax out") != NULL;
        ck_assert_int_eq(remarked, each[i].remarked);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("interrupt", test_once, test_twice, test_dead_units, test_probabilities_for_logits)
