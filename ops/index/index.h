/* Elements taken or changed by index or by mask, and order along an axis.
 *
 * In the comments gY is the gradient of the root with respect to the result Y, and gX is what the
 * gradient of the operand X gains. An axis may be negative; it then counts from the last one. If a
 * comment says "0-d as a vector", a 0-d tensor counts as a vector of one element, whose axis is 0.
 * All functions take f64, f32 and i64, strided in any way and of any size, 0 included.
 *
 * Indices and masks are tensors of their own and get no gradient. An index is i64; a mask is of any
 * dtype and is true where it is not 0. Every index is checked before an element is read: one that
 * is out of range is an error (VALUE) that names it and its place. A negative index counts from the
 * end of its axis.
 *
 * A result is *borrowed* from the graph. It is NULL after an error, which the graph keeps, and NULL
 * for a NULL operand. MEMORY is a possible error of all, NULL_ARGUMENT and GRAPH (tensors of
 * different graphs) of those with several operands.
 */
#ifndef AUTOGRAD_INDEX_H
#define AUTOGRAD_INDEX_H

#include "base.h"

AG_BEGIN_C

/* --- by index --------------------------------------------------------------------------------- */

/* The slices of x along an axis that the vector `index` names; each may be named any number of
 * times. A 0-d x has only the index 0 and stays 0-d.  (..., n, ...), (k) -> (..., k, ...)
 *   gX = zeros with the slices of gY added at their places
 * Errors: AXIS; DTYPE (an index that is not i64); SHAPE (one of several dimensions); VALUE (out of
 * range). */
AG_API ag_tensor *ag_index_select(ag_tensor *x, ag_tensor *index, int axis);

/* The result has the shape of the index: its element at p is x's at p with the coordinate along the
 * axis replaced by index[p]. x and index have as many dimensions, and along the other axes the
 * index is nowhere longer than x. 0-d as a vector. (torch.gather)
 *   gX = zeros with gY added at the places taken, twice if an element was taken twice
 * Errors: as ag_index_select. */
AG_API ag_tensor *ag_gather(ag_tensor *x, ag_tensor *index, int axis);

/* As ag_gather, but the sizes of x and index along the other axes broadcast
 * (numpy.take_along_axis). */
AG_API ag_tensor *ag_take_along(ag_tensor *x, ag_tensor *index, int axis);

/* x with src[p] written to p, or added at p, where the coordinate along the axis is replaced by
 * index[p]. The shape of the index is as for ag_gather; src is at least as large, and the part of
 * it that the index does not cover is not used; a 0-d src is used for every p. If two elements are
 * written to one place, the one that is later in row-major order stays.
 *   scatter_add:  gX = gY,  gSRC = gather(gY, index)
 *   scatter:      gX = gY with 0 at the places written,
 *                 gSRC = gather(gY, index), but 0 for elements that were overwritten
 * Errors: as ag_gather; SHAPE (src smaller than index); DTYPE (x and src differ). */
AG_API ag_tensor *ag_scatter(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis);
AG_API ag_tensor *ag_scatter_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis);

/* How ag_scatter_reduce reduces. Zeros mean: the sum, x included. */
typedef enum ag_scatter_reduction {
    AG_SCATTER_SUM,
    AG_SCATTER_MEAN,
    AG_SCATTER_MAX,
    AG_SCATTER_MIN,
    AG_SCATTER_PROD
} ag_scatter_reduction;

typedef struct ag_scatter_options {
    ag_scatter_reduction reduction;
    bool exclude_self; /* x's element does not count at the places that the index names */
} ag_scatter_options;

/* x with all that src has for a place reduced to one number; shapes as for ag_scatter_add. Where
 * nothing is written, x stays. In a maximum or minimum a NaN wins. `options` may be NULL: the sum,
 * x included. (torch.scatter_reduce)
 *   sum:      as scatter_add
 *   mean:     the same, both gradients divided by the number of elements
 *   max, min: the gradient of an element shared evenly by all that equal it, x's too
 *   prod:     gY times the product of the others, without division
 *   With exclude_self gX is 0 at the places written.
 * Errors: as ag_scatter_add; VALUE (no such reduction); DTYPE (the mean of i64). */
AG_API ag_tensor *ag_scatter_reduce(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis,
                                    const ag_scatter_options *options);

/* x with the slices of src along an axis added to, or reduced with, the slices of x that the vector
 * `index` names: the k-th slice of src goes to x's slice index[k].
 *   x (..., n, ...), index (k), src (..., k, ...) -> (..., n, ...)
 * Gradients and errors are those of ag_scatter_reduce; SHAPE (src is not as the index says). */
AG_API ag_tensor *ag_index_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis);
AG_API ag_tensor *ag_index_reduce(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis,
                                  const ag_scatter_options *options);

/* x with values put at, or with `accumulate` added to, x[i0, i1, ...]: the n indices, for the first
 * n axes of x, broadcast to the shape of the places, and the values to that shape followed by the
 * sizes of x's other axes. Without `accumulate`, the value that is later in row-major order stays.
 * (torch.Tensor.index_put)
 *   gX = gY, but 0 at the places if they are overwritten
 *   gVALUES = gY at the places, but 0 for values that were overwritten
 * Errors: VALUE (n is not 1 to x's dimensions; an index out of range); DTYPE; SHAPE. */
AG_API ag_tensor *ag_index_put(ag_tensor *x, ag_tensor *const *indices, int n, ag_tensor *values,
                               bool accumulate);

/* --- by mask ---------------------------------------------------------------------------------- */

/* x with `value` where the mask is true; the two broadcast.
 *   gX = gY, but 0 where the mask is true
 * Errors: SHAPE; VALUE (i64, and a value that does not fit). */
AG_API ag_tensor *ag_masked_fill(ag_tensor *x, ag_tensor *mask, double value);

/* The sum or mean of the elements for which the mask is true, over all axes or, as ag_sum_over,
 * over some; x and the mask broadcast. The other elements do not count, even if they are NaN. The
 * mean of no element is NaN, with gradient 0.
 *   gX = gY where the mask is true, else 0; for the mean divided by their number
 * Errors: SHAPE; AXIS; DTYPE (the mean of i64). */
AG_API ag_tensor *ag_masked_sum(ag_tensor *x, ag_tensor *mask);
AG_API ag_tensor *ag_masked_sum_over(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim);
AG_API ag_tensor *ag_masked_mean(ag_tensor *x, ag_tensor *mask);
AG_API ag_tensor *ag_masked_mean_over(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim);

/* The elements of x for which the mask is true, as a vector in row-major order; the two broadcast.
 * The size of the result depends on the values of the mask.
 *   gX = zeros with gY at those places
 * Errors: SHAPE. */
AG_API ag_tensor *ag_masked_select(ag_tensor *x, ag_tensor *mask);

/* The indices of the elements that are not 0 (NaN counts as not 0), in row-major order, as the rows
 * of an i64 tensor of shape (count, ndim). No gradient. */
AG_API ag_tensor *ag_nonzero(ag_tensor *x);

/* --- order ------------------------------------------------------------------------------------ */

/* x sorted along an axis, by a merge sort. It is stable: equal elements keep their order. NaN
 * counts as larger than any number. `indices`, unless NULL, gets the i64 tensor with Y = gather(x,
 * indices); ag_argsort returns that tensor. 0-d as a vector.
 *   gX = gY at the places where the elements came from
 * Errors: AXIS. */
AG_API ag_tensor *ag_sort(ag_tensor *x, int axis, bool descending, ag_tensor **indices);
AG_API ag_tensor *ag_argsort(ag_tensor *x, int axis, bool descending);

/* The k largest or smallest elements along an axis, in descending or ascending order; equal
 * elements keep their order. NaN, `indices` and the gradient are as in ag_sort.
 *   (..., n, ...) -> (..., k, ...)
 * Errors: AXIS; VALUE (k is negative or more than there are). */
AG_API ag_tensor *ag_topk(ag_tensor *x, int axis, int64_t k, bool largest, ag_tensor **indices);

/* The k-th smallest element along an axis, counted from 1, and its index along it in *indices (i64;
 * `indices` may be NULL). Equal elements keep their order, NaN counts as larger than any number.
 * Any dtype. 0-d as a vector.  (..., n, ...) -> (...)
 *   gX = gY at the index, 0 elsewhere
 * Errors: AXIS; VALUE (k is not one of 1 to n); then *indices is NULL. */
AG_API ag_tensor *ag_kthvalue(ag_tensor *x, int axis, bool keepdim, int64_t k, ag_tensor **indices);

/* How a quantile is found that lies between two of the sorted elements, x[i] and x[i + 1]. */
typedef enum ag_quantile_method {
    AG_QUANTILE_LINEAR,  /* on the line between them */
    AG_QUANTILE_LOWER,   /* x[i] */
    AG_QUANTILE_HIGHER,  /* x[i + 1] */
    AG_QUANTILE_NEAREST, /* the nearer one; halfway the one whose place, counted from 0, is even */
    AG_QUANTILE_MIDPOINT /* (x[i] + x[i + 1]) / 2 */
} ag_quantile_method;

/* The q-quantile: of the n elements in ascending order the one at the place q (n - 1), counted from
 * 0, as in NumPy and PyTorch. It is NaN if an element is.  (..., n, ...) -> (...)
 *   gX = gY at that place, or divided between the two beside it as they are weighed
 * Errors: VALUE (q is not from 0 to 1, no such method); AXIS; SHAPE (no element); DTYPE. */
AG_API ag_tensor *ag_quantile(ag_tensor *x, double q, ag_quantile_method method);
AG_API ag_tensor *ag_quantile_over(ag_tensor *x, ag_axes axes, bool keepdim, double q,
                                   ag_quantile_method method);

/* The place at which each value would have to be inserted into `sorted`, which ascends along its
 * last axis, to keep the order: before equal elements or, with `right`, after them. The result is
 * i64 of the shape of values and has no gradient. `sorted` is one vector for all values, or it is
 * (..., n) and values is (..., k) with equal leading sizes. That it is sorted is not checked.
 * Errors: SHAPE; DTYPE. */
AG_API ag_tensor *ag_searchsorted(ag_tensor *sorted, ag_tensor *values, bool right);

/* --- labels ----------------------------------------------------------------------------------- */

/* Along a new last axis of `classes` elements, 1 at the label and 0 elsewhere. The result is i64;
 * ag_cast makes it floating.  (...) -> (..., classes). No gradient.
 * Errors: VALUE (a label outside 0..classes-1); DTYPE (labels that are not i64); SHAPE. */
AG_API ag_tensor *ag_one_hot(ag_tensor *labels, int64_t classes);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
/* A macro is variadic if a braced literal, whose commas are not those of the macro, may be an
 * argument. */
#define ag_index_select(x, index, axis) ag_index_select(AG_AT(x), AG_AT(index), axis)
#define ag_gather(x, index, axis) ag_gather(AG_AT(x), AG_AT(index), axis)
#define ag_take_along(x, index, axis) ag_take_along(AG_AT(x), AG_AT(index), axis)
#define ag_scatter(x, index, src, axis) ag_scatter(AG_AT(x), AG_AT(index), AG_AT(src), axis)
#define ag_scatter_add(x, index, src, axis) ag_scatter_add(AG_AT(x), AG_AT(index), AG_AT(src), axis)
#define ag_scatter_reduce(x, index, src, axis, ...)                                                \
    ag_scatter_reduce(AG_AT(x), AG_AT(index), AG_AT(src), axis, __VA_ARGS__)
#define ag_index_add(x, index, src, axis) ag_index_add(AG_AT(x), AG_AT(index), AG_AT(src), axis)
#define ag_index_reduce(x, index, src, axis, ...)                                                  \
    ag_index_reduce(AG_AT(x), AG_AT(index), AG_AT(src), axis, __VA_ARGS__)
#define ag_index_put(x, indices, n, values, accumulate)                                            \
    ag_index_put(AG_AT(x), indices, n, AG_AT(values), accumulate)
#define ag_masked_fill(x, mask, value) ag_masked_fill(AG_AT(x), AG_AT(mask), value)
#define ag_masked_sum(x, mask) ag_masked_sum(AG_AT(x), AG_AT(mask))
#define ag_masked_sum_over(x, mask, ...) ag_masked_sum_over(AG_AT(x), AG_AT(mask), __VA_ARGS__)
#define ag_masked_mean(x, mask) ag_masked_mean(AG_AT(x), AG_AT(mask))
#define ag_masked_mean_over(x, mask, ...) ag_masked_mean_over(AG_AT(x), AG_AT(mask), __VA_ARGS__)
#define ag_masked_select(x, mask) ag_masked_select(AG_AT(x), AG_AT(mask))
#define ag_nonzero(x) ag_nonzero(AG_AT(x))
#define ag_sort(x, axis, descending, indices) ag_sort(AG_AT(x), axis, descending, indices)
#define ag_argsort(x, axis, descending) ag_argsort(AG_AT(x), axis, descending)
#define ag_topk(x, axis, k, largest, indices) ag_topk(AG_AT(x), axis, k, largest, indices)
#define ag_kthvalue(x, ...) ag_kthvalue(AG_AT(x), __VA_ARGS__)
#define ag_quantile(x, q, method) ag_quantile(AG_AT(x), q, method)
#define ag_quantile_over(x, ...) ag_quantile_over(AG_AT(x), __VA_ARGS__)
#define ag_searchsorted(sorted, values, right) ag_searchsorted(AG_AT(sorted), AG_AT(values), right)
#define ag_one_hot(labels, classes) ag_one_hot(AG_AT(labels), classes)
#endif

#endif
