/* The kernels of elementwise operations: the contract between simd_loop.c, which walks arrays, and
 * ops/elementwise/simd/row_kernels.c, which expands a kernel for each row of the tables. Private to
 * ops/.
 *
 * A kernel computes n numbers of one dtype and writes them side by side to `out`. n is a multiple
 * of what a vector holds. An operand is a strip of memory: either its numbers lie side by side
 * (step 1), or one number serves for all and is repeated as often as a vector has lanes (step 0).
 * `c` are the constants of the row.
 *
 * forward   out[i] = value; in: a, b
 * backward  out[i] = old[i] + upstream[i] * partial; in: old, upstream, y, a, b
 *
 * A row of one operand is given that operand as b, too.
 */
#ifndef OPS_KERNEL_EWISE_KERNELS_H
#define OPS_KERNEL_EWISE_KERNELS_H

#include <stdint.h>

typedef struct ag__strip {
    const void *at;
    int64_t step;
} ag__strip;

typedef void ag__strip_kernel(int64_t n, const double c[2], void *out, const ag__strip *in);

typedef struct ag__row_kernels {
    ag__strip_kernel *forward, *backward[2];
} ag__row_kernels;

/* The rows in their order, by dtype: f64, f32. */
typedef struct ag__rows {
    const ag__row_kernels *of[2];
    /* out[i] = old[i] + in[i] * c[0], by dtype; in: old, in. */
    ag__strip_kernel *add_scaled[2];
} ag__rows;

#endif
