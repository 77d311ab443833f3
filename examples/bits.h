/* What the examples of two bits share: the four patterns, and what a classifier says of the plane
 * around them, as a panel. Must not know any network.
 */
#ifndef BITS_H
#define BITS_H

#include "example.h"

enum { BITS_PATTERNS = 4, BITS_SIDE = 81, BITS_GRID = BITS_SIDE * BITS_SIDE };

static const double bits_inputs[BITS_PATTERNS][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
static const viz_grid bits_plane = {-0.4, 1.4, -0.4, 1.4, BITS_SIDE, BITS_SIDE};

/* The points of the grid as inputs, [BITS_GRID,2]; NULL after an error. */
static inline ag_tensor *bits_points(ag_graph *g)
{
    double *xy = ag_graph_memory(g, 2 * BITS_GRID * sizeof *xy);
    if (xy == NULL) {
        return NULL;
    }
    viz_grid_points(&bits_plane, xy);
    return ag_from_values(g, AG_CONSTANT, AG_SHAPE(BITS_GRID, 2), xy);
}

/* `one` is the probability of a 1 at each point of the grid, label the class of each pattern. */
static inline viz_plot bits_panel(const char *title, const double *one, const int64_t *label)
{
    static const double x[] = {0, 0, 1, 1}, y[] = {0, 1, 0, 1};
    static const char *const bit[] = {"0", "1"};
    return (viz_plot){
        .title = title,
        .equal = true,
        .width = 300,
        .height = 320,
        .layer = {{VIZ_REGIONS, .grid = bits_plane, .z = one, .classes = 1, .class_name = bit},
                  {VIZ_POINTS, .x = x, .y = y, .n = 4, .size = 5, .label = label, .classes = 2,
                   .class_name = bit}}};
}

#endif
