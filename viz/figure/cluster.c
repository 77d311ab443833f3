/* Which boxes belong to a module: its parameters, whose names are the path of the module and their
 * own, "encoder.1.weight", and the operations that read them. Must not know where they are.
 *
 * A cluster is laid out as one box. So no link may lead from it to another box and back to it, as
 * with weights that are used twice; such a cluster is dissolved, and
 * so are those behind it.
 */
#include "cluster.h"

#include <string.h>

#include "viz/text/text.h"

/* The length of the path of the module in the name of a parameter; 0 without one. */
static size_t path_length(const viz__figure *f, uint32_t box)
{
    uint32_t step = f->item[box].step;
    if (step == VIZ__NONE || f->record->fact[step].role != AG_PARAMETER) {
        return 0;
    }
    const char *name = viz__name(f->record, step), *point = strrchr(name, '.');
    return point != NULL ? (size_t)(point - name) : 0;
}

/* The cluster of a parameter, which is made if there is none yet. */
static uint32_t named_cluster(viz__figure *f, uint32_t box, size_t length)
{
    const char *name = viz__name(f->record, f->item[box].step);
    for (uint32_t c = 0; c < f->clusters; c++) {
        const viz__cluster *old = &f->cluster[c];
        if (old->length == length && strncmp(viz__name(f->record, old->step), name, length) == 0) {
            return c;
        }
    }
    f->cluster[f->clusters] = (viz__cluster){.step = f->item[box].step, .length = length};
    return (uint32_t)f->clusters++;
}

/* What is made of parameters of one module alone, or reads one of them, belongs to it. `derived`
 * says of each box whether it is made of parameters alone. Links are in the order of their ends. */
static void join(viz__figure *f, bool *derived)
{
    for (uint32_t b = 0; b < f->boxes; b++) {
        size_t length = path_length(f, b);
        f->cluster_of[b] = length > 0 ? named_cluster(f, b, length) : VIZ__NONE;
        derived[b] = length > 0;
    }
    for (size_t k = 0, end; k < f->links; k = end) {
        uint32_t to = f->link[k].to;
        bool all = true;
        for (end = k; end < f->links && f->link[end].to == to; end++) {
            uint32_t from = f->link[end].from;
            all = all && derived[from];
            if (derived[from] && f->cluster_of[to] == VIZ__NONE && to != f->end) {
                f->cluster_of[to] = f->cluster_of[from];
            }
        }
        derived[to] = all;
    }
}

/* --- the order of clusters -------------------------------------------------------------------- */

/* A box alone, or all boxes of a cluster: known by its first box. */
typedef struct groups {
    uint32_t *first; /* of each box: the first box of its group */
    uint32_t *waits; /* of each first box: links from groups that have no place yet */
    uint32_t *first_of_cluster;
    uint32_t n; /* groups that have a place */
} groups;

static void begin(viz__figure *f, groups *g)
{
    for (uint32_t c = 0; c < f->clusters; c++) {
        g->first_of_cluster[c] = VIZ__NONE;
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t c = f->cluster_of[b];
        if (c != VIZ__NONE && g->first_of_cluster[c] == VIZ__NONE) {
            g->first_of_cluster[c] = b;
        }
        g->first[b] = c != VIZ__NONE ? g->first_of_cluster[c] : b;
        g->waits[b] = 0;
        f->group[b] = VIZ__NONE;
    }
    for (size_t k = 0; k < f->links; k++) {
        uint32_t from = g->first[f->link[k].from], to = g->first[f->link[k].to];
        g->waits[to] += from != to;
    }
    g->n = 0;
}

/* Numbers the groups so that links lead to higher numbers, as far as there is no circle. */
static void number_groups(viz__figure *f, groups *g)
{
    bool more = true;
    while (more) {
        more = false;
        for (uint32_t b = 0; b < f->boxes; b++) {
            if (g->first[b] != b || g->waits[b] > 0 || f->group[b] != VIZ__NONE) {
                continue;
            }
            f->group[b] = g->n++;
            more = true;
            for (size_t k = 0; k < f->links; k++) {
                uint32_t to = g->first[f->link[k].to];
                g->waits[to] -= g->first[f->link[k].from] == b && to != b;
            }
        }
    }
}

/* Dissolves the clusters that are part of a circle, or behind one; false if there are none. */
static bool dissolve(viz__figure *f, const groups *g)
{
    bool any = false;
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t c = f->cluster_of[b];
        if (f->group[g->first[b]] == VIZ__NONE && c != VIZ__NONE) {
            f->cluster_of[b] = VIZ__NONE;
            any = true;
        }
    }
    return any;
}

/* Removes clusters that have been dissolved. `number` has room for the new number of each. */
static void drop_empty(viz__figure *f, uint32_t *number)
{
    size_t left = 0;
    for (uint32_t c = 0; c < f->clusters; c++) {
        number[c] = VIZ__NONE;
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        if (f->cluster_of[b] != VIZ__NONE) {
            number[f->cluster_of[b]] = 0;
        }
    }
    for (uint32_t c = 0; c < f->clusters; c++) {
        if (number[c] != VIZ__NONE) {
            number[c] = (uint32_t)left;
            f->cluster[left++] = f->cluster[c];
        }
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        uint32_t c = f->cluster_of[b];
        f->cluster_of[b] = c != VIZ__NONE ? number[c] : c;
    }
    f->clusters = left;
}

static void measure(viz__figure *f)
{
    viz__out *text = &f->record->scratch;
    for (size_t c = 0; c < f->clusters; c++) {
        viz__cut(text, 0);
        viz__cluster_title(text, f, c);
        f->cluster[c].title = viz__text_width(viz__text(text), 12, false);
    }
    viz__cut(text, 0);
}

void viz__find_clusters(viz__figure *f)
{
    ag_graph *m = f->record->graph;
    bool *derived = viz__array(m, f->boxes, sizeof *derived);
    groups g = {.first = viz__array(m, f->boxes, sizeof *g.first),
                .waits = viz__array(m, f->boxes, sizeof *g.waits),
                .first_of_cluster = viz__array(m, f->boxes, sizeof *g.first_of_cluster)};
    f->cluster_room = f->boxes;
    f->cluster = viz__array(m, f->boxes, sizeof *f->cluster);
    f->cluster_of = viz__array(m, f->boxes, sizeof *f->cluster_of);
    f->group = viz__array(m, f->boxes, sizeof *f->group);
    if (derived != NULL && g.first != NULL && g.waits != NULL && g.first_of_cluster != NULL &&
        f->cluster != NULL && f->cluster_of != NULL && f->group != NULL) {
        join(f, derived);
        do {
            begin(f, &g);
            number_groups(f, &g);
        } while (dissolve(f, &g));
        for (uint32_t b = 0; b < f->boxes; b++) {
            f->group[b] = f->group[g.first[b]];
        }
        f->groups = g.n;
        drop_empty(f, g.first_of_cluster);
        measure(f);
    } else {
        f->status = AG_ERR_MEMORY;
    }
    viz__array_free(m, derived, f->boxes, sizeof *derived);
    viz__array_free(m, g.first, f->boxes, sizeof *g.first);
    viz__array_free(m, g.waits, f->boxes, sizeof *g.waits);
    viz__array_free(m, g.first_of_cluster, f->boxes, sizeof *g.first_of_cluster);
}

void viz__cluster_title(viz__out *out, const viz__figure *f, size_t cluster)
{
    viz__put(out, viz__name(f->record, f->cluster[cluster].step), f->cluster[cluster].length);
}

viz__point viz__title_place(const viz__cluster *c)
{
    return (viz__point){c->center.x - c->width / 2 + 8, c->center.y - c->height / 2 + 16};
}

void viz__put_clusters(viz__out *out, viz__figure *f, const viz__cluster_words *words)
{
    viz__out *text = &f->record->scratch;
    for (size_t c = 0; c < f->clusters; c++) {
        viz__cut(text, 0);
        viz__cluster_title(text, f, c);
        words->begin(out, c, viz__text(text));
        viz__cut(text, 0);
        for (uint32_t b = 0; b < f->boxes; b++) {
            if (f->cluster_of[b] == c) {
                words->box(out, f, b);
            }
        }
        viz__puts(out, words->end);
    }
}
