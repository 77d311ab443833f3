/* Steps of optimizers, the contract between ops/optim/step.c, which walks lists of parameters, and
 * ops/kernel/simd/optim_kernels.c, which steps numbers that lie side by side. Private to ops/.
 *
 * A kernel steps n parameters: array[0] are their values, array[1] their gradients, then come the
 * states in the order of ag__step_kind; all are of one dtype and no two overlap. Each number is
 * computed from its own alone and without contraction, so that pieces and instruction sets give the
 * same bits. `c` is what the kind calls for, converted to the dtype first.
 */
#ifndef OPS_KERNEL_OPTIM_KERNELS_H
#define OPS_KERNEL_OPTIM_KERNELS_H

#include <stdint.h>

enum { AG__STEP_ARRAYS = 4 };

/* Kind, number of states; what c holds is the order of the enum below it. */
#define AG__STEP_KINDS(X)                                                                          \
    X(descent, 0)  /* */                                                                           \
    X(momentum, 1) /* velocity */                                                                  \
    X(nesterov, 1) /* velocity */                                                                  \
    X(rmsprop, 1)  /* mean square */                                                               \
    X(adam, 2)     /* mean, mean square */

typedef enum ag__step_kind {
#define X(kind, states) AG__STEP_##kind,
    AG__STEP_KINDS(X)
#undef X
        AG__STEP_KINDS_COUNT
} ag__step_kind;

enum {
    AG__STEP_RATE,   /* of adam: divided by its first correction */
    AG__STEP_DECAY,  /* added to the gradient, times the value */
    AG__STEP_KEEP,   /* of the value, before it is stepped: 1 but for decoupled decay */
    AG__STEP_FIRST,  /* momentum, or how much of the mean is kept */
    AG__STEP_SECOND, /* how much of the mean square is kept */
    AG__STEP_SCALE,  /* of the root of the mean square */
    AG__STEP_EPS,
    AG__STEP_CONSTANTS
};

typedef void ag__step_kernel(int64_t n, void *const array[AG__STEP_ARRAYS],
                             const double c[AG__STEP_CONSTANTS]);

/* By kind, then by dtype: f64, f32. */
typedef struct ag__steps {
    ag__step_kernel *of[AG__STEP_KINDS_COUNT][2];
} ag__steps;

#endif
