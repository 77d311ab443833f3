/* How the files of autograd/ keep the first error of a graph. Private to autograd/.
 *
 * Only the first error is kept. A later one is counted and returns its status, but its message, and
 * what is added to that with ag__fail_more, is dropped.
 */
#ifndef AUTOGRAD_GRAPH_ERROR_H
#define AUTOGRAD_GRAPH_ERROR_H

#include <stdarg.h>

#include <autograd/engine.h>

/* For code that rarely runs: the compiler keeps it apart from the code that often does. */
#if defined(__GNUC__)
#define AG__COLD __attribute__((cold, noinline))
#else
#define AG__COLD
#endif

/* Begins a message. Returns `status`, or OP if that is AG_OK. */
ag_status ag__fail_begin(ag_graph *g, ag_status status, const char *format, ...) AG_PRINTF(3, 4);

/* The kept error; OP if none is kept, because the code that failed has cleared it. */
ag_status ag__failure(const ag_graph *g);

/* Adds to the message that the last ag__fail_begin began. */
void ag__fail_more(ag_graph *g, const char *format, ...) AG_PRINTF(2, 3);
void ag__fail_more_args(ag_graph *g, const char *format, va_list args) AG_PRINTF(2, 0);

/* Adds the source line, "; at mlp.c:42"; nothing if it is NULL. */
void ag__fail_at(ag_graph *g, const char *where);

#endif
