/* What the files of the Graphviz figure share. Private to viz/dot/. */
#ifndef VIZ_DOT_PARTS_H
#define VIZ_DOT_PARTS_H

#include "dot.h"
#include "viz/figure/figure.h"

/* Writes the attributes of a node, whose lines are those from `first` until `end`. */
void viz__dot_node(viz__out *out, viz__figure *f, uint32_t box, size_t first, size_t end);

/* Writes a line of a label, in which text has the ink and the size that are usual there. */
void viz__dot_line(viz__out *out, viz__figure *f, size_t line, viz__ink usual, int size);

#endif
