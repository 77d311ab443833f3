/* The network that learns before the eyes of a student. Private to viz/page/; the page's script is the
 * only caller.
 */
#ifndef VIZ_PAGE_CLASSIFIER_H
#define VIZ_PAGE_CLASSIFIER_H

#define AG_NO_SITES
#include <autograd/nn.h>
#include <autograd/ops.h>
#include <autograd/viz_plot.h>

#include "page.h"

enum {
    PAGE_POINTS = 200,
    PAGE_SIDE = 48, /* places along each side of the plane */
    PAGE_MOST_LAYERS = 6,
    PAGE_MOST_UNITS = 9, /* of a layer: a digit in the names of a sample's program */
    PAGE_MOST_WEIGHTS = (PAGE_MOST_LAYERS + 1) * (PAGE_MOST_UNITS + 1) * PAGE_MOST_UNITS
};

typedef struct page_points {
    double x[PAGE_POINTS], y[PAGE_POINTS], label[PAGE_POINTS]; /* 0 or 1 */
} page_points;

/* points.c: draws "circles", "spirals", "xor" or "clouds" within -1 to 1; noise is from 0 to 1. False
 * and an error for another name. */
bool page_points_draw(ag_graph *g, const char *data, double noise, page_points *points);

typedef struct page_classifier page_classifier;

/* *New*: free it with page_classifier_free; NULL, and the error is printed to stderr. */
PAGE_EXPORT(page_classifier_new)
page_classifier *page_classifier_new(const char *data, double noise, const char *layers,
                                     const char *activation, int adam, double rate, int seed);
PAGE_EXPORT(page_classifier_free) void page_classifier_free(page_classifier *c);

/* Trains for some epochs and looks at all points and at the plane; 0, and the error is printed. */
PAGE_EXPORT(page_classifier_train) int page_classifier_train(page_classifier *c, int epochs);

/* Prints loss, accuracy, units and norms as JSON; a loss or norm that is no number as -1. */
PAGE_EXPORT(page_classifier_print) void page_classifier_print(const page_classifier *c);

/* x, y and label of the points; weights and gradients, layer by layer, weights (out,in) before
 * biases; the plane. *Borrowed*. */
PAGE_EXPORT(page_classifier_numbers)
const double *page_classifier_numbers(const page_classifier *c, int which);

/* Prints the loss of the i-th point as a program, and its bindings, each with a zero behind it. */
PAGE_EXPORT(page_classifier_sample) void page_classifier_sample(const page_classifier *c, int i);

#endif
