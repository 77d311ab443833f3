/* Steps of optimizers: parameters moved along their gradients, all of a list in one pass over their
 * memory, in threads where it is worth it. A training step is
 *
 *     record the loss, ag_backward, ag_adam_step, ag_zero_grads, ag_graph_rewind
 *
 * with parameters and states made below the mark, so that no step allocates anything.
 *
 * The n parameters are f64 or f32 leaves, each named once; one that has no gradient is left as it
 * is, and so is its state. A state is a leaf like its parameter, of its own, a constant of zeros at
 * first, that the caller makes and may save; the lists of states go along with that of the
 * parameters. Parameters and states count as written: a backward pass through what had used them
 * before says so. Nothing is recorded: a step has no gradient.
 *
 * Below p is a parameter, g its gradient. With decay (weight_decay) d = g + decay p, else d = g:
 * the penalty decay |p|^2 / 2 of the loss. Where PyTorch 1.13 has the method, the numbers are the
 * same. Errors of all, after which no parameter has changed: NULL_ARGUMENT; GRAPH; DTYPE (i64);
 * STATE (not a leaf: a result, a view, a detached tensor); SHAPE (a state unlike its parameter);
 * VALUE (a negative n; a state that is its parameter or another state of it; a rate, decay or eps
 * that is negative or not finite; a momentum or a part kept outside of [0,1)). Without a single
 * parameter there is no graph for a message.
 */
#ifndef AUTOGRAD_STEP_H
#define AUTOGRAD_STEP_H

#include "base.h"

AG_BEGIN_C

typedef struct ag_sgd {
    double rate; /* the learning rate; used as it is, as are those below */
    double momentum;
    double weight_decay;
    bool nesterov;
} ag_sgd;

/* Gradient descent, with momentum after Polyak (1964), in the form of Sutskever and others (2013):
 *   v = momentum v + d,  p = p - rate v;  with nesterov p = p - rate (d + momentum v)
 * velocity: the v; may be NULL where momentum is 0. Errors: VALUE (nesterov without momentum). */
AG_API AG_MUST_USE ag_status ag_sgd_step(const ag_sgd *o, ag_tensor *const *parameters, int n,
                                         ag_tensor *const *velocity);

typedef struct ag_rmsprop {
    double rate;
    double alpha; /* the part of the mean square that is kept; 0 means 0.99 */
    double eps;   /* 0 means 1e-8 */
    double weight_decay;
} ag_rmsprop;

/* Gradients divided by their root mean square (Tieleman and Hinton 2012):
 *   v = alpha v + (1 - alpha) d^2,  p = p - rate d / (sqrt(v) + eps)
 * square: the v. */
AG_API AG_MUST_USE ag_status ag_rmsprop_step(const ag_rmsprop *o, ag_tensor *const *parameters,
                                             int n, ag_tensor *const *square);

typedef struct ag_adam {
    double rate;
    double beta1, beta2; /* the parts of mean and mean square that are kept; 0: 0.9, 0.999 */
    double eps;          /* 0 means 1e-8 */
    double weight_decay;
    bool decoupled; /* the decay is rate decay p, taken from p apart from the gradient: AdamW */
} ag_adam;

/* Adam (Kingma and Ba 2015, algorithm 1) or AdamW (Loshchilov and Hutter 2019, algorithm 2), in
 * step t = 1, 2, ... of the training:
 *   m = beta1 m + (1 - beta1) d,  v = beta2 v + (1 - beta2) d^2
 *   p = p - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + eps)
 * with d = g and p = (1 - rate decay) p first where the decay is decoupled. mean: the m; square:
 * the v. Errors: VALUE (t below 1). */
AG_API AG_MUST_USE ag_status ag_adam_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                                          ag_tensor *const *mean, ag_tensor *const *square,
                                          int64_t t);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_status ag__sgd_step_at(const char *where, const ag_sgd *o, ag_tensor *const *p,
                                        int n, ag_tensor *const *velocity)
{
    return ag_sgd_step(o, ag__at_list(p, n, where), n, velocity);
}

static inline ag_status ag__rmsprop_step_at(const char *where, const ag_rmsprop *o,
                                            ag_tensor *const *p, int n, ag_tensor *const *square)
{
    return ag_rmsprop_step(o, ag__at_list(p, n, where), n, square);
}

static inline ag_status ag__adam_step_at(const char *where, const ag_adam *o, ag_tensor *const *p,
                                         int n, ag_tensor *const *mean, ag_tensor *const *square,
                                         int64_t t)
{
    return ag_adam_step(o, ag__at_list(p, n, where), n, mean, square, t);
}

#define ag_sgd_step(...) ag__sgd_step_at(AG_HERE, __VA_ARGS__)
#define ag_rmsprop_step(...) ag__rmsprop_step_at(AG_HERE, __VA_ARGS__)
#define ag_adam_step(...) ag__adam_step_at(AG_HERE, __VA_ARGS__)
#endif

#endif
