/* Steps of optimizers, which move parameters against their gradients: all parameters of a list in
 * one pass over their memory, with threads if that saves time. A training step is
 *
 *     record the loss, ag_backward, ag_adam_step, ag_zero_grads, ag_graph_rewind
 *
 * with parameters and states made below the mark, so that no step allocates anything.
 *
 * The n parameters are f64 or f32 leaves, each named once. A parameter without a gradient is not
 * changed, nor is its state. A state is a leaf like its parameter, a constant that is zero at
 * first. Every parameter has its own; the caller makes it and may save it. A list of states has the
 * order of the list of parameters. Parameters and states count as written: a backward pass through
 * a result that was computed from their old values fails and says so. A step is not recorded and
 * has no gradient.
 *
 * In the formulas p is a parameter and g its gradient. With decay (weight_decay) d = g + decay p,
 * as if decay |p|^2 / 2 were a part of the loss; otherwise d = g. If the decay is decoupled, as in
 * AdamW and in all methods of Keras, d = g, and p is multiplied by 1 - rate decay before the step.
 *
 * The same name means different formulas in different places: eps may stand inside or outside of
 * the root (ag_eps_form), and the rate inside or outside of the velocity (rate_inside), which makes
 * a difference as soon as the rate changes. Options of 0 give the form of PyTorch; those that give
 * the form of Keras or of lectures are named beside the option.
 *
 * Errors of all, after which no parameter has changed: NULL_ARGUMENT; GRAPH; DTYPE (i64);
 * STATE (not a leaf: a result, a view, a detached tensor); SHAPE (a state unlike its parameter);
 * VALUE (a negative n; a tensor that is named twice among parameters and states; a rate, decay or
 * eps that is negative or not finite; a momentum or a part kept outside of [0,1)). If n is not
 * positive, no list is read, so there is no graph for a message.
 */
#ifndef AUTOGRAD_OPTIM_H
#define AUTOGRAD_OPTIM_H

#include "base.h"

AG_BEGIN_C

/* Whether eps is added inside or outside of the root of a mean square v. */
typedef enum ag_eps_form {
    AG_EPS_OUTSIDE, /* sqrt(v) + eps: the papers, PyTorch */
    AG_EPS_INSIDE,  /* sqrt(v + eps): Keras' RMSprop and Adagrad, lectures */
    AG_EPS_HAT      /* for Adam sqrt(v) + eps with the v before its correction: Keras, and the
                       remark before section 2.1 of the paper; for others as AG_EPS_OUTSIDE */
} ag_eps_form;

typedef struct ag_sgd {
    double rate; /* the learning rate; 0 has no special meaning here and in the numbers below */
    double momentum;
    double weight_decay;
    bool nesterov;
    bool decoupled;
    bool rate_inside; /* the velocity contains the rate: Keras, lectures */
} ag_sgd;

/* Gradient descent, with momentum after Polyak (1964), in the form of Sutskever and others (2013):
 *   v = momentum v + d,  p = p - rate v;  with nesterov p = p - rate (d + momentum v)
 * With rate_inside, as in Keras and lectures (whose v has the other sign):
 *   v = momentum v + rate d,  p = p - v;  with nesterov p = p - (rate d + momentum v)
 * velocity: the v; may be NULL if momentum is 0. Errors: VALUE (nesterov without momentum). */
AG_API AG_MUST_USE ag_status ag_sgd_step(const ag_sgd *o, ag_tensor *const *parameters, int n,
                                         ag_tensor *const *velocity);

typedef struct ag_rmsprop {
    double rate;
    /* The part of the mean square that is kept; 0 means 0.99 (Keras, lectures: 0.9). */
    double alpha;
    double eps; /* 0 means 1e-8 (Keras: 1e-7) */
    double weight_decay;
    ag_eps_form eps_form;
    bool decoupled;
    double momentum;
    bool rate_inside; /* u = momentum u + rate d / r, p = p - u: Keras */
    bool centered;    /* the root is that of the variance, v - m^2, not of v (Graves 2013) */
} ag_rmsprop;

/* Gradients divided by their root mean square (Tieleman and Hinton 2012):
 *   v = alpha v + (1 - alpha) d^2,  r = sqrt(v) + eps,  p = p - rate d / r
 * With momentum u = momentum u + d / r and p = p - rate u. With centered m = alpha m + (1 - alpha)
 * d. square: the v; mean: the m, may be NULL unless centered; velocity: the u, may be NULL if
 * momentum is 0. */
AG_API AG_MUST_USE ag_status ag_rmsprop_step(const ag_rmsprop *o, ag_tensor *const *parameters,
                                             int n, ag_tensor *const *square,
                                             ag_tensor *const *mean, ag_tensor *const *velocity);

typedef struct ag_adagrad {
    double rate;
    double eps; /* 0 means 1e-10 (Keras: 1e-7) */
    double weight_decay;
    ag_eps_form eps_form;
    bool decoupled;
} ag_adagrad;

/* Gradients divided by the root of the sum of all their squares (Duchi and others 2011):
 *   v = v + d^2,  p = p - rate d / (sqrt(v) + eps)
 * sum: the v. Keras begins with v = 0.1. */
AG_API AG_MUST_USE ag_status ag_adagrad_step(const ag_adagrad *o, ag_tensor *const *parameters,
                                             int n, ag_tensor *const *sum);

typedef struct ag_adadelta {
    double rate; /* 1 in the paper */
    /* The part of both mean squares that is kept; 0 means 0.9 (Keras, lectures: 0.95). */
    double rho;
    double eps; /* 0 means 1e-6 (Keras: 1e-7) */
    double weight_decay;
    bool decoupled;
} ag_adadelta;

/* Steps about as long as those before, in the unit of the parameter (Zeiler 2012, algorithm 1):
 *   v = rho v + (1 - rho) d^2,  u = sqrt(w + eps) / sqrt(v + eps) d
 *   w = rho w + (1 - rho) u^2,  p = p - rate u
 * square: the v; change: the w. Lectures, Keras and PyTorch have the same formula and
 * other usual numbers. */
AG_API AG_MUST_USE ag_status ag_adadelta_step(const ag_adadelta *o, ag_tensor *const *parameters,
                                              int n, ag_tensor *const *square,
                                              ag_tensor *const *change);

typedef struct ag_adam {
    double rate;
    double beta1, beta2; /* the parts of mean and mean square that are kept; 0 means 0.9, 0.999 */
    double eps;          /* 0 means 1e-8 (Keras: 1e-7) */
    double weight_decay;
    bool decoupled; /* the decay is not a part of the gradient: AdamW */
    ag_eps_form eps_form;
    bool uncorrected; /* m and v are not divided by 1 - beta^t: some lectures, AMSGrad's paper */
} ag_adam;

/* Adam (Kingma and Ba 2015, algorithm 1) or AdamW (Loshchilov and Hutter 2019, algorithm 2), in
 * step t = 1, 2, ... of the training:
 *   m = beta1 m + (1 - beta1) d,  v = beta2 v + (1 - beta2) d^2
 *   p = p - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + eps)
 * with d = g and p = (1 - rate decay) p first if the decay is decoupled. mean: the m; square:
 * the v. Errors: VALUE (t below 1). */
AG_API AG_MUST_USE ag_status ag_adam_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                                          ag_tensor *const *mean, ag_tensor *const *square,
                                          int64_t t);

/* AMSGrad (Reddi and others 2018, algorithm 2): as Adam with the largest v so far in the root, so
 * that a step does not grow because v decays. largest: that v before its correction, as in PyTorch
 * and Keras. */
AG_API AG_MUST_USE ag_status ag_amsgrad_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                                             ag_tensor *const *mean, ag_tensor *const *square,
                                             ag_tensor *const *largest, int64_t t);

typedef struct ag_rprop {
    double first; /* the length of the first step; 0 means 0.1, or `highest` if that is less */
    double shrink, grow;    /* the factors of the step; 0 means 0.5, 1.2 */
    double lowest, highest; /* the limits of the step; 0 means 1e-10, 0.1 (PyTorch: 1e-6, 50) */
    double weight_decay;
    bool no_backtracking; /* if the sign changes, p stays where it is: PyTorch */
} ag_rprop;

/* Steps of a length h that each number has for itself and that depends on the signs of d alone:
 * Rprop+, with weight backtracking (Riedmiller and Braun 1993) and the usual numbers of R's package
 * neuralnet. It is for full batches. With d' the sign of the gradient before:
 *   d d' > 0: h = min(grow h, highest),    p = p - sign(d) h,  d' = sign(d)
 *   d d' < 0: p = p + d' h (where it came from),  h = max(shrink h, lowest),  d' = 0
 *   d d' = 0: p = p - sign(d) h,  d' = sign(d)
 * sign: the d'; step: the h, where 0 stands for `first`. Errors: VALUE (shrink outside of (0,1),
 * grow below 1, limits in the wrong order or `first` outside of them). */
AG_API AG_MUST_USE ag_status ag_rprop_step(const ag_rprop *o, ag_tensor *const *parameters, int n,
                                           ag_tensor *const *sign, ag_tensor *const *step);

/* --- averages and norms ----------------------------------------------------------------------- */

/* Moves averages towards parameters, in one pass: a = keep a + (1 - keep) p, the exponential moving
 * average of the weights (Polyak and Juditsky 1992). Every parameter has an average of
 * its own, which is a leaf like it. Gradients are not used. Errors: those of steps; VALUE (keep
 * outside of [0,1)). */
AG_API AG_MUST_USE ag_status ag_average_step(double keep, ag_tensor *const *averages, int n,
                                             ag_tensor *const *parameters);

/* The 2-norm of all gradients of the list together, in f64. No sum overflows or underflows, and the
 * result is the same for any number of threads. Parameters without a gradient count as 0. It is not
 * an error if the norm is infinite or NaN. Errors: those of steps. */
AG_API AG_MUST_USE ag_status ag_grad_norm(ag_tensor *const *parameters, int n, double *norm);

/* If that norm is above `limit`, multiplies all gradients by limit/norm (Pascanu and others
 * 2013; PyTorch divides by norm + 1e-6). *norm (may be NULL) becomes the norm before that. Errors,
 * after which no gradient has changed: ANOMALY (the norm is not finite; the message names the first
 * parameter whose norm is not finite); VALUE (limit is not above 0). */
AG_API AG_MUST_USE ag_status ag_clip_grad_norm(ag_tensor *const *parameters, int n, double limit,
                                               double *norm);

/* Moves every number of the gradients into [-limit, limit]; NaN stays NaN. Errors, after which no
 * gradient has changed: those of steps; VALUE (limit is not above 0). */
AG_API AG_MUST_USE ag_status ag_clip_grad_value(ag_tensor *const *parameters, int n, double limit);

/* Multiplies all gradients by a factor, such as 1/k after the gradients of k mini-batches have been
 * added up. Errors, after which no gradient has changed: those of steps; VALUE (the factor is
 * negative or not finite). */
AG_API AG_MUST_USE ag_status ag_scale_grads(ag_tensor *const *parameters, int n, double factor);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_status ag__sgd_step_at(const char *where, const ag_sgd *o, ag_tensor *const *p,
                                        int n, ag_tensor *const *velocity)
{
    return ag_sgd_step(o, ag__at_list(p, n, where), n, velocity);
}

static inline ag_status ag__rmsprop_step_at(const char *where, const ag_rmsprop *o,
                                            ag_tensor *const *p, int n, ag_tensor *const *square,
                                            ag_tensor *const *mean, ag_tensor *const *velocity)
{
    return ag_rmsprop_step(o, ag__at_list(p, n, where), n, square, mean, velocity);
}

static inline ag_status ag__adagrad_step_at(const char *where, const ag_adagrad *o,
                                            ag_tensor *const *p, int n, ag_tensor *const *sum)
{
    return ag_adagrad_step(o, ag__at_list(p, n, where), n, sum);
}

static inline ag_status ag__adadelta_step_at(const char *where, const ag_adadelta *o,
                                             ag_tensor *const *p, int n, ag_tensor *const *square,
                                             ag_tensor *const *change)
{
    return ag_adadelta_step(o, ag__at_list(p, n, where), n, square, change);
}

static inline ag_status ag__adam_step_at(const char *where, const ag_adam *o, ag_tensor *const *p,
                                         int n, ag_tensor *const *mean, ag_tensor *const *square,
                                         int64_t t)
{
    return ag_adam_step(o, ag__at_list(p, n, where), n, mean, square, t);
}

static inline ag_status ag__amsgrad_step_at(const char *where, const ag_adam *o,
                                            ag_tensor *const *p, int n, ag_tensor *const *mean,
                                            ag_tensor *const *square, ag_tensor *const *largest,
                                            int64_t t)
{
    return ag_amsgrad_step(o, ag__at_list(p, n, where), n, mean, square, largest, t);
}

static inline ag_status ag__rprop_step_at(const char *where, const ag_rprop *o, ag_tensor *const *p,
                                          int n, ag_tensor *const *sign, ag_tensor *const *step)
{
    return ag_rprop_step(o, ag__at_list(p, n, where), n, sign, step);
}

static inline ag_status ag__average_step_at(const char *where, double keep, ag_tensor *const *p,
                                            int n, ag_tensor *const *parameters)
{
    return ag_average_step(keep, ag__at_list(p, n, where), n, parameters);
}

static inline ag_status ag__grad_norm_at(const char *where, ag_tensor *const *p, int n,
                                         double *norm)
{
    return ag_grad_norm(ag__at_list(p, n, where), n, norm);
}

static inline ag_status ag__clip_grad_norm_at(const char *where, ag_tensor *const *p, int n,
                                              double limit, double *norm)
{
    return ag_clip_grad_norm(ag__at_list(p, n, where), n, limit, norm);
}

static inline ag_status ag__clip_grad_value_at(const char *where, ag_tensor *const *p, int n,
                                               double limit)
{
    return ag_clip_grad_value(ag__at_list(p, n, where), n, limit);
}

static inline ag_status ag__scale_grads_at(const char *where, ag_tensor *const *p, int n,
                                           double factor)
{
    return ag_scale_grads(ag__at_list(p, n, where), n, factor);
}

#define ag_sgd_step(...) ag__sgd_step_at(AG_HERE, __VA_ARGS__)
#define ag_rmsprop_step(...) ag__rmsprop_step_at(AG_HERE, __VA_ARGS__)
#define ag_adagrad_step(...) ag__adagrad_step_at(AG_HERE, __VA_ARGS__)
#define ag_adadelta_step(...) ag__adadelta_step_at(AG_HERE, __VA_ARGS__)
#define ag_adam_step(...) ag__adam_step_at(AG_HERE, __VA_ARGS__)
#define ag_amsgrad_step(...) ag__amsgrad_step_at(AG_HERE, __VA_ARGS__)
#define ag_rprop_step(...) ag__rprop_step_at(AG_HERE, __VA_ARGS__)
#define ag_average_step(...) ag__average_step_at(AG_HERE, __VA_ARGS__)
#define ag_grad_norm(...) ag__grad_norm_at(AG_HERE, __VA_ARGS__)
#define ag_clip_grad_norm(...) ag__clip_grad_norm_at(AG_HERE, __VA_ARGS__)
#define ag_clip_grad_value(...) ag__clip_grad_value_at(AG_HERE, __VA_ARGS__)
#define ag_scale_grads(...) ag__scale_grads_at(AG_HERE, __VA_ARGS__)
#endif

#endif
