/* The minimum of a linear problem with penalties. Private to nn/baselines. */
#ifndef NN_BASELINES_PROXIMAL_NEWTON_H
#define NN_BASELINES_PROXIMAL_NEWTON_H

#include "linear_problem.h"

typedef struct nn__minimizer {
    const nn__linear_problem *problem;
    double l1, l2, tolerance;
    int64_t most_steps, steps;
    bool converged;
    bool has_hessian;             /* of the loss, where it is the same everywhere */
    double scale;                 /* the largest gradient at theta = 0 */
    double *theta;                /* n: where it begins and ends */
    double *gradient, *hessian;   /* n; n times n: of the loss */
    double *model;                /* n times n: the Hessian with l2, or its Cholesky factor */
    double *direction, *next, *r; /* n each */
} nn__minimizer;

/* Memory from the graph, and theta = 0. The options must fit (nn__baseline_options_fit). */
bool nn__minimizer_new(nn__minimizer *m, const nn__linear_problem *p, const nn_baseline_options *o);

/* Goes from theta to the minimum. False after an error; that it did not converge is none. */
bool nn__find_minimum(nn__minimizer *m);

/* The largest gradient of a weight at theta. */
double nn__largest_weight_gradient(const nn__minimizer *m);

#endif
