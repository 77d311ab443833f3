/* Gradients as the user sees them: their four states, reading, resetting and keeping them. Must not
 * know how they are computed.
 */
#include <math.h>
#include <string.h>

#include "autograd/graph/call.h"
#include "autograd/graph/dropped.h"
#include "autograd/graph/error.h"
#include "autograd/graph/node.h"
#include "autograd/graph/value.h"
#include "no_gradient.h"

/* The gradient as an array; data is NULL if there is none to read. The strides are those of the
 * values and not of the gradient, which is contiguous. */
static ag_array grad_array(const ag_tensor *t)
{
    ag_array a = ag_array_of(t);
    a.data = NULL;
    if (ag_grad_runs(t) > 0) {
        const ag__storage *storage = ag__storage_of(t);
        a.data = storage != NULL ? storage->grad : (void *)&((ag_tensor *)t)->grad;
    }
    return a;
}

static ag_status fail_no_grad(const ag_tensor *t, const char *what)
{
    ag_graph *g = ag__graph_from(t);
    ag_tensor *one = (ag_tensor *)t;
    if (ag__is_dropped(t, what)) {
        return AG_ERR_STATE;
    }
    ag__fail_begin(g, AG_ERR_NO_GRADIENT, "%s: there is no gradient to read; ", what);
    if (!(t->flags & AG__NEEDS)) {
        ag__fail_more(g, "it needs none: ");
        ag__fail_no_path(&one, 1, NULL);
    } else if (ag_grad_runs(t) == 0) {
        ag__fail_more(g, "no backward pass has reached it since it was made or last reset "
                         "(ag_has_grad tells)");
    } else {
        ag__fail_more(g, "it was not kept: call ag_retain_grad on it, or ag_retain_grads, before "
                         "the backward pass");
    }
    ag__fail_operands(g, &one, 1);
    ag__fail_at(g, g->site.where);
    return AG_ERR_NO_GRADIENT;
}

ag_status(ag_grad_get)(const ag_tensor *t, double *out, int64_t n)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_array a = grad_array(t);
    if (a.data == NULL) {
        return fail_no_grad(t, "grad_get");
    }
    return ag__get_from(t, "grad_get", &a, true, out, n);
}

double(ag_grad_item)(const ag_tensor *t)
{
    if (t == NULL) {
        return (double)NAN;
    }
    ag_array a = grad_array(t);
    if (a.data == NULL) {
        fail_no_grad(t, "grad_item");
        return (double)NAN;
    }
    return ag__only_element(t, "grad_item", &a, true);
}

double(ag_grad_item_at)(const ag_tensor *t, ag_shape index)
{
    if (t == NULL) {
        return (double)NAN;
    }
    ag_array a = grad_array(t);
    if (a.data == NULL) {
        fail_no_grad(t, "grad_item_at");
        return (double)NAN;
    }
    return ag__element_at(t, "grad_item_at", &a, true, index);
}

/* --- gradients -------------------------------------------------------------------------------- */

bool ag_has_grad(const ag_tensor *t)
{
    return grad_array(t).data != NULL;
}

const void *ag_grad_data(const ag_tensor *t)
{
    return grad_array(t).data;
}

uint32_t ag_grad_runs(const ag_tensor *t)
{
    if (t == NULL || !(t->flags & AG__NEEDS)) {
        return 0;
    }
    return t->flags & AG__LEAF ? t->u.leaf.runs : t->pass != 0;
}

ag_grad_state ag_grad_state_of(const ag_tensor *t)
{
    if (t == NULL || !(t->flags & AG__NEEDS)) {
        return AG_GRAD_NOT_REQUIRED;
    }
    uint32_t runs = ag_grad_runs(t);
    if (runs == 0) {
        return AG_GRAD_NOT_RUN;
    }
    return runs == 1 ? AG_GRAD_COMPUTED : AG_GRAD_ACCUMULATED;
}

static void zero(ag_tensor *t)
{
    t->pass = 0;
    if (t->flags & AG__LEAF) {
        t->u.leaf.runs = 0;
    }
}

/* A pass knows the nodes that it has reached by their stamps, which a hook must not remove. */
static bool may_zero(ag_graph *g, const char *what)
{
    if (g != NULL && g->sweeping) {
        ag_fail(g, AG_ERR_STATE, NULL, "%s: a backward pass is running", what);
    }
    return g != NULL && !g->sweeping;
}

void(ag_zero_grad)(ag_tensor *t)
{
    if (may_zero(ag_graph_of(t), "zero_grad")) {
        zero(t);
    }
}

void(ag_zero_grads)(ag_graph *g)
{
    for (uint32_t i = 0, n = may_zero(g, "zero_grads") ? ag__count(&g->main) : 0; i < n; i++) {
        zero(ag__node(&g->main, i));
    }
}

ag_tensor *ag_retain_grad(ag_tensor *t)
{
    if (t != NULL) {
        t->flags |= AG__KEEP;
    }
    return t;
}
