/* Optimizers as objects: which parameters of a network they step, at which rate, and the states
 * that they keep for each; schedules of the rate, the range test, minimizing with full batches.
 * Must not know data and layers. A training loop:
 *
 *     nn_optimizer *opt = nn_adam(g, &(ag_adam){.rate = 1e-3});
 *     if (nn_attach(opt, net) != AG_OK) ...
 *     ag_mark mark = ag_graph_mark(g);
 *     for (...) {
 *         ag_tensor *loss = ag_mse_loss(nn_call(net, x), y, AG_MEAN);
 *         if (ag_backward(loss) != AG_OK || nn_step(opt) != AG_OK ||
 *             ag_graph_rewind(g, mark) != AG_OK) ...
 *     }
 */
#ifndef AUTOGRAD_NN_OPTIM_H
#define AUTOGRAD_NN_OPTIM_H

#include "nn_module.h"
#include "optim.h"

AG_BEGIN_C

/* *Borrowed* from the graph that it was made in. */
typedef struct nn_optimizer nn_optimizer;

/* --- methods ---------------------------------------------------------------------------------- */

/* The methods of optim.h, whose formulas, forms and usual numbers stand there; the options are
 * copied and may be NULL. A rate of 0 is the usual one: 0.01 for SGD and Adagrad, 1 for Adadelta,
 * 0.001 for the others; Rprop has none and takes the rate for its first step. nn_adam with
 * `decoupled` is AdamW. Errors, kept, with NULL: MEMORY; STATE (in a backward pass). Options are
 * looked at in the first step. */
AG_API nn_optimizer *nn_sgd(ag_graph *g, const ag_sgd *o);
AG_API nn_optimizer *nn_adagrad(ag_graph *g, const ag_adagrad *o);
AG_API nn_optimizer *nn_rmsprop(ag_graph *g, const ag_rmsprop *o);
AG_API nn_optimizer *nn_adadelta(ag_graph *g, const ag_adadelta *o);
AG_API nn_optimizer *nn_adam(ag_graph *g, const ag_adam *o);
AG_API nn_optimizer *nn_amsgrad(ag_graph *g, const ag_adam *o);
AG_API nn_optimizer *nn_rprop(ag_graph *g, const ag_rprop *o);

typedef struct nn_lbfgs_options {
    int history;          /* pairs that are kept; 0 means 10 */
    double c1, c2;        /* sufficient decrease, curvature; 0: 1e-4, 0.9 */
    int most_evaluations; /* in one line search; 0 means 25 */
} nn_lbfgs_options;

/* L-BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical
 * Optimization, 2nd ed., algorithms 7.4, 7.5, 3.5 and 3.6), for full batches: only nn_minimize
 * steps it. It computes in f64 whatever the parameters are, and has no rate. Errors: VALUE (not 0 <
 * c1 < c2 < 1). */
AG_API nn_optimizer *nn_lbfgs(ag_graph *g, const nn_lbfgs_options *o);

/* --- schedules of the rate -------------------------------------------------------------------- */

/* A factor of the rate in step k = 0, 1, ..., a function of k alone, so that training which is
 * resumed continues as if it had never stopped. Past its end it stays at its last value. One of
 * your own is a struct with `factor` and, for its use, the other fields. All zero: the rate is
 * constant. */
typedef struct nn_schedule {
    double (*factor)(const struct nn_schedule *s, double k);
    double a, b;
    int64_t steps;
    int64_t warm_up; /* steps before step 0 of `factor` */
    double warm_up_from;
    bool by_epoch; /* k counts epochs (nn_set_epoch) */
    const void *user;
} nn_schedule;

AG_API nn_schedule nn_inverse_decay(double d); /* 1/(1 + d k): Keras' and the lectures' decay */
AG_API nn_schedule nn_exponential_decay(double factor, int64_t every); /* factor^(k/every) */
AG_API nn_schedule nn_step_decay(double factor, int64_t every);        /* factor^floor(k/every) */
AG_API nn_schedule nn_cosine_decay(int64_t steps,
                                   double last); /* from 1 to `last` in half a wave */
AG_API nn_schedule
nn_one_cycle(int64_t steps); /* up from 1/25 in 3/10 of the steps, down to 1/250000:
                                                   Smith and Topin (2018), as PyTorch has it */

/* Another schedule after `steps` steps in which the factor grows in equal parts from `from` to 1
 * (Goyal and others 2017). from 0: (k + 1)/(steps + 1), so that no step has rate 0; AG_EXACT_ZERO
 * for that. */
AG_API nn_schedule nn_warm_up(nn_schedule then, int64_t steps, double from);

/* The same schedule with epochs for steps. */
AG_API nn_schedule nn_by_epoch(nn_schedule s);

/* The factor in step (or epoch) k. */
AG_API double nn_schedule_factor(const nn_schedule *s, int64_t k);

/* --- settings, to be made before nn_attach ---------------------------------------------------- */

/* Each returns the optimizer, so that calls nest; NULL and an error otherwise: VALUE (a number that
 * is none for it), STATE (attached already), MEMORY. */

/* Which parameters the weight decay of a method is for. */
typedef enum nn_decay {
    NN_DECAY_USUAL, /* those of two dimensions or more: not biases, nor gains of norms */
    NN_DECAY_ALWAYS,
    NN_DECAY_NEVER
} nn_decay;

/* Parameters whose path matches; of several groups that match, the last one counts. */
typedef struct nn_group {
    const char *pattern; /* as of nn_visit; copied */
    double rate_factor;  /* of the rate; 0 means 1 */
    nn_decay decay;
} nn_group;
AG_API nn_optimizer *nn_with_group(nn_optimizer *opt, nn_group group);

AG_API nn_optimizer *nn_with_schedule(nn_optimizer *opt, nn_schedule schedule);

/* Clipping of what nn_step uses: by one norm over all parameters, then by value; 0 is not. */
typedef struct nn_clipping {
    double norm, value;
} nn_clipping;
AG_API nn_optimizer *nn_with_clipping(nn_optimizer *opt, nn_clipping clipping);

/* A step for every `batches` calls of nn_step, with the mean of their gradients. */
AG_API nn_optimizer *nn_with_accumulation(nn_optimizer *opt, int batches);

/* Keeps an average of every parameter, ag_average_step after each step; it begins with the weights
 * before the first step of a parameter. nn_fit validates with the averages and leaves them in the
 * network at its end (nn_train.h). */
AG_API nn_optimizer *nn_with_average(nn_optimizer *opt, double keep);

/* Multiplies the rate by `factor` after `patience` values in a row that were no better than the
 * best by `min_delta`, then waits for `cooldown` values and begins to count anew. NaN is never
 * better. It may be set after nn_attach, too, and once more: then it forgets the values, and what
 * was reduced stays so. */
typedef struct nn_plateau {
    double factor; /* 0 means 0.1 */
    int patience;  /* 0 means 10 */
    int cooldown;
    double min_delta; /* 0 means 1e-4 */
    double min_rate;  /* the rate does not go below */
    bool more_is_better;
} nn_plateau;
AG_API nn_optimizer *nn_with_plateau(nn_optimizer *opt, nn_plateau plateau);

/* Tells the value of an epoch. True where the rate was reduced; false without a plateau. */
AG_API bool nn_plateau_report(nn_optimizer *opt, double value);

/* --- stepping --------------------------------------------------------------------------------- */

/* Makes the states of all parameters of a network that is built, frozen ones too, and clears their
 * gradients; to be called before the mark that steps rewind to. Once more: adds parameters that
 * were built since. A parameter with several places is met once. nn_attach_list: the same for
 * parameters without a module; their paths are their names, or p0, p1, ... Errors: STATE (not
 * built; attached to another network), GRAPH, VALUE (a group's pattern matches nothing; a tensor
 * twice), NULL_ARGUMENT, MEMORY. */
AG_API AG_MUST_USE ag_status nn_attach(nn_optimizer *opt, nn_module *net);
AG_API AG_MUST_USE ag_status nn_attach_list(nn_optimizer *opt, ag_tensor *const *parameters, int n);

/* Steps every parameter that has a gradient and is not frozen, then clears all gradients. A
 * parameter keeps its bits while it is frozen, and begins with fresh states when it is thawed.
 * Allocates nothing. Errors, after which nothing has changed: STATE (not attached; L-BFGS); ANOMALY
 * (clipping by norm, and the norm is not finite; the message names the parameter); VALUE (options
 * of the method). */
AG_API AG_MUST_USE ag_status nn_step(nn_optimizer *opt);

/* Steps with the mini-batches accumulated so far, if any: at the end of an epoch. */
AG_API AG_MUST_USE ag_status nn_flush(nn_optimizer *opt);

/* Clears the gradients of all its parameters and forgets accumulated mini-batches. */
AG_API void nn_zero_grads(nn_optimizer *opt);

/* The rate of the next step, with schedule and plateau, without groups; NaN for NULL. nn_set_rate:
 * the base rate, which these multiply. nn_set_epoch: which epoch, from 0, the next steps belong to.
 */
AG_API double nn_rate(const nn_optimizer *opt);
AG_API void nn_set_rate(nn_optimizer *opt, double rate);
AG_API void nn_set_epoch(nn_optimizer *opt, int64_t epoch);

/* Are there averages: were they asked for, and was there a step? */
AG_API bool nn_has_average(const nn_optimizer *opt);

/* nn_swap_average exchanges parameters and their averages; once more brings them back.
 * nn_take_average gives parameters the values of their averages. Those that are frozen, or were
 * never stepped, stay as they are. Errors: STATE (no averages), NULL_ARGUMENT. */
AG_API AG_MUST_USE ag_status nn_swap_average(nn_optimizer *opt);
AG_API AG_MUST_USE ag_status nn_take_average(nn_optimizer *opt);

/* --- its state, for checkpoints --------------------------------------------------------------- */

/* The tensors that it keeps: names as "optimizer.0.weight.mean", *borrowed*. Together with the
 * counters and the weights they are all that a resumed training needs. NULL, NULL past the last. */
typedef struct nn_optimizer_state {
    const char *name;
    ag_tensor *tensor;
} nn_optimizer_state;
AG_API int nn_optimizer_states(const nn_optimizer *opt);
AG_API nn_optimizer_state nn_optimizer_state_at(const nn_optimizer *opt, int i);

typedef struct nn_counters {
    int64_t step;           /* steps that were made */
    int64_t epoch;          /* as set last */
    int64_t accumulated;    /* mini-batches since the last step */
    double rate;            /* the base rate */
    double plateau_scale;   /* 1 before the first reduction */
    double plateau_best;    /* the best value; NaN before the first */
    int64_t plateau_waited; /* values since, cooldown apart */
    int64_t plateau_cooling;
} nn_counters;
AG_API nn_counters nn_get_counters(const nn_optimizer *opt);

/* Errors: VALUE (negative counts, numbers that are none), NULL_ARGUMENT. */
AG_API AG_MUST_USE ag_status nn_set_counters(nn_optimizer *opt, const nn_counters *counters);

/* The graph, and the method's name, "adam"; NULL for NULL. */
AG_API ag_graph *nn_optimizer_graph(const nn_optimizer *opt);
AG_API const char *nn_optimizer_name(const nn_optimizer *opt);

/* --- by a function of the loss ---------------------------------------------------------------- */

/* Records the loss and returns it, a tensor of one element; NULL ends what called it. i counts the
 * calls from 0. What it records is dropped after the call. */
typedef ag_tensor *(*nn_objective)(int64_t i, void *user);

typedef struct nn_minimize_options {
    int64_t steps;   /* at most; 0 means 1000 */
    double gradient; /* stops where no |gradient| is larger; 0 means 1e-5 */
} nn_minimize_options;

typedef struct nn_minimum {
    double loss, gradient; /* at the end: the loss, the largest |gradient| */
    int64_t steps, evaluations;
    bool converged; /* the gradient is small enough */
} nn_minimum;

/* Steps with the gradient of the whole loss until that is small, with any method. out: may be NULL.
 * That it did not converge is no error. Errors: STATE (not attached), NULL_ARGUMENT, ANOMALY (the
 * loss is not finite where it begins, or after a step), those of the loss and of nn_step. */
AG_API AG_MUST_USE ag_status nn_minimize(nn_optimizer *opt, nn_objective loss, void *user,
                                         const nn_minimize_options *o, nn_minimum *out);

typedef struct nn_range_options {
    double low, high; /* the rates; 0: 1e-6, 10 */
    int steps;        /* 0 means 100 */
    double stop;      /* ends where the loss is above that many times the lowest; 0 means 4 */
} nn_range_options;

typedef struct nn_range {
    int n;
    const double *rate,
        *loss;        /* the loss before the step with that rate; *borrowed* from the graph */
    double largest;   /* at which the loss still fell: it led to the lowest */
    double suggested; /* half of it, as the lectures have it */
} nn_range;

/* The range test (Smith 2017): one step each with rates that grow in equal ratios. The lowest loss
 * is looked for among means of three neighbors. Afterwards parameters, buffers, states, counters
 * and the random state are what they were bit by bit, and gradients are cleared. On error *out is
 * zero. Errors: STATE (not attached, accumulating, L-BFGS), VALUE, MEMORY, those of the loss and of
 * nn_step. */
AG_API AG_MUST_USE ag_status nn_range_test(nn_optimizer *opt, nn_objective loss, void *user,
                                           const nn_range_options *o, nn_range *out);

AG_END_C

/* The source line of the call, for messages. */
static inline nn_optimizer *nn__optimizer_at(const nn_optimizer *opt, const char *where)
{
    (void)ag__at_graph(nn_optimizer_graph(opt), where);
    return AG_UNCONST(nn_optimizer *, opt);
}
#define NN__OPT_AT(opt) nn__optimizer_at((opt), AG_HERE)

#ifndef AG_NO_SITES
#define nn_sgd(g, ...) nn_sgd(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adagrad(g, ...) nn_adagrad(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_rmsprop(g, ...) nn_rmsprop(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adadelta(g, ...) nn_adadelta(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adam(g, ...) nn_adam(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_amsgrad(g, ...) nn_amsgrad(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_rprop(g, ...) nn_rprop(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_lbfgs(g, ...) nn_lbfgs(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_with_group(opt, ...) nn_with_group(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_with_schedule(opt, ...) nn_with_schedule(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_with_clipping(opt, ...) nn_with_clipping(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_with_accumulation(opt, batches) nn_with_accumulation(NN__OPT_AT(opt), batches)
#define nn_with_average(opt, keep) nn_with_average(NN__OPT_AT(opt), keep)
#define nn_with_plateau(opt, ...) nn_with_plateau(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_attach(opt, net) nn_attach(NN__OPT_AT(opt), net)
#define nn_attach_list(opt, ...) nn_attach_list(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_step(opt) nn_step(NN__OPT_AT(opt))
#define nn_flush(opt) nn_flush(NN__OPT_AT(opt))
#define nn_swap_average(opt) nn_swap_average(NN__OPT_AT(opt))
#define nn_take_average(opt) nn_take_average(NN__OPT_AT(opt))
#define nn_set_counters(opt, ...) nn_set_counters(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_minimize(opt, ...) nn_minimize(NN__OPT_AT(opt), __VA_ARGS__)
#define nn_range_test(opt, ...) nn_range_test(NN__OPT_AT(opt), __VA_ARGS__)
#endif

#endif
