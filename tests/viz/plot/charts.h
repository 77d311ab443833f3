/* One picture of each kind, with any text for all its names, for tests. */
#ifndef TESTS_VIZ_CHARTS_H
#define TESTS_VIZ_CHARTS_H

#include <math.h>

#include "viz/plot/plot.h"

#define SIDE 21

typedef struct chart {
    const char *name;
    const viz__chart_kind *kind;
    const void *what;
} chart;

typedef struct charts {
    double curve[2][30], x[40], y[40], dx[40], dy[40], z[SIDE * SIDE], score[SIDE * SIDE * 3];
    double pixel[2 * 6 * 6], count[9], weight[20];
    int64_t label[40];
    const char *text[16]; /* the same text for every name */
    viz_plot plot, log, field, regions, classes, bins, arrows, pair[2], empty;
    viz_panels panels;
    viz_confusion confusion;
    viz_images images;
    viz_network network;
    chart all[16];
    size_t n;
} charts;

static inline void charts_numbers(charts *c)
{
    viz_grid g = {-2, 2, -1, 3, SIDE, SIDE};
    double xy[2 * SIDE * SIDE];
    viz_grid_points(&g, xy);
    for (int i = 0; i < 30; i++) {
        c->curve[0][i] = 2.0 / (i + 1);
        c->curve[1][i] = 2.2 / (i + 1) + 0.01 * i;
    }
    for (int i = 0; i < 40; i++) {
        c->x[i] = -1.9 + 0.75 * (i % 6);
        c->y[i] = -0.8 + 0.5 * (i / 6);
        c->dx[i] = 2 * c->x[i];
        c->dy[i] = -c->y[i];
        c->label[i] = i % 3;
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        double x = xy[2 * i], y = xy[2 * i + 1];
        c->z[i] = 0.01 + x * x + (y - 1) * (y - 1) / 4;
        for (int k = 0; k < 3; k++) {
            c->score[3 * i + k] = x * (k - 1) + y * (k == 1);
        }
    }
    for (int i = 0; i < 72; i++) {
        c->pixel[i] = i % 7 * (i % 5);
    }
    for (int i = 0; i < 20; i++) {
        c->weight[i] = (i * 7 % 11 - 5) / 4.0;
    }
    for (int i = 0; i < 9; i++) {
        c->count[i] = i % 4 == 0 ? 40 : i;
    }
}

static inline void charts_plots(charts *c, const char *t)
{
    const char *const *names = c->text;
    viz_grid g = {-2, 2, -1, 3, SIDE, SIDE};
    viz_axis axis = {.label = t};
    c->plot = (viz_plot){.title = t, .x = axis, .y = axis};
    c->plot.layer[0] = (viz_layer){VIZ_LINE, .name = t, .y = c->curve[0], .n = 30};
    c->plot.layer[1] = (viz_layer){VIZ_LINE, .name = t, .y = c->curve[1], .n = 30, .dashed = true};
    c->log = c->plot;
    c->log.y.log = true;
    c->field = (viz_plot){.title = t, .x = axis, .y = axis};
    c->field.layer[0] = (viz_layer){VIZ_HEAT, .grid = g, .z = c->z, .log = true};
    c->field.layer[1] = (viz_layer){VIZ_CONTOURS, .name = t, .grid = g, .z = c->z};
    c->field.layer[2] = (viz_layer){VIZ_PATH, .name = t, .x = c->x, .y = c->y, .n = 6};
    c->regions = (viz_plot){.title = t, .equal = true};
    c->regions.layer[0] =
        (viz_layer){VIZ_REGIONS, .grid = g, .z = c->z, .classes = 1, .class_name = names};
    c->classes = c->regions;
    c->classes.layer[0].classes = 3;
    c->classes.layer[0].z = c->score;
    c->classes.layer[1] = (viz_layer){VIZ_POINTS,   .x = c->x,         .y = c->y,          .n = 40,
                                      .classes = 3, .label = c->label, .class_name = names};
    c->bins = (viz_plot){.title = t, .x = axis};
    c->bins.layer[0] = (viz_layer){VIZ_HISTOGRAM, .name = t, .x = c->x, .n = 40};
    c->arrows = (viz_plot){.x = axis, .y = axis};
    c->arrows.layer[0] =
        (viz_layer){VIZ_ARROWS, .name = t, .x = c->x, .y = c->y, .dx = c->dx, .dy = c->dy, .n = 40};
    c->pair[0] = c->plot;
    c->pair[1] = c->classes;
    c->panels = (viz_panels){.title = t, .plot = c->pair, .n = 2};
}

static inline void charts_others(charts *c, const char *t)
{
    const char *const *names = c->text;
    c->confusion =
        (viz_confusion){.title = t, .count = c->count, .classes = 3, .class_name = names};
    c->images = (viz_images){
        .title = t, .pixel = c->pixel, .n = 2, .rows = 6, .columns = 6, .image_title = names};
    c->network = (viz_network){
        .title = t, .layers = 3, .units = {2, 3, 1}, .input_name = names, .output_name = names};
    c->network.weight[0] = c->weight;
    c->network.weight[1] = c->weight + 6;
    c->network.bias[0] = c->weight + 9;
    c->network.bias[1] = c->weight + 12;
    c->network.layer_name[1] = t;
}

/* All of them, with the text for every name. */
static inline void charts_make(charts *c, const char *t)
{
    *c = (charts){.n = 0};
    for (int i = 0; i < 16; i++) {
        c->text[i] = t;
    }
    charts_numbers(c);
    charts_plots(c, t);
    charts_others(c, t);
    const chart all[] = {{"curves", &viz__plot_kind, &c->plot},
                         {"log", &viz__plot_kind, &c->log},
                         {"field", &viz__plot_kind, &c->field},
                         {"regions", &viz__plot_kind, &c->regions},
                         {"classes", &viz__plot_kind, &c->classes},
                         {"histogram", &viz__plot_kind, &c->bins},
                         {"arrows", &viz__plot_kind, &c->arrows},
                         {"empty", &viz__plot_kind, &c->empty},
                         {"panels", &viz__panels_kind, &c->panels},
                         {"confusion", &viz__confusion_kind, &c->confusion},
                         {"images", &viz__images_kind, &c->images},
                         {"network", &viz__network_kind, &c->network}};
    c->n = sizeof all / sizeof all[0];
    for (size_t i = 0; i < c->n; i++) {
        c->all[i] = all[i];
    }
}

#endif
