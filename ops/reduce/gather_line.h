/* Elements taken along an axis by their index, one for each index. max_along, median_along, cummax
 * and similar operations are made of it: each finds its indices first, as a constant of i64, and
 * then records an operation with two operands, the whole and the indices. Private to ops/.
 */
#ifndef OPS_REDUCE_GATHER_LINE_H
#define OPS_REDUCE_GATHER_LINE_H

#include <autograd/custom_op.h>

typedef struct ag__gather_line {
    int axis;       /* an axis of the whole; the first member, for ag__axis_describe */
    bool dropped;   /* the result lacks the axis, along which one element is taken */
    int64_t extent; /* scatter_line only: the size of the axis in the result */
} ag__gather_line;

/* The members of such an operation, whose attributes are one ag__gather_line. The result has the
 * shape of the indices. An index out of range fails with AG_ERR_VALUE. */
AG_MUST_USE ag_status ag__gather_line_infer(ag_call *call);
AG_MUST_USE ag_status ag__gather_line_forward(ag_call *call);
AG_MUST_USE ag_status ag__gather_line_vjp(ag_vjp_call *call);
AG_MUST_USE ag_status ag__gather_line_backward(ag_vjp_call *call);
void ag__gather_line_describe(const void *attr, char *text, size_t bytes);

/* Makes the indices for x: one for each line along the axis, or one for each element. */
typedef ag_tensor *ag__index_function(ag_tensor *x, int axis, bool flag);

/* Records `op` of x at the indices that `where` finds: one element of each line, as a reduction, or
 * one for each element, with a flag for `where`. The axis is checked in the name of `op`. A 0-d x
 * counts as a vector of one element. *indices, unless NULL, becomes the indices, or NULL after an
 * error. */
ag_tensor *ag__gather_along(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                            bool keepdim, ag_tensor **indices);
ag_tensor *ag__gather_running(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                              bool flag, ag_tensor **indices);

#endif
