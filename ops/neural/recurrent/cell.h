/* What the recurrent cells share: gates in two parts and a state, broadcast, as rows for the
 * kernels of ops/kernel/cell_kernels.h. Private to ops/neural/recurrent/. Must not know what a
 * cell computes.
 */
#ifndef OPS_NEURAL_RECURRENT_CELL_H
#define OPS_NEURAL_RECURRENT_CELL_H

#include "ops/common/composite.h"
#include "ops/kernel/kernel_table.h"

enum { AG__CELL_OPERANDS = 3 }; /* x and u (..., gates n), the state (..., n) */

/* Checks the operands of a call of `name` and broadcasts their leading sizes, in place. NULL in
 * them, or false with an error kept, if they do not fit. */
AG_MUST_USE bool ag__cell_open(const char *name, int gates, ag_tensor *in[AG__CELL_OPERANDS]);

/* For infer: the same checks of operands that have been broadcast; sets call->shape to that of the
 * state. */
AG_MUST_USE ag_status ag__cell_infer(ag_call *call, int gates);

/* Runs a kernel over the operands, in pieces and by threads if that saves time: to the result,
 * which is one state or two, one upon the other, and from its gradient to those of the operands. */
AG_MUST_USE ag_status ag__cell_forward(ag_call *call, ag__cell_kernel *kernel, int gates);
AG_MUST_USE ag_status ag__cell_backward(ag_vjp_call *call, ag__cell_kernel *kernel, int gates);

const ag__cell_kernels *ag__cell_kernels_of(ag_dtype dtype);

/* Gate k before its activation, of gates of width n each; recorded, for a rule. */
ag_tensor *ag__cell_gate(ag_tensor *gates, int k, int64_t n);

/* The gradient of a, recorded, where y = sigmoid(a) or tanh(a) has the gradient g. */
ag_tensor *ag__cell_by_sigmoid(ag_tensor *a, ag_tensor *y, ag_tensor *g);
ag_tensor *ag__cell_by_tanh(ag_tensor *a, ag_tensor *y, ag_tensor *g);

#endif
