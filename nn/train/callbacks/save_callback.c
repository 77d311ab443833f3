/* The callback that saves training, so that it can be continued, and keeps the best weights. */
#include "state.h"

typedef struct checkpoint {
    const char *path;
    nn__monitor monitor;
    bool monitors;
    nn__snapshot best;
    int epochs;      /* between two files */
    int64_t batches; /* the same; 0: at the end of epochs alone */
    int64_t waiting; /* batches since the last one */
} checkpoint;

static void save(checkpoint *s, const nn_event *e)
{
    s->waiting = 0;
    (void)!nn_save_training(e, s->path); /* the graph keeps the error */
}

static void begin(checkpoint *s, const nn_event *e)
{
    s->waiting = 0;
    if (s->monitors && nn__monitor_begin(&s->monitor, e->history, "nn_checkpoint")) {
        (void)!nn__snapshot_open(&s->best, e->net);
    }
}

/* In the midst of accumulation there is nothing that could be continued. */
static void end_batch(checkpoint *s, const nn_event *e)
{
    s->waiting++;
    if (s->batches > 0 && s->waiting >= s->batches &&
        nn_get_counters(e->optimizer).accumulated == 0) {
        save(s, e);
    }
}

static void end_epoch(checkpoint *s, const nn_event *e)
{
    if (s->monitors && nn__monitor_improved(&s->monitor, e->history)) {
        (void)!nn__snapshot_take(&s->best, e);
    }
    if (e->epoch % s->epochs == 0 || e->epoch == e->epochs || e->stop) {
        save(s, e);
    }
}

static void keep_state(checkpoint *s, const nn_event *e)
{
    if (s->monitors) {
        nn__state_monitor(e, &s->monitor);
        nn__state_snapshot(e, "best.", &s->best);
    }
}

static void on_checkpoint(nn_event *e, void *user)
{
    checkpoint *s = user;
    switch (e->when) {
    case NN_BEGIN:
        begin(s, e);
        break;
    case NN_BATCH_END:
        end_batch(s, e);
        break;
    case NN_EPOCH_END:
        end_epoch(s, e);
        break;
    case NN_INTERRUPTED:
        save(s, e);
        break;
    case NN_SAVE:
    case NN_RESUME:
        keep_state(s, e);
        break;
    case NN_EPOCH_BEGIN:
    case NN_END:
        break;
    }
}

nn_callback nn_checkpoint(ag_graph *g, const char *path, const nn_checkpoint_options *o)
{
    const nn_checkpoint_options usual = {.monitor = NULL};
    o = o != NULL ? o : &usual;
    checkpoint *s = ag_graph_memory(g, sizeof *s);
    if (s == NULL || (s->path = nn__kept_text(g, path)) == NULL || o->epochs < 0 ||
        o->batches < 0) {
        ag_fail(g, AG_ERR_VALUE, "a path; counts of 0 or more",
                "nn_checkpoint: an option is wrong");
        return (nn_callback){NULL, NULL};
    }
    s->epochs = o->epochs != 0 ? o->epochs : 1;
    s->batches = o->batches;
    s->monitors = o->monitor != NULL;
    if (!nn__monitor_new(&s->monitor, g, "nn_checkpoint", o->monitor, o->direction, 0)) {
        return (nn_callback){NULL, NULL};
    }
    return (nn_callback){on_checkpoint, s};
}
