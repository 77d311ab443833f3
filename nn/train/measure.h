/* The mean loss and the metrics of one pass over rows, in training or evaluation, exact whatever
 * the batches are: sums over rows, and metrics of all predictions together. Knows no network.
 */
#ifndef NN_TRAIN_MEASURE_H
#define NN_TRAIN_MEASURE_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

/* Rows of predictions or targets, one behind the other. */
typedef struct nn__rows_kept {
    ag_dtype dtype;
    ag_shape row; /* of one row */
    size_t bytes; /* of one row */
    char *values; /* NULL: none are kept */
} nn__rows_kept;

typedef struct nn__measure {
    ag_graph *graph;
    nn_loss loss;
    const void *loss_user;
    nn_metric metric[NN_MOST_METRICS];
    int n_metrics;
    nn__rows_kept y, t;
    int64_t rows;
    double loss_sum, weight_sum;
} nn__measure;

enum { NN__MOST_VALUES = 1 + NN_MOST_METRICS }; /* the loss, then the metrics */

/* What is to be measured. `who` speaks. Errors: NULL_ARGUMENT (no loss), VALUE (a metric without
 * function, two of one name). */
AG_MUST_USE ag_status nn__measure_set(nn__measure *m, ag_graph *g, const char *who, nn_loss loss,
                                      const void *loss_user, const nn_metric *metrics);

/* The loss of each row, checked to be one number for each. NULL and an error. */
ag_tensor *nn__row_losses(const nn__measure *m, ag_tensor *y, ag_tensor *t);

/* Predictions and targets are like these, whose first axis is that of rows. Errors: SHAPE. */
AG_MUST_USE ag_status nn__measure_learn(nn__measure *m, const ag_tensor *y, const ag_tensor *t);

/* Makes room for those of so many rows, if there are metrics. Errors: OVERFLOW, MEMORY. */
AG_MUST_USE ag_status nn__measure_open(nn__measure *m, int64_t rows);
void nn__measure_reset(nn__measure *m);

/* Adds a batch: its mean loss, and the sum of the weights of its rows, which is their count where
 * they have none. */
AG_MUST_USE ag_status nn__measure_add(nn__measure *m, const ag_tensor *y, const ag_tensor *t,
                                      double loss, double weight);

/* What was kept of the rows so far, as a tensor that reads and writes that memory. */
ag_tensor *nn__rows_seen(const nn__measure *m, const nn__rows_kept *r);

/* The mean loss so far; NaN for no rows. */
double nn__measure_loss(const nn__measure *m);

/* The mean loss and the metrics of what was added. What the metrics record is left to the caller to
 * drop. */
AG_MUST_USE ag_status nn__measure_finish(const nn__measure *m, double value[NN__MOST_VALUES]);

#endif
