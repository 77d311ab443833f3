/* One step of all parameters of a list, for the methods, which say which kernel with which numbers.
 * Private to ops/optim.
 */
#ifndef OPS_OPTIM_STEP_H
#define OPS_OPTIM_STEP_H

#define AG_NO_SITES
#include <autograd/optim.h>

#include "ops/kernel/kernel_table.h"

enum { AG__STEP_STATES = AG__STEP_ARRAYS - 2 };

/* The first fields say what is to be stepped; the others are those of ag__step_all. */
typedef struct ag__step {
    const char *name; /* of the function that was called, for messages */
    ag_tensor *const *parameter;
    int n;
    int states;
    ag_tensor *const *state[AG__STEP_STATES];
    ag__step_constants c;
    int64_t size, pieces; /* of all numbers that are stepped */
    ag__step_kernel *const *kernel;
    ag__step_kind kind;
} ag__step;

/* What an option may be. */
typedef enum ag__option_range {
    AG__FROM_0,  /* finite, 0 or more */
    AG__BELOW_1, /* 0 or more, below 1 */
    AG__BETWEEN, /* above 0, below 1 */
    AG__FROM_1,  /* finite, 1 or more */
    AG__ABOVE_0  /* finite, above 0 */
} ag__option_range;

typedef struct ag__option {
    const char *name;
    double value;
    ag__option_range range;
} ag__option;

/* The number an option stands for: 0 is the usual one, AG_EXACT_ZERO is 0. */
double ag__option_or(double value, double usual);

/* Places the decay of the weights: beside the gradient, or decoupled from it. */
void ag__step_decay(ag__step *s, double rate, double decay, bool decoupled);

/* Is every option within its range? Otherwise an error of the whole call, told of the first
 * parameter there is. */
AG_MUST_USE ag_status ag__step_options(const ag__step *s, const ag__option *options, int n);

/* An error of the whole call about one number: "sgd_step: momentum 0". */
ag_status ag__step_fail(const ag__step *s, ag_status status, const char *hint, const char *what,
                        double value);

/* An error about parameter i, which the message names. */
ag_status ag__step_fail_at(const ag__step *s, int i, ag_status status, const char *hint,
                           const char *what);

/* Are all lists there, and parameters and states leaves that go together? The message of the first
 * that is not. */
AG_MUST_USE ag_status ag__step_check(const ag__step *s);

/* ag__step_check, then the kernel on the numbers of every parameter that has a gradient (on all,
 * for an average, which needs none). */
AG_MUST_USE ag_status ag__step_all(ag__step *s, ag__step_kind kind);

/* The numbers of parameter i that are stepped: none where it has no gradient. */
int64_t ag__step_size(const ag__step *s, int i);

/* Into how many pieces so many numbers are cut for threads; and every stretch of memory of one of
 * the s->pieces pieces of all s->size numbers. */
int64_t ag__step_pieces(int64_t size);
typedef void ag__step_part(const ag__step *s, int i, int64_t from, int64_t to, void *context);
void ag__step_each(const ag__step *s, int64_t piece, ag__step_part *part, void *context);

#endif
