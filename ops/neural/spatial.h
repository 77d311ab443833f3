/* Channels, batches and spatial dimensions, for convolution, pooling and normalization. Private to
 * ops/. Must not know any operation.
 */
#ifndef OPS_NEURAL_SPATIAL_H
#define OPS_NEURAL_SPATIAL_H

#include <autograd/custom_op.h>

#include "ops/common/composite.h"

/* Reads an option with one number for each of n spatial dimensions. The numbers go to the last n
 * elements of out[3], and `lead` goes to the others. If all numbers are 0, each becomes
 * `otherwise`; else none may be below `low`. */
bool ag__layer_option(const ag__composite *c, const char *what, const int64_t given[3], int n,
                      int64_t otherwise, int64_t low, int64_t lead, int64_t out[3]);

/* Checks that operand 0 has a dimension for the batch and one for the channels. */
AG_MUST_USE ag_status ag__layer_has_channels(const ag_call *call);

/* Puts the sizes of the n dimensions of s from `from` on into the last n elements of out[3], and 1
 * into the others. */
void ag__layer_extents(ag_shape s, int from, int n, int64_t out[3]);

/* x with a first dimension of size 1 added, and x without its first dimension. */
ag_tensor *ag__layer_batch(ag_tensor *x);
ag_tensor *ag__layer_unbatch(ag_tensor *x);

/* x in the shape [1,n,1,...,1], which broadcasts along axis 1 of a tensor of `ndim` dimensions. */
ag_tensor *ag__layer_channels(ag_tensor *x, int ndim);

/* The rule in plain numbers for operands without elements: a gradient that is not written yet is
 * set to 0. */
AG_MUST_USE ag_status ag__layer_backward_of_none(ag_vjp_call *call);

#endif
