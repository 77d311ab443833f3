/* A copy of a network's parameters and buffers. Private to nn/train/callbacks. */
#ifndef NN_TRAIN_CALLBACKS_SNAPSHOT_H
#define NN_TRAIN_CALLBACKS_SNAPSHOT_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

typedef struct nn__copy_of {
    ag_tensor *of, *copy; /* the copy is a constant of the same shape and dtype */
    const char *path;
    struct nn__copy_of *next;
} nn__copy_of;

/* Its tensors, in the order of the tree. */
typedef struct nn__snapshot {
    ag_graph *graph;
    nn__copy_of *first, **end;
    bool taken;
} nn__snapshot;

/* Makes room for a copy. Errors: MEMORY. */
AG_MUST_USE ag_status nn__snapshot_open(nn__snapshot *s, const nn_module *net);

/* Copies the network's numbers, as validation uses them; puts them back, if they were ever copied.
 * Allocate nothing. */
AG_MUST_USE ag_status nn__snapshot_take(nn__snapshot *s, const nn_event *e);
AG_MUST_USE ag_status nn__snapshot_restore(const nn__snapshot *s);

#endif
