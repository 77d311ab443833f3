/* The innermost part of the matrix product: the contract between gemm.c, which cuts matrices into
 * tiles, and ops/kernel/simd/gemm_micro.c, which computes a tile. Private to ops/kernel/.
 *
 * A tile is `rows` x `columns` numbers of C, as many as the registers hold:
 *
 *     C[i,j] = (add ? C[i,j] : 0) + sum over p < k of A[i,p] B[p,j]
 *
 * C has rows rsc apart and columns side by side. tile[m - 1] computes the first m rows of a tile
 * from packed A and B: (i,p) of A lies at a[p rows + i], (p,j) of B at b[p columns + j]. `direct`
 * takes A and B as they are: (i,p) at a[i rsa + p csa], (p,j) at b[p rsb + j].
 *
 * `pack_a` and `pack_b` bring n lines of k elements into the packed form: element e of line l,
 * which is x[l * line + e * element], goes to to[e * width + l]. The width is `rows` for A and
 * `columns` for B; n is at most the width, and the lines from n on become zeros. `pack_half` has half
 * of the columns as its width. `scale` multiplies n numbers by alpha.
 *
 * `small` computes a whole product without tiles if B is small enough for it, or one column;
 * otherwise it returns false.
 */
#ifndef OPS_KERNEL_GEMM_MICRO_H
#define OPS_KERNEL_GEMM_MICRO_H

#include <stdbool.h>
#include <stdint.h>

#define AG__MOST_ROWS 14
#define AG__MOST_COLUMNS 32

/* Memory that is asked for while a tile is computed, little by little, because the processor would
 * wait for much at once: with product p of the k the line at
 * `at` + (p mod columns) step + (p / columns) jump, in bytes. */
typedef struct ag__fetch {
    const char *at;
    int64_t step, jump;
} ag__fetch;

#define AG__MICRO(T, S)                                                                            \
    typedef struct ag__micro_##S {                                                                 \
        int rows, columns;                                                                         \
        void (*tile[AG__MOST_ROWS])(int64_t k, const T *a, const T *b, T *c, int64_t rsc,          \
                                    bool add, const ag__fetch *next);                              \
        void (*direct)(int64_t m, int64_t k, const T *a, int64_t rsa, int64_t csa, const T *b,     \
                       int64_t rsb, T *c, int64_t rsc, bool add);                                  \
        void (*pack_a)(int64_t n, int64_t k, const T *x, int64_t line, int64_t element, T *to);    \
        void (*pack_b)(int64_t n, int64_t k, const T *x, int64_t line, int64_t element, T *to);    \
        void (*pack_half)(int64_t n, int64_t k, const T *x, int64_t line, int64_t element, T *to); \
        void (*scale)(int64_t n, T alpha, T *x);                                                   \
        bool (*small)(int64_t m, int64_t n, int64_t k, T alpha, const T *a, int64_t rsa,           \
                      int64_t csa, const T *b, int64_t rsb, int64_t csb, T beta, T *c,             \
                      int64_t rsc);                                                                \
    } ag__micro_##S;
AG__MICRO(double, f64)
AG__MICRO(float, f32)

typedef struct ag__micro {
    ag__micro_f64 f64;
    ag__micro_f32 f32;
} ag__micro;

#endif
