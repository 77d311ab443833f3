/* The operations. This header has those with a structure of their own; the elementwise ones,
 * written from the tables unary.def and binary.def, come with it from elementwise.h.
 *
 * Every operation returns a tensor *borrowed* from the graph, recorded if an operand wants a
 * gradient. On error it returns NULL and the graph keeps a message; a NULL operand gives NULL.
 * Below, gY is the gradient of the root with respect to the result Y, and gA the gain of operand
 * A's. Mixing dtypes is an error (DTYPE) that names both; ag_cast converts. Operands may be strided
 * in any way.
 */
#ifndef AUTOGRAD_OPS_H
#define AUTOGRAD_OPS_H

#include "elementwise.h"
#include "engine.h"
#include "index.h"
#include "linalg.h"
#include "loss.h"
#include "neural.h"
#include "optim.h"
#include "pointwise.h"
#include "random.h"
#include "reduce.h"

AG_BEGIN_C

/* --- the registry ----------------------------------------------------------------------------- */

/* The built-in operations, 0, 1, ...; NULL past the last; and one by its name, NULL if there is
 * none. */
AG_API const struct ag_op *ag_op_at(int i);
AG_API const struct ag_op *ag_op_find(const char *name);

/* --- shapes ----------------------------------------------------------------------------------- */

/* The same elements, row-major, in another shape; one size may be -1 and is found from the
 * others. A view where x lies row-major in memory, otherwise a copy.
 *   gX = gY in x's shape
 * Errors: SHAPE (another number of elements, more than one -1, or a -1 that could be anything);
 * OVERFLOW. */
AG_API ag_tensor *ag_reshape(ag_tensor *x, ag_shape shape);

/* The last two axes, or two given axes, exchanged; a view.  (..., m,n) -> (..., n,m)
 *   gX = gY^T
 * Errors: AXIS (fewer than two dimensions, out of range). */
AG_API ag_tensor *ag_transpose(ag_tensor *x);
AG_API ag_tensor *ag_transpose_axes(ag_tensor *x, int a, int b);

/* Axis i of the result is axis order[i] of x; every axis is named once. A view.
 *   gX = gY permuted back
 * Errors: AXIS (wrong count, out of range, named twice). */
AG_API ag_tensor *ag_permute(ag_tensor *x, ag_axes order);

/* The elements start, start + step, ... before stop along an axis, as x[start:stop:step] in
 * Python: a negative start or stop counts from the end, both are clamped to what there is, and a
 * negative step goes backwards. INT64_MIN and INT64_MAX stand for as far as it goes: the reverse
 * of a vector is ag_slice(x, 0, INT64_MAX, INT64_MIN, -1). A view.
 *   gX = zeros of x's shape with gY in the places taken
 * Errors: AXIS; VALUE (step 0). */
AG_API ag_tensor *ag_slice(ag_tensor *x, int axis, int64_t start, int64_t stop, int64_t step);

/* The n tensors of the list, one after the other along an axis; the other sizes are equal.
 *   (..., p, ...), (..., q, ...) -> (..., p + q, ...)
 *   each operand's gradient is its slice of gY
 * Errors: SHAPE (sizes or numbers of dimensions differ, 0-d operands); AXIS; DTYPE; OVERFLOW;
 * NULL_ARGUMENT (a NULL in the list). Without a single tensor in the list there is no graph to
 * keep a message: the result is NULL and that is all. */
AG_API ag_tensor *ag_concat(ag_tensor *const *list, int n, int axis);

/* --- choosing --------------------------------------------------------------------------------- */

/* Comparisons: 1 where a < b, a <= b, a > b, a >= b, a == b, a != b, else 0, as i64. Any dtype,
 * the same for both; shapes broadcast. NaN compares as in C: only != is true of it. No gradient:
 * the result is a constant. Errors: SHAPE, DTYPE. */
AG_API ag_tensor *ag_lt(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_le(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_gt(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_ge(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_eq(ag_tensor *a, ag_tensor *b);
AG_API ag_tensor *ag_ne(ag_tensor *a, ag_tensor *b);

/* where(cond, a, b): a where cond is not zero, else b. `cond` has any dtype and gets no
 * gradient; a and b have one dtype; the three broadcast.
 *   gA = where(cond, gY, 0),  gB = where(cond, 0, gY), summed over what was broadcast
 * Both branches are computed before one is chosen. If the other one has an infinite derivative,
 * its gradient is 0 * inf = NaN: where(x > 0, sqrt(x), 0) at x = 0 or below. The remedy is a
 * where on the way in as well: where(x > 0, sqrt(where(x > 0, x, 1)), 0). Errors: SHAPE, DTYPE. */
AG_API ag_tensor *ag_where(ag_tensor *cond, ag_tensor *a, ag_tensor *b);

/* x in another dtype; x itself if it has that dtype already. To i64 it truncates towards zero,
 * takes values outside the range to its nearest end and NaN to 0.
 *   gX = gY in x's dtype; nothing flows through i64
 * Errors: DTYPE (no such dtype). */
AG_API ag_tensor *ag_cast(ag_tensor *x, ag_dtype dtype);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_tensor *ag__concat_at(const char *where, ag_tensor *const *list, int n, int axis)
{
    return ag_concat(ag__at_list(list, n, where), n, axis);
}

/* Variadic where a braced literal may be an argument: its commas are not the macro's. */
#define ag_reshape(x, ...) (ag_reshape)(AG_AT(x), __VA_ARGS__)
#define ag_transpose(x) (ag_transpose)(AG_AT(x))
#define ag_transpose_axes(x, a, b) (ag_transpose_axes)(AG_AT(x), a, b)
#define ag_permute(x, ...) (ag_permute)(AG_AT(x), __VA_ARGS__)
#define ag_slice(x, axis, start, stop, step) (ag_slice)(AG_AT(x), axis, start, stop, step)
#define ag_concat(...) ag__concat_at(AG_HERE, __VA_ARGS__)
#define ag_lt(a, b) (ag_lt)(AG_AT(a), AG_AT(b))
#define ag_le(a, b) (ag_le)(AG_AT(a), AG_AT(b))
#define ag_gt(a, b) (ag_gt)(AG_AT(a), AG_AT(b))
#define ag_ge(a, b) (ag_ge)(AG_AT(a), AG_AT(b))
#define ag_eq(a, b) (ag_eq)(AG_AT(a), AG_AT(b))
#define ag_ne(a, b) (ag_ne)(AG_AT(a), AG_AT(b))
#define ag_where(cond, a, b) (ag_where)(AG_AT(cond), AG_AT(a), AG_AT(b))
#define ag_cast(x, dtype) (ag_cast)(AG_AT(x), dtype)
#endif

#endif
