/* The SVG writer. Private to viz/. */
#ifndef VIZ_SVG_H
#define VIZ_SVG_H

#include "viz/figure/figure.h"

/* Writes the figure of a record. */
void viz__svg_draw(viz__out *out, viz__record *r);

/* Writes a figure with the fragments before number `until`; VIZ__NONE: with all. */
void viz__svg_write(viz__out *out, viz__figure *f, uint32_t until);

#endif
