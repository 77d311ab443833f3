/* Shape and index: views under other axes, parts and joins, padding, taking elements by index or
 * mask, order. Comes with ops.h, which also has reshape, transpose, permute, slice and concat.
 *
 * Below, gY is the gradient of the root with respect to the result Y, and gX the gain of operand
 * X's. An axis may be negative and counts from the last then; where it says so, a 0-d tensor counts
 * as a vector of one element, with axis 0. All take f64, f32 and i64, in any layout, of any size,
 * 0 included. Indices and masks are tensors of their own (i64; a mask of any dtype, true where it
 * is not 0) and get no gradient. Every index is checked before an element is read; one out of range
 * is an error (VALUE) that names it and its place.
 */
#ifndef AUTOGRAD_INDEX_H
#define AUTOGRAD_INDEX_H

#include "engine.h"

AG_BEGIN_C

/* --- other axes ------------------------------------------------------------------------------- */

/* Without the axes of size 1; or without one axis, if its size is 1, and unchanged if not. A view.
 * 0-d as a vector.  (1,m,1,n) -> (m,n)
 *   gX = gY in x's shape
 * Errors: AXIS. */
AG_API ag_tensor *ag_squeeze(ag_tensor *x);
AG_API ag_tensor *ag_squeeze_axis(ag_tensor *x, int axis);

/* With an axis of size 1 more, which in the result is `axis`. A view.  (m,n) -> (m,1,n)
 *   gX = gY without that axis
 * Errors: AXIS; SHAPE (8 dimensions already). */
AG_API ag_tensor *ag_unsqueeze(ag_tensor *x, int axis);

/* The axes start to end, both included, as one; ag_flatten(x, 0, -1) is a vector, also of a 0-d x.
 *   gX = gY in x's shape
 * Errors: AXIS (out of range, start after end). */
AG_API ag_tensor *ag_flatten(ag_tensor *x, int start, int end);

/* Axis from.axis[i] becomes axis to.axis[i]; the others keep their order. A view.
 *   gX = gY permuted back
 * Errors: AXIS (out of range, named twice, more of one than of the other). */
AG_API ag_tensor *ag_movedim(ag_tensor *x, ag_axes from, ag_axes to);

/* Backwards along the axes. A view.
 *   gX = gY flipped along the same
 * Errors: AXIS. */
AG_API ag_tensor *ag_flip(ag_tensor *x, ag_axes axes);

/* --- by index --------------------------------------------------------------------------------- */

/* Y has the index's shape: its element at p is x's at p with the coordinate along the axis replaced
 * by index[p]. x and index have as many dimensions, and beside the axis the index is nowhere longer
 * than x. 0-d as a vector. (torch.gather)
 *   gX = scatter_add(zeros, axis, index, gY): what was taken twice gains twice
 * Errors: as ag_index_select. */
AG_API ag_tensor *ag_gather(ag_tensor *x, int axis, ag_tensor *index);

/* x with src[p] written to, or added at, p with the coordinate along the axis replaced by index[p].
 * The shape of the index as for ag_gather; src is at least as large, and what the index does not
 * cover is not used; a 0-d src is used for every p. If two are written to one place, the one later
 * in row-major order stays.
 *   scatter_add:  gX = gY,  gSRC = gather(gY, axis, index)
 *   scatter:      gX = gY with 0 at the places written,
 *                 gSRC = gather(gY, axis, index), but 0 for what was overwritten
 * Errors: as ag_gather; SHAPE (src smaller than index); DTYPE (x and src differ). */
AG_API ag_tensor *ag_scatter(ag_tensor *x, int axis, ag_tensor *index, ag_tensor *src);
AG_API ag_tensor *ag_scatter_add(ag_tensor *x, int axis, ag_tensor *index, ag_tensor *src);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
/* Variadic where a braced literal may be an argument: its commas are not the macro's. */
#define ag_squeeze(x) (ag_squeeze)(AG_AT(x))
#define ag_squeeze_axis(x, axis) (ag_squeeze_axis)(AG_AT(x), axis)
#define ag_unsqueeze(x, axis) (ag_unsqueeze)(AG_AT(x), axis)
#define ag_flatten(x, start, end) (ag_flatten)(AG_AT(x), start, end)
#define ag_movedim(x, ...) (ag_movedim)(AG_AT(x), __VA_ARGS__)
#define ag_flip(x, ...) (ag_flip)(AG_AT(x), __VA_ARGS__)
#define ag_gather(x, axis, index) (ag_gather)(AG_AT(x), axis, AG_AT(index))
#define ag_scatter(x, axis, index, src) (ag_scatter)(AG_AT(x), axis, AG_AT(index), AG_AT(src))
#define ag_scatter_add(x, axis, index, src)                                                        \
    (ag_scatter_add)(AG_AT(x), axis, AG_AT(index), AG_AT(src))
#endif

#endif
