/* How training shows its progress. Private to nn/train. */
#ifndef NN_TRAIN_PROGRESS_H
#define NN_TRAIN_PROGRESS_H

#include "fit.h"

/* Adds the callback that shows progress, if the options want one. Errors: MEMORY. */
AG_MUST_USE ag_status nn__progress_add(nn__fitting *f);

/* Is it one of 1, 2, 5, 10, 20, 50, ...? */
bool nn__is_shown(int epoch);

/* "loss 0.1234  accuracy 0.97", the values of the last epoch, at most `room` bytes with the end. */
void nn__values_text(const nn_history *h, char *text, size_t room);

#endif
