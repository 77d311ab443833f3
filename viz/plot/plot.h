/* What the files of plots share. Private to viz/plot/. Knows no graph but as the owner of memory.
 */
#ifndef VIZ_PLOT_PARTS_H
#define VIZ_PLOT_PARTS_H

#define AG_NO_SITES
#include <autograd/viz_plot.h>

#include "viz/paint/paint.h"

#define VIZ__MARGIN 12
#define VIZ__TEXT_SIZE 12
#define VIZ__TITLE_SIZE 15
#define VIZ__LARGEST 1e300 /* a magnitude beyond it is left out: differences must be finite */

/* --- chart.c: any picture --------------------------------------------------------------------- */

/* A kind of picture. All functions get what the user gave. `draw` writes elements of SVG and sets
 * the size, `csv` writes the numbers, `describe` a sentence or more. */
typedef struct viz__chart_kind {
    void (*fault)(viz__out *why, const void *what); /* writes nothing where it can be drawn */
    void (*draw)(viz__pen *p, const void *what, double *width, double *height);
    void (*csv)(viz__out *out, const void *what);
    void (*describe)(viz__out *out, const void *what);
    const char *(*title)(const void *what); /* NULL for none */
} viz__chart_kind;

/* Writes the whole picture. */
void viz__chart_svg(viz__out *out, const viz__chart_kind *kind, const void *what,
                    const viz_options *o);

/* Checks, and saves the picture and what stands beside it; `who` begins messages. */
ag_status viz__chart_save(const char *who, ag_graph *g, const char *path,
                          const viz__chart_kind *kind, const void *what,
                          const viz_options *options);

extern const viz__chart_kind viz__plot_kind, viz__panels_kind, viz__confusion_kind,
    viz__images_kind, viz__network_kind;

/* Writes the title at the left, and returns how much height it takes; 0 without one. */
double viz__chart_title(viz__pen *p, const char *title, double x, double y);

/* --- ticks.c: numbers of an axis -------------------------------------------------------------- */

#define VIZ__TICKS 64

/* From numbers to places: `from` is at `at`, `to` at `at + length`, which may be negative. */
typedef struct viz__scale {
    double from, to;
    double at, length;
    bool log;
    bool whole; /* only whole numbers have ticks */
} viz__scale;

typedef struct viz__ticks {
    double value[VIZ__TICKS]; /* in order, within the scale */
    bool labeled[VIZ__TICKS]; /* of a logarithmic axis not all are */
    int n;
    int decimals; /* of the labels; below 0: significant digits, negated */
    bool round;   /* labels are 1, 2 or 5 times a power of ten, which may be raised */
} viz__ticks;

double viz__scale_at(const viz__scale *s, double value);

/* Is this a number that the axis can show? */
bool viz__scale_takes(bool log, double value);

/* Widens a range that is empty or too narrow for ticks, so that from < to; `pad` is the share that
 * is added at both ends. */
void viz__scale_widen(viz__scale *s, double pad);

/* The ticks, so that labels of `room` pixels each, or for an upright axis lines of text, have a
 * space between them. `out` is a string that is used and left as it was. */
viz__ticks viz__ticks_of(const viz__scale *s, bool upright, viz__out *scratch);

/* Writes the label of tick i. */
void viz__tick_label(viz__out *out, const viz__ticks *t, int i);

/* The nice number, 1, 2 or 5 times a power of ten, that is at least `least`. */
double viz__nice_step(double least);

/* --- axes.c ----------------------------------------------------------------------------------- */

typedef struct viz__frame {
    viz__scale x, y;
    double left, top, width, height; /* of the rectangle of the data */
    double outer_width, outer_height;
    viz__ticks x_ticks, y_ticks;
    bool has_scale; /* there is room for the scale of colors at the right */
    double scale_from, scale_to;
} viz__frame;

/* The ranges of the data of a plot; both axes' `from` and `to`. */
void viz__plot_range(const viz_plot *plot, viz__scale *x, viz__scale *y);

/* Makes the frame of a plot, whose outer left upper corner is at 0, 0. */
viz__frame viz__frame_of(viz__pen *p, const viz_plot *plot, viz__scale x, viz__scale y, double top);

void viz__draw_axes(viz__pen *p, const viz__frame *f, const viz_plot *plot); /* below the layers */
void viz__draw_spines(viz__pen *p, const viz__frame *f);                     /* above them */

/* --- layers ----------------------------------------------------------------------------------- */

/* The number of the color of each layer, from 0. */
size_t viz__layer_color(const viz_plot *plot, size_t layer);
size_t viz__layers(const viz_plot *plot);
bool viz__is_field(viz_layer_kind kind);
double viz__layer_x(const viz_layer *l, size_t i);
double viz__layer_y(const viz_layer *l, size_t i);

size_t viz__label_classes(const viz_layer *l); /* the largest label and one more */

/* The dash pattern of a series, "" for a line that is not dashed. */
const char *viz__dashes(size_t series, bool dashed);

void viz__draw_line(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_path(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_points(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_arrows(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_histogram(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_heat(viz__pen *p, const viz__frame *f, const viz_layer *l);
void viz__draw_contours(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series);
void viz__draw_regions(viz__pen *p, const viz__frame *f, const viz_layer *l);

/* Draws the symbol of a class, with its middle at x, y, as a part of the path that is open. */
void viz__put_symbol(viz__pen *p, size_t class, double x, double y, double size);

/* The bins of a histogram: bin b reaches from `from` + b * `step`. */
#define VIZ__BINS 512
typedef struct viz__bins {
    double from, step;
    size_t n;
    size_t count[VIZ__BINS];
    size_t most;
} viz__bins;
viz__bins viz__bins_of(const viz_layer *l);

/* The levels of a field. */
typedef struct viz__levels {
    double value[VIZ__TICKS];
    int n;
    double from, to; /* of z */
} viz__levels;
viz__levels viz__levels_of(const viz_layer *l);

/* Of VIZ__RAMP_COLORS the color below level i, or, for the number of levels, above the last. */
int viz__level_color(const viz__levels *levels, int i);

/* contour.c: one number for each point of a grid, and what is traced. `get` gives the number at a
 * column and row. */
typedef struct viz__field {
    ag_graph *graph;
    size_t columns, rows;
    double (*get)(const struct viz__field *f, size_t column, size_t row);
    const viz_layer *layer;
    size_t class;
} viz__field;

/* Where z equals the level, as closed rings around all points at or above it; `edge` says that the
 * point lies on the outline of the grid or beside a NaN. `begin` comes with each first point. In
 * columns and rows of the grid. Memory is taken for the time of the call. */
typedef void (*viz__on_ring)(void *user, double column, double row, bool edge, bool begin);
ag_status viz__contour(const viz__field *f, double level, viz__on_ring point, void *user);

/* --- plot_legend.c ---------------------------------------------------------------------------- */

/* Draws the legend of some plots, each entry once, within `width`; returns its height. */
double viz__draw_legend(viz__pen *p, const viz_plot *plot, size_t n, double x, double y,
                        double width);

/* plot.c: one plot below what stands above it, with the ranges given. */
viz__frame viz__draw_plot(viz__pen *p, const viz_plot *plot, viz__scale x, viz__scale y,
                          double top);

/* --- plot_csv.c ------------------------------------------------------------------------------- */

/* Writes the numbers of a plot, with the name of its panel or NULL. */
void viz__csv_plot(viz__out *out, const viz_plot *plot, const char *panel);

/* plot_words.c: what a plot shows, in sentences; and whether it can be shown. */
void viz__describe_plot(viz__out *out, const viz_plot *plot);
void viz__plot_fault(viz__out *why, const viz_plot *plot);

#endif
