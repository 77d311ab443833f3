/* Adds parts to a figure, in arrays that grow. Must not know what the parts mean. */
#include "figure.h"

#include <string.h>

/* Makes room for one more element; returns the array, or NULL on failure, with the old one kept. */
static void *grow(viz__figure *f, void *array, size_t n, size_t *room, size_t each)
{
    ag_graph *g = f->record->graph;
    if (f->status != AG_OK) {
        return NULL;
    }
    if (n < *room) {
        return array;
    }
    size_t more = *room == 0 ? 16 : 2 * *room;
    void *grown = n < VIZ__NONE - 1 ? viz__array(g, more, each) : NULL;
    if (grown == NULL) {
        f->status = AG_ERR_MEMORY;
        return NULL;
    }
    if (n > 0) {
        memcpy(grown, array, n * each);
    }
    viz__array_free(g, array, *room, each);
    *room = more;
    return grown;
}

uint32_t viz__add_box(viz__figure *f, viz__item item)
{
    viz__item *items = grow(f, f->item, f->boxes, &f->item_room, sizeof *items);
    f->item = items != NULL ? items : f->item;
    viz__box *boxes = grow(f, f->box, f->boxes, &f->box_room, sizeof *boxes);
    f->box = boxes != NULL ? boxes : f->box;
    if (f->status != AG_OK) {
        return VIZ__NONE;
    }
    f->item[f->boxes] = item;
    return (uint32_t)f->boxes++;
}

uint32_t viz__add_link(viz__figure *f, uint32_t from, uint32_t to, viz__wire wire)
{
    viz__wire *wires = grow(f, f->wire, f->links, &f->wire_room, sizeof *wires);
    f->wire = wires != NULL ? wires : f->wire;
    viz__link *links = grow(f, f->link, f->links, &f->link_room, sizeof *links);
    f->link = links != NULL ? links : f->link;
    if (f->status != AG_OK) {
        return VIZ__NONE;
    }
    f->wire[f->links] = wire;
    f->link[f->links] = (viz__link){.from = from, .to = to};
    return (uint32_t)f->links++;
}

void viz__add_line(viz__figure *f, uint32_t owner, bool of_wire, double y, uint32_t appears)
{
    viz__line *lines = grow(f, f->line, f->lines, &f->line_room, sizeof *lines);
    if (lines != NULL) {
        f->line = lines;
        f->line[f->lines++] = (viz__line){
            .first = f->runs, .at = {0, y}, .owner = owner, .of_wire = of_wire, .appears = appears};
    }
}

void viz__add_run(viz__figure *f, viz__run run)
{
    viz__run *runs = grow(f, f->run, f->runs, &f->run_room, sizeof *runs);
    if (runs != NULL) {
        f->run = runs;
        f->run[f->runs++] = run;
        f->line[f->lines - 1].n++;
    }
}

double viz__line_width(viz__figure *f, size_t line)
{
    viz__line *l = &f->line[line];
    viz__out *text = &f->record->scratch;
    l->width = 0;
    for (size_t i = l->first; f->sized && i < l->first + l->n; i++) {
        viz__cut(text, 0);
        viz__run_text(text, f, &f->run[i]);
        l->width += viz__text_width(viz__text(text), f->run[i].size, f->run[i].bold);
    }
    viz__cut(text, 0);
    return l->width;
}

void viz__figure_move(viz__figure *f, double right)
{
    for (size_t i = 0; i < f->layout.points; i++) {
        f->layout.point[i].x += right;
    }
    for (size_t b = 0; b < f->boxes; b++) {
        f->box[b].center.x += right;
    }
    for (size_t c = 0; c < f->clusters; c++) {
        f->cluster[c].center.x += right;
    }
    for (size_t k = 0; k < f->lines; k++) {
        f->line[k].at.x += f->line[k].owner != VIZ__NONE ? right : 0;
    }
}

void viz__figure_free(viz__figure *f)
{
    ag_graph *g = f->record->graph;
    viz__array_free(g, f->item, f->item_room, sizeof *f->item);
    viz__array_free(g, f->box, f->box_room, sizeof *f->box);
    viz__array_free(g, f->wire, f->wire_room, sizeof *f->wire);
    viz__array_free(g, f->link, f->link_room, sizeof *f->link);
    viz__array_free(g, f->line, f->line_room, sizeof *f->line);
    viz__array_free(g, f->run, f->run_room, sizeof *f->run);
    viz__array_free(g, f->cluster, f->cluster_room, sizeof *f->cluster);
    viz__array_free(g, f->cluster_of, f->cluster_of_room, sizeof *f->cluster_of);
    viz__array_free(g, f->next_box, f->cluster_of_room, sizeof *f->next_box);
    viz__array_free(g, f->box_of, f->record->n, sizeof *f->box_of);
    viz__drawn_free(&f->drawn, f->record);
    viz__layout_free(&f->layout);
}
