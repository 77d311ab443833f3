/* The graph in layers, which the steps of the layout share: layers.c makes it, order.c orders each
 * layer, coordinates.c and routes.c give places. Private to viz/layout/.
 *
 * Distances are measured along the direction of links and across it. So nothing here depends on the
 * direction but the last step.
 */
#ifndef VIZ_LAYERED_H
#define VIZ_LAYERED_H

#include "layout.h"

/* A box, or the place where a link passes through a layer, which may be that of its label. The
 * boxes come first, by number; then come the passages, link by link. */
typedef struct viz__vertex {
    uint32_t layer;
    uint32_t place; /* in its layer */
    double before;  /* how far it extends across, on both sides of `at` */
    double after;
    double along; /* how long it is along */
    double at;    /* its place across: of the center of a box, of the line of a link */
} viz__vertex;

/* A piece of a link from one layer to the next one. Those of a link lie side by side. */
typedef struct viz__joint {
    uint32_t from, to;         /* vertices */
    double from_port, to_port; /* where it leaves and enters them, relative to `at` */
    bool from_fixed, to_fixed; /* the caller has chosen them */
} viz__joint;

typedef struct viz__layered {
    viz__layout *layout;
    viz__vertex *vertex;
    size_t vertices;
    viz__joint *joint;
    size_t joints;
    size_t *first_joint; /* of each link; links + 1 of them */
    uint32_t *in;        /* the joints that enter each vertex, one vertex after the other */
    size_t *first_in;    /* vertices + 1 of them */
    uint32_t *out;       /* those that leave it */
    size_t *first_out;
    size_t layers;
    uint32_t *order;     /* the vertices, layer by layer, in their order */
    size_t *first_place; /* of each layer in `order`; layers + 1 of them */
} viz__layered;

/* layers.c */
ag_status viz__layered_new(viz__layered *g, viz__layout *l);
void viz__layered_free(viz__layered *g);

/* order.c: orders each layer so that few links cross. */
ag_status viz__order_layers(viz__layered *g);

/* crossings.c: how many links cross as the layers are ordered now. `scratch` has room for all
 * joints and four times all vertices. */
size_t viz__crossings(const viz__layered *g, uint32_t *scratch);

/* transpose.c: exchanges neighbors of a layer as long as that makes fewer links cross. Neighbors
 * for which it makes no difference are exchanged too if `equal`. */
void viz__transpose(viz__layered *g, bool equal);

/* coordinates.c: places the vertices across. */
ag_status viz__place_across(viz__layered *g);

/* routes.c: places the layers, and draws the links. */
ag_status viz__place_along(viz__layered *g);

static inline bool viz__is_box(const viz__layered *g, size_t vertex)
{
    return vertex < g->layout->boxes;
}

static inline bool viz__is_vertical(const viz__layout *l)
{
    return l->direction == VIZ__DOWN || l->direction == VIZ__UP;
}

#endif
