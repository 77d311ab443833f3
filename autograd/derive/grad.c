/* Gradients as tensors: ag_grad and its sweep. Every backward rule is written with operations, so
 * the gradient that it records can be differentiated again; where that is not asked for,
 * contributions are added in place (slot.c). Knows operations only through their descriptors.
 */
#include <string.h>

#include "grad.h"

#include "autograd/backward/hook.h"
#include "autograd/backward/vjp.h"
#include "autograd/graph/error.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/leaf.h"
#include "request.h"
#include "slot.h"

/* --- the sweep -------------------------------------------------------------------------------- */

/* Finds the nodes between the oldest input and the newest output that depend on an input. Operands
 * are older, so one loop from the oldest node is enough. */
static void mark_dependent(ag__sweep *s, const ag__grad_request *r)
{
    for (int i = 0; i < r->n_inputs; i++) {
        if (ag__has_grad_slot(s, r->inputs[i])) {
            s->depends[ag__origin_of(r->inputs[i])->id - s->base] = true;
        }
    }
    for (uint32_t id = s->base; id <= ag__origin_of(s->root)->id; id++) {
        const ag_tensor *n = ag__node(&s->graph->main, id);
        int n_in = ag__origin_of(n)->op != NULL && (n->flags & AG__NEEDS) ? ag__n_in(n) : 0;
        for (int i = 0; i < n_in && !s->depends[id - s->base]; i++) {
            s->depends[id - s->base] = ag__depends_on_input(s, ag__in(n, i));
        }
    }
}

static ag_status add_seeds(ag__sweep *s, const ag__grad_request *r)
{
    ag_status status = AG_OK;
    for (int k = 0; k < r->n_outputs && status == AG_OK; k++) {
        ag_tensor *y = r->outputs[k], *seed = r->seeds != NULL ? r->seeds[k] : NULL;
        if (ag__depends_on_input(s, y)) {
            seed = seed != NULL
                       ? seed
                       : ag__filled(s->graph, r->what, (ag_dtype)y->dtype, ag_shape_of(y), 1.0);
            status = seed != NULL ? ag__slot_add(s, y, seed) : ag__failure(s->graph);
        }
    }
    return status;
}

static bool any_operand_depends(const ag__sweep *s, const ag_tensor *n)
{
    for (int k = 0, n_in = ag__origin_of(n)->op != NULL ? ag__n_in(n) : 0; k < n_in; k++) {
        if (ag__depends_on_input(s, ag__in(n, k))) {
            return true;
        }
    }
    return false;
}

/* Visits a node; *grad is its complete gradient. */
static ag_status visit(ag__sweep *s, ag_tensor *n, ag_tensor **grad)
{
    if (n->flags & AG__HOOKED) {
        *grad = ag__run_hooks(n, *grad);
        if (*grad == NULL) {
            return ag__failure(s->graph);
        }
    }
    if (!any_operand_depends(s, n)) {
        return AG_OK;
    }
    ag_status status = ag__check_unchanged(n);
    if (status == AG_OK) {
        ag__arena before = s->graph->scratch.arena;
        status = ag__vjp_run(s, n, *grad);
        ag__workspace_release(s->graph, before);
    }
    return status;
}

static ag_status sweep(ag__sweep *s)
{
    ag_status status = AG_OK;
    for (uint32_t i = ag__origin_of(s->root)->id - s->base + 1; i-- > 0 && status == AG_OK;) {
        if (s->parts[i] != NULL) {
            status = ag__slot_complete(s, ag__node(&s->graph->main, s->base + i));
        }
        if (s->grad[i] != NULL && status == AG_OK) {
            status = visit(s, ag__node(&s->graph->main, s->base + i), &s->grad[i]);
        }
    }
    return status;
}

static ag_status collect(ag__sweep *s, const ag__grad_request *r, ag_tensor **grads)
{
    for (int i = 0; i < r->n_inputs; i++) {
        ag_tensor *x = r->inputs[i];
        grads[i] = ag__has_grad_slot(s, x) ? s->grad[ag__origin_of(x)->id - s->base] : NULL;
        if (grads[i] == NULL && !r->options.allow_unused) {
            return ag__fail_unneeded(r, true, i);
        }
        if (grads[i] == NULL) {
            ag_dtype dtype = x->dtype == AG_I64 ? AG_F64 : (ag_dtype)x->dtype;
            grads[i] = ag__filled(s->graph, r->what, dtype, ag_shape_of(x), 0.0);
        }
        if (grads[i] == NULL) {
            return ag__failure(s->graph);
        }
    }
    return AG_OK;
}

static ag_status run(ag__sweep *s, const ag__grad_request *r, ag_tensor **grads)
{
    ag_graph *g = s->graph;
    size_t n = ag__origin_of(s->root)->id >= s->base
                   ? (size_t)(ag__origin_of(s->root)->id - s->base) + 1
                   : 0;
    size_t bytes = n * (sizeof *s->grad + sizeof *s->parts + sizeof *s->depends + sizeof *s->owned);
    s->grad = ag__memory_get(&g->memory, bytes > 0 ? bytes : 1);
    if (s->grad == NULL) {
        return ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: the sweep over %zu nodes", n);
    }
    memset(s->grad, 0, bytes);
    s->parts = (ag__part_of **)(void *)(s->grad + n);
    s->depends = (bool *)(s->parts + n);
    s->owned = s->depends + n;
    ag_status status = AG_OK;
    const char *where = g->site.where;
    if (n > 0) {
        mark_dependent(s, r);
        status = add_seeds(s, r);
        status = status == AG_OK ? sweep(s) : status;
    }
    if (status != AG_OK) {
        ag__slots_drop(s, n);
    }
    g->site.where = where; /* of this call, for a message from collect */
    status = status == AG_OK ? collect(s, r, grads) : status;
    ag__memory_put(&g->memory, s->grad, bytes > 0 ? bytes : 1);
    return status;
}

ag_status ag__sweep_segment(ag__sweep *outer, ag_tensor *out, ag_tensor *upstream, uint32_t base)
{
    ag__sweep s = {
        .kind = outer->kind, .graph = outer->graph, .root = out, .base = base, .outer = outer};
    ag__grad_request r = {.outputs = &out, .seeds = &upstream, .n_outputs = 1, .what = "grad"};
    return run(&s, &r, NULL);
}

/* In place where nobody asks for a recording. Anomaly mode checks what is recorded. */
static const ag__sweep_kind *kind_for(const ag__grad_request *r)
{
    bool recorded = r->options.create_graph || ag__graph_from(r->outputs[0])->anomaly;
    return recorded ? &ag__symbolic_sweep : &ag__in_place_sweep;
}

/* Sweeps from the newest output to the oldest input, and sets grads[i] to the gradient of
 * inputs[i]. */
static ag_status grad(const ag__grad_request *r, ag_tensor **grads)
{
    for (int i = 0; grads != NULL && i < r->n_inputs; i++) {
        grads[i] = NULL;
    }
    ag_status status = grads != NULL ? ag__check_request(r)
                                     : ag__refuse_request(r, "the array of gradients is NULL");
    if (status != AG_OK) {
        return status;
    }
    ag_graph *g = ag__graph_from(r->outputs[0]);
    ag__sweep s = {.kind = kind_for(r), .graph = g, .root = r->outputs[0], .base = UINT32_MAX};
    for (int k = 0; k < r->n_outputs; k++) {
        s.root =
            ag__origin_of(r->outputs[k])->id > ag__origin_of(s.root)->id ? r->outputs[k] : s.root;
    }
    for (int i = 0; i < r->n_inputs; i++) {
        s.base =
            ag__origin_of(r->inputs[i])->id < s.base ? ag__origin_of(r->inputs[i])->id : s.base;
    }
    uint16_t grad_mask = g->grad_mask;
    g->grad_mask = r->options.create_graph ? AG__NEEDS : 0;
    g->sweeping = true;
    status = run(&s, r, grads);
    g->sweeping = false;
    g->grad_mask = grad_mask;
    for (int i = 0; status != AG_OK && i < r->n_inputs; i++) {
        grads[i] = NULL;
    }
    return status;
}

ag_status ag_grad(ag_tensor *const *outputs, int n_outputs, ag_tensor *const *seeds,
                  ag_tensor *const *inputs, int n_inputs, const ag_grad_options *options,
                  ag_tensor **grads)
{
    static const char *const hint =
        "\n  hint: ag_grad_options has allow_unused, which gives zeros for such an input";
    ag__grad_request r = {outputs,  seeds,          inputs, n_outputs,
                          n_inputs, {false, false}, "grad", hint};
    if (options != NULL) {
        r.options = *options;
    }
    return grad(&r, grads);
}

ag_tensor *ag__vjp_of(const char *what, ag_tensor *y, ag_tensor *seed, ag_tensor *x,
                      ag_grad_options options)
{
    ag_tensor *gradient = NULL;
    ag__grad_request r = {&y, &seed, &x, 1, 1, options, what, NULL};
    return grad(&r, &gradient) == AG_OK ? gradient : NULL;
}
