/* The backward pass by numbers: one sweep over the recording from the root down, newest node first.
 * A node is visited when the pass has reached it, which is a stamp and not a test of its gradient:
 * skipping zeros would hide 0 * inf. Knows operations only through their descriptors.
 *
 * A node's gradient is complete when it is visited, because every consumer is newer. Interior gradients
 * start anew in each pass; leaves accumulate. Gradient buffers of interior tensors come from a pool and
 * go back as soon as the node has been pulled through, unless they are kept.
 */
#include <math.h>
#include <string.h>

#include "node.h"

/* --- first contact -------------------------------------------------------------------------------- */

static size_t grad_bytes(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes((ag_dtype)t->dtype);
}

static void *grad_memory(ag_tensor *t)
{
    ag__array *a = ag__array_part(t);
    return a != NULL ? a->grad : (void *)&t->grad;
}

/* A hooked leaf must show its hook the gradient of this pass alone; the sum so far waits aside. */
static ag_status set_aside(ag_graph *g, ag_tensor *t)
{
    size_t bytes = grad_bytes(t);
    void *before = ag__pool_get(&g->pool, bytes);
    if (before == NULL) {
        return ag__fail(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    memcpy(before, grad_memory(t), bytes);
    memset(grad_memory(t), 0, bytes);
    t->extra->before = before;
    return AG_OK;
}

static void add_what_was_aside(ag_graph *g, ag_tensor *t)
{
    if ((t->flags & AG__LEAF) && t->extra->before != NULL) {
        ag_array a = ag_array_of(t);
        int64_t stride[AG_MAX_DIMS];
        ag__strides(ag__shape_of(t), stride);
        a.stride = stride;
        a.data = t->extra->before;
        ag__add_into(grad_memory(t), &a);
        ag__pool_put(&g->pool, t->extra->before, grad_bytes(t));
        t->extra->before = NULL;
    }
}

static ag_status first_contact_leaf(ag__sweep *s, ag_tensor *t)
{
    if (t->u.leaf.runs++ == 0) {
        memset(grad_memory(t), 0, grad_bytes(t));
    }
    t->flags &= (uint16_t)~AG__CLEAN;
    return t->flags & AG__HOOKED ? set_aside(s->graph, t) : AG_OK;
}

/* Leaves have nothing below them: only one with a hook has to be visited. */
static inline bool is_visited(const ag_tensor *t)
{
    return (t->flags & (AG__LEAF | AG__HOOKED)) != AG__LEAF;
}

static ag_status first_contact(ag__sweep *s, ag_tensor *t)
{
    ag_graph *g = s->graph;
    s->pending += is_visited(t);
    t->pass = g->pass;
    if (t->flags & AG__LEAF) {
        return first_contact_leaf(s, t);
    }
    if (t->flags & AG__SCALAR) {
        t->grad.i64 = 0; /* the bits of zero in every dtype */
        return AG_OK;
    }
    size_t bytes = grad_bytes(t);
    ag__array *a = t->u.op.array;
    if (g->keep_grads || (t->flags & AG__KEEP)) {
        /* A buffer kept from an earlier pass serves again. */
        a->grad = a->grad != NULL ? a->grad : ag__owned(t, bytes);
    } else {
        a->grad = ag__pool_get(&g->pool, bytes);
        t->flags |= AG__POOLED;
    }
    if (a->grad == NULL) {
        t->flags &= (uint16_t)~AG__POOLED;
        return ag__fail(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    memset(a->grad, 0, bytes);
    return AG_OK;
}

static void give_back(ag_graph *g, ag_tensor *t)
{
    if (t->flags & AG__POOLED) {
        ag__pool_put(&g->pool, t->u.op.array->grad, grad_bytes(t));
        t->u.op.array->grad = NULL;
        t->flags &= (uint16_t)~AG__POOLED;
    }
}

/* --- contributions -------------------------------------------------------------------------------- */

static void tell(ag__sweep *s, int operand, double upstream, double partial)
{
    ag_graph *g = s->graph;
    if (g->on_edge != NULL) {
        ag_edge edge = {s->node, operand, s->step, upstream, partial, upstream * partial};
        g->on_edge(&edge, g->on_edge_user);
    }
    s->step++;
}

/* The numbers behind one contribution, where there are such. */
static void tell_contribution(ag__sweep *s, int operand, const ag_tensor *contribution)
{
    if (s->graph->on_edge == NULL) {
        return;
    }
    const ag_tensor *n = s->node;
    double partial = (double)NAN, upstream = (double)NAN;
    if ((n->flags & AG__SCALAR) && (ag__in(n, operand)->flags & AG__SCALAR)) {
        upstream = ag__element(&n->grad, (ag_dtype)n->dtype, 0);
        if (!ag_local_partial(n, operand, &partial) && contribution != NULL) {
            partial = ag__element(ag__value_data(contribution), (ag_dtype)n->dtype, 0) / upstream;
        }
    }
    tell(s, operand, upstream, partial);
}

bool ag_wants(const ag_pull *pull, int i)
{
    if (i < 0 || i >= pull->n_in) {
        return false;
    }
    const ag_tensor *in = pull->in[i];
    return pull->sweep->slot != NULL ? ag__wants_symbolic(pull->sweep, in)
                                     : (in->flags & AG__NEEDS) != 0;
}

static ag_status wrong_contribution(const ag__sweep *s, int i, const char *why)
{
    ag_graph *g = s->graph;
    return ag__fail(g, AG_ERR_OP, "%s: its backward rule gave operand %d %s", s->node->op->name, i, why);
}

ag_status ag_accumulate(ag_pull *pull, int i, ag_tensor *contribution)
{
    ag__sweep *s = pull->sweep;
    if (contribution == NULL) {
        return s->graph->error == AG_OK ? wrong_contribution(s, i, "NULL") : s->graph->error;
    }
    if (!ag_wants(pull, i)) {
        return AG_OK;
    }
    ag_tensor *in = pull->in[i], *fitted = ag__fit(contribution, in);
    if (fitted == NULL) {
        return wrong_contribution(s, i, "a gradient of the wrong shape");
    }
    if (fitted->dtype != in->dtype) {
        return wrong_contribution(s, i, "a gradient of the wrong dtype");
    }
    if (s->slot != NULL) {
        return ag__accumulate_symbolic(s, in, fitted);
    }
    ag_array a = ag_array_of(fitted);
    ag_status status = in->pass != s->graph->pass ? first_contact(s, in) : AG_OK;
    if (status == AG_OK) {
        ag__add_into(grad_memory(in), &a);
        tell_contribution(s, i, fitted);
    }
    return status;
}

ag_array ag_grad_array(ag_pull *pull, int i)
{
    ag__sweep *s = pull->sweep;
    ag_tensor *in = pull->in[i];
    ag_array a = ag_array_of(in);
    int64_t *stride = ag__arena_get(&s->graph->scratch.arena, sizeof(int64_t[AG_MAX_DIMS]));
    a.data = NULL;
    if (stride == NULL) {
        ag__fail(s->graph, AG_ERR_MEMORY, "out of memory: a gradient's strides");
    } else if (in->pass == s->graph->pass || first_contact(s, in) == AG_OK) {
        ag__strides(ag__shape_of(in), stride);
        a.stride = stride;
        a.data = grad_memory(in);
        tell_contribution(s, i, NULL);
    }
    return a;
}

/* --- one node ------------------------------------------------------------------------------------- */

ag_status ag__check_unchanged(const ag_tensor *node)
{
    for (int i = 0, n = ag__n_in(node); i < n; i++) {
        const ag_tensor *in = ag__in(node, i);
        if (ag__written(in) > node->epoch) {
            ag_graph *g = ag__graph(node);
            const char *name = ag_name_of(in);
            ag__fail(g, AG_ERR_CHANGED, "backward: operand %d%s%.40s%s of %s was written after %s used it",
                     i, name != NULL ? " \"" : "", name != NULL ? name : "", name != NULL ? "\"" : "",
                     node->op->name, node->op->name);
            ag__fail_at(g, node->where);
            ag__fail_more(g, "\n  hint: go backward before changing a parameter, or record the forward "
                             "pass again");
            return AG_ERR_CHANGED;
        }
    }
    return AG_OK;
}

/* Calls the descriptor's rule on one node; used by both kinds of sweep. */
ag_status ag__pull(ag__sweep *s, ag_tensor *node, ag_tensor *upstream)
{
    const ag_op *op = node->op;
    ag_graph *g = s->graph;
    ag_pull pull = {.n_in = ag__n_in(node), .attr = ag_attr_of(node), .out = node,
                    .upstream = upstream, .sweep = s};
    pull.in = node->n_in < AG__MANY ? node->in.two : node->in.many.list;
    s->node = node;
    g->site.where = node->where; /* what the rule records cites the line of the forward call */
    if (upstream == NULL) {
        return g->error;
    }
    ag_status status = AG_ERR_NO_GRADIENT;
    if (op->backward != NULL && s->slot == NULL) {
        status = op->backward(&pull);
    } else if (op->vjp != NULL) {
        status = op->vjp(&pull);
    } else {
        ag__fail(g, status, "backward: operation %s has no backward rule", op->name);
        ag__fail_at(g, node->where);
    }
    if (status != AG_OK) {
        if (g->error == AG_OK) {
            ag__fail(g, AG_ERR_OP, "%s: its backward rule failed: %s", op->name,
                     ag_status_text(status));
        }
        ag__fail_more(g, "\n  while going backward through %s", op->name);
        ag__fail_at(g, node->where);
    }
    return status;
}

/* The gradient of a node as a temporary tensor, for rules and hooks. */
static ag_tensor *grad_tensor(ag_graph *g, ag_tensor *t)
{
    ag_shape shape = ag__shape_of(t);
    int64_t stride[AG_MAX_DIMS];
    ag__strides(shape, stride);
    return ag__view(g, (ag_dtype)t->dtype, shape, stride, grad_memory(t), t);
}

static ag_status run_hooks(ag__sweep *s, ag_tensor *t)
{
    ag_tensor *before = grad_tensor(s->graph, t);
    ag_tensor *after = before != NULL ? ag__run_hooks(t, before) : NULL;
    if (after == NULL) {
        return s->graph->error != AG_OK ? s->graph->error : AG_ERR_OP;
    }
    if (after != before) {
        ag_array a = ag_array_of(after);
        ag__copy_strided(&a, grad_memory(t));
    }
    add_what_was_aside(s->graph, t);
    return AG_OK;
}

/* What the inline loop of the sweep does, with listener and anomaly mode. */
static ag_status pull_partials(ag__sweep *s, ag_tensor *n)
{
    s->node = n;
    for (int i = 0; i < n->n_in; i++) {
        ag_tensor *in = n->in.two[i];
        if (in->flags & AG__NEEDS) {
            ag_status status = in->pass != s->graph->pass ? first_contact(s, in) : AG_OK;
            if (status != AG_OK) {
                return status;
            }
            in->grad.f64 += n->grad.f64 * n->u.partial[i];
            tell(s, i, n->grad.f64, n->u.partial[i]);
        }
    }
    return AG_OK;
}

static ag_status check_anomaly(ag__sweep *s, ag_tensor *n)
{
    for (int i = 0, n_in = ag__n_in(n); i < n_in; i++) {
        ag_tensor *in = ag__in(n, i);
        if (in->pass == s->graph->pass && (in->flags & AG__NEEDS)) {
            ag_array a = ag_array_of(in);
            a.data = grad_memory(in);
            int64_t stride[AG_MAX_DIMS];
            ag__strides(ag__shape_of(in), stride);
            a.stride = stride;
            if (!ag__is_finite(&a)) {
                return ag__anomaly_backward(s->root, n, i);
            }
        }
    }
    return AG_OK;
}

/* Everything but the common case, on the scratch heap. */
static ag_status visit(ag__sweep *s, ag_tensor *n)
{
    ag_graph *g = s->graph;
    ag_status status = AG_OK;
    g->heap = &g->scratch;
    if (n->flags & AG__HOOKED) {
        status = run_hooks(s, n);
    }
    if (status == AG_OK && !(n->flags & AG__LEAF)) {
        status = ag__check_unchanged(n);
        if (status == AG_OK) {
            status = n->flags & AG__PARTIALS ? pull_partials(s, n)
                                             : ag__pull(s, n, grad_tensor(g, n));
        }
        if (status == AG_OK && g->anomaly) {
            status = check_anomaly(s, n);
        }
    }
    ag__scratch_reset(g);
    g->heap = &g->main;
    give_back(g, n);
    return status;
}

/* --- the sweep ------------------------------------------------------------------------------------ */

static inline void add_inline(ag__sweep *s, const ag_tensor *n, int i, uint32_t pass)
{
    ag_tensor *in = n->in.two[i];
    if (!(in->flags & AG__NEEDS)) {
        return;
    }
    if (in->pass != pass) {
        if (in->flags & AG__LEAF) {
            (void)first_contact(s, in); /* fails only for hooked leaves, which are not met here */
        } else {
            in->pass = pass;
            in->grad.f64 = 0.0;
            s->pending++;
        }
    }
    in->grad.f64 += n->grad.f64 * n->u.partial[i];
}

/* The common case: a 0-d f64 node whose partials were recorded. false: a value has changed. */
static inline bool pull_inline(ag__sweep *s, ag_tensor *n, uint32_t pass)
{
    ag_tensor *a = n->in.two[0], *b = n->n_in == 2 ? n->in.two[1] : a;
    if (a->epoch > n->epoch || b->epoch > n->epoch) {
        return false;
    }
    add_inline(s, n, 0, pass);
    if (n->n_in == 2) {
        add_inline(s, n, 1, pass);
    }
    return true;
}

/* After a failure: what the pass has reached and not visited gives its buffers back. */
static void drain(ag__sweep *s, uint32_t id)
{
    while (s->pending > 0 && id-- > 0) {
        ag_tensor *n = ag__node(&s->graph->main, id);
        if (n->pass == s->graph->pass && is_visited(n)) {
            s->pending--;
            give_back(s->graph, n);
            add_what_was_aside(s->graph, n);
        }
    }
}

static ag_status sweep(ag__sweep *s)
{
    ag_graph *g = s->graph;
    uint32_t id = s->root->id + 1, pass = g->pass;
    bool quick = g->plain && g->on_edge == NULL && g->hooks == 0;
    ag_status status = AG_OK;
    while (s->pending > 0 && status == AG_OK) {
        ag_tensor *n = ag__node(&g->main, --id);
        if (n->pass != pass || !is_visited(n)) {
            continue;
        }
        s->pending--;
        if (!quick || !(n->flags & AG__PARTIALS) || !pull_inline(s, n, pass)) {
            status = visit(s, n);
        }
    }
    drain(s, id);
    return status;
}

static ag_status fail_root(ag_tensor *root, ag_status status, const char *why)
{
    ag_graph *g = ag__graph(root);
    ag__fail(g, status, "backward: %s", why);
    ag__fail_operands(g, &root, 1);
    ag__fail_at(g, g->site.where);
    return status;
}

static ag_status check_root(ag_tensor *root, const ag_tensor *seed)
{
    ag_graph *g = ag__graph(root);
    if (g->sweeping) {
        return fail_root(root, AG_ERR_STATE, "a backward pass of this graph is already running");
    }
    if (root->dtype == AG_I64) {
        return fail_root(root, AG_ERR_DTYPE, "an i64 tensor has no gradient; ag_cast it before the loss");
    }
    if (!(root->flags & AG__NEEDS)) {
        return fail_root(root, AG_ERR_NO_GRADIENT,
                         "the root needs no gradient: it depends on no variable or parameter, or was "
                         "recorded in a no-grad scope");
    }
    if (seed == NULL && ag_size(root) != 1) {
        return fail_root(root, AG_ERR_SHAPE,
                         "the root must have one element; reduce it with ag_sum or ag_mean, or give a "
                         "seed to ag_backward_from");
    }
    if (seed != NULL && ag__graph(seed) != g) {
        return fail_root(root, AG_ERR_GRAPH, "the seed belongs to another graph");
    }
    if (seed != NULL && !ag__shape_equal(ag__shape_of(seed), ag__shape_of(root))) {
        return fail_root(root, AG_ERR_SHAPE, "the seed has another shape than the root");
    }
    if (seed != NULL && seed->dtype != root->dtype) {
        return fail_root(root, AG_ERR_DTYPE, "the seed has another dtype than the root");
    }
    return AG_OK;
}

/* A new number for the pass. At the wrap every node forgets the passes it was in, so that an old stamp
 * is not taken for a new one. */
static void next_pass(ag_graph *g)
{
    if (++g->pass == 0) {
        for (uint32_t i = 0; i < g->main.n; i++) {
            ag__node(&g->main, i)->pass = 0;
        }
        g->pass = 1;
    }
}

static void plant_seed(ag_tensor *root, const ag_tensor *seed)
{
    if (seed != NULL) {
        ag_array a = ag_array_of(seed);
        ag__add_into(grad_memory(root), &a);
    } else {
        double old = ag__element(grad_memory(root), (ag_dtype)root->dtype, 0);
        ag__element_set(grad_memory(root), (ag_dtype)root->dtype, 0, old + 1);
    }
}

ag_status (ag_backward_from)(ag_tensor *root, const ag_tensor *seed)
{
    if (root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_status status = check_root(root, seed);
    if (status != AG_OK) {
        return status;
    }
    ag_graph *g = ag__graph(root);
    ag__sweep s = {.graph = g, .root = root};
    const char *where = g->site.where;
    uint16_t grad_mask = g->grad_mask;
    next_pass(g);
    g->sweeping = true;
    g->grad_mask = 0;
    status = first_contact(&s, root);
    if (status == AG_OK) {
        plant_seed(root, seed);
        status = sweep(&s);
    }
    g->grad_mask = grad_mask;
    g->sweeping = false;
    g->site.where = where;
    return status;
}

ag_status (ag_backward)(ag_tensor *root)
{
    return (ag_backward_from)(root, NULL);
}
