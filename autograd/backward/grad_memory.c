/* Gradients as memory: what happens to one before its first contribution, with each, and after the
 * last.
 *
 * Interior gradients start anew in each pass; leaves accumulate. Buffers of interior tensors come
 * from a pool and go back as soon as the node has been pulled through, unless they are kept.
 */
#include <math.h>
#include <string.h>

#include "grad_memory.h"

#include "autograd/graph/error.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/shape_math.h"
#include "engine_ops.h"
#include "hook.h"
#include "strided_add.h"
#include "vjp.h"

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
        return ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    memcpy(before, ag__grad_memory(t), bytes);
    memset(ag__grad_memory(t), 0, bytes);
    t->extra->stash = before;
    return AG_OK;
}

void ag__grad_unstash(ag_graph *g, ag_tensor *t)
{
    if ((t->flags & AG__LEAF) && t->extra->stash != NULL) {
        ag_array a = ag_array_of(t);
        int64_t stride[AG_MAX_DIMS];
        ag__strides(ag_shape_of(t), stride);
        a.stride = stride;
        a.data = t->extra->stash;
        ag__add_into(ag__grad_memory(t), &a, false);
        ag__pool_put(&g->pool, t->extra->stash, ag__grad_bytes(t));
        t->extra->stash = NULL;
    }
}

static ag_status begin_leaf(ag__sweep *s, ag_tensor *t, bool *fresh)
{
    *fresh = t->u.leaf.runs++ == 0;
    t->flags &= (uint16_t)~AG__UNZEROED;
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
static ag_status begin(ag__sweep *s, ag_tensor *t, bool *fresh)
{
    ag_graph *g = s->graph;
    s->pending += ag__is_visited(t);
    t->pass = g->pass;
    if (t->flags & AG__LEAF) {
        return begin_leaf(s, t, fresh);
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
        return ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    return AG_OK;
}

ag_status ag__grad_begin(ag__sweep *s, ag_tensor *t)
{
    bool fresh = false;
    ag_status status = begin(s, t, &fresh);
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

/* The numbers behind one contribution, where there are such. */
static void report_contribution(ag__sweep *s, int operand, const ag_tensor *contribution)
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

static bool needs_numbers(const ag__sweep *s, const ag_tensor *in)
{
    (void)s;
    return (in->flags & AG__NEEDS) != 0;
}

static ag_status accumulate_numbers(ag__sweep *s, int operand, ag_tensor *in,
                                    ag_tensor *contribution)
{
    ag_tensor *fitted = ag__unbroadcast(contribution, in);
    if (fitted == NULL) {
        return s->graph->error;
    }
    ag_array a = ag_array_of(fitted);
    bool fresh = false;
    ag_status status = in->pass != s->graph->pass ? begin(s, in, &fresh) : AG_OK;
    if (status == AG_OK) {
        ag__add_into(ag__grad_memory(in), &a, fresh);
        report_contribution(s, operand, fitted);
    }
    return status;
}

const ag__sweep_kind ag__sweep_by_numbers = {true, needs_numbers, accumulate_numbers};

ag_array ag_grad_target(ag_vjp_call *call, int i, bool *fresh)
{
    ag__sweep *s = call->sweep;
    *fresh = false;
    if (!ag_needs_input_grad(call, i) || !s->kind->by_numbers) {
        ag__wrong_contribution(
            s, i, "numbers that are not wanted; ask ag_needs_input_grad, and only in `backward`");
        return (ag_array){AG_F64, 0, NULL, NULL, 0, NULL};
    }
    ag_tensor *in = call->in[i];
    ag_array a = ag_array_of(in);
    int64_t *stride = ag__arena_get(&s->graph->scratch.arena, sizeof(int64_t[AG_MAX_DIMS]));
    a.data = NULL;
    if (stride == NULL) {
        ag__fail_begin(s->graph, AG_ERR_MEMORY, "out of memory: a gradient's strides");
    } else if (in->pass == s->graph->pass || begin(s, in, fresh) == AG_OK) {
        ag__strides(ag_shape_of(in), stride);
        a.stride = stride;
        a.data = ag__grad_memory(in);
        report_contribution(s, i, NULL);
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
