/* A call: the values of its arguments become what the operation takes, and it is recorded. What is
 * left out has its usual value. Must not know any operation.
 */
#include "syntax.h"

#include <autograd/inspect.h>

#include <string.h>

/* --- one argument ----------------------------------------------------------------------------- */

static bool take_number(viz_program *p, uint32_t node, viz__argument *a)
{
    const viz__value *v = viz__value_at(p, node);
    if (v->kind != VIZ__IS_NUMBER) {
        return viz__complain(p, viz__syntax_at(p, node)->whole,
                             "variables can only take the place of tensors",
                             "a number is expected here");
    }
    a->number = v->number;
    return true;
}

/* One whole number, or several in brackets. One for all dimensions of a window counts for each. */
static bool take_sizes(viz_program *p, uint32_t node, const viz__parameter *q, viz__argument *a)
{
    const viz__value *v = viz__value_at(p, node);
    bool list = v->kind == VIZ__IS_ARRAY && v->shape.ndim == 1;
    int most = q->most > 0 ? q->most : AG_MAX_DIMS;
    if (!list) {
        a->sizes.ndim = q->most == 3 ? 3 : 1;
        bool good = viz__whole_number(p, node, &a->sizes.dim[0]);
        a->sizes.dim[1] = a->sizes.dim[2] = a->sizes.ndim == 3 ? a->sizes.dim[0] : 0;
        return good;
    }
    if (v->shape.dim[0] > most) {
        return viz__complain(p, viz__syntax_at(p, node)->whole, "a tensor has at most 8 axes",
                             "more than %d numbers", most);
    }
    a->sizes.ndim = (int)v->shape.dim[0];
    for (int d = 0; d < a->sizes.ndim; d++) {
        if (!(v->element[d] >= -1e15 && v->element[d] <= 1e15) ||
            v->element[d] != (double)(int64_t)v->element[d]) {
            return viz__complain(p, viz__syntax_at(p, node)->whole,
                                 "axes and sizes have no fractions and are not variables",
                                 "whole numbers are expected here");
        }
        a->sizes.dim[d] = (int64_t)v->element[d];
    }
    return true;
}

/* One number for each of all dimensions, or several in brackets. */
static bool take_numbers(viz_program *p, uint32_t node, const viz__parameter *q, viz__argument *a)
{
    const viz__value *v = viz__value_at(p, node);
    if (v->kind == VIZ__IS_ARRAY && v->shape.ndim == 1 && v->shape.dim[0] <= q->most) {
        memcpy(a->numbers, v->element, (size_t)v->shape.dim[0] * sizeof *a->numbers);
        return true;
    }
    if (!take_number(p, node, a)) {
        return false;
    }
    for (int i = 0; i < q->most && i < AG_MAX_DIMS; i++) {
        a->numbers[i] = a->number;
    }
    return true;
}

static bool take_word(viz_program *p, uint32_t node, const viz__parameter *q, viz__argument *a)
{
    static const viz__word flags[] = {{"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}, {NULL, 0}};
    const viz__syntax *s = viz__syntax_at(p, node);
    const viz__word *words = q->kind == VIZ__FLAG ? flags : q->words;
    char hint[200] = "";
    size_t used = 0;
    if (q->kind == VIZ__FLAG && !s->as_word && viz__whole_number(p, node, &a->whole)) {
        return true;
    }
    for (int i = 0; !p->failed && words[i].text != NULL; i++) {
        if (viz__span_is(p, s->span, words[i].text)) {
            a->whole = words[i].value;
            return true;
        }
        used += ag_format_text(hint + used, sizeof hint - used, "%s%s", used > 0 ? ", " : "write ",
                               words[i].text);
    }
    return viz__complain(p, s->whole, hint, "this is no word for %s", q->name);
}

static bool take_text(viz_program *p, uint32_t node, viz__argument *a)
{
    const viz__syntax *s = viz__syntax_at(p, node);
    if (s->kind != VIZ__TEXT_LITERAL) {
        return viz__complain(p, s->whole, "write it first, between quotation marks",
                             "a text is expected here: 'ij,jk->ik'");
    }
    size_t n = s->span.end - s->span.at - 2;
    char *text = ag_graph_memory(p->graph, n + 1);
    if (text == NULL) {
        return viz__complain_kept(p, s->span);
    }
    memcpy(text, p->source + s->span.at + 1, n);
    a->text = text;
    return true;
}

static bool take_argument(viz_program *p, uint32_t node, const viz__parameter *q, viz__argument *a)
{
    switch (q->kind) {
    case VIZ__TENSOR:
        a->tensor = viz__tensor(p, node);
        return a->tensor != NULL;
    case VIZ__REAL:
        return take_number(p, node, a);
    case VIZ__REALS:
        return take_numbers(p, node, q, a);
    case VIZ__INT:
    case VIZ__WHOLE:
        if (!viz__whole_number(p, node, &a->whole)) {
            return false;
        }
        return q->kind == VIZ__WHOLE || (a->whole == (int)a->whole) ||
               viz__complain(p, viz__syntax_at(p, node)->whole, NULL, "this number is too large");
    case VIZ__AXES:
    case VIZ__SHAPE:
    case VIZ__SIZES:
        return take_sizes(p, node, q, a);
    case VIZ__TEXT:
        return take_text(p, node, a);
    default:
        return take_word(p, node, q, a);
    }
}

/* --- what is left out ------------------------------------------------------------------------- */

/* Usual values by name, for all operations that have an argument of this name. */
static bool usual_number(const char *name, double *number)
{
    static const struct {
        const char *name;
        double value;
    } usual[] = {{"eps", 0},   {"p", 2},     {"correction", 1}, {"value", 0}, {"k", 0},
                 {"beta", 1},  {"delta", 1}, {"scale", 0},      {"step", 1},  {"start", 0},
                 {"axis1", 0}, {"axis2", 1}, {"margin", 0}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (strcmp(usual[i].name, name) == 0) {
            *number = usual[i].value;
            return true;
        }
    }
    return false;
}

static bool complain_left_out(viz_program *p, const viz__syntax *call, const viz__function *f,
                              const char *name)
{
    char usage[400], hint[420];
    viz_operation_usage((int)call->target, usage, sizeof usage);
    ag_format_text(hint, sizeof hint, "write %s", usage);
    return viz__complain(p, call->span, hint, "%s needs %s", f->name, name);
}

/* The operands that nothing can take the place of are told by the operation itself. An axis may be
 * left out where there is only one. */
static bool leave_out(viz_program *p, const viz__syntax *call, const viz__function *f, int k,
                      viz__invocation *c, bool optional)
{
    const viz__parameter *q = &f->parameter[k];
    double number = 0;
    if (q->kind == VIZ__TENSOR) {
        return k > 0 || complain_left_out(p, call, f, q->name);
    }
    if (optional || (q->kind != VIZ__REAL && q->kind != VIZ__INT && q->kind != VIZ__WHOLE &&
                     q->kind != VIZ__SHAPE && q->kind != VIZ__TEXT && q->kind != VIZ__TENSORS)) {
        return true;
    }
    bool known = usual_number(q->name, &number);
    if (strcmp(q->name, "axis") == 0) {
        const ag_tensor *x = c->argument[0].tensor != NULL || c->argument[0].n == 0
                                 ? c->argument[0].tensor
                                 : c->argument[0].list[0];
        known = x != NULL && (ag_shape_of(x).ndim <= 1 || c->argument[0].n > 0);
    }
    c->argument[k].number = number;
    c->argument[k].whole = (int64_t)number;
    return known || complain_left_out(p, call, f, q->name);
}

/* --- the call --------------------------------------------------------------------------------- */

/* The values that are listed for one parameter. *New*, of *n; NULL on error. */
static ag_tensor **listed(viz_program *p, const viz__syntax *call, int parameter, uint32_t *n)
{
    const viz__syntax *from = call;
    *n = 0;
    for (uint32_t i = 0; i < call->n; i++) {
        const viz__child *c = viz__child_at(p, call, i);
        if (c->parameter == parameter && viz__syntax_at(p, c->node)->as_list) {
            from = viz__syntax_at(p, c->node);
        }
    }
    ag_tensor **list = viz__array(p->graph, from->n, sizeof *list);
    for (uint32_t i = 0; list != NULL && !p->failed && i < from->n; i++) {
        const viz__child *c = viz__child_at(p, from, i);
        if (from != call || c->parameter == parameter) {
            list[(*n)++] = viz__tensor(p, c->node);
        }
    }
    return list;
}

static bool take_list(viz_program *p, const viz__syntax *call, int k, viz__argument *a)
{
    uint32_t n = 0;
    ag_tensor **list = listed(p, call, k, &n);
    ag_tensor **kept =
        list != NULL && !p->failed && n > 0 ? ag_graph_memory(p->graph, n * sizeof *kept) : NULL;
    if (kept != NULL) {
        memcpy(kept, list, n * sizeof *kept);
    }
    const viz__syntax *from = call;
    for (uint32_t i = 0; i < call->n; i++) {
        const viz__syntax *s = viz__operand_of(p, call, i);
        from = s->as_list ? s : from;
    }
    viz__array_free(p->graph, list, from->n, sizeof *list);
    a->list = kept;
    a->n = (int)n;
    return kept != NULL ||
           (n == 0 && !p->failed ? viz__complain(p, call->span, NULL, "a list of values is missing")
                                 : viz__complain_kept(p, call->span));
}

static bool take_arguments(viz_program *p, const viz__syntax *call, viz__invocation *c)
{
    const viz__function *f = viz__function_at((int)call->target);
    for (int k = 0; k < f->n; k++) {
        uint32_t node = VIZ__NONE;
        for (uint32_t i = 0; i < call->n; i++) {
            const viz__child *child = viz__child_at(p, call, i);
            node = child->parameter == k ? child->node : node;
        }
        const viz__parameter *q = &f->parameter[k];
        bool good = node == VIZ__NONE         ? leave_out(p, call, f, k, c, k >= f->n_required)
                    : q->kind == VIZ__TENSORS ? take_list(p, call, k, &c->argument[k])
                                              : take_argument(p, node, q, &c->argument[k]);
        if (!good) {
            return false;
        }
        if (f->several &&
            (c->argument[k].whole > VIZ__MOST_RESULTS || c->argument[k].n > VIZ__MOST_RESULTS)) {
            return viz__complain(p, call->span, NULL, "more than %d results", VIZ__MOST_RESULTS);
        }
    }
    return true;
}

static bool keep_results(viz_program *p, uint32_t i, const viz__invocation *c, int n)
{
    viz__value *v = viz__value_at(p, i);
    const viz__syntax *s = viz__syntax_at(p, i);
    v->kind = viz__function_at((int)s->target)->several ? VIZ__IS_LIST : VIZ__IS_TENSOR;
    v->tensor = v->kind == VIZ__IS_TENSOR ? c->out[0] : NULL;
    v->n = n;
    v->list = ag_graph_memory(p->graph, ((size_t)n + 1) * sizeof *v->list);
    if (v->list == NULL) {
        return viz__complain_kept(p, s->span);
    }
    memcpy(v->list, c->out, (size_t)n * sizeof *v->list);
    return true;
}

bool viz__invoke(viz_program *p, uint32_t i)
{
    viz__invocation c = {.graph = p->graph};
    const viz__syntax *s = viz__syntax_at(p, i);
    const viz__function *f = viz__function_at((int)s->target);
    if (!take_arguments(p, s, &c)) {
        return false;
    }
    int n = f->call(&c);
    if (n >= 0) {
        return n == 1 && !f->several ? viz__keep(p, i, c.out[0]) : keep_results(p, i, &c, n);
    }
    for (int k = 0; ag_error(p->graph) == AG_ERR_NULL_ARGUMENT && k < f->n; k++) {
        if (f->parameter[k].kind == VIZ__TENSOR && c.argument[k].tensor == NULL) {
            ag_error_clear(p->graph);
            return complain_left_out(p, s, f, f->parameter[k].name);
        }
    }
    return viz__complain_kept(p, s->span);
}
