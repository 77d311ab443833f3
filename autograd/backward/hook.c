/* Hooks, and the listener for every contribution of a backward pass. Must not know which kind of
 * sweep runs, nor any operation.
 */
#include "hook.h"

#include "autograd/graph/call.h"
#include "autograd/graph/error.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/shape_math.h"
#include "autograd/graph/tensor.h"

/* --- hooks ------------------------------------------------------------------------------------ */

/* Can hooks be added to t, or removed from it, now? `what` begins the message. */
static ag_status check(ag_tensor *t, const char *what, ag_hook_function hook)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = ag__graph_from(t);
    if (hook == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "%s: the function is NULL", what);
    }
    if (g->sweeping) {
        return ag_fail(g, AG_ERR_STATE, NULL, "%s: a backward pass is running", what);
    }
    if (!(t->flags & AG__NEEDS)) {
        ag__fail_begin(g, AG_ERR_NO_GRADIENT,
                       "%s: the tensor needs no gradient, so its hooks would never run", what);
        ag__fail_operands(g, &t, 1);
        ag__fail_at(g, g->site.where);
        return AG_ERR_NO_GRADIENT;
    }
    return AG_OK;
}

ag_status(ag_hook)(ag_tensor *t, ag_hook_function hook, void *user)
{
    ag_status status = check(t, "hook", hook);
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

ag_status(ag_unhook)(ag_tensor *t, ag_hook_function hook, void *user)
{
    ag_status status = check(t, "unhook", hook);
    if (status != AG_OK) {
        return status;
    }
    ag__extra *extra = ag__extra_or_null(t);
    ag__hook_entry **link = extra != NULL ? &extra->hook : NULL;
    while (link != NULL && *link != NULL) {
        if ((*link)->call == hook && (*link)->user == user) {
            *link = (*link)->next;
            if (extra->hook == NULL) {
                t->flags &= (uint16_t)~AG__HOOKED;
            }
            return AG_OK;
        }
        link = &(*link)->next;
    }
    return ag_fail(ag__graph_from(t), AG_ERR_VALUE, NULL, "unhook: no such hook on this tensor");
}

/* Returns the gradient that is to be used from now on; NULL and a kept error when the hook
 * failed. */
static ag_tensor *call_hook(const ag__hook_entry *hook, ag_tensor *t, ag_tensor *gradient)
{
    ag_graph *g = ag__graph_from(t);
    uint32_t failures = g->failures; /* g->error does not tell: an older error may be kept */
    ag_tensor *replaced = hook->call(t, gradient, hook->user);
    if (g->failures != failures) {
        if (g->error == AG_OK) {
            ag__fail_begin(g, AG_ERR_OP, "hook: it failed and cleared its error");
            ag__fail_at(g, ag__origin_of(t)->where);
        }
        return NULL;
    }
    if (replaced == NULL) {
        return gradient;
    }
    if (ag__graph_from(replaced) != g || replaced->dtype != gradient->dtype ||
        !ag_shape_equal(ag_shape_of(replaced), ag_shape_of(gradient))) {
        ag__fail_begin(
            g, AG_ERR_SHAPE,
            "hook: it returned a tensor of another shape, dtype or graph than the gradient");
        ag__fail_operands(g, (ag_tensor *[]){gradient, replaced}, 2);
        ag__fail_at(g, ag__origin_of(t)->where);
        return NULL;
    }
    return replaced;
}

ag_tensor *ag__run_hooks(ag_tensor *t, ag_tensor *gradient)
{
    for (const ag__hook_entry *h = ag__origin_of(t)->extra->hook; h != NULL && gradient != NULL;
         h = h->next) {
        gradient = call_hook(h, t, gradient);
    }
    return gradient;
}

bool ag_is_hooked(const ag_tensor *t)
{
    return t != NULL && (t->flags & AG__HOOKED) != 0;
}

/* --- the edge listener ------------------------------------------------------------------------ */

void ag_on_edge(ag_graph *g, ag_edge_function listener, void *user)
{
    if (g != NULL) {
        g->on_edge = listener;
        g->on_edge_user = user;
    }
}

void ag__report_edge(ag__sweep *s, int operand, double upstream, double partial)
{
    ag_graph *g = s->graph;
    if (g->on_edge != NULL) {
        ag_edge edge = {s->node, operand, s->step, upstream, partial, upstream * partial};
        g->on_edge(&edge, g->on_edge_user);
    }
    s->step++;
}
