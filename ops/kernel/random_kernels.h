/* Random numbers in bulk, the contract between ops/neural/dropout.c, ops/random/fill.c and
 * ops/kernel/simd/random_kernels.c. Private to ops/. A block is four words of 32 bits, of Philox
 * 4x32-10 with this key; blocks have the numbers counter, counter + 1, ...
 *
 * mask      writes 4 blocks numbers, one for each word: 0 where it is less than `below`, else
 *           `kept`
 * uniforms  writes the two numbers of each block that ag_random_uniform would give: to `first` and
 *           to `second`
 * uniform   writes n numbers a + b u, computed in f64, u being x[0], y[0], x[1], y[1], ... normal
 * writes n numbers a + b z, computed in f64, z being normal after Box and Muller from
 *           x[i] and y[i], as ag_random_normal's
 */
#ifndef OPS_KERNEL_RANDOM_KERNELS_H
#define OPS_KERNEL_RANDOM_KERNELS_H

#include <stdint.h>

typedef void ag__mask_kernel(uint64_t key, uint64_t counter, int64_t blocks, uint32_t below,
                             double kept, void *out);

/* By dtype: f64, f32. */
typedef struct ag__masks {
    ag__mask_kernel *of[2];
} ag__masks;

typedef void ag__fill_kernel(int64_t n, const double *x, const double *y, double a, double b,
                             void *out);

typedef struct ag__fills {
    void (*uniforms)(uint64_t key, uint64_t counter, int64_t blocks, double *first, double *second);
    ag__fill_kernel *uniform[2], *normal[2]; /* by dtype */
} ag__fills;

#endif
