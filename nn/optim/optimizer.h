/* What an optimizer is made of, for the files of this room alone. All of it lies in the graph's
 * memory and is never freed by itself.
 */
#ifndef NN_OPTIM_OPTIMIZER_H
#define NN_OPTIM_OPTIMIZER_H

#define AG_NO_SITES
#include <autograd/nn_optim.h>

enum { NN__STATES = 3 };

/* A parameter and what is kept for it. */
typedef struct nn__entry {
    ag_tensor *parameter;
    const nn_slot *slot; /* NULL where it came without a module */
    const char *path;
    ag_tensor *state[NN__STATES]; /* NULL where the method has fewer */
    ag_tensor *steps;             /* a 0-d i64: how many it has made, since it was thawed */
    ag_tensor *average;           /* NULL without averages */
    double rate_factor;
    bool decays;
    bool waits;  /* for its turn in the step that is being made */
    bool frozen; /* in the last evaluation of L-BFGS */
} nn__entry;

/* Parameters that one call steps: those of one rate, one decay and one count of steps. */
typedef struct nn__lists {
    ag_tensor **parameter;
    ag_tensor **state[NN__STATES];
    int n;
    double rate;
    bool decays;
    int64_t t; /* of this step, from 1 */
} nn__lists;

typedef union nn__options {
    ag_sgd sgd;
    ag_adagrad adagrad;
    ag_rmsprop rmsprop;
    ag_adadelta adadelta;
    ag_adam adam;
    ag_rprop rprop;
    nn_lbfgs_options lbfgs;
} nn__options;

/* One step of the parameters of the lists. */
typedef ag_status nn__method_step(const nn__options *o, const nn__lists *l);

typedef struct nn__kept_group {
    nn_group group;
    struct nn__kept_group *next;
} nn__kept_group;

/* A tensor of the optimizer, under the name it has in a checkpoint. */
typedef struct nn__named {
    nn_optimizer_state state;
    struct nn__named *next;
} nn__named;

typedef struct nn__pairs nn__pairs;

struct nn_optimizer {
    ag_graph *graph;
    const char *method;
    nn__method_step *step; /* NULL for L-BFGS */
    nn__options options;
    const char *state_name[NN__STATES]; /* NULL where there are fewer */
    nn__kept_group *groups;             /* the last one first */
    nn_schedule schedule;
    nn_clipping clipping;
    int64_t batches;
    double keep; /* of the average; 0 without */
    nn_plateau plateau;
    bool has_plateau;
    nn_counters counters;
    const nn_module *net; /* NULL for a list */
    bool attached;
    nn__entry *entry;
    int n;
    nn__lists lists; /* room for all parameters */
    nn__named *named, **named_end;
    int n_named;
    nn__pairs *lbfgs;
    double fixed_rate; /* of the range test; negative otherwise */
};

/* A zeroed optimizer; NULL and an error. */
nn_optimizer *nn__optimizer_new(ag_graph *g, const char *method);

/* Keeps a tensor under "optimizer.PATH.NAME". False and an error without memory, and for NULL. */
AG_MUST_USE bool nn__keep_state(nn_optimizer *opt, const char *path, const char *name,
                                ag_tensor *t);

/* Zeros in all of a tensor. */
void nn__zero(ag_tensor *t);

/* How many steps a parameter has made. */
int64_t nn__steps_of(const nn__entry *e);

/* Is the optimizer attached and the function there? `what` speaks: "nn_step". */
AG_MUST_USE ag_status nn__ready(const nn_optimizer *opt, const char *what);

bool nn__entry_is_frozen(const nn__entry *e);

/* Averages, where there are some: they begin with the weights before the first step of a parameter,
 * and take in those after each one. */
void nn__average_begin(const nn_optimizer *opt);
AG_MUST_USE ag_status nn__average_step(nn_optimizer *opt);

/* Whatever L-BFGS keeps, made when it is attached; the vectors have room for n numbers. */
AG_MUST_USE ag_status nn__lbfgs_attach(nn_optimizer *opt);

#endif
