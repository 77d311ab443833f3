/* Gradients as memory, for the sweep by numbers. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_GRAD_MEMORY_H
#define AUTOGRAD_BACKWARD_GRAD_MEMORY_H

#include "sweep.h"

extern const ag__sweep_kind ag__sweep_by_numbers;

size_t ag__grad_bytes(const ag_tensor *t);
void *ag__grad_memory(const ag_tensor *t); /* NULL when there is none */

/* Before the first contribution of a pass: the gradient is then zero, or that of earlier passes. */
ag_status ag__grad_begin(ag__sweep *s, ag_tensor *t);

/* After the last contribution has been used: buffers go back to the pool. */
void ag__grad_release(ag_graph *g, ag_tensor *t);

/* Adds what was put aside so that the hooks of a leaf see the gradient of this pass alone. */
void ag__grad_unstash(ag_graph *g, ag_tensor *t);

#endif
