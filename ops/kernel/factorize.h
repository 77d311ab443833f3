/* Factorizations of one dense matrix of doubles, row-major without gaps. Private to ops/.
 *
 * Sizes may be 0. NaN among the elements goes through the first three as arithmetic has it; for the
 * last two the elements must be finite. Nothing here allocates.
 */
#ifndef OPS_KERNEL_FACTORIZE_H
#define OPS_KERNEL_FACTORIZE_H

#include <stdbool.h>
#include <stdint.h>

/* Gaussian elimination with partial pivoting: A (n,n) becomes upper triangular (what is below the
 * diagonal is rubbish), B (n,k) undergoes the same, and *sign is that of the row exchanges. Returns
 * -1, or the first column whose pivot is 0, where it stops. Golub and Van Loan, algorithm 3.4.1. */
int64_t ag__eliminate(int64_t n, double *a, int64_t k, double *b, double *sign);

/* The determinant: the product of the diagonal of what ag__eliminate made, and of its sign. */
double ag__pivot_product(int64_t n, const double *upper, double sign);

/* Which triangle of a matrix is meant. */
typedef struct ag__triangle {
    bool upper;
    bool transpose; /* the system is T^T X = B */
    bool unit;      /* the diagonal counts as ones and is not read */
} ag__triangle;

/* B (n,k) becomes the X of T X = B. Returns -1, or the row whose diagonal element is 0; B is then
 * as it was. */
int64_t ag__substitute(int64_t n, const double *t, ag__triangle of, int64_t k, double *b);

/* A, of which the lower triangle is read, becomes the L of A = L L^T, with zeros above. Returns -1,
 * or the order of the first leading minor that is not positive. */
int64_t ag__factor_cholesky(int64_t n, double *a);

/* The eigenvalues, ascending, and eigenvectors, the columns of V, of the symmetric matrix of which
 * A holds the lower triangle; A is destroyed. The first component of a vector that is more than
 * 0.55 of its largest is positive. Cyclic Jacobi; Golub and Van Loan, section 8.5. False where it
 * does not converge. */
bool ag__factor_eigh(int64_t n, double *a, double *w, double *v);

/* A (m,n) = U diag(s) Vh with k = min(m,n): U (m,k), s descending, Vh (k,n); A is destroyed. The
 * columns of U have their sign by the rule of ag__factor_eigh. `work` has k * (m + n) elements.
 * One-sided Jacobi; Hestenes 1958, Demmel and Veselic 1992. False where it does not converge. */
bool ag__factor_svd(int64_t m, int64_t n, double *a, double *u, double *s, double *vh,
                    double *work);

#endif
