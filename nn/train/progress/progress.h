/* How training shows its progress. Private to nn/train. */
#ifndef NN_TRAIN_PROGRESS_PROGRESS_H
#define NN_TRAIN_PROGRESS_PROGRESS_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

/* The callback that shows progress, without a function where nothing is to be shown. `on` may be
 * NULL: stderr. Errors: MEMORY. */
AG_MUST_USE ag_status nn__progress_new(ag_graph *g, nn_show show, FILE *on, nn_callback *out);

#endif
