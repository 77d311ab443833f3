/* A training in a file. Names begin with "training." but for those of the network and the
 * optimizer; callbacks add their own.
 */
#include "training_file.h"

#include "fail_while.h"

#include <string.h>

enum { POSITION = sizeof(nn__position) / sizeof(int64_t), SUMS = 4, NAME = 160 };

static const char *column_name(const nn_history *h, int i, char text[NAME])
{
    snprintf(text, NAME, "training.history.%s", h->column[i].name);
    return text;
}

/* The numbers of the position, in the order of the struct. */
static void position_numbers(const nn__position *p, int64_t out[POSITION])
{
    memcpy(out, p, sizeof *p);
}

/* --- saving ----------------------------------------------------------------------------------- */

/* At the end of an epoch the next batch is the one past its last, and the history has it; so it
 * does not need what the epoch has seen. */
static nn__position position_of(const nn__fitting *f)
{
    nn__position p = {.epoch = f->event.epoch,
                      .batch = f->event.batch + 1,
                      .done = f->history->epochs,
                      .rows = nn_rows(f->train),
                      .batches = f->event.batches};
    memcpy(&p.seed, &f->o.seed, sizeof p.seed);
    p.seen_rows = p.done < p.epoch ? f->seen.rows : 0;
    return p;
}

static void set_numbers(nn_archive *a, const nn__fitting *f, const nn__position *p)
{
    int64_t numbers[POSITION];
    char name[NAME];
    const double sums[SUMS] = {f->seen.loss_sum, f->seen.weight_sum, f->penalty_sum, f->rate};
    position_numbers(p, numbers);
    nn_archive_set_ints(a, "training.position", numbers, POSITION);
    nn_archive_set_doubles(a, "training.sums", sums, SUMS);
    for (int i = 0; i < f->history->columns; i++) {
        const nn__series *c = &f->history->column[i];
        nn_archive_set_doubles(a, column_name(f->history, i, name), c->value, p->done);
    }
}

/* Predictions and targets of an epoch that is running. */
static void set_seen(nn_archive *a, const nn__fitting *f, const nn__position *p)
{
    if (f->seen.n_metrics > 0 && p->seen_rows > 0) {
        nn_archive_set_tensor(a, "training.predictions", nn__rows_seen(&f->seen, &f->seen.y));
        nn_archive_set_tensor(a, "training.targets", nn__rows_seen(&f->seen, &f->seen.t));
    }
}

/* The generator as training has left it, whatever the callbacks of this moment have drawn. */
static void set_random(nn_archive *a, const nn__fitting *f)
{
    ag_random_state now = ag_random_get_state(f->graph);
    ag_random_set_state(f->graph, f->random);
    nn_archive_set_random(a, "training.random");
    ag_random_set_state(f->graph, now);
}

static void tell_archive(nn__fitting *f, nn_moment when, nn_archive *a)
{
    nn_event event = f->event;
    event.when = when;
    event.archive = a;
    for (int i = 0; i < f->calls; i++) {
        event.number = i;
        f->call[i].on(&event, f->call[i].user);
    }
}

ag_status nn_save_training(const nn_event *e, const char *path)
{
    nn__fitting *f = e != NULL ? e->fitting : NULL;
    if (f == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (e->when != NN_BATCH_END && e->when != NN_EPOCH_END && e->when != NN_INTERRUPTED) {
        return ag_fail(f->graph, AG_ERR_STATE, "at NN_BATCH_END, NN_EPOCH_END or NN_INTERRUPTED",
                       "nn_save_training: there is nothing to continue from at this moment");
    }
    ag_mark mark = ag_graph_mark(f->graph);
    nn__position p = position_of(f);
    nn_archive *a = nn_archive_new(f->graph, "checkpoint");
    nn_archive_set_network(a, NULL, f->net);
    nn_archive_set_optimizer(a, f->optimizer);
    set_random(a, f);
    set_numbers(a, f, &p);
    set_seen(a, f, &p);
    tell_archive(f, NN_SAVE, a);
    ag_status status = a != NULL ? nn_archive_save(a, path) : ag_error(f->graph);
    nn_archive_free(a);
    ag_status rewound = ag_graph_rewind(f->graph, mark);
    return status == AG_OK ? rewound : status;
}

/* --- continuing ------------------------------------------------------------------------------- */

static nn__position read_position(nn_archive *a)
{
    int64_t numbers[POSITION];
    nn__position p;
    nn_archive_get_ints(a, "training.position", numbers, POSITION);
    memcpy(&p, numbers, sizeof p);
    return p;
}

ag_status nn__resume_open(nn__fitting *f)
{
    if (f->o.resume == NULL) {
        return AG_OK;
    }
    f->archive = nn_archive_load(f->graph, f->o.resume);
    if (f->archive == NULL) {
        return nn__fail_while(f->graph, f->where, ag_error(f->graph), "nn_fit was about to resume");
    }
    if (nn_archive_get_size(f->archive, "training.position") != POSITION) {
        return ag_fail(f->graph, AG_ERR_VALUE,
                       "nn_checkpoint and nn_save_training write such files",
                       "nn_fit: \"%.200s\" is no checkpoint of a training", f->o.resume);
    }
    nn__position p = read_position(f->archive);
    memcpy(&f->o.seed, &p.seed, sizeof p.seed);
    return AG_OK;
}

void nn__resume_close(nn__fitting *f)
{
    nn_archive_free(f->archive);
    f->archive = NULL;
}

/* Nothing in the file is a number that could lead outside. */
static ag_status check_position(const nn__fitting *f, const nn__position *p)
{
    if (p->rows != nn_rows(f->train) || p->batches != f->event.batches) {
        return ag_fail(
            f->graph, AG_ERR_VALUE, "the same data, share and batch as before",
            "nn_fit: the checkpoint is of %lld rows in %lld batches, not of %lld in %lld",
            (long long)p->rows, (long long)p->batches, (long long)nn_rows(f->train),
            (long long)f->event.batches);
    }
    if (p->epoch > f->o.epochs) {
        return ag_fail(f->graph, AG_ERR_VALUE, "epochs counts those before it, too",
                       "nn_fit: the checkpoint is of epoch %lld, and epochs is %d",
                       (long long)p->epoch, f->o.epochs);
    }
    bool fits = p->epoch >= 1 && p->batch >= 0 && p->batch <= p->batches && p->seen_rows >= 0 &&
                p->seen_rows <= p->rows && (p->done == p->epoch || p->done == p->epoch - 1);
    return fits
               ? AG_OK
               : ag_fail(f->graph, AG_ERR_VALUE, "is the file damaged?",
                         "nn_fit: \"%.200s\" stands in epoch %lld, batch %lld, after %lld epochs",
                         f->o.resume, (long long)p->epoch, (long long)p->batch, (long long)p->done);
}

static void get_numbers(nn__fitting *f, const nn__position *p)
{
    double sums[SUMS];
    char name[NAME];
    nn_archive_get_doubles(f->archive, "training.sums", sums, SUMS);
    f->seen.loss_sum = sums[0];
    f->seen.weight_sum = sums[1];
    f->penalty_sum = sums[2];
    f->rate = sums[3];
    f->seen.rows = p->seen_rows;
    for (int i = 0; i < f->history->columns; i++) {
        nn_archive_get_doubles(f->archive, column_name(f->history, i, name),
                               f->history->column[i].value, p->done);
    }
}

static void get_seen(nn__fitting *f, const nn__position *p)
{
    if (f->seen.n_metrics > 0 && p->seen_rows > 0) {
        nn_archive_get_tensor(f->archive, "training.predictions",
                              nn__rows_seen(&f->seen, &f->seen.y));
        nn_archive_get_tensor(f->archive, "training.targets", nn__rows_seen(&f->seen, &f->seen.t));
    }
}

ag_status nn__resume(nn__fitting *f)
{
    if (f->archive == NULL) {
        return AG_OK;
    }
    nn__position p = read_position(f->archive);
    ag_status status = check_position(f, &p);
    if (status == AG_OK) {
        get_numbers(f, &p);
        get_seen(f, &p);
        nn_archive_get_network(f->archive, NULL, f->net);
        nn_archive_get_optimizer(f->archive, f->optimizer);
        nn_archive_get_random(f->archive, "training.random");
        f->history->epochs = (int)p.done;
        tell_archive(f, NN_RESUME, f->archive);
        status = nn_archive_apply(f->archive);
    }
    f->event.epoch = (int)p.done;
    f->first_batch = p.done < p.epoch ? p.batch : 0;
    nn__resume_close(f);
    return status;
}
