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
 * Errors of all are kept in the graph: SHAPE, DTYPE, VALUE (a target that is none; the message
 * gives row and value), NULL_ARGUMENT, MEMORY. They record nothing.
 */
#ifndef AUTOGRAD_NN_METRICS_H
#define AUTOGRAD_NN_METRICS_H

#include "nn_data.h"
#include "nn_losses.h"
#include <stdio.h>

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

/* The share of rows whose class is predicted; the mean over classes of that share among their rows,
 * those without rows left out; the share of rows that have the right class among the k with the
 * largest scores ("top_5"; of equal scores the first count). */
AG_API extern const nn_metric nn_accuracy, nn_balanced_accuracy, nn_top_k;

/* The share of single numbers that are on the right side of the threshold, for several yes-or-no
 * answers a sample: y and t have one shape, t is 0 or 1. */
AG_API extern const nn_metric nn_binary_accuracy;

/* Of the rows predicted as a class, the share that have it; of the rows that have it, the share
 * predicted; of the rows that do not, the share predicted as others; 2 p r/(p + r) of the first
 * two. 0 where there are no such rows. Means are over classes that occur in t or are predicted. */
AG_API extern const nn_metric nn_precision, nn_recall, nn_specificity, nn_f1;

/* Agreement beyond chance (Cohen 1960); the correlation of truth and prediction (Matthews 1975;
 * many classes: Gorodkin 2004), 0 where one of them is constant. */
AG_API extern const nn_metric nn_kappa, nn_mcc;

/* The area under the ROC curve by ranks: the probability that a row of class 1 has a higher score
 * than one of class 0, ties count half (Mann and Whitney 1947). The area under precision against
 * recall, by steps. Many classes: each against the rest by its probability, and the mean over
 * classes, weighted by their rows with NN_WEIGHTED. NaN and an error (VALUE) where a class has all
 * rows or none. */
AG_API extern const nn_metric nn_auc, nn_average_precision;

/* The mean of -log P(class); P counts as 2^-52 where it is less. The mean of (P(1) - t)^2 for two
 * classes, of the sum over all classes for more (Brier 1950). The gap between the probability and
 * the share of rows with the class, in ten bins of the probability, weighted by the rows of each
 * (Guo and others 2017): of class 1, or of the class predicted where there are more than two. */
AG_API extern const nn_metric nn_log_loss, nn_brier, nn_calibration_error;

/* --- numbers ---------------------------------------------------------------------------------- */

/* The mean of (y - t)^2 over all numbers; its root; the mean of |y - t|; the mean of |y - t| / |t|,
 * a share and not percent, with |t| at least 2^-52; the largest |y - t|. */
AG_API extern const nn_metric nn_squared_error, nn_rmse, nn_absolute_error, nn_percentage_error,
    nn_largest_error;

/* Those that follow are the mean over the numbers of a sample where it has several.
 *
 * The median of |y - t|. */
AG_API extern const nn_metric nn_median_error;

/* 1 - sum (y - t)^2 / sum (t - mean t)^2; the same without the mean of y - t; the first adjusted
 * for p predictors, 1 - (1 - R2)(n - 1)/(n - p - 1), with user: const int *p. NaN where all targets
 * are the same; the last also for n <= p + 1. */
AG_API extern const nn_metric nn_r2, nn_explained_variance, nn_adjusted_r2;

/* The correlation of y and t (Pearson), and of their ranks, ties with the mean of their ranks
 * (Spearman 1904). NaN where one of them is constant. */
AG_API extern const nn_metric nn_pearson, nn_spearman;

/* --- tables ----------------------------------------------------------------------------------- */

/* How many rows of each class were predicted as each: count[truth * classes + predicted]; and of
 * each class how many rows have it, are predicted as it, and both. *Borrowed* from the graph of y,
 * as all that follows; NULL after an error. */
typedef struct nn_confusion {
    int64_t classes, rows;
    const int64_t *count;
    const int64_t *truth, *predicted, *right;
} nn_confusion;
AG_API const nn_confusion *nn_confusion_new(const ag_tensor *y, const ag_tensor *t,
                                            const nn_score_options *o);

/* What a class comes to: rows that have it, rows predicted as it, and the metrics of it against the
 * rest, 0 where there are no rows to divide by. Zeros for NULL and classes outside. */
typedef struct nn_class_scores {
    int64_t rows, predicted;
    double precision, recall, specificity, f1;
} nn_class_scores;
AG_API nn_class_scores nn_class_scores_get(const nn_confusion *c, int64_t k);

/* The matrix as a table; precision, recall, F1 and rows of each class, then accuracy and the means.
 * Classes have their names in `names`, which may be NULL, or their numbers. Return NULL_ARGUMENT,
 * IO. */
AG_API ag_status nn_print_matrix(FILE *out, const nn_confusion *c, const nn_data *names);
AG_API ag_status nn_print_class_report(FILE *out, const nn_confusion *c, const nn_data *names);

/* --- curves and thresholds, for two classes --------------------------------------------------- */

/* Point i: class 1 where the score is threshold[i] or more. Scores are as y has them, or where that
 * has two columns the second less the first for logits, the second for probabilities. From (0, 0)
 * with an infinite threshold to (1, 1), a point for every score that occurs. false_rate: of the
 * rows of class 0; true_rate, which is recall: of those of class 1. *Borrowed*. Errors: VALUE (one
 * class only; more than two; a score that is NaN). */
typedef struct nn_roc {
    int64_t n;
    const double *threshold, *false_rate, *true_rate, *precision;
    double area;
} nn_roc;
AG_API const nn_roc *nn_roc_new(const ag_tensor *y, const ag_tensor *t, const nn_score_options *o);

typedef enum nn_criterion {
    NN_YOUDEN,     /* largest true rate - false rate (Youden 1950) */
    NN_LARGEST_F1, /* of class 1 */
    NN_LEAST_COST  /* of false positives and false negatives together */
} nn_criterion;

typedef struct nn_choice_options {
    nn_criterion by;
    double false_positive, false_negative; /* costs of one each; 0 means 1 */
} nn_choice_options;

typedef struct nn_threshold_choice {
    double threshold; /* for nn_score_options: class 1 where the probability is above it */
    double value;     /* of the criterion; the cost is the mean over rows */
    double true_rate, false_rate;
} nn_threshold_choice;

/* The threshold that is best on these rows, which should be validation rows: between two
 * probabilities that occur, the higher of several equally good. NaN after an error: as nn_roc_new;
 * VALUE (a negative cost). */
AG_API nn_threshold_choice nn_choose_threshold(const ag_tensor *y, const ag_tensor *t,
                                               const nn_score_options *scores,
                                               const nn_choice_options *o);

/* In `bins` equal parts of 0 to 1 of the probability of class 1: how many rows, their mean
 * probability, the share of them that is of class 1; NaN for both without rows. */
typedef struct nn_calibration {
    int bins;
    const int64_t *rows;
    const double *predicted, *observed;
} nn_calibration;
AG_API const nn_calibration *nn_calibration_new(const ag_tensor *y, const ag_tensor *t, int bins,
                                                const nn_score_options *o);

/* --- subgroups -------------------------------------------------------------------------------- */

/* A metric of the rows of each group: group[i] from 0 to groups-1 is that of row i, negative for
 * none. NaN for a group without rows, and where the metric is not defined for its rows. Errors:
 * VALUE (a group outside), MEMORY, those of the metric but VALUE. */
AG_API AG_MUST_USE ag_status nn_metric_by_group(nn_metric m, ag_tensor *y, ag_tensor *t,
                                                const int64_t *group, int64_t groups, double *out);

/* For two classes, of one group. Demographic parity: equal predicted_rate in all groups. Equalized
 * odds: equal true_rate and false_rate. Calibration: mean_probability near base_rate in each. NaN
 * where there are no rows to divide by. */
typedef struct nn_subgroup {
    int64_t rows;
    double base_rate;      /* the share of rows of class 1 */
    double predicted_rate; /* predicted as class 1 */
    double true_rate, false_rate, accuracy, auc;
    double mean_probability;
} nn_subgroup;

/* `parity` and `odds` are the largest differences between groups, of predicted_rate and of the true
 * or false rates; `calibration` the largest |mean_probability - base_rate|. *Borrowed*. Errors:
 * VALUE (a group outside, more than two classes). */
typedef struct nn_subgroups {
    int64_t n;
    const nn_subgroup *group;
    double parity, odds, calibration;
} nn_subgroups;
AG_API const nn_subgroups *nn_subgroups_new(const ag_tensor *y, const ag_tensor *t,
                                            const int64_t *group, int64_t groups,
                                            const nn_score_options *o);

/* A table with a line for each group, called by its name or, with NULL, its number; then the
 * differences. Returns NULL_ARGUMENT, IO. */
AG_API ag_status nn_print_subgroups(FILE *out, const nn_subgroups *s, const char *const *names);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_confusion_new(y, t, ...) nn_confusion_new(AG_AT(y), t, __VA_ARGS__)
#define nn_roc_new(y, t, ...) nn_roc_new(AG_AT(y), t, __VA_ARGS__)
#define nn_choose_threshold(y, t, ...) nn_choose_threshold(AG_AT(y), t, __VA_ARGS__)
#define nn_calibration_new(y, t, ...) nn_calibration_new(AG_AT(y), t, __VA_ARGS__)
#define nn_metric_by_group(m, y, ...) nn_metric_by_group(m, AG_AT(y), __VA_ARGS__)
#define nn_subgroups_new(y, t, ...) nn_subgroups_new(AG_AT(y), t, __VA_ARGS__)
#endif

#endif
