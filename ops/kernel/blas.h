/* The matrix product by an installed CBLAS, if the build was told to use one (make BLAS=name).
 * Private to gemm.c. A CBLAS requires that rows or columns lie side by side and that sizes fit an
 * int. For other matrices the functions return false, and the library's own kernel computes.
 */
#ifndef OPS_KERNEL_BLAS_H
#define OPS_KERNEL_BLAS_H

#include <cblas.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* How to describe to a CBLAS a matrix of rows x columns whose elements lie rs and cs apart. */
typedef struct ag__blas_layout {
    bool possible;
    CBLAS_TRANSPOSE transpose;
    int lead;
} ag__blas_layout;

static inline ag__blas_layout ag__blas_layout_of(int64_t rows, int64_t columns, int64_t rs,
                                                 int64_t cs)
{
    ag__blas_layout l = {false, CblasNoTrans, 0};
    bool by_rows = cs == 1 && rs >= columns, by_columns = rs == 1 && cs >= rows;
    int64_t lead = by_rows ? rs : cs;
    l.possible = (by_rows || by_columns) && lead > 0 && lead <= INT_MAX;
    l.transpose = by_rows ? CblasNoTrans : CblasTrans;
    l.lead = l.possible ? (int)lead : 0;
    return l;
}

#define AG__BLAS_GEMM(T, S, call)                                                                  \
    static inline bool ag__blas_gemm_##S(int64_t m, int64_t n, int64_t k, T alpha, const T *a,     \
                                         int64_t rsa, int64_t csa, const T *b, int64_t rsb,        \
                                         int64_t csb, T beta, T *c, int64_t rsc, int64_t csc)      \
    {                                                                                              \
        ag__blas_layout la = ag__blas_layout_of(m, k, rsa, csa);                                   \
        ag__blas_layout lb = ag__blas_layout_of(k, n, rsb, csb);                                   \
        ag__blas_layout lc = ag__blas_layout_of(m, n, rsc, csc);                                   \
        if (m > INT_MAX || n > INT_MAX || k > INT_MAX || !la.possible || !lb.possible ||           \
            !lc.possible || lc.transpose != CblasNoTrans) {                                        \
            return false;                                                                          \
        }                                                                                          \
        call(CblasRowMajor, la.transpose, lb.transpose, (int)m, (int)n, (int)k, alpha, a, la.lead, \
             b, lb.lead, beta, c, lc.lead);                                                        \
        return true;                                                                               \
    }
AG__BLAS_GEMM(double, f64, cblas_dgemm)
AG__BLAS_GEMM(float, f32, cblas_sgemm)

#endif
