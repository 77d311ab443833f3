/* Checks and messages of calls, beside those of <autograd/custom_op.h>. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_CALL_H
#define AUTOGRAD_GRAPH_CALL_H

#include <autograd/custom_op.h>

/* Adds to the message what the operands are: their names, dtypes, shapes and where they come from. */
void ag__fail_operands(ag_graph *g, ag_tensor *const *in, int n_in);

/* Checks call->shape, whose number of elements goes to *size; the message is that of the call. */
ag_status ag__call_shape(const ag_call *call, int64_t *size);

#endif
