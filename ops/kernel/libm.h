/* Functions that some C libraries have and some have wrong, for the rows of libm.def. Must not know
 * tensors.
 */
#ifndef OPS_KERNEL_LIBM_H
#define OPS_KERNEL_LIBM_H

#include <math.h>

/* The inverse hyperbolic cosine, NaN below 1. musl 1.2 gives numbers for many operands below -1. */
static inline double ag__acosh(double a)
{
    return a < 1 ? NAN : acosh(a);
}
static inline float ag__acoshf(float a)
{
    return a < 1 ? NAN : acoshf(a);
}

#endif
