/* Checks and messages of calls, besides those in <autograd/custom_op.h>. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_CALL_H
#define AUTOGRAD_GRAPH_CALL_H

#include <autograd/custom_op.h>

/* Adds the operands to the message, with their names, dtypes, shapes and the operations that made
 * them: left operand "h" f64 [3,4] from matmul, right operand ... */
void ag__fail_operands(ag_graph *g, ag_tensor *const *in, int n_in);

/* Checks call->shape as ag__shape_check does and sets *size to its number of elements. The message
 * names the call and its operands. */
ag_status ag__call_shape(const ag_call *call, int64_t *size);

#endif
