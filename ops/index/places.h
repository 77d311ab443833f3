/* What gather and the scatters have in common: the axis, the checks of x and the index, which are
 * operands 0 and 1, how a scatter walks, and indices for samples. Private to ops/index/. Must not
 * know what is done at the places.
 */
#ifndef OPS_INDEX_PLACES_H
#define OPS_INDEX_PLACES_H

#include "ops/common/strided.h"

/* The axis, 0 to ndim - 1, of a call whose attribute begins with it. */
int ag__places_axis(const void *attr, const ag_array *x);

/* For infer: checks dtype, axis and sizes. Along the other axes the index may not be longer than x,
 * whose shape is the call's; with `stretched` it may where x's size is 1. */
AG_MUST_USE ag_status ag__places_infer(ag_call *call, bool stretched);

/* As ag_gather, but where x's size along another axis is 1, its element counts for each index. */
ag_tensor *ag__gather_stretched(ag_tensor *x, ag_tensor *index, int axis);

/* For forward: the index, 0-d as a vector, all of whose elements are within x. */
AG_MUST_USE ag_status ag__places_checked(const ag_call *call, ag__part *index, const ag_array *x);

/* A vector of indices into an axis, repeated along the other axes of `shape`. */
ag_tensor *ag__places_spread(ag_tensor *vector, ag_shape shape, int axis);

/* The scatters have operands x, index and src. For infer: checks them; the result is as x. */
AG_MUST_USE ag_status ag__scatter_infer(ag_call *call);

/* For forward: a copy of x, to which the function does what it does at every place. */
typedef void ag__place_function(const ag_array *y, const ag_array *index, const ag_array *src,
                                int axis);
AG_MUST_USE ag_status ag__scatter_place(ag_call *call, ag__place_function *function);

/* The attribute of the scatters. Where x is left out, each place that a source has is in x a number
 * that changes no result, and which gets no gradient. */
typedef struct ag__scatter_attr {
    int axis;
    int leaves_out_x;
} ag__scatter_attr;

/* Records op(x, index, src), of src the part that the index covers; a 0-d src stands for every
 * place. */
ag_tensor *ag__scatter_apply(const ag_op *op, ag_tensor *x, ag_tensor *index, ag_tensor *src,
                             ag__scatter_attr attr);

/* For samples: an index of these values in the graph of `like`. */
ag_tensor *ag__places_sample(ag_tensor *like, ag_shape shape, const int64_t *values);

#endif
