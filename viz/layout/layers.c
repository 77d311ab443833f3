/* The first step of the layout: a layer for each box, and a passage through each layer that a link
 * crosses. If a link has a label, every second layer is for labels. Must not know the order within
 * layers.
 */
#include "layered.h"

#include "viz/text/text.h"

#define MOST_PARTS 1000000
#define LABEL_GAP 3 /* between a label and its line */
#define PASSAGE 5   /* half the room for a line */

/* Lists the numbers of n records by a key, which is the uint32_t at `key` and at every `stride`
 * bytes after it. Those of key i begin at first[i]; `first` has keys + 1 zeros. */
static void list_by(const void *key, size_t stride, size_t n, size_t keys, uint32_t *list,
                    size_t *first)
{
    const char *at = key;
    for (size_t i = 0; i < n; i++) {
        first[*(const uint32_t *)(const void *)(at + i * stride) + 1]++;
    }
    for (size_t k = 0; k < keys; k++) {
        first[k + 1] += first[k];
    }
    for (size_t i = n; i-- > 0;) { /* from the end, so that each list is in order */
        list[--first[*(const uint32_t *)(const void *)(at + i * stride) + 1]] = (uint32_t)i;
    }
    for (size_t k = 0; k < keys; k++) {
        first[k] = first[k + 1];
    }
    first[keys] = n;
}

/* --- a layer for each box --------------------------------------------------------------------- */

/* The links by one of their ends. */
typedef struct ends {
    uint32_t *link;
    size_t *first; /* of each box */
} ends;

static bool ends_new(ends *e, const viz__layout *l, bool targets)
{
    e->link = viz__array(l->graph, l->links, sizeof *e->link);
    e->first = viz__array(l->graph, l->boxes + 1, sizeof *e->first);
    if (e->link == NULL || e->first == NULL) {
        return false;
    }
    if (l->links > 0) {
        list_by(targets ? &l->link->to : &l->link->from, sizeof *l->link, l->links, l->boxes,
                e->link, e->first);
    }
    return true;
}

static void ends_free(ends *e, const viz__layout *l)
{
    viz__array_free(l->graph, e->link, l->links, sizeof *e->link);
    viz__array_free(l->graph, e->first, l->boxes + 1, sizeof *e->first);
}

/* The layer of a box is the length of the longest path to it. */
static void longest_paths(const viz__layout *l, const ends *in, uint32_t *layer)
{
    for (size_t b = 0; b < l->boxes; b++) {
        for (size_t k = in->first[b]; k < in->first[b + 1]; k++) {
            uint32_t next = layer[l->link[in->link[k]].from] + 1;
            layer[b] = next > layer[b] ? next : layer[b];
        }
    }
}

/* Do all links from this box lead to one box? Then it can follow that to a later layer. */
static bool follows(const viz__layout *l, const ends *out, uint32_t box)
{
    uint32_t target = l->link[out->link[out->first[box]]].to;
    for (size_t k = out->first[box] + 1; k < out->first[box + 1]; k++) {
        if (l->link[out->link[k]].to != target) {
            return false;
        }
    }
    return true;
}

/* Moves boxes to later layers, as far as the links out of them allow, if no more links become
 * longer than shorter. A parameter then stands beside the box that reads it. */
static void pull(const viz__layout *l, const ends *in, const ends *out, uint32_t *layer)
{
    for (size_t b = l->boxes; b-- > 0;) {
        size_t shorter = out->first[b + 1] - out->first[b], longer = 0;
        uint32_t latest = UINT32_MAX;
        for (size_t k = out->first[b]; k < out->first[b + 1]; k++) {
            uint32_t before = layer[l->link[out->link[k]].to] - 1;
            latest = before < latest ? before : latest;
        }
        for (size_t k = in->first[b]; k < in->first[b + 1]; k++) {
            longer += !follows(l, out, l->link[in->link[k]].from);
        }
        if (shorter > 0 && shorter >= longer) {
            layer[b] = latest;
        }
    }
}

/* Moves boxes to the first and the last layer that are to stand there. */
static void move_to_sides(const viz__layout *l, uint32_t *layer)
{
    uint32_t last = 0;
    for (size_t b = 0; b < l->boxes; b++) {
        last = layer[b] > last ? layer[b] : last;
    }
    for (size_t b = 0; b < l->boxes; b++) {
        if (l->box[b].side != VIZ__AT_ANY) {
            layer[b] = l->box[b].side == VIZ__AT_START ? 0 : last;
        }
    }
}

static ag_status choose_layers(const viz__layout *l, uint32_t *layer)
{
    ends in, out;
    bool made_in = ends_new(&in, l, true), made_out = ends_new(&out, l, false);
    if (made_in && made_out) {
        longest_paths(l, &in, layer);
        pull(l, &in, &out, layer);
        move_to_sides(l, layer);
    }
    ends_free(&in, l);
    ends_free(&out, l);
    return made_in && made_out ? AG_OK : AG_ERR_MEMORY;
}

/* --- vertices and joints ---------------------------------------------------------------------- */

static void make_boxes(viz__layered *g, const uint32_t *layer, uint32_t step)
{
    bool vertical = viz__is_vertical(g->layout);
    for (size_t b = 0; b < g->layout->boxes; b++) {
        const viz__box *box = &g->layout->box[b];
        double half = (vertical ? box->width : box->height) / 2;
        g->vertex[b] = (viz__vertex){.layer = layer[b] * step,
                                     .before = half,
                                     .after = half,
                                     .along = vertical ? box->height : box->width};
    }
}

/* The label stands above its line, or to the right of a vertical one. */
static viz__vertex passage(const viz__layout *l, const viz__link *link, uint32_t layer, bool label)
{
    viz__vertex v = {.layer = layer, .before = PASSAGE, .after = PASSAGE};
    if (label && viz__is_vertical(l)) {
        v.after = link->label.x + 2 * LABEL_GAP;
        v.along = link->label.y + link->below;
    } else if (label) {
        v.before = link->label.y + LABEL_GAP;
        v.after = link->below > 0 ? link->below + LABEL_GAP : PASSAGE;
        v.along = link->label.x;
    }
    return v;
}

/* Makes the passages and the joints of a link. Its label is in the middle. */
static void make_link(viz__layered *g, size_t k, uint32_t *vertex, uint32_t *joint)
{
    const viz__link *link = &g->layout->link[k];
    uint32_t first = g->vertex[link->from].layer, last = g->vertex[link->to].layer;
    uint32_t middle = (first + last) / 2, from = link->from;
    middle += middle % 2 == 0; /* labels are in odd layers */
    bool labeled = link->label.x > 0;
    g->first_joint[k] = *joint;
    for (uint32_t layer = first + 1; layer < last; layer++) {
        g->vertex[*vertex] = passage(g->layout, link, layer, labeled && layer == middle);
        g->joint[(*joint)++] = (viz__joint){.from = from, .to = *vertex};
        from = (*vertex)++;
    }
    g->joint[(*joint)++] = (viz__joint){.from = from, .to = link->to};
}

/* Counts the vertices and joints that the layers need. */
static ag_status count_parts(viz__layered *g, const uint32_t *layer, uint32_t step)
{
    const viz__layout *l = g->layout;
    g->vertices = l->boxes;
    for (size_t k = 0; k < l->links && g->vertices <= MOST_PARTS; k++) {
        size_t span = (size_t)(layer[l->link[k].to] - layer[l->link[k].from]) * step;
        g->vertices += span - 1;
        g->joints += span;
    }
    for (size_t b = 0; b < l->boxes; b++) {
        size_t layers = (size_t)layer[b] * step + 1;
        g->layers = layers > g->layers ? layers : g->layers;
    }
    return g->vertices <= MOST_PARTS && g->layers <= MOST_PARTS ? AG_OK : AG_ERR_OVERFLOW;
}

static bool make_arrays(viz__layered *g)
{
    ag_graph *m = g->layout->graph;
    g->vertex = viz__array(m, g->vertices, sizeof *g->vertex);
    g->joint = viz__array(m, g->joints, sizeof *g->joint);
    g->first_joint = viz__array(m, g->layout->links + 1, sizeof *g->first_joint);
    g->in = viz__array(m, g->joints, sizeof *g->in);
    g->out = viz__array(m, g->joints, sizeof *g->out);
    g->first_in = viz__array(m, g->vertices + 1, sizeof *g->first_in);
    g->first_out = viz__array(m, g->vertices + 1, sizeof *g->first_out);
    g->order = viz__array(m, g->vertices, sizeof *g->order);
    g->first_place = viz__array(m, g->layers + 1, sizeof *g->first_place);
    return g->vertex != NULL && g->joint != NULL && g->first_joint != NULL && g->in != NULL &&
           g->out != NULL && g->first_in != NULL && g->first_out != NULL && g->order != NULL &&
           g->first_place != NULL;
}

static ag_status build(viz__layered *g, const uint32_t *layer, uint32_t step)
{
    ag_status status = count_parts(g, layer, step);
    if (status != AG_OK) {
        return status;
    }
    if (!make_arrays(g)) {
        return AG_ERR_MEMORY;
    }
    uint32_t vertex = (uint32_t)g->layout->boxes, joint = 0;
    make_boxes(g, layer, step);
    for (size_t k = 0; k < g->layout->links; k++) {
        make_link(g, k, &vertex, &joint);
    }
    g->first_joint[g->layout->links] = joint;
    if (g->joints > 0) {
        list_by(&g->joint->to, sizeof *g->joint, g->joints, g->vertices, g->in, g->first_in);
        list_by(&g->joint->from, sizeof *g->joint, g->joints, g->vertices, g->out, g->first_out);
    }
    for (size_t v = 0; v < g->vertices; v++) {
        g->first_place[g->vertex[v].layer + 1]++;
    }
    for (size_t i = 0; i < g->layers; i++) {
        g->first_place[i + 1] += g->first_place[i];
    }
    return AG_OK;
}

ag_status viz__layered_new(viz__layered *g, viz__layout *l)
{
    uint32_t step = 1;
    *g = (viz__layered){.layout = l};
    for (size_t k = 0; k < l->links; k++) {
        step = l->link[k].label.x > 0 ? 2 : step;
    }
    uint32_t *layer = viz__array(l->graph, l->boxes, sizeof *layer);
    ag_status status = layer != NULL ? choose_layers(l, layer) : AG_ERR_MEMORY;
    if (status == AG_OK) {
        status = build(g, layer, step);
    }
    viz__array_free(l->graph, layer, l->boxes, sizeof *layer);
    return status;
}

void viz__layered_free(viz__layered *g)
{
    ag_graph *m = g->layout->graph;
    viz__array_free(m, g->vertex, g->vertices, sizeof *g->vertex);
    viz__array_free(m, g->joint, g->joints, sizeof *g->joint);
    viz__array_free(m, g->first_joint, g->layout->links + 1, sizeof *g->first_joint);
    viz__array_free(m, g->in, g->joints, sizeof *g->in);
    viz__array_free(m, g->out, g->joints, sizeof *g->out);
    viz__array_free(m, g->first_in, g->vertices + 1, sizeof *g->first_in);
    viz__array_free(m, g->first_out, g->vertices + 1, sizeof *g->first_out);
    viz__array_free(m, g->order, g->vertices, sizeof *g->order);
    viz__array_free(m, g->first_place, g->layers + 1, sizeof *g->first_place);
}
