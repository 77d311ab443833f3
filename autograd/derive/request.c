/* What ag_grad is asked for, and whether it can be; see request.h. Must not know how gradients are
 * found.
 */
#include "request.h"

#include "autograd/backward/no_gradient.h"
#include "autograd/graph/call.h"
#include "autograd/graph/dropped.h"
#include "autograd/graph/error.h"
#include "autograd/graph/node.h"

static ag_status fail(const ag__grad_request *r, ag_status status, ag_tensor *t, const char *why)
{
    ag_graph *g = ag__graph_from(r->outputs[0]); /* t may belong to another graph */
    ag__fail_begin(g, status, "%s: %s", r->what, why);
    ag__fail_operands(g, &t, 1);
    ag__fail_at(g, g->site.where);
    return status;
}

ag_status ag__fail_unneeded(const ag__grad_request *r, bool input, int i)
{
    ag_graph *g = ag__graph_from(r->outputs[0]);
    ag_tensor *t = input ? r->inputs[i] : r->outputs[i];
    bool unused = input && (t->flags & AG__NEEDS);
    ag__fail_begin(g, AG_ERR_NO_GRADIENT, "%s: %s", r->what, input ? "input " : "output ");
    ag__fail_more(g, "%d %s: ", i, unused ? "is used by no output" : "needs no gradient");
    if (unused) {
        ag__fail_no_path(r->outputs, r->n_outputs, t);
    } else {
        ag__fail_no_path(&t, 1, NULL);
    }
    ag__fail_operands(g, &t, 1);
    ag__fail_at(g, g->site.where);
    ag__fail_more(g, "%s", input && r->hint != NULL ? r->hint : "");
    return AG_ERR_NO_GRADIENT;
}

static ag_status check_seed(const ag__grad_request *r, int k)
{
    ag_tensor *y = r->outputs[k], *seed = r->seeds != NULL ? r->seeds[k] : NULL;
    if (!(y->flags & AG__NEEDS) && !r->options.allow_unused) {
        return ag__fail_unneeded(r, false, k);
    }
    if (seed == NULL) {
        if (ag_size(y) == 1) {
            return AG_OK;
        }
        fail(r, AG_ERR_SHAPE, y, "an output of several elements needs a seed");
        ag__fail_more(ag__graph_from(r->outputs[0]),
                      "\n  hint: reduce it with ag_sum or ag_mean, or give ag_grad a seed");
        return AG_ERR_SHAPE;
    }
    if (ag__graph_from(seed) != ag__graph_from(y)) {
        return fail(r, AG_ERR_GRAPH, y, "a seed belongs to another graph than its output");
    }
    if (seed->dtype != y->dtype || !ag_shape_equal(ag_shape_of(seed), ag_shape_of(y))) {
        return fail(r, seed->dtype != y->dtype ? AG_ERR_DTYPE : AG_ERR_SHAPE, seed,
                    "a seed has another shape or dtype than its output");
    }
    return AG_OK;
}

/* A tensor made in a hook or rule of ag_backward is dropped already, and its id is not one of the
 * main heap. */
static ag_status check_temporary(const ag__grad_request *r)
{
    static const char *const kind[] = {"output", "input", "seed"};
    ag_tensor *const *list[] = {r->outputs, r->inputs, r->seeds};
    const int n[] = {r->n_outputs, r->n_inputs, r->seeds != NULL ? r->n_outputs : 0};
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < n[k]; i++) {
            ag_tensor *t = list[k][i];
            if (t != NULL && t->flags & AG__TEMPORARY) {
                char why[120];
                ag_format_text(why, sizeof why, "%s %d %s", kind[k], i, ag__why_gone(t));
                return fail(r, AG_ERR_STATE, t, why);
            }
        }
    }
    return AG_OK;
}

static const ag_tensor *first_of(ag_tensor *const *list, int n)
{
    const ag_tensor *first = NULL;
    for (int i = 0; list != NULL && first == NULL && i < n; i++) {
        first = list[i];
    }
    return first;
}

static bool is_complete(ag_tensor *const *list, int n)
{
    bool complete = list != NULL && n > 0;
    for (int i = 0; complete && i < n; i++) {
        complete = list[i] != NULL;
    }
    return complete;
}

ag_status ag__refuse_request(const ag__grad_request *r, const char *why)
{
    const ag_tensor *one = first_of(r->outputs, r->n_outputs);
    one = one != NULL ? one : first_of(r->inputs, r->n_inputs);
    return one == NULL
               ? AG_ERR_NULL_ARGUMENT
               : ag_fail(ag__graph_from(one), AG_ERR_NULL_ARGUMENT, NULL, "%s: %s", r->what, why);
}

ag_status ag__check_request(const ag__grad_request *r)
{
    if (!is_complete(r->outputs, r->n_outputs)) {
        return ag__refuse_request(r, "an output is NULL, or there is none");
    }
    if (!is_complete(r->inputs, r->n_inputs)) {
        return ag__refuse_request(r, "an input is NULL, or there is none");
    }
    ag_graph *g = ag__graph_from(r->outputs[0]);
    if (g->sweeping) {
        return fail(r, AG_ERR_STATE, r->outputs[0], "a backward pass of this graph is running");
    }
    ag_status status = check_temporary(r);
    for (int k = 0; k < r->n_outputs && status == AG_OK; k++) {
        bool other = ag__graph_from(r->outputs[k]) != g;
        status = other ? fail(r, AG_ERR_GRAPH, r->outputs[k], "the outputs belong to two graphs")
                       : check_seed(r, k);
    }
    for (int i = 0; i < r->n_inputs && status == AG_OK; i++) {
        ag_tensor *x = r->inputs[i];
        if (ag__graph_from(x) != g) {
            status = fail(r, AG_ERR_GRAPH, x, "an input belongs to another graph");
        } else if (!(x->flags & AG__NEEDS) && !r->options.allow_unused) {
            status = ag__fail_unneeded(r, true, i);
        }
    }
    return status;
}
