/* Gradients as memory: what happens to a gradient before its first contribution, at each
 * contribution, and after the last. Knows operations only through their descriptors.
 *
 * An interior gradient begins anew in each pass, the gradient of a leaf sums all passes. The buffer
 * of an interior gradient comes from a pool and goes back to it when the node has been visited,
 * unless the gradient is to be kept.
 */
#include <math.h>
#include <string.h>

#include "grad_memory.h"

#include "autograd/graph/error.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/shape_math.h"
#include "autograd/graph/tensor.h"
#include "engine_ops.h"
#include "hook.h"
#include "strided_add.h"
#include "vjp.h"

/* --- before the first contribution ------------------------------------------------------------ */

size_t ag__grad_bytes(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes((ag_dtype)t->dtype);
}

ag_array ag__array_at(const ag_tensor *t, void *data, int64_t stride[AG_MAX_DIMS])
{
    ag_array a = ag_array_of(t);
    ag_row_major(a.ndim, a.dim, stride);
    a.stride = stride;
    a.data = data;
    return a;
}

void *ag__grad_memory(const ag_tensor *t)
{
    ag__storage *a = ag__storage_of(t);
    return a != NULL ? a->grad : (void *)&((ag_tensor *)t)->grad;
}

/* The hooks of a leaf must see the gradient of this pass alone, so the sum of earlier passes is
 * stashed. */
static ag_status grad_stash(ag_graph *g, ag_tensor *t)
{
    size_t bytes = ag__grad_bytes(t);
    void *before = ag__pool_get(&g->pool, bytes);
    if (before == NULL) {
        return ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: a gradient of %zu bytes", bytes);
    }
    memcpy(before, ag__grad_memory(t), bytes);
    memset(ag__grad_memory(t), 0, bytes);
    ag__origin_of(t)->extra->stash = before;
    return AG_OK;
}

void ag__grad_unstash(ag_graph *g, ag_tensor *t)
{
    if ((t->flags & AG__LEAF) && ag__origin_of(t)->extra->stash != NULL) {
        int64_t stride[AG_MAX_DIMS];
        ag_array a = ag__array_at(t, ag__origin_of(t)->extra->stash, stride);
        ag__add_into(ag__grad_memory(t), &a, false);
        ag__pool_put(&g->pool, ag__origin_of(t)->extra->stash, ag__grad_bytes(t));
        ag__origin_of(t)->extra->stash = NULL;
    }
}

static ag_status begin_leaf(ag__sweep *s, ag_tensor *t, bool *fresh)
{
    *fresh = t->u.leaf.runs++ == 0;
    if (t->flags & AG__HOOKED) {
        if (*fresh) { /* it is copied to the stash, so it must be initialized */
            memset(ag__grad_memory(t), 0, ag__grad_bytes(t));
            *fresh = false;
        }
        return grad_stash(s->graph, t);
    }
    return AG_OK;
}

/* As ag__grad_begin, but where *fresh is true afterwards, the gradient is uninitialized memory
 * instead of zero. */
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
        /* A buffer that was kept after an earlier pass is used again. */
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

/* --- hooks ------------------------------------------------------------------------------------ */

ag_tensor *ag__grad_tensor(ag_graph *g, ag_tensor *t)
{
    ag_shape shape = ag_shape_of(t);
    int64_t stride[AG_MAX_DIMS];
    ag_row_major(shape.ndim, shape.dim, stride);
    return ag__view(g, (ag_dtype)t->dtype, shape, stride, ag__grad_memory(t), t);
}

/* Copies the elements first: the replacement may be a view of the gradient, such as its
 * transpose. */
static bool replace_grad(ag_graph *g, ag_tensor *t, const ag_tensor *with)
{
    ag_array a = ag_array_of(with);
    size_t bytes = ag__grad_bytes(t);
    void *copy = ag_workspace(g, bytes);
    if (copy != NULL) {
        ag__copy_strided(&a, copy);
        memcpy(ag__grad_memory(t), copy, bytes);
    }
    return copy != NULL;
}

ag_status ag__grad_run_hooks(ag_graph *g, ag_tensor *t)
{
    ag_tensor *before = ag__grad_tensor(g, t);
    ag_tensor *after = before != NULL ? ag__run_hooks(t, before) : NULL;
    bool ok = after != NULL && (after == before || replace_grad(g, t, after));
    ag__grad_unstash(g, t);
    return ok ? AG_OK : ag__failure(g);
}

/* --- contributions ---------------------------------------------------------------------------- */

/* Reports a contribution to the listener. The numbers are NaN unless node and operand are 0-d.
 * Where the operation cannot give the local partial, it is the contribution divided by the upstream
 * gradient. */
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

static bool needs_grad(const ag__sweep *s, const ag_tensor *in)
{
    (void)s;
    return (in->flags & AG__NEEDS) != 0;
}

static ag_status accumulate_numeric(ag__sweep *s, int operand, ag_tensor *in,
                                    ag_tensor *contribution)
{
    ag_tensor *fitted = ag__unbroadcast(contribution, in);
    if (fitted == NULL) {
        return ag__failure(s->graph);
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

static ag_array target_numeric(ag__sweep *s, int operand, ag_tensor *in, bool *fresh)
{
    int64_t *stride = ag__arena_get(&s->graph->scratch.arena, sizeof(int64_t[AG_MAX_DIMS]));
    if (stride == NULL) {
        ag__fail_begin(s->graph, AG_ERR_MEMORY, "out of memory: the strides of a gradient");
        return ag_array_of(NULL);
    }
    if (in->pass != s->graph->pass && begin(s, in, fresh) != AG_OK) {
        return ag_array_of(NULL);
    }
    report_contribution(s, operand, NULL);
    return ag__array_at(in, ag__grad_memory(in), stride);
}

const ag__sweep_kind ag__numeric_sweep = {needs_grad, accumulate_numeric, NULL, target_numeric};
