/* The backward rules of gather and index_select, which add to the places that were taken. Private
 * to ops/index/. Must not know how these two find what they take.
 */
#ifndef OPS_INDEX_UNGATHER_H
#define OPS_INDEX_UNGATHER_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* The rules of an operation with operands x and index whose attribute begins with the axis. The
 * index is that of gather or, with `vector`, of index_select. */
AG_MUST_USE ag_status ag__taken_vjp(ag_vjp_call *call, bool vector);
AG_MUST_USE ag_status ag__taken_backward(ag_vjp_call *call, bool vector);

#endif
