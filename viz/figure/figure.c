/* From a record to a figure: its boxes and wires, their text, the layout, and then the places of the
 * text. Must not know what stands in a box, nor any format.
 */
#include "cluster.h"

#include <math.h>
#include <string.h>

#define MARGIN 12

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
    f->status = viz__place_levels(f);
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
    *f = (viz__figure){.record = r, .sized = sized, .end = VIZ__NONE};
    f->layout.graph = r->graph;
    f->layout.direction = direction_of(r->options);
    f->status = viz__drawn_new(&f->drawn, r);
    size_t nodes = f->drawn.fold.nodes;
    f->steps = (uint32_t)(r->options->forward_only ? nodes : 2 * nodes);
    viz__find_boxes(f);
    viz__find_clusters(f);
    for (uint32_t b = 0; b < f->boxes && f->status == AG_OK; b++) {
        viz__fill_box(f, b);
    }
    for (uint32_t k = 0; k < f->links && f->status == AG_OK; k++) {
        viz__fill_wire(f, k);
    }
    viz__add_notes(f);
    return f->status;
}
