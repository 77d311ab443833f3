/* Proves that training continues from a checkpoint bit by bit: weights, buffers, history, log and
 * all that decides the next step, wherever it was interrupted; and that a checkpoint which does not
 * fit changes nothing.
 */
#include "fit_cases.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { EPOCHS = 7, BATCHES = 5, ROOM = 4000 };

typedef struct result {
    double numbers[ROOM]; /* weights, buffers, history */
    int64_t n;
    char log[20000];
} result;

/* Where a run ends: after this batch of this epoch, or at the end of the epoch. */
typedef struct stopping {
    int epoch;
    int64_t batch; /* -1: at the end */
    bool interrupts;
    int64_t counted; /* state of our own: batches so far */
} stopping;

static void stop_there(nn_event *e, void *user)
{
    stopping *s = user;
    s->counted += e->when == NN_BATCH_END;
    if (e->when == NN_SAVE) {
        nn_archive_set_ints(e->archive, "training.callback.4.counted", &s->counted, 1);
    } else if (e->when == NN_RESUME) {
        nn_archive_get_ints(e->archive, "training.callback.4.counted", &s->counted, 1);
    }
    bool now =
        s->batch >= 0 ? e->when == NN_BATCH_END && e->batch == s->batch : e->when == NN_EPOCH_END;
    if (now && e->epoch == s->epoch && s->interrupts) {
        raise(SIGINT);
    } else if (now && e->epoch == s->epoch) {
        e->stop = true;
    }
}

/* Its own random numbers, which must not matter. */
static void draws(nn_event *e, void *user)
{
    *(double *)user += ag_random_uniform(nn_graph_of(e->net));
}

static ag_status add_slot(const char *path, const nn_slot *slot, void *user)
{
    result *r = user;
    (void)path;
    int64_t n = ag_size(slot->tensor);
    ck_assert_int_le(r->n + n, ROOM);
    ag_status status = ag_get(slot->tensor, r->numbers + r->n, n);
    r->n += n;
    return status;
}

static void read_result(result *r, const nn_module *net, const nn_history *h, const char *log)
{
    r->n = 0;
    expect_ok(nn_visit(net, NULL, add_slot, r));
    for (int i = 0; nn_history_name(h, i) != NULL; i++) {
        for (int e = 1; e <= nn_epochs(h); e++) {
            r->numbers[r->n++] = nn_history_at(h, nn_history_name(h, i), e);
        }
    }
    FILE *f = fopen(log, "r");
    ck_assert_ptr_nonnull(f);
    r->log[fread(r->log, 1, sizeof r->log - 1, f)] = '\0';
    fclose(f);
}

typedef struct files {
    char checkpoint[64], log[64];
} files;

static files files_new(void)
{
    files f = {"/tmp/nn_resume_XXXXXX", "/tmp/nn_log_XXXXXX"};
    close(mkstemp(f.checkpoint));
    close(mkstemp(f.log));
    return f;
}

static void files_remove(const files *f)
{
    unlink(f->checkpoint);
    unlink(f->log);
}

static nn_module *network(ag_graph *g)
{
    return nn_sequential(g, nn_linear(g, 6, &(nn_linear_options){.penalty = {.l2 = 1e-3}}),
                         nn_batch_norm(g, NULL), nn_relu(g), nn_dropout(g, 0.3),
                         nn_linear(g, 2, NULL));
}

static nn_optimizer *optimizer(ag_graph *g, int accumulation)
{
    nn_optimizer *o = nn_with_schedule(nn_adam(g, &(ag_adam){.rate = 0.05}),
                                       nn_warm_up(nn_inverse_decay(0.01), 9, 0));
    o = nn_with_average(o, 0.9);
    return accumulation > 1 ? nn_with_accumulation(o, accumulation) : o;
}

/* The whole of it in a graph of its own, from the beginning or from the checkpoint. */
static nn_end_reason run(result *r, const files *f, stopping *stop, bool resume, int accumulation)
{
    ag_graph *g = case_graph(AG_F64);
    double sum = 0;
    nn_fit_options o = quiet(nn_cross_entropy, EPOCHS);
    o.seed = 0; /* drawn: it comes from the checkpoint */
    o.batch = 7;
    o.validation_share = 0.2;
    o.optimizer = optimizer(g, accumulation);
    o.metrics[0] = nn_accuracy;
    o.interruptible = stop->interrupts;
    o.resume = resume ? f->checkpoint : NULL;
    o.callbacks[0] =
        nn_early_stopping(g, &(nn_early_stopping_options){.patience = 4, .restore_best = true});
    o.callbacks[1] = nn_reduce_on_plateau(
        g, &(nn_plateau_options){.monitor = "loss", .plateau = {.patience = 1, .factor = 0.5}});
    o.callbacks[2] = nn_csv_log(g, f->log);
    o.callbacks[3] = (nn_callback){draws, &sum};
    o.callbacks[4] = (nn_callback){stop_there, stop};
    o.callbacks[5] = nn_checkpoint(g, f->checkpoint,
                                   &(nn_checkpoint_options){.monitor = "val_loss", .batches = 1});
    nn_module *net = network(g);
    nn_history *h = nn_fit(net, labelled(g, 39), &o);
    all_well(g);
    read_result(r, net, h, f->log);
    nn_end_reason reason = nn_ended_by(h);
    ag_graph_free(g);
    return reason;
}

static void same_results(const result *a, const result *b)
{
    ck_assert_int_eq(a->n, b->n);
    ck_assert_mem_eq(a->numbers, b->numbers, (size_t)a->n * sizeof a->numbers[0]);
    ck_assert_str_eq(a->log, b->log);
}

/* Statements 13, 27, 29 and 42. */
START_TEST(test_bit_by_bit)
{
    /* A callback may stop between the mini-batches of a step, but then nothing is saved. */
    const int64_t batch[2][4] = {{0, 2, BATCHES - 1, -1}, {1, 2, 3, -1}};
    for (int accumulation = 1; accumulation <= 2; accumulation++) {
        static result whole, part, resumed;
        files f = files_new();
        stopping never = {.epoch = 100};
        run(&whole, &f, &never, false, accumulation);
        for (int i = 0; i < 8; i++) {
            stopping at = {.epoch = i < 4 ? 1 : 4,
                           .batch = batch[accumulation - 1][i % 4],
                           .interrupts = i % 2};
            run(&part, &f, &at, false, accumulation);
            ck_assert(part.n != whole.n);
            stopping after = {.epoch = 100};
            run(&resumed, &f, &after, true, accumulation);
            same_results(&whole, &resumed);
            ck_assert_int_eq(after.counted, never.counted);
        }
        files_remove(&f);
    }
}
END_TEST

/* Training that was at its end has nothing left to do. */
START_TEST(test_resume_at_the_end)
{
    static result whole, again;
    files f = files_new();
    stopping never = {.epoch = 100};
    run(&whole, &f, &never, false, 1);
    run(&again, &f, &never, true, 1);
    ck_assert_mem_eq(whole.numbers, again.numbers, (size_t)whole.n * sizeof(double));
    files_remove(&f);
}
END_TEST

/* Statement 53: the checkpoint of an interruption has the last weights, and the best ones beside
 * them, while the network has the best. */
START_TEST(test_interrupted_checkpoint)
{
    static result part;
    files f = files_new();
    stopping at = {.epoch = 5, .batch = 1, .interrupts = true};
    ck_assert_int_eq(run(&part, &f, &at, false, 1), NN_END_INTERRUPTED);
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = network(g);
    static result last, best;
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_load(net, f.checkpoint, NULL));
    expect_ok(nn_visit(net, NULL, add_slot, &last));
    expect_ok(nn_load(net, f.checkpoint, &(nn_load_options){.prefix = "best."}));
    expect_ok(nn_visit(net, NULL, add_slot, &best));
    size_t bytes = (size_t)best.n * sizeof(double);
    ck_assert_mem_eq(best.numbers, part.numbers, bytes);
    ck_assert_mem_ne(last.numbers, best.numbers, bytes);
    ag_graph_free(g);
    files_remove(&f);
}
END_TEST

/* --- what does not fit ------------------------------------------------------------------------ */

static void save_now(nn_event *e, void *user)
{
    if (e->when == NN_BATCH_END && e->epoch == 2) {
        ck_assert_msg(nn_save_training(e, user) == AG_OK, "%s",
                      ag_error_message(nn_graph_of(e->net)));
    }
}

static void save_too_early(nn_event *e, void *user)
{
    if (e->when == NN_BEGIN) {
        ck_assert_int_eq(nn_save_training(e, user), AG_ERR_STATE);
    }
}

START_TEST(test_what_does_not_fit)
{
    files f = files_new();
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 39);
    nn_fit_options o = quiet(nn_cross_entropy, 3);
    o.callbacks[0] = (nn_callback){save_now, f.checkpoint};
    nn_module *net = classifier(g), *other = network(g);
    ck_assert_ptr_nonnull(nn_fit(net, d, &o));
    o.callbacks[0].on = NULL;
    o.resume = f.checkpoint;
    double before[MOST_WEIGHTS], after[MOST_WEIGHTS];
    size_t bytes = (size_t)weights_of(net, before) * sizeof(double);
    no_tensor(g, HERE, (void *)nn_fit(net, nn_rows_between(d, 0, 30), &o), AG_ERR_VALUE, LINE,
              "nn_fit: the checkpoint is of 39 rows in 2 batches, not of 30 in 1");
    o.epochs = 1;
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_VALUE, LINE, "epoch 2", "epochs is 1");
    o.epochs = 3;
    weights_of(net, after);
    ck_assert_mem_eq(before, after, bytes);
    no_tensor(g, HERE, (void *)nn_fit(other, d, &o), AG_ERR_SHAPE, LINE, "0.weight");
    o.metrics[0] = nn_accuracy; /* of which the checkpoint has no history */
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_SHAPE, LINE, "accuracy");
    weights_of(net, after);
    ck_assert_mem_eq(before, after, bytes);
    ag_graph_free(g);
    files_remove(&f);
}
END_TEST

START_TEST(test_no_checkpoint)
{
    files f = files_new();
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 39);
    nn_module *net = classifier(g);
    nn_fit_options o = quiet(nn_cross_entropy, 3);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_save(net, f.log));
    o.resume = f.log;
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_VALUE, LINE, "is no checkpoint");
    o.resume = "/no/such/file";
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_IO, "/no/such/file",
              "nn_fit was about to resume", LINE);
    ck_assert_int_eq(nn_save_training(NULL, f.log), AG_ERR_NULL_ARGUMENT);
    o.resume = NULL;
    o.callbacks[0] = (nn_callback){save_too_early, f.log};
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_STATE, "nn_save_training");
    ag_graph_free(g);
    files_remove(&f);
}
END_TEST

CHECK_MAIN("resume", test_bit_by_bit, test_resume_at_the_end, test_interrupted_checkpoint,
           test_what_does_not_fit, test_no_checkpoint)
