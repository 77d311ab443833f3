/* Places the boxes of each cluster within its frame, and the frames and the other boxes in the
 * figure, by the same layout. A link that enters or leaves a cluster is laid out in parts, which
 * meet on the frame: for the layout within, it ends in a box without size at the side of the frame.
 * Must not know which boxes belong to a cluster, or why.
 */
#include "cluster.h"

#include <math.h>

#include "viz/text/text.h"

#define PAD 12
#define TITLE 18 /* the room for the name of a cluster */
#define THIN 8   /* the breadth of an end of a link on the frame */

/* The part of a link within one cluster, or outside of all. */
typedef struct part {
    uint32_t link; /* of the layout of that part; VIZ__NONE: there is no such part */
    uint32_t end;  /* the box on the frame */
} part;

/* One layout: of a cluster, or of the figure with each cluster as a box. */
typedef struct level {
    viz__layout layout;
    size_t room_boxes, room_links;
    viz__point origin; /* where its point (0, 0) is in the figure */
} level;

typedef struct compound {
    viz__figure *f;
    level *level;    /* of each cluster, and then of the figure */
    uint32_t *local; /* of each box of the figure: its number in its level */
    part *leaving;   /* of each link: its part in the cluster of its source */
    part *entering;  /* in that of its target */
    part *outside;
} compound;

/* --- what is in each level -------------------------------------------------------------------- */

static level *level_of(const compound *c, uint32_t box)
{
    uint32_t cluster = c->f->cluster_of[box];
    return &c->level[cluster != VIZ__NONE ? cluster : c->f->clusters];
}

static uint32_t add_box(level *l, viz__box box)
{
    l->layout.box[l->layout.boxes] = box;
    return (uint32_t)l->layout.boxes++;
}

static uint32_t add_link(level *l, viz__link link)
{
    l->layout.link[l->layout.links] = link;
    return (uint32_t)l->layout.links++;
}

static bool crosses(const compound *c, size_t k, uint32_t box)
{
    const viz__link *link = &c->f->link[k];
    return c->f->cluster_of[box] != VIZ__NONE &&
           c->f->cluster_of[link->from] != c->f->cluster_of[link->to];
}

static bool make_room(compound *c)
{
    viz__figure *f = c->f;
    for (size_t i = 0; i <= f->clusters; i++) {
        c->level[i].layout.graph = f->record->graph;
        c->level[i].layout.direction = f->layout.direction;
    }
    c->level[f->clusters].room_boxes = f->groups;
    c->level[f->clusters].room_links = f->links;
    for (uint32_t b = 0; b < f->boxes; b++) {
        level_of(c, b)->room_boxes++;
    }
    for (size_t k = 0; k < f->links; k++) { /* at most: a box on the frame at both ends */
        level_of(c, f->link[k].from)->room_boxes++;
        level_of(c, f->link[k].from)->room_links++;
        level_of(c, f->link[k].to)->room_boxes++;
        level_of(c, f->link[k].to)->room_links++;
    }
    bool ok = true;
    for (size_t i = 0; i <= f->clusters && ok; i++) {
        level *l = &c->level[i];
        l->layout.box = viz__array(f->record->graph, l->room_boxes, sizeof *l->layout.box);
        l->layout.link = viz__array(f->record->graph, l->room_links, sizeof *l->layout.link);
        ok = l->layout.box != NULL && l->layout.link != NULL;
    }
    return ok;
}

/* Adds the parts of a link within clusters. */
static void fill_link(compound *c, size_t k)
{
    const viz__link *link = &c->f->link[k];
    level *from = level_of(c, link->from), *to = level_of(c, link->to);
    if (c->leaving[k].end != VIZ__NONE) {
        c->leaving[k].link =
            add_link(from, (viz__link){.from = c->local[link->from], .to = c->leaving[k].end});
    } else if (from == to && c->f->cluster_of[link->from] != VIZ__NONE) {
        c->leaving[k].link =
            add_link(from, (viz__link){.from = c->local[link->from], .to = c->local[link->to]});
    }
    if (c->entering[k].end != VIZ__NONE) {
        c->entering[k].link =
            add_link(to, (viz__link){.from = c->entering[k].end, .to = c->local[link->to]});
    }
}

/* The ends of entering links come first, then the boxes, then the ends of leaving links, so that
 * links lead from lower boxes to higher ones. */
static void fill_clusters(compound *c)
{
    viz__figure *f = c->f;
    bool vertical = viz__is_downward(f);
    viz__box first = {.side = VIZ__AT_START}, last = {.side = VIZ__AT_END};
    *(vertical ? &first.width : &first.height) = THIN;
    *(vertical ? &last.width : &last.height) = THIN;
    for (size_t k = 0; k < f->links; k++) {
        c->entering[k] = c->leaving[k] = (part){VIZ__NONE, VIZ__NONE};
        if (crosses(c, k, f->link[k].to)) {
            c->entering[k].end = add_box(level_of(c, f->link[k].to), first);
        }
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        if (f->cluster_of[b] != VIZ__NONE) {
            c->local[b] = add_box(level_of(c, b), f->box[b]);
        }
    }
    for (size_t k = 0; k < f->links; k++) {
        if (crosses(c, k, f->link[k].from)) {
            c->leaving[k].end = add_box(level_of(c, f->link[k].from), last);
        }
        fill_link(c, k);
    }
}

/* Where a link meets the frame, across the direction, relative to the middle of the frame. */
static double port(const compound *c, uint32_t cluster, uint32_t end)
{
    const level *l = &c->level[cluster];
    viz__point at = l->layout.box[end].center;
    return viz__is_downward(c->f) ? at.x - l->layout.width / 2
                                  : at.y - l->layout.height / 2 + TITLE / 2.0;
}

static viz__point frame_size(const compound *c, uint32_t cluster)
{
    const viz__layout *l = &c->level[cluster].layout;
    return (viz__point){fmax(l->width + 2 * PAD, c->f->cluster[cluster].title + 2 * PAD),
                        l->height + 2 * PAD + TITLE};
}

static void fill_outside(compound *c)
{
    viz__figure *f = c->f;
    level *outside = &c->level[f->clusters];
    outside->layout.boxes = f->groups;
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t cluster = f->cluster_of[b];
        c->local[b] = cluster == VIZ__NONE ? f->group[b] : c->local[b];
        viz__box *box = &outside->layout.box[f->group[b]];
        if (cluster == VIZ__NONE) {
            *box = f->box[b];
        } else {
            viz__point size = frame_size(c, cluster);
            *box = (viz__box){.width = size.x, .height = size.y};
        }
    }
    for (size_t k = 0; k < f->links; k++) {
        viz__link link = f->link[k];
        uint32_t from = f->cluster_of[link.from], to = f->cluster_of[link.to];
        c->outside[k] = (part){VIZ__NONE, VIZ__NONE};
        if (from == to && from != VIZ__NONE) {
            continue;
        }
        link.from_fixed = from != VIZ__NONE;
        link.to_fixed = to != VIZ__NONE;
        link.from_port = link.from_fixed ? port(c, from, c->leaving[k].end) : 0;
        link.to_port = link.to_fixed ? port(c, to, c->entering[k].end) : 0;
        link.from = f->group[f->link[k].from];
        link.to = f->group[f->link[k].to];
        c->outside[k].link = add_link(outside, link);
    }
}

/* --- back to the figure ----------------------------------------------------------------------- */

static void place_boxes(compound *c)
{
    viz__figure *f = c->f;
    const level *outside = &c->level[f->clusters];
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t number = f->cluster_of[b];
        viz__point center = outside->layout.box[f->group[b]].center;
        if (number == VIZ__NONE) {
            f->box[b].center = center;
            continue;
        }
        level *l = &c->level[number];
        viz__cluster *cluster = &f->cluster[number];
        cluster->width = frame_size(c, number).x;
        cluster->height = frame_size(c, number).y;
        cluster->center = center;
        l->origin = (viz__point){center.x - l->layout.width / 2,
                                 center.y - l->layout.height / 2 + TITLE / 2.0};
        viz__point at = l->layout.box[c->local[b]].center;
        f->box[b].center = (viz__point){l->origin.x + at.x, l->origin.y + at.y};
    }
}

/* Adds the path of a part to that of the link, after a straight piece where it begins elsewhere. */
static void append(viz__figure *f, viz__link *link, const level *l, part p)
{
    if (p.link == VIZ__NONE) {
        return;
    }
    const viz__link *own = &l->layout.link[p.link];
    const viz__point *from = l->layout.point + own->first;
    viz__point *to = f->layout.point + link->first;
    viz__point start = {from[0].x + l->origin.x, from[0].y + l->origin.y};
    if (link->n == 0) {
        to[link->n++] = start;
    } else if (to[link->n - 1].x != start.x || to[link->n - 1].y != start.y) {
        to[link->n] = to[link->n - 1];
        to[link->n + 1] = to[link->n + 2] = start;
        link->n += 3;
    }
    for (size_t i = 1; i < own->n; i++) {
        to[link->n++] = (viz__point){from[i].x + l->origin.x, from[i].y + l->origin.y};
    }
}

static void place_links(compound *c)
{
    viz__figure *f = c->f;
    size_t first = 0;
    for (size_t k = 0; k < f->links; k++) {
        viz__link *link = &f->link[k];
        link->first = first;
        link->n = 0;
        append(f, link, level_of(c, link->from), c->leaving[k]);
        append(f, link, &c->level[f->clusters], c->outside[k]);
        append(f, link, level_of(c, link->to), c->entering[k]);
        first += link->n;
    }
}

static ag_status place_levels(compound *c)
{
    viz__figure *f = c->f;
    ag_status status = AG_OK;
    fill_clusters(c);
    for (size_t i = 0; i < f->clusters && status == AG_OK; i++) {
        status = viz__layout_place(&c->level[i].layout);
    }
    if (status == AG_OK) {
        fill_outside(c);
        status = viz__layout_place(&c->level[f->clusters].layout);
    }
    return status;
}

static ag_status compose(compound *c)
{
    viz__figure *f = c->f;
    f->layout.points = 6 * f->links; /* the straight pieces between parts */
    for (size_t i = 0; i <= f->clusters; i++) {
        f->layout.points += c->level[i].layout.points;
    }
    f->layout.point = viz__array(f->record->graph, f->layout.points, sizeof *f->layout.point);
    if (f->layout.point == NULL) {
        f->layout.points = 0;
        return AG_ERR_MEMORY;
    }
    place_boxes(c);
    place_links(c);
    f->layout.width = c->level[f->clusters].layout.width;
    f->layout.height = c->level[f->clusters].layout.height;
    return AG_OK;
}

ag_status viz__place_clusters(viz__figure *f)
{
    ag_graph *m = f->record->graph;
    compound c = {.f = f,
                  .level = viz__array(m, f->clusters + 1, sizeof *c.level),
                  .local = viz__array(m, f->boxes, sizeof *c.local),
                  .leaving = viz__array(m, f->links, sizeof *c.leaving),
                  .entering = viz__array(m, f->links, sizeof *c.entering),
                  .outside = viz__array(m, f->links, sizeof *c.outside)};
    bool ok = c.level != NULL && c.local != NULL && c.leaving != NULL && c.entering != NULL &&
              c.outside != NULL && make_room(&c);
    ag_status status = ok ? place_levels(&c) : AG_ERR_MEMORY;
    status = status == AG_OK ? compose(&c) : status;
    for (size_t i = 0; c.level != NULL && i <= f->clusters; i++) {
        level *l = &c.level[i];
        l->layout.graph = m;
        viz__layout_free(&l->layout);
        viz__array_free(m, l->layout.box, l->room_boxes, sizeof *l->layout.box);
        viz__array_free(m, l->layout.link, l->room_links, sizeof *l->layout.link);
    }
    viz__array_free(m, c.level, f->clusters + 1, sizeof *c.level);
    viz__array_free(m, c.local, f->boxes, sizeof *c.local);
    viz__array_free(m, c.leaving, f->links, sizeof *c.leaving);
    viz__array_free(m, c.entering, f->links, sizeof *c.entering);
    viz__array_free(m, c.outside, f->links, sizeof *c.outside);
    return status;
}
