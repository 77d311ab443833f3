/* The frames of a figure: the modules that are drawn as such, and which boxes are in which; their
 * titles. Must not know where they are, nor what a module is.
 */
#include "cluster.h"

#include <string.h>

#include "viz/text/text.h"

static uint32_t module_of(const viz__figure *f, uint32_t box)
{
    const viz__item *item = &f->item[box];
    return item->module != VIZ__NONE ? viz__frame_around(&f->drawn, item->module)
           : item->step != VIZ__NONE ? viz__frame_of(&f->drawn, item->step)
                                     : VIZ__NONE;
}

/* Makes a frame of each module that has a box in it, in their order: an outer one before those in
 * it. `cluster` is by module. */
static void add_frames(viz__figure *f, uint32_t *cluster)
{
    viz__out *text = &f->record->scratch;
    const viz__module *module = f->drawn.module;
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t m = module_of(f, b);
        while (m != VIZ__NONE && cluster[m] == VIZ__NONE) {
            cluster[m] = 0;
            m = viz__frame_around(&f->drawn, module[m].parent);
        }
    }
    for (uint32_t m = 0; m < f->drawn.modules; m++) {
        if (cluster[m] == VIZ__NONE) {
            continue;
        }
        uint32_t around = viz__frame_around(&f->drawn, module[m].parent);
        viz__cluster c = {.module = m,
                          .around = around != VIZ__NONE ? cluster[around] : around,
                          .first_box = VIZ__NONE};
        viz__cut(text, 0);
        viz__module_title(text, f->record, &f->drawn, m);
        c.title = viz__text_width(viz__text(text), 12, false);
        cluster[m] = (uint32_t)f->clusters;
        f->cluster[f->clusters++] = c;
    }
    viz__cut(text, 0);
}

void viz__find_clusters(viz__figure *f)
{
    ag_graph *m = f->record->graph;
    size_t modules = f->drawn.modules;
    if (f->status != AG_OK) {
        return;
    }
    uint32_t *cluster = viz__array(m, modules, sizeof *cluster);
    f->cluster_room = modules;
    f->cluster = viz__array(m, modules, sizeof *f->cluster);
    f->cluster_of_room = f->boxes;
    f->cluster_of = viz__array(m, f->boxes, sizeof *f->cluster_of);
    f->next_box = viz__array(m, f->boxes, sizeof *f->next_box);
    if (cluster != NULL && f->cluster != NULL && f->cluster_of != NULL && f->next_box != NULL) {
        memset(cluster, 0xFF, modules * sizeof *cluster);
        add_frames(f, cluster);
        for (uint32_t b = (uint32_t)f->boxes; b-- > 0;) {
            uint32_t around = module_of(f, b);
            f->cluster_of[b] = around != VIZ__NONE ? cluster[around] : VIZ__NONE;
            if (around != VIZ__NONE) {
                f->next_box[b] = f->cluster[cluster[around]].first_box;
                f->cluster[cluster[around]].first_box = b;
            }
        }
    } else {
        f->status = AG_ERR_MEMORY;
    }
    viz__array_free(m, cluster, modules, sizeof *cluster);
}

uint32_t viz__rank_of_box(const viz__figure *f, uint32_t box)
{
    const viz__item *item = &f->item[box];
    return box == f->end               ? VIZ__NONE
           : item->step != VIZ__NONE   ? item->step
           : item->module != VIZ__NONE ? f->drawn.module[item->module].first
                                       : (uint32_t)f->drawn.fold.first;
}

uint32_t viz__rank_of_cluster(const viz__figure *f, uint32_t cluster)
{
    return f->drawn.module[f->cluster[cluster].module].first;
}

void viz__cluster_title(viz__out *out, const viz__figure *f, size_t cluster)
{
    viz__module_title(out, f->record, &f->drawn, f->cluster[cluster].module);
}

viz__point viz__title_place(const viz__cluster *c)
{
    return (viz__point){c->center.x - c->width / 2 + 8, c->center.y - c->height / 2 + 16};
}

void viz__put_clusters(viz__out *out, viz__figure *f, const viz__cluster_words *words)
{
    viz__out *text = &f->record->scratch;
    uint32_t open = VIZ__NONE;
    for (uint32_t c = 0; c <= f->clusters; c++) {
        uint32_t around = c < f->clusters ? f->cluster[c].around : VIZ__NONE;
        for (; open != around; open = f->cluster[open].around) {
            viz__puts(out, words->end);
        }
        if (c == f->clusters) {
            break;
        }
        viz__cut(text, 0);
        viz__cluster_title(text, f, c);
        words->begin(out, c, viz__text(text));
        viz__cut(text, 0);
        for (uint32_t b = f->cluster[c].first_box; b != VIZ__NONE; b = f->next_box[b]) {
            words->box(out, f, b);
        }
        open = c;
    }
}
