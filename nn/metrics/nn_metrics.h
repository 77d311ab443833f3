/* Metrics: numbers that judge all predictions of a data set together, hence exact whatever the
 * batches were; tables and curves of the same. Must not know modules and optimizers.
 *
 * Predictions y and targets t have a row for each sample.
 *   Two classes: y is one score a sample and t has its shape, (n) or (n,1), with 0 and 1 of any
 *   dtype. Scores are logits, class 1 where they are above 0, unless the options say that they are
 *   probabilities.
 *   Many classes: y has a score for each, (n, C), and t labels (n), i64; (n, C, d...) and (n, d...)
 *   count every place as a sample. The class with the largest score is predicted, the first of
 *   several. t may also be one-hot, in the shape of y.
 *   Numbers: y and t have one shape.
 * Nothing is ever broadcast: [n,1] against [n] is an error that names both shapes.
 *
 * Errors of all are kept in the graph: SHAPE, DTYPE, VALUE (a target that is none; the message gives
 * row and value), NULL_ARGUMENT, MEMORY. They record nothing.
 */
#ifndef AUTOGRAD_NN_METRICS_H
#define AUTOGRAD_NN_METRICS_H

#include "nn_data.h"
#include "nn_losses.h"

AG_BEGIN_C

/* A metric is a C function of all predictions and targets; one of your own, too, which may be
 * written with operations (ag_item of a 0-d tensor). `user` is handed to it. The function gives NaN
 * and keeps an error where it cannot do its work. */
typedef struct nn_metric {
    const char *name;
    double (*of)(ag_tensor *y, ag_tensor *t, const void *user);
    bool more_is_better;
    const void *user;
} nn_metric;

/* How classes become one number. */
typedef enum nn_average {
    NN_AVERAGE_USUAL, /* that of the positive class where there are two, else NN_MACRO */
    NN_MACRO,         /* the mean over classes */
    NN_MICRO,         /* of the counts of all classes together */
    NN_WEIGHTED       /* the mean over classes, weighted by the rows of each */
} nn_average;

/* What `user` of the metrics of classes points to; NULL, and 0 in it, is the usual choice:
 *     {"f1_macro", nn_f1.of, true, &(nn_score_options){.average = NN_MACRO}} */
typedef struct nn_score_options {
    bool probabilities; /* y are probabilities, not logits */
    bool classes_last;  /* y is (n, d..., C) */
    double threshold;   /* of the probability of class 1, for two classes; 0 means 1/2 */
    nn_average average;
    int k; /* of nn_top_k; 0 means 5 */
} nn_score_options;

/* --- classes ---------------------------------------------------------------------------------- */

/* The share of rows whose class is predicted. */
AG_API extern const nn_metric nn_accuracy;

/* --- numbers ---------------------------------------------------------------------------------- */

/* The root of the mean of (y - t)^2 over all numbers. */
AG_API extern const nn_metric nn_rmse;

/* 1 - sum (y - t)^2 / sum (t - mean t)^2; with several numbers a sample the mean over them. NaN
 * where the targets are all the same. */
AG_API extern const nn_metric nn_r2;

AG_END_C

#endif
