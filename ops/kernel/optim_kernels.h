/* Steps of optimizers: the contract between ops/optim/step.c, which walks lists of parameters, and
 * ops/kernel/simd/optim_kernels.c, which steps numbers that lie side by side. Private to ops/.
 *
 * A kernel steps n numbers: array[0] are their values, array[1] their gradients, and then come the
 * states in the order of AG__STEP_KINDS. All arrays have one dtype and no two overlap. Each number
 * is computed from its own value, gradient and states alone, and no product is fused with a sum, so
 * that the bits depend neither on the pieces nor on the instruction set. The constants are
 * converted to the dtype first. With d = gradient + decay value:
 *
 *   descent            p = keep p - rate d
 *   momentum           v = first v + first_taken d,   p = keep p - rate v
 *   nesterov           v as of momentum,              p = keep p - rate (first_taken d + first v)
 *   rms                s = second s + second_taken d^2,   r = sqrt(s + inner) + outer
 *                      p = keep p - rate d / r
 *   rms_momentum       v = first v + first_taken d / r,   p = keep p - rate v
 *   centered           m = second m + second_taken d; as rms with s - m^2 in place of s in the root
 *   centered_momentum  as rms_momentum with s - m^2 in place of s in the root
 *   adam               m = first m + first_taken d,   s as of rms
 *                      p = keep p - rate m / (sqrt(s + inner) scale + outer)
 *   amsgrad            as adam with the largest s so far in the root
 *   adadelta           s as of rms,   u = sqrt(t + inner) / sqrt(s + inner) d
 *                      t = second t + second_taken u^2,   p = keep p - rate u
 *   rprop              see the kernel
 *   average            p = keep p + rate x, where x is the state; the gradient is not used
 *   scale              g = rate g; only array[1] is used
 *   clamp              g is brought into [-rate, rate]; only array[1] is used
 */
#ifndef OPS_KERNEL_OPTIM_KERNELS_H
#define OPS_KERNEL_OPTIM_KERNELS_H

#include <stdint.h>

enum { AG__STEP_ARRAYS = 5 };

/* X(kind, number of states), with the states in a comment. */
#define AG__STEP_KINDS(X)                                                                          \
    X(descent, 0)           /* */                                                                  \
    X(momentum, 1)          /* velocity */                                                         \
    X(nesterov, 1)          /* velocity */                                                         \
    X(rms, 1)               /* mean square, or sum of squares */                                   \
    X(rms_momentum, 2)      /* mean square, velocity */                                            \
    X(centered, 2)          /* mean square, mean */                                                \
    X(centered_momentum, 3) /* mean square, mean, velocity */                                      \
    X(adam, 2)              /* mean, mean square */                                                \
    X(amsgrad, 3)           /* mean, mean square, largest mean square */                           \
    X(adadelta, 2)          /* mean square of gradients, mean square of changes */                 \
    X(rprop, 2)             /* sign of the gradient before, step */                                \
    X(average, 1)           /* the values that are averaged */                                     \
    X(scale, 0)             /* */                                                                  \
    X(clamp, 0)             /* */

typedef enum ag__step_kind {
#define X(kind, states) AG__STEP_##kind,
    AG__STEP_KINDS(X)
#undef X
        AG__STEP_KINDS_COUNT
} ag__step_kind;

#define AG__STEP_CONSTANTS(X)                                                                      \
    X(rate)         /* the learning rate; for adam divided by the first correction */              \
    X(decay)        /* decay times the value is added to the gradient */                           \
    X(keep)         /* the value is multiplied by it before the step: 1 without decoupled decay */ \
    X(first)        /* how much of the velocity, or of the mean, is kept */                        \
    X(first_taken)  /* how much of the new gradient is added to it */                              \
    X(second)       /* how much of the mean square is kept */                                      \
    X(second_taken) /* how much of the new square is added to it */                                \
    X(scale)        /* a factor of the root of the mean square */                                  \
    X(inner)        /* added below the root */                                                     \
    X(outer)        /* added to the root */                                                        \
    X(start)        /* rprop: the first step */                                                    \
    X(shrink)       /* rprop: the factor where the gradient changes its sign */                    \
    X(grow)         /* rprop: the factor where the gradient keeps its sign */                      \
    X(lowest)       /* rprop: the smallest step */                                                 \
    X(highest)      /* rprop: the largest step */                                                  \
    X(back)         /* rprop: 1 if a step that went too far is taken back, otherwise 0 */

typedef struct ag__step_constants {
#define X(name) double name;
    AG__STEP_CONSTANTS(X)
#undef X
} ag__step_constants;

typedef void ag__step_kernel(int64_t n, void *const array[AG__STEP_ARRAYS],
                             const ag__step_constants *c);

/* The kernels by kind, then by dtype: f64, f32. `squares` is the sum of n squares in f64, where
 * each number is multiplied by `scale` first and the order depends on n alone. `largest` is the
 * largest magnitude, or NaN if a number is NaN. */
typedef struct ag__steps {
    ag__step_kernel *of[AG__STEP_KINDS_COUNT][2];
    double (*squares[2])(int64_t n, const void *x, double scale);
    double (*largest[2])(int64_t n, const void *x);
} ag__steps;

#endif
