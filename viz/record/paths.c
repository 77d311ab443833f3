/* The paths from every node to the root: their number, the sum of their products, and the largest of
 * them, by dynamic programming from the root down. A path that begins with the edge to a consumer
 * has the partial of that edge times a path of the consumer, so the largest ones of a node are
 * among the largest ones of its consumers, however many there are. Must not know any operation.
 */
#include "paths.h"

#include <math.h>

#define NO_NEXT UINT32_MAX

/* Keeps a path in its place among the best of a node. Of equal ones the first stays before. */
static void keep(viz__paths *p, size_t node, viz__path_step path)
{
    viz__path_step *best = p->step + node * p->most;
    size_t n = p->kept[node], at = n;
    while (at > 0 && (fabs(path.product) > fabs(best[at - 1].product))) {
        at--;
    }
    if (at == p->most) {
        return;
    }
    for (size_t i = n < p->most ? n : p->most - 1; i > at; i--) {
        best[i] = best[i - 1];
    }
    best[at] = path;
    p->kept[node] += n < p->most;
}

static void follow(viz__paths *p, size_t node, size_t use)
{
    const viz__record *r = p->record;
    size_t consumer = r->use[use].consumer;
    const viz__edge *edge = &r->edge[r->first_edge[consumer] + r->use[use].operand];
    if (!edge->flows || p->count[consumer] == 0) {
        return;
    }
    p->known[node] = p->known[node] && edge->known && p->known[consumer];
    p->count[node] += p->count[consumer];
    p->sum[node] += edge->partial * p->sum[consumer];
    for (uint32_t i = 0; i < p->kept[consumer]; i++) {
        double product = edge->partial * p->step[consumer * p->most + i].product;
        keep(p, node, (viz__path_step){product, (uint32_t)use, i});
    }
}

static bool make(viz__paths *p, ag_graph *g, size_t n)
{
    size_t room = p->most == 0 || n > SIZE_MAX / p->most ? 0 : n * p->most;
    p->step = room > 0 ? viz__array(g, room, sizeof *p->step) : NULL;
    p->kept = viz__array(g, n, sizeof *p->kept);
    p->count = viz__array(g, n, sizeof *p->count);
    p->sum = viz__array(g, n, sizeof *p->sum);
    p->known = viz__array(g, n, sizeof *p->known);
    return p->step != NULL && p->kept != NULL && p->count != NULL && p->sum != NULL &&
           p->known != NULL;
}

ag_status viz__paths_new(viz__paths *p, viz__record *r, size_t most)
{
    size_t root = viz__root(r);
    *p = (viz__paths){.record = r, .most = most};
    if (!make(p, r->graph, r->n)) {
        return AG_ERR_MEMORY;
    }
    keep(p, root, (viz__path_step){1, 0, NO_NEXT});
    p->count[root] = p->sum[root] = 1;
    p->known[root] = true;
    for (size_t i = root; i-- > 0;) {
        p->known[i] = true;
        for (size_t use = r->first_use[i]; use < r->first_use[i + 1]; use++) {
            follow(p, i, use);
        }
    }
    return AG_OK;
}

void viz__paths_free(viz__paths *p)
{
    ag_graph *g = p->record->graph;
    size_t n = p->record->n;
    viz__array_free(g, p->step, n * p->most, sizeof *p->step);
    viz__array_free(g, p->kept, n, sizeof *p->kept);
    viz__array_free(g, p->count, n, sizeof *p->count);
    viz__array_free(g, p->sum, n, sizeof *p->sum);
    viz__array_free(g, p->known, n, sizeof *p->known);
}

size_t viz__path_read(const viz__paths *p, size_t from, size_t number, size_t *node,
                      double *partial, size_t room)
{
    const viz__record *r = p->record;
    size_t n = 0;
    for (;;) {
        const viz__path_step *s = &p->step[from * p->most + number];
        if (n < room) {
            node[n] = from;
        }
        n++;
        if (s->next == NO_NEXT) {
            return n;
        }
        viz__use use = r->use[s->use];
        if (n <= room) {
            partial[n - 1] = r->edge[r->first_edge[use.consumer] + use.operand].partial;
        }
        from = use.consumer;
        number = s->next;
    }
}

static bool is_wanted(const viz__record *r, size_t step)
{
    if (r->options->target == NULL) {
        return viz__is_leaf(r, step);
    }
    bool found = false;
    for (size_t i = 0; viz__target(r, i) != NULL; i++) {
        found = found || viz__step_of(r, viz__target(r, i)) == step;
    }
    return found;
}

void viz__paths_each(viz__out *out, viz__record *r, viz__paths_visit visit)
{
    viz__paths p;
    if (r->options->paths == 0 || !r->scalar) {
        return;
    }
    viz__fail(out, viz__paths_new(&p, r, r->options->paths));
    size_t number = 0;
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        if (is_wanted(r, i) && i != viz__root(r) && p.count[i] > 0) {
            visit(out, &p, i, number++);
        }
    }
    viz__paths_free(&p);
}
