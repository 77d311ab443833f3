/* Elements taken along an axis by their index, one for each index: what pick and the operations of
 * max_along.c share. Private to ops/.
 */
#ifndef OPS_REDUCE_LINE_GATHER_H
#define OPS_REDUCE_LINE_GATHER_H

#include <autograd/custom_op.h>

typedef struct ag__pick {
    int axis;       /* of the whole; first, for ag__along_describe */
    bool dropped;   /* does the taken have the axis no more? It then has one element along it */
    int64_t extent; /* unpick: the size of the axis in the result */
} ag__pick;

/* The members of an operation of two operands, the whole and an i64 constant of indices, whose
 * shape is that of the result; its attributes are one ag__pick. An index out of range fails with
 * AG_ERR_VALUE. */
AG_MUST_USE ag_status ag__pick_infer(ag_call *call);
AG_MUST_USE ag_status ag__pick_forward(ag_call *call);
AG_MUST_USE ag_status ag__pick_vjp(ag_vjp_call *call);
AG_MUST_USE ag_status ag__pick_backward(ag_vjp_call *call);
void ag__pick_describe(const void *attr, char *text, size_t bytes);

#endif
