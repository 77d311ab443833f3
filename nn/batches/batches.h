/* What batches are made of, and what their files share: the rows and numbers of a batch
 * (batch_rows.c), the thread that prepares it (loader.c), and both put together (batches.c).
 * Private to nn/batches.
 */
#ifndef NN_BATCHES_BATCHES_H
#define NN_BATCHES_BATCHES_H

#include "distort.h"
#include "nn/data/data.h"

/* One batch, prepared or being prepared. */
typedef struct nn__batch_slot {
    void *x, *y;
    int64_t *row, *stored; /* rows of the data set, and of what it views */
} nn__batch_slot;

typedef struct nn__loader nn__loader;

struct nn_batches {
    const nn_data *data;
    nn_batches_options o;
    int64_t count, most;
    int64_t *order; /* of the rows in this epoch; NULL: that of the data set */
    int64_t epoch, next;
    bool started, distorts;
    nn__distorter distorter;
    nn__batch_slot slot[2]; /* batch k is in slot k % 2 with a loader, else in the first */
    nn__loader *loader;     /* NULL: none */
};

/* --- batch_rows.c ----------------------------------------------------------------------------- */

/* How many batches there are, and of how many rows, by the options. False and an error. */
bool nn__batch_count(nn_batches *b);
int64_t nn__batch_rows(const nn_batches *b, int64_t k);

/* The order of b->epoch. */
void nn__batch_order(nn_batches *b);

/* Fills a slot with batch k. Writes nothing else but the distorter, and touches no graph. */
void nn__batch_prepare(nn_batches *b, nn__batch_slot *slot, int64_t k);

/* --- loader.c --------------------------------------------------------------------------------- */

/* Gives the batches a loader where there are threads. False and an error when out of memory. */
bool nn__loader_new(nn_batches *b);

/* Lets a thread prepare the batches from b->next on, if there is a loader and a thread to be had.
 */
void nn__loader_start(nn_batches *b);
bool nn__loader_runs(const nn_batches *b);

/* Waits for batch k, and lets the slot of the one before it be filled. */
void nn__loader_take(nn_batches *b, int64_t k);

/* Ends the thread, if one runs. */
void nn__loader_stop(nn_batches *b);

#endif
