/* Gradients as memory, for the numeric sweep. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_GRAD_MEMORY_H
#define AUTOGRAD_BACKWARD_GRAD_MEMORY_H

#include "sweep.h"

extern const ag__sweep_kind ag__numeric_sweep;

/* The gradient of a tensor: its memory, contiguous, and the size of that. NULL when there is
 * none. */
void *ag__grad_memory(const ag_tensor *t);
size_t ag__grad_bytes(const ag_tensor *t);

/* The same as a temporary tensor, for rules and hooks; it shares the memory. NULL and a kept error
 * on failure. */
ag_tensor *ag__grad_tensor(ag_graph *g, ag_tensor *t);

/* An array with t's shape and dtype that is contiguous at `data`. Its strides are put into
 * `stride`. */
ag_array ag__array_at(const ag_tensor *t, void *data, int64_t stride[AG_MAX_DIMS]);

/* To be called before the first contribution of a pass. The gradient is then zero; that of a leaf
 * is the sum of earlier passes. */
ag_status ag__grad_begin(ag__sweep *s, ag_tensor *t);

/* To be called when the gradient has been used: its buffer goes back to the pool, unless it is
 * kept. */
void ag__grad_release(ag_graph *g, ag_tensor *t);

/* Runs the hooks of t, whose gradient is complete, and replaces the gradient by what they return.
 * The hooks of a leaf see the gradient of this pass alone: that of earlier passes has been stashed,
 * and is added again at the end. */
ag_status ag__grad_run_hooks(ag_graph *g, ag_tensor *t);

/* Adds the stashed gradient again, where the hooks of a leaf are not to run. */
void ag__grad_unstash(ag_graph *g, ag_tensor *t);

#endif
