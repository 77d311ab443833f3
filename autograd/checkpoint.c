/* Gradient checkpointing: a function's recording is dropped and made again when a backward pass
 * comes by. By numbers, the new recording lies above everything else for the time of the visit, and
 * the pass sweeps down through it as if it had been there all along. By nodes, it simply stays.
 */
#include <string.h>

#include "sweep.h"

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
    ag__fail(g, status, "checkpoint: %s", why);
    ag__fail_at(g, where);
    return status;
}

static ag_status segment_record(segment *s, ag_graph *g, const checkpoint *c, ag_tensor *const *in,
                                const char *where)
{
    *s = (segment){.graph = g, .floor = g->floor, .mark = ag_graph_mark(g)};
    uint32_t failures = g->failures;
    s->out = c->f(in, c->n, c->user);
    if (s->out != NULL && ag__graph(s->out) != g) {
        return fail(g, AG_ERR_GRAPH, where, "the function gave a tensor of another graph");
    }
    if (ag__count(&g->main) < s->mark.nodes || g->heap != &g->main) {
        return fail(g, AG_ERR_STATE, where, "the function rewound the graph");
    }
    if (s->out == NULL) {
        return g->failures != failures ? g->error
                                       : fail(g, AG_ERR_OP, where, "the function gave NULL");
    }
    return AG_OK;
}

/* The gradients of what f left in the arena of older tensors are pinned, and stay. */
static ag_status segment_drop(segment *s)
{
    ag_status status = ag__rewind(s->graph, s->mark);
    s->graph->floor = s->floor;
    return status;
}

static bool is_among(const ag_tensor *t, ag_tensor *const *list, int n)
{
    for (int i = 0; i < n; i++) {
        if (list[i] == t) {
            return true;
        }
    }
    return false;
}

/* Calls found(t) for the older tensors that the segment uses, want a gradient, and are not in the
 * list; `found` puts them there, or fails. */
static bool segment_operands(const segment *s, ag_tensor ***list, size_t *n,
                             bool (*found)(ag_graph *g, ag_tensor ***list, size_t *n, ag_tensor *t))
{
    ag_graph *g = s->graph;
    for (uint32_t id = s->mark.nodes, end = ag__count(&g->main); id < end; id++) {
        const ag_tensor *node = ag__node(&g->main, id);
        for (int i = 0, n_in = node->op != NULL ? ag__n_in(node) : 0; i < n_in; i++) {
            ag_tensor *in = ag__in(node, i);
            if (in->id < s->mark.nodes && (in->flags & AG__NEEDS) &&
                !is_among(in, *list, (int)*n) && !found(g, list, n, in)) {
                return false;
            }
        }
    }
    return true;
}

/* --- forward ---------------------------------------------------------------------------------- */

/* The list grows in scratch memory: twice as long where it is full, which is at powers of two. */
static bool add_operand(ag_graph *g, ag_tensor ***list, size_t *n, ag_tensor *t)
{
    if ((*n & (*n - 1)) == 0) {
        ag_tensor **longer = ag_workspace(g, 2 * *n * sizeof *longer);
        if (longer == NULL) {
            return false;
        }
        memcpy(longer, *list, *n * sizeof *longer);
        *list = longer;
    }
    (*list)[(*n)++] = t;
    return true;
}

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

/* A copy of the segment's output, and all tensors it was made of, in scratch memory. */
static ag_status segment_keep(const segment *s, checkpoint *c, ag_tensor *const *in,
                              ag_tensor ***list, size_t *n)
{
    ag_graph *g = s->graph;
    size_t room = 1;
    while (room < *n) {
        room *= 2;
    }
    ag_array a = ag_array_of(s->out);
    void *value = ag_workspace(g, ag_bytes(s->out));
    *list = ag_workspace(g, room * sizeof **list);
    if (value == NULL || *list == NULL) {
        return g->error;
    }
    ag__copy_strided(&a, value);
    c->value = value;
    c->dtype = (ag_dtype)s->out->dtype;
    c->shape = ag__shape_of(s->out);
    c->needs = (s->out->flags & AG__NEEDS) != 0;
    memcpy(*list, in, *n * sizeof *in);
    return segment_operands(s, list, n, add_operand) ? AG_OK : g->error;
}

static ag_status check(ag_function f, ag_tensor *const *inputs, int n)
{
    ag_graph *g = NULL;
    for (int i = 0; inputs != NULL && i < n; i++) {
        g = g == NULL && inputs[i] != NULL ? ag__graph(inputs[i]) : g;
    }
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    const char *where = g->site.where;
    if (f == NULL) {
        return fail(g, AG_ERR_NULL_ARGUMENT, where, "there is no function");
    }
    for (int i = 0; i < n; i++) {
        if (inputs[i] == NULL) {
            return fail(g, AG_ERR_NULL_ARGUMENT, where,
                        "an input is NULL (an earlier call failed, or it was never set)");
        }
        if (ag__graph(inputs[i]) != g) {
            return fail(g, AG_ERR_GRAPH, where, "the inputs belong to different graphs");
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
    ag_graph *g = ag__graph(inputs[0]);
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
    if (before.first != NULL) {
        g->scratch.arena.current = before.current;
        g->scratch.arena.used = before.used;
    }
    if (t != NULL && !c.needs) {
        t->flags &= (uint16_t)~AG__NEEDS;
    }
    return t;
}

/* --- backward --------------------------------------------------------------------------------- */

static bool no_more_operands(ag_graph *g, ag_tensor ***list, size_t *n, ag_tensor *t)
{
    (void)g, (void)list, (void)n, (void)t;
    return false;
}

/* Records f as it was, and makes sure that it is. */
static ag_status segment_replay(segment *s, const ag_pull *pull)
{
    const checkpoint *c = pull->attr;
    ag_graph *g = ag__graph(pull->out);
    const char *where = pull->out->where;
    ag_random_state random = g->random;
    uint16_t grad_mask = g->grad_mask;
    g->random = c->random;
    g->grad_mask = AG__NEEDS;
    ag_status status = segment_record(s, g, c, pull->in, where);
    g->grad_mask = grad_mask;
    g->random = random;
    if (status != AG_OK) {
        return status;
    }
    ag_tensor **list = (ag_tensor **)(uintptr_t)pull->in;
    size_t n = (size_t)pull->n_in;
    bool same = s->out->id >= s->mark.nodes && s->out->dtype == c->dtype &&
                ag__shape_equal(ag__shape_of(s->out), c->shape) && (s->out->flags & AG__NEEDS) &&
                segment_operands(s, &list, &n, no_more_operands);
    return same ? AG_OK
                : fail(g, AG_ERR_OP, where,
                       "going backward, the function gave another kind of output than before, or "
                       "used other tensors; it must do the same each time");
}

/* By numbers. What lies on the scratch heap, the upstream tensor too, is gone after the first node
 * that is visited; its numbers are the node's gradient. */
static ag_status backward(ag_pull *pull)
{
    segment s;
    ag__sweep *sweep = pull->sweep;
    ag_graph *g = sweep->graph;
    ag_tensor *node = pull->out;
    g->heap = &g->main;
    g->plain = !g->anomaly;
    ag_status status = segment_replay(&s, pull);
    status = status == AG_OK ? ag__first_contact(sweep, s.out) : status;
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

/* By nodes. */
static ag_status vjp(ag_pull *pull)
{
    segment s;
    ag_graph *g = ag__graph(pull->out);
    ag_grad_options options = {.create_graph = g->grad_mask != 0, .allow_unused = true};
    ag_status status = segment_replay(&s, pull);
    g->floor = s.floor;
    size_t bytes = (size_t)pull->n_in * sizeof(ag_tensor *);
    ag_tensor **grads = status == AG_OK ? ag__arena_get(&g->main.arena, bytes) : NULL;
    if (status == AG_OK && grads == NULL) {
        status = ag__fail(g, AG_ERR_MEMORY, "out of memory: %zu bytes", bytes);
    }
    if (status == AG_OK) {
        g->sweeping = false; /* this one waits while that one runs */
        status = ag_grad(&s.out, 1, &pull->upstream, pull->in, pull->n_in, &options, grads);
        g->sweeping = true;
    }
    for (int i = 0; i < pull->n_in && status == AG_OK; i++) {
        bool again = is_among(pull->in[i], pull->in, i); /* and has had its whole gradient */
        status = ag_wants(pull, i) && !again ? ag_accumulate(pull, i, grads[i]) : AG_OK;
    }
    return status;
}

static const ag_op checkpoint_op = {
    .name = "checkpoint",
    .n_in = AG_ANY_NUMBER,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
};
