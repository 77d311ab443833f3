/* Handles of tensors that a rewind has dropped, in debug mode. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_DROPPED_H
#define AUTOGRAD_GRAPH_DROPPED_H

#include "node.h"

/* As ag__heap_truncate of the main heap, but what is recorded next takes other memory, and a handle
 * of a dropped node is known as one. */
void ag__drop_nodes(ag_graph *g, uint32_t n);

/* Keeps an error (STATE) and returns true if t was dropped. `what` begins the message. */
bool ag__is_dropped(const ag_tensor *t, const char *what);

/* Why a tensor with the flag AG__TEMPORARY cannot be used, for "a tensor ...". */
static inline const char *ag__why_gone(const ag_tensor *t)
{
    return (t->flags & AG__DROPPED)
               ? "was dropped by an ag_graph_rewind after it was made"
               : "was made in a hook or rule of a backward pass that has ended";
}

#endif
