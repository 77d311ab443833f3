/* A figure of points of the plane with the class that is predicted for each, after some steps: the
 * panels of points.c. Must not know what predicts.
 */
#ifndef POINT_PANELS_H
#define POINT_PANELS_H

#include "example.h"

enum { PANEL_POINTS = 1000, PANELS = 6 };

typedef struct point_panels {
    double x[PANEL_POINTS], y[PANEL_POINTS];
    int64_t class[PANELS][PANEL_POINTS];
    char title[PANELS][20];
} point_panels;

/* Keeps the classes after a step: points are rows of X [n,3] behind a column of 1, and above 1/2 a
 * prediction means class 1. */
static inline void point_panels_note(point_panels *w, int panel, int step, ag_tensor *x,
                                     ag_tensor *prediction)
{
    const double *row = ag_data(x), *p = ag_data(prediction);
    int64_t n = ag_size(prediction) < PANEL_POINTS ? ag_size(prediction) : PANEL_POINTS;
    for (int64_t i = 0; row != NULL && p != NULL && i < n; i++) {
        w->x[i] = row[3 * i + 1];
        w->y[i] = row[3 * i + 2];
        w->class[panel][i] = p[i] > 0.5;
    }
    snprintf(w->title[panel], sizeof w->title[panel], "step %d", step);
}

/* The panels in one picture, if figures are asked for. */
static inline bool point_panels_draw(const example *e, ag_graph *g, const char *name,
                                     const char *title, const point_panels *w)
{
    static const char *const classes[] = {"predicted 0", "predicted 1"};
    viz_plot panel[PANELS] = {{.title = NULL}};
    for (int k = 0; k < PANELS; k++) {
        panel[k] = (viz_plot){.title = w->title[k], .equal = true, .width = 230, .height = 240};
        panel[k].layer[0] = (viz_layer){VIZ_POINTS,   .x = w->x,
                                        .y = w->y,    .n = PANEL_POINTS,
                                        .size = 1.6,  .label = w->class[k],
                                        .classes = 2, .class_name = classes};
    }
    const viz_panels all = {.title = title, .plot = panel, .n = PANELS, .same_axes = true};
    const char *path = example_figure(e, g, name);
    return e->figures == NULL || viz_save_panels(g, path, &all, NULL) == AG_OK;
}

#endif
