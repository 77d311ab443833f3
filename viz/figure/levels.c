/* What is in each level of a figure with frames: boxes, inner frames as boxes, and the parts of
 * links. A link that enters or leaves frames has a part in each of them, which ends in a box
 * without size at its side. Must not know where anything is.
 */
#include "levels.h"

#include <stdlib.h>

#include "viz/text/text.h"

#define THIN 8 /* the breadth of an end of a link on the frame */

/* --- the parts of links ----------------------------------------------------------------------- */

/* Lists the levels of a link into `to`, unless it is NULL: out of the frames of its source, and
 * into those of its target. How many there are. */
static size_t list_levels(const viz__compound *c, size_t k, viz__part *to)
{
    uint32_t from = viz__level_of(c, c->f->link[k].from), into = viz__level_of(c, c->f->link[k].to);
    size_t out = 0, in = 0;
    for (uint32_t a = from, b = into; a != b;) {
        bool leaves = c->depth[a] >= c->depth[b];
        uint32_t *deeper = leaves ? &a : &b;
        *deeper = viz__level_around(c, *deeper);
        out += leaves;
        in += !leaves;
    }
    for (size_t i = 0; to != NULL && i <= out; i++) {
        to[i].level = from;
        from = i < out ? viz__level_around(c, from) : from;
    }
    for (size_t i = out + in; to != NULL && i > out; i--) {
        to[i].level = into;
        into = viz__level_around(c, into);
    }
    return out + 1 + in;
}

static bool list_parts(viz__compound *c)
{
    const viz__figure *f = c->f;
    ag_graph *m = f->record->graph;
    c->depth[f->clusters] = 0;
    for (uint32_t i = 0; i < f->clusters; i++) {
        c->depth[i] = c->depth[viz__level_around(c, i)] + 1;
    }
    for (size_t k = 0; k < f->links; k++) {
        c->first_part[k + 1] = c->first_part[k] + list_levels(c, k, NULL);
    }
    c->part = viz__array(m, c->first_part[f->links], sizeof *c->part);
    for (size_t k = 0; k < f->links && c->part != NULL; k++) {
        list_levels(c, k, c->part + c->first_part[k]);
    }
    return c->part != NULL;
}

/* --- what is in each level -------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const viz__thing *x = a, *y = b;
    return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1)
                              : (x->number > y->number) - (x->number < y->number);
}

static void sort_things(viz__compound *c)
{
    const viz__figure *f = c->f;
    for (uint32_t b = 0; b < f->boxes; b++) {
        c->thing[b] = (viz__thing){.rank = viz__rank_of_box(f, b), .number = b};
    }
    for (uint32_t i = 0; i < f->clusters; i++) {
        c->thing[f->boxes + i] =
            (viz__thing){.rank = viz__rank_of_cluster(f, i), .number = i, .frame = true};
    }
    qsort(c->thing, f->boxes + f->clusters, sizeof *c->thing, compare);
}

static bool make_room(viz__compound *c)
{
    const viz__figure *f = c->f;
    bool ok = true;
    for (uint32_t b = 0; b < f->boxes; b++) {
        c->level[viz__level_of(c, b)].boxes++;
    }
    for (uint32_t i = 0; i < f->clusters; i++) {
        c->level[viz__level_around(c, i)].boxes++;
    }
    for (size_t k = 0; k < f->links; k++) {
        for (size_t i = c->first_part[k]; i < c->first_part[k + 1]; i++) {
            viz__level *l = &c->level[c->part[i].level];
            l->boxes += viz__goes_out(c, k, i) || viz__comes_in(c, k, i);
            l->links++;
        }
    }
    for (size_t i = 0; i <= f->clusters && ok; i++) {
        viz__level *l = &c->level[i];
        l->layout.graph = f->record->graph;
        l->layout.direction = f->layout.direction;
        l->layout.box = viz__array(l->layout.graph, l->boxes, sizeof *l->layout.box);
        l->layout.link = viz__array(l->layout.graph, l->links, sizeof *l->layout.link);
        l->part = viz__array(l->layout.graph, l->links, sizeof *l->part);
        ok = l->layout.box != NULL && l->layout.link != NULL && l->part != NULL;
    }
    return ok;
}

static uint32_t add_box(viz__level *l, viz__box box)
{
    l->layout.box[l->layout.boxes] = box;
    return (uint32_t)l->layout.boxes++;
}

/* An end of a link on the frame. */
static uint32_t add_end(const viz__compound *c, viz__level *l, viz__side side)
{
    viz__box end = {.side = side};
    *(viz__is_downward(c->f) ? &end.width : &end.height) = THIN;
    return add_box(l, end);
}

/* The ends of entering links come first, then boxes and frames in their order, then the ends of
 * leaving links, so that links lead from lower boxes to higher ones. */
static void fill_boxes(viz__compound *c)
{
    viz__figure *f = c->f;
    for (size_t k = 0; k < f->links; k++) {
        for (size_t i = c->first_part[k]; i < c->first_part[k + 1]; i++) {
            if (viz__comes_in(c, k, i)) {
                c->part[i].from = add_end(c, &c->level[c->part[i].level], VIZ__AT_START);
            }
        }
    }
    for (size_t i = 0; i < f->boxes + f->clusters; i++) {
        uint32_t number = c->thing[i].number;
        if (c->thing[i].frame) {
            c->frame_at[number] = add_box(&c->level[viz__level_around(c, number)], (viz__box){0});
        } else {
            c->box_at[number] = add_box(&c->level[viz__level_of(c, number)], f->box[number]);
        }
    }
    for (size_t k = 0; k < f->links; k++) {
        for (size_t i = c->first_part[k]; i < c->first_part[k + 1]; i++) {
            if (viz__goes_out(c, k, i)) {
                c->part[i].to = add_end(c, &c->level[c->part[i].level], VIZ__AT_END);
            }
        }
    }
}

/* The label of a link stands at its part that enters and leaves no frame. */
static void fill_links(viz__compound *c)
{
    const viz__figure *f = c->f;
    for (size_t k = 0; k < f->links; k++) {
        const viz__link *link = &f->link[k];
        size_t first = c->first_part[k], end = c->first_part[k + 1];
        for (size_t i = first; i < end; i++) {
            viz__part *p = &c->part[i];
            viz__level *l = &c->level[p->level];
            bool in = viz__comes_in(c, k, i), out = viz__goes_out(c, k, i);
            p->from = in ? p->from : i == first ? c->box_at[link->from] : c->frame_at[p[-1].level];
            p->to = out ? p->to : i + 1 == end ? c->box_at[link->to] : c->frame_at[p[1].level];
            viz__link own = {.from = p->from, .to = p->to};
            if (!in && !out) {
                own.label = link->label;
                own.below = link->below;
            }
            p->link = (uint32_t)l->layout.links++;
            l->layout.link[p->link] = own;
            l->part[p->link] = i;
        }
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

bool viz__compound_new(viz__compound *c, viz__figure *f)
{
    ag_graph *m = f->record->graph;
    *c = (viz__compound){.f = f,
                         .level = viz__array(m, f->clusters + 1, sizeof *c->level),
                         .first_part = viz__array(m, f->links + 1, sizeof *c->first_part),
                         .thing = viz__array(m, f->boxes + f->clusters, sizeof *c->thing),
                         .box_at = viz__array(m, f->boxes, sizeof *c->box_at),
                         .frame_at = viz__array(m, f->clusters, sizeof *c->frame_at),
                         .depth = viz__array(m, f->clusters + 1, sizeof *c->depth)};
    if (c->level == NULL || c->first_part == NULL || c->thing == NULL || c->box_at == NULL ||
        c->frame_at == NULL || c->depth == NULL || !list_parts(c) || !make_room(c)) {
        return false;
    }
    sort_things(c);
    fill_boxes(c);
    fill_links(c);
    return true;
}

void viz__compound_free(viz__compound *c)
{
    const viz__figure *f = c->f;
    ag_graph *m = f->record->graph;
    for (size_t i = 0; c->level != NULL && i <= f->clusters; i++) {
        viz__level *l = &c->level[i];
        l->layout.graph = m;
        viz__layout_free(&l->layout);
        viz__array_free(m, l->layout.box, l->boxes, sizeof *l->layout.box);
        viz__array_free(m, l->layout.link, l->links, sizeof *l->layout.link);
        viz__array_free(m, l->part, l->links, sizeof *l->part);
    }
    if (c->part != NULL) {
        viz__array_free(m, c->part, c->first_part[f->links], sizeof *c->part);
    }
    viz__array_free(m, c->level, f->clusters + 1, sizeof *c->level);
    viz__array_free(m, c->first_part, f->links + 1, sizeof *c->first_part);
    viz__array_free(m, c->thing, f->boxes + f->clusters, sizeof *c->thing);
    viz__array_free(m, c->box_at, f->boxes, sizeof *c->box_at);
    viz__array_free(m, c->frame_at, f->clusters, sizeof *c->frame_at);
    viz__array_free(m, c->depth, f->clusters + 1, sizeof *c->depth);
}
