/* A training whose validation values are given, and what a callback saw of it. */
#ifndef SCRIPTED_H
#define SCRIPTED_H

#include "fit_cases.h"

/* A metric that says number after number, once for the training rows and once for validation rows
 * of each epoch. */
typedef struct script {
    const double *value;
    int n, calls;
} script;

static inline double scripted(ag_tensor *y, ag_tensor *t, const void *user)
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

static inline void trial_new(trial *t, const double *value, int n, bool more_is_better)
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

static inline void look(nn_event *e, void *user)
{
    seen *s = user;
    if (e->when == NN_EPOCH_END) {
        weights_of(e->net, s->weights[e->epoch]);
        s->mean[e->epoch] = ag_item_at(nn_find(e->net, "1.running_mean"), AG_SHAPE(0));
        s->epochs = e->epoch;
    }
    s->ends += e->when == NN_END;
}

#endif
