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
AG_API ag_tensor *ag_moveaxis(ag_tensor *x, ag_axes from, ag_axes to);

/* Backwards along the axes. A view.
 *   gX = gY flipped along the same
 * Errors: AXIS. */
AG_API ag_tensor *ag_flip(ag_tensor *x, ag_axes axes);

/* --- parts ------------------------------------------------------------------------------------ */

/* x[index] along an axis, which goes; a negative index counts from the end. A view.
 *   gX = zeros with gY in that place
 * Errors: AXIS; VALUE (out of range). */
AG_API ag_tensor *ag_select(ag_tensor *x, int axis, int64_t index);

/* `length` elements of an axis, from `start` (from the end if negative) on. A view.
 *   gX = zeros with gY in these places
 * Errors: AXIS; VALUE (not all there). */
AG_API ag_tensor *ag_narrow(ag_tensor *x, int axis, int64_t start, int64_t length);

/* The axis cut into parts, views that are written to out[0..]. They return how many parts there
 * are, or -1 and keep an error; all of `out` is then NULL or what had been made.
 *   split        parts of `size` elements, the last one shorter; at most `room` parts
 *   split_sizes  n parts of the given sizes, which add up to the axis's
 *   chunk        at most `chunks` parts of equal size, the last one shorter
 *   unbind       one for every index, without the axis, as ag_select; at most `room` parts
 * Of an empty axis split makes one empty part, chunk as many as were asked for.
 *   gX = zeros with every part's gradient in its places
 * Errors: AXIS; VALUE (size 0, sizes that do not add up, more parts than room). */
AG_API int ag_split(ag_tensor *x, int axis, int64_t size, ag_tensor **out, int room);
AG_API int ag_split_sizes(ag_tensor *x, int axis, const int64_t *sizes, int n, ag_tensor **out);
AG_API int ag_chunk(ag_tensor *x, int axis, int chunks, ag_tensor **out);
AG_API int ag_unbind(ag_tensor *x, int axis, ag_tensor **out, int room);

/* All windows of `size` elements, `step` apart, along an axis: the axis counts them, and a last
 * axis goes through one. A view: elements that lie in several windows are not copied. 0-d as a
 * vector.  (..., n, ...) -> (..., (n - size) / step + 1, ..., size)
 *   gX = the windows of gY added up at their places
 * Errors: AXIS; VALUE (step below 1, a window that does not fit); SHAPE; OVERFLOW. */
AG_API ag_tensor *ag_unfold(ag_tensor *x, int axis, int64_t size, int64_t step);

/* In order: rows, columns. A stride or dilation of 0 means 1; the kernel must be given. */
typedef struct ag_unfold_options {
    int64_t kernel[2], stride[2], padding[2], dilation[2];
} ag_unfold_options;

/* The patches of images as columns (im2col; torch.nn.Unfold), zeros around the image:
 *   (N,C,H,W) -> (N, C kh kw, oh ow),  (C,H,W) -> (C kh kw, oh ow)
 *   oh = (H + 2 padding - dilation (kh - 1) - 1) / stride + 1, and so ow
 *   gX = the columns of gY added up at their places (col2im)
 * Errors: SHAPE (not 3 or 4 dimensions); VALUE (a kernel that is 0 or does not fit, a negative
 * number); NULL_ARGUMENT. */
AG_API ag_tensor *ag_unfold2d(ag_tensor *x, const ag_unfold_options *options);

/* --- joins and repetition --------------------------------------------------------------------- */

/* The n tensors of the list along a new axis, which in the result is `axis`; all of one shape.
 *   n of (m,k) -> (n,m,k), (m,n,k) or (m,k,n)
 *   each operand's gradient is its part of gY
 * Errors: SHAPE; AXIS; DTYPE; NULL_ARGUMENT. Without a single tensor: NULL and no message. */
AG_API ag_tensor *ag_stack(ag_tensor *const *list, int n, int axis);

/* The elements `shift` places later along the axis (earlier if negative), those that leave at one
 * end entering at the other.
 *   gX = gY rolled back
 * Errors: AXIS. */
AG_API ag_tensor *ag_roll(ag_tensor *x, int64_t shift, int axis);

/* The whole of axis i counts.dim[i] times one after the other. For repeat there is a count for
 * every axis, and further ones before them make new axes; for tile fewer counts are those of the
 * last axes. repeat_interleave: every element of an axis n times in a row.
 *   gX = the sum of gY over the repetitions
 * Errors: SHAPE (number of counts); VALUE (a negative count); AXIS; OVERFLOW. */
AG_API ag_tensor *ag_repeat(ag_tensor *x, ag_shape counts);
AG_API ag_tensor *ag_tile(ag_tensor *x, ag_shape counts);
AG_API ag_tensor *ag_repeat_interleave(ag_tensor *x, int64_t n, int axis);

/* --- padding ---------------------------------------------------------------------------------- */

typedef enum ag_pad_mode {
    AG_PAD_CONSTANT,  /* value value [a b c] value */
    AG_PAD_REFLECT,   /* c b [a b c] b a: at most size - 1 */
    AG_PAD_REPLICATE, /* a a [a b c] c c */
    AG_PAD_CIRCULAR   /* b c [a b c] a b: at most size, less what is taken away */
} ag_pad_mode;

/* How many elements more before and after axis 0, 1, ...; a negative number takes away. */
typedef struct ag_pad_widths {
    int64_t before[AG_MAX_DIMS], after[AG_MAX_DIMS];
} ag_pad_widths;

/* x with elements around it, ag_pad(x, AG_PAD_REFLECT, &(ag_pad_widths){.before = {1}}, 0). `value`
 * counts in constant mode only; `widths` NULL means none. One axis after the other. What a negative
 * width takes away at the other end is not wrapped around, but still reflected or repeated:
 * a b c with -1 and 1 is b c b in circular, b c b in reflect, b c c in replicate mode.
 *   gX = gY without what was added; plus, but in constant mode, the gradients of every copy
 * Errors: VALUE (a mode that is none, a width beyond what the mode allows, more taken away than
 * there is); AXIS (a width for an axis that x does not have); OVERFLOW. */
AG_API ag_tensor *ag_pad(ag_tensor *x, ag_pad_mode mode, const ag_pad_widths *widths, double value);

/* --- by index --------------------------------------------------------------------------------- */

/* The slices of x that the vector `index` names, along an axis; any may come any number of times.
 * A 0-d x has the one index 0 and stays 0-d.  (..., n, ...), (k) -> (..., k, ...)
 *   gX = zeros with the slices of gY added at their places
 * Errors: AXIS; DTYPE (an index that is not i64); SHAPE (one of several dimensions); VALUE (out of
 * range; negative ones are). */
AG_API ag_tensor *ag_index_select(ag_tensor *x, int axis, ag_tensor *index);

/* Y has the index's shape: its element at p is x's at p with the coordinate along the axis replaced
 * by index[p]. x and index have as many dimensions, and beside the axis the index is nowhere longer
 * than x. 0-d as a vector. (torch.gather)
 *   gX = scatter_add(zeros, axis, index, gY): what was taken twice gains twice
 * Errors: as ag_index_select. */
AG_API ag_tensor *ag_gather(ag_tensor *x, int axis, ag_tensor *index);

/* As ag_gather, sizes of x and index beside the axis being broadcast (numpy.take_along_axis). */
AG_API ag_tensor *ag_take_along(ag_tensor *x, ag_tensor *index, int axis);

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

/* --- by mask ---------------------------------------------------------------------------------- */

/* x with `value` where the mask is true; they broadcast.
 *   gX = gY, but 0 there
 * Errors: SHAPE; VALUE (i64, and a value that does not fit). */
AG_API ag_tensor *ag_masked_fill(ag_tensor *x, ag_tensor *mask, double value);

/* The sum or mean, as ag_sum_over, of those elements for which the mask is true. What is masked is
 * not looked at, NaN included. The mean of none is NaN, with gradient 0.
 *   gX = gY where the mask is true, else 0; for the mean divided by how many are
 * Errors: SHAPE; AXIS; DTYPE (the mean of i64). */
AG_API ag_tensor *ag_masked_sum(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_masked_mean(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim);

/* The elements of x for which the mask is true, as a vector in row-major order; they broadcast. Its
 * size depends on the mask's values.
 *   gX = zeros with gY at those places
 * Errors: SHAPE. */
AG_API ag_tensor *ag_masked_select(ag_tensor *x, ag_tensor *mask);

/* The indices of the elements that are not 0, row-major, one a row: i64 of shape (count, ndim).
 * NaN is not 0. No gradient. */
AG_API ag_tensor *ag_nonzero(ag_tensor *x);

/* --- order ------------------------------------------------------------------------------------ */

/* x in order along an axis. Stable: equal elements stay in the order they had; NaN counts as
 * larger than any number. `indices`, where not NULL, gets the i64 tensor with Y = gather(x, axis,
 * indices); so does ag_argsort return it. A merge sort. 0-d as a vector.
 *   gX = gY carried back to where each element came from
 * Errors: AXIS. */
AG_API ag_tensor *ag_sort(ag_tensor *x, int axis, bool descending, ag_tensor **indices);
AG_API ag_tensor *ag_argsort(ag_tensor *x, int axis, bool descending);

/* The k largest, or smallest, along an axis, the most extreme first; of equal ones the first. As
 * ag_sort in everything else.  (..., n, ...) -> (..., k, ...)
 * Errors: AXIS; VALUE (k negative or more than there are). */
AG_API ag_tensor *ag_topk(ag_tensor *x, int64_t k, int axis, bool largest, ag_tensor **indices);

/* Where each value would have to be inserted to keep `sorted`, ascending along its last axis, in
 * order: before its equals, or with `right` after them. i64 of values' shape; no gradient. One
 * vector for all values, or (..., n) and (..., k) with equal leading sizes. That it is sorted is
 * not checked.
 * Errors: SHAPE; DTYPE. */
AG_API ag_tensor *ag_searchsorted(ag_tensor *sorted, ag_tensor *values, bool right);

/* --- labels and coordinates ------------------------------------------------------------------- */

/* 1 at the label along a last axis of `classes`, else 0, as i64 (ag_cast for arithmetic).
 *   (...) -> (..., classes); no gradient
 * Errors: VALUE (a label outside 0..classes-1); DTYPE (labels that are not i64); SHAPE. */
AG_API ag_tensor *ag_one_hot(ag_tensor *labels, int64_t classes);

/* A constant vector: start, start + step, ... before stop; n numbers from start to stop, both
 * included and exact. For i64 the numbers are cut to whole ones. Errors: VALUE (not finite, step 0
 * or away from stop, n negative); OVERFLOW; DTYPE; MEMORY. */
AG_API ag_tensor *ag_arange(ag_graph *g, ag_dtype dtype, double start, double stop, double step);
AG_API ag_tensor *ag_linspace(ag_graph *g, ag_dtype dtype, double start, double stop, int64_t n);

/* out[i], of shape (size of list[0], ..., size of list[n-1]), is list[i], a vector or 0-d, along
 * axis i and constant along the others: the coordinates of a grid, out[0] going with the rows
 * ("ij" in NumPy). Views. Returns n, or -1 with an error kept.
 *   the gradient of list[i] is the sum of out[i]'s over the other axes
 * Errors: SHAPE (not a vector, more than 8); NULL_ARGUMENT. */
AG_API int ag_meshgrid(ag_tensor *const *list, int n, ag_tensor **out);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_tensor *const *ag__list_at(ag_tensor *const *list, int n, const char *where)
{
    int first = 0;
    while (list != NULL && first < n && list[first] == NULL) {
        first++;
    }
    if (list != NULL && first < n) {
        ag__at(list[first], where);
    }
    return list;
}

static inline ag_tensor *ag__stack_at(const char *where, ag_tensor *const *list, int n, int axis)
{
    return ag_stack(ag__list_at(list, n, where), n, axis);
}

static inline int ag__meshgrid_at(const char *where, ag_tensor *const *list, int n, ag_tensor **out)
{
    return ag_meshgrid(ag__list_at(list, n, where), n, out);
}

/* Variadic where a braced literal may be an argument: its commas are not the macro's. */
#define ag_squeeze(x) (ag_squeeze)(AG_AT(x))
#define ag_squeeze_axis(x, axis) (ag_squeeze_axis)(AG_AT(x), axis)
#define ag_unsqueeze(x, axis) (ag_unsqueeze)(AG_AT(x), axis)
#define ag_flatten(x, start, end) (ag_flatten)(AG_AT(x), start, end)
#define ag_moveaxis(x, ...) (ag_moveaxis)(AG_AT(x), __VA_ARGS__)
#define ag_flip(x, ...) (ag_flip)(AG_AT(x), __VA_ARGS__)
#define ag_select(x, axis, index) (ag_select)(AG_AT(x), axis, index)
#define ag_narrow(x, axis, start, length) (ag_narrow)(AG_AT(x), axis, start, length)
#define ag_split(x, ...) (ag_split)(AG_AT(x), __VA_ARGS__)
#define ag_split_sizes(x, ...) (ag_split_sizes)(AG_AT(x), __VA_ARGS__)
#define ag_chunk(x, ...) (ag_chunk)(AG_AT(x), __VA_ARGS__)
#define ag_unbind(x, ...) (ag_unbind)(AG_AT(x), __VA_ARGS__)
#define ag_unfold(x, axis, size, step) (ag_unfold)(AG_AT(x), axis, size, step)
#define ag_unfold2d(x, ...) (ag_unfold2d)(AG_AT(x), __VA_ARGS__)
#define ag_stack(...) ag__stack_at(AG_HERE, __VA_ARGS__)
#define ag_roll(x, shift, axis) (ag_roll)(AG_AT(x), shift, axis)
#define ag_repeat(x, ...) (ag_repeat)(AG_AT(x), __VA_ARGS__)
#define ag_tile(x, ...) (ag_tile)(AG_AT(x), __VA_ARGS__)
#define ag_repeat_interleave(x, n, axis) (ag_repeat_interleave)(AG_AT(x), n, axis)
#define ag_pad(x, ...) (ag_pad)(AG_AT(x), __VA_ARGS__)
#define ag_index_select(x, axis, index) (ag_index_select)(AG_AT(x), axis, AG_AT(index))
#define ag_gather(x, axis, index) (ag_gather)(AG_AT(x), axis, AG_AT(index))
#define ag_take_along(x, index, axis) (ag_take_along)(AG_AT(x), AG_AT(index), axis)
#define ag_scatter(x, axis, index, src) (ag_scatter)(AG_AT(x), axis, AG_AT(index), AG_AT(src))
#define ag_scatter_add(x, axis, index, src)                                                        \
    (ag_scatter_add)(AG_AT(x), axis, AG_AT(index), AG_AT(src))
#define ag_masked_fill(x, mask, value) (ag_masked_fill)(AG_AT(x), AG_AT(mask), value)
#define ag_masked_sum(x, mask, ...) (ag_masked_sum)(AG_AT(x), AG_AT(mask), __VA_ARGS__)
#define ag_masked_mean(x, mask, ...) (ag_masked_mean)(AG_AT(x), AG_AT(mask), __VA_ARGS__)
#define ag_masked_select(x, mask) (ag_masked_select)(AG_AT(x), AG_AT(mask))
#define ag_nonzero(x) (ag_nonzero)(AG_AT(x))
#define ag_sort(x, axis, descending, indices) (ag_sort)(AG_AT(x), axis, descending, indices)
#define ag_argsort(x, axis, descending) (ag_argsort)(AG_AT(x), axis, descending)
#define ag_topk(x, k, axis, largest, indices) (ag_topk)(AG_AT(x), k, axis, largest, indices)
#define ag_searchsorted(sorted, values, right)                                                     \
    (ag_searchsorted)(AG_AT(sorted), AG_AT(values), right)
#define ag_one_hot(labels, classes) (ag_one_hot)(AG_AT(labels), classes)
#define ag_arange(g, ...) (ag_arange)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_linspace(g, ...) (ag_linspace)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_meshgrid(...) ag__meshgrid_at(AG_HERE, __VA_ARGS__)
#endif

#endif
