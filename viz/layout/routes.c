/* The last step of the layout: where each layer begins along the direction of links, the path of
 * each link, and all places in the direction that was asked for. Must not know how layers were
 * ordered.
 *
 * A link is straight along the direction within a layer, at the place of its passage, and curved
 * between two layers, all links between the same two layers alike. So it crosses another link only
 * where their order changes, and no box and no label.
 */
#include "layered.h"

#include <math.h>

#include "viz/text/text.h"

#define LAYER_GAP 36
#define ARROW 20     /* the least gap before a layer of boxes, for the heads of arrows */
#define STEEP 0.3    /* more gap by this times the longest way that a link goes across */
#define MOST_MORE 70 /* but at most this */
#define LABEL_OFF 3  /* between a label and its line */

typedef struct columns {
    viz__layered *g;
    double *start; /* of each layer */
    double *end;
} columns;

static double across(const viz__layered *g, const viz__joint *j, bool end)
{
    return end ? g->vertex[j->to].at + j->to_port : g->vertex[j->from].at + j->from_port;
}

/* The gap after a layer. With labels there are two gaps between layers of boxes. */
static double gap_after(const columns *c, size_t layer, bool labels)
{
    const viz__layered *g = c->g;
    double longest = 0, gap = g->layout->layer_gap > 0 ? g->layout->layer_gap : LAYER_GAP;
    for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
        uint32_t v = g->order[i];
        for (size_t k = g->first_out[v]; k < g->first_out[v + 1]; k++) {
            const viz__joint *j = &g->joint[g->out[k]];
            longest = fmax(longest, fabs(across(g, j, true) - across(g, j, false)));
        }
    }
    if (labels) {
        gap = layer % 2 == 0 ? gap / 4 : fmax(ARROW, gap / 2);
    }
    return gap + fmin(STEEP * longest, MOST_MORE);
}

static void place_columns(columns *c, bool labels)
{
    viz__layered *g = c->g;
    for (size_t v = 0; v < g->vertices; v++) {
        double *along = &c->end[g->vertex[v].layer];
        *along = fmax(*along, g->vertex[v].along);
    }
    double at = 0;
    for (size_t layer = 0; layer < g->layers; layer++) {
        c->start[layer] = at;
        c->end[layer] += at;
        at = layer + 1 < g->layers ? c->end[layer] + gap_after(c, layer, labels) : c->end[layer];
    }
}

/* --- paths ------------------------------------------------------------------------------------ */

/* From here on a point has x along the direction and y across it, until `turn`. */
typedef struct pen {
    viz__point *point;
    size_t first, n; /* of the link, and of all */
} pen;

static void line_to(pen *p, double x, double y)
{
    viz__point last = p->point[p->n - 1], end = {x, y};
    bool goes_on = p->n - p->first >= 4 && last.y == y && p->point[p->n - 4].y == y &&
                   p->point[p->n - 3].x == p->point[p->n - 4].x;
    if (last.x == x && last.y == y) {
        return;
    }
    if (goes_on) { /* makes the straight piece before it longer */
        p->point[p->n - 2] = p->point[p->n - 1] = end;
        return;
    }
    p->point[p->n++] = last;
    p->point[p->n++] = end;
    p->point[p->n++] = end;
}

static void curve_to(pen *p, double x, double y)
{
    viz__point last = p->point[p->n - 1];
    if (last.y == y) {
        line_to(p, x, y);
        return;
    }
    double middle = (last.x + x) / 2;
    p->point[p->n++] = (viz__point){middle, last.y};
    p->point[p->n++] = (viz__point){middle, y};
    p->point[p->n++] = (viz__point){x, y};
}

/* Where a box begins and ends along; it stands in the middle of its layer. */
static double box_edge(const columns *c, uint32_t box, bool end)
{
    const viz__vertex *v = &c->g->vertex[box];
    double middle = (c->start[v->layer] + c->end[v->layer]) / 2;
    return middle + (end ? v->along : -v->along) / 2;
}

static void draw_link(columns *c, size_t k, pen *p)
{
    viz__layered *g = c->g;
    viz__link *link = &g->layout->link[k];
    const viz__joint *joint = g->joint + g->first_joint[k];
    size_t n = g->first_joint[k + 1] - g->first_joint[k];
    link->first = p->first = p->n;
    p->point[p->n++] = (viz__point){box_edge(c, link->from, true), across(g, &joint[0], false)};
    for (size_t i = 0; i < n; i++) {
        line_to(p, c->end[g->vertex[joint[i].from].layer], across(g, &joint[i], false));
        const viz__vertex *to = &g->vertex[joint[i].to];
        curve_to(p, c->start[to->layer], across(g, &joint[i], true));
        if (i + 1 < n && to->along > 0) {
            double middle = (c->start[to->layer] + c->end[to->layer]) / 2;
            bool vertical = viz__is_vertical(g->layout);
            double beside = link->below > 0 ? (link->below - link->label.y) / 2
                                            : -link->label.y / 2 - LABEL_OFF + 1;
            double off = vertical ? link->label.x / 2 + 2 * LABEL_OFF : beside;
            link->place = (viz__point){middle, to->at + off};
        }
    }
    line_to(p, box_edge(c, link->to, false), across(g, &joint[n - 1], true));
    link->n = p->n - link->first;
}

/* --- directions ------------------------------------------------------------------------------- */

static viz__point turn(viz__point p, viz__direction direction, double length)
{
    switch (direction) {
    case VIZ__DOWN:
        return (viz__point){p.y, p.x};
    case VIZ__LEFT:
        return (viz__point){length - p.x, p.y};
    case VIZ__UP:
        return (viz__point){p.y, length - p.x};
    default:
        return p;
    }
}

static void turn_all(columns *c)
{
    viz__layout *l = c->g->layout;
    double length = c->end[c->g->layers - 1], breadth = 0;
    for (size_t v = 0; v < c->g->vertices; v++) {
        breadth = fmax(breadth, c->g->vertex[v].at + c->g->vertex[v].after);
    }
    for (size_t b = 0; b < l->boxes; b++) {
        const viz__vertex *v = &c->g->vertex[b];
        double middle = (c->start[v->layer] + c->end[v->layer]) / 2;
        l->box[b].center = turn((viz__point){middle, v->at}, l->direction, length);
    }
    for (size_t k = 0; k < l->links; k++) {
        l->link[k].place = turn(l->link[k].place, l->direction, length);
    }
    for (size_t i = 0; i < l->points; i++) {
        l->point[i] = turn(l->point[i], l->direction, length);
    }
    l->width = viz__is_vertical(l) ? breadth : length;
    l->height = viz__is_vertical(l) ? length : breadth;
}

ag_status viz__place_along(viz__layered *g)
{
    viz__layout *l = g->layout;
    columns c = {.g = g,
                 .start = viz__array(l->graph, g->layers, sizeof *c.start),
                 .end = viz__array(l->graph, g->layers, sizeof *c.end)};
    bool labels = false;
    for (size_t k = 0; k < l->links; k++) {
        labels = labels || l->link[k].label.x > 0;
    }
    l->points = l->links + 6 * g->joints + 3 * l->links; /* at most */
    l->point = viz__array(l->graph, l->points, sizeof *l->point);
    bool ok = c.start != NULL && c.end != NULL && l->point != NULL;
    if (ok) {
        pen p = {.point = l->point};
        place_columns(&c, labels);
        for (size_t k = 0; k < l->links; k++) {
            draw_link(&c, k, &p);
        }
        turn_all(&c);
    }
    viz__array_free(l->graph, c.start, g->layers, sizeof *c.start);
    viz__array_free(l->graph, c.end, g->layers, sizeof *c.end);
    return ok ? AG_OK : AG_ERR_MEMORY;
}
