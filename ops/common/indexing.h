/* Moving elements to and from the places that an index tensor names: what gather, scatter and
 * index_select share. Private to ops/. Must not know any operation.
 *
 * In the comments x[p] is the element of x at place p of the index, and x[p: i] is the element at p
 * with the coordinate along the axis replaced by i = index[p], counted from the end if it is negative. All arrays have as many dimensions
 * as the index, and along every other axis at least its size, or that of 1, which counts as any.
 */
#ifndef OPS_COMMON_INDEXING_H
#define OPS_COMMON_INDEXING_H

#include "strided.h"

/* For every p: y[p] = x[p: i] (gather), y[p: i] = src[p] (scatter), y[p: i] += src[p]
 * (scatter_add). If two elements are written to one place, the later one stays. Every index must
 * have been checked. */
void ag__gather_elements(const ag_array *y, const ag_array *x, const ag_array *index, int axis);
void ag__scatter_elements(const ag_array *y, const ag_array *index, const ag_array *src, int axis);
void ag__scatter_add_elements(const ag_array *y, const ag_array *index, const ag_array *src,
                              int axis);

/* For every p: y[p: i] becomes the product, the larger or the smaller of itself and src[p]; a NaN
 * wins. */
void ag__scatter_multiply_elements(const ag_array *y, const ag_array *index, const ag_array *src,
                                   int axis);
void ag__scatter_max_elements(const ag_array *y, const ag_array *index, const ag_array *src,
                              int axis);
void ag__scatter_min_elements(const ag_array *y, const ag_array *index, const ag_array *src,
                              int axis);

/* For every p, in row-major order of the index: src[p] becomes y[p: i], and y[p: i] becomes the sum
 * or product of itself and what src[p] was. So src holds at the end what its elements found: the
 * running totals at their places. */
void ag__scatter_exchange_add(const ag_array *y, const ag_array *index, const ag_array *src,
                              int axis);
void ag__scatter_exchange_multiply(const ag_array *y, const ag_array *index, const ag_array *src,
                                   int axis);

/* Check that the index is i64, that all its elements are in -size..size-1, of which the negative ones
 * count from the end, and that they are in least..size-1. `what` is the name of the index in
 * messages. */
ag_status ag__index_dtype(const ag_call *call, const ag_tensor *index, const char *what);
ag_status ag__index_check(const ag_call *call, const ag_array *index, int64_t size);
ag_status ag__index_within(const ag_call *call, const ag_array *index, int64_t least, int64_t size,
                           const char *what);

/* Repeats ag__index_check in the backward pass: the memory may belong to the caller, who may have
 * changed it without ag_touch. */
ag_status ag__index_recheck(const ag_vjp_call *call, const ag_array *index, int64_t size);

/* A constant of zeros that takes no memory: one element, expanded. */
ag_tensor *ag__zeros(ag_graph *g, ag_dtype dtype, ag_shape shape);

#endif
