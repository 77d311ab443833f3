/* Random numbers in bulk: the contract between ops/neural/dropout.c, ops/random/fill.c and
 * ops/kernel/simd/random_kernels.c. Private to ops/. A block is four words of 32 bits that Philox
 * 4x32-10 makes with this key; the blocks are those numbered counter, counter + 1, ...
 *
 * mask      writes a number for each word, so 4 for each block: 0 if the word is less than `below`,
 *           otherwise `kept`
 * uniforms  writes the two numbers that ag_random_uniform would make of each block, one to `first`
 *           and one to `second`
 * uniform   writes n numbers a + b u, computed in f64, where u is x[0], y[0], x[1], y[1], ...
 * normal    writes n numbers a + b z, computed in f64, where z is the normal number that
 *           ag_random_normal would make of x[i] and y[i] (Box and Muller)
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
