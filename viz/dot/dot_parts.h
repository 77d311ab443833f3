/* What the files of the Graphviz figure share. Private to viz/dot/. */
#ifndef VIZ_DOT_PARTS_H
#define VIZ_DOT_PARTS_H

#include "viz/figure/figure.h"

/* dot_node.c: the statement of one node. */
void viz__dot_node(viz__out *out, viz__record *r, size_t step);

/* Begins text of a color within a label; "</FONT>" ends it. */
void viz__font(viz__out *out, const char *color);

/* Writes the scratch string as the text of a label, and empties it. */
void viz__put_scratch(viz__out *out, viz__record *r);

#endif
