/* The backward pass through one node: its operands must be unchanged, the backward rule of its
 * descriptor is called, and the rule's contributions go to the sweep. Must not know whether the
 * sweep is numeric, symbolic or in place: it calls the functions that the sweep gives. Knows
 * operations only through their descriptors.
 */
#include <string.h>

#include "vjp.h"

#include "autograd/graph/error.h"
#include "autograd/graph/shape_math.h"

ag_status ag__check_unchanged(const ag_tensor *node)
{
    for (int i = 0, n = ag__n_in(node); i < n; i++) {
        const ag_tensor *in = ag__in(node, i);
        if (ag__written(in) > ag__origin_of(node)->version) {
            ag_graph *g = ag__graph_from(node);
            const char *name = ag_name_of(in);
            ag__fail_begin(g, AG_ERR_CHANGED,
                           "backward: operand %d%s%.40s%s of %s was written after %s used it", i,
                           name != NULL ? " \"" : "", name != NULL ? name : "",
                           name != NULL ? "\"" : "", ag__origin_of(node)->op->name,
                           ag__origin_of(node)->op->name);
            ag__fail_at(g, ag__origin_of(node)->where);
            ag__fail_more(
                g, "\n  hint: go backward before changing a parameter, or record the forward "
                   "pass again");
            return AG_ERR_CHANGED;
        }
    }
    return AG_OK;
}

/* `failures` is the number that the graph had counted before the rule was called. */
static ag_status rule_failed(ag_tensor *node, ag_status status, uint32_t failures)
{
    ag_graph *g = ag__graph_from(node);
    bool kept = g->failures != failures && g->error != AG_OK; /* the rule may have cleared it */
    if (!kept) {
        status = ag__fail_begin(g, AG_ERR_OP, "%s: its backward rule failed: %s",
                                ag__origin_of(node)->op->name, ag_status_text(status));
    }
    ag__fail_more(g, "\n  while going backward through %s", ag__origin_of(node)->op->name);
    ag__fail_at(g, ag__origin_of(node)->where);
    return status;
}

ag_status ag__vjp_run(ag__sweep *s, ag_tensor *node, ag_tensor *upstream)
{
    const ag_op *op = ag__origin_of(node)->op;
    ag_graph *g = s->graph;
    ag_vjp_call call = {.n_in = ag__n_in(node),
                        .attr = ag_attr_of(node),
                        .out = node,
                        .upstream = upstream,
                        .sweep = s};
    call.in = node->n_in < AG__MANY ? node->in.two : node->in.many.list;
    s->node = node;
    g->site.where = ag__origin_of(node)->where; /* messages have the line of the forward call */
    if (upstream == NULL) {
        return ag__failure(g);
    }
    ag_status status = AG_ERR_NO_GRADIENT;
    uint32_t failures = g->failures;
    if (op->backward != NULL && s->kind->target != NULL) {
        status = op->backward(&call);
    } else if (op->vjp != NULL) {
        status = op->vjp(&call);
    } else {
        ag__fail_begin(g, status, "backward: operation %s has no backward rule", op->name);
        ag__fail_at(g, ag__origin_of(node)->where);
    }
    if (status == AG_OK && g->failures != failures) {
        status = g->error; /* the rule ignored an error, but did not clear it */
    }
    return status == AG_OK ? AG_OK : rule_failed(node, status, failures);
}

/* --- what a rule calls ------------------------------------------------------------------------ */

bool ag_needs_input_grad(const ag_vjp_call *call, int i)
{
    return i >= 0 && i < call->n_in && call->sweep->kind->needs(call->sweep, call->in[i]);
}

ag_status ag__wrong_contribution(const ag__sweep *s, int i, const char *why)
{
    ag_graph *g = s->graph;
    return ag__fail_begin(g, AG_ERR_OP, "%s: its backward rule gave operand %d %s",
                          ag__origin_of(s->node)->op->name, i, why);
}

/* Whether operand i of the rule exists. */
static bool is_operand(const ag_vjp_call *call, int i)
{
    bool exists = i >= 0 && i < call->n_in;
    if (!exists) {
        ag__fail_begin(call->sweep->graph, AG_ERR_OP,
                       "%s: its backward rule gave operand %d, which does not exist",
                       ag__origin_of(call->sweep->node)->op->name, i);
    }
    return exists;
}

/* Why a contribution cannot be added to the gradient of `in`, not even summed or broadcast; NULL if
 * it can. */
static const char *unfit(const ag_tensor *contribution, const ag_tensor *in)
{
    ag_shape have = ag_shape_of(contribution), want = ag_shape_of(in), joint;
    int bad;
    if (ag__graph_from(contribution) != ag__graph_from(in)) {
        return "a gradient of another graph";
    }
    if (contribution->dtype != in->dtype) {
        return "a gradient of the wrong dtype";
    }
    bool fits = ag_shape_equal(have, want) ||
                (ag__broadcast(have, want, &joint, &bad) == AG_OK &&
                 (ag_shape_equal(joint, want) || ag_shape_equal(joint, have)));
    return fits ? NULL : "a gradient of the wrong shape";
}

ag_status ag_accumulate(ag_vjp_call *call, int i, ag_tensor *contribution)
{
    ag__sweep *s = call->sweep;
    if (contribution == NULL) {
        return s->graph->error != AG_OK ? s->graph->error : ag__wrong_contribution(s, i, "NULL");
    }
    if (!is_operand(call, i)) {
        return AG_ERR_OP;
    }
    if (!ag_needs_input_grad(call, i)) {
        return AG_OK;
    }
    const char *why = unfit(contribution, call->in[i]);
    if (why != NULL) {
        return ag__wrong_contribution(s, i, why);
    }
    return s->kind->accumulate(s, i, call->in[i], contribution);
}

ag_status ag_accumulate_part(ag_vjp_call *call, int i, const ag_op *op, ag_tensor *const *in,
                             int n_in, const void *attr, size_t attr_bytes)
{
    ag__sweep *s = call->sweep;
    bool complete = op != NULL && in != NULL && n_in > 0;
    for (int k = 0; complete && k < n_in; k++) {
        complete = in[k] != NULL;
    }
    if (!complete || s->kind->collect == NULL) {
        return ag_accumulate(call, i, ag_apply(op, in, n_in, attr, attr_bytes));
    }
    if (!is_operand(call, i)) {
        return AG_ERR_OP;
    }
    const ag__part_of part = {NULL, op, in, n_in, attr, attr_bytes, s->graph->site.where};
    return ag_needs_input_grad(call, i) ? s->kind->collect(s, call->in[i], &part) : AG_OK;
}

/* What a rule gets in place of a gradient that cannot be had: the shape of `in` without data, so
 * that nobody takes it for a gradient without elements. */
static ag_array no_numbers(const ag_tensor *in)
{
    ag_array a = ag_array_of(in);
    a.data = NULL;
    return a;
}

ag_array ag_grad_target(ag_vjp_call *call, int i, bool *fresh)
{
    ag__sweep *s = call->sweep;
    *fresh = false;
    if (!is_operand(call, i)) {
        return no_numbers(NULL);
    }
    if (!ag_needs_input_grad(call, i) || s->kind->target == NULL) {
        ag__wrong_contribution(
            s, i,
            "a gradient that is not needed; ask ag_needs_input_grad first, and only in `backward`");
        return no_numbers(call->in[i]);
    }
    ag_array a = s->kind->target(s, i, call->in[i], fresh);
    return a.data != NULL ? a : no_numbers(call->in[i]);
}

ag_array ag_grad_array(ag_vjp_call *call, int i)
{
    bool fresh = false;
    ag_array a = ag_grad_target(call, i, &fresh);
    if (fresh && a.data != NULL) {
        memset(a.data, 0, (size_t)a.size * ag_dtype_bytes(a.dtype));
    }
    return a;
}
