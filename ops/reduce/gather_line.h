/* Elements taken along an axis by their index, one for each index: what max_along, median_along,
 * cummax and their like are made of. Each first finds its indices, in a constant of i64, and then
 * records an operation of two operands, the whole and the indices. Private to ops/.
 */
#ifndef OPS_REDUCE_GATHER_LINE_H
#define OPS_REDUCE_GATHER_LINE_H

#include <autograd/custom_op.h>

typedef struct ag__gather_line {
    int axis;       /* of the whole; it comes first, for ag__axis_describe */
    bool dropped;   /* has the result the axis no more? It then has one element along it */
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
 * is taken for a vector of one element. *indices, unless NULL, becomes the indices, NULL on
 * failure. */
ag_tensor *ag__gather_along(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                            bool keepdim, ag_tensor **indices);
ag_tensor *ag__gather_running(const ag_op *op, ag__index_function *where, ag_tensor *x, int axis,
                              bool flag, ag_tensor **indices);

#endif
