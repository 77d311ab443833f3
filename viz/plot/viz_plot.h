/* Plots, confusion matrices, images and diagrams of networks, as SVG with the numbers beside them
 * as CSV. They take arrays of double and know no network; nn_figures.h draws networks and trainings
 * with them.
 *
 *     viz_plot p = {.title = "Training", .x = {.label = "epoch"}, .y = {.label = "loss"}};
 *     p.layer[0] = (viz_layer){VIZ_LINE, .name = "training", .y = loss, .n = 100};
 *     p.layer[1] = (viz_layer){VIZ_LINE, .name = "validation", .y = val_loss, .n = 100};
 *     viz_save_plot(g, "loss.svg", &p, NULL);
 *
 * A plot is a struct whose zeros are the usual choice; everything it points to is *borrowed* for
 * the call. What is drawn never depends on the locale, and the same numbers give the same bytes. A
 * value that is NaN, infinite, of a magnitude above 1e300, or not above 0 on a logarithmic axis, is
 * left out, and the description says how many there were. Colors differ for readers with color
 * blindness, and dashes and symbols say the same as colors.
 *
 * Saving: the ending of the path says what is written. .svg: the picture, and beside it the numbers
 * in a file of the same name with .csv; .csv: only these; .pdf, .png: through rsvg-convert, and the
 * numbers. Of viz_options these count: theme, palette, dark, font, id, digits, and alt, for a
 * description in fig.alt.txt. `g` gives memory and keeps the message of an error: NULL_ARGUMENT,
 * VALUE (what the message says; an ending that is none of these), MEMORY, IO, STATE (.pdf or .png:
 * rsvg-convert is not installed; the picture was written as path.svg).
 */
#ifndef VIZ_PLOT_H
#define VIZ_PLOT_H

#include "viz.h"

AG_BEGIN_C

/* --- plots with axes -------------------------------------------------------------------------- */

typedef struct viz_axis {
    const char *label;
    bool log;
    double from, to; /* both 0: as the data want it */
} viz_axis;

typedef enum viz_layer_kind {
    VIZ_NO_LAYER,  /* ends the list of layers */
    VIZ_LINE,      /* y over x, which may be NULL: 1, 2, ...; a gap where a value is left out */
    VIZ_POINTS,    /* a symbol for each x, y, by class where there are labels */
    VIZ_PATH,      /* the points of an optimizer from the first, a ring, to the last, a disk */
    VIZ_HISTOGRAM, /* how many of the n values x lie in each bin */
    VIZ_ARROWS,    /* from x, y by dx, dy, all on one scale: gradients */
    VIZ_HEAT,      /* z on the grid, in colors, with a scale at the side */
    VIZ_CONTOURS,  /* lines of equal z on the grid */
    VIZ_REGIONS,   /* which class is predicted on the grid */
    VIZ_LAYER_COUNT
} viz_layer_kind;

/* Points at equal distances, row by row from y_from upwards, in a row from x_from to the right. */
typedef struct viz_grid {
    double x_from, x_to, y_from, y_to;
    size_t columns, rows; /* at least 2 each, at most 4096 */
} viz_grid;

/* Writes x and y of each point of the grid to xy, [rows * columns, 2], for a network to predict. */
AG_API void viz_grid_points(const viz_grid *grid, double *xy);

typedef struct viz_layer {
    viz_layer_kind kind;
    const char *name; /* in the legend; NULL: it has no entry */
    const double *x, *y, *dx, *dy;
    size_t n;
    const int64_t *label; /* points: the class of each, from 0 */
    viz_grid grid;        /* heat, contours, regions */
    const double *z; /* of the points of the grid, one number each; regions: `classes` numbers */
    size_t classes;  /* regions: 1 means z is the probability of class 1, more that the class of
                           * the largest is predicted. Points: how many have names */
    const char *const *class_name; /* `classes` of them, 2 for a probability; or NULL */
    int color;                     /* of the series, from 1; 0 means the next that no layer has */
    bool log;                      /* heat, contours: levels in equal proportions, for z above 0 */
    bool dashed; /* line: dashed, in the color of the layer before it unless `color` is set */
    size_t bins; /* histogram, roughly; 0 means Sturges' number */
    double size; /* points: half the size of a symbol; 0 means 2.5 to 4; lines: width; 0 means 2 */
} viz_layer;

#define VIZ_LAYERS 16

typedef struct viz_plot {
    const char *title;
    viz_axis x, y;
    bool equal;           /* one unit is as long on both axes */
    double width, height; /* in pixels; 0 means 480 by 340 */
    viz_layer layer[VIZ_LAYERS];
} viz_plot;

AG_API ag_status viz_save_plot(ag_graph *g, const char *path, const viz_plot *plot,
                               const viz_options *options);

/* Several plots in one picture, row by row, under one legend. */
typedef struct viz_panels {
    const char *title;
    const viz_plot *plot;
    size_t n, columns; /* columns: 0 means at most 3 */
    bool same_axes;    /* all have the ranges of all data together */
} viz_panels;
AG_API ag_status viz_save_panels(ag_graph *g, const char *path, const viz_panels *panels,
                                 const viz_options *options);

/* Receiver operating characteristic: the share of class 1 found, over the share of class 0 that is
 * mistaken for it, with the line of chance; n points each of up to VIZ_LAYERS - 1 models. `area` is
 * in the legend unless it is 0. */
typedef struct viz_roc_curve {
    const char *name;
    const double *false_rate, *true_rate;
    size_t n;
    double area;
} viz_roc_curve;
AG_API ag_status viz_save_roc(ag_graph *g, const char *path, const viz_roc_curve *curve, size_t n,
                              const viz_options *options);

/* --- matrices, images, networks --------------------------------------------------------------- */

/* count[i * classes + j]: cases of class i that were predicted as j. At most 100 classes; a color
 * is the share of its row. */
typedef struct viz_confusion {
    const char *title;
    const double *count;
    size_t classes;
    const char *const *class_name; /* NULL: 0, 1, ... */
} viz_confusion;
AG_API ag_status viz_save_confusion(ag_graph *g, const char *path, const viz_confusion *matrix,
                                    const viz_options *options);

/* n images of rows by columns numbers each, one after the other, each with a title or none. `from`
 * is drawn as the paper and `to` as ink; both 0: from the smallest to the largest number of all.
 * With `sign`, 0 is the paper, negative numbers are rust and positive ones blue: saliency. */
typedef struct viz_images {
    const char *title;
    const double *pixel;
    size_t n, rows, columns;        /* of pixels, at most 512 each */
    const char *const *image_title; /* n of them, or NULL; one that is NULL is none */
    size_t across;                  /* images side by side; 0 means about the square root of n */
    double scale;                   /* the size of a pixel; 0: so that an image has about 64 */
    double from, to;
    bool sign;
} viz_images;
AG_API ag_status viz_save_images(ag_graph *g, const char *path, const viz_images *images,
                                 const viz_options *options);

/* The layers of a network: units[0] inputs, then units[1] ... units[layers - 1]. weight[k] leads
 * from layer k to layer k + 1, [units[k+1], units[k]] as a linear layer holds it, and bias[k] has
 * units[k+1] numbers; NULL for none, where edges are drawn without numbers. A weight is written at
 * a quarter of its edge or where it finds place, unless there are more than `most_labels`; an edge
 * is as wide as its weight is large, and dashed where it is negative. A layer of more than
 * `most_units` is drawn by its first and last units. */
typedef struct viz_network {
    const char *title;
    size_t layers; /* at most VIZ_LAYERS */
    size_t units[VIZ_LAYERS];
    const double *weight[VIZ_LAYERS];
    const double *bias[VIZ_LAYERS];
    const char *const *input_name;      /* units[0] of them, or NULL */
    const char *const *output_name;     /* as many as the last layer has, or NULL */
    const char *layer_name[VIZ_LAYERS]; /* below each layer, such as "tanh"; NULL for none */
    size_t most_labels;                 /* 0 means 60 */
    size_t most_units;                  /* 0 means 16 */
} viz_network;
AG_API ag_status viz_save_network(ag_graph *g, const char *path, const viz_network *network,
                                  const viz_options *options);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define viz_save_plot(g, ...) viz_save_plot(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_save_panels(g, ...) viz_save_panels(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_save_roc(g, ...) viz_save_roc(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_save_confusion(g, ...) viz_save_confusion(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_save_images(g, ...) viz_save_images(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_save_network(g, ...) viz_save_network(AG_AT_GRAPH(g), __VA_ARGS__)
#endif

#endif
