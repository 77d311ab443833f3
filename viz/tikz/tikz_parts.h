/* What the files of the TikZ figure share. Private to viz/tikz/. */
#ifndef VIZ_TIKZ_PARTS_H
#define VIZ_TIKZ_PARTS_H

#include "tikz.h"
#include "viz/figure/figure.h"

#define VIZ__TIKZ_POINTS 0.75 /* in a pixel */

typedef struct viz__tikz_pen {
    viz__out *out;
    viz__figure *f;
    bool overlays;  /* for Beamer */
    uint32_t until; /* draw the fragments before this number; VIZ__NONE: all */
} viz__tikz_pen;

/* The names of the colors, which the head of the picture defines. */
extern const char *const viz__tikz_color[VIZ__INKS];

void viz__tikz_point(viz__tikz_pen *p, double x, double y); /* (1.5,2) */

/* Each writes the commands that draw the wire, the box or the cluster of this number. */
void viz__tikz_wire(viz__tikz_pen *p, uint32_t number);
void viz__tikz_outline(viz__tikz_pen *p, uint32_t number);
void viz__tikz_frame(viz__tikz_pen *p, size_t number);

/* A frame around a box while its fragment is computed. In a handout there is none. */
void viz__tikz_halo(viz__tikz_pen *p, uint32_t number, uint32_t fragment);

#endif
