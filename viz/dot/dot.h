/* The Graphviz writer. Private to viz/. */
#ifndef VIZ_DOT_H
#define VIZ_DOT_H

#include "viz/record/record.h"

void viz__dot_draw(viz__out *out, viz__record *r);

#endif
