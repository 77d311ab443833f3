/* The second step of the layout: the order of each layer, so that few links cross. Several first
 * orders are tried, each is improved by sweeps, and the best one found is kept. Must not know where
 * things are.
 *
 * Source: Sugiyama, Tagawa and Toda, 1981: in a sweep each vertex goes to the mean place (the
 * barycenter) of its neighbors in the layer before, then in the layer after, by turns.
 */
#include "layered.h"

#include <stdlib.h>
#include <string.h>

#include "viz/text/text.h"

#define ATTEMPTS 16
#define SWEEPS 24
#define PATIENCE 8  /* sweeps without a better order, until an attempt ends */
#define WORK 200000 /* no more attempts when so many vertices and joints have been swept over */
#define MOST_WORK 4000000 /* and no more sweeps */

/* A vertex with the place where it should be. */
typedef struct wish {
    double place;
    uint32_t tie; /* decides between equal places */
    uint32_t vertex;
} wish;

typedef struct search {
    viz__layered *g;
    uint32_t *scratch;
    uint32_t *best; /* the best order so far */
    wish *wish;
    size_t fewest; /* its crossings */
    size_t work;
} search;

static int by_place(const void *left, const void *right)
{
    const wish *a = left, *b = right;
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    return (a->tie > b->tie) - (a->tie < b->tie);
}

static void number_places(viz__layered *g)
{
    for (size_t layer = 0; layer < g->layers; layer++) {
        for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
            g->vertex[g->order[i]].place = (uint32_t)(i - g->first_place[layer]);
        }
    }
}

/* --- first orders ----------------------------------------------------------------------------- */

/* What a depth-first search needs. */
typedef struct finding {
    uint32_t *stack;  /* room for all joints and a vertex */
    uint32_t *filled; /* by layer */
    bool *found;      /* by vertex */
    uint64_t random;
    bool along; /* the links; or against them */
} finding;

/* Takes the neighbors from the end of the stack in another order: by Fisher and Yates, with the
 * numbers of Knuth's linear congruential generator MMIX. */
static void shuffle(finding *f, uint32_t *neighbor, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        f->random = f->random * 6364136223846793005u + 1442695040888963407u;
        size_t k = (size_t)(f->random >> 33) % i;
        uint32_t last = neighbor[i - 1];
        neighbor[i - 1] = neighbor[k];
        neighbor[k] = last;
    }
}

static void find_from(viz__layered *g, finding *f, uint32_t start)
{
    const uint32_t *list = f->along ? g->out : g->in;
    const size_t *first = f->along ? g->first_out : g->first_in;
    size_t n = 0;
    f->stack[n++] = start;
    while (n > 0) {
        uint32_t v = f->stack[--n], layer = g->vertex[v].layer;
        if (f->found[v]) {
            continue;
        }
        f->found[v] = true;
        g->order[g->first_place[layer] + f->filled[layer]++] = v;
        size_t before = n;
        for (size_t k = first[v + 1]; k-- > first[v];) {
            const viz__joint *j = &g->joint[list[k]];
            f->stack[n++] = f->along ? j->to : j->from;
        }
        if (f->random != 0) {
            shuffle(f, f->stack + before, n - before);
        }
    }
}

/* Each layer is in the order in which a depth-first search finds its vertices. The first two
 * searches go along the links and against them, from box to box as they are numbered; the others do
 * so by chance. */
static bool first_order(viz__layered *g, uint32_t attempt)
{
    ag_graph *m = g->layout->graph;
    finding f = {.stack = viz__array(m, g->joints + 1, sizeof *f.stack),
                 .filled = viz__array(m, g->layers, sizeof *f.filled),
                 .found = viz__array(m, g->vertices, sizeof *f.found),
                 .random = attempt < 2 ? 0 : attempt,
                 .along = attempt % 2 == 0};
    bool ok = f.stack != NULL && f.filled != NULL && f.found != NULL;
    for (size_t i = 0; ok && i < g->layout->boxes; i++) {
        size_t box = f.along ? i : g->layout->boxes - 1 - i;
        find_from(g, &f, (uint32_t)box);
    }
    viz__array_free(m, f.stack, g->joints + 1, sizeof *f.stack);
    viz__array_free(m, f.filled, g->layers, sizeof *f.filled);
    viz__array_free(m, f.found, g->vertices, sizeof *f.found);
    if (ok) {
        number_places(g);
    }
    return ok;
}

/* --- sweeps ----------------------------------------------------------------------------------- */

/* The mean place of the neighbors of a vertex in the layer before or after; false without any. */
static bool mean_place(const viz__layered *g, uint32_t v, bool in, double *mean)
{
    const uint32_t *list = in ? g->in : g->out;
    const size_t *first = in ? g->first_in : g->first_out;
    double sum = 0;
    for (size_t k = first[v]; k < first[v + 1]; k++) {
        const viz__joint *j = &g->joint[list[k]];
        sum += g->vertex[in ? j->from : j->to].place;
    }
    *mean = sum / (double)(first[v + 1] - first[v]);
    return first[v + 1] > first[v];
}

/* Vertices without neighbors there keep their places; the others share those that are left. */
static void sort_layer(search *s, size_t layer, bool in, bool reversed)
{
    viz__layered *g = s->g;
    size_t n = 0, next = 0;
    for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
        uint32_t v = g->order[i], place = g->vertex[v].place;
        wish *w = &s->wish[n];
        if (mean_place(g, v, in, &w->place)) {
            w->tie = reversed ? UINT32_MAX - place : place;
            w->vertex = v;
            n++;
        }
    }
    qsort(s->wish, n, sizeof *s->wish, by_place);
    for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
        uint32_t v = g->order[i];
        if (in ? g->first_in[v + 1] > g->first_in[v] : g->first_out[v + 1] > g->first_out[v]) {
            g->order[i] = s->wish[next++].vertex;
        }
    }
    for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
        g->vertex[g->order[i]].place = (uint32_t)(i - g->first_place[layer]);
    }
}

static void sweep(search *s, bool in, bool reversed)
{
    for (size_t i = 0; i < s->g->layers; i++) {
        sort_layer(s, in ? i : s->g->layers - 1 - i, in, reversed);
    }
}

/* Keeps the order if it is the best one so far. */
static bool keep(search *s)
{
    size_t crossings = viz__crossings(s->g, s->scratch);
    s->work += s->g->vertices + s->g->joints;
    if (crossings >= s->fewest) {
        return false;
    }
    s->fewest = crossings;
    memcpy(s->best, s->g->order, s->g->vertices * sizeof *s->best);
    return true;
}

static void improve(search *s)
{
    int waited = keep(s) ? 0 : 1;
    for (int i = 0; i < SWEEPS && waited < PATIENCE && s->fewest > 0 && s->work < MOST_WORK; i++) {
        sweep(s, i % 2 == 0, i % 4 >= 2);
        viz__transpose(s->g, i % 4 >= 2);
        viz__transpose(s->g, false);
        waited = keep(s) ? 0 : waited + 1;
    }
}

ag_status viz__order_layers(viz__layered *g)
{
    ag_graph *m = g->layout->graph;
    size_t scratch = g->joints + 4 * g->vertices + 2;
    search s = {.g = g,
                .scratch = viz__array(m, scratch, sizeof *s.scratch),
                .best = viz__array(m, g->vertices, sizeof *s.best),
                .wish = viz__array(m, g->vertices, sizeof *s.wish),
                .fewest = SIZE_MAX};
    bool ok = s.scratch != NULL && s.best != NULL && s.wish != NULL;
    for (uint32_t i = 0;
         ok && i < ATTEMPTS && s.fewest > 0 && (s.work < WORK || (i < 2 && s.work < MOST_WORK));
         i++) {
        ok = first_order(g, i);
        if (ok) {
            improve(&s);
        }
    }
    if (ok) {
        memcpy(g->order, s.best, g->vertices * sizeof *s.best);
        number_places(g);
    }
    viz__array_free(m, s.scratch, scratch, sizeof *s.scratch);
    viz__array_free(m, s.best, g->vertices, sizeof *s.best);
    viz__array_free(m, s.wish, g->vertices, sizeof *s.wish);
    return ok ? AG_OK : AG_ERR_MEMORY;
}
