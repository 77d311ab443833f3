/* Making tensors that no user asked for, and what hangs on them. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_TENSOR_H
#define AUTOGRAD_GRAPH_TENSOR_H

#include "node.h"

/* A node without operation and operands whose values are uninitialized, contiguous memory. */
ag_tensor *ag__result(ag_graph *g, ag_dtype dtype, ag_shape shape);

/* The same over memory that belongs to `owner`: that of `data`, `stride` elements apart. */
ag_tensor *ag__view(ag_graph *g, ag_dtype dtype, ag_shape shape, const int64_t *stride, void *data,
                    ag_tensor *owner);

/* As ag__result, of one dimension or more, with its elements in contiguous memory that is there
 * already; NULL: in new memory. */
ag_tensor *ag__over(ag_graph *g, ag_dtype dtype, ag_shape shape, void *data);

/* Name and hooks; made when missing. NULL and a kept error without memory. */
ag__extra *ag__extra_of(ag_tensor *t);

#endif
