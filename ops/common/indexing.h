/* Moving elements to and from places that an index tensor names: what gather, scatter and
 * index_select share. Private to ops/. Knows no operation.
 *
 * At place p of the index, [p] of an array is its element at p, and [p: i] the one at p with the
 * coordinate along the axis replaced by i = index[p]. All arrays have as many dimensions as the
 * index, and along every other axis at least its size.
 */
#ifndef OPS_COMMON_INDEXING_H
#define OPS_COMMON_INDEXING_H

#include "strided.h"

/* y[p] = x[p: i], y[p: i] = src[p], y[p: i] += src[p]; of two writes to one place the later stays.
 * Every index must have been checked. */
void ag__gather_elements(const ag_array *y, const ag_array *x, const ag_array *index, int axis);
void ag__scatter_elements(const ag_array *y, const ag_array *index, const ag_array *src, int axis);
void ag__scatter_add_elements(const ag_array *y, const ag_array *index, const ag_array *src,
                              int axis);

/* Is it i64 (`what` is its name for messages); are all its elements in 0..size-1? */
ag_status ag__index_dtype(const ag_call *call, const ag_tensor *index, const char *what);
ag_status ag__index_check(const ag_call *call, const ag_array *index, int64_t size,
                          const char *what);

/* The same going backward, for memory of the caller's that changed without ag_touch. */
ag_status ag__index_recheck(const ag_vjp_call *call, const ag_array *index, int64_t size);

/* A new constant of i64, to be written through *values; and zeros of a shape, without memory. */
ag_tensor *ag__indices_new(ag_graph *g, int64_t n, int64_t **values);
ag_tensor *ag__zeros(ag_graph *g, ag_dtype dtype, ag_shape shape);

#endif
