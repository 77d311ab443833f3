/* Linear algebra: products, diagonals, triangles, systems, determinants, eigenvalues and singular
 * values. Norms are with the reductions.
 *
 * A function of a matrix (m,n) takes a batch (..., m,n) as well, and treats each matrix alike; the
 * leading sizes of two operands broadcast. In the formulas X^-T is the inverse of the transpose,
 * and a product in brackets, <X, Y>, is the sum of X * Y over the elements. Systems and
 * factorizations are solved by direct methods, for matrices of up to some hundred rows; f32 is
 * computed in f64 and rounded at the end. Sizes may be 0. Everything is differentiable any number
 * of times, where the mathematics is. Messages name a matrix by its place in the batch; rows and
 * columns count from 0. The order of arguments is: tensors, axes, numbers and options, and
 * pointers to further results.
 *
 * References: G. Golub and C. Van Loan, "Matrix Computations", 4th edition 2013. M. Giles, "An
 * extended collection of matrix derivative results", Oxford 2008.
 */
#ifndef AUTOGRAD_LINALG_H
#define AUTOGRAD_LINALG_H

#include "base.h"

AG_BEGIN_C

/* --- products --------------------------------------------------------------------------------- */

/* The matrix product Y = A B.
 *   (m,k) . (k,n) -> (m,n);   (..., m,k) . (..., k,n) -> (..., m,n): leading sizes broadcast
 *   (k) . (k) -> 0-d;   (m,k) . (k) -> (m);   (k) . (k,n) -> (n);   likewise with leading sizes
 *   gA = gY B^T,  gB = A^T gY, each summed over the leading dimensions that were broadcast
 * With k = 0 the result is zeros. Errors: SHAPE (inner dimensions differ, leading ones do not
 * broadcast, a 0-d operand); DTYPE (i64). */
AG_API ag_tensor *ag_matmul(ag_tensor *a, ag_tensor *b);

/* The outer product of two vectors, Y[i][j] = a[i] b[j].   (m), (n) -> (m,n)
 *   gA = gY b,  gB = gY^T a
 * Errors: SHAPE (an operand is not a vector); DTYPE. */
AG_API ag_tensor *ag_outer(ag_tensor *a, ag_tensor *b);

/* The inner product of two vectors.   (n), (n) -> 0-d
 *   gA = gY b,  gB = gY a
 * Errors: SHAPE (an operand is not a vector, or their lengths differ); DTYPE. */
AG_API ag_tensor *ag_dot(ag_tensor *a, ag_tensor *b);

/* The Kronecker product: A with every element a[i][j] replaced by a[i][j] B. The operands have up
 * to 4 dimensions; the one that has fewer gets leading dimensions of size 1.
 *   (m,n), (p,q) -> (mp,nq)
 *   gA[i][j] = <block i,j of gY, B>,  gB = sum over i,j of a[i][j] times block i,j of gY
 * Errors: SHAPE (more than 4 dimensions); DTYPE; OVERFLOW. */
AG_API ag_tensor *ag_kron(ag_tensor *a, ag_tensor *b);

/* The cross product of vectors of three elements along an axis; the other sizes broadcast.
 *   (..., 3), (..., 3) -> (..., 3) for axis -1
 *   gA = b x gY,  gB = gY x a
 * Errors: AXIS; SHAPE (the size of the axis is not 3, others do not broadcast); DTYPE. */
AG_API ag_tensor *ag_cross(ag_tensor *a, ag_tensor *b, int axis);

/* The distance of each row of A from each row of B, by the p-norm of their difference (ag_norm):
 * p = 1, 2, INFINITY, 0 for how many elements differ, or another positive number.
 *   (..., m,k), (..., n,k) -> (..., m,n); leading sizes broadcast
 *   gA[i] = sum over j of gY[i][j] times the gradient of the norm of a[i] - b[j],  gB[j] likewise
 * Equal rows have the gradient 0. The differences, m n k numbers, are kept. Errors: VALUE (p is
 * negative or NaN); SHAPE; DTYPE. */
AG_API ag_tensor *ag_cdist(ag_tensor *a, ag_tensor *b, double p);

/* Einstein's summation over n operands. The equation has a term of letters for each operand, with
 * commas between the terms, and in a term a letter for each axis: "ij,jk->ik" is the matrix
 * product. The letters after "->" are the axes of the result; the sum goes over all others.
 * Without "->" the axes of the result are the letters that occur once, in alphabetical order,
 * capitals first. A letter that occurs twice in one term takes that diagonal, as in "ii->i"; "ii"
 * is the trace. "..." stands for any number of further axes, which broadcast. Without "->" they are
 * the first axes of the result; with "->" they are summed over unless the result has "...", too.
 * An axis of size 1 broadcasts. Spaces mean nothing. Operands are combined from left to right. The
 * equation is the first argument, as in all libraries that have einsum.
 *   each operand's gradient is the einsum of gY with the other operands, to that operand's term
 * Errors: VALUE (the equation; its position is told); SHAPE (sizes of a letter differ, terms that
 * do not fit the dimensions, more than 8 dimensions); DTYPE; NULL_ARGUMENT; OVERFLOW. Without a
 * single operand there is no graph to keep a message, and only the result is NULL. */
AG_API ag_tensor *ag_einsum(const char *equation, ag_tensor *const *operands, int n);

/* --- diagonals and triangles, of any dtype ---------------------------------------------------- */

/* The k-th diagonal along two axes: the elements whose index on axis2 is k more than that on axis1,
 * so that 0 is the main diagonal and 1 the one above it. It becomes the last axis; a diagonal
 * outside of the matrix has no element. The result is a view.
 *   gX = zeros of x's shape with gY on the diagonal
 * Errors: AXIS (fewer than two dimensions, out of range, the same axis twice). */
AG_API ag_tensor *ag_diagonal(ag_tensor *x, int axis1, int axis2, int64_t k);

/* For a vector, the square matrix that has it on the k-th diagonal and zeros elsewhere; for a
 * matrix, its k-th diagonal.   (n) -> (n+|k|, n+|k|);   (m,n) -> (length of the diagonal)
 *   gX = the k-th diagonal of gY, or zeros with gY on it
 * Errors: SHAPE (neither a vector nor a matrix); OVERFLOW. */
AG_API ag_tensor *ag_diag(ag_tensor *x, int64_t k);

/* Zeros with the last axis of x on the k-th diagonal of two axes of the result: diag_embed and
 * ag_diagonal of the same axes undo each other.   (..., n) -> (..., n+|k|, n+|k|) for axes -2, -1
 *   gX = the k-th diagonal of gY
 * Errors: SHAPE (a 0-d operand, or 8 dimensions); AXIS (out of range, the same axis twice);
 * OVERFLOW. */
AG_API ag_tensor *ag_diag_embed(ag_tensor *x, int axis1, int axis2, int64_t k);

/* The sum of the main diagonal.   (..., m,n) -> (...)
 *   gX = gY on the diagonal, zeros elsewhere
 * Errors: SHAPE (fewer than two dimensions). */
AG_API ag_tensor *ag_trace(ag_tensor *x);

/* tril keeps the elements on and below the k-th diagonal, triu those on and above it. The others
 * become zeros, also where they are NaN.   (..., m,n) -> (..., m,n)
 *   gX = the same triangle of gY
 * Errors: SHAPE (fewer than two dimensions). */
AG_API ag_tensor *ag_tril(ag_tensor *x, int64_t k);
AG_API ag_tensor *ag_triu(ag_tensor *x, int64_t k);

/* --- systems ---------------------------------------------------------------------------------- */

/* The solution X of A X = B, by elimination with partial pivoting.
 *   (..., n,n), (..., n,k) -> (..., n,k)
 * A vector B is one right-hand side, (n) -> (..., n). A B of A's shape without the last size is a
 * right-hand side for each matrix.
 *   gB = A^-T gX,  gA = -gB X^T
 * Errors: VALUE (a singular matrix: a pivot is exactly 0); SHAPE; DTYPE. */
AG_API ag_tensor *ag_solve(ag_tensor *a, ag_tensor *b);

/* How the system differs from T X = B. Any of the three may be combined. */
typedef struct ag_triangular_options {
    bool transpose; /* T^T takes the place of T */
    bool unit;      /* the diagonal counts as ones and is not read */
    bool right;     /* the system is X T = B, with B (..., k,n) */
} ag_triangular_options;

/* The solution X of T X = B by substitution, where T is the upper or the lower triangle of A. The
 * other triangle is not read and has a gradient of 0.
 *   (..., n,n), (..., n,k) -> (..., n,k); a B of one dimension is a vector
 *   gB = T^-T gX,  gA = that triangle of -gB X^T
 * `options` may be NULL. Errors: VALUE (a singular matrix: 0 on the diagonal); SHAPE; DTYPE. */
AG_API ag_tensor *ag_solve_triangular(ag_tensor *a, ag_tensor *b, bool upper,
                                      const ag_triangular_options *options);

/* The inverse. If it would only be multiplied with, ag_solve is faster and more accurate.
 *   (..., n,n) -> (..., n,n)
 *   gA = -Y^T gY Y^T
 * Errors: VALUE (a singular matrix: a pivot is exactly 0); SHAPE (not square); DTYPE. */
AG_API ag_tensor *ag_inverse(ag_tensor *a);

/* Cholesky's factor: the lower triangular L with a positive diagonal and A = L L^T, or with `upper`
 * its transpose. Only the lower triangle of A (with `upper` the upper one) is read; A counts as
 * symmetric, and so is the gradient.   (..., n,n) -> (..., n,n)
 *   gA = 1/2 L^-T S L^-1, where S is symmetric and has the lower triangle of L^T gL
 * Source: I. Murray, arXiv:1602.07527, equation 10. Errors: VALUE (A is not positive definite; the
 * message tells the order of the first leading minor that is not positive); SHAPE (not square);
 * DTYPE. */
AG_API ag_tensor *ag_cholesky(ag_tensor *a, bool upper);

/* The reduced QR decomposition A = Q R with k = min(m,n): the result is Q, whose columns are
 * orthonormal, and *r (unless `r` is NULL) the upper triangular R. Signs are those of LAPACK's
 * reflections.   (..., m,n) -> Q (..., m,k), R (..., k,n)
 *   gA = [gQ + Q C] R^-T with the symmetric C that has the lower triangle of R gR^T - gQ^T Q; of a
 *   wide A = [X Y] this is the rule of X, for gQ + Y gV^T, where V = Q^T Y and gY = Q gV
 * As in PyTorch, the first k columns must be independent for a gradient. Source: Walter and
 * Lehmann 2010, section 3.1. Errors: SHAPE; DTYPE; OVERFLOW; VALUE (going backward: 0 on the
 * diagonal of R). */
AG_API ag_tensor *ag_qr(ag_tensor *a, ag_tensor **r);

/* The LU decomposition A = P L U with partial pivoting and k = min(m,n): the result is the
 * permutation matrix P, which is constant, *l (unless `l` is NULL) the lower triangular L with ones
 * on its diagonal, *u the upper triangular U.
 *   (..., m,n) -> P (..., m,m), L (..., m,k), U (..., k,n)
 *   gA = P L^-T [tril(L^T gL, -1) + triu(gU U^T)] U^-T of a square A
 * A singular matrix has factors, but no gradient. Errors: SHAPE; DTYPE; OVERFLOW; VALUE (going
 * backward: 0 on the diagonal of U). */
AG_API ag_tensor *ag_lu(ag_tensor *a, ag_tensor **l, ag_tensor **u);

/* The Moore-Penrose inverse P by the singular values; those of up to rcond times the largest count
 * as 0, where 0 means eps max(m,n), with eps that of the dtype, and AG_EXACT_ZERO none.
 *   (..., m,n) -> (..., n,m)
 *   gA = -P^T gP P^T + (1 - A P) gP^T P P^T + P^T P gP^T (1 - P A)
 * The gradient is that of a rank that does not change (Golub and Pereyra 1973). Errors: VALUE
 * (rcond, NaN or Inf in A); SHAPE; DTYPE. */
AG_API ag_tensor *ag_pinv(ag_tensor *a, double rcond);

/* The least squares solution X = P B, for which |A X - B| is least, and of several the smallest.
 *   (..., m,n), (..., m,k) -> (..., n,k); a B of one dimension is a vector
 *   the gradient is that of the product of ag_pinv(A) and B
 * Errors: as ag_pinv; SHAPE (B has not m rows). */
AG_API ag_tensor *ag_lstsq(ag_tensor *a, ag_tensor *b, double rcond);

/* The matrix exponential, the sum of A^k / k!, by scaling and squaring (Higham 2005).
 *   (..., n,n) -> (..., n,n)
 *   gA = the upper right corner of exp([A^T, gY; 0, A^T])
 * Errors: VALUE (NaN or Inf in A); SHAPE (not square); DTYPE. */
AG_API ag_tensor *ag_matrix_exp(ag_tensor *a);

/* --- determinants ----------------------------------------------------------------------------- */

/* The determinant.   (..., n,n) -> (...)
 *   gA = gY C with the cofactors C = det(A) A^-T
 * A singular matrix has cofactors, too, and its first and second derivatives are correct; for the
 * third its singular values must differ from each other. Errors: SHAPE (not square); DTYPE. */
AG_API ag_tensor *ag_det(ag_tensor *a);

/* log |det A|, and in *sign (unless `sign` is NULL) the sign of det A, in A's dtype and without a
 * gradient. It does not overflow when det does. A singular matrix gives -inf and the sign 0.
 *   (..., n,n) -> (...)
 *   gA = gY A^-T
 * Errors: SHAPE (not square); DTYPE; VALUE (going backward through a singular matrix). */
AG_API ag_tensor *ag_slogdet(ag_tensor *a, ag_tensor **sign);

/* --- eigenvalues and singular values ---------------------------------------------------------- */

/* The eigenvalues of symmetric matrices, ascending, and in *vectors (unless `vectors` is NULL) the
 * orthonormal eigenvectors, which are the columns of V: A = V diag(w) V^T. Only the lower triangle
 * of A is read; A counts as symmetric, and so is the gradient.
 *   (..., n,n) -> w (..., n), V (..., n,n)
 *   gA = V [diag(gW) + (V^T gV - gV^T V) / 2 / E] V^T
 * with E[i][j] = w[j] - w[i], and 1 on the diagonal. Source of the rule: Giles, section 3.1.
 * Where eigenvalues coincide, the gradient through the vectors is NaN or Inf, as in PyTorch; the
 * gradient through the values is not. A vector is determined up to its sign: here its first
 * component that is more than 0.55 of the largest is positive. What is differentiated should not
 * depend on that. Computed by Jacobi's rotations.
 * Errors: VALUE (NaN or Inf in A); SHAPE (not square); DTYPE; OVERFLOW. */
AG_API ag_tensor *ag_eigh(ag_tensor *a, ag_tensor **vectors);
AG_API ag_tensor *ag_eigvalsh(ag_tensor *a);

/* The eigenvalues w of the symmetric pencil A V = B V diag(w), ascending, and in *vectors (unless
 * NULL) its vectors, with V^T B V = 1. B must be positive definite; of A the symmetric part counts.
 * It is ag_eigh of L^-1 A L^-T with B = L L^T, so where eigenvalues coincide the same holds, and the
 * gradients are symmetric.   (..., n,n), (..., n,n) -> w (..., n), V (..., n,n)
 *   gA = V diag(gW) V^T,  gB = -V diag(w gW) V^T  through the values
 * Errors: VALUE (B is not positive definite, NaN or Inf); SHAPE (not square, shapes that differ);
 * DTYPE. */
AG_API ag_tensor *ag_eigh_pencil(ag_tensor *a, ag_tensor *b, ag_tensor **vectors);

/* The singular values, descending, and in *u and *vh (unless NULL) the singular vectors:
 * A = U diag(s) Vh, in the reduced form, with k = min(m,n). *s is the same tensor as the result.
 *   (..., m,n) -> U (..., m,k), s (..., k), Vh (..., k,n)
 *   gA = U [(skew(U^T gU) / E) S + S (skew(V^T gV) / E) + diag(gS)] Vh
 *        + (1 - U U^T) gU S^-1 Vh + U S^-1 gVh (1 - V V^T)
 * with skew(X) = X - X^T, and E[i][j] = s[j]^2 - s[i]^2, 1 on the diagonal. Where singular values
 * coincide, or are 0 in a matrix that is not square, the gradient through the vectors is NaN or
 * Inf, as in PyTorch; the gradient through the values is not. A pair of vectors is determined up to
 * its sign: here that of U's columns is as in ag_eigh. What is differentiated should not depend on
 * that. Computed by one-sided Jacobi rotations. Source of the rule: J. Townsend, "Differentiating
 * the singular value decomposition", 2016.
 * Errors: VALUE (NaN or Inf in A); SHAPE (not a matrix); DTYPE; OVERFLOW. */
AG_API ag_tensor *ag_svd(ag_tensor *a, ag_tensor **u, ag_tensor **s, ag_tensor **vh);
AG_API ag_tensor *ag_svdvals(ag_tensor *a);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_tensor *ag__einsum_at(const char *where, const char *equation,
                                       ag_tensor *const *operands, int n)
{
    for (int i = 0; operands != AG__NULL && i < n; i++) {
        ag__at(operands[i], where);
    }
    return ag_einsum(equation, operands, n);
}

#define ag_matmul(a, b) ag_matmul(AG_AT(a), AG_AT(b))
#define ag_outer(a, b) ag__call2((ag_outer), a, b, AG_HERE)
#define ag_dot(a, b) ag__call2((ag_dot), a, b, AG_HERE)
#define ag_kron(a, b) ag__call2((ag_kron), a, b, AG_HERE)
#define ag_cross(a, b, axis) ag_cross(AG_AT(a), AG_AT(b), axis)
#define ag_cdist(a, b, p) ag_cdist(AG_AT(a), AG_AT(b), p)
#define ag_einsum(...) ag__einsum_at(AG_HERE, __VA_ARGS__)
#define ag_diagonal(x, ...) ag_diagonal(AG_AT(x), __VA_ARGS__)
#define ag_diag(x, k) ag_diag(AG_AT(x), k)
#define ag_diag_embed(x, axis1, axis2, k) ag_diag_embed(AG_AT(x), axis1, axis2, k)
#define ag_trace(x) ag_trace(AG_AT(x))
#define ag_tril(x, k) ag_tril(AG_AT(x), k)
#define ag_triu(x, k) ag_triu(AG_AT(x), k)
#define ag_solve(a, b) ag__call2((ag_solve), a, b, AG_HERE)
#define ag_solve_triangular(a, b, ...) ag_solve_triangular(AG_AT(a), AG_AT(b), __VA_ARGS__)
#define ag_inverse(a) ag_inverse(AG_AT(a))
#define ag_cholesky(a, upper) ag_cholesky(AG_AT(a), upper)
#define ag_qr(a, r) ag_qr(AG_AT(a), r)
#define ag_lu(a, l, u) ag_lu(AG_AT(a), l, u)
#define ag_pinv(a, rcond) ag_pinv(AG_AT(a), rcond)
#define ag_lstsq(a, b, rcond) ag_lstsq(AG_AT(a), AG_AT(b), rcond)
#define ag_matrix_exp(a) ag_matrix_exp(AG_AT(a))
#define ag_eigh_pencil(a, b, vectors) ag_eigh_pencil(AG_AT(a), AG_AT(b), vectors)
#define ag_det(a) ag_det(AG_AT(a))
#define ag_slogdet(a, sign) ag_slogdet(AG_AT(a), sign)
#define ag_eigh(a, vectors) ag_eigh(AG_AT(a), vectors)
#define ag_eigvalsh(a) ag_eigvalsh(AG_AT(a))
#define ag_svd(a, u, s, vh) ag_svd(AG_AT(a), u, s, vh)
#define ag_svdvals(a) ag_svdvals(AG_AT(a))
#endif

#endif
