/* One step of all parameters of a list. The methods say which kernel computes it with which
 * constants. Private to ops/optim/.
 */
#ifndef OPS_OPTIM_STEP_H
#define OPS_OPTIM_STEP_H

#define AG_NO_SITES
#include <autograd/optim.h>

#include "ops/kernel/kernel_table.h"

enum { AG__STEP_STATES = AG__STEP_ARRAYS - 2 };

/* The methods set the first fields, which say what is stepped; ag__step_all sets the others. */
typedef struct ag__step {
    const char *name; /* the function that was called, for messages */
    ag_tensor *const *parameter;
    int n;
    int states;
    ag_tensor *const *state[AG__STEP_STATES];
    const char *word[AG__STEP_STATES]; /* what each list of states holds, for messages */
    ag__step_constants c;
    int64_t size, pieces; /* of all numbers that are stepped */
    ag__step_kernel *const *kernel;
    ag__step_kind kind;
} ag__step;

/* The range of an option. */
typedef enum ag__option_range {
    AG__FROM_0,  /* finite, at least 0 */
    AG__BELOW_1, /* at least 0, below 1 */
    AG__BETWEEN, /* above 0, below 1 */
    AG__FROM_1,  /* finite, at least 1 */
    AG__ABOVE_0  /* finite, above 0 */
} ag__option_range;

typedef struct ag__option {
    const char *name;
    double value;
    ag__option_range range;
} ag__option;

/* Sets the constants of the decay, which is a part of the gradient or decoupled from it. */
void ag__step_decay(ag__step *s, double rate, double decay, bool decoupled);

/* Checks that every option is in its range. */
AG_MUST_USE ag_status ag__step_options(const ag__step *s, const ag__option *options, int n);

/* An error of the whole call: "sgd_step: ...". The message is kept in the graph of the first tensor
 * of the lists that is not NULL, if there is one. Returns the status. */
ag_status ag__step_fail_whole(const ag__step *s, ag_status status, const char *hint,
                              const char *what);

/* The error of a call whose options or result, `what`, is NULL; a parameter says which graph keeps
 * it. */
ag_status ag__step_null(const char *name, ag_tensor *const *parameters, int n, const char *what);

/* An error of the whole call about one number: "sgd_step: momentum 0". */
ag_status ag__step_fail(const ag__step *s, ag_status status, const char *hint, const char *what,
                        double value);

/* An error about parameter i, which the message names. */
ag_status ag__step_fail_at(const ag__step *s, int i, ag_status status, const char *hint,
                           const char *what);

/* Checks that all lists are there, and that the parameters and states are leaves that fit each
 * other. The first problem is reported. */
AG_MUST_USE ag_status ag__step_check(const ag__step *s);

/* Calls ag__step_check and then runs the kernel on the numbers of every parameter that has a
 * gradient, or of every parameter for an average, which needs none. */
AG_MUST_USE ag_status ag__step_all(ag__step *s, ag__step_kind kind);

/* How many numbers of parameter i are stepped: none if it has no gradient. */
int64_t ag__step_size(const ag__step *s, int i);

/* Into how many pieces `size` numbers are cut for threads. ag__step_each calls a function for every
 * stretch of memory of one of the s->pieces pieces of all s->size numbers. */
int64_t ag__step_pieces(int64_t size);
typedef void ag__step_part(const ag__step *s, int i, int64_t from, int64_t to, void *context);
void ag__step_each(const ag__step *s, int64_t piece, ag__step_part *part, void *context);

#endif
