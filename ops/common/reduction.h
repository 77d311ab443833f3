/* The common parts of operations over a set of axes or along one axis: parameters, shapes, and a
 * loop that runs a kernel on every line. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_REDUCTION_H
#define OPS_COMMON_REDUCTION_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#include "axis_lines.h"
#include "ops/kernel/fold_kernels.h"

/* --- over a set of axes ----------------------------------------------------------------------- */

typedef struct ag__reduced_axes {
    ag_axes axes;
    bool keepdim;
    double number; /* a parameter of the operation, such as the p of a norm */
} ag__reduced_axes;

/* For infer: the shape of the result; its dtype stays that of the operand. `_float` also refuses
 * i64, `_some` also refuses lines without elements. */
AG_MUST_USE ag_status ag__reduction_infer(ag_call *call);
AG_MUST_USE ag_status ag__reduction_infer_float(ag_call *call);
AG_MUST_USE ag_status ag__reduction_infer_some(ag_call *call);

/* The axes of a recorded call, which infer has checked, as flags. */
void ag__reduction_flags(const ag__reduced_axes *r, int ndim, bool over[AG_MAX_DIMS]);

/* Opens the lines over those axes, with x to be read as the first array. */
void ag__reduction_lines(ag__lines *l, const ag__reduced_axes *r, const ag_array *x);

/* The operand's shape with the reduced axes of size 1, and how many elements one line has. */
ag_shape ag__reduction_kept(const ag__reduced_axes *r, ag_shape from, int64_t *count);

/* For ag_op.describe: writes "all axes", "axis 1, keepdim", "axes 0,2". */
void ag__reduction_describe(const void *attr, char *text, size_t bytes);
/* Writes the same and the number with its name: "axis 1, keepdim, p 3". */
void ag__reduction_describe_number(const void *attr, const char *name, char *text, size_t bytes);

ag_tensor *ag__reduction_apply(const ag_op *op, ag_tensor *x, ag_axes axes, bool keepdim,
                               double number);
/* The same in the name of the function, "sum_over", where that is not the name of the operation. */
ag_tensor *ag__reduction_over(const char *name, const ag_op *op, ag_tensor *x, ag_axes axes,
                              bool keepdim, double number);

/* Reduces a line of n elements to one element of the result. */
typedef void ag__fold_function(const void *line, int64_t n, double number, void *out);
/* For forward: reduces every line of operand 0 by the function of its dtype. */
AG_MUST_USE ag_status ag__fold(ag_call *call, ag__fold_function *const by_dtype[AG_DTYPE_COUNT]);

/* What comes of the kernel's result for a line. */
typedef double ag__fold_end(double result, const void *line, int64_t n, double number);
/* The same for f64 and f32 by a kernel of many lines; without `end` its results are the elements.
 */
AG_MUST_USE ag_status ag__fold_by(ag_call *call, ag__fold_kernel *kernel, ag__fold_end *end);

/* --- along one axis --------------------------------------------------------------------------- */

typedef struct ag__along {
    int axis;
    bool flag; /* a parameter of the operation, such as the direction */
} ag__along;

/* For infer: checks the axis; the result has the shape and dtype of the operand. `_float` also
 * refuses i64. */
AG_MUST_USE ag_status ag__along_infer(ag_call *call);
AG_MUST_USE ag_status ag__along_infer_float(ag_call *call);
void ag__along_flags(int axis, int ndim, bool over[AG_MAX_DIMS]);

/* Computes a line of the result, which is the last of the list, from the lines of the operands,
 * which come before it; each has n elements. */
typedef void ag__scan_function(void *const line[], int64_t n, bool flag);
AG_MUST_USE ag_status ag__scan(ag_call *call, ag__scan_function *const by_dtype[AG_DTYPE_COUNT]);

#endif
