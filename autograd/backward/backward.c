/* The backward pass: a numeric sweep over the recording, from the root to the oldest node. Knows
 * operations only through their descriptors.
 *
 * A node is visited if the pass has reached it, that is, if a node that uses it gave it a
 * contribution. Its `pass` says so; its gradient is not compared with zero, because skipping zeros
 * would hide 0 * inf. When a node is visited its gradient is complete, because every node that uses
 * it is newer.
 */
#include <string.h>

#include "backward.h"

#include "autograd/graph/anomaly.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/shape_math.h"
#include "grad_memory.h"
#include "hook.h"
#include "root.h"
#include "strided_add.h"
#include "vjp.h"

/* --- one node --------------------------------------------------------------------------------- */

/* The same as vjp_inline below, but it reports to the listener. */
static ag_status vjp_partials(ag__sweep *s, ag_tensor *n)
{
    s->node = n;
    for (int i = 0; i < n->n_in; i++) {
        ag_tensor *in = n->in.two[i];
        if (in->flags & AG__NEEDS) {
            ag_status status = in->pass != s->graph->pass ? ag__grad_begin(s, in) : AG_OK;
            if (status != AG_OK) {
                return status;
            }
            in->grad.f64 += n->grad.f64 * n->u.partial[i];
            ag__report_edge(s, i, n->grad.f64, n->u.partial[i]);
        }
    }
    return AG_OK;
}

/* Are the gradients of n's operands finite? */
static ag_status check_anomaly(ag__sweep *s, ag_tensor *n)
{
    for (int i = 0, n_in = ag__n_in(n); i < n_in; i++) {
        ag_tensor *in = ag__in(n, i);
        if (in->pass == s->graph->pass && (in->flags & AG__NEEDS)) {
            int64_t stride[AG_MAX_DIMS];
            ag_array a = ag__array_at(in, ag__grad_memory(in), stride);
            if (!ag__gradient_is_sound(s->graph, &a)) {
                return ag__anomaly_backward(&(ag__reached){s->root, NULL, 0}, n, i);
            }
        }
    }
    return AG_OK;
}

/* Visits a node in the general case. What its hooks and its rule record is on the scratch heap, and
 * is dropped at the end. */
static ag_status visit(ag__sweep *s, ag_tensor *n)
{
    ag_graph *g = s->graph;
    ag_status status = AG_OK;
    g->heap = &g->scratch;
    g->plain = false; /* the inline path would not mark its nodes as temporary */
    if (n->flags & AG__HOOKED) {
        status = ag__grad_run_hooks(g, n);
    }
    if (status == AG_OK && !(n->flags & AG__LEAF)) {
        status = ag__check_unchanged(n);
        if (status == AG_OK) {
            status = n->flags & AG__PARTIALS ? vjp_partials(s, n)
                                             : ag__vjp_run(s, n, ag__grad_tensor(g, n));
        }
        if (status == AG_OK && g->anomaly) {
            status = check_anomaly(s, n);
        }
    }
    ag__scratch_reset(g);
    g->heap = &g->main;
    g->plain = !g->anomaly;
    ag__grad_release(g, n);
    return status;
}

/* --- the sweep -------------------------------------------------------------------------------- */

/* The gradient that was stored last. In a chain the next node needs this number, and would have to
 * wait until it can be read from memory. */
typedef struct latest {
    const ag_tensor *node;
    double grad;
} latest;

AG__COLD static void first_add_to_leaf(ag__sweep *s, ag_tensor *leaf, double product)
{
    (void)ag__grad_begin(s,
                         leaf); /* it can fail only for a leaf with hooks, and there are no hooks */
    leaf->grad.f64 += product;
}

/* Adds to the gradient of a 0-d operand. Returns 1 if this reaches an interior node for the first
 * time, else 0. The first contribution is stored, not added to a zero, because the rest of the
 * sweep waits for this number. */
static inline uint32_t add_inline(ag__sweep *s, ag_tensor *in, double product, uint16_t pass,
                                  latest *last)
{
    if (in->pass == pass) {
        in->grad.f64 += product;
        last->node = in == last->node ? NULL : last->node;
        return 0;
    }
    unsigned kind = in->flags & (AG__NEEDS | AG__LEAF);
    if (AG__LIKELY(kind == AG__NEEDS)) {
        in->pass = pass;
        in->grad.f64 = product;
        last->node = in;
        last->grad = product;
        return 1;
    }
    if (kind & AG__NEEDS) {
        first_add_to_leaf(s, in, product);
    }
    return 0;
}

/* Visits a node in the common case, a 0-d f64 node whose local partials were recorded. Returns how
 * many interior nodes this reaches for the first time. */
static inline uint32_t vjp_inline(ag__sweep *s, const ag_tensor *n, uint16_t pass, latest *last)
{
    double upstream;
    if (AG__LIKELY(n == last->node)) {
        upstream = last->grad;
    } else {
        /* volatile makes the compiler branch; a conditional move would always wait for the load. */
        upstream = *(const volatile double *)&n->grad.f64;
    }
    uint32_t reached = add_inline(s, n->in.two[0], upstream * n->u.partial[0], pass, last);
    if (n->n_in == 2) {
        reached += add_inline(s, n->in.two[1], upstream * n->u.partial[1], pass, last);
    }
    return reached;
}

/* Are the operands what they were when the node was recorded? */
static bool is_unchanged(const ag_tensor *n)
{
    uint32_t version = ag__origin_of(n)->version;
    return ag__origin_of(n->in.two[0])->version <= version &&
           (n->n_in == 1 || ag__origin_of(n->in.two[1])->version <= version);
}

/* After a failure: releases the gradients of the nodes that are reached but not yet visited. */
static void release_pending(ag__sweep *s, uint32_t id)
{
    while (s->pending > 0 && id-- > 0) {
        ag_tensor *n = ag__node(&s->graph->main, id);
        if (n->pass == s->graph->pass && ag__is_visited(n)) {
            s->pending--;
            ag__grad_release(s->graph, n);
            ag__grad_unstash(s->graph, n);
        }
    }
}

/* Were all nodes from this one on recorded after the last write to a leaf? Then their operands are
 * unchanged. */
static inline bool is_after_writes(const ag_tensor *first)
{
    return ag__origin_of(first)->id >= ag__graph_from(first)->written_at;
}

/* The sweep asks for memory so far ahead of the node that it visits, in bytes. */
enum { AHEAD = 8192 };

/* Visits the nodes of one block from `last` down to `first`. `lean` is the flag of the nodes that
 * vjp_inline may visit: AG__PARTIALS, or 0 for none. */
static ag_status sweep_block(ag__sweep *s, ag_tensor *first, ag_tensor *last, unsigned lean)
{
    uint16_t pass = s->graph->pass;
    bool fresh = is_after_writes(first);
    uint32_t pending = s->pending; /* a local variable, which can be in a register */
    latest last_grad = {NULL, 0};
    for (ag_tensor *n = last; pending > 0; n--) {
        AG__PREFETCH((uintptr_t)n - AHEAD);
        if (AG__LIKELY(n->pass == pass)) {
            if (AG__LIKELY((n->flags & lean) && (fresh || is_unchanged(n)))) {
                pending += vjp_inline(s, n, pass, &last_grad) - 1;
            } else if (ag__is_visited(n)) {
                s->pending = pending - 1;
                last_grad.node = NULL; /* visit may add to any gradient */
                ag_status status = visit(s, n);
                if (status != AG_OK) {
                    release_pending(s, ag__origin_of(n)->id);
                    return status;
                }
                pending = s->pending;
                fresh = is_after_writes(first); /* a rule may write to a leaf */
            }
        }
        if (n == first) {
            break;
        }
    }
    s->pending = pending;
    return AG_OK;
}

ag_status ag__sweep_down(ag__sweep *s, uint32_t end, uint32_t stop)
{
    ag_graph *g = s->graph;
    unsigned lean = g->plain && g->on_edge == NULL && g->hooks == 0 ? AG__PARTIALS : 0;
    ag_status status = AG_OK;
    while (s->pending > 0 && status == AG_OK && end > stop) {
        uint32_t first = (end - 1) & ~(AG__BLOCK - 1);
        first = first < stop ? stop : first;
        /* A block in which the last write falls is swept in two parts. */
        first = first < g->written_at && g->written_at < end ? g->written_at : first;
        status = sweep_block(s, ag__node(&g->main, first), ag__node(&g->main, end - 1), lean);
        end = first;
    }
    return status;
}

/* Gives the pass a new number. After 65,535 passes the numbers begin again at 2; then every node
 * that a pass has reached gets the number 1, so that an old number is not taken for a new one. */
static void next_pass(ag_graph *g)
{
    if (g->pass == UINT16_MAX) {
        for (uint32_t i = 0; i < ag__count(&g->main); i++) {
            ag_tensor *t = ag__node(&g->main, i);
            t->pass = t->pass != 0;
        }
        g->pass = 1;
    }
    g->pass++;
}

static void add_seed(ag_tensor *root, const ag_tensor *seed)
{
    if (seed != NULL) {
        ag_array a = ag_array_of(seed);
        ag__add_into(ag__grad_memory(root), &a, false);
    } else {
        double old = ag__element(ag__grad_memory(root), (ag_dtype)root->dtype, 0);
        ag__element_set(ag__grad_memory(root), (ag_dtype)root->dtype, 0, old + 1);
    }
}

/* If `seed` is NULL, it is 1. `what` is the function that was called. */
static ag_status backward(ag_tensor *root, const char *what, const ag_tensor *seed)
{
    ag_status status = ag__check_root(root, what, seed);
    if (status != AG_OK) {
        return status;
    }
    ag_graph *g = ag__graph_from(root);
    ag__sweep s = {.kind = &ag__numeric_sweep, .graph = g, .root = root};
    const char *where = g->site.where;
    uint16_t grad_mask = g->grad_mask;
    next_pass(g);
    g->pass_root = root;
    g->sweeping = true;
    g->grad_mask = 0;
    status = ag__grad_begin(&s, root);
    if (status == AG_OK) {
        add_seed(root, seed);
        status = ag__sweep_down(&s, ag__origin_of(root)->id + 1, 0);
    }
    g->grad_mask = grad_mask;
    g->sweeping = false;
    g->site.where = where;
    return status;
}

ag_status(ag_backward)(ag_tensor *root)
{
    return root != NULL ? backward(root, "backward", NULL) : AG_ERR_NULL_ARGUMENT;
}

ag_status(ag_backward_from)(ag_tensor *root, const ag_tensor *seed)
{
    if (root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    static const char *const what = "backward_from";
    return seed != NULL ? backward(root, what, seed)
                        : ag__fail_root(root, what, AG_ERR_NULL_ARGUMENT, "the seed is NULL");
}
