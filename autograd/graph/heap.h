/* The heap of nodes, and memory that lives as long as a node. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_HEAP_H
#define AUTOGRAD_GRAPH_HEAP_H

#include "node.h"

/* Keeps the first n nodes. The arena is not changed. */
void ag__heap_truncate(ag__heap *h, uint32_t n);
void ag__heap_free(ag__memory *m, ag__heap *h);

/* Drops all nodes and memory of the scratch heap: the temporaries of one vjp call. */
void ag__scratch_reset(ag_graph *g);

/* Gives back what ag_workspace gave since the scratch arena was as in `before`. */
void ag__workspace_release(ag_graph *g, ag__arena before);

/* Uninitialized memory that lives as long as t; NULL and a kept error when memory runs out. */
void *ag__owned(ag_tensor *t, size_t bytes);

/* Frees the memory pinned to the nodes with id `nodes` and above. */
void ag__pinned_drop(ag_graph *g, uint32_t nodes);

/* Counts a write and returns its number, which becomes the version of the leaf that is written. */
uint32_t ag__next_version(ag_graph *g);

#endif
