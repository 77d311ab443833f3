/* The elementwise operations: those of the tables unary.def and binary.def, then comparisons, a
 * choice between two tensors, a change of dtype, and a few that are made of others.
 *
 * Operands are f64 or f32, all of one dtype, unless it is said otherwise. Several operands
 * broadcast together, and each gets its gradient summed over the axes along which it was broadcast.
 * In the formulas y is the result and gy the gradient of the root with respect to it, ga and gb are
 * what the gradients of the operands gain, and [a > b] is 1 where that holds, else 0.
 *
 * add, sub, mul, maximum, minimum, remainder, neg, abs, add_scalar and mul_scalar take i64, too,
 * without a gradient. What does not fit into 64 bits wraps around, as in PyTorch and NumPy. Errors
 * then: VALUE (the remainder of a division by 0; a constant that is no i64).
 *
 * A result is *borrowed* from the graph. It is NULL after an error, which the graph keeps, and NULL
 * for a NULL operand. Errors of all: DTYPE (i64 in others, or two dtypes), SHAPE (the operands do
 * not broadcast), GRAPH (tensors of different graphs), NULL_ARGUMENT (one operand of several),
 * MEMORY.
 */
#ifndef AUTOGRAD_ELEMENTWISE_H
#define AUTOGRAD_ELEMENTWISE_H

#include "base.h"

AG_BEGIN_C

/* --- the rows of the tables ------------------------------------------------------------------- */

/* In <autograd/elementwise.h> the prototypes of all rows stand here: print_header.c. */

/* The largest whole number not above a/b, as Python's //. Any dtype, the same for both. Without a
 * gradient, which would be 0 wherever there is one: the result is a constant. -2^63 by -1 wraps
 * around. Errors: VALUE (i64 divided by 0; floating numbers give inf or NaN). */
AG_API ag_tensor *ag_floor_divide(ag_tensor *a, ag_tensor *b);

/* --- comparisons ------------------------------------------------------------------------------ */

/* 1 where a < b, a <= b, a > b, a >= b, a == b, a != b, else 0, as i64. Any dtype, the same for
 * both. NaN compares as in C: only != is true of it. No gradient: the result is a constant. */
AG_API ag_tensor *ag_lt(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_le(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_gt(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_ge(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_eq(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_ne(ag_tensor *a, ag_tensor *b);

/* 1 where x is NaN, infinite, or neither, else 0, as i64. Any dtype; no i64 is NaN or infinite. No
 * gradient: the result is a constant. */
AG_API ag_tensor *ag_isnan(ag_tensor *x);
AG_API ag_tensor *ag_isinf(ag_tensor *x);
AG_API ag_tensor *ag_isfinite(ag_tensor *x);

/* --- choosing --------------------------------------------------------------------------------- */

/* a where cond is not zero, else b. `cond` has any dtype and gets no gradient; a and b have one
 * dtype, which may be i64; the three broadcast.
 *   ga += where(cond, gy, 0),  gb += where(cond, 0, gy)
 * Both branches have been computed before one is chosen. If the other one has an infinite
 * derivative, its gradient is 0 * inf = NaN: where(x > 0, sqrt(x), 0) at x = 0 or below. The remedy
 * is a where on the way in as well: where(x > 0, sqrt(where(x > 0, x, 1)), 0). */
AG_API ag_tensor *ag_where(ag_tensor *cond, ag_tensor *a, ag_tensor *b);

/* x with NaN, inf and -inf replaced by numbers; i64 stays as it is. NaN for `posinf` or `neginf`
 * means the largest and the lowest number of the dtype, so PyTorch's nan_to_num(x) is
 * ag_nan_to_num(x, 0, NAN, NAN).
 *   gx += gy where x is finite, else 0 */
AG_API ag_tensor *ag_nan_to_num(ag_tensor *x, double nan, double posinf, double neginf);

/* --- another dtype ---------------------------------------------------------------------------- */

/* x in another dtype; x itself if it has that dtype already. To i64 it truncates towards zero,
 * takes values outside the range to its nearest end and NaN to 0.
 *   gx += gy in x's dtype; nothing flows through i64
 * Errors: DTYPE (no such dtype). */
AG_API ag_tensor *ag_cast(ag_tensor *x, ag_dtype dtype);

/* min(max(x, low), high) with tensors for bounds, which broadcast with x; either may be NULL. Where
 * low > high it is high. NaN in any operand gives NaN.
 *   gx += gy where low <= x <= high,  glow += gy where x < low,  ghigh += gy where the rest > high
 * Errors: SHAPE (do not broadcast); DTYPE. */
AG_API ag_tensor *ag_clamp_tensor(ag_tensor *x, ag_tensor *low, ag_tensor *high);

/* --- made of others --------------------------------------------------------------------------- */

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

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
/* In <autograd/elementwise.h> the macros of all rows stand here: print_header.c. */

#define ag_floor_divide(a, b) ag_floor_divide(AG_AT(a), AG_AT(b))
#define ag_lt(a, b) ag_lt(AG_AT(a), AG_AT(b))
#define ag_le(a, b) ag_le(AG_AT(a), AG_AT(b))
#define ag_gt(a, b) ag_gt(AG_AT(a), AG_AT(b))
#define ag_ge(a, b) ag_ge(AG_AT(a), AG_AT(b))
#define ag_eq(a, b) ag_eq(AG_AT(a), AG_AT(b))
#define ag_ne(a, b) ag_ne(AG_AT(a), AG_AT(b))
#define ag_isnan(x) ag_isnan(AG_AT(x))
#define ag_isinf(x) ag_isinf(AG_AT(x))
#define ag_isfinite(x) ag_isfinite(AG_AT(x))
#define ag_where(cond, a, b) ag_where(AG_AT(cond), AG_AT(a), AG_AT(b))
#define ag_nan_to_num(x, nan, posinf, neginf) ag_nan_to_num(AG_AT(x), nan, posinf, neginf)
#define ag_cast(x, dtype) ag_cast(AG_AT(x), dtype)
#define ag_clamp_tensor(x, low, high) ag_clamp_tensor(AG_AT(x), AG_AT(low), AG_AT(high))
#define ag_lerp(a, b, weight) ag_lerp(AG_AT(a), AG_AT(b), AG_AT(weight))
#define ag_lerp_scalar(a, b, weight) ag_lerp_scalar(AG_AT(a), AG_AT(b), weight)
#define ag_addcmul(x, a, b, value) ag_addcmul(AG_AT(x), AG_AT(a), AG_AT(b), value)
#define ag_addcdiv(x, a, b, value) ag_addcdiv(AG_AT(x), AG_AT(a), AG_AT(b), value)
#endif

#endif
