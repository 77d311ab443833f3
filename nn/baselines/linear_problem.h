/* The loss of a linear model of some rows, whose value, gradient and Hessian the engine computes.
 * Private to nn/baselines.
 */
#ifndef NN_BASELINES_LINEAR_PROBLEM_H
#define NN_BASELINES_LINEAR_PROBLEM_H

#define AG_NO_SITES
#include <autograd/nn_baselines.h>
#include <autograd/nn_losses.h>
#include <autograd/ops.h>

/* How inputs become columns: (x - mean)/scale. Both have a number for each input. */
typedef struct nn__scaling {
    double *mean, *scale;
} nn__scaling;

/* Weights of output k and then its bias are theta[k * width ...], width = inputs + 1. */
typedef struct nn__linear_problem {
    ag_graph *graph;
    int64_t rows, inputs, outputs, width;
    int64_t n;                /* of theta */
    ag_tensor *x, *t, *theta; /* f64: (rows, width), the last column 1; targets; (outputs, width) */
    nn_loss loss;
    bool quadratic; /* the Hessian is the same everywhere */
} nn__linear_problem;

/* How many outputs a model of these data has. */
int64_t nn__outputs_of(const nn_data *d);

/* Are there rows with targets, and are the inputs numbers? To be asked first. */
bool nn__data_fit(const nn_data *d, const char *what);

/* Reads the rows. The tensors lie in the data's graph, to be dropped by the caller's rewind. */
bool nn__problem_read(nn__linear_problem *p, const char *what, const nn_data *d,
                      const nn__scaling *s);

/* Is theta[i] a weight, and not a bias? */
static inline bool nn__is_weight(const nn__linear_problem *p, int64_t i)
{
    return i % p->width != p->inputs;
}

/* The mean loss at theta; with its gradient (n) and Hessian (n, n). NaN or false after an error. */
double nn__problem_value(const nn__linear_problem *p, const double *theta);
bool nn__problem_gradient(const nn__linear_problem *p, const double *theta, double *gradient);
bool nn__problem_hessian(const nn__linear_problem *p, const double *theta, double *hessian);

#endif
