/* Reductions, running totals and the softmax family.
 *
 * The name says which axes are reduced:
 *   ag_max(x)                            all axes; the result is 0-d
 *   ag_max_over(x, axes, keepdim)        a set of axes, as AG_AXES(0, -1), or AG_ALL
 *   ag_max_along(x, axis, keepdim, ...)  one axis; there is also the index of the result along it
 * With keepdim a reduced axis stays with size 1, otherwise it is removed. Negative axes count from
 * the last one. A 0-d tensor counts as a vector of one element, so that its axis is 0 or -1.
 * Arguments come in this order: tensors, axes, numbers, and pointers to further results.
 *
 * Shapes are written (..., n, ...) -> (...), where n stands for all axes that are reduced. gY is
 * the gradient of the result Y, gX that of x; in the formulas of reductions gY is broadcast to the
 * shape of x. Errors that all can give: AXIS (out of range, or named twice); DTYPE (i64, unless the
 * comment allows it). Ties, zeros and NaN give the same results as in PyTorch unless the comment
 * says otherwise.
 */
#ifndef AUTOGRAD_REDUCE_H
#define AUTOGRAD_REDUCE_H

#include "engine.h"

AG_BEGIN_C

/* --- sums ------------------------------------------------------------------------------------- */

/* The sum of the elements.  (..., n, ...) -> (...)   Any dtype; i64 wraps around and has no
 * gradient. The sum of no elements is 0. It is taken pairwise in a fixed order, so that the
 * rounding error grows with the logarithm of the count.
 *   gX = gY */
AG_API ag_tensor *ag_sum(ag_tensor *x);
AG_API ag_tensor *ag_sum_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* The mean of the n elements.  (..., n, ...) -> (...)   The mean of no elements is NaN, with a
 * gradient of size 0.
 *   gX = gY / n
 * Errors: DTYPE (i64: ag_cast it first). */
AG_API ag_tensor *ag_mean(ag_tensor *x);
AG_API ag_tensor *ag_mean_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* The sum of the elements that are not NaN, and their mean.  (..., n, ...) -> (...)   If there are
 * none, the sum is 0 and the mean is NaN.
 *   gX = gY (nanmean: gY / their number), 0 where x is NaN */
AG_API ag_tensor *ag_nansum(ag_tensor *x);
AG_API ag_tensor *ag_nansum_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_nanmean(ag_tensor *x);
AG_API ag_tensor *ag_nanmean_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- products --------------------------------------------------------------------------------- */

/* The product of the elements.  (..., n, ...) -> (...)   Any dtype; i64 wraps around and has no
 * gradient. The product of no elements is 1.
 *   gX[i] = gY * product of the others, computed without division, so that zeros are handled, also
 *   in higher derivatives */
AG_API ag_tensor *ag_prod(ag_tensor *x);
AG_API ag_tensor *ag_prod_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- the largest and the smallest ------------------------------------------------------------- */

/* The largest (smallest) element.  (..., n, ...) -> (...)   Any dtype. If there is a NaN, it is the
 * result.
 *   gX[i] = gY / m at each of the m elements that equal the result, 0 elsewhere
 * A NaN equals a NaN here: if the result is NaN, the NaN elements share its gradient. PyTorch's max
 * does the same, while the gradient of its amax is NaN.
 * Errors: SHAPE (no element to choose from). */
AG_API ag_tensor *ag_max(ag_tensor *x);
AG_API ag_tensor *ag_max_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_min(ag_tensor *x);
AG_API ag_tensor *ag_min_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* The larger (smaller) of the result above and `initial`, which stands for the result where there
 * is no element: -INFINITY (INFINITY) is the identity that NumPy and ONNX have.
 *   gX = as above where the result above is at least (at most) `initial`, else 0
 * i64 takes `initial` as ag_cast does. Errors: AXIS. */
AG_API ag_tensor *ag_max_over_initial(ag_tensor *x, ag_axes axes, bool keepdim, double initial);
AG_API ag_tensor *ag_min_over_initial(ag_tensor *x, ag_axes axes, bool keepdim, double initial);

/* The largest (smallest) element along one axis, and its index along it in *indices (i64, of the
 * result's shape; `indices` may be NULL).  (..., n, ...) -> (...)   Of equal elements the first is
 * taken, and a NaN before all others. Any dtype.
 *   gX = gY at the index, 0 elsewhere
 * Errors: SHAPE (no element to choose from); then *indices is NULL. */
AG_API ag_tensor *ag_max_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);
AG_API ag_tensor *ag_min_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

/* The index of the largest (smallest) element: among all elements in row-major order, or along one
 * axis. It is i64, without a gradient. Of equal elements the first is taken, and a NaN before all
 * others. Any dtype. Errors: SHAPE (no element to choose from). */
AG_API ag_tensor *ag_argmax(ag_tensor *x);
AG_API ag_tensor *ag_argmax_along(ag_tensor *x, int axis, bool keepdim);
AG_API ag_tensor *ag_argmin(ag_tensor *x);
AG_API ag_tensor *ag_argmin_along(ag_tensor *x, int axis, bool keepdim);

/* The lower median: the middle one of the sorted elements, or the smaller of the two in the middle.
 * It is NaN if an element is NaN.  (..., n, ...) -> (...)   Any dtype. The median of no elements is
 * NaN.
 *   gX[i] = gY / m at each of the m elements that equal the result, 0 elsewhere
 * Errors: SHAPE (no element to choose from, in i64). */
AG_API ag_tensor *ag_median(ag_tensor *x);
AG_API ag_tensor *ag_median_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* The lower median along one axis, and its index along it in *indices, as in ag_max_along. Of equal
 * elements the first is taken (in PyTorch it may be any of them).
 *   gX = gY at the index, 0 elsewhere
 * Errors: SHAPE (no element to choose from); then *indices is NULL. */
AG_API ag_tensor *ag_median_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

/* --- variance and norm ------------------------------------------------------------------------ */

/* The variance of the n elements, sum (x - mean)^2 / (n - correction), and its square root, the
 * standard deviation. Correction 1 gives the estimate without bias, 0 the mean square.
 *   (..., n, ...) -> (...)
 *   var: gX = 2 gY (x - mean) / (n - correction)
 *   std: gX = gY (x - mean) / ((n - correction) std), or 0 if std is 0
 * If n <= correction, the divisor is 0: the variance of one element, and its gradient, are NaN. It
 * is computed in two passes with a correction for rounding (Chan, Golub and LeVeque 1983, eq. 1.7).
 * Errors: VALUE (a correction that is not finite). */
AG_API ag_tensor *ag_var(ag_tensor *x, double correction);
AG_API ag_tensor *ag_var_over(ag_tensor *x, ag_axes axes, bool keepdim, double correction);
AG_API ag_tensor *ag_std(ag_tensor *x, double correction);
AG_API ag_tensor *ag_std_over(ag_tensor *x, ag_axes axes, bool keepdim, double correction);

/* The p-norm, (sum |x|^p)^(1/p), for any p: 0 counts the elements that are not 0, INFINITY gives
 * the largest magnitude, -INFINITY the smallest.  (..., n, ...) -> (...)   It overflows only
 * if the result does.
 *   gX = gY sign(x) (|x| / norm)^(p - 1); p = 2: gY x / norm; p = 1: gY sign(x); p = 0: 0
 *   p = +-INFINITY: gY sign(x) / m at each of the m elements of that magnitude
 *   gX = 0 if the norm is 0, and for p < 1 also where x is 0
 * Errors: VALUE (p is NaN); SHAPE (no element, for a negative or infinite p). */
AG_API ag_tensor *ag_norm(ag_tensor *x, double p);
AG_API ag_tensor *ag_norm_over(ag_tensor *x, ag_axes axes, bool keepdim, double p);

/* x / max(norm, eps) with the p-norm along the axis. eps avoids a division by 0; eps 0 means 1e-12,
 * AG_EXACT_ZERO 0.
 *   (..., n, ...) -> (..., n, ...)
 *   gX = (gY - sum(gY Y) d norm/dX) / norm; gY / eps where the norm is below eps
 * Errors: those of ag_norm; VALUE (eps is negative or not finite). */
AG_API ag_tensor *ag_normalize(ag_tensor *x, int axis, double p, double eps);

/* --- counting --------------------------------------------------------------------------------- */

/* Whether all (any) elements are not 0, as 1 or 0; and how many are not 0.  (..., n, ...) -> (...)
 * The result is i64 and has no gradient. NaN is not 0. For no elements the results are 1, 0 and 0.
 * Any dtype. */
AG_API ag_tensor *ag_all(ag_tensor *x);
AG_API ag_tensor *ag_all_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_any(ag_tensor *x);
AG_API ag_tensor *ag_any_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_count_nonzero(ag_tensor *x);
AG_API ag_tensor *ag_count_nonzero_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- running totals --------------------------------------------------------------------------- */

/* Y[i] is the sum (product) of x[0] ... x[i] along the axis. Any dtype; i64 wraps around and has no
 * gradient.  (..., n, ...) -> (..., n, ...)
 *   cumsum:  gX[k] = sum over i >= k of gY[i]
 *   cumprod: gX[k] = x[0]...x[k-1] (gY[k] + x[k+1] (gY[k+1] + x[k+2] (...))), without division */
AG_API ag_tensor *ag_cumsum(ag_tensor *x, int axis);
AG_API ag_tensor *ag_cumprod(ag_tensor *x, int axis);

/* The differences x[i + 1] - x[i] along the axis, taken n times; x itself for n = 0, and without
 * elements where n is the size of the axis or more.  (..., m, ...) -> (..., m - n, ...)
 *   gX[k] = gY[k - 1] - gY[k], for each of the n times
 * Errors: VALUE (n is negative). */
AG_API ag_tensor *ag_diff(ag_tensor *x, int axis, int64_t n);

/* The largest (smallest) of x[0] ... x[i] along the axis, and its index in *indices (i64; `indices`
 * may be NULL). Of equal elements the last is taken; after a NaN all are NaN. Any dtype.
 *   (..., n, ...) -> (..., n, ...)
 *   gX[k] = sum of gY[i] over all i whose index is k */
AG_API ag_tensor *ag_cummax(ag_tensor *x, int axis, ag_tensor **indices);
AG_API ag_tensor *ag_cummin(ag_tensor *x, int axis, ag_tensor **indices);

/* --- sums of exponentials --------------------------------------------------------------------- */

/* log(sum exp(x)). The largest element is subtracted first, so that nothing overflows.
 *   (..., n, ...) -> (...)   If there are no elements, or if all are -inf, it is -inf.
 *   gX = gY exp(x - Y), the softmax; if Y is infinite, the elements equal to it share gY */
AG_API ag_tensor *ag_logsumexp(ag_tensor *x);
AG_API ag_tensor *ag_logsumexp_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* Y[i] = log(exp(x[0]) + ... + exp(x[i])) along the axis, without overflow.
 *   (..., n, ...) -> (..., n, ...)
 *   gX[k] = sum over i >= k of gY[i] exp(x[k] - Y[i]); if Y[i] is infinite, the elements up to i
 *   that equal it share gY[i] */
AG_API ag_tensor *ag_logcumsumexp(ag_tensor *x, int axis);

/* softmax is exp(x) / sum exp(x) along the axis, without overflow; softmin is the softmax of -x;
 * log_softmax is the logarithm of the softmax, x - logsumexp(x), and does not round small
 * probabilities to 0.  (..., n, ...) -> (..., n, ...)   A line in which all are -inf gives NaN.
 *   softmax, softmin: gX = +-Y (gY - sum(gY Y));  log_softmax: gX = gY - exp(Y) sum(gY) */
AG_API ag_tensor *ag_softmax(ag_tensor *x, int axis);
AG_API ag_tensor *ag_softmin(ag_tensor *x, int axis);
AG_API ag_tensor *ag_log_softmax(ag_tensor *x, int axis);

/* The gated linear unit a sigmoid(b) of the halves a and b of an axis (Dauphin, Fan, Auli and
 * Grangier 2017).  (..., 2n, ...) -> (..., n, ...)
 *   gA = gY sigmoid(b),  gB = gY a sigmoid(b) (1 - sigmoid(b))
 * Errors: SHAPE (an odd size). */
AG_API ag_tensor *ag_glu(ag_tensor *x, int axis);

AG_END_C

/* The source line of the call, for messages. A macro is variadic if an argument may be a list in
 * braces. */
#ifndef AG_NO_SITES
#define ag_sum(x) ag_sum(AG_AT(x))
#define ag_sum_over(x, ...) ag_sum_over(AG_AT(x), __VA_ARGS__)
#define ag_mean(x) ag_mean(AG_AT(x))
#define ag_mean_over(x, ...) ag_mean_over(AG_AT(x), __VA_ARGS__)
#define ag_nansum(x) ag_nansum(AG_AT(x))
#define ag_nansum_over(x, ...) ag_nansum_over(AG_AT(x), __VA_ARGS__)
#define ag_nanmean(x) ag_nanmean(AG_AT(x))
#define ag_nanmean_over(x, ...) ag_nanmean_over(AG_AT(x), __VA_ARGS__)
#define ag_prod(x) ag_prod(AG_AT(x))
#define ag_prod_over(x, ...) ag_prod_over(AG_AT(x), __VA_ARGS__)
#define ag_max(x) ag_max(AG_AT(x))
#define ag_max_over(x, ...) ag_max_over(AG_AT(x), __VA_ARGS__)
#define ag_min(x) ag_min(AG_AT(x))
#define ag_min_over(x, ...) ag_min_over(AG_AT(x), __VA_ARGS__)
#define ag_max_over_initial(x, ...) ag_max_over_initial(AG_AT(x), __VA_ARGS__)
#define ag_min_over_initial(x, ...) ag_min_over_initial(AG_AT(x), __VA_ARGS__)
#define ag_max_along(x, ...) ag_max_along(AG_AT(x), __VA_ARGS__)
#define ag_min_along(x, ...) ag_min_along(AG_AT(x), __VA_ARGS__)
#define ag_argmax(x) ag_argmax(AG_AT(x))
#define ag_argmax_along(x, axis, keepdim) ag_argmax_along(AG_AT(x), axis, keepdim)
#define ag_argmin(x) ag_argmin(AG_AT(x))
#define ag_argmin_along(x, axis, keepdim) ag_argmin_along(AG_AT(x), axis, keepdim)
#define ag_median(x) ag_median(AG_AT(x))
#define ag_median_over(x, ...) ag_median_over(AG_AT(x), __VA_ARGS__)
#define ag_median_along(x, ...) ag_median_along(AG_AT(x), __VA_ARGS__)
#define ag_var(x, correction) ag_var(AG_AT(x), correction)
#define ag_var_over(x, ...) ag_var_over(AG_AT(x), __VA_ARGS__)
#define ag_std(x, correction) ag_std(AG_AT(x), correction)
#define ag_std_over(x, ...) ag_std_over(AG_AT(x), __VA_ARGS__)
#define ag_norm(x, p) ag_norm(AG_AT(x), p)
#define ag_norm_over(x, ...) ag_norm_over(AG_AT(x), __VA_ARGS__)
#define ag_normalize(x, axis, p, eps) ag_normalize(AG_AT(x), axis, p, eps)
#define ag_all(x) ag_all(AG_AT(x))
#define ag_all_over(x, ...) ag_all_over(AG_AT(x), __VA_ARGS__)
#define ag_any(x) ag_any(AG_AT(x))
#define ag_any_over(x, ...) ag_any_over(AG_AT(x), __VA_ARGS__)
#define ag_count_nonzero(x) ag_count_nonzero(AG_AT(x))
#define ag_count_nonzero_over(x, ...) ag_count_nonzero_over(AG_AT(x), __VA_ARGS__)
#define ag_cumsum(x, axis) ag_cumsum(AG_AT(x), axis)
#define ag_cumprod(x, axis) ag_cumprod(AG_AT(x), axis)
#define ag_diff(x, axis, n) ag_diff(AG_AT(x), axis, n)
#define ag_cummax(x, axis, indices) ag_cummax(AG_AT(x), axis, indices)
#define ag_cummin(x, axis, indices) ag_cummin(AG_AT(x), axis, indices)
#define ag_logsumexp(x) ag_logsumexp(AG_AT(x))
#define ag_logsumexp_over(x, ...) ag_logsumexp_over(AG_AT(x), __VA_ARGS__)
#define ag_logcumsumexp(x, axis) ag_logcumsumexp(AG_AT(x), axis)
#define ag_softmax(x, axis) ag_softmax(AG_AT(x), axis)
#define ag_softmin(x, axis) ag_softmin(AG_AT(x), axis)
#define ag_log_softmax(x, axis) ag_log_softmax(AG_AT(x), axis)
#define ag_glu(x, axis) ag_glu(AG_AT(x), axis)
#endif

#endif
