/* Gradients as memory: what happens to one before its first contribution, with each, and after the
 * last.
 *
 * Interior gradients start anew in each pass; leaves accumulate. Buffers of interior tensors come
 * from a pool and go back as soon as the node has been pulled through, unless they are kept.
 */
#include <math.h>
#include <string.h>

#include "sweep.h"

/* --- first contact ---------------------------------------------------------------------------- */

size_t ag__grad_bytes(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes((ag_dtype)t->dtype);
}

void *ag__grad_memory(const ag_tensor *t)
{
    ag__storage *a = ag__storage_of(t);
    return a != NULL ? a->grad : (void *)&((ag_tensor *)t)->grad;
}

/* A hooked leaf must show its hook the gradient of this pass alone; the sum so far waits aside. */
static ag_status grad_stash(ag_graph *g, ag_tensor *t)
{
    size_t bytes = ag__grad_bytes(t);
    void *before = ag__pool_get(&g->pool, bytes);
    if (before == NULL) {
        return ag__fail(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    memcpy(before, ag__grad_memory(t), bytes);
    memset(ag__grad_memory(t), 0, bytes);
    t->extra->before = before;
    return AG_OK;
}

void ag__grad_unstash(ag_graph *g, ag_tensor *t)
{
    if ((t->flags & AG__LEAF) && t->extra->before != NULL) {
        ag_array a = ag_array_of(t);
        int64_t stride[AG_MAX_DIMS];
        ag__strides(ag_shape_of(t), stride);
        a.stride = stride;
        a.data = t->extra->before;
        ag__add_into(ag__grad_memory(t), &a, false);
        ag__pool_put(&g->pool, t->extra->before, ag__grad_bytes(t));
        t->extra->before = NULL;
    }
}

static ag_status grad_begin_leaf(ag__sweep *s, ag_tensor *t, bool *fresh)
{
    *fresh = t->u.leaf.runs++ == 0;
    t->flags &= (uint16_t)~AG__CLEAN;
    if (t->flags & AG__HOOKED) {
        if (*fresh) { /* what is set aside is added again */
            memset(ag__grad_memory(t), 0, ag__grad_bytes(t));
            *fresh = false;
        }
        return grad_stash(s->graph, t);
    }
    return AG_OK;
}

/* Before the first contribution of a pass. *fresh: the gradient is memory yet to be written, not
 * zero, nor that of earlier passes. */
static ag_status first_contact(ag__sweep *s, ag_tensor *t, bool *fresh)
{
    ag_graph *g = s->graph;
    s->pending += ag__is_visited(t);
    t->pass = g->pass;
    if (t->flags & AG__LEAF) {
        return grad_begin_leaf(s, t, fresh);
    }
    *fresh = true;
    if (t->flags & AG__SCALAR) {
        return AG_OK;
    }
    size_t bytes = ag__grad_bytes(t);
    ag__storage *a = t->u.op.storage;
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
    return AG_OK;
}

ag_status ag__grad_begin(ag__sweep *s, ag_tensor *t)
{
    bool fresh = false;
    ag_status status = first_contact(s, t, &fresh);
    if (status == AG_OK && fresh && (t->flags & AG__SCALAR)) {
        t->grad.i64 = 0; /* the bits of zero in every dtype */
    } else if (status == AG_OK && fresh) {
        memset(ag__grad_memory(t), 0, ag__grad_bytes(t));
    }
    return status;
}

void ag__grad_release(ag_graph *g, ag_tensor *t)
{
    if (t->flags & AG__POOLED) {
        ag__pool_put(&g->pool, t->u.op.storage->grad, ag__grad_bytes(t));
        t->u.op.storage->grad = NULL;
        t->flags &= (uint16_t)~AG__POOLED;
    }
}

/* --- contributions ---------------------------------------------------------------------------- */

void ag__report_edge(ag__sweep *s, int operand, double upstream, double partial)
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
    ag__report_edge(s, operand, upstream, partial);
}

bool ag_needs_input_grad(const ag_vjp_call *call, int i)
{
    if (i < 0 || i >= call->n_in) {
        return false;
    }
    const ag_tensor *in = call->in[i];
    return call->sweep->slot != NULL ? ag__wants_symbolic(call->sweep, in)
                                     : (in->flags & AG__NEEDS) != 0;
}

static ag_status wrong_contribution(const ag__sweep *s, int i, const char *why)
{
    ag_graph *g = s->graph;
    return ag__fail(g, AG_ERR_OP, "%s: its backward rule gave operand %d %s", s->node->op->name, i,
                    why);
}

/* Why this cannot be added to in's gradient, not even summed or broadcast; NULL if it can. */
static const char *unfit(const ag_tensor *contribution, const ag_tensor *in)
{
    ag_shape have = ag_shape_of(contribution), want = ag_shape_of(in), joint;
    int bad;
    if (ag__graph_from(contribution) != ag__graph_from(in)) {
        return "a gradient of another graph";
    }
    if (contribution->dtype != in->dtype) {
        return "a gradient of the wrong dtype";
    }
    bool fits = ag__shape_equal(have, want) ||
                (ag__broadcast(have, want, &joint, &bad) == AG_OK &&
                 (ag__shape_equal(joint, want) || ag__shape_equal(joint, have)));
    return fits ? NULL : "a gradient of the wrong shape";
}

ag_status ag_accumulate(ag_vjp_call *call, int i, ag_tensor *contribution)
{
    ag__sweep *s = call->sweep;
    if (contribution == NULL) {
        return s->graph->error == AG_OK ? wrong_contribution(s, i, "NULL") : s->graph->error;
    }
    if (!ag_needs_input_grad(call, i)) {
        return AG_OK;
    }
    ag_tensor *in = call->in[i];
    const char *why = unfit(contribution, in);
    if (why != NULL) {
        return wrong_contribution(s, i, why);
    }
    ag_tensor *fitted = ag__unbroadcast(contribution, in);
    if (fitted == NULL) {
        return s->graph->error;
    }
    if (s->slot != NULL) {
        return ag__accumulate_symbolic(s, in, fitted);
    }
    ag_array a = ag_array_of(fitted);
    bool fresh = false;
    ag_status status = in->pass != s->graph->pass ? first_contact(s, in, &fresh) : AG_OK;
    if (status == AG_OK) {
        ag__add_into(ag__grad_memory(in), &a, fresh);
        tell_contribution(s, i, fitted);
    }
    return status;
}

ag_array ag_grad_target(ag_vjp_call *call, int i, bool *fresh)
{
    ag__sweep *s = call->sweep;
    *fresh = false;
    if (!ag_needs_input_grad(call, i) || s->slot != NULL) {
        wrong_contribution(
            s, i, "numbers that are not wanted; ask ag_needs_input_grad, and only in `backward`");
        return (ag_array){AG_F64, 0, NULL, NULL, 0, NULL};
    }
    ag_tensor *in = call->in[i];
    ag_array a = ag_array_of(in);
    int64_t *stride = ag__arena_get(&s->graph->scratch.arena, sizeof(int64_t[AG_MAX_DIMS]));
    a.data = NULL;
    if (stride == NULL) {
        ag__fail(s->graph, AG_ERR_MEMORY, "out of memory: a gradient's strides");
    } else if (in->pass == s->graph->pass || first_contact(s, in, fresh) == AG_OK) {
        ag__strides(ag_shape_of(in), stride);
        a.stride = stride;
        a.data = ag__grad_memory(in);
        tell_contribution(s, i, NULL);
    }
    return a;
}

ag_array ag_grad_array(ag_vjp_call *call, int i)
{
    bool fresh = false;
    ag_array a = ag_grad_target(call, i, &fresh);
    if (fresh && a.data != NULL) {
        memset(a.data, 0, (size_t)a.size * ag_dtype_bytes(a.dtype));
    }
    return a;
}
