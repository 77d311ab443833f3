/* Channels, batches and spatial dimensions: what convolution, pooling and normalization share.
 * Private to ops/. Knows no operation.
 */
#ifndef OPS_NEURAL_SPATIAL_H
#define OPS_NEURAL_SPATIAL_H

#include <autograd/custom_op.h>

#include "ops/common/composite.h"

/* The n numbers an option gives for the n spatial dimensions into the last n of out[3], `lead` into
 * the others. All 0 means `otherwise` for each; if not, none may be below `low`. */
bool ag__layer_option(const ag__composite *c, const char *what, const int64_t given[3], int n,
                      int64_t otherwise, int64_t low, int64_t lead, int64_t out[3]);

/* Operand 0 must have a batch's and a channels' dimension. */
AG_MUST_USE ag_status ag__layer_has_channels(const ag_call *call);

/* The sizes of dimensions `from`, `from + 1`, ... of s likewise into out[3], 1 into the others. */
void ag__layer_extents(ag_shape s, int from, int n, int64_t out[3]);

/* x with a first dimension of size 1, and without it. */
ag_tensor *ag__layer_batch(ag_tensor *x);
ag_tensor *ag__layer_unbatch(ag_tensor *x);

/* x in the shape [1,...,1,n,1,...,1] that broadcasts along axis 1 of `ndim` dimensions. */
ag_tensor *ag__layer_channels(ag_tensor *x, int ndim);

/* The rule where there are no elements, so that nothing comes: what is not written yet is 0. */
AG_MUST_USE ag_status ag__layer_backward_of_none(ag_vjp_call *call);

#endif
