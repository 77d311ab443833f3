/* Reductions over any set of axes, running totals, the softmax family.
 *
 * `axes` is a set, AG_AXES(0, -1), or AG_ALL; with keepdim a reduced axis stays with size 1,
 * otherwise it goes. `axis` is one axis, negative ones count from the last; a 0-d tensor is there
 * taken for a vector of one element, so that axis 0 or -1 is right. Shapes are written
 *   (..., n, ...) -> (...)  for a reduction over any axes: n stands for all that are reduced
 * Errors common to all: AXIS (out of range, or named twice); DTYPE (i64, where not said otherwise).
 * Ties, zeros and NaN give what they give in PyTorch.
 */
#ifndef AUTOGRAD_REDUCE_H
#define AUTOGRAD_REDUCE_H

#include "engine.h"

AG_BEGIN_C

/* --- sums ------------------------------------------------------------------------------------- */

/* The sum of the elements over all axes, as a 0-d tensor, or over some. With keepdim a summed
 * axis stays with size 1, otherwise it goes. No elements sum to 0. Any dtype; i64 wraps around
 * and has no gradient. Pairwise in a fixed order, so the rounding error grows with the logarithm
 * of the count.
 *   (..., n, ...) -> (..., ...) or (..., 1, ...)
 *   gX = gY, broadcast back along the summed axes
 * Errors: AXIS (out of range, or named twice). */
AG_API ag_tensor *ag_sum(ag_tensor *x);
AG_API ag_tensor *ag_sum_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* The mean, as ag_sum. Of no elements it is NaN, with a gradient of size 0.
 *   gX = gY / n, broadcast back, with n the number of elements in one mean
 * Errors: AXIS; DTYPE (i64: ag_cast it first). */
AG_API ag_tensor *ag_mean(ag_tensor *x);
AG_API ag_tensor *ag_mean_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- products --------------------------------------------------------------------------------- */

/* The product of the elements.  (..., n, ...) -> (...)   Any dtype; i64 wraps around and has no
 * gradient. No elements multiply to 1.
 *   gX[i] = gY * product of the others: never a division, so that zeros are handled, also in higher
 *   derivatives */
AG_API ag_tensor *ag_prod(ag_tensor *x);
AG_API ag_tensor *ag_prod_over(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- the largest and the smallest ------------------------------------------------------------- */

/* The largest (smallest) element, of all or over axes.  (..., n, ...) -> (...)   Any dtype. A NaN
 * is the result wherever there is one.
 *   gX[i] = gY / m at each of the m elements that equal the result, 0 elsewhere. Where the result
 *   is NaN: for max and min the NaN elements share; for amax and amin the gradient is NaN
 * Errors: SHAPE (no element to choose from). */
AG_API ag_tensor *ag_max(ag_tensor *x);
AG_API ag_tensor *ag_min(ag_tensor *x);
AG_API ag_tensor *ag_amax(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_amin(ag_tensor *x, ag_axes axes, bool keepdim);

/* The largest (smallest) element along one axis, and its index along it in *indices (i64, of the
 * result's shape; `indices` may be NULL).  (..., n, ...) -> (...)   Of equal ones the first, and a
 * NaN before all. Any dtype.
 *   gX = gY at the index, 0 elsewhere
 * Errors: SHAPE (no element to choose from); then *indices is NULL. */
AG_API ag_tensor *ag_max_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);
AG_API ag_tensor *ag_min_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

/* The index of the largest (smallest) element, i64, without gradient: counted row-major through all
 * elements, 0-d; or along one axis. The first of equals, and a NaN before all. Any dtype.
 * Errors: SHAPE (no element to choose from). */
AG_API ag_tensor *ag_argmax(ag_tensor *x);
AG_API ag_tensor *ag_argmin(ag_tensor *x);
AG_API ag_tensor *ag_argmax_along(ag_tensor *x, int axis, bool keepdim);
AG_API ag_tensor *ag_argmin_along(ag_tensor *x, int axis, bool keepdim);

/* The lower median, the element in the middle of the sorted ones, of two the smaller; NaN if there
 * is one. Any dtype. Of all elements: of none it is NaN, and
 *   gX[i] = gY / m at each of the m elements that equal the result
 * Along one axis: with its index, the first of equals (PyTorch leaves open which), and
 *   gX = gY at the index, 0 elsewhere
 * Errors: SHAPE (no element to choose from, along an axis or in i64); then *indices is NULL. */
AG_API ag_tensor *ag_median(ag_tensor *x);
AG_API ag_tensor *ag_median_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

/* --- spread ----------------------------------------------------------------------------------- */

/* The variance, sum (x - mean)^2 / (n - correction), and its square root; correction 1 is the usual
 * estimate without bias, 0 the mean square.  (..., n, ...) -> (...)
 *   var: gX = 2 gY (x - mean) / (n - correction)
 *   std: gX = gY (x - mean) / ((n - correction) std), and 0 where std is 0
 * Where n <= correction the divisor is 0: of one element the variance and its gradient are NaN. In
 * two passes with a correction for rounding (Chan, Golub and LeVeque 1983, eq. 1.7).
 * Errors: VALUE (a correction that is negative or not finite). */
AG_API ag_tensor *ag_var(ag_tensor *x, ag_axes axes, bool keepdim, double correction);
AG_API ag_tensor *ag_std(ag_tensor *x, ag_axes axes, bool keepdim, double correction);

/* The p-norm, (sum |x|^p)^(1/p), for any p: 0 counts what is not 0, INFINITY is the largest size,
 * -INFINITY the smallest.  (..., n, ...) -> (...)   It does not overflow where the result does not.
 *   gX = gY sign(x) (|x| / norm)^(p - 1); p = 2: gY x / norm; p = 1: gY sign(x); p = 0: 0
 *   p = +-INFINITY: gY sign(x) / m at each of the m elements of that size
 *   0 where the norm is 0, and for p < 1 where x is 0
 * Errors: VALUE (p is NaN); SHAPE (no element, for negative or infinite p). */
AG_API ag_tensor *ag_norm(ag_tensor *x, double p, ag_axes axes, bool keepdim);

/* x / max(norm, eps) with the p-norm along the axis; eps, usually 1e-12, keeps from dividing by 0.
 *   (..., n, ...) -> (..., n, ...)
 *   gX = (gY - sum(gY Y) d norm/dX) / norm; gY / eps where the norm is below eps
 * Errors: those of ag_norm. */
AG_API ag_tensor *ag_normalize(ag_tensor *x, double p, int axis, double eps);

/* --- counting, and leaving NaN out ------------------------------------------------------------ */

/* 1 if all (any) elements are not 0, else 0; how many are not 0. i64, without gradient; NaN is not
 * 0. Of no elements: 1, 0, 0. Any dtype.  (..., n, ...) -> (...) */
AG_API ag_tensor *ag_all_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_any_over(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_count_nonzero(ag_tensor *x, ag_axes axes, bool keepdim);

/* The sum, the mean, of the elements that are not NaN.  (..., n, ...) -> (...)   Of none: 0, NaN.
 *   gX = gY (nanmean: gY / their number), 0 where x is NaN */
AG_API ag_tensor *ag_nansum(ag_tensor *x, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_nanmean(ag_tensor *x, ag_axes axes, bool keepdim);

/* --- running totals --------------------------------------------------------------------------- */

/* Y[i] is the sum (product) of x[0] ... x[i] along the axis. Any dtype; i64 wraps around and has no
 * gradient.  (..., n, ...) -> (..., n, ...)
 *   cumsum:  gX[k] = sum over i >= k of gY[i]
 *   cumprod: gX[k] = x[0]...x[k-1] (gY[k] + x[k+1] (gY[k+1] + x[k+2] (...))): never a division */
AG_API ag_tensor *ag_cumsum(ag_tensor *x, int axis);
AG_API ag_tensor *ag_cumprod(ag_tensor *x, int axis);

/* The largest (smallest) of x[0] ... x[i] along the axis, and its index in *indices (i64; `indices`
 * may be NULL): the last of equals; a NaN stays. Any dtype.  (..., n, ...) -> (..., n, ...)
 *   gX[k] = sum of gY[i] over all i whose index is k */
AG_API ag_tensor *ag_cummax(ag_tensor *x, int axis, ag_tensor **indices);
AG_API ag_tensor *ag_cummin(ag_tensor *x, int axis, ag_tensor **indices);

/* --- sums of exponentials --------------------------------------------------------------------- */

/* log(sum exp(x)), with the largest element taken out first, so that nothing overflows.
 *   (..., n, ...) -> (...)   Of no elements, or of -inf alone, it is -inf.
 *   gX = gY exp(x - Y), the softmax; NaN where Y is infinite */
AG_API ag_tensor *ag_logsumexp(ag_tensor *x, ag_axes axes, bool keepdim);

/* Y[i] = log(exp(x[0]) + ... + exp(x[i])) along the axis, without overflow.
 *   (..., n, ...) -> (..., n, ...)
 *   gX[k] = sum over i >= k of gY[i] exp(x[k] - Y[i]) */
AG_API ag_tensor *ag_logcumsumexp(ag_tensor *x, int axis);

/* softmax: exp(x) / sum exp(x) along the axis, without overflow; softmin is that of -x; log_softmax
 * its logarithm, x - logsumexp(x), without rounding small probabilities to 0.
 *   (..., n, ...) -> (..., n, ...)   A line of -inf alone gives NaN.
 *   softmax, softmin: gX = +-Y (gY - sum(gY Y));  log_softmax: gX = gY - exp(Y) sum(gY) */
AG_API ag_tensor *ag_softmax(ag_tensor *x, int axis);
AG_API ag_tensor *ag_softmin(ag_tensor *x, int axis);
AG_API ag_tensor *ag_log_softmax(ag_tensor *x, int axis);

AG_END_C

/* The source line of the call, for messages. Variadic where braces may come. */
#ifndef AG_NO_SITES
#define ag_sum(x) (ag_sum)(AG_AT(x))
#define ag_sum_over(x, ...) (ag_sum_over)(AG_AT(x), __VA_ARGS__)
#define ag_mean(x) (ag_mean)(AG_AT(x))
#define ag_mean_over(x, ...) (ag_mean_over)(AG_AT(x), __VA_ARGS__)
#define ag_prod(x) (ag_prod)(AG_AT(x))
#define ag_prod_over(x, ...) (ag_prod_over)(AG_AT(x), __VA_ARGS__)
#define ag_max(x) (ag_max)(AG_AT(x))
#define ag_min(x) (ag_min)(AG_AT(x))
#define ag_amax(x, ...) (ag_amax)(AG_AT(x), __VA_ARGS__)
#define ag_amin(x, ...) (ag_amin)(AG_AT(x), __VA_ARGS__)
#define ag_max_along(x, ...) (ag_max_along)(AG_AT(x), __VA_ARGS__)
#define ag_min_along(x, ...) (ag_min_along)(AG_AT(x), __VA_ARGS__)
#define ag_argmax(x) (ag_argmax)(AG_AT(x))
#define ag_argmin(x) (ag_argmin)(AG_AT(x))
#define ag_argmax_along(x, axis, keepdim) (ag_argmax_along)(AG_AT(x), axis, keepdim)
#define ag_argmin_along(x, axis, keepdim) (ag_argmin_along)(AG_AT(x), axis, keepdim)
#define ag_median(x) (ag_median)(AG_AT(x))
#define ag_median_along(x, ...) (ag_median_along)(AG_AT(x), __VA_ARGS__)
#define ag_var(x, ...) (ag_var)(AG_AT(x), __VA_ARGS__)
#define ag_std(x, ...) (ag_std)(AG_AT(x), __VA_ARGS__)
#define ag_norm(x, ...) (ag_norm)(AG_AT(x), __VA_ARGS__)
#define ag_normalize(x, p, axis, eps) (ag_normalize)(AG_AT(x), p, axis, eps)
#define ag_all_over(x, ...) (ag_all_over)(AG_AT(x), __VA_ARGS__)
#define ag_any_over(x, ...) (ag_any_over)(AG_AT(x), __VA_ARGS__)
#define ag_count_nonzero(x, ...) (ag_count_nonzero)(AG_AT(x), __VA_ARGS__)
#define ag_nansum(x, ...) (ag_nansum)(AG_AT(x), __VA_ARGS__)
#define ag_nanmean(x, ...) (ag_nanmean)(AG_AT(x), __VA_ARGS__)
#define ag_cumsum(x, axis) (ag_cumsum)(AG_AT(x), axis)
#define ag_cumprod(x, axis) (ag_cumprod)(AG_AT(x), axis)
#define ag_cummax(x, axis, indices) (ag_cummax)(AG_AT(x), axis, indices)
#define ag_cummin(x, axis, indices) (ag_cummin)(AG_AT(x), axis, indices)
#define ag_logsumexp(x, ...) (ag_logsumexp)(AG_AT(x), __VA_ARGS__)
#define ag_logcumsumexp(x, axis) (ag_logcumsumexp)(AG_AT(x), axis)
#define ag_softmax(x, axis) (ag_softmax)(AG_AT(x), axis)
#define ag_softmin(x, axis) (ag_softmin)(AG_AT(x), axis)
#define ag_log_softmax(x, axis) (ag_log_softmax)(AG_AT(x), axis)
#endif

#endif
