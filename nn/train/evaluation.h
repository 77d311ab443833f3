/* Passes over rows without training: evaluation mode, no gradient, nothing left behind. Private to
 * nn/train.
 */
#ifndef NN_TRAIN_EVALUATION_H
#define NN_TRAIN_EVALUATION_H

#include "fail_while.h"
#include "measure.h"

enum { NN__ROWS_AT_A_TIME = 128 };

/* Between begin and end: evaluation mode, no gradient. Afterwards mode, generator and recording are
 * as they were. End returns `status`, or that of the rewind if it is AG_OK. */
typedef struct nn__aside {
    nn_module *net;
    bool training;
    ag_random_state random;
    ag_mark mark;
} nn__aside;
nn__aside nn__aside_begin(nn_module *net);
AG_MUST_USE ag_status nn__aside_end(const nn__aside *a, ag_status status);

/* The output for one batch. An error ends the pass. */
typedef ag_status nn__each_output(ag_tensor *y, const nn_batch *b, void *user);

/* Calls `each` for the network's output of every batch, aside. `finish` is called before the
 * recording is dropped; it may be NULL. */
AG_MUST_USE ag_status nn__pass(nn_module *net, nn_batches *batches, nn__each_output *each,
                               ag_status (*finish)(void *user), void *user);

/* Are network and data there, of one graph, and is there a row? `who` speaks. */
AG_MUST_USE ag_status nn__can_run(const nn_module *net, const nn_data *d, const char *who);

/* The loss and the metrics on the rows of a data set. */
typedef struct nn__evaluator {
    nn_module *net;
    nn_batches *batches;
    nn__measure measure;
    double value[NN__MOST_VALUES];
} nn__evaluator;

/* Makes it, with all memory that it needs. Before that it tries the network and the loss on two
 * rows, one of which has the largest class, so that what does not fit is found at once; `who`
 * speaks. The measure must be set. */
AG_MUST_USE ag_status nn__evaluator_open(nn__evaluator *e, nn_module *net, const nn_data *d,
                                         int64_t batch, const char *who);
AG_MUST_USE ag_status nn__evaluator_run(nn__evaluator *e);

/* The trial alone: it opens the measure for the rows of d. */
AG_MUST_USE ag_status nn__try_rows(nn__measure *m, nn_module *net, const nn_data *d,
                                   const char *who);

#endif
