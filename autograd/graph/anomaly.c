/* Anomaly mode: the first operation that makes a NaN or Inf, forward or backward, is an error. Its
 * message has the path to the operation. Knows operations only through their descriptors.
 */
#include <math.h>

#include "anomaly.h"

#include "call.h"
#include "error.h"
#include "node.h"
#include "shape_math.h"

#define PATH_LENGTH 12 /* nodes of a path that a message has */

static void set_mode(ag_graph *g, bool on, bool nan_only)
{
    if (g != NULL) {
        g->anomaly = on;
        g->anomaly_nan_only = nan_only;
        g->plain = !on;
    }
}

void ag_set_anomaly(ag_graph *g, bool on)
{
    set_mode(g, on, false);
}

void ag_set_anomaly_nan_only(ag_graph *g, bool on)
{
    set_mode(g, on, true);
}

/* A result of -inf is what hides a class or a position, and the logarithm of 0: it is an anomaly
 * where it becomes a NaN. As a gradient it is one at once. */
static bool is_anomaly(const ag_graph *g, double value, bool gradient)
{
    bool infinite = isinf(value) && (gradient || value > 0);
    return value != value || (infinite && !g->anomaly_nan_only);
}

/* The row-major index of the first anomaly; -1 if there is none. */
static int64_t first_anomaly(const ag_graph *g, const ag_array *a, bool gradient)
{
    int64_t index[AG_MAX_DIMS] = {0}, at = 0;
    for (int64_t i = 0; i < a->size; i++) {
        if (is_anomaly(g, ag__element(a->data, a->dtype, at), gradient)) {
            return i;
        }
        at += a->ndim > 0 ? ag__advance(a, index, a->ndim - 1) : 0;
    }
    return -1;
}

bool ag__gradient_is_sound(const ag_graph *g, const ag_array *a)
{
    return first_anomaly(g, a, true) < 0;
}

static void add_node(ag_graph *g, const ag_tensor *t)
{
    const char *name = ag_name_of(t),
               *op = ag__origin_of(t)->op != NULL ? ag__origin_of(t)->op->name : "leaf";
    ag__fail_more(g, "%s", op);
    if (name != NULL) {
        ag__fail_more(g, " \"%.40s\"", name);
    }
}

/* The path back from a result to a leaf, through the first operand of each node. */
static void add_path_to_leaf(ag_graph *g, const ag_tensor *t)
{
    ag__fail_more(g, "\n  path: ");
    for (int steps = 0; t != NULL; steps++) {
        if (steps > 0) {
            ag__fail_more(g, " <- ");
        }
        if (steps == PATH_LENGTH) {
            ag__fail_more(g, "...");
            return;
        }
        add_node(g, t);
        t = ag__origin_of(t)->op != NULL ? ag__in(t, 0) : NULL;
    }
}

/* Whether results are looked at now. What is made of others is judged by its result
 * (ag_call_leave), and what a backward rule records by the gradient that it gives. */
static bool is_judging(const ag_graph *g)
{
    return g->heap == &g->main && !g->sweeping && g->composite == NULL;
}

/* The node that made what t shows, as a view makes no number; NULL if that is a leaf. */
static ag_tensor *maker_of(ag_tensor *t)
{
    while (ag__origin_of(t)->op != NULL && (ag__origin_of(t)->op->flags & AG_OP_VIEW)) {
        t = ag__in(t, 0);
    }
    return ag__origin_of(t)->op != NULL ? t : NULL;
}

ag_status ag__check_result(ag_graph *g, ag_tensor *t, const char *op)
{
    t = is_judging(g) ? maker_of(t) : NULL;
    ag_array a = ag_array_of(t);
    int64_t bad = t != NULL ? first_anomaly(g, &a, false) : -1;
    if (bad < 0) {
        return AG_OK;
    }
    ag__fail_begin(g, AG_ERR_ANOMALY, "anomaly: %s made a NaN or Inf at element %lld", op,
                   (long long)bad);
    ag_tensor *in[4];
    int n = ag__n_in(t) < 4 ? ag__n_in(t) : 4;
    for (int i = 0; i < n; i++) {
        in[i] = ag__in(t, i);
    }
    ag__fail_operands(g, in, n);
    ag__fail_at(g, ag__origin_of(t)->where);
    add_path_to_leaf(g, t);
    return AG_ERR_ANOMALY;
}

/* The newest node that the pass reached and that uses t; NULL for the root. */
static const ag_tensor *consumer(const ag__reached *r, const ag_tensor *t)
{
    const ag_graph *g = ag__graph_from(r->root);
    for (uint32_t id = ag__origin_of(r->root)->id; id > ag__origin_of(t)->id && id >= r->base;
         id--) {
        const ag_tensor *n = ag__node(&g->main, id);
        bool reached = r->grad != NULL ? r->grad[id - r->base] != NULL : n->pass == g->pass;
        for (int i = 0, n_in = reached && ag__origin_of(n)->op != NULL ? ag__n_in(n) : 0; i < n_in;
             i++) {
            if (ag__in(n, i) == t) {
                return n;
            }
        }
    }
    return NULL;
}

ag_status ag__anomaly_backward(const ag__reached *r, ag_tensor *node, int operand)
{
    ag_graph *g = ag__graph_from(node);
    const ag_tensor *in = ag__in(node, operand), *up = node;
    ag__fail_begin(g, AG_ERR_ANOMALY,
                   "anomaly: going backward, %s gave its operand %d a NaN or Inf",
                   ag__origin_of(node)->op->name, operand);
    ag__fail_operands(g, &(ag_tensor *){(ag_tensor *)in}, 1);
    ag__fail_at(g, ag__origin_of(node)->where);
    ag__fail_more(g, "\n  path to the root: ");
    add_node(g, in);
    for (int steps = 0; up != NULL && steps < PATH_LENGTH; steps++) {
        ag__fail_more(g, " <- ");
        add_node(g, up);
        up = up != r->root ? consumer(r, up) : NULL;
    }
    ag__fail_more(g, up != NULL ? " <- ..." : "");
    return AG_ERR_ANOMALY;
}
