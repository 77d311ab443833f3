/* Windows that slide over lines, one element of all windows of a line at a time: the contract
 * between pooling, which walks windows, and vector/window.c. Private to ops/.
 *
 * Of n windows side by side, x is the same element, `every` apart. `index` says where the largest
 * so far is, of which `best` is the value; x[0] is at `at`.
 *
 * largest  best[i] = x[i every], index[i] = at + i every where x[i every] > best[i] or is NaN
 * gain     to[i] += x[i every]
 * spread   to[i every] += x[i]
 */
#ifndef OPS_KERNEL_WINDOW_H
#define OPS_KERNEL_WINDOW_H

#include <stdint.h>

#define AG__WINDOW(T, S)                                                                           \
    typedef struct ag__window_##S {                                                                \
        void (*largest)(int64_t n, const T *x, int64_t every, int64_t at, T *best,                 \
                        int64_t *index);                                                           \
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
