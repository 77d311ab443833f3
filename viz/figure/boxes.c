/* Which nodes and edges of a record are boxes and wires of a figure; the fold, and modules that are
 * one box. Must not know what stands in a box, nor where it is.
 */
#include "figure.h"

#include <string.h>

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

/* The boxes that stand for many nodes, once they have been made. */
typedef struct shared_boxes {
    uint32_t fold;
    uint32_t *module; /* by module */
} shared_boxes;

/* That which the user gives to a node that has an outline. */
static int32_t color_of(const viz__record *r, size_t step)
{
    const viz_options *o = r->options;
    bool asks = o->color != NULL && outline_of(r, step) != VIZ__NO_LINE;
    int32_t color = asks ? o->color(viz__node(r, step), o->color_context) : -1;
    return color < 0 ? -1 : color & 0xFFFFFF;
}

static uint32_t box_of_node(viz__figure *f, size_t step, uint32_t seen)
{
    const viz__record *r = f->record;
    return viz__add_box(
        f, (viz__item){.step = (uint32_t)step,
                       .module = VIZ__NONE,
                       .outline = outline_of(r, step),
                       .highlighted = (r->flags[step] & VIZ__HIGHLIGHTED) != 0,
                       .color = color_of(r, step),
                       .shown = seen,
                       .differentiated = 2 * (uint32_t)f->drawn.fold.nodes - 1 - seen});
}

/* The box that stands for many nodes: the fold, or a module. Made if there is none yet. */
static uint32_t box_of_many(viz__figure *f, uint32_t *box, uint32_t module)
{
    if (*box == VIZ__NONE) {
        viz__item item = {.step = VIZ__NONE, .module = module, .color = -1, .shown = VIZ__NONE};
        item.outline = module != VIZ__NONE ? VIZ__BOX : VIZ__DASHED;
        *box = viz__add_box(f, item);
    }
    return *box;
}

static void add_boxes(viz__figure *f, shared_boxes *m)
{
    viz__record *r = f->record;
    uint32_t seen = 0;
    for (size_t i = 0; i < r->n && f->status == AG_OK; i++) {
        uint32_t module = viz__box_module(&f->drawn, i);
        f->box_of[i] = VIZ__NONE;
        if (!viz__is_shown(r, i)) {
            continue;
        }
        if (viz__stand_in(&f->drawn, i) == i) {
            f->box_of[i] = (r->flags[i] & VIZ__FOLDED) != 0 ? box_of_many(f, &m->fold, VIZ__NONE)
                           : module != VIZ__NONE ? box_of_many(f, &m->module[module], module)
                                                 : box_of_node(f, i, seen);
        }
        seen++;
    }
    for (size_t i = 0; i < r->n && f->status == AG_OK; i++) {
        size_t other = viz__stand_in(&f->drawn, i);
        f->box_of[i] = viz__is_shown(r, i) ? f->box_of[other] : VIZ__NONE;
    }
}

/* --- wires ------------------------------------------------------------------------------------ */

static bool stands_for_many(const viz__figure *f, uint32_t box)
{
    return f->item[box].step == VIZ__NONE;
}

static bool is_fold(const viz__figure *f, uint32_t box)
{
    return stands_for_many(f, box) && f->item[box].module == VIZ__NONE;
}

static void add_wire(viz__figure *f, size_t step, size_t e)
{
    const viz__record *r = f->record;
    const viz__edge *edge = &r->edge[e];
    uint32_t from = f->box_of[edge->from], to = f->box_of[step];
    uint8_t both = r->flags[edge->from] & r->flags[step];
    viz__wire wire = {.step = (uint32_t)step,
                      .operand = (uint32_t)(e - r->first_edge[step]),
                      .flows = edge->flows,
                      .highlighted = (both & VIZ__HIGHLIGHTED) != 0,
                      .width = 1};
    if (is_fold(f, from) || is_fold(f, to)) {
        wire = (viz__wire){.step = VIZ__NONE, .flows = true, .width = 1};
    }
    viz__add_link(f, from, to, wire);
}

/* Of the edges between two boxes of which one stands for many nodes a single one is drawn. The
 * nodes of such a box follow each other, so it is enough to know to which box the last one led
 * from each. Into a module that another one stands for none is drawn. */
static void add_wires_of(viz__figure *f, size_t step, uint32_t *last_to)
{
    const viz__record *r = f->record;
    uint32_t to = f->box_of[step];
    if (to == VIZ__NONE || viz__stand_in(&f->drawn, step) != step) {
        return;
    }
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        uint32_t from = f->box_of[r->edge[e].from];
        if (from == VIZ__NONE || from == to) {
            continue;
        }
        bool many = stands_for_many(f, from) || stands_for_many(f, to);
        if (!many || last_to[from] != to) {
            add_wire(f, step, e);
        }
        last_to[from] = to;
    }
}

/* A circuit ends in a wire to the name of its root. */
static void add_end(viz__figure *f)
{
    uint32_t root = f->box_of[viz__root(f->record)];
    uint32_t end = viz__add_box(f, (viz__item){.step = VIZ__NONE,
                                               .module = VIZ__NONE,
                                               .outline = VIZ__NO_LINE,
                                               .color = -1,
                                               .shown = VIZ__NONE});
    viz__add_link(f, root, end, (viz__wire){.step = VIZ__NONE, .flows = true, .width = 1});
    f->end = end;
}

void viz__find_boxes(viz__figure *f)
{
    viz__record *r = f->record;
    size_t modules = f->drawn.modules;
    shared_boxes m = {.fold = VIZ__NONE, .module = viz__array(r->graph, modules, sizeof *m.module)};
    uint32_t *last_to = viz__array(r->graph, r->n + 1, sizeof *last_to);
    f->box_of = viz__array(r->graph, r->n, sizeof *f->box_of);
    if (f->status == AG_OK && (m.module == NULL || last_to == NULL || f->box_of == NULL)) {
        f->status = AG_ERR_MEMORY;
    }
    if (f->status == AG_OK) {
        memset(m.module, 0xFF, modules * sizeof *m.module);
        memset(last_to, 0xFF, (r->n + 1) * sizeof *last_to);
        add_boxes(f, &m);
    }
    for (size_t i = 0; i < r->n && f->status == AG_OK; i++) {
        add_wires_of(f, i, last_to);
    }
    if (f->status == AG_OK && r->options->style == VIZ_CIRCUIT) {
        add_end(f);
    }
    viz__array_free(r->graph, m.module, modules, sizeof *m.module);
    viz__array_free(r->graph, last_to, r->n + 1, sizeof *last_to);
}
