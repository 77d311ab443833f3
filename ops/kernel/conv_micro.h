/* The innermost parts of convolution: the contract between conv_kernels.c, which lays channels out
 * so that an element of the window has the same offset at every position, and
 * ops/kernel/simd/conv_micro.c, which computes. Private to ops/kernel/. `rows` and `columns` are
 * those of a tile of the matrix product: gemm_micro.h.
 *
 * tile[m - 1]  C[i,j] = (add ? C[i,j] : 0) + sum over p < k of a[p rows + i] x[at[p] + j]
 *              for i < m, j < columns; C has rows rsc apart.
 * lines        C[i,j] += sum over r < n, p < width of
 *              x[at[i] + r x_line + p] b[(r width + p) columns + j]
 *              for i < m <= rows, j < columns; C has rows `columns` apart, which here are those of a
 *              tile or half as many.
 * lay          writes n lines side by side to `to`. Each has `head` zeros, `width` numbers of x
 *              that lie `every` apart, and `tail` zeros; lines of x begin x_line apart. It may
 *              write further zeros, up to a vector past the end. Unless `relu` is NULL, a number is
 *              multiplied by 0 where the one at the same place of `relu` is at most 0.
 * put          to[r to_line + i every] = x[r x_line + i] + plus, but no less than `least`, for
 *              r < n, i < width
 * add          to[r to_line + i every] += x[r x_line + i] for r < n, i < width
 */
#ifndef OPS_KERNEL_CONV_MICRO_H
#define OPS_KERNEL_CONV_MICRO_H

#include <stdbool.h>
#include <stdint.h>

#include "gemm_micro.h"

/* Memory that is asked for while a tile is computed, so that whoever needs it next need not wait:
 * with product p the line at `at` + p step, in bytes. */
typedef struct ag__ahead {
    const char *at;
    int64_t step;
} ag__ahead;

#define AG__SLIDE(T, S)                                                                            \
    typedef struct ag__slide_##S {                                                                 \
        void (*tile[AG__MOST_ROWS])(int64_t k, const T *a, const T *x, const int64_t *at, T *c,    \
                                    int64_t rsc, bool add, ag__ahead ahead);                       \
        void (*lines)(int64_t m, int64_t n, int64_t width, int64_t columns, const T *x,            \
                      int64_t x_line, const int64_t *at, const T *b, T *c, ag__ahead ahead);       \
        void (*lay)(int64_t n, const T *x, const T *relu, int64_t x_line, int64_t every,           \
                    int64_t head, int64_t width, int64_t tail, T *to);                             \
        void (*put)(int64_t n, int64_t width, const T *x, int64_t x_line, T plus, T least, T *to,  \
                    int64_t to_line, int64_t every);                                               \
        void (*add)(int64_t n, int64_t width, const T *x, int64_t x_line, T *to, int64_t to_line,  \
                    int64_t every);                                                                \
    } ag__slide_##S;
AG__SLIDE(double, f64)
AG__SLIDE(float, f32)

typedef struct ag__slide {
    ag__slide_f64 f64;
    ag__slide_f32 f32;
} ag__slide;

#endif
