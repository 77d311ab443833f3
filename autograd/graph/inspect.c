/* Reading a recorded graph, for traces and figures: what a pass reached, local partials,
 * topological order. Must not change a node, nor know any operation but through its descriptor.
 */
#include <string.h>

#include "dropped.h"
#include "error.h"
#include "node.h"

bool ag_is_of_pass(const ag_tensor *t, const ag_tensor *root)
{
    if (t == NULL || root == NULL) {
        return false;
    }
    const ag_graph *g = ag__graph_from(root);
    return g->pass_root == root && root->pass == g->pass && t->pass == g->pass;
}

bool ag_flows_to(const ag_tensor *t, int i)
{
    const ag_tensor *in = ag_operand(t, i);
    return in != NULL && (t->flags & AG__NEEDS) && (in->flags & AG__NEEDS);
}

bool ag_local_partial(const ag_tensor *t, int i, double *partial)
{
    const ag_tensor *in = ag_operand(t, i);
    if (in == NULL || partial == NULL || !(t->flags & in->flags & AG__SCALAR)) {
        return false;
    }
    if ((t->flags & AG__PARTIALS) && (t->flags & AG__NEEDS)) {
        *partial = t->u.partial[i];
        return true;
    }
    if (ag__origin_of(t)->op->partial_number == NULL) {
        return false;
    }
    *partial = ag__origin_of(t)->op->partial_number(t, i);
    return true;
}

const ag_span *ag_last_span(const ag_graph *g)
{
    return g != NULL ? g->span : NULL;
}

/* --- topological order ------------------------------------------------------------------------ */

typedef struct frame {
    const ag_tensor *node;
    int next; /* the operand to visit next */
} frame;

typedef struct search {
    ag_graph *graph;
    uint8_t *seen; /* by id: 1 for a node that has been entered */
    frame *stack;
    size_t depth, capacity;
} search;

static bool enter(search *s, const ag_tensor *t)
{
    if (s->seen[ag__origin_of(t)->id]) {
        return true;
    }
    s->seen[ag__origin_of(t)->id] = 1;
    if (!ag__memory_grow(&s->graph->memory, &s->stack, &s->capacity, s->depth + 1,
                         sizeof *s->stack)) {
        return false;
    }
    s->stack[s->depth++] = (frame){t, 0};
    return true;
}

/* Depth-first search: a node is listed when all its operands have been. */
static bool list_post_order(search *s, ag_order *order)
{
    while (s->depth > 0) {
        frame *top = &s->stack[s->depth - 1];
        if (top->next < ag_n_operands(top->node)) {
            const ag_tensor *in = ag__in(top->node, top->next++);
            if (!enter(s, in)) {
                return false;
            }
            continue;
        }
        if (!ag__memory_grow(&s->graph->memory, &order->node, &order->capacity, order->n + 1,
                             sizeof *order->node)) {
            return false;
        }
        order->node[order->n++] = top->node;
        s->depth--;
    }
    return true;
}

/* The nodes that the search has seen, oldest first. */
static bool list_by_age(search *s, size_t ids, ag_order *order)
{
    size_t n = 0;
    for (size_t id = 0; id < ids; id++) {
        n += s->seen[id];
    }
    if (!ag__memory_grow(&s->graph->memory, &order->node, &order->capacity, n,
                         sizeof *order->node)) {
        return false;
    }
    order->n = 0;
    for (uint32_t id = 0; id < ids; id++) {
        if (s->seen[id]) {
            order->node[order->n++] = ag__node(&s->graph->main, id);
        }
    }
    return true;
}

static ag_status find_order(const ag_tensor *root, ag_order *order, bool by_age)
{
    if (order == NULL) {
        return ag_fail(ag_graph_of(root), AG_ERR_NULL_ARGUMENT, NULL, "order: `order` is NULL");
    }
    *order = (ag_order){0};
    if (root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = ag__graph_from(root);
    order->graph = g;
    if (root->flags & AG__TEMPORARY) {
        return ag_fail(g, AG_ERR_STATE, NULL, "order: the root %s", ag__why_gone(root));
    }
    search s = {.graph = g};
    size_t ids = (size_t)ag__origin_of(root)->id + 1;
    s.seen = ag__memory_get(&g->memory, ids);
    bool ok = s.seen != NULL;
    if (ok) {
        memset(s.seen, 0, ids);
        ok = enter(&s, root) && list_post_order(&s, order) &&
             (!by_age || list_by_age(&s, ids, order));
    }
    ag__memory_put(&g->memory, s.seen, ids);
    ag__memory_put(&g->memory, s.stack, s.capacity * sizeof *s.stack);
    if (!ok) {
        ag_order_free(order);
        return ag_fail(g, AG_ERR_MEMORY, NULL, "out of memory: the order of the nodes");
    }
    return AG_OK;
}

ag_status(ag_order_new)(const ag_tensor *root, ag_order *order)
{
    return find_order(root, order, false);
}

ag_status(ag_order_by_age)(const ag_tensor *root, ag_order *order)
{
    return find_order(root, order, true);
}

void ag_order_free(ag_order *order)
{
    if (order != NULL && order->graph != NULL) {
        ag__memory_put(&order->graph->memory, order->node, order->capacity * sizeof *order->node);
        *order = (ag_order){0};
    }
}
