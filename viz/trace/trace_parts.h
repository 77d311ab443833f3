/* What the files of the printed trace share. Private to viz/trace/. */
#ifndef VIZ_TRACE_PARTS_H
#define VIZ_TRACE_PARTS_H

#include "trace.h"
#include "viz/record/record.h"

/* trace_tensor.c: the trace of a graph with tensors of one dimension or more. */
void viz__trace_tensors(viz__out *out, viz__record *r);

/* trace_marked.c: that of 0-d nodes in Markdown and LaTeX. */
void viz__trace_marked(viz__out *out, viz__record *r);

/* Adds a row of titles, which a table in Markdown or LaTeX must have; on a terminal it has none. */
void viz__trace_titles(viz__table *t, const viz__record *r, const char *const *title);

/* Writes a table of text in the language of the record. */
void viz__trace_table(viz__out *out, const viz__record *r, viz__table *t);

/* Writes the title of a part of a trace, which is text. */
void viz__trace_part(viz__out *out, const viz__record *r, const char *title);

/* path_table.c: the paths from the target or from each leaf, if the options ask for them. */
void viz__path_tables(viz__out *out, viz__record *r);

/* elements.c: the elements of small tensors; the norms of the gradients of parameters. */
void viz__elements_list(viz__out *out, viz__record *r);
void viz__norms(viz__out *out, viz__record *r);

/* tensor_sheet.c: the elements of all tensors that a worksheet or key has, in rows; the blanks of
 * their gradients. */
void viz__sheet_values(viz__out *out, viz__record *r);
void viz__sheet_gradients(viz__out *out, viz__record *r);

#endif
