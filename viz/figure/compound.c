/* Places the boxes and frames of each frame within it by one layout, the inner frames first, and
 * then all that is in no frame. The parts of a link meet on the frames. Must not know which boxes
 * belong into a frame, or why.
 */
#include "levels.h"

#include <math.h>

#include "viz/text/text.h"

#define PAD 12
#define TITLE 18 /* the room for the title of a frame */

/* --- the layouts, from the inside out --------------------------------------------------------- */

/* Where a link meets the frame, across the direction, relative to the middle of the frame. */
static double port(const viz__compound *c, const viz__level *l, uint32_t end)
{
    viz__point at = l->layout.box[end].center;
    return viz__is_downward(c->f) ? at.x - l->layout.width / 2
                                  : at.y - l->layout.height / 2 + TITLE / 2.0;
}

/* The frame around a level whose layout is known: its size, and where links meet it, for the level
 * around it. */
static void close_frame(viz__compound *c, uint32_t number)
{
    viz__cluster *cluster = &c->f->cluster[number];
    viz__level *l = &c->level[number], *around = &c->level[viz__level_around(c, number)];
    cluster->width = fmax(l->layout.width, cluster->title) + 2 * PAD;
    cluster->height = l->layout.height + 2 * PAD + TITLE;
    viz__box *box = &around->layout.box[c->frame_at[number]];
    *box = (viz__box){.width = cluster->width, .height = cluster->height};
    for (size_t i = 0; i < l->links; i++) {
        const viz__part *p = &c->part[l->part[i]];
        if (l->layout.box[p->from].side == VIZ__AT_START) {
            viz__link *before = &around->layout.link[p[-1].link];
            before->to_port = port(c, l, p->from);
            before->to_fixed = true;
        }
        if (l->layout.box[p->to].side == VIZ__AT_END) {
            viz__link *after = &around->layout.link[p[1].link];
            after->from_port = port(c, l, p->to);
            after->from_fixed = true;
        }
    }
}

static ag_status place_all(viz__compound *c)
{
    uint32_t outside = (uint32_t)c->f->clusters;
    ag_status status = AG_OK;
    for (uint32_t i = outside; i-- > 0 && status == AG_OK;) {
        status = viz__layout_place(&c->level[i].layout);
        if (status == AG_OK) {
            close_frame(c, i);
        }
    }
    return status == AG_OK ? viz__layout_place(&c->level[outside].layout) : status;
}

/* --- back to the figure ----------------------------------------------------------------------- */

static viz__point moved(viz__point p, viz__point by)
{
    return (viz__point){p.x + by.x, p.y + by.y};
}

static void place_boxes(viz__compound *c)
{
    viz__figure *f = c->f;
    for (uint32_t i = 0; i < f->clusters; i++) {
        viz__level *l = &c->level[i];
        const viz__level *around = &c->level[viz__level_around(c, i)];
        viz__point at = moved(around->layout.box[c->frame_at[i]].center, around->origin);
        f->cluster[i].center = at;
        l->origin =
            (viz__point){at.x - l->layout.width / 2, at.y - l->layout.height / 2 + TITLE / 2.0};
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        const viz__level *l = &c->level[viz__level_of(c, b)];
        f->box[b].center = moved(l->layout.box[c->box_at[b]].center, l->origin);
    }
}

/* Adds the path of a part to that of the link, after a straight piece where it begins elsewhere. */
static void append(viz__figure *f, viz__link *link, const viz__level *l, const viz__link *own)
{
    const viz__point *from = l->layout.point + own->first;
    viz__point *to = f->layout.point + link->first, start = moved(from[0], l->origin);
    if (link->n == 0) {
        to[link->n++] = start;
    } else if (to[link->n - 1].x != start.x || to[link->n - 1].y != start.y) {
        to[link->n] = to[link->n - 1];
        to[link->n + 1] = to[link->n + 2] = start;
        link->n += 3;
    }
    for (size_t i = 1; i < own->n; i++) {
        to[link->n++] = moved(from[i], l->origin);
    }
}

static void place_links(viz__compound *c)
{
    viz__figure *f = c->f;
    size_t first = 0;
    for (size_t k = 0; k < f->links; k++) {
        viz__link *link = &f->link[k];
        link->first = first;
        link->n = 0;
        for (size_t i = c->first_part[k]; i < c->first_part[k + 1]; i++) {
            const viz__level *l = &c->level[c->part[i].level];
            const viz__link *own = &l->layout.link[c->part[i].link];
            append(f, link, l, own);
            if (!viz__comes_in(c, k, i) && !viz__goes_out(c, k, i)) {
                link->place = moved(own->place, l->origin);
            }
        }
        first += link->n;
    }
}

static ag_status compose(viz__compound *c)
{
    viz__figure *f = c->f;
    f->layout.points = 3 * c->first_part[f->links]; /* the straight pieces between parts */
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

ag_status viz__place_levels(viz__figure *f)
{
    viz__compound c;
    ag_status status = AG_ERR_MEMORY;
    if (viz__compound_new(&c, f)) {
        status = place_all(&c);
        status = status == AG_OK ? compose(&c) : status;
    }
    viz__compound_free(&c);
    return status;
}
