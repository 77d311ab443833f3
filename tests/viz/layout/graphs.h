/* Graphs for the tests of the layout, made from a seed: formulas, sparse graphs, small networks in
 * scalars, chains with skips and double links. And what is measured on a drawing: overlaps of its
 * parts and crossings of its links.
 */
#ifndef TESTS_VIZ_LAYOUT_GRAPHS_H
#define TESTS_VIZ_LAYOUT_GRAPHS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viz/layout/layout.h"

#define MOST_BOXES 400
#define MOST_LINKS 900

typedef struct drawing {
    viz__layout layout;
    viz__box box[MOST_BOXES];
    viz__link link[MOST_LINKS];
    uint64_t random;
} drawing;

/* A linear congruential generator (Knuth's MMIX); its high bits are used. */
static inline uint32_t below(drawing *d, uint32_t n)
{
    d->random = d->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((d->random >> 33) % n);
}

static inline uint32_t add_box(drawing *d)
{
    viz__box *b = &d->box[d->layout.boxes];
    b->width = 40 + below(d, 100);
    b->height = 24 + below(d, 50);
    return (uint32_t)d->layout.boxes++;
}

static inline void add_link(drawing *d, uint32_t from, uint32_t to)
{
    d->link[d->layout.links++] = (viz__link){.from = from, .to = to};
}

static inline void make_formula(drawing *d, uint32_t n, uint32_t reach)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = add_box(d);
        uint32_t operands = v < 2 ? 0 : below(d, 8) == 0 ? 0 : 1 + below(d, 2);
        for (; operands > 0; operands--) {
            add_link(d, v - 1 - below(d, v < reach ? v : reach), v);
        }
    }
}

/* Each neuron is a chain of products and sums, as a network in scalars has them. */
static inline void make_network(drawing *d, uint32_t inputs, uint32_t hidden)
{
    uint32_t in[8], out[8];
    for (uint32_t i = 0; i < inputs; i++) {
        in[i] = add_box(d);
    }
    for (uint32_t h = 0; h < hidden; h++) {
        uint32_t sum = add_box(d); /* the bias */
        for (uint32_t i = 0; i < inputs; i++) {
            uint32_t weight = add_box(d), product = add_box(d), next = add_box(d);
            add_link(d, weight, product);
            add_link(d, in[i], product);
            add_link(d, sum, next);
            add_link(d, product, next);
            sum = next;
        }
        out[h] = add_box(d);
        add_link(d, sum, out[h]);
    }
    uint32_t loss = add_box(d);
    for (uint32_t h = 0; h < hidden; h++) {
        add_link(d, out[h], loss);
    }
}

static inline void make_chain(drawing *d, uint32_t n)
{
    uint32_t last = add_box(d);
    for (uint32_t i = 1; i < n; i++) {
        uint32_t v = add_box(d);
        add_link(d, last, v);
        if (below(d, 4) == 0) {
            add_link(d, last, v);
        } else if (below(d, 3) == 0) {
            add_link(d, below(d, v), v);
        }
        last = v;
    }
}

/* Graph number i. Every second one has labels. */
static inline void make_graph(drawing *d, uint32_t i)
{
    d->layout = (viz__layout){.box = d->box, .link = d->link, .direction = VIZ__RIGHT};
    d->random = 12345 + 7919 * (uint64_t)i;
    switch (i % 4) {
    case 0:
        make_formula(d, 6 + below(d, 20), 6);
        break;
    case 1:
        make_formula(d, 10 + below(d, 30), 30);
        break;
    case 2:
        make_network(d, 2 + below(d, 2), 1 + below(d, 3));
        break;
    default:
        make_chain(d, 5 + below(d, 25));
    }
    for (size_t k = 0; i % 8 < 4 && k < d->layout.links; k++) {
        d->link[k].label = (viz__point){30 + below(d, 60), 14};
    }
}

/* --- what is measured ------------------------------------------------------------------------- */

typedef struct area {
    double left, top, right, bottom;
} area;

static inline area area_around(viz__point center, double width, double height)
{
    return (area){center.x - width / 2, center.y - height / 2, center.x + width / 2,
                  center.y + height / 2};
}

static inline area box_area(const drawing *d, size_t b)
{
    return area_around(d->box[b].center, d->box[b].width, d->box[b].height);
}

static inline area label_area(const drawing *d, size_t k)
{
    return area_around(d->link[k].place, d->link[k].label.x, d->link[k].label.y);
}

static inline bool overlap(area a, area b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

#define PIECES 8 /* straight pieces for a curve */
#define MOST_PIECES 4000

/* A link as straight pieces. */
typedef struct path {
    size_t n;
    viz__point point[MOST_PIECES];
} path;

static inline void straighten(path *p, const viz__point *point, size_t n)
{
    p->n = 0;
    p->point[p->n++] = point[0];
    for (size_t i = 0; i + 3 < n; i += 3) {
        for (int k = 1; k <= PIECES && p->n < MOST_PIECES; k++) {
            double t = (double)k / PIECES, s = 1 - t;
            double w[4] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
            viz__point at = {0, 0};
            for (int c = 0; c < 4; c++) {
                at.x += w[c] * point[i + (size_t)c].x;
                at.y += w[c] * point[i + (size_t)c].y;
            }
            p->point[p->n++] = at;
        }
    }
}

/* Does the piece from a to b have a point within the area? Clips it, Liang and Barsky (1984). */
static inline bool passes(viz__point a, viz__point b, area r)
{
    double from = 0, to = 1, dx = b.x - a.x, dy = b.y - a.y;
    const double p[4] = {-dx, dx, -dy, dy};
    const double q[4] = {a.x - r.left, r.right - a.x, a.y - r.top, r.bottom - a.y};
    for (int i = 0; i < 4; i++) {
        if (p[i] == 0 && q[i] <= 0) {
            return false;
        }
        if (p[i] < 0) {
            from = fmax(from, q[i] / p[i]);
        } else if (p[i] > 0) {
            to = fmin(to, q[i] / p[i]);
        }
    }
    return from < to;
}

static inline bool path_passes(const path *p, area r)
{
    for (size_t i = 0; i + 1 < p->n; i++) {
        if (passes(p->point[i], p->point[i + 1], r)) {
            return true;
        }
    }
    return false;
}

static inline double side(viz__point a, viz__point b, viz__point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* Where two pieces cross, if they do. */
static inline bool crossing(viz__point a, viz__point b, viz__point c, viz__point d, viz__point *at)
{
    double c_side = side(a, b, c), d_side = side(a, b, d);
    double a_side = side(c, d, a), b_side = side(c, d, b);
    if ((c_side > 0) == (d_side > 0) || (a_side > 0) == (b_side > 0)) {
        return false;
    }
    double t = a_side / (a_side - b_side);
    *at = (viz__point){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    return true;
}

/* How often two paths cross, but for places near a box from which or to which both lead. */
static inline size_t path_crossings(const path *p, const path *q, const area *shared, int n)
{
    size_t crossings = 0;
    viz__point at;
    for (size_t i = 0; i + 1 < p->n; i++) {
        for (size_t k = 0; k + 1 < q->n; k++) {
            bool counts = crossing(p->point[i], p->point[i + 1], q->point[k], q->point[k + 1], &at);
            for (int s = 0; counts && s < n; s++) {
                counts = !overlap(area_around(at, 24, 24), shared[s]);
            }
            crossings += counts;
        }
    }
    return crossings;
}

#endif
