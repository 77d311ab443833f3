/* Gradient checkpointing: a function's recording is dropped and made again when a backward pass
 * comes by. By numbers, the new recording lies above everything else for the time of the visit, and
 * the pass sweeps down through it as if it had been there all along. By nodes, it simply stays.
 */
#include <limits.h>
#include <string.h>

#include "autograd/backward/backward.h"
#include "autograd/backward/grad_memory.h"
#include "autograd/graph/error.h"
#include "autograd/graph/graph.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/shape_math.h"
#include "grad.h"

typedef struct checkpoint {
    ag_function f;
    void *user;
    int n; /* inputs; the operands after them are what f used beside them */
    ag_random_state random;
    ag_dtype dtype;
    ag_shape shape;
    const void *value; /* only while it is being recorded */
    bool needs;        /* does it want a gradient? */
} checkpoint;

/* --- recording f ------------------------------------------------------------------------------ */

/* What f records above a mark. The mark before stays the graph's last. */
typedef struct segment {
    ag_graph *graph;
    ag_mark mark;
    uint32_t floor;
    ag_tensor *out;
} segment;

static ag_status fail(ag_graph *g, ag_status status, const char *where, const char *why)
{
    ag__fail_begin(g, status, "checkpoint: %s", why);
    ag__fail_at(g, where);
    return status;
}

static ag_status segment_check(const segment *s, uint32_t failures, const char *where)
{
    ag_graph *g = s->graph;
    if (s->out == NULL) {
        bool said = g->failures != failures && g->error != AG_OK; /* f may have cleared it */
        return said ? g->error : fail(g, AG_ERR_OP, where, "the function gave NULL");
    }
    if (ag__graph_from(s->out) != g) {
        return fail(g, AG_ERR_GRAPH, where, "the function gave a tensor of another graph");
    }
    if ((s->out->flags & AG__TEMPORARY) || s->out->id >= ag__count(&g->main)) {
        return fail(g, AG_ERR_STATE, where, "the function gave a tensor that it has rewound");
    }
    return AG_OK;
}

static ag_status segment_record(segment *s, ag_graph *g, const checkpoint *c, ag_tensor *const *in,
                                const char *where)
{
    uint32_t outer = g->segment, failures = g->failures;
    *s = (segment){.graph = g, .floor = g->floor};
    s->mark = ag_graph_mark(g); /* moves the floor */
    g->segment = s->mark.nodes;
    s->out = c->f(in, c->n, c->user);
    g->segment = outer;
    return segment_check(s, failures, where);
}

/* The gradients of what f left in the arena of older tensors are pinned, and stay. */
static ag_status segment_drop(segment *s)
{
    ag_status status = ag__rewind(s->graph, s->mark);
    s->graph->floor = s->floor;
    return status;
}

static void set_listed(ag_tensor *const *list, size_t n, bool on)
{
    for (size_t i = 0; i < n; i++) {
        list[i]->flags =
            (uint16_t)(on ? list[i]->flags | AG__LISTED : list[i]->flags & ~(unsigned)AG__LISTED);
    }
}

/* How many operands of the segment are older than it and not listed. With a `list`, those are put
 * there and listed, each once. */
static size_t segment_borrows(const segment *s, ag_tensor **list)
{
    ag_graph *g = s->graph;
    size_t found = 0;
    for (uint32_t id = s->mark.nodes, end = ag__count(&g->main); id < end; id++) {
        const ag_tensor *node = ag__node(&g->main, id);
        for (int i = 0, n_in = node->op != NULL ? ag__n_in(node) : 0; i < n_in; i++) {
            ag_tensor *in = ag__in(node, i);
            if (in->id < s->mark.nodes && !(in->flags & AG__LISTED)) {
                if (list != NULL) {
                    in->flags |= AG__LISTED;
                    list[found] = in;
                }
                found++;
            }
        }
    }
    return found;
}

/* --- forward ---------------------------------------------------------------------------------- */

static ag_status infer(ag_call *call)
{
    const checkpoint *c = call->attr;
    call->dtype = c->dtype;
    call->shape = c->shape;
    return AG_OK;
}

static ag_status forward(ag_call *call)
{
    const checkpoint *c = call->attr;
    memcpy(call->out.data, c->value, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    return AG_OK;
}

/* A copy of the segment's output, and all tensors it was made of, in scratch memory: also those
 * that want no gradient, so that a write to one is noticed. */
static ag_status segment_keep(const segment *s, checkpoint *c, ag_tensor *const *in,
                              ag_tensor ***list, size_t *n)
{
    ag_graph *g = s->graph;
    size_t most = segment_borrows(s, NULL);
    if (most > (size_t)(INT_MAX - c->n)) {
        return ag__fail_begin(g, AG_ERR_OVERFLOW, "checkpoint: the function has %zu operands",
                              most);
    }
    ag_array a = ag_array_of(s->out);
    void *value = ag_workspace(g, ag_bytes(s->out));
    ag_tensor **all = ag_workspace(g, (*n + most) * sizeof *all);
    if (value == NULL || all == NULL) {
        return g->error;
    }
    ag__copy_strided(&a, value);
    c->value = value;
    c->dtype = (ag_dtype)s->out->dtype;
    c->shape = ag_shape_of(s->out);
    c->needs = (s->out->flags & AG__NEEDS) != 0;
    memcpy(all, in, *n * sizeof *in);
    set_listed(all, *n, true);
    *n += segment_borrows(s, all + *n);
    set_listed(all, *n, false);
    *list = all;
    return AG_OK;
}

static ag_status check(ag_function f, ag_tensor *const *inputs, int n)
{
    ag_graph *g = NULL;
    for (int i = 0; inputs != NULL && i < n; i++) {
        g = g == NULL && inputs[i] != NULL ? ag__graph_from(inputs[i]) : g;
    }
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    const char *where = g->site.where;
    if (f == NULL) {
        return fail(g, AG_ERR_NULL_ARGUMENT, where, "there is no function");
    }
    for (int i = 0; i < n; i++) {
        if (inputs[i] == NULL || ag__graph_from(inputs[i]) != g) {
            ag_status status = inputs[i] == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_GRAPH;
            ag__fail_begin(g, status, "checkpoint: input %d %s", i,
                           inputs[i] == NULL
                               ? "is NULL (an earlier call failed, or it was never set)"
                               : "belongs to another graph than the first");
            ag__fail_at(g, where);
            return status;
        }
    }
    return g->heap == &g->main
               ? AG_OK
               : fail(g, AG_ERR_STATE, where, "called by a hook or rule of a backward pass");
}

static const ag_op checkpoint_op;

ag_tensor *ag_checkpoint(ag_function f, void *user, ag_tensor *const *inputs, int n)
{
    if (check(f, inputs, n) != AG_OK) {
        return NULL;
    }
    segment s;
    ag_graph *g = ag__graph_from(inputs[0]);
    const char *where = g->site.where;
    checkpoint c = {.f = f, .user = user, .n = n, .random = g->random};
    ag_status status = segment_record(&s, g, &c, inputs, where);
    if (status == AG_OK && s.out->id < s.mark.nodes) {
        return segment_drop(&s) == AG_OK ? s.out : NULL;
    }
    ag__arena before = g->scratch.arena;
    size_t operands = (size_t)n;
    ag_tensor **list = NULL, *t = NULL;
    status = status == AG_OK ? segment_keep(&s, &c, inputs, &list, &operands) : status;
    bool dropped = segment_drop(&s) == AG_OK;
    g->site.where = where;
    if (status == AG_OK && dropped) {
        t = ag_apply(&checkpoint_op, list, (int)operands, &c, sizeof c);
    }
    ag__workspace_release(g, before);
    if (t != NULL && !c.needs) {
        t->flags &= (uint16_t)~AG__NEEDS;
    }
    return t;
}

/* --- backward --------------------------------------------------------------------------------- */

static bool same_value(const ag_tensor *a, const ag_tensor *b)
{
    ag_array x = ag_array_of(a), y = ag_array_of(b);
    size_t each = ag_dtype_bytes(x.dtype);
    int64_t index[AG_MAX_DIMS] = {0}, at = 0;
    if (ag_array_is_contiguous(&x)) {
        return memcmp(x.data, y.data, (size_t)x.size * each) == 0;
    }
    for (int64_t i = 0; i < x.size; i++) {
        const char *from = (const char *)x.data + at * (int64_t)each;
        if (memcmp(from, (const char *)y.data + i * (int64_t)each, each) != 0) {
            return false;
        }
        at += ag__advance(&x, index, x.ndim - 1);
    }
    return true;
}

/* Same operands, same bits: f may have looked at memory nobody watches. */
static bool did_the_same(const segment *s, const ag_vjp_call *call)
{
    const ag_tensor *now = s->out, *then = call->out;
    set_listed(call->in, (size_t)call->n_in, true);
    size_t others = segment_borrows(s, NULL);
    set_listed(call->in, (size_t)call->n_in, false);
    return others == 0 && now->id >= s->mark.nodes && now->dtype == then->dtype &&
           (now->flags & AG__NEEDS) && ag_shape_equal(ag_shape_of(now), ag_shape_of(then)) &&
           same_value(now, then);
}

/* Records f as it was, and makes sure that it is. While f runs, the pass is as if it were not. */
static ag_status segment_replay(segment *s, const ag_vjp_call *call)
{
    const checkpoint *c = call->attr;
    ag_graph *g = ag__graph_from(call->out);
    const char *where = call->out->where;
    ag_random_state random = g->random;
    uint16_t grad_mask = g->grad_mask;
    unsigned no_grad = g->no_grad;
    g->random = c->random;
    g->grad_mask = AG__NEEDS;
    g->no_grad = 0;
    g->sweeping = false;
    ag_status status = segment_record(s, g, c, call->in, where);
    g->sweeping = true;
    g->no_grad = no_grad;
    g->grad_mask = grad_mask;
    g->random = random;
    return status != AG_OK || did_the_same(s, call)
               ? status
               : fail(g, AG_ERR_OP, where,
                      "going backward, the function gave another output than before, or used other "
                      "tensors; it must do the same each time");
}

/* By numbers. What lies on the scratch heap, the upstream tensor too, is gone after the first node
 * that is visited; its numbers are the node's gradient. */
static ag_status backward(ag_vjp_call *call)
{
    segment s;
    ag__sweep *sweep = call->sweep;
    ag_graph *g = sweep->graph;
    ag_tensor *node = call->out;
    g->heap = &g->main;
    g->plain = !g->anomaly;
    ag_status status = segment_replay(&s, call);
    status = status == AG_OK ? ag__grad_begin(sweep, s.out) : status;
    if (status == AG_OK) {
        memcpy(ag__grad_memory(s.out), ag__grad_memory(node), ag__grad_bytes(node));
        status = ag__sweep_down(sweep, s.out->id + 1, s.mark.nodes);
    }
    ag_status dropped = segment_drop(&s);
    sweep->node = node;
    g->heap = &g->scratch;
    g->plain = false;
    return status == AG_OK ? dropped : status;
}

/* By nodes, which stay. */
static ag_status vjp(ag_vjp_call *call)
{
    segment s;
    ag_status status = segment_replay(&s, call);
    s.graph->floor = s.floor;
    return status == AG_OK ? ag__sweep_segment(call->sweep, s.out, call->upstream, s.mark.nodes)
                           : status;
}

static const ag_op checkpoint_op = {
    .name = "checkpoint",
    .n_in = AG_ANY_NUMBER,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
};
