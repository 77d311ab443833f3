/* Elementwise operations that are written with others: interpolation, fused products by name, and
 * what tells numbers from NaN and infinities. Those with a rule of their own are in elementwise.h.
 *
 * All operands broadcast together and have one dtype; each gets the gradient summed over the axes
 * along which it was broadcast. Results are *borrowed* from the graph; NULL in gives NULL out.
 * Errors are those of the operations they are made of: SHAPE (do not broadcast), DTYPE (i64, or two
 * dtypes), GRAPH, MEMORY.
 */
#ifndef AUTOGRAD_POINTWISE_H
#define AUTOGRAD_POINTWISE_H

#include "base.h"

AG_BEGIN_C

/* Linear interpolation, y = (1 - w) a + w b: exactly a for w = 0 and b for w = 1. With a tensor of
 * weights, and with one number for all.
 *   ga += gy (1 - w),  gb += gy w,  gw += gy (b - a) */
AG_API ag_tensor *ag_lerp(ag_tensor *a, ag_tensor *b, ag_tensor *weight);
AG_API ag_tensor *ag_lerp_scalar(ag_tensor *a, ag_tensor *b, double weight);

/* y = x + value a b.
 *   gx += gy,  ga += gy value b,  gb += gy value a */
AG_API ag_tensor *ag_addcmul(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value);

/* y = x + value a / b.
 *   gx += gy,  ga += gy value / b,  gb -= gy value a / b^2 */
AG_API ag_tensor *ag_addcdiv(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value);

/* x with NaN, inf and -inf replaced by numbers. NaN for `posinf` or `neginf` means the largest and
 * the lowest number of the dtype, so PyTorch's nan_to_num(x) is ag_nan_to_num(x, 0, NAN, NAN).
 *   gx += gy where x is finite, else 0 */
AG_API ag_tensor *ag_nan_to_num(ag_tensor *x, double nan, double posinf, double neginf);

/* 1 where x is NaN, infinite, or neither, else 0, as i64. Any dtype; no i64 is NaN or infinite. No
 * gradient: the result is a constant. */
AG_API ag_tensor *ag_isnan(ag_tensor *x);
AG_API ag_tensor *ag_isinf(ag_tensor *x);
AG_API ag_tensor *ag_isfinite(ag_tensor *x);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_lerp(a, b, weight) (ag_lerp)(AG_AT(a), AG_AT(b), AG_AT(weight))
#define ag_lerp_scalar(a, b, weight) (ag_lerp_scalar)(AG_AT(a), AG_AT(b), weight)
#define ag_addcmul(x, a, b, value) (ag_addcmul)(AG_AT(x), AG_AT(a), AG_AT(b), value)
#define ag_addcdiv(x, a, b, value) (ag_addcdiv)(AG_AT(x), AG_AT(a), AG_AT(b), value)
#define ag_nan_to_num(x, nan, posinf, neginf) (ag_nan_to_num)(AG_AT(x), nan, posinf, neginf)
#define ag_isnan(x) (ag_isnan)(AG_AT(x))
#define ag_isinf(x) (ag_isinf)(AG_AT(x))
#define ag_isfinite(x) (ag_isfinite)(AG_AT(x))
#endif

#endif
