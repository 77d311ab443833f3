/* The heap of nodes, and memory that lives as long as a node. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_HEAP_H
#define AUTOGRAD_GRAPH_HEAP_H

#include "node.h"

/* Keeps the first n nodes; what lies in the arena is not touched. */
void ag__heap_cut(ag__heap *h, uint32_t n);
void ag__heap_free(ag__memory *m, ag__heap *h);

/* Drops the temporaries of one vjp call together. */
void ag__scratch_reset(ag_graph *g);

/* Memory that lives as long as t does, uninitialized; NULL and a kept error when there is none. */
void *ag__owned(ag_tensor *t, size_t bytes);

/* Drops what is pinned to nodes from number `nodes` on. */
void ag__pinned_drop(ag_graph *g, uint32_t nodes);

/* The number of a write that happens now; the versions of nodes are compared with it. */
uint32_t ag__next_version(ag_graph *g);

#endif
