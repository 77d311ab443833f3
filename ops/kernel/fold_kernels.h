/* Kernels that reduce each line of n numbers to one, in double: the contract of
 * ops/kernel/simd/fold_kernels.c. Private to ops/.
 *
 * Line i of `count` begins at x + i step, its numbers lie side by side, and out[i] is its result.
 * The order of every sum depends on n alone. The table says what it is:
 *
 * largest, smallest   NaN if a number is NaN; of zeros of both signs any; of no numbers -inf, inf
 * largest_magnitude   the largest |x|, as `largest`; 0 of no numbers
 * product             1 of no numbers
 * numbers             the sum of those that are not NaN
 * magnitudes          the sum of |x|
 * squares             the sum of x^2
 * squares_about_mean  the sum of (x - mean)^2, 0 where all numbers are equal; NaN of no numbers
 */
#ifndef OPS_KERNEL_FOLD_KERNELS_H
#define OPS_KERNEL_FOLD_KERNELS_H

#include <stdint.h>

/* Lines of up to so many numbers are computed several at a time. */
enum { AG__SHORT_LINE = 128 };

typedef void ag__fold_kernel(const void *x, int64_t n, int64_t step, int64_t count, double *out);

typedef struct ag__fold_kernels {
    ag__fold_kernel *largest, *smallest, *largest_magnitude, *product, *numbers, *magnitudes,
        *squares, *squares_about_mean;
} ag__fold_kernels;

/* By dtype: f64, f32. */
typedef struct ag__fold_set {
    ag__fold_kernels of[2];
} ag__fold_set;

#endif
