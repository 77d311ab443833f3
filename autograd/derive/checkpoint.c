/* Gradient checkpointing: what a function records is dropped, and recorded again when a backward
 * pass comes to its node. In a numeric sweep the new nodes are the newest of the graph while the
 * node is visited; the pass sweeps through them as through any others, and they are dropped. In a
 * symbolic sweep they stay. Knows operations only through their descriptors.
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
    int n;                  /* inputs; further operands are other tensors that f used */
    ag_random_state random; /* as it was before f was called */
    ag_dtype dtype;         /* of f's output */
    ag_shape shape;         /* of f's output */
    const void *value;      /* of f's output; only while the node is being recorded */
    bool needs;             /* does f's output need a gradient? */
} checkpoint;

/* --- recording f ------------------------------------------------------------------------------ */

/* The part of the recording that f makes: everything after a mark. */
typedef struct segment {
    ag_graph *graph;
    ag_mark mark;
    uint32_t floor; /* the graph's floor before the mark, to be restored */
    ag_tensor *out; /* what f returned */
} segment;

static ag_status fail(ag_graph *g, ag_status status, const char *where, const char *why)
{
    ag__fail_begin(g, status, "checkpoint: %s", why);
    ag__fail_at(g, where);
    return status;
}

/* Is f's output usable? `failures` is the number that the graph had counted before f was called. */
static ag_status segment_check(const segment *s, uint32_t failures, const char *where)
{
    ag_graph *g = s->graph;
    if (s->out == NULL) {
        bool kept = g->failures != failures && g->error != AG_OK; /* f may have cleared it */
        return kept ? g->error : fail(g, AG_ERR_OP, where, "the function returned NULL");
    }
    if (ag__graph_from(s->out) != g) {
        return fail(g, AG_ERR_GRAPH, where, "the function returned a tensor of another graph");
    }
    if ((s->out->flags & AG__TEMPORARY) || ag__origin_of(s->out)->id >= ag__count(&g->main)) {
        return fail(g, AG_ERR_STATE, where, "the function returned a tensor that it has rewound");
    }
    return AG_OK;
}

/* A function that records a checkpoint of itself whenever it is called again has no end; the stack
 * has. */
#define DEEPEST 200

static ag_status segment_record(segment *s, ag_graph *g, const checkpoint *c, ag_tensor *const *in,
                                const char *where)
{
    uint32_t outer = g->segment, failures = g->failures;
    *s = (segment){.graph = g, .floor = g->floor};
    s->mark = ag_graph_mark(g); /* moves the floor */
    if (g->nesting == DEEPEST) {
        return fail(g, AG_ERR_OP, where,
                    "the functions of 200 checkpoints are nested; does the "
                    "function record a checkpoint of itself each time?");
    }
    g->segment = s->mark.nodes;
    g->nesting++;
    s->out = c->f(in, c->n, c->user);
    g->nesting--;
    g->segment = outer;
    return segment_check(s, failures, where);
}

/* Memory that older tensors got while f was recording is pinned to them, and stays. */
static ag_status segment_drop(segment *s)
{
    ag_status status = ag__rewind(s->graph, s->mark, false);
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

/* How many operands in the segment are older than it and not marked AG__LISTED. If `list` is not
 * NULL, they are marked and put there, each once. */
static size_t outside_operands(const segment *s, ag_tensor **list)
{
    ag_graph *g = s->graph;
    size_t found = 0;
    for (uint32_t id = s->mark.nodes, end = ag__count(&g->main); id < end; id++) {
        const ag_tensor *node = ag__node(&g->main, id);
        for (int i = 0, n_in = ag__origin_of(node)->op != NULL ? ag__n_in(node) : 0; i < n_in;
             i++) {
            ag_tensor *in = ag__in(node, i);
            if (ag__origin_of(in)->id < s->mark.nodes && !(in->flags & AG__LISTED)) {
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

/* Copies the output, and lists the inputs and all other tensors that f used, in scratch memory.
 * Tensors that need no gradient are listed too, so that a write to one is noticed. */
static ag_status segment_keep(const segment *s, checkpoint *c, ag_tensor *const *in,
                              ag_tensor ***list, size_t *n)
{
    ag_graph *g = s->graph;
    size_t most = outside_operands(s, NULL);
    if (most > (size_t)(INT_MAX - c->n)) {
        return ag__fail_begin(g, AG_ERR_OVERFLOW, "checkpoint: the function has %zu operands",
                              most);
    }
    ag_array a = ag_array_of(s->out);
    void *value = ag_workspace(g, ag_bytes(s->out));
    ag_tensor **all = ag_workspace(g, (*n + most) * sizeof *all);
    if (value == NULL || all == NULL) {
        return ag__failure(g);
    }
    ag__copy_strided(&a, value);
    c->value = value;
    c->dtype = (ag_dtype)s->out->dtype;
    c->shape = ag_shape_of(s->out);
    c->needs = (s->out->flags & AG__NEEDS) != 0;
    memcpy(all, in, *n * sizeof *in);
    set_listed(all, *n, true);
    *n += outside_operands(s, all + *n);
    set_listed(all, *n, false);
    *list = all;
    return AG_OK;
}

/* Are f and the inputs usable? Not the graph's error, but NULL_ARGUMENT where there is no graph. */
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
        return fail(g, AG_ERR_NULL_ARGUMENT, where, "the function is NULL");
    }
    for (int i = 0; i < n; i++) {
        if (inputs[i] == NULL) {
            return ag_fail(
                g, AG_ERR_NULL_ARGUMENT, NULL,
                "checkpoint: input %d is NULL (an earlier call failed, or it was never set)", i);
        }
        if (ag__graph_from(inputs[i]) != g) {
            return ag_fail(g, AG_ERR_GRAPH, NULL,
                           "checkpoint: input %d belongs to another graph than the first", i);
        }
    }
    if (g->heap != &g->main) {
        return fail(g, AG_ERR_STATE, where, "called by a hook or rule of a backward pass");
    }
    return AG_OK;
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
    if (status == AG_OK && ag__origin_of(s.out)->id < s.mark.nodes) {
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

/* Did f use the same tensors and return the same bits as before? It may depend on memory whose
 * changes the engine cannot notice. */
static bool is_repetition(const segment *s, const ag_vjp_call *call)
{
    const ag_tensor *now = s->out, *then = call->out;
    set_listed(call->in, (size_t)call->n_in, true);
    size_t others = outside_operands(s, NULL);
    set_listed(call->in, (size_t)call->n_in, false);
    return others == 0 && ag__origin_of(now)->id >= s->mark.nodes && now->dtype == then->dtype &&
           (now->flags & AG__NEEDS) && ag_shape_equal(ag_shape_of(now), ag_shape_of(then)) &&
           same_value(now, then);
}

/* Records f again, and checks that it did the same. While f runs, the graph is as if no pass were
 * running. */
static ag_status segment_replay(segment *s, const ag_vjp_call *call)
{
    const checkpoint *c = call->attr;
    ag_graph *g = ag__graph_from(call->out);
    const char *where = ag__origin_of(call->out)->where;
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
    if (status == AG_OK && !is_repetition(s, call)) {
        return fail(
            g, AG_ERR_OP, where,
            "in the backward pass the function returned another output than before, or used "
            "other tensors; it must do the same each time");
    }
    return status;
}

/* The rule for gradients that are tensors. The segment stays. */
static ag_status vjp(ag_vjp_call *call)
{
    segment s;
    ag_status status = segment_replay(&s, call);
    s.graph->floor = s.floor;
    if (status != AG_OK) {
        return status;
    }
    s.graph->nesting++;
    status = ag__sweep_segment(call->sweep, s.out, call->upstream, s.mark.nodes);
    s.graph->nesting--;
    return status;
}

/* The rule of a numeric sweep. The first visit of a node in the segment drops the scratch heap, and
 * with it call->upstream; its numbers are also the gradient of the node, which stays. */
static ag_status backward(ag_vjp_call *call)
{
    segment s;
    ag__sweep *sweep = call->sweep;
    ag_graph *g = sweep->graph;
    ag_tensor *node = call->out;
    if (sweep->kind != &ag__numeric_sweep) {
        return vjp(call); /* the gradients of ag_grad are no part of a pass */
    }
    g->heap = &g->main;
    g->plain = !g->anomaly;
    ag_status status = segment_replay(&s, call);
    status = status == AG_OK ? ag__grad_begin(sweep, s.out) : status;
    if (status == AG_OK) {
        memcpy(ag__grad_memory(s.out), ag__grad_memory(node), ag__grad_bytes(node));
        g->nesting++;
        status = ag__sweep_down(sweep, ag__origin_of(s.out)->id + 1, s.mark.nodes);
        g->nesting--;
    }
    ag_status dropped = segment_drop(&s);
    sweep->node = node;
    g->heap = &g->scratch;
    g->plain = false;
    return status == AG_OK ? dropped : status;
}

static const ag_op checkpoint_op = {
    .name = "checkpoint",
    .n_in = AG_ANY_NUMBER,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
};
