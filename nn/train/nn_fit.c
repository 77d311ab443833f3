/* The loop of fit: epochs, batches, validation, callbacks. Must not know what a step computes. */
#include "fit.h"

#include "fail_while.h"
#include "remarks.h"
#include "training_file.h"

#include <autograd/hooks.h>

/* --- callbacks -------------------------------------------------------------------------------- */

static bool averaged(const nn__fitting *f)
{
    return !f->o.ignore_average && nn_has_average(f->optimizer);
}

/* They draw no random numbers of training's. */
static ag_status tell_callbacks(nn__fitting *f, nn_moment when)
{
    if (f->calls == 0) {
        return AG_OK;
    }
    f->random = ag_random_get_state(f->graph);
    f->event.when = when;
    f->event.averaged = averaged(f);
    for (int i = 0; i < f->calls; i++) {
        f->call[i].on(&f->event, f->call[i].user);
    }
    ag_random_set_state(f->graph, f->random);
    (void)ag__at_graph(f->graph, f->where);
    return ag_error(f->graph);
}

/* Progress is shown when the callbacks have decided. */
static void show_progress(nn__fitting *f, nn_moment when)
{
    if (f->progress.on != NULL) {
        f->event.when = when;
        f->progress.on(&f->event, f->progress.user);
    }
}

static ag_status tell(nn__fitting *f, nn_moment when)
{
    ag_status status = tell_callbacks(f, when);
    if (status == AG_OK) {
        show_progress(f, when);
    }
    return status;
}

/* Ctrl-C ends training as a callback does, though not between the mini-batches of a step. */
static void look_for_interrupt(nn__fitting *f)
{
    if (f->o.interruptible && nn__interrupted(&f->interrupt) &&
        nn_get_counters(f->optimizer).accumulated == 0) {
        f->event.stop = true;
        f->history->reason = NN_END_INTERRUPTED;
    }
}

/* --- an epoch --------------------------------------------------------------------------------- */

static ag_status begin_epoch(nn__fitting *f, int64_t first)
{
    ag_graph *g = f->graph;
    f->penalized = nn_penalty_sum(f->net) != NULL;
    ag_status status = ag_graph_rewind(g, f->mark);
    if (first == 0) {
        nn__measure_reset(&f->seen);
        f->penalty_sum = 0;
    }
    nn_set_epoch(f->optimizer, f->event.epoch - 1);
    status = status == AG_OK ? tell(f, NN_EPOCH_BEGIN) : status;
    return status == AG_OK ? nn_batches_start(f->batches, f->event.epoch, first) : status;
}

/* Batches until the epoch or the training ends; a last group of mini-batches that is not full makes
 * its step, too. */
static ag_status run_batches(nn__fitting *f)
{
    nn_batch b;
    ag_status status = AG_OK;
    while (status == AG_OK && !f->event.stop && nn_batches_next(f->batches, &b)) {
        status = nn__fit_step(f, &b);
        status = status == AG_OK ? tell(f, NN_BATCH_END) : status;
        look_for_interrupt(f);
        ag_status rewound = ag_graph_rewind(f->graph, f->mark);
        status = status == AG_OK ? rewound : status;
    }
    nn_batches_stop(f->batches);
    status = status == AG_OK ? ag_error(f->graph) : status;
    return status == AG_OK ? nn_flush(f->optimizer) : status;
}

static void note(const nn__fitting *f, int column, double value)
{
    f->history->column[column].value[f->history->epochs] = value;
}

/* The row of the epoch in the history. */
static void note_epoch(nn__fitting *f, const double seen[NN__MOST_VALUES])
{
    int n = 1 + f->seen.n_metrics;
    for (int i = 0; i < n; i++) {
        note(f, i, seen[i]);
        if (f->validation != NULL) {
            note(f, f->validation_column + i, f->validated.value[i]);
        }
    }
    if (f->penalty_column >= 0) {
        double penalty = f->penalty_sum / f->seen.weight_sum;
        note(f, f->penalty_column, penalty);
        note(f, f->penalty_column + 1, seen[0] + penalty);
    }
    note(f, f->rate_column, f->rate);
    f->history->epochs++;
}

/* With the averages in place of the weights where there are some. */
static ag_status validate(nn__fitting *f)
{
    bool swaps = averaged(f);
    ag_status status = swaps ? nn_swap_average(f->optimizer) : AG_OK;
    if (status == AG_OK) {
        status = nn__evaluator_run(&f->validated);
        ag_status back = swaps ? nn_swap_average(f->optimizer) : AG_OK;
        status = status == AG_OK ? back : status;
    }
    return status;
}

/* The loss and the metrics of training; what metrics compute is dropped. */
static ag_status measure_epoch(nn__fitting *f, double seen[NN__MOST_VALUES])
{
    ag_random_state random = ag_random_get_state(f->graph);
    ag_no_grad_enter(f->graph);
    ag_status status = nn__measure_finish(&f->seen, seen);
    ag_no_grad_leave(f->graph);
    ag_random_set_state(f->graph, random);
    (void)ag__at_graph(f->graph, f->where);
    if (status != AG_OK) {
        (void)nn__fail_while(f->graph, f->where, status, "nn_fit computed the metrics of epoch %d",
                             f->event.epoch);
    }
    ag_status rewound = ag_graph_rewind(f->graph, f->mark);
    return status == AG_OK ? rewound : status;
}

static ag_status end_epoch(nn__fitting *f)
{
    double seen[NN__MOST_VALUES];
    ag_status status = measure_epoch(f, seen);
    if (status == AG_OK && f->validation != NULL) {
        status = validate(f);
    }
    if (status == AG_OK) {
        note_epoch(f, seen);
        status = tell(f, NN_EPOCH_END);
    }
    ag_status rewound = ag_graph_rewind(f->graph, f->mark);
    return status == AG_OK ? rewound : status;
}

/* --- all epochs ------------------------------------------------------------------------------- */

/* An epoch that was stopped in its midst is not in the history. */
static ag_status run_epochs(nn__fitting *f)
{
    ag_status status = AG_OK;
    while (f->event.epoch < f->o.epochs && status == AG_OK && !f->event.stop) {
        f->event.epoch++;
        status = begin_epoch(f, f->first_batch);
        f->first_batch = 0;
        status = status == AG_OK && !f->event.stop ? run_batches(f) : status;
        status = status == AG_OK && !f->event.stop ? end_epoch(f) : status;
        look_for_interrupt(f);
    }
    if (f->event.stop && f->history->reason != NN_END_INTERRUPTED) {
        f->history->reason = NN_END_STOPPED;
    }
    if (status == AG_OK && f->history->reason == NN_END_INTERRUPTED) {
        status = tell(f, NN_INTERRUPTED);
    }
    return status;
}

/* The epochs, with everything switched on for them and off again. */
static ag_status run_guarded(nn__fitting *f)
{
    f->mark = ag_graph_mark(f->graph);
    ag_set_anomaly(f->graph, f->o.anomaly);
    if (f->o.interruptible) {
        nn__interrupt_begin(&f->interrupt);
    }
    ag_status status = run_epochs(f);
    nn__interrupt_end(&f->interrupt);
    ag_set_anomaly(f->graph, false);
    nn_zero_grads(f->optimizer);
    return status;
}

/* Remarks are on the weights that stay: after callbacks have put back the best ones. */
static ag_status end(nn__fitting *f, ag_status status)
{
    if (status == AG_OK && averaged(f)) {
        status = nn_take_average(f->optimizer);
    }
    f->event.status = status;
    ag_status told = tell_callbacks(f, NN_END);
    status = status == AG_OK ? told : status;
    if (status == AG_OK) {
        status = nn__remark_network(f->history, f->net, f->train, f->o.loss);
    }
    show_progress(f, NN_END);
    return status;
}

static ag_status train(nn__fitting *f)
{
    bool training = nn_is_training(f->net);
    nn_set_training(f->net, true);
    ag_status status = tell_callbacks(f, NN_BEGIN);
    status = status == AG_OK ? nn__resume(f) : status;
    show_progress(f, NN_BEGIN);
    status = status == AG_OK ? run_guarded(f) : status;
    status = end(f, status);
    nn_set_training(f->net, training);
    return status;
}

nn_history *nn_fit(nn_module *net, const nn_data *data, const nn_fit_options *o)
{
    if (nn__can_run(net, data, "nn_fit") != AG_OK) {
        return NULL;
    }
    nn__fitting f = {.graph = nn_graph_of(net), .net = net, .train = data};
    f.where = ag_noted_line(f.graph);
    f.o = o != NULL ? *o : (nn_fit_options){.loss = NULL};
    ag_mark keep;
    ag_status status = nn__fit_begin(&f, &keep);
    f.event.epochs = f.o.epochs;
    f.event.net = net;
    f.event.optimizer = f.optimizer;
    f.event.history = f.history;
    f.event.fitting = &f;
    status = status == AG_OK ? train(&f) : status;
    nn__resume_close(&f);
    ag_status rewound = ag_graph_rewind(f.graph, keep);
    return status == AG_OK && rewound == AG_OK ? f.history : NULL;
}
