/* Shapes: the same elements under other axes, parts of a tensor, tensors joined and repeated,
 * padding, windows, and vectors of numbers.
 *
 * In the comments gY is the gradient of the root with respect to the result Y, and gX is what the
 * gradient of the operand X gains. An axis may be negative; it then counts from the last one. If a
 * comment says "0-d as a vector", a 0-d tensor counts as a vector of one element, whose axis is 0.
 * All functions take f64, f32 and i64, strided in any way and of any size, 0 included.
 *
 * A result is *borrowed* from the graph. It is NULL after an error, which the graph keeps, and NULL
 * for a NULL operand. MEMORY is a possible error of all.
 */
#ifndef AUTOGRAD_SHAPE_H
#define AUTOGRAD_SHAPE_H

#include "base.h"

AG_BEGIN_C

/* --- the same elements ------------------------------------------------------------------------ */

/* The same elements, in row-major order, in another shape. One size may be -1 and is found from the
 * others. The result is a view if x lies row-major in memory, otherwise a copy.
 *   gX = gY in x's shape
 * Errors: SHAPE (another number of elements, more than one -1, or a -1 that any size would
 * satisfy); OVERFLOW. */
AG_API ag_tensor *ag_reshape(ag_tensor *x, ag_shape shape);

/* The last two axes exchanged, or two given ones. A view.  (..., m,n) -> (..., n,m)
 *   gX = gY^T
 * Errors: AXIS (fewer than two dimensions, out of range). */
AG_API ag_tensor *ag_transpose(ag_tensor *x);
AG_API ag_tensor *ag_transpose_axes(ag_tensor *x, int a, int b);

/* Axis i of the result is axis order[i] of x. Every axis is named once. A view.
 *   gX = gY permuted back
 * Errors: AXIS (wrong count, out of range, named twice). */
AG_API ag_tensor *ag_permute(ag_tensor *x, ag_axes order);

/* Axis from.axis[i] becomes axis to.axis[i]; the others keep their order. A view.
 *   gX = gY permuted back
 * Errors: AXIS (out of range, named twice, more of one than of the other). */
AG_API ag_tensor *ag_moveaxis(ag_tensor *x, ag_axes from, ag_axes to);

/* squeeze removes every axis of size 1; squeeze_axis and squeeze_axes look at one axis, or several,
 * and keep those of another size. A view. 0-d as a vector.  (1,m,1,n) -> (m,n)
 *   gX = gY in x's shape
 * Errors: AXIS. */
AG_API ag_tensor *ag_squeeze(ag_tensor *x);
AG_API ag_tensor *ag_squeeze_axis(ag_tensor *x, int axis);
AG_API ag_tensor *ag_squeeze_axes(ag_tensor *x, ag_axes axes);

/* x with a new axis of size 1, which is `axis` of the result. A view.  (m,n) -> (m,1,n)
 *   gX = gY without that axis
 * Errors: AXIS; SHAPE (8 dimensions already). */
AG_API ag_tensor *ag_unsqueeze(ag_tensor *x, int axis);

/* The axes from start to end, both included, become one. ag_flatten(x, 0, -1) is a vector, even of
 * a 0-d x.
 *   gX = gY in x's shape
 * Errors: AXIS (out of range, start after end). */
AG_API ag_tensor *ag_flatten(ag_tensor *x, int start, int end);

/* The elements in reverse order along the axes. A view. 0-d as a vector.
 *   gX = gY flipped along the same axes
 * Errors: AXIS. */
AG_API ag_tensor *ag_flip(ag_tensor *x, ag_axes axes);

/* The elements moved `shift` places along the axis, backwards if it is negative; those that leave
 * at one end enter at the other.
 *   gX = gY rolled back
 * Errors: AXIS. */
AG_API ag_tensor *ag_roll(ag_tensor *x, int axis, int64_t shift);

/* --- parts ------------------------------------------------------------------------------------ */

/* The elements start, start + step, ... before stop along an axis, as x[start:stop:step] in Python:
 * a negative start or stop counts from the end, both are clamped to the axis, and a negative step
 * goes backwards. INT64_MIN and INT64_MAX stand for the ends of the axis: the reverse of a vector
 * is ag_slice(x, 0, INT64_MAX, INT64_MIN, -1). A view.
 *   gX = zeros of x's shape with gY in the places taken
 * Errors: AXIS; VALUE (step 0). */
AG_API ag_tensor *ag_slice(ag_tensor *x, int axis, int64_t start, int64_t stop, int64_t step);

/* x[index] along an axis, which is removed. A negative index counts from the end. A view.
 *   gX = zeros with gY in that place
 * Errors: AXIS; VALUE (out of range). */
AG_API ag_tensor *ag_select(ag_tensor *x, int axis, int64_t index);

/* The `length` elements of an axis that begin at `start`; a negative start counts from the end. A
 * view.
 *   gX = zeros with gY in these places
 * Errors: AXIS; VALUE (not all of them exist). */
AG_API ag_tensor *ag_narrow(ag_tensor *x, int axis, int64_t start, int64_t length);

/* These cut an axis into parts, which are views, and write them to out[0], out[1], ... They return
 * how many parts there are, or -1 and keep an error; then each element of `out` is NULL or a part
 * that had been made.
 *   split        parts of `size` elements, the last one shorter; at most `room` parts
 *   split_sizes  n parts of the given sizes, which add up to the size of the axis
 *   chunk        at most `chunks` parts of equal size, the last one shorter
 *   unbind       one part for every index, without the axis, as ag_select; at most `room` parts
 * An empty axis gives one empty part with split, and `chunks` empty parts with chunk.
 *   gX = zeros with every part's gradient in its places
 * Errors: AXIS; VALUE (size 0, sizes that do not add up, more parts than room). */
AG_API int ag_split(ag_tensor *x, int axis, int64_t size, ag_tensor **out, int room);
AG_API int ag_split_sizes(ag_tensor *x, int axis, const int64_t *sizes, int n, ag_tensor **out);
AG_API int ag_chunk(ag_tensor *x, int axis, int chunks, ag_tensor **out);
AG_API int ag_unbind(ag_tensor *x, int axis, ag_tensor **out, int room);

/* --- joins and repetition --------------------------------------------------------------------- */

/* The n tensors of the list, one after the other along an axis; their other sizes are equal.
 *   (..., p, ...), (..., q, ...) -> (..., p + q, ...)
 *   the gradient of each operand is its slice of gY
 * Errors: SHAPE (sizes or numbers of dimensions differ, 0-d operands); AXIS; DTYPE; OVERFLOW;
 * NULL_ARGUMENT (a NULL in the list). If n is not positive, the list is not read, so no graph can
 * keep a message, and only the result is NULL. */
AG_API ag_tensor *ag_concat(ag_tensor *const *list, int n, int axis);

/* The n tensors of the list along a new axis, which is `axis` of the result; all have one shape.
 *   n of (m,k) -> (n,m,k), (m,n,k) or (m,k,n)
 *   the gradient of each operand is its part of gY
 * Errors: as ag_concat. */
AG_API ag_tensor *ag_stack(ag_tensor *const *list, int n, int axis);

/* repeat and tile repeat the whole of axis i counts.dim[i] times. repeat takes a count for every
 * axis, and further counts before them make new axes; tile also takes fewer counts, which are those
 * of the last axes. repeat_interleave repeats every element of an axis n times in a row.
 *   gX = the sum of gY over the repetitions
 * Errors: SHAPE (number of counts); VALUE (a negative count); AXIS; OVERFLOW. */
AG_API ag_tensor *ag_repeat(ag_tensor *x, ag_shape counts);
AG_API ag_tensor *ag_tile(ag_tensor *x, ag_shape counts);
AG_API ag_tensor *ag_repeat_interleave(ag_tensor *x, int axis, int64_t n);

/* --- padding ---------------------------------------------------------------------------------- */

typedef enum ag_pad_mode {
    AG_PAD_CONSTANT,  /* value value [a b c] value */
    AG_PAD_REFLECT,   /* c b [a b c] b a: at most size - 1 */
    AG_PAD_REPLICATE, /* a a [a b c] c c */
    AG_PAD_CIRCULAR   /* b c [a b c] a b: at most size, less what is taken away */
} ag_pad_mode;

/* How many elements are added before and after axis 0, 1, ...; a negative number removes
 * elements. */
typedef struct ag_pad_widths {
    int64_t before[AG_MAX_DIMS];
    int64_t after[AG_MAX_DIMS];
} ag_pad_widths;

/* x with elements around it: ag_pad(x, AG_PAD_REFLECT, &(ag_pad_widths){.before = {1}}, 0). `value`
 * is used in constant mode only; NULL for `widths` means none. The axes are padded one after the
 * other. Elements that a negative width removes at the other end are not wrapped around, but they
 * are still reflected or repeated: a b c with -1 and 1 is b c b in circular mode, b c b in reflect
 * mode and b c c in replicate mode.
 *   gX = gY without what was added; in all modes but the constant one the gradients of the copies
 *        are added
 * Errors: VALUE (no such mode, a width beyond what the mode allows, more elements removed than
 * exist); AXIS (a width for an axis that x does not have); OVERFLOW. */
AG_API ag_tensor *ag_pad(ag_tensor *x, ag_pad_mode mode, const ag_pad_widths *widths, double value);

/* --- windows ---------------------------------------------------------------------------------- */

/* All windows of `size` elements, `step` apart, along an axis. That axis then counts the windows,
 * and a new last axis counts the elements of a window. A view: elements that lie in several windows
 * are not copied. 0-d as a vector.  (..., n, ...) -> (..., (n - size) / step + 1, ..., size)
 *   gX = the windows of gY added up at their places
 * Errors: AXIS; VALUE (step below 1, a window that does not fit); SHAPE; OVERFLOW. */
AG_API ag_tensor *ag_unfold(ag_tensor *x, int axis, int64_t size, int64_t step);

/* For rows and for columns, in this order. A stride or dilation of 0 means 1; the kernel must be
 * given. */
typedef struct ag_unfold_options {
    int64_t kernel[2];
    int64_t stride[2];
    int64_t padding[2];
    int64_t dilation[2];
} ag_unfold_options;

/* The patches of images as columns (im2col; torch.nn.Unfold), with zeros around the image:
 *   (N,C,H,W) -> (N, C kh kw, oh ow),  (C,H,W) -> (C kh kw, oh ow)
 *   oh = (H + 2 padding - dilation (kh - 1) - 1) / stride + 1, and ow likewise
 *   gX = the columns of gY added up at their places (col2im)
 * Errors: SHAPE (not 3 or 4 dimensions); VALUE (a kernel that is 0 or does not fit, a negative
 * number); NULL_ARGUMENT. */
AG_API ag_tensor *ag_unfold2d(ag_tensor *x, const ag_unfold_options *options);

/* The transpose of ag_unfold2d (col2im; torch.nn.Fold): columns added up at the places of their
 * patches in an image of this height and width.
 *   (N, C kh kw, oh ow) -> (N,C,height,width),  (C kh kw, oh ow) -> (C,height,width)
 *   gX = unfold2d(gY)
 * Errors: as ag_unfold2d; SHAPE (other columns than such an image has); DTYPE (i64). */
AG_API ag_tensor *ag_fold2d(ag_tensor *x, int64_t height, int64_t width,
                            const ag_unfold_options *options);

/* --- numbers and coordinates ------------------------------------------------------------------ */

/* A constant vector. arange: start, start + step, ... before stop. linspace: n numbers from start
 * to stop, both included and exact. For i64 the numbers are cut to whole ones. Errors: VALUE (not
 * finite, step 0 or away from stop, n negative); OVERFLOW; DTYPE; NULL without a graph. */
AG_API ag_tensor *ag_arange(ag_graph *g, ag_dtype dtype, double start, double stop, double step);
AG_API ag_tensor *ag_linspace(ag_graph *g, ag_dtype dtype, double start, double stop, int64_t n);

/* The coordinates of a grid. out[i] has the shape (size of list[0], ..., size of list[n-1]); along
 * axis i it is list[i], a vector or 0-d, and it is constant along the other axes. So out[0] changes
 * from row to row ("ij" in NumPy). Views. Returns n, or -1 with an error kept.
 *   the gradient of list[i] is the sum of out[i]'s gradient over the other axes
 * Errors: SHAPE (not a vector, more than 8 of them); NULL_ARGUMENT. */
AG_API int ag_meshgrid(ag_tensor *const *list, int n, ag_tensor **out);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
static inline ag_tensor *ag__concat_at(const char *where, ag_tensor *const *list, int n, int axis)
{
    return ag_concat(ag__at_list(list, n, where), n, axis);
}

static inline ag_tensor *ag__stack_at(const char *where, ag_tensor *const *list, int n, int axis)
{
    return ag_stack(ag__at_list(list, n, where), n, axis);
}

static inline int ag__meshgrid_at(const char *where, ag_tensor *const *list, int n, ag_tensor **out)
{
    return ag_meshgrid(ag__at_list(list, n, where), n, out);
}

/* A macro is variadic if a braced literal, whose commas are not those of the macro, may be an
 * argument. */
#define ag_reshape(x, ...) ag_reshape(AG_AT(x), __VA_ARGS__)
#define ag_transpose(x) ag_transpose(AG_AT(x))
#define ag_transpose_axes(x, a, b) ag_transpose_axes(AG_AT(x), a, b)
#define ag_permute(x, ...) ag_permute(AG_AT(x), __VA_ARGS__)
#define ag_moveaxis(x, ...) ag_moveaxis(AG_AT(x), __VA_ARGS__)
#define ag_squeeze(x) ag_squeeze(AG_AT(x))
#define ag_squeeze_axis(x, axis) ag_squeeze_axis(AG_AT(x), axis)
#define ag_squeeze_axes(x, ...) ag_squeeze_axes(AG_AT(x), __VA_ARGS__)
#define ag_unsqueeze(x, axis) ag_unsqueeze(AG_AT(x), axis)
#define ag_flatten(x, start, end) ag_flatten(AG_AT(x), start, end)
#define ag_flip(x, ...) ag_flip(AG_AT(x), __VA_ARGS__)
#define ag_roll(x, axis, shift) ag_roll(AG_AT(x), axis, shift)
#define ag_slice(x, axis, start, stop, step) ag_slice(AG_AT(x), axis, start, stop, step)
#define ag_select(x, axis, index) ag_select(AG_AT(x), axis, index)
#define ag_narrow(x, axis, start, length) ag_narrow(AG_AT(x), axis, start, length)
#define ag_split(x, ...) ag_split(AG_AT(x), __VA_ARGS__)
#define ag_split_sizes(x, ...) ag_split_sizes(AG_AT(x), __VA_ARGS__)
#define ag_chunk(x, ...) ag_chunk(AG_AT(x), __VA_ARGS__)
#define ag_unbind(x, ...) ag_unbind(AG_AT(x), __VA_ARGS__)
#define ag_concat(...) ag__concat_at(AG_HERE, __VA_ARGS__)
#define ag_stack(...) ag__stack_at(AG_HERE, __VA_ARGS__)
#define ag_repeat(x, ...) ag_repeat(AG_AT(x), __VA_ARGS__)
#define ag_tile(x, ...) ag_tile(AG_AT(x), __VA_ARGS__)
#define ag_repeat_interleave(x, axis, n) ag_repeat_interleave(AG_AT(x), axis, n)
#define ag_pad(x, ...) ag_pad(AG_AT(x), __VA_ARGS__)
#define ag_unfold(x, axis, size, step) ag_unfold(AG_AT(x), axis, size, step)
#define ag_fold2d(x, height, width, ...) ag_fold2d(AG_AT(x), height, width, __VA_ARGS__)
#define ag_unfold2d(x, ...) ag_unfold2d(AG_AT(x), __VA_ARGS__)
#define ag_arange(g, ...) ag_arange(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_linspace(g, ...) ag_linspace(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_meshgrid(...) ag__meshgrid_at(AG_HERE, __VA_ARGS__)
#endif

#endif
