/* The record that every output reads: the nodes in order, with their step numbers, what the engine
 * says of them, their operands and uses, and which of them are to be shown. Must not know how they
 * are written.
 *
 * The operands of all nodes lie in one array, and so do their uses, each with an array of where
 * those of a node begin (compressed sparse rows). So each edge takes the same time, in a chain of
 * any length and at a node with any number of uses.
 */
#include "blanks.h"
#include "record.h"

#include <string.h>

/* Binary search: the nodes are in the order of creation, which is that of their ids. */
size_t viz__step_of(const viz__record *r, const ag_tensor *t)
{
    size_t low = 0, high = r->n;
    uint32_t id = ag_id(t);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ag_id(viz__node(r, middle)) < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < r->n && viz__node(r, low) == t ? low : r->n;
}

static bool make_arrays(viz__record *r)
{
    r->first_edge = viz__array(r->graph, r->n + 1, sizeof *r->first_edge);
    r->first_use = viz__array(r->graph, r->n + 1, sizeof *r->first_use);
    r->flags = viz__array(r->graph, r->n, sizeof *r->flags);
    r->fact = viz__array(r->graph, r->n, sizeof *r->fact);
    if (r->first_edge == NULL || r->first_use == NULL || r->flags == NULL || r->fact == NULL) {
        return false;
    }
    for (size_t i = 0; i < r->n; i++) {
        r->first_edge[i] = r->edges;
        r->edges += (size_t)ag_n_operands(viz__node(r, i));
    }
    r->first_edge[r->n] = r->edges;
    r->edge = viz__array(r->graph, r->edges, sizeof *r->edge);
    r->use = viz__array(r->graph, r->edges, sizeof *r->use);
    return r->edge != NULL && r->use != NULL;
}

static ag_grad_state state_of(const ag_tensor *t, const ag_tensor *root)
{
    ag_grad_state state = ag_grad_state_of(t);
    bool run = state == AG_GRAD_COMPUTED || state == AG_GRAD_ACCUMULATED;
    return run && !ag_is_of_pass(t, root) ? AG_GRAD_NOT_RUN : state;
}

static ag_status read_fact(viz__record *r, size_t step)
{
    const ag_tensor *t = viz__node(r, step);
    viz__fact *f = &r->fact[step];
    *f = (viz__fact){.op = ag_op_name(t),
                     .source = ag_source_line(t),
                     .size = ag_size(t),
                     .bytes = ag_bytes(t),
                     .runs = ag_grad_runs(t),
                     .role = ag_role_of(t),
                     .state = state_of(t, viz__node(r, viz__root(r))),
                     .scalar = ag_shape_of(t).ndim == 0,
                     .has_gradient = ag_has_grad(t),
                     .hooked = ag_is_hooked(t),
                     .view = ag_is_view(t)};
    r->scalar = r->scalar && f->scalar;
    ag_status status = f->size == 1 ? ag_get(t, &f->value, 1) : AG_OK;
    if (status == AG_OK && f->size == 1 && f->has_gradient) {
        status = ag_grad_get(t, &f->gradient, 1);
    }
    return status;
}

static ag_status read_facts(viz__record *r)
{
    ag_status status = AG_OK;
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        status = read_fact(r, i);
    }
    return status;
}

/* Also counts the uses of step i in first_use[i + 1]. false if an operand is not older than its
 * node. */
static bool find_operands(viz__record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        for (size_t e = r->first_edge[i]; e < r->first_edge[i + 1]; e++) {
            int place = (int)(e - r->first_edge[i]);
            size_t step = viz__step_of(r, ag_operand(viz__node(r, i), place));
            if (step >= i) {
                return false;
            }
            viz__edge *edge = &r->edge[e];
            edge->from = (uint32_t)step;
            edge->flows = ag_flows_to(viz__node(r, i), place);
            edge->known = ag_local_partial(viz__node(r, i), place, &edge->partial);
            r->first_use[step + 1]++;
        }
    }
    return true;
}

/* Filling in a use of k moves first_use[k] on by one, so in the end it is where the uses of k + 1
 * begin. Then all are moved by one place. */
static void find_uses(viz__record *r)
{
    size_t sum = 0;
    for (size_t i = 0; i <= r->n; i++) {
        sum += r->first_use[i];
        r->first_use[i] = sum;
    }
    for (size_t i = 0; i < r->n; i++) {
        for (size_t e = r->first_edge[i]; e < r->first_edge[i + 1]; e++) {
            size_t at = r->first_use[r->edge[e].from]++;
            r->use[at] = (viz__use){(uint32_t)i, (uint32_t)(e - r->first_edge[i])};
        }
    }
    memmove(r->first_use + 1, r->first_use, r->n * sizeof *r->first_use);
    r->first_use[0] = 0;
}

/* The uses by one consumer lie side by side. */
static void find_repeats(viz__record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = r->first_use[i]; k + 1 < r->first_use[i + 1]; k++) {
            viz__use a = r->use[k], b = r->use[k + 1];
            if (a.consumer == b.consumer) {
                r->edge[r->first_edge[a.consumer] + a.operand].repeated = true;
                r->edge[r->first_edge[b.consumer] + b.operand].repeated = true;
            }
        }
    }
}

/* Sets `flag` for a tensor and every node that depends on it; false if it is not in the record. */
static bool mark(viz__record *r, const ag_tensor *from, uint8_t flag)
{
    size_t start = viz__step_of(r, from);
    if (start == r->n) {
        return false;
    }
    r->flags[start] |= flag;
    for (size_t i = start + 1; i < r->n; i++) {
        for (size_t e = r->first_edge[i]; e < r->first_edge[i + 1]; e++) {
            r->flags[i] |= r->flags[r->edge[e].from] & flag;
        }
    }
    return true;
}

const ag_tensor *viz__target(const viz__record *r, size_t i)
{
    const viz_options *o = r->options;
    size_t more = sizeof o->more_targets / sizeof *o->more_targets;
    return i == 0 ? o->target : o->target != NULL && i <= more ? o->more_targets[i - 1] : NULL;
}

static bool mark_wanted(viz__record *r)
{
    const viz_options *o = r->options;
    if (o->target == NULL) {
        memset(r->flags, VIZ__SHOWN, r->n);
    }
    for (size_t i = 0; viz__target(r, i) != NULL; i++) {
        if (!mark(r, viz__target(r, i), VIZ__SHOWN)) {
            return false;
        }
    }
    return o->highlight == NULL || mark(r, o->highlight, VIZ__HIGHLIGHTED);
}

ag_status viz__record_new(viz__record *r, const ag_tensor *root, const viz_options *options)
{
    *r = (viz__record){.graph = ag_graph_of(root), .options = options, .scalar = true};
    r->digits = options->digits == 0 ? 4 : options->digits;
    r->notation = options->ascii ? AG_TEXT_ASCII : AG_TEXT_UNICODE;
    r->names = viz__to_text(r->graph);
    r->scratch = viz__to_text(r->graph);
    r->marked = viz__to_text(r->graph);
    /* Any topological order would do for a drawing. The order of creation is that of the backward
     * pass. */
    ag_status status = ag_order_by_age(root, &r->order);
    if (status != AG_OK) {
        return status;
    }
    r->n = r->order.n;
    if (!make_arrays(r)) {
        return AG_ERR_MEMORY;
    }
    if (!find_operands(r)) {
        return AG_ERR_STATE;
    }
    find_uses(r);
    find_repeats(r);
    status = read_facts(r);
    if (status != AG_OK) {
        return status;
    }
    if (!mark_wanted(r)) {
        return AG_ERR_VALUE;
    }
    return viz__names_new(r);
}

void viz__record_free(viz__record *r)
{
    ag_graph *g = r->graph;
    viz__array_free(g, r->edge, r->edges, sizeof *r->edge);
    viz__array_free(g, r->first_edge, r->n + 1, sizeof *r->first_edge);
    viz__array_free(g, r->use, r->edges, sizeof *r->use);
    viz__array_free(g, r->first_use, r->n + 1, sizeof *r->first_use);
    viz__array_free(g, r->flags, r->n, sizeof *r->flags);
    viz__array_free(g, r->fact, r->n, sizeof *r->fact);
    viz__array_free(g, r->name, r->n, sizeof *r->name);
    viz__blanks_free(r);
    viz__out_free(&r->names);
    viz__out_free(&r->scratch);
    viz__out_free(&r->marked);
    ag_order_free(&r->order);
}
