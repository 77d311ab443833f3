/* The loss as a function that is asked for its value and gradient. Private to nn/optim. */
#ifndef NN_OPTIM_OBJECTIVE_H
#define NN_OPTIM_OBJECTIVE_H

#include "optimizer.h"

typedef struct nn__evaluation {
    nn_optimizer *opt;
    const char *what; /* the function that was called, for messages */
    nn_objective loss;
    void *user;
    int64_t calls;
    double value; /* of the last call */
} nn__evaluation;

/* Records the loss, keeps its value, goes backward into gradients that were cleared, and drops the
 * recording. Where the value is not finite there is no backward pass. Errors: those of the loss,
 * SHAPE (not one element), those of the backward pass. */
AG_MUST_USE ag_status nn__evaluate_objective(nn__evaluation *o);

/* An error about the loss: "nn_minimize: the loss TEXT, in call 2". */
ag_status nn__evaluation_fail(const nn__evaluation *o, ag_status status, const char *text);

/* The largest magnitude of a gradient of those that are stepped. */
double nn__largest_gradient(const nn_optimizer *opt);

/* One step of L-BFGS from where value and gradients are known, to where they are known again.
 * *moved is false where the line search found no lower point, even along the gradient. */
AG_MUST_USE ag_status nn__lbfgs_step(nn__evaluation *o, bool *moved);

#endif
