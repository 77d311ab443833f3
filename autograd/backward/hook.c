/* Hooks, the edge listener, and anomaly mode with its path from the root to the culprit. */
#include <math.h>
#include <string.h>

#include "sweep.h"

#define PATH_LENGTH 12

/* --- hooks ------------------------------------------------------------------------------------ */

static ag_status hookable(ag_tensor *t, ag_hook_function hook)
{
    if (t == NULL || hook == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = ag__graph_from(t);
    if (g->sweeping) {
        return ag__fail(g, AG_ERR_STATE, "hook: not while a backward pass is running");
    }
    if (!(t->flags & AG__NEEDS)) {
        ag__fail(g, AG_ERR_NO_GRADIENT,
                 "hook: this tensor gets no gradient, so it would never run");
        ag__fail_operands(g, &t, 1);
        return AG_ERR_NO_GRADIENT;
    }
    return AG_OK;
}

ag_status ag_hook(ag_tensor *t, ag_hook_function hook, void *user)
{
    ag_status status = hookable(t, hook);
    if (status != AG_OK) {
        return status;
    }
    ag__extra *extra = ag__extra_of(t);
    ag__hook_entry *h = extra != NULL ? ag__owned(t, sizeof *h) : NULL;
    if (h == NULL) {
        return AG_ERR_MEMORY;
    }
    *h = (ag__hook_entry){hook, user, NULL};
    ag__hook_entry **last = &extra->hook;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = h;
    t->flags |= AG__HOOKED;
    ag__graph_from(t)->hooks++;
    return AG_OK;
}

ag_status ag_unhook(ag_tensor *t, ag_hook_function hook, void *user)
{
    ag_status status = hookable(t, hook);
    if (status != AG_OK) {
        return status;
    }
    ag__hook_entry **link = t->extra != NULL ? &t->extra->hook : NULL;
    while (link != NULL && *link != NULL) {
        if ((*link)->call == hook && (*link)->user == user) {
            *link = (*link)->next;
            if (t->extra->hook == NULL) {
                t->flags &= (uint16_t)~AG__HOOKED;
            }
            return AG_OK;
        }
        link = &(*link)->next;
    }
    return ag__fail(ag__graph_from(t), AG_ERR_VALUE, "unhook: no such hook on this tensor");
}

ag_tensor *ag__run_hooks(ag_tensor *t, ag_tensor *gradient)
{
    ag_graph *g = ag__graph_from(t);
    for (const ag__hook_entry *h = t->extra->hook; h != NULL; h = h->next) {
        uint32_t before = g->failures; /* an older error may still be kept */
        ag_tensor *replaced = h->call(t, gradient, h->user);
        if (g->failures != before) {
            return NULL;
        }
        if (replaced == NULL) {
            continue;
        }
        if (ag__graph_from(replaced) != g || replaced->dtype != gradient->dtype ||
            !ag__shape_equal(ag_shape_of(replaced), ag_shape_of(gradient))) {
            ag__fail(g, AG_ERR_SHAPE,
                     "hook: returned a tensor unlike the gradient it is to replace");
            ag__fail_operands(g, (ag_tensor *[]){gradient, replaced}, 2);
            return NULL;
        }
        gradient = replaced;
    }
    return gradient;
}

bool ag_is_hooked(const ag_tensor *t)
{
    return t != NULL && (t->flags & AG__HOOKED) != 0;
}

void ag_on_edge(ag_graph *g, ag_edge_function listener, void *user)
{
    if (g != NULL) {
        g->on_edge = listener;
        g->on_edge_user = user;
    }
}

/* --- anomaly mode ----------------------------------------------------------------------------- */

void ag_set_anomaly(ag_graph *g, bool on)
{
    if (g != NULL) {
        g->anomaly = on;
        g->plain = !on;
    }
}

static int64_t first_not_finite(const ag_array *a)
{
    int64_t index[AG_MAX_DIMS] = {0}, at = 0;
    for (int64_t i = 0; i < a->size; i++) {
        if (!isfinite(ag__element(a->data, a->dtype, at))) {
            return i;
        }
        at += a->ndim > 0 ? ag__advance(a, index, a->ndim - 1) : 0;
    }
    return -1;
}

bool ag__is_finite(const ag_array *a)
{
    return first_not_finite(a) < 0;
}

static void say_node(ag_graph *g, const ag_tensor *t)
{
    const char *name = ag_name_of(t), *op = t->op != NULL ? t->op->name : "leaf";
    ag__fail_more(g, "%s", op);
    if (name != NULL) {
        ag__fail_more(g, " \"%.40s\"", name);
    }
}

/* The path back from a result to a leaf, along first operands. */
static void say_path_down(ag_graph *g, const ag_tensor *t)
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
        say_node(g, t);
        t = t->op != NULL ? ag__in(t, 0) : NULL;
    }
}

ag_status ag__check_finite(ag_graph *g, ag_tensor *t)
{
    ag_array a = ag_array_of(t);
    int64_t bad = first_not_finite(&a);
    if (bad < 0) {
        return AG_OK;
    }
    ag__fail(g, AG_ERR_ANOMALY, "anomaly: %s made a NaN or Inf at element %lld", t->op->name,
             (long long)bad);
    ag_tensor *in[4];
    int n = ag__n_in(t) < 4 ? ag__n_in(t) : 4;
    for (int i = 0; i < n; i++) {
        in[i] = ag__in(t, i);
    }
    ag__fail_operands(g, in, n);
    ag__fail_at(g, t->where);
    say_path_down(g, t);
    return AG_ERR_ANOMALY;
}

/* The newest consumer of t that the pass came through; NULL for the root. */
static const ag_tensor *consumer(const ag_tensor *root, const ag_tensor *t)
{
    const ag_graph *g = ag__graph_from(root);
    for (uint32_t id = root->id; id > t->id; id--) {
        const ag_tensor *n = ag__node(&g->main, id);
        for (int i = 0, n_in = n->pass == g->pass && n->op != NULL ? ag__n_in(n) : 0; i < n_in;
             i++) {
            if (ag__in(n, i) == t) {
                return n;
            }
        }
    }
    return NULL;
}

ag_status ag__anomaly_backward(const ag_tensor *root, ag_tensor *node, int operand)
{
    ag_graph *g = ag__graph_from(node);
    const ag_tensor *in = ag__in(node, operand), *up = node;
    ag__fail(g, AG_ERR_ANOMALY, "anomaly: going backward, %s gave its operand %d a NaN or Inf",
             node->op->name, operand);
    ag__fail_operands(g, &(ag_tensor *){(ag_tensor *)in}, 1);
    ag__fail_at(g, node->where);
    ag__fail_more(g, "\n  path to the root: ");
    say_node(g, in);
    for (int steps = 0; up != NULL && steps < PATH_LENGTH; steps++) {
        ag__fail_more(g, " <- ");
        say_node(g, up);
        up = up != root ? consumer(root, up) : NULL;
    }
    ag__fail_more(g, up != NULL ? " <- ..." : "");
    return AG_ERR_ANOMALY;
}
