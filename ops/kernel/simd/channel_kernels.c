/* Kernels of channels; see ops/kernel/channel_kernels.h. Compiled once for each instruction set.
 *
 * A block is read from memory once for its moments: in leaves that stay in the first cache, each
 * about a mean of its own, which are joined in double. The rounding error of that mean is taken out
 * of the squares (Chan, Golub and LeVeque 1983, eq. 1.7).
 */
#include "ops/kernel/channel_kernels.h"
#include "simd.h"

enum {
    RUN = 4096, /* numbers of a leaf in a row of one channel */
    ROWS = 32   /* rows of a leaf where a column is a channel */
};

/* A leaf of n numbers from the sums of x - middle and of (x - middle)^2; by = 1/n. */
static inline ag__moments leaf_of(double middle, double rest, double squares, double n, double by)
{
    const double mean = rest * by, about_mean = squares - rest * mean;
    return (ag__moments){n, middle + mean, about_mean < 0 ? 0 : about_mean};
}

static inline int64_t at_most(int64_t n, int64_t most)
{
    return n < most ? n : most;
}

#define BODY "ops/kernel/simd/channel_kernels_body.inc"
#include "ops/kernel/each_float.inc"

#define KERNELS(S)                                                                                 \
    {                                                                                              \
        moments_##S, products_##S, affine_##S, affine_back_##S                                     \
    }
extern const ag__channel_set AG__OF_SET(ag__channel_set);
const ag__channel_set AG__OF_SET(ag__channel_set) = {{KERNELS(f64), KERNELS(f32)}};
