/* Kernels of a block of channels, for batch normalization: the contract between
 * ops/neural/batch_norm.c and ops/kernel/simd/channel_kernels.c. Private to ops/.
 *
 * A block is `rows` rows of n numbers each, and two rows begin `apart` numbers from each other.
 * Either all numbers belong to one channel or, with `columns`, those of column i belong to channel
 * i. What a channel has, such as a mean, a scale or a sum, is an element of an array, which has 1
 * element or, with `columns`, n.
 *
 * moments      the moments of x; no block is empty; squares that leave the range are 0, inf or NaN
 * products     sums[0] = the sum of g, sums[1] = the sum of g (x - mean)
 * affine       y (+)= (x - mean) scale + shift
 * affine_back  to (+)= (g - shift - (x - mean) along) scale
 *
 * affine and affine_back write if `fresh` is set, and add otherwise. The order of every sum depends
 * on the sizes of the block alone.
 */
#ifndef OPS_KERNEL_CHANNEL_KERNELS_H
#define OPS_KERNEL_CHANNEL_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ag__moments {
    double count, mean;
    double squares; /* the sum of (x - mean)^2 */
} ag__moments;

/* Turns the moments of one set of numbers into those of its union with another set, which is not
 * empty (Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample
 * variances, 1979). */
static inline void ag__moments_join(ag__moments *m, ag__moments more)
{
    const double count = m->count + more.count, share = more.count / count;
    const double apart = more.mean - m->mean;
    if (m->count == 0) {
        *m = more;
        return;
    }
    m->mean += apart * share;
    m->squares += more.squares + apart * (m->count * share) * apart;
    m->count = count;
}

typedef struct ag__block {
    int64_t rows, n, apart;
    bool columns, fresh;
    const void *x, *g;
    void *to;                                 /* y, or the gradient */
    const void *mean, *scale, *shift, *along; /* they have the dtype of x, g and to */
} ag__block;

typedef struct ag__channel_kernels {
    void (*moments)(const ag__block *b, ag__moments *out);
    void (*products)(const ag__block *b, double *const sums[2]);
    void (*affine)(const ag__block *b);
    void (*affine_back)(const ag__block *b);
} ag__channel_kernels;

/* By dtype: f64, f32. */
typedef struct ag__channel_set {
    ag__channel_kernels of[2];
} ag__channel_set;

#endif
