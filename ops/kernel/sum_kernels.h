/* Sums of numbers that lie side by side: the contract between strided_sum.c, which cuts a sum into
 * pieces, and ops/kernel/simd/sum_kernels.c, which computes the sum of a piece. Private to ops/.
 *
 * `run` is the sum of n elements. `lines` writes to `out` the sums of `count` lines of n elements
 * that lie `step` apart, which are never -0; it is meant for short ones. `rows` writes to `out` the
 * sums of the columns of n rows of `width` elements; the rows lie `stride` apart. `add` adds n
 * elements to n others. The order of every sum depends on n alone.
 */
#ifndef OPS_KERNEL_SUM_KERNELS_H
#define OPS_KERNEL_SUM_KERNELS_H

#include <stdint.h>

#define AG__SUMS(T, S)                                                                             \
    typedef struct ag__sums_##S {                                                                  \
        T (*run)(const T *x, int64_t n);                                                           \
        void (*lines)(const T *x, int64_t n, int64_t step, int64_t count, T *out);                 \
        void (*rows)(const T *x, int64_t n, int64_t stride, int64_t width, T *out);                \
        void (*add)(T * to, const T *x, int64_t n);                                                \
    } ag__sums_##S;
AG__SUMS(double, f64)
AG__SUMS(float, f32)
AG__SUMS(uint64_t, i64) /* for int64_t; it is unsigned because its overflow is defined */

/* The sums of i64 are not compiled for each instruction set, so they are not here. */
typedef struct ag__sums {
    ag__sums_f64 f64;
    ag__sums_f32 f32;
} ag__sums;

#endif
