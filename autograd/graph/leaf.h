/* Leaves that the engine makes for itself. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_LEAF_H
#define AUTOGRAD_GRAPH_LEAF_H

#include <autograd/engine.h>

/* A constant with every element equal to `value`, without a name: a seed, or zeros. `what` begins
 * the message. */
ag_tensor *ag__filled(ag_graph *g, const char *what, ag_dtype dtype, ag_shape shape, double value);

/* A constant whose values are uninitialized. A tensor must have this shape already, so it is not
 * checked again. NULL and a kept error when memory runs out. */
ag_tensor *ag__unfilled(ag_graph *g, ag_dtype dtype, ag_shape shape);

#endif
