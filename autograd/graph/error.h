/* The first error of a graph, as the files of autograd/ keep it. Private to autograd/.
 *
 * Only the first error is kept. A later one is counted, returns its status and leaves the message
 * alone; what is added to a message with ag__fail_more then goes nowhere.
 */
#ifndef AUTOGRAD_GRAPH_ERROR_H
#define AUTOGRAD_GRAPH_ERROR_H

#include <stdarg.h>

#include <autograd/engine.h>

/* Begins a message. Returns the status; AG_OK is taken for OP. */
ag_status ag__fail_begin(ag_graph *g, ag_status status, const char *format, ...) AG_PRINTF(3, 4);

/* Adds to the message that the last ag__fail_begin began. */
void ag__fail_more(ag_graph *g, const char *format, ...) AG_PRINTF(2, 3);
void ag__fail_more_args(ag_graph *g, const char *format, va_list args) AG_PRINTF(2, 0);

/* Adds "; at mlp.c:42"; nothing where the line is NULL. */
void ag__fail_at(ag_graph *g, const char *where);

#endif
