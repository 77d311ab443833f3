/* What the files of the trace for programs share. Private to viz/data/. */
#ifndef VIZ_DATA_PARTS_H
#define VIZ_DATA_PARTS_H

#include "trace_data.h"

#define VIZ__ALL_ELEMENTS 64 /* of a tensor with no more elements all are written */

/* The state of a gradient in a word: "computed", "accumulated", "not run", "not required". */
const char *viz__state_word(const viz__record *r, size_t step);

/* Is there a gradient of this root to write? */
bool viz__has_gradient(const viz__record *r, size_t step);

/* Writes the name of an element, "W[0,1]"; of a 0-d node its name. */
void viz__element_name(viz__out *out, const viz__record *r, size_t step, int64_t at);

/* The terms of a node's gradient, for each term in the order of the trace. Nothing unless all
 * factors are known. */
typedef void (*viz__term_visit)(viz__out *out, viz__record *r, size_t step, const viz__term *term,
                                size_t number);
void viz__each_term(viz__out *out, viz__record *r, size_t step, viz__term_visit visit);

#endif
