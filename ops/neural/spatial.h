/* What the operations that are made of others share: their arguments are checked here, so that an
 * error names the operation the user called and not one inside it. Private to ops/.
 */
#ifndef OPS_NEURAL_SPATIAL_H
#define OPS_NEURAL_SPATIAL_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#define AG__LAYER_OPERANDS 5

/* `call` is for the checks of <autograd/custom_op.h>: ag_call_fail, ag_call_same_float and so on. */
typedef struct ag__layer {
    ag_call call;
    ag_op op; /* only its name */
    ag_tensor *in[AG__LAYER_OPERANDS];
} ag__layer;

/* Begins the call of `name` on those of the n tensors that are not NULL; the first `required` must
 * not be, and all are of one graph. False with the error kept (none where all are NULL). */
bool ag__layer_open(ag__layer *l, const char *name, ag_tensor *const *list, int required, int n);

/* `what` must have this shape; NULL passes. */
bool ag__layer_shape(ag__layer *l, const char *what, const ag_tensor *t, ag_shape shape);

/* The n numbers an option gives for the n spatial dimensions into the last n of out[3], `lead` into
 * the others. All 0 means `otherwise` for each; if not, none may be below `low`. */
bool ag__layer_option(ag__layer *l, const char *what, const int64_t given[3], int n,
                      int64_t otherwise, int64_t low, int64_t lead, int64_t out[3]);

/* Operand 0 must have a batch's and a channels' dimension. */
AG_MUST_USE ag_status ag__layer_has_channels(const ag_call *call);

/* p must be in [0,1]. */
bool ag__layer_probability(ag__layer *l, double p);

/* The sizes of dimensions `from`, `from + 1`, ... of s likewise into out[3], 1 into the others. */
void ag__layer_extents(ag_shape s, int from, int n, int64_t out[3]);

/* x with a first dimension of size 1, and without it. */
ag_tensor *ag__layer_batch(ag_tensor *x);
ag_tensor *ag__layer_unbatch(ag_tensor *x);

/* x in the shape [1,...,1,n,1,...,1] that broadcasts along axis 1 of `ndim` dimensions. */
ag_tensor *ag__layer_channels(ag_tensor *x, int ndim);

/* The rule where there are no elements, so that nothing comes: what is not written yet is 0. */
AG_MUST_USE ag_status ag__layer_backward_of_none(ag_vjp_call *call);

/* The elements in order: the tensor's own memory or, where they are strided, a copy for the time of
 * this forward or backward call. NULL and a kept error without memory, or of no elements. */
const void *ag__in_order(ag_graph *g, const ag_array *a);

#endif
