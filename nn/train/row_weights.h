/* Weights of the rows of training data. Private to nn/train. */
#ifndef NN_TRAIN_ROW_WEIGHTS_H
#define NN_TRAIN_ROW_WEIGHTS_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

typedef struct nn__row_weights {
    ag_graph *graph;
    double *of_row; /* NULL: all are 1 */
    double sum;     /* of the batch that was asked for last */
    void *batch;    /* those of a batch, as a tensor's numbers */
} nn__row_weights;

/* Reads the weights that the options ask for, with room for batches of that many rows. Errors:
 * VALUE (a weight that is none, a count that does not fit; the message gives row or class), DTYPE
 * (class weights without classes), MEMORY. */
AG_MUST_USE ag_status nn__row_weights_open(nn__row_weights *w, const nn_data *train,
                                           const nn_fit_options *o, int64_t most);

/* The weights of a batch's rows and, in w->sum, their sum. To be called where there are weights. */
ag_tensor *nn__batch_weights(nn__row_weights *w, const nn_batch *b);

#endif
