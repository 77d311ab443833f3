/* Kernels of channels; see ops/kernel/channel_kernels.h. Compiled once for each instruction set.
 *
 * For its moments a block is read from memory once, in leaves that stay in the first cache. The
 * squares of a leaf are taken about its own mean, corrected for the rounding error of that mean
 * (Chan, Golub and LeVeque 1983, eq. 1.7), and the moments of the leaves are joined in double.
 */
#include "ops/kernel/channel_kernels.h"
#include "simd.h"

enum {
    RUN = 4096, /* the most numbers of a leaf in a row of one channel */
    ROWS = 32   /* the most rows of a leaf if a column is a channel */
};

/* The moments of a leaf of n numbers, from the sums of x - middle (`rest`) and of (x - middle)^2
 * (`squares`). `by` is 1/n. */
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
