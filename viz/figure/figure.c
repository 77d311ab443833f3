/* From a record to a figure: which nodes and edges are boxes and wires, the fold, the layout, and
 * then the places of the text. Must not know what stands in a box, nor any format.
 */
#include "cluster.h"

#include <math.h>
#include <string.h>

#define MARGIN 12

/* --- boxes ------------------------------------------------------------------------------------ */

static uint8_t outline_of(const viz__record *r, size_t step)
{
    bool leaf = viz__is_leaf(r, step);
    if (r->options->style == VIZ_CIRCUIT) {
        return leaf ? VIZ__NO_LINE : VIZ__CIRCLE;
    }
    if (step == viz__root(r) && !leaf) {
        return VIZ__DOUBLE;
    }
    switch (r->fact[step].role) {
    case AG_CONSTANT:
        return VIZ__DASHED;
    case AG_VARIABLE:
        return VIZ__ROUNDED;
    case AG_PARAMETER:
        return VIZ__CUT;
    default:
        return VIZ__BOX;
    }
}

static void add_boxes(viz__figure *f)
{
    viz__record *r = f->record;
    uint32_t seen = 0, last = 2 * (uint32_t)f->fold.nodes - 1, fold_box = VIZ__NONE;
    for (size_t i = 0; i < r->n && f->status == AG_OK; i++) {
        f->box_of[i] = VIZ__NONE;
        if (!viz__is_shown(r, i)) {
            continue;
        }
        viz__item item = {.step = (uint32_t)i,
                          .outline = outline_of(r, i),
                          .highlighted = (r->flags[i] & VIZ__HIGHLIGHTED) != 0,
                          .shown = seen,
                          .differentiated = last - seen};
        seen++;
        if ((r->flags[i] & VIZ__FOLDED) == 0) {
            f->box_of[i] = viz__add_box(f, item);
            continue;
        }
        if (fold_box == VIZ__NONE) {
            item = (viz__item){.step = VIZ__NONE, .outline = VIZ__DASHED, .shown = VIZ__NONE};
            fold_box = viz__add_box(f, item);
        }
        f->box_of[i] = fold_box;
    }
}

/* --- wires ------------------------------------------------------------------------------------ */

static bool is_fold(const viz__figure *f, uint32_t box)
{
    return f->item[box].step == VIZ__NONE;
}

static void add_wire(viz__figure *f, size_t step, size_t e)
{
    const viz__record *r = f->record;
    const viz__edge *edge = &r->edge[e];
    uint8_t both = r->flags[edge->from] & r->flags[step];
    viz__add_link(f, f->box_of[edge->from], f->box_of[step],
                  (viz__wire){.step = (uint32_t)step,
                              .operand = (uint32_t)(e - r->first_edge[step]),
                              .flows = edge->flows,
                              .highlighted = (both & VIZ__HIGHLIGHTED) != 0,
                              .width = 1});
}

/* Of the edges between a node and the fold one is drawn for each direction. *from_fold says whether
 * that into this node is drawn. */
static void add_fold_wire(viz__figure *f, uint32_t from, uint32_t to, uint8_t *flags,
                          bool *from_fold)
{
    bool drawn = is_fold(f, to) ? (*flags & VIZ__EDGE_TO_FOLD) != 0 : *from_fold;
    if (is_fold(f, to)) {
        *flags |= VIZ__EDGE_TO_FOLD;
    } else {
        *from_fold = true;
    }
    if (!drawn) {
        viz__add_link(f, from, to, (viz__wire){.step = VIZ__NONE, .flows = true, .width = 1});
    }
}

static void add_wires_of(viz__figure *f, size_t step)
{
    viz__record *r = f->record;
    uint32_t to = f->box_of[step];
    bool from_fold = false;
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        uint32_t from = f->box_of[r->edge[e].from];
        if (from == VIZ__NONE || from == to) {
            continue;
        }
        if (is_fold(f, to) || is_fold(f, from)) {
            add_fold_wire(f, from, to, &r->flags[r->edge[e].from], &from_fold);
        } else {
            add_wire(f, step, e);
        }
    }
}

/* A circuit ends in a wire to the name of its root. */
static void add_end(viz__figure *f)
{
    uint32_t root = f->box_of[viz__root(f->record)];
    uint32_t end = viz__add_box(
        f, (viz__item){.step = VIZ__NONE, .outline = VIZ__NO_LINE, .shown = VIZ__NONE});
    viz__add_link(f, root, end, (viz__wire){.step = VIZ__NONE, .flows = true, .width = 1});
    f->end = end;
}

/* --- places ----------------------------------------------------------------------------------- */

/* Moves an end of a link, which is on a side of a box, along the link to the outline that is
 * drawn: a circle within the box, or a second line around it. */
static void touch_outline(const viz__figure *f, uint32_t box, viz__point *end)
{
    const viz__item *item = &f->item[box];
    viz__point center = f->box[box].center;
    bool vertical = viz__is_downward(f);
    double *along = vertical ? &end->y : &end->x;
    double middle = vertical ? center.y : center.x;
    double off = vertical ? end->x - center.x : end->y - center.y;
    if (item->outline == VIZ__CIRCLE) {
        double reach = sqrt(fmax(item->radius * item->radius - off * off, 0));
        *along = middle + (*along < middle ? -reach : reach);
    } else if (item->outline == VIZ__DOUBLE) {
        *along += *along < middle ? -VIZ__DOUBLE_GAP : VIZ__DOUBLE_GAP;
    }
}

static void move_points(viz__figure *f)
{
    for (size_t i = 0; i < f->layout.points; i++) {
        f->layout.point[i].x += MARGIN;
        f->layout.point[i].y += MARGIN;
    }
    for (size_t b = 0; b < f->boxes; b++) {
        f->box[b].center.x += MARGIN;
        f->box[b].center.y += MARGIN;
    }
    for (size_t c = 0; c < f->clusters; c++) {
        f->cluster[c].center.x += MARGIN;
        f->cluster[c].center.y += MARGIN;
    }
    for (size_t k = 0; k < f->links; k++) {
        f->link[k].place.x += MARGIN;
        f->link[k].place.y += MARGIN;
        viz__point *point = f->layout.point + f->link[k].first;
        touch_outline(f, f->link[k].from, &point[0]);
        touch_outline(f, f->link[k].to, &point[f->link[k].n - 1]);
    }
}

/* Lines of a box were measured from its top, those of a wire from the middle of its label. */
static void move_lines(viz__figure *f)
{
    for (size_t i = 0; i < f->lines; i++) {
        viz__line *line = &f->line[i];
        if (line->owner == VIZ__NONE) {
            continue;
        }
        if (line->of_wire) {
            line->at.x += f->link[line->owner].place.x;
            line->at.y += f->link[line->owner].place.y;
        } else {
            const viz__box *box = &f->box[line->owner];
            line->at.x += box->center.x;
            line->at.y += box->center.y - box->height / 2;
        }
    }
}

ag_status viz__figure_place(viz__figure *f)
{
    if (f->status != AG_OK) {
        return f->status;
    }
    f->layout.box = f->box;
    f->layout.boxes = f->boxes;
    f->layout.link = f->link;
    f->layout.links = f->links;
    f->status = f->clusters > 0 ? viz__place_clusters(f) : viz__layout_place(&f->layout);
    if (f->status == AG_OK) {
        move_points(f);
        move_lines(f);
        f->width = f->layout.width + 2 * MARGIN;
        f->height = f->layout.height + 2 * MARGIN;
        viz__place_notes(f);
    }
    return f->status;
}

static viz__direction direction_of(const viz_options *o)
{
    static const char *const name[] = {"LR", "TB", "RL", "BT"};
    for (int i = 0; i < 4 && o->rankdir != NULL; i++) {
        if (strcmp(o->rankdir, name[i]) == 0) {
            return (viz__direction)i;
        }
    }
    return VIZ__RIGHT;
}

ag_status viz__figure_new(viz__figure *f, viz__record *r, bool sized)
{
    *f = (viz__figure){.record = r, .sized = sized, .end = VIZ__NONE, .fold = viz__fold_mark(r)};
    f->layout.graph = r->graph;
    f->layout.direction = direction_of(r->options);
    f->box_of = viz__array(r->graph, r->n, sizeof *f->box_of);
    f->status = f->box_of != NULL ? AG_OK : AG_ERR_MEMORY;
    if (f->status == AG_OK) {
        f->steps = (uint32_t)(r->options->forward_only ? f->fold.nodes : 2 * f->fold.nodes);
        add_boxes(f);
    }
    for (size_t i = 0; i < r->n && f->status == AG_OK; i++) {
        if (f->box_of[i] != VIZ__NONE) {
            add_wires_of(f, i);
        }
    }
    if (f->status == AG_OK && r->options->style == VIZ_CIRCUIT) {
        add_end(f);
    }
    if (f->status == AG_OK && r->options->style == VIZ_NN && !r->options->flat) {
        viz__find_clusters(f);
    }
    for (uint32_t b = 0; b < f->boxes && f->status == AG_OK; b++) {
        viz__fill_box(f, b);
    }
    for (uint32_t k = 0; k < f->links && f->status == AG_OK; k++) {
        viz__fill_wire(f, k);
    }
    viz__add_notes(f);
    return f->status;
}
