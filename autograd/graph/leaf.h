/* Constants that the engine makes for itself. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_LEAF_H
#define AUTOGRAD_GRAPH_LEAF_H

#include <autograd/engine.h>

/* A constant without a name: seeds and zeros. */
ag_tensor *ag__filled(ag_graph *g, ag_dtype dtype, ag_shape shape, double value);

#endif
