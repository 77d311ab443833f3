/* What operations over a set of axes share, or along one axis: parameters, shapes, and running a
 * kernel on every line. Private to ops/. Knows no operation by name.
 */
#ifndef OPS_COMMON_REDUCTION_H
#define OPS_COMMON_REDUCTION_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#include "strided.h"

/* --- over a set of axes ----------------------------------------------------------------------- */

typedef struct ag__reduced_axes {
    ag_axes axes;
    bool keepdim;
    double number; /* what else the operation wants to know: the p of a norm, a correction */
} ag__reduced_axes;

/* For infer: the result's shape; of the operand's dtype. `_float`: refuses i64 besides. `_some`:
 * refuses lines without elements besides. */
AG_MUST_USE ag_status ag__reduction_infer(ag_call *call);
AG_MUST_USE ag_status ag__reduction_infer_float(ag_call *call);
AG_MUST_USE ag_status ag__reduction_infer_some(ag_call *call);

/* The axes of a recorded call as flags; infer has seen that they are good. */
void ag__reduction_flags(const ag__reduced_axes *r, int ndim, bool over[AG_MAX_DIMS]);

/* The operand's shape with the reduced axes of size 1, and how many elements one line has. */
ag_shape ag__reduction_kept(const ag__reduced_axes *r, ag_shape from, int64_t *count);

/* A tensor of the result's shape, reshaped so that it broadcasts with operand 0. */
ag_tensor *ag__reduction_restore(const ag_vjp_call *call, ag_tensor *t);

/* For the rule: "all axes", "axis 1, keepdim", "axes 0,2". */
void ag__reduction_describe(const void *attr, char *text, size_t bytes);
/* The same, and the number under its name: "axis 1, keepdim, p 3". */
void ag__reduction_describe_number(const void *attr, const char *name, char *text, size_t bytes);

ag_tensor *ag__reduction_apply(const ag_op *op, ag_tensor *x, ag_axes axes, bool keepdim,
                               double number);

/* One line of n elements to one element of the result. */
typedef void ag__fold_function(const void *line, int64_t n, double number, void *out);
/* Every line of operand 0, by the kernel of its dtype; for forward. */
AG_MUST_USE ag_status ag__fold(ag_call *call, ag__fold_function *const by_dtype[AG_DTYPE_COUNT]);

/* --- along one axis --------------------------------------------------------------------------- */

typedef struct ag__along {
    int axis;
    bool flag; /* what else the operation wants to know: backwards, minimum */
} ag__along;

/* For infer: the operand's shape and dtype, the axis checked. `_float`: refuses i64 besides. */
AG_MUST_USE ag_status ag__along_infer(ag_call *call);
AG_MUST_USE ag_status ag__along_infer_float(ag_call *call);
void ag__along_flags(int axis, int ndim, bool over[AG_MAX_DIMS]);

/* Is x a 0-d tensor, and the axis one of a vector of one element? Such an x is taken for one. */
bool ag__along_scalar(const ag_tensor *x, int axis);

/* op(x) along the axis; a 0-d x is a vector of one element on the way. */
ag_tensor *ag__along_apply(const ag_op *op, ag_tensor *x, int axis, bool flag);

/* One line of the operands, of n elements each, to one of the result, the last. */
typedef void ag__scan_function(void *const line[], int64_t n, bool flag);
AG_MUST_USE ag_status ag__scan(ag_call *call, ag__scan_function *const by_dtype[AG_DTYPE_COUNT]);

#endif
