/* Gradient checking: derivatives are compared with finite differences. */
#ifndef AUTOGRAD_GRADCHECK_H
#define AUTOGRAD_GRADCHECK_H

#include "base.h"

AG_BEGIN_C

typedef struct ag_gradcheck_options {
    double step;     /* that of the differences, multiplied by max(1, |x|); 0 means 1e-3 */
    double relative; /* the relative tolerance; 0 means 1e-7, or 1e-6 for ag_gradgradcheck */
    double absolute; /* the absolute tolerance; 0 means the same */
    uint64_t seed;   /* for the random upstream gradient that ag_gradgradcheck uses */
} ag_gradcheck_options;

typedef struct ag_gradcheck_result {
    bool ok;            /* the check ran, and no derivative is wrong */
    ag_status status;   /* not AG_OK: the check could not run, see ag_error_message */
    const char *op;     /* the operation that made the output; *borrowed* */
    int64_t operations; /* how many the function recorded */
    bool by_numbers;    /* the largest error is that of `backward`, not of `vjp` */
    int operand;        /* the input with the largest error */
    int64_t index;      /* of the element of that input, row-major */
    int64_t output;     /* the index of the element of the output, row-major */
    double analytic;    /* the derivative that the engine computed */
    double numeric;     /* the derivative from finite differences */
    double error; /* |analytic - numeric| / (absolute + relative |numeric|); at most 1 is ok */
    int64_t derivatives; /* how many were compared */
} ag_gradcheck_result;

/* ag_gradcheck compares every element of the Jacobian of f with a central difference over five
 * points, whose error is of order step^4; ag_gradgradcheck does the same for the gradient of f, and
 * so checks the second derivatives. Both rules of an operation are checked: `vjp`, and `backward`
 * if it has one. The inputs are 1 to 16 f64 leaves that need a gradient; their values are changed
 * during the check and restored. Pass constants through `user`, or make them variables for the
 * check. What the check records is dropped at its end. `options` may be NULL. Errors, in the
 * result: NULL_ARGUMENT, VALUE (unsuitable inputs or options), DTYPE, OVERFLOW, MEMORY,
 * OP (also if two calls with the same inputs give different results), and those of f and its
 * derivatives. */
AG_API ag_gradcheck_result ag_gradcheck(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                        const ag_gradcheck_options *options);
AG_API ag_gradcheck_result ag_gradgradcheck(ag_function f, void *user, ag_tensor *const *inputs,
                                            int n, const ag_gradcheck_options *options);

/* Writes the result in one line of at most `bytes`, terminated: "gradcheck of tanh FAILED: 4
 * derivatives; the largest error is at operand 0, element 3, ...". The largest is the one that is
 * most times its tolerance, the field `error`; the line tells the absolute difference, too. */
AG_API void ag_gradcheck_text(const ag_gradcheck_result *check, char *text, size_t bytes);

static inline ag_gradcheck_result ag__gradcheck_at(const char *where, ag_function f, void *user,
                                                   ag_tensor *const *inputs, int n,
                                                   const ag_gradcheck_options *options)
{
    return ag_gradcheck(f, user, ag__at_list(inputs, n, where), n, options);
}

static inline ag_gradcheck_result ag__gradgradcheck_at(const char *where, ag_function f, void *user,
                                                       ag_tensor *const *inputs, int n,
                                                       const ag_gradcheck_options *options)
{
    return ag_gradgradcheck(f, user, ag__at_list(inputs, n, where), n, options);
}

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_gradcheck(...) ag__gradcheck_at(AG_HERE, __VA_ARGS__)
#define ag_gradgradcheck(...) ag__gradgradcheck_at(AG_HERE, __VA_ARGS__)
#endif

#endif
