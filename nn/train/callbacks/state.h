/* What callbacks keep in a checkpoint. Private to nn/train/callbacks. */
#ifndef NN_TRAIN_CALLBACKS_STATE_H
#define NN_TRAIN_CALLBACKS_STATE_H

#include "monitor.h"
#include "snapshot.h"

/* At NN_SAVE and NN_RESUME: puts the numbers into the event's archive, or reads them from it, under
 * "training.callback.N." and the name, N the callback's number. What a checkpoint does not have, as
 * of a callback that is new, stays as it is. */
void nn__state_ints(const nn_event *e, const char *name, int64_t *x, int64_t n);
void nn__state_doubles(const nn_event *e, const char *name, double *x, int64_t n);

/* The best value and its epoch. */
void nn__state_monitor(const nn_event *e, nn__monitor *m);

/* The tensors of a copy under a prefix, and whether it was taken. */
void nn__state_snapshot(const nn_event *e, const char *prefix, nn__snapshot *s);

#endif
