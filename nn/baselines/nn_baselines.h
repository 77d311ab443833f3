/* Baselines: linear models that a network should beat. Least squares, ridge, lasso and the elastic
 * net for numbers, logistic regression for classes, each with any of these penalties, and the
 * penalty by cross-validation. Gradients and Hessians are the engine's; the minimum is found to
 * nine digits, so nothing depends on a learning rate.
 *
 * What is minimized over weights w and bias b, for n rows,
 *     (1/n) sum_i loss(w x_i + b, t_i) + l1 sum |w| + l2/2 sum w^2,
 * where loss is half the squared error for numbers, binary cross-entropy for two classes and
 * cross-entropy for more. The bias has no penalty. Inputs are standardized by the training rows
 * first (deviation by n) and w in the penalty is of those, unless the options say otherwise; the
 * weights that are handed out are of the inputs as they are. In other libraries' words:
 *     glmnet: lambda alpha = l1, lambda (1 - alpha) = l2
 *     scikit-learn, without standardizing: Lasso alpha = l1; ElasticNet alpha l1_ratio = l1 and
 *     alpha (1 - l1_ratio) = l2; Ridge alpha = n l2; LogisticRegression C = 1/(n l2) or 1/(n l1)
 */
#ifndef AUTOGRAD_NN_BASELINES_H
#define AUTOGRAD_NN_BASELINES_H

#include "nn_data.h"
#include "nn_module.h"
#include <stdio.h>

AG_BEGIN_C

typedef struct nn_baseline_options {
    double l1, l2;
    bool as_given;    /* inputs are not standardized: w in the penalty is of them */
    int64_t steps;    /* of Newton, at most; 0 means 100 */
    double tolerance; /* of the gradient, relative to that at weights 0; 0 means 1e-9 */
} nn_baseline_options;

/* A model that is fitted. *Borrowed* from the data's graph. */
typedef struct nn_baseline {
    nn_module *net; /* gives numbers, one logit for two classes, a logit each for more */
    int64_t inputs, outputs;
    const double *weight; /* row-major, (outputs, inputs) */
    const double *bias;   /* (outputs) */
    double l1, l2;
    double loss;     /* on the training rows, without penalties */
    int64_t nonzero; /* weights that are not 0 */
    int64_t steps;
    bool converged; /* classes that can be separated have no minimum without a penalty */
} nn_baseline;

/* Fits a linear model to the rows of a data set, by Newton steps with coordinate descent where l1
 * is not 0 (Friedman, Hastie and Tibshirani 2010) and a line search (Lee, Sun and Saunders 2014).
 * An input that the ones before it determine gets weight 0 where there is no penalty, as in R. To
 * be called before the mark that steps rewind to. Errors: STATE (no targets); VALUE (no rows, a
 * number that is not finite: named with row and column; negative penalties; more than 2000
 * weights); DTYPE (inputs are classes); MEMORY. */
AG_API const nn_baseline *nn_baseline_new(const nn_data *train, const nn_baseline_options *o);

typedef struct nn_path_options {
    bool ridge;              /* the penalties are l2, not l1 */
    bool sparse;             /* takes the largest penalty within one standard error of the best */
    int penalties;           /* 0 means 50 */
    double last;             /* the smallest of them by the largest; 0 means 1e-3 */
    int64_t folds;           /* 0 means 10 */
    uint64_t seed;           /* of the folds, which are stratified by class */
    nn_baseline_options fit; /* a penalty of the other kind; how to fit */
} nn_path_options;

/* Penalties in falling order, in equal ratios; at the first of them, for l1, all weights are just
 * 0. For each the mean over folds of the loss on the rows left out, its standard error, and how
 * many weights are not 0 when all rows are fitted. The loss is that above, without penalties. */
typedef struct nn_path {
    int n;
    const double *penalty, *mean, *error;
    const int64_t *nonzero;
    int best;                    /* which was taken */
    const nn_baseline *baseline; /* all rows with it */
} nn_path;

/* Chooses the penalty by cross-validation. Each fold is standardized by its own training rows.
 * Errors: as nn_baseline_new and nn_fold. */
AG_API const nn_path *nn_path_new(const nn_data *train, const nn_path_options *o);

/* A table of the weights, with names of inputs and targets or classes where `names` has them; of
 * the path. Return NULL_ARGUMENT, IO. */
AG_API ag_status nn_print_baseline(FILE *out, const nn_baseline *b, const nn_data *names);
AG_API ag_status nn_print_path(FILE *out, const nn_path *p);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_baseline_new(train, ...) nn_baseline_new(NN_AT_DATA(train), __VA_ARGS__)
#define nn_path_new(train, ...) nn_path_new(NN_AT_DATA(train), __VA_ARGS__)
#endif

#endif
