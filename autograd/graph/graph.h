/* Rewinding for the engine itself. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_GRAPH_H
#define AUTOGRAD_GRAPH_GRAPH_H

#include <autograd/engine.h>

/* As ag_graph_rewind, but a backward pass may be running. With `debug`, handles of what is dropped
 * are found out: dropped.h. */
ag_status ag__rewind(ag_graph *g, ag_mark mark, bool debug);

#endif
