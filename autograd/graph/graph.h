/* Rewinding from within the engine. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_GRAPH_H
#define AUTOGRAD_GRAPH_GRAPH_H

#include <autograd/engine.h>

/* As ag_graph_rewind, also while a pass is running. */
ag_status ag__rewind(ag_graph *g, ag_mark mark);

#endif
