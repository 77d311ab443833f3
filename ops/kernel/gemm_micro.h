/* The innermost part of the matrix product, the contract between gemm.c, which cuts matrices into
 * tiles, and ops/kernel/simd/gemm_micro.c, which computes one. Private to ops/kernel/.
 *
 * A tile is `rows` x `columns` numbers of C, as many as the registers hold:
 *
 *     C[i,j] = (add ? C[i,j] : 0) + sum over p < k of A[i,p] B[p,j]
 *
 * C has rows rsc apart and columns side by side. tile[m - 1] works on the first m rows of a tile
 * and takes A and B packed: (i,p) of A lies at a[p rows + i], (p,j) of B at b[p columns + j].
 * `direct` takes them as they are: (i,p) at a[i rsa + p csa], (p,j) at b[p rsb + j].
 *
 * `pack_a` and `pack_b` bring n <= width lines of k elements, of which the e-th of line l is
 * x[l * line + e * element], into the packed form: to[e * width + l], with rows or columns for the
 * width; lines from n to the width are zeros.
 *
 * `small` is a whole product without any of this, if B is small enough for it; false if not.
 */
#ifndef OPS_KERNEL_GEMM_MICRO_H
#define OPS_KERNEL_GEMM_MICRO_H

#include <stdbool.h>
#include <stdint.h>

#define AG__MOST_ROWS 14
#define AG__MOST_COLUMNS 32

#define AG__MICRO(T, S)                                                                            \
    typedef struct ag__micro_##S {                                                                 \
        int rows, columns;                                                                         \
        void (*tile[AG__MOST_ROWS])(int64_t k, const T *a, const T *b, T *c, int64_t rsc,          \
                                    bool add);                                                     \
        void (*direct)(int64_t m, int64_t k, const T *a, int64_t rsa, int64_t csa, const T *b,     \
                       int64_t rsb, T *c, int64_t rsc, bool add);                                  \
        void (*pack_a)(int64_t n, int64_t k, const T *x, int64_t line, int64_t element, T *to);    \
        void (*pack_b)(int64_t n, int64_t k, const T *x, int64_t line, int64_t element, T *to);    \
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
