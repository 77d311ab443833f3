/* A network as its units and edges. Must not know how a number on an edge finds its place. */
#include "neurons.h"

#include <math.h>

#define NAME_GAP 24 /* the arrow between a name and its unit */
#define STEP 150    /* between two layers, at least, */
#define MOST_STEP 520
#define LAYER_NAMES 22

/* --- edges ------------------------------------------------------------------------------------ */

typedef struct edges {
    viz__synapse *edge;
    size_t n, room;
    double largest; /* |weight| */
} edges;

static void add_edge(edges *e, viz__synapse s)
{
    if (e->n < e->room) {
        e->edge[e->n++] = s;
        e->largest = s.known && isfinite(s.weight) ? fmax(e->largest, fabs(s.weight)) : e->largest;
    }
}

/* The edges that lead to one unit of layer k + 1: from the units of layer k and from the bias. */
static void add_unit(edges *e, const viz__neurons *n, size_t k, size_t slot)
{
    const viz_network *net = n->network;
    size_t to = viz__unit_of(n, k + 1, slot);
    viz__synapse s = {.x1 = viz__unit_x(n, k),
                      .x2 = viz__unit_x(n, k + 1),
                      .y2 = viz__unit_y(n, k + 1, slot),
                      .at = -1};
    for (size_t i = 0; i < viz__slots(n, k) && to != SIZE_MAX; i++) {
        size_t from = viz__unit_of(n, k, i);
        s.y1 = viz__unit_y(n, k, i);
        s.known = net->weight[k] != NULL;
        if (from != SIZE_MAX) {
            s.weight = s.known ? net->weight[k][to * net->units[k] + from] : 0;
            add_edge(e, s);
        }
    }
    if (net->bias[k] != NULL && to != SIZE_MAX) {
        s.y1 = viz__bias_y(n, k);
        s.known = true;
        s.weight = net->bias[k][to];
        add_edge(e, s);
    }
}

static void collect(edges *e, const viz__neurons *n)
{
    e->n = 0;
    for (size_t k = 0; k + 1 < n->network->layers; k++) {
        for (size_t slot = 0; slot < viz__slots(n, k + 1); slot++) {
            add_unit(e, n, k, slot);
        }
    }
}

static void draw_edge(viz__pen *p, const edges *e, const viz__synapse *s)
{
    double share = e->largest > 0 && s->known ? fabs(s->weight) / e->largest : 0;
    bool negative = s->known && s->weight < 0;
    viz__svg_point(p, "<path d=\"M", s->x1, s->y1);
    viz__svg_point(p, "L", s->x2, s->y2);
    viz__puts(p->out, negative ? "\" stroke-dasharray=\"6 3\"" : "\"");
    viz__svg_paint(p, VIZ__INKS,
                   !s->known  ? VIZ__INK_MUTED
                   : negative ? VIZ__INK_GRADIENT
                              : VIZ__INK_VALUE);
    viz__svg_number(p, "stroke-width", 0.5 + 3 * (isfinite(share) ? share : 0));
    viz__puts(p->out, "/>\n");
}

/* The number is turned as its edge is, by less than a right angle, on a piece of paper. */
static void draw_weight(viz__pen *p, const viz__synapse *s, int digits)
{
    char text[VIZ__NUMBER];
    double dx = s->x2 - s->x1, dy = s->y2 - s->y1;
    viz__number_text(text, s->weight, digits);
    double width = viz__text_width(text, VIZ__WEIGHT_FONT, false);
    viz__svg_point(p, "<g transform=\"translate(", s->x1 + s->at * dx, s->y1 + s->at * dy);
    viz__puts(p->out, ") rotate(");
    viz__fixed(p->out, atan2(dy, dx) * 57.29577951308232);
    viz__puts(p->out, ")\">\n");
    viz__svg_rectangle(p, -width / 2, -6.5, width, 13, VIZ__PAPER, VIZ__INKS);
    viz__svg_text(p, (viz__label){.y = 4, .anchor = 'm', .size = VIZ__WEIGHT_FONT, .ink = VIZ__INK},
                  text);
    viz__puts(p->out, "</g>\n");
}

/* --- units ------------------------------------------------------------------------------------ */

static void draw_disk(viz__pen *p, double x, double y, double radius, viz__ink stroke)
{
    viz__puts(p->out, "<circle");
    viz__svg_number(p, "cx", x);
    viz__svg_number(p, "cy", y);
    viz__svg_number(p, "r", radius);
    viz__svg_paint(p, VIZ__PAPER, stroke);
    viz__puts(p->out, " stroke-width=\"1.5\"/>\n");
}

static void draw_arrow(viz__pen *p, double from, double to, double y)
{
    viz__svg_line(p, from, y, to, y, VIZ__INK, 1.2);
    viz__svg_point(p, "<path d=\"M", to, y);
    viz__puts(p->out, "l-6 -3.2v6.4z\"");
    viz__svg_paint(p, VIZ__INK, VIZ__INKS);
    viz__puts(p->out, "/>\n");
}

static void draw_name(viz__pen *p, const viz__neurons *n, size_t layer, size_t unit, double x,
                      double y)
{
    const viz_network *net = n->network;
    if (layer == 0 && net->input_name != NULL && net->input_name[unit] != NULL) {
        draw_arrow(p, x - VIZ__RADIUS - NAME_GAP, x - VIZ__RADIUS - 1, y);
        viz__svg_text(p,
                      (viz__label){.x = x - VIZ__RADIUS - NAME_GAP - 5,
                                   .y = y + 4.5,
                                   .size = 13,
                                   .ink = VIZ__INK,
                                   .anchor = 'e'},
                      net->input_name[unit]);
    }
    if (layer + 1 == net->layers && net->output_name != NULL && net->output_name[unit] != NULL) {
        draw_arrow(p, x + VIZ__RADIUS, x + VIZ__RADIUS + NAME_GAP, y);
        viz__svg_text(
            p,
            (viz__label){
                .x = x + VIZ__RADIUS + NAME_GAP + 5, .y = y + 4.5, .size = 13, .ink = VIZ__INK},
            net->output_name[unit]);
    }
}

static void draw_layer(viz__pen *p, const viz__neurons *n, size_t layer)
{
    double x = viz__unit_x(n, layer);
    for (size_t slot = 0; slot < viz__slots(n, layer); slot++) {
        double y = viz__unit_y(n, layer, slot);
        size_t unit = viz__unit_of(n, layer, slot);
        if (unit == SIZE_MAX) {
            viz__svg_text(
                p, (viz__label){.x = x, .y = y + 6, .size = 20, .ink = VIZ__INK, .anchor = 'm'},
                "⋮");
        } else {
            draw_disk(p, x, y, VIZ__RADIUS, VIZ__INK);
            draw_name(p, n, layer, unit, x, y);
        }
    }
    if (layer + 1 < n->network->layers && n->network->bias[layer] != NULL) {
        draw_disk(p, x, viz__bias_y(n, layer), VIZ__RADIUS - 3, VIZ__INK_MUTED);
        viz__svg_text(
            p,
            (viz__label){.x = x, .y = viz__bias_y(n, layer) + 4.2, .ink = VIZ__INK, .anchor = 'm'},
            "1");
    }
}

/* Below a layer: how many units it has, where not all are drawn, and its name. */
static void draw_below(viz__pen *p, const viz__neurons *n, size_t layer)
{
    viz__out text = viz__to_text(p->out->graph);
    const char *name = n->network->layer_name[layer];
    if (viz__is_folded(n, layer)) {
        viz__print(&text, "%zu%s", n->network->units[layer], name != NULL ? " " : " units");
    }
    viz__puts(&text, name != NULL ? name : "");
    double y = n->top + (double)(n->most_slots - 1) * VIZ__UNIT_STEP + VIZ__RADIUS + LAYER_NAMES;
    viz__svg_text(
        p, (viz__label){.x = viz__unit_x(n, layer), .y = y, .ink = VIZ__INK_MUTED, .anchor = 'm'},
        viz__text(&text));
    viz__fail(p->out, text.status);
    viz__out_free(&text);
}

/* --- the picture ------------------------------------------------------------------------------ */

static double widest(const char *const *name, size_t n)
{
    double width = 0;
    for (size_t i = 0; name != NULL && i < n; i++) {
        width = fmax(width, name[i] != NULL ? viz__text_width(name[i], 13, false) : 0);
    }
    return width > 0 ? width + NAME_GAP + VIZ__RADIUS + 5 : VIZ__RADIUS;
}

/* Layers stand farther from each other until every number has a place. */
static void place(viz__pen *p, viz__neurons *n, edges *e, int digits)
{
    size_t most = n->network->most_labels > 0 ? n->network->most_labels : 60;
    n->step = STEP;
    collect(e, n);
    while (e->n <= most && !viz__place_weights(n, e->edge, e->n, digits) && n->step < MOST_STEP) {
        n->step *= 1.3;
        collect(e, n);
    }
    viz__fail(p->out, e->edge == NULL ? AG_ERR_MEMORY : AG_OK);
}

static viz__neurons neurons_of(const viz_network *net, double top)
{
    viz__neurons n = {.network = net, .top = top + VIZ__RADIUS};
    n.left = VIZ__MARGIN + widest(net->input_name, net->units[0]);
    for (size_t k = 0; k < net->layers; k++) {
        size_t slots = viz__slots(&n, k);
        n.most_slots = slots > n.most_slots ? slots : n.most_slots;
        n.biased = n.biased || (k + 1 < net->layers && net->bias[k] != NULL);
    }
    for (size_t k = 0; k + 1 < net->layers; k++) {
        double above = VIZ__MARGIN + VIZ__RADIUS + 10 - viz__bias_y(&n, k) + top;
        n.top += net->bias[k] != NULL && above > VIZ__RADIUS ? fmax(above - 2 * VIZ__RADIUS, 0) : 0;
    }
    return n;
}

static size_t edge_room(const viz__neurons *n)
{
    size_t room = 0;
    for (size_t k = 0; k + 1 < n->network->layers; k++) {
        room += (viz__slots(n, k) + 1) * viz__slots(n, k + 1);
    }
    return room;
}

void viz__draw_network(viz__pen *p, const void *what, double *width, double *height)
{
    const viz_network *net = what;
    int digits = p->options->digits > 0 ? p->options->digits : 3;
    viz__neurons n =
        neurons_of(net, VIZ__MARGIN + viz__chart_title(p, net->title, VIZ__MARGIN, VIZ__MARGIN));
    size_t room = edge_room(&n);
    edges e = {.edge = viz__array(p->out->graph, room, sizeof *e.edge)};
    e.room = e.edge != NULL ? room : 0;
    place(p, &n, &e, digits);
    for (size_t i = 0; i < e.n; i++) {
        draw_edge(p, &e, &e.edge[i]);
    }
    for (size_t k = 0; k < net->layers; k++) {
        draw_layer(p, &n, k);
        draw_below(p, &n, k);
    }
    for (size_t i = 0; i < e.n; i++) {
        if (e.edge[i].at >= 0) {
            draw_weight(p, &e.edge[i], digits);
        }
    }
    double title = net->title != NULL ? viz__text_width(net->title, VIZ__TITLE_SIZE, true) : 0;
    *width = fmax(viz__unit_x(&n, net->layers - 1) +
                      widest(net->output_name, net->units[net->layers - 1]),
                  title + VIZ__MARGIN) +
             VIZ__MARGIN;
    *height = n.top + (double)(n.most_slots - 1) * VIZ__UNIT_STEP + VIZ__RADIUS + LAYER_NAMES + 12;
    viz__array_free(p->out->graph, e.edge, room, sizeof *e.edge);
}
