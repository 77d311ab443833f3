/* A training in a file: what a checkpoint holds, and how training continues from one. Private to
 * nn/train.
 */
#ifndef NN_TRAIN_TRAINING_FILE_H
#define NN_TRAIN_TRAINING_FILE_H

#include "fit.h"

/* Where a training stands. */
typedef struct nn__position {
    int64_t epoch;     /* the one that is running or was the last, from 1 */
    int64_t batch;     /* the next one of it; past its last one the epoch is to be ended */
    int64_t done;      /* epochs that are in the history */
    int64_t rows;      /* of training */
    int64_t batches;   /* in an epoch */
    int64_t seed;      /* its bits */
    int64_t seen_rows; /* of the epoch that is running */
} nn__position;

/* Opens the checkpoint of the options, which gives the seed. Errors: IO, VALUE (not a checkpoint of
 * fit). */
AG_MUST_USE ag_status nn__resume_open(nn__fitting *f);

/* Continues from it: network, optimizer, history, generator, callbacks and the epoch that was
 * running are as they were when it was saved; or nothing has changed. Closes it. Errors: VALUE (it
 * is not of such data, or has more epochs than are to run), and those of nn_archive_apply. */
AG_MUST_USE ag_status nn__resume(nn__fitting *f);
void nn__resume_close(nn__fitting *f);

#endif
