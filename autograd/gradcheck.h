/* Derivatives held against finite differences. */
#ifndef AUTOGRAD_GRADCHECK_H
#define AUTOGRAD_GRADCHECK_H

#include "base.h"

AG_BEGIN_C

typedef struct ag_gradcheck_options {
    double step;               /* of the differences, times max(1, |x|); 0 means 1e-3 */
    double relative, absolute; /* tolerances; 0 means 1e-7 (ag_gradgradcheck 1e-6) */
    uint64_t seed;             /* of the random cotangents of ag_gradgradcheck */
} ag_gradcheck_options;

typedef struct ag_gradcheck_result {
    bool ok;
    ag_status status; /* not AG_OK when the function or a derivative failed; see ag_error_message */
    const char *op;   /* name of the operation that made the output; *borrowed* */
    int operand;      /* the input with the worst error */
    int64_t index;    /* element of that input, row-major */
    int64_t output;   /* element of the output */
    double analytic;  /* what the engine says */
    double numeric;   /* what the differences say */
    double error;     /* |analytic - numeric| / (absolute + relative |numeric|); above 1 fails */
    int64_t derivatives; /* how many were compared */
} ag_gradcheck_result;

/* Compares every element of the Jacobian with five-point central differences (error of order
 * step^4); ag_gradgradcheck does so for the gradient itself. The inputs are f64 leaves that want a
 * gradient; they are changed during the check and put back. `options` may be NULL. What is recorded
 * meanwhile is rewound. */
AG_API ag_gradcheck_result ag_gradcheck(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                        const ag_gradcheck_options *options);
AG_API ag_gradcheck_result ag_gradgradcheck(ag_function f, void *user, ag_tensor *const *inputs,
                                            int n, const ag_gradcheck_options *options);

/* One line: "gradcheck: tanh, operand 0, element 3: the rule says 0.41, the differences 0.42
 * ...". */
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

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_gradcheck(...) ag__gradcheck_at(AG_HERE, __VA_ARGS__)
#define ag_gradgradcheck(...) ag__gradgradcheck_at(AG_HERE, __VA_ARGS__)
#endif

#endif
