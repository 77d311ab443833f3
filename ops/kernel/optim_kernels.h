/* Steps of optimizers, the contract between ops/optim/step.c, which walks lists of parameters, and
 * ops/kernel/simd/optim_kernels.c, which steps numbers that lie side by side. Private to ops/.
 *
 * A kernel steps n parameters: array[0] are their values, array[1] their gradients, then come the
 * states in the order of ag__step_kind; all are of one dtype and no two overlap. Each number is
 * computed from its own alone and without contraction, so that pieces and instruction sets give the
 * same bits. The constants are converted to the dtype first. With d = gradient + decay value:
 *
 *   descent            p = keep p - rate d
 *   momentum           v = first v + first_taken d,   p = keep p - rate v
 *   nesterov           the same, and                  p = keep p - rate (first_taken d + first v)
 *   rms                s = second s + second_taken d^2,   r = sqrt(s + inner) + outer
 *                      p = keep p - rate d / r
 *   rms_momentum       v = first v + first_taken d / r,   p = keep p - rate v
 *   centered           as rms with m = second m + second_taken d, and s - m^2 in the root
 *   centered_momentum  both
 *   adam               m = first m + first_taken d,   s as of rms
 *                      p = keep p - rate m / (sqrt(s + inner) scale + outer)
 *   amsgrad            with the largest s so far in the root
 *   adadelta           s as of rms,   u = sqrt(t + inner) / sqrt(s + inner) d
 *                      t = second t + second_taken u^2,   p = keep p - rate u
 *   rprop              see the kernel
 *   average            p = keep p + rate x, x being the state; no gradient
 *   scale              g = rate g;   clamp: g within -rate and rate; only array[1]
 */
#ifndef OPS_KERNEL_OPTIM_KERNELS_H
#define OPS_KERNEL_OPTIM_KERNELS_H

#include <stdint.h>

enum { AG__STEP_ARRAYS = 5 };

/* Kind, number of states. */
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
    X(adadelta, 2)          /* mean square of gradients, of changes */                             \
    X(rprop, 2)             /* sign of the gradient before, step */                                \
    X(average, 1)           /* what is averaged */                                                 \
    X(scale, 0)             /* */                                                                  \
    X(clamp, 0)             /* */

typedef enum ag__step_kind {
#define X(kind, states) AG__STEP_##kind,
    AG__STEP_KINDS(X)
#undef X
        AG__STEP_KINDS_COUNT
} ag__step_kind;

#define AG__STEP_CONSTANTS(X)                                                                      \
    X(rate)         /* of adam: divided by its first correction */                                 \
    X(decay)        /* added to the gradient, times the value */                                   \
    X(keep)         /* of the value, before it is stepped: 1 but for decoupled decay */            \
    X(first)        /* how much of the velocity, or of the mean, is kept */                        \
    X(first_taken)  /* how much of what is new comes to it */                                      \
    X(second)       /* the same of the mean square */                                              \
    X(second_taken) /* */                                                                          \
    X(scale)        /* of the root of the mean square */                                           \
    X(inner)        /* added below the root */                                                     \
    X(outer)        /* added to the root */                                                        \
    X(start)        /* rprop: the step where there was none */                                     \
    X(shrink)       /* rprop: the step's factors and limits */                                     \
    X(grow)         /* */                                                                          \
    X(lowest)       /* */                                                                          \
    X(highest)      /* */                                                                          \
    X(back)         /* rprop: 1 where a step too far is taken back, otherwise 0 */

typedef struct ag__step_constants {
#define X(name) double name;
    AG__STEP_CONSTANTS(X)
#undef X
} ag__step_constants;

typedef void ag__step_kernel(int64_t n, void *const array[AG__STEP_ARRAYS],
                             const ag__step_constants *c);

/* By kind, then by dtype: f64, f32. `squares` is the sum of n squares, each number multiplied by
 * `scale` first, in f64 and in an order that depends on n alone; `largest` the largest magnitude,
 * NaN where there is one. */
typedef struct ag__steps {
    ag__step_kernel *of[AG__STEP_KINDS_COUNT][2];
    double (*squares[2])(int64_t n, const void *x, double scale);
    double (*largest[2])(int64_t n, const void *x);
} ag__steps;

#endif
