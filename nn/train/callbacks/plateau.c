/* The callback that tells a value of the history to the optimizer, which then reduces its rate. */
#include "monitor.h"

typedef struct plateau {
    nn__monitor monitor;
    nn_plateau options;
} plateau;

static void on_plateau(nn_event *e, void *user)
{
    plateau *s = user;
    if (e->when == NN_BEGIN && nn__monitor_begin(&s->monitor, e->history, "nn_reduce_on_plateau")) {
        s->options.more_is_better = s->monitor.up;
        (void)!nn_with_plateau(e->optimizer, s->options); /* the graph keeps the error */
    } else if (e->when == NN_EPOCH_END) {
        (void)nn_plateau_report(e->optimizer, nn__monitor_value(&s->monitor, e->history));
    }
}

nn_callback nn_reduce_on_plateau(ag_graph *g, const nn_plateau_options *o)
{
    const nn_plateau_options usual = {.monitor = NULL};
    o = o != NULL ? o : &usual;
    plateau *s = ag_graph_memory(g, sizeof *s);
    if (s == NULL ||
        !nn__monitor_new(&s->monitor, g, "nn_reduce_on_plateau", o->monitor, o->direction, 0)) {
        return (nn_callback){NULL, NULL};
    }
    s->options = o->plateau;
    return (nn_callback){on_plateau, s};
}
