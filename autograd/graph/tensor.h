/* Making the nodes of results and views. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_TENSOR_H
#define AUTOGRAD_GRAPH_TENSOR_H

#include "node.h"

/* A node without operation and operands yet. Its values are contiguous, uninitialized memory. NULL
 * and a kept error on failure, as for the functions below. */
ag_tensor *ag__result(ag_graph *g, ag_dtype dtype, ag_shape shape);

/* The same, but the values are in memory that belongs to `owner`: they begin at `data`, and
 * `stride` counts elements. */
ag_tensor *ag__view(ag_graph *g, ag_dtype dtype, ag_shape shape, const int64_t *stride, void *data,
                    ag_tensor *owner);

/* As ag__result for one dimension or more, but the values are the contiguous memory at `data`,
 * which is *borrowed*; NULL means new memory. */
ag_tensor *ag__wrap(ag_graph *g, ag_dtype dtype, ag_shape shape, void *data);

/* The tensor's name and hooks, allocated by the first call. NULL and a kept error when memory runs
 * out. */
ag__extra *ag__extra_of(ag_tensor *t);

#endif
