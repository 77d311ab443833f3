/* What the files of the printed trace share. Private to viz/trace/. */
#ifndef VIZ_TRACE_PARTS_H
#define VIZ_TRACE_PARTS_H

#include "trace.h"
#include "viz/record/record.h"

/* trace_tensor.c: the trace of a graph with tensors of one dimension or more. */
void viz__trace_tensors(viz__out *out, viz__record *r);

/* elements.c: the elements of small tensors; the norms of the gradients of parameters. */
void viz__elements_list(viz__out *out, viz__record *r);
void viz__norms(viz__out *out, viz__record *r);

#endif
