/* A value of the history that a callback watches. Private to nn/train/callbacks. */
#ifndef NN_TRAIN_CALLBACKS_MONITOR_H
#define NN_TRAIN_CALLBACKS_MONITOR_H

#include "nn/train/history.h"

typedef struct nn__monitor {
    const char *name; /* NULL: "val_loss", or "loss" without validation */
    nn_direction direction;
    double min_delta;
    const nn__series *curve; /* while training runs */
    bool up;
    double best; /* NaN before the first that is not NaN */
    int best_epoch;
} nn__monitor;

/* A copy with its own memory of the name. False and an error. */
bool nn__monitor_new(nn__monitor *m, ag_graph *g, const char *who, const char *name,
                     nn_direction direction, double min_delta);

/* Finds the column, and forgets what was best. False and an error that lists the names. */
bool nn__monitor_begin(nn__monitor *m, const nn_history *h, const char *who);

/* The value of the last epoch; is it better than the best so far by more than min_delta? Then it is
 * the best. NaN is never better. */
double nn__monitor_value(const nn__monitor *m, const nn_history *h);
bool nn__monitor_improved(nn__monitor *m, const nn_history *h);

/* A copy of text in the graph's memory. NULL and an error; NULL in gives NULL out. */
const char *nn__kept_text(ag_graph *g, const char *text);

#endif
