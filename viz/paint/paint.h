/* Colors, and the elements of SVG that every picture is made of: the head with its description,
 * attributes, text. Private to viz/. Knows neither a graph's nodes nor a plot.
 */
#ifndef VIZ_PAINT_H
#define VIZ_PAINT_H

#define AG_NO_SITES
#include <autograd/viz.h>

#include "viz/text/text.h"

/* --- palette.c, ramp.c: colors ---------------------------------------------------------------- */

#define VIZ__SERIES_COLORS 8
#define VIZ__RAMP_COLORS 15 /* odd: the middle one of a ramp with a sign is the paper */

/* Every color of a picture has a number, so that its look in the dark can be found. */
typedef enum viz__ink {
    VIZ__INK,
    VIZ__INK_VALUE,
    VIZ__INK_GRADIENT,
    VIZ__INK_MUTED,
    VIZ__INK_HIGHLIGHT,
    VIZ__PAPER,
    VIZ__INKS,                                    /* how many these are; also: no color */
    VIZ__SERIES,                                  /* the first of the colors of lines and points, */
    VIZ__TINT = VIZ__SERIES + VIZ__SERIES_COLORS, /* of the same, pale, for areas, */
    VIZ__HEAT = VIZ__TINT + VIZ__SERIES_COLORS,   /* of the ramp from paper to blue, */
    VIZ__SIGN = VIZ__HEAT + VIZ__RAMP_COLORS,     /* from rust over paper to blue, */
    VIZ__GRAY = VIZ__SIGN + VIZ__RAMP_COLORS,     /* from paper to ink */
    VIZ__ALL_INKS = VIZ__GRAY + VIZ__RAMP_COLORS
} viz__ink;

/* Room for a color of a ramp. */
#define VIZ__COLOR 8

/* The color of an ink in the light or the dark look, "#RRGGBB" unless the user chose another
 * notation. *Borrowed* from the options, or constant; only of the first VIZ__INKS. */
const char *viz__color(const viz_options *o, viz__ink ink, bool dark);
viz_palette viz__light_palette(const viz_options *o);

/* Writes 0xRRGGBB as "#RRGGBB". */
const char *viz__hex_color(int32_t color, char room[VIZ__COLOR]);

/* The color of any ink, written to `room` where it is computed. */
const char *viz__ink_color(const viz_options *o, viz__ink ink, bool dark, char room[VIZ__COLOR]);

/* The color of a series, which are used again after the last one. */
static inline viz__ink viz__series_ink(size_t series)
{
    return (viz__ink)(VIZ__SERIES + series % VIZ__SERIES_COLORS);
}

/* --- svg_element.c ---------------------------------------------------------------------------- */

#define VIZ__SVG_ID 40

/* What writes one picture. */
typedef struct viz__pen {
    viz__out *out;
    const viz_options *options;
    char id[VIZ__SVG_ID]; /* before every id in the picture */
    bool used[VIZ__ALL_INKS];
    size_t clips; /* outlines that cut what is drawn, so far */
} viz__pen;

/* Chooses the id: the user's, of which only letters, digits, - and _ are kept, or else a number
 * made of the description and the salt. */
void viz__svg_id(viz__pen *p, const char *description, uint32_t salt);

/* Writes the begin of the element <svg>: its size, title, description, colors of the dark look and
 * paper. The colors are the first VIZ__INKS and those that were used. */
void viz__svg_head(viz__pen *p, double width, double height, const char *title,
                   const char *description);

/* Writes ` x="1.5"`. */
void viz__svg_number(viz__pen *p, const char *attribute, double value);

/* Writes fill, stroke and the class by which the <style> block changes both. VIZ__INKS stands for
 * none. */
void viz__svg_paint(viz__pen *p, viz__ink fill, viz__ink stroke);

/* Writes fill and stroke of a shape that lies upon what was painted, and lets it shine through: in
 * the color 0xRRGGBB, which is the same in both looks. */
void viz__svg_tint(viz__pen *p, int32_t color, bool with_stroke);

/* Writes "M1.5 2", a command of a path. */
void viz__svg_point(viz__pen *p, const char *command, double x, double y);

/* A text of one line. */
typedef struct viz__label {
    double x, y; /* of the anchor, on the baseline */
    double size; /* 0 means 12 */
    viz__ink ink;
    char anchor; /* 0 where the text begins, 'm' in its middle, 'e' at its end */
    bool bold;
    double turn; /* degrees, clockwise around the anchor */
} viz__label;
void viz__svg_text(viz__pen *p, viz__label at, const char *text);

/* Writes a line, and a rectangle with fill and stroke. */
void viz__svg_line(viz__pen *p, double x1, double y1, double x2, double y2, viz__ink ink,
                   double width);
void viz__svg_rectangle(viz__pen *p, double x, double y, double width, double height, viz__ink fill,
                        viz__ink stroke);

/* Begins a group that is cut off at a rectangle; "</g>" ends it. */
void viz__svg_clip(viz__pen *p, double x, double y, double width, double height);

#endif
