/* The SVG writer. Private to viz/. */
#ifndef VIZ_SVG_H
#define VIZ_SVG_H

#include "viz/figure/figure.h"

/* Writes the figure of a record. */
void viz__svg_draw(viz__out *out, viz__record *r);

#endif
