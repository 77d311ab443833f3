/* Where the units of a network stand, and the numbers on its edges. Private to viz/plot/. */
#ifndef VIZ_NEURONS_H
#define VIZ_NEURONS_H

#include "plot.h"

#define VIZ__RADIUS 14
#define VIZ__UNIT_STEP 54 /* between the middles of two units of a layer */
#define VIZ__WEIGHT_FONT 11

/* A layer of more units than these is drawn by so many first ones, dots, and so many last ones. */
#define VIZ__FIRST_UNITS 4
#define VIZ__LAST_UNITS 2

/* Where things are. A slot is a place in the column of a layer: a unit, or the dots. */
typedef struct viz__neurons {
    const viz_network *network;
    double left, top, step; /* the middle of the first layer; between two layers */
    size_t most_slots;
    bool biased; /* some layer has a bias */
} viz__neurons;

/* unit_places.c */
size_t viz__slots(const viz__neurons *n, size_t layer);
bool viz__is_folded(const viz__neurons *n, size_t layer);
size_t viz__unit_of(const viz__neurons *n, size_t layer, size_t slot); /* SIZE_MAX for the dots */
double viz__unit_x(const viz__neurons *n, size_t layer);
double viz__unit_y(const viz__neurons *n, size_t layer, size_t slot);
double viz__bias_y(const viz__neurons *n, size_t layer); /* of the unit of the bias, in `layer` */

/* An edge, of which the weight is known or not. */
typedef struct viz__synapse {
    double x1, y1, x2, y2; /* between the middles */
    double weight;
    bool known; /* has a weight */
    double at;  /* where along it the number stands; below 0 for nowhere */
} viz__synapse;

/* weight_labels.c: finds a place for each number, so that none lies over another or over a unit;
 * false if some have none. */
bool viz__place_weights(const viz__neurons *n, viz__synapse *synapse, size_t count, int digits);

/* neurons.c: draws a viz_network. */
void viz__draw_network(viz__pen *p, const void *what, double *width, double *height);

#endif
