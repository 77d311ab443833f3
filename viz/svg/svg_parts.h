/* What the files of the SVG writer share. Private to viz/svg/. */
#ifndef VIZ_SVG_PARTS_H
#define VIZ_SVG_PARTS_H

#include "viz/figure/figure.h"

/* What writes one figure. */
typedef struct viz__svg_figure {
    viz__pen pen;
    viz__figure *figure;
    uint32_t until; /* draw the fragments before this number; VIZ__NONE: all */
} viz__svg_figure;

/* Writes one line of text. */
void viz__svg_text_line(viz__svg_figure *s, const viz__line *line);

/* Writes the outline of a box, and the frame around a box that is being computed. */
void viz__svg_outline(viz__svg_figure *s, uint32_t box);
void viz__svg_halo(viz__svg_figure *s, uint32_t box);

/* Writes the frame of a module, and its title, which may stand over a wire. */
void viz__svg_frame(viz__svg_figure *s, size_t cluster);
void viz__svg_title(viz__svg_figure *s, size_t cluster);

/* Writes a wire with its arrow. */
void viz__svg_wire(viz__svg_figure *s, uint32_t link);

#endif
