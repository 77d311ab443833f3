/* Before the first step: options are checked, all memory is taken, and whatever could fail in the
 * first epoch is tried.
 */
#include "training_file.h"

#include "nn/train/progress/progress.h"

#include <math.h>

/* --- options ---------------------------------------------------------------------------------- */

static ag_status check_counts(const nn__fitting *f)
{
    const nn_fit_options *o = &f->o;
    if (o->epochs < 1) {
        return ag_fail(f->graph, AG_ERR_VALUE, "how often all rows are to be seen: .epochs = 20",
                       "nn_fit: epochs is %d", o->epochs);
    }
    if (o->batch < 0) {
        return ag_fail(f->graph, AG_ERR_VALUE, "rows of a step; 0 means 32",
                       "nn_fit: batch is %lld", (long long)o->batch);
    }
    if (o->show < NN_SHOW_AUTO || o->show > NN_SHOW_NOTHING) {
        return ag_fail(f->graph, AG_ERR_VALUE, "one of nn_show", "nn_fit: show is %d",
                       (int)o->show);
    }
    return AG_OK;
}

static ag_status check_validation(const nn__fitting *f)
{
    const nn_fit_options *o = &f->o;
    bool share = o->validation_share != 0;
    if (share && o->validation != NULL) {
        return ag_fail(f->graph, AG_ERR_VALUE, "leave one of them out",
                       "nn_fit: both a validation set and a share");
    }
    if (o->validation_last && !share) {
        return ag_fail(f->graph, AG_ERR_VALUE, ".validation_share = 0.2 says how many",
                       "nn_fit: validation_last without a share");
    }
    if (share && !(o->validation_share > 0 && o->validation_share < 1)) {
        return ag_fail(f->graph, AG_ERR_VALUE, "a part of the rows, above 0 and below 1",
                       "nn_fit: validation_share is %g", o->validation_share);
    }
    return o->validation != NULL ? nn__can_run(f->net, o->validation, "nn_fit, validation") : AG_OK;
}

/* --- network, optimizer, history -------------------------------------------------------------- */

static ag_status look_for_trained(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    *(bool *)user |= !slot->buffer && !slot->frozen;
    return AG_OK;
}

static ag_status prepare_network(nn__fitting *f)
{
    ag_dtype dtype = nn_input_classes(f->train) > 0 ? AG_I64 : ag_graph_dtype(f->graph);
    if (!nn_is_built(f->net)) {
        ag_status status = nn_build(f->net, dtype, nn_sample_shape(f->train));
        if (status != AG_OK) {
            return status;
        }
    }
    bool trains = false;
    (void)!nn_visit(f->net, NULL, look_for_trained, &trains);
    if (!trains) {
        return ag_fail(f->graph, AG_ERR_STATE,
                       "nn_freeze(net, \"*\", false) trains all that there are",
                       "nn_fit: there is no parameter that is not frozen");
    }
    f->optimizer = f->o.optimizer != NULL ? f->o.optimizer : nn_adam(f->graph, NULL);
    return f->optimizer != NULL ? nn_attach(f->optimizer, f->net) : ag_error(f->graph);
}

static bool has_penalty(nn__fitting *f, ag_status *status)
{
    ag_mark mark = ag_graph_mark(f->graph);
    bool has = nn_penalty_sum(f->net) != NULL;
    *status = ag_graph_rewind(f->graph, mark);
    return has;
}

static bool add_metrics(const nn__fitting *f, const char *prefix)
{
    bool good = true;
    for (int i = 0; i < f->seen.n_metrics && good; i++) {
        const nn_metric *m = &f->seen.metric[i];
        good = nn__history_add(f->history, prefix, m->name, m->more_is_better) >= 0;
    }
    return good;
}

static ag_status make_history(nn__fitting *f)
{
    ag_status status = AG_OK;
    bool validates = f->o.validation != NULL || f->o.validation_share != 0;
    nn_history *h = f->history = nn__history_new(f->graph, f->o.epochs);
    f->penalty_column = f->validation_column = -1;
    bool good = h != NULL && nn__history_add(h, "", "loss", false) == 0 && add_metrics(f, "");
    if (good && validates) {
        f->validation_column = nn__history_add(h, "", "val_loss", false);
        good = f->validation_column >= 0 && add_metrics(f, "val_");
    }
    if (good && has_penalty(f, &status)) {
        f->penalty_column = nn__history_add(h, "", "penalty", false);
        good = f->penalty_column >= 0 && nn__history_add(h, "", "objective", false) >= 0;
    }
    f->rate_column = good ? nn__history_add(h, "", "rate", false) : -1;
    return status != AG_OK ? status : f->rate_column >= 0 ? AG_OK : AG_ERR_MEMORY;
}

/* --- data ------------------------------------------------------------------------------------- */

static ag_status split(nn__fitting *f)
{
    f->validation = f->o.validation;
    if (f->o.validation_share == 0) {
        return AG_OK;
    }
    nn_split_options o = {.in_order = f->o.validation_last, .seed = f->o.seed};
    nn_halves part = nn_split(f->train, f->o.validation_share, &o);
    f->train = part.train;
    f->validation = part.test;
    return part.train != NULL ? AG_OK : ag_error(f->graph);
}

static ag_status found(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    *(bool *)user |= slot->buffer;
    return AG_OK;
}

static ag_status make_batches(nn__fitting *f)
{
    nn_batches_options d = f->o.draw;
    bool running = false;
    ag_status status = nn_visit(f->net, "*running_var", found, &running);
    if (running && d.last == NN_LAST_KEPT && d.fewest == 0) {
        d.last = NN_LAST_JOINED;
        d.fewest = 2;
    }
    d.size = f->o.batch;
    d.seed = f->o.seed;
    f->batches = status == AG_OK ? nn_batches_new(f->train, &d) : NULL;
    f->event.batches = nn_batches_count(f->batches);
    return f->batches != NULL ? AG_OK : ag_error(f->graph);
}

/* Evaluation needs no more memory than training, and small batches would make it slow. */
static int64_t validation_batch(const nn__fitting *f)
{
    int64_t most = nn_batches_most(f->batches);
    return most > NN__ROWS_AT_A_TIME ? most : NN__ROWS_AT_A_TIME;
}

static ag_status open_all(nn__fitting *f)
{
    ag_status status =
        nn__row_weights_open(&f->weights, f->train, &f->o, nn_batches_most(f->batches));
    status =
        status == AG_OK ? nn__try_rows(&f->seen, f->net, f->train, "nn_fit, training,") : status;
    if (status == AG_OK && f->validation != NULL) {
        f->validated.measure = f->seen;
        status = nn__evaluator_open(&f->validated, f->net, f->validation, validation_batch(f),
                                    "nn_fit, validation,");
    }
    return status;
}

static ag_status add_callbacks(nn__fitting *f)
{
    const nn_callback *c = f->o.callbacks;
    while (f->calls < NN_MOST_CALLBACKS && c[f->calls].on != NULL) {
        f->call[f->calls] = c[f->calls];
        f->calls++;
    }
    return nn__progress_new(f->graph, f->o.show, f->o.show_on, &f->progress);
}

/* --- all of it -------------------------------------------------------------------------------- */

ag_status nn__fit_begin(nn__fitting *f, ag_mark *keep)
{
    const nn_fit_options *o = &f->o;
    ag_status status = check_counts(f);
    status = status == AG_OK ? check_validation(f) : status;
    status = status == AG_OK
                 ? nn__measure_set(&f->seen, f->graph, "nn_fit", o->loss, o->loss_user, o->metrics)
                 : status;
    status = status == AG_OK ? prepare_network(f) : status;
    status = status == AG_OK ? make_history(f) : status;
    *keep = ag_graph_mark(f->graph);
    if (status != AG_OK) {
        return status;
    }
    f->o.seed = o->seed != 0 ? o->seed : ag_random_bits(f->graph);
    status = nn__resume_open(f);
    status = status == AG_OK ? split(f) : status;
    status = status == AG_OK ? make_batches(f) : status;
    status = status == AG_OK ? open_all(f) : status;
    return status == AG_OK ? add_callbacks(f) : status;
}
