/* Callbacks that end training: early stopping on any value of the history, with the best weights
 * put back, and the stop when a value no longer changes.
 */
#include "state.h"

#include <math.h>

/* --- early stopping --------------------------------------------------------------------------- */

typedef struct early_stopping {
    nn__monitor monitor;
    int patience, waited;
    bool restore;
    nn__snapshot best;
} early_stopping;

static void begin_early(early_stopping *s, nn_event *e)
{
    s->waited = 0;
    if (nn__monitor_begin(&s->monitor, e->history, "nn_early_stopping") && s->restore) {
        (void)!nn__snapshot_open(&s->best, e->net); /* the graph keeps the error */
    }
}

static void watch(early_stopping *s, nn_event *e)
{
    if (nn__monitor_improved(&s->monitor, e->history)) {
        s->waited = 0;
        if (s->restore) {
            (void)!nn__snapshot_take(&s->best, e);
        }
        return;
    }
    s->waited++;
    e->stop |=
        s->waited >= s->patience && e->epoch > 1; /* the first has nothing to be worse than */
}

/* At NN_SAVE and NN_RESUME. */
static void keep_early(early_stopping *s, const nn_event *e)
{
    int64_t waited = s->waited;
    char prefix[64];
    nn__state_ints(e, "waited", &waited, 1);
    s->waited = (int)waited;
    nn__state_monitor(e, &s->monitor);
    if (s->restore) {
        snprintf(prefix, sizeof prefix, "training.callback.%d.best.", e->number);
        nn__state_snapshot(e, prefix, &s->best);
    }
}

static void on_early(nn_event *e, void *user)
{
    early_stopping *s = user;
    if (e->when == NN_BEGIN) {
        begin_early(s, e);
    } else if (e->when == NN_SAVE || e->when == NN_RESUME) {
        keep_early(s, e);
    } else if (e->when == NN_EPOCH_END) {
        watch(s, e);
    } else if (e->when == NN_END && s->restore) {
        (void)!nn__snapshot_restore(&s->best);
        s->best = (nn__snapshot){.graph = NULL};
    }
}

/* Is a patience a count? 0 is the usual one. */
static bool patience_fits(ag_graph *g, const char *who, int patience)
{
    if (patience < 0) {
        ag_fail(g, AG_ERR_VALUE, "epochs, 1 or more", "%s: patience %d", who, patience);
    }
    return patience >= 0;
}

nn_callback nn_early_stopping(ag_graph *g, const nn_early_stopping_options *o)
{
    const nn_early_stopping_options usual = {.monitor = NULL};
    o = o != NULL ? o : &usual;
    early_stopping *s = ag_graph_memory(g, sizeof *s);
    if (s == NULL || !patience_fits(g, "nn_early_stopping", o->patience) ||
        !nn__monitor_new(&s->monitor, g, "nn_early_stopping", o->monitor, o->direction,
                         o->min_delta)) {
        return (nn_callback){NULL, NULL};
    }
    s->patience = o->patience != 0 ? o->patience : 10;
    s->restore = o->restore_best;
    return (nn_callback){on_early, s};
}

/* --- no change -------------------------------------------------------------------------------- */

typedef struct no_change {
    nn__monitor monitor;
    double epsilon, before;
    int patience, waited;
} no_change;

static void on_no_change(nn_event *e, void *user)
{
    no_change *s = user;
    if (e->when == NN_SAVE || e->when == NN_RESUME) {
        int64_t waited = s->waited;
        nn__state_ints(e, "waited", &waited, 1);
        nn__state_doubles(e, "before", &s->before, 1);
        s->waited = (int)waited;
    } else if (e->when == NN_BEGIN &&
               nn__monitor_begin(&s->monitor, e->history, "nn_stop_on_no_change")) {
        s->before = (double)NAN;
        s->waited = 0;
    } else if (e->when == NN_EPOCH_END) {
        double now = nn__monitor_value(&s->monitor, e->history);
        s->waited = fabs(now - s->before) < s->epsilon ? s->waited + 1 : 0;
        s->before = now;
        e->stop |= s->waited >= s->patience;
    }
}

nn_callback nn_stop_on_no_change(ag_graph *g, const nn_no_change_options *o)
{
    const nn_no_change_options usual = {.monitor = NULL};
    o = o != NULL ? o : &usual;
    no_change *s = ag_graph_memory(g, sizeof *s);
    const char *name = o->monitor != NULL ? o->monitor : "loss";
    if (s == NULL || !patience_fits(g, "nn_stop_on_no_change", o->patience) ||
        !nn__monitor_new(&s->monitor, g, "nn_stop_on_no_change", name, NN_DIRECTION_USUAL,
                         o->epsilon)) {
        return (nn_callback){NULL, NULL};
    }
    s->epsilon = o->epsilon != 0 ? o->epsilon : 1e-4;
    s->patience = o->patience != 0 ? o->patience : 10;
    return (nn_callback){on_no_change, s};
}
