/* What the files of the SVG writer share. Private to viz/svg/. */
#ifndef VIZ_SVG_PARTS_H
#define VIZ_SVG_PARTS_H

#include "viz/figure/figure.h"

#define VIZ__SVG_ID 40

/* What writes one figure. */
typedef struct viz__svg_pen {
    viz__out *out;
    viz__figure *figure;
    const viz_options *options;
    char id[VIZ__SVG_ID]; /* before every id in the figure */
    uint32_t until;       /* draw the fragments before this number; VIZ__NONE: all */
} viz__svg_pen;

/* Writes ` x="1.5"`. */
void viz__svg_number(viz__svg_pen *s, const char *attribute, double value);

/* Writes ` fill="#0072B2"`, in the dark look the color of that. */
void viz__svg_color(viz__svg_pen *s, const char *attribute, viz__ink ink);

/* Writes fill, stroke and the class by which the <style> block changes both. VIZ__INKS stands for
 * none. */
void viz__svg_paint(viz__svg_pen *s, viz__ink fill, viz__ink stroke);

/* Writes one line of text. */
void viz__svg_line(viz__svg_pen *s, const viz__line *line);

/* Writes the outline of a box, and the frame around a box that is being computed. */
void viz__svg_outline(viz__svg_pen *s, uint32_t box);
void viz__svg_halo(viz__svg_pen *s, uint32_t box);

/* Writes the frame of a module, and its title, which may stand over a wire. */
void viz__svg_frame(viz__svg_pen *s, size_t cluster);
void viz__svg_title(viz__svg_pen *s, size_t cluster);

/* Writes a wire with its arrow. */
void viz__svg_wire(viz__svg_pen *s, uint32_t link);

#endif
