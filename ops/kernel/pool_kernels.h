/* Windows side by side: the contract between pooling, which walks windows, and
 * ops/kernel/simd/pool_kernels.c. Private to ops/. A kernel works on n windows. The first elements
 * of neighboring windows lie `every` apart, and so do their second elements, and so on.
 *
 * largest  index[i] = base + p + i every, where p is the one of at[0], ..., at[count - 1] with the
 *          largest x[p + i every]. Of equal elements the first is taken. NaN is larger than any
 *          number, and of several NaN the last is taken. count > 0.
 * gain     to[i] += x[i every]
 * spread   to[i every] += x[i]
 */
#ifndef OPS_KERNEL_POOL_KERNELS_H
#define OPS_KERNEL_POOL_KERNELS_H

#include <stdint.h>

#define AG__WINDOW(T, S)                                                                           \
    typedef struct ag__window_##S {                                                                \
        void (*largest)(int64_t n, int32_t count, const T *x, const int64_t *at, int64_t every,    \
                        int64_t base, int64_t *index);                                             \
        void (*gain)(int64_t n, const T *x, int64_t every, T *to);                                 \
        void (*spread)(int64_t n, const T *x, T *to, int64_t every);                               \
    } ag__window_##S;
AG__WINDOW(double, f64)
AG__WINDOW(float, f32)

typedef struct ag__window {
    ag__window_f64 f64;
    ag__window_f32 f32;
} ag__window;

#endif
