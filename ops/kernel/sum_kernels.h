/* Adding up what lies side by side: the contract between strided_sum.c, which cuts a sum into
 * pieces, and ops/kernel/simd/sum_kernels.c, which adds one. Private to ops/.
 *
 * `run` is the sum of n elements. `rows` adds n rows of `width` elements that lie `stride` apart,
 * column by column, into `out`. `add` adds n elements to others. Each adds in an order that depends
 * on its sizes alone.
 */
#ifndef OPS_KERNEL_SUM_KERNELS_H
#define OPS_KERNEL_SUM_KERNELS_H

#include <stdint.h>

#define AG__SUMS(T, S)                                                                             \
    typedef struct ag__sums_##S {                                                                  \
        T (*run)(const T *x, int64_t n);                                                           \
        void (*rows)(const T *x, int64_t n, int64_t stride, int64_t width, T *out);                \
        void (*add)(T * to, const T *x, int64_t n);                                                \
    } ag__sums_##S;
AG__SUMS(double, f64)
AG__SUMS(float, f32)
AG__SUMS(uint64_t, i64) /* of int64_t: unsigned, because its overflow is defined */

/* There are none for i64. */
typedef struct ag__sums {
    ag__sums_f64 f64;
    ag__sums_f32 f32;
} ag__sums;

#endif
