/* Factorizations of one dense matrix of doubles, row-major without gaps. Private to ops/.
 *
 * Sizes may be 0. ag__eliminate, ag__pivot_product and ag__substitute let NaN and infinity through
 * as arithmetic does, and ag__factor_cholesky takes them for a minor that is not positive. For
 * ag__factor_eigh and ag__factor_svd all elements must be finite. Nothing here allocates.
 */
#ifndef OPS_KERNEL_FACTORIZE_H
#define OPS_KERNEL_FACTORIZE_H

#include <stdbool.h>
#include <stdint.h>

/* Gaussian elimination with partial pivoting. A (n,n) becomes upper triangular (the elements below
 * the diagonal must not be used afterwards), the same is done to the rows of B (n,k), and *sign is
 * -1 if the number of row exchanges is odd, otherwise 1. Returns -1, or the first column whose
 * pivot is 0, where it stops. Golub and Van Loan, algorithm 3.4.1. */
int64_t ag__eliminate(int64_t n, double *a, int64_t k, double *b, double *sign);

/* The determinant of the matrix that ag__eliminate made upper triangular: the product of the
 * diagonal elements and the sign. */
double ag__pivot_product(int64_t n, const double *upper, double sign);

/* Which triangle of a matrix is meant. */
typedef struct ag__triangle {
    bool upper;
    bool transpose; /* the system is T^T X = B */
    bool unit;      /* the diagonal counts as ones and is not read */
} ag__triangle;

/* Solves T X = B; B (n,k) becomes X. Returns -1, or the first row whose diagonal element is 0; then
 * B is unchanged. */
int64_t ag__substitute(int64_t n, const double *t, ag__triangle of, int64_t k, double *b);

/* A becomes the lower triangular L with A = L L^T. Only the lower triangle of A is read. Returns
 * -1, or the order of the first leading minor that is not positive. */
int64_t ag__factor_cholesky(int64_t n, double *a);

/* A (m,n) becomes the upper triangle and diagonal of R, with k = min(m,n) rows, and reflections below
 * it, and Q (m,k) gets orthonormal columns, so that A = Q R. A diagonal element of R has the sign
 * opposite to what was there before its reflection, as in LAPACK. `tau` has k elements. Householder;
 * Golub and Van Loan, algorithm 5.2.1. */
void ag__factor_qr(int64_t m, int64_t n, double *a, double *q, double *tau);

/* Elimination with partial pivoting of A (m,n), which becomes U on and above the diagonal and the
 * factors of L below it. Row i of L U is row order[i] of A. A column without a pivot other than 0 is
 * left as it is. */
void ag__factor_lu(int64_t m, int64_t n, double *a, int64_t *order);

/* The eigenvalues w, in ascending order, and the eigenvectors, the columns of V, of a symmetric
 * matrix, of which A holds the lower triangle; A is destroyed. Each eigenvector has the sign that
 * makes its first component of more than 0.55 times its largest magnitude positive. Returns false
 * if the method does not converge. Cyclic Jacobi; Golub and Van Loan, section 8.5. */
bool ag__factor_eigh(int64_t n, double *a, double *w, double *v);

/* A (m,n) = U diag(s) Vh with k = min(m,n): U (m,k), s in descending order, Vh (k,n); A is
 * destroyed. The columns of U have the sign that ag__factor_eigh gives to eigenvectors. `work` has
 * k * (m + n) elements. Returns false if the method does not converge. One-sided Jacobi; Hestenes
 * 1958, Demmel and Veselic 1992. */
bool ag__factor_svd(int64_t m, int64_t n, double *a, double *u, double *s, double *vh,
                    double *work);

#endif
