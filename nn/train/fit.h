/* A training that runs: what the files of fit share. Private to nn/train. */
#ifndef NN_TRAIN_FIT_H
#define NN_TRAIN_FIT_H

#include "evaluation.h"
#include "history.h"
#include "interrupt.h"
#include "row_weights.h"

typedef struct nn__fitting {
    ag_graph *graph;
    const char *where; /* the source line of the call, which functions of the user overwrite */
    nn_module *net;
    nn_optimizer *optimizer;
    nn_fit_options o;
    const nn_data *train, *validation; /* without a share: NULL */
    nn_batches *batches;
    nn__row_weights weights;
    nn__measure seen; /* of training */
    nn__evaluator validated;
    nn_history *history;
    int penalty_column, validation_column, rate_column; /* the first is -1 without */
    nn_callback call[NN_MOST_CALLBACKS], progress; /* without a function where nothing is shown */
    int calls;
    nn_event event;
    nn__interrupt interrupt;
    bool penalized; /* in this epoch */
    double penalty_sum;
    double rate;            /* of the last step */
    ag_random_state random; /* before the step; while callbacks run, after it */
    ag_mark mark;           /* what steps rewind to */
    nn_archive *archive;    /* to be continued from; NULL without */
    int64_t first_batch;    /* of the first epoch that runs */
} nn__fitting;

/* --- fit_begin.c ------------------------------------------------------------------------------ */

/* Checks the options, builds, attaches, splits, tries, and makes the history. What is made before
 * *keep stays when training is over. */
AG_MUST_USE ag_status nn__fit_begin(nn__fitting *f, ag_mark *keep);

/* --- fit_loss.c ------------------------------------------------------------------------------- */

/* The loss that a step differentiates, penalties included, and in *mean the mean loss of the rows.
 * NULL and an error. */
ag_tensor *nn__fit_loss(nn__fitting *f, const nn_batch *b, ag_tensor **y, double *mean,
                        double *penalty);

/* --- fit_step.c ------------------------------------------------------------------------------- */

/* One batch: loss, backward pass, step. */
AG_MUST_USE ag_status nn__fit_step(nn__fitting *f, const nn_batch *b);

/* --- not_finite.c ----------------------------------------------------------------------------- */

/* The loss of a batch is not finite: keeps an error that names what was first. */
AG_MUST_USE ag_status nn__fail_not_finite(nn__fitting *f, const nn_batch *b, double loss);

#endif
