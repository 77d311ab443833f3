/* Records a program: its variables, then its syntax from the first piece to the last, then the
 * names. Must not know what an operation does.
 */
#include "syntax.h"

#include <autograd/inspect.h>

#include <math.h>
#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

/* Which pieces of syntax have a variable in them. */
static void find_variables(viz_program *p)
{
    for (uint32_t i = 0; i < p->syntax.n; i++) {
        viz__syntax *s = viz__syntax_at(p, i);
        if (s->kind == VIZ__NAME_USED && !s->as_word) {
            const viz__symbol *name = VIZ__AT(viz__symbol, p->symbol, s->target);
            s->varies = name->statement != VIZ__NONE || name->binding != VIZ__NONE;
        }
        for (uint32_t k = 0; k < s->n; k++) {
            uint32_t child = viz__child_at(p, s, k)->node;
            s->varies = s->varies || (child != VIZ__NONE && viz__syntax_at(p, child)->varies);
        }
    }
}

/* A variable with the value that was found; what is i64 stays a constant. */
static ag_tensor *variable_of(viz_program *p, const viz__value *v)
{
    if (v->kind == VIZ__IS_NUMBER) {
        return ag_variable(p->graph, v->number);
    }
    if (v->kind == VIZ__IS_ARRAY) {
        return ag_from_values(p->graph, AG_VARIABLE, v->shape, v->element);
    }
    if (v->kind != VIZ__IS_TENSOR || ag_dtype_of(v->tensor) == AG_I64) {
        return v->tensor;
    }
    int64_t n = ag_size(v->tensor);
    double *element = viz__array(p->graph, (size_t)n, sizeof *element);
    ag_tensor *t = element != NULL && ag_get(v->tensor, element, n) == AG_OK
                       ? ag_from_values(p->graph, AG_VARIABLE, ag_shape_of(v->tensor), element)
                       : NULL;
    viz__array_free(p->graph, element, (size_t)n, sizeof *element);
    return t;
}

static bool make_variable(viz_program *p, viz__symbol *s, const viz__value *from)
{
    char name[VIZ__NAME_ROOM];
    if (from->kind == VIZ__IS_LIST) {
        s->value = *from;
        return true;
    }
    ag_format_text(name, sizeof name, "%.*s", (int)(s->name.end - s->name.at),
                   p->source + s->name.at);
    s->variable = ag_name(variable_of(p, from), name);
    s->value = (viz__value){.kind = VIZ__IS_TENSOR, .tensor = s->variable};
    return s->variable != NULL || viz__complain_kept(p, s->name);
}

/* A binding has no bindings: this goes one level down and no further. */
static bool record_program(viz_program *p);

static bool bind_variables(viz_program *p)
{
    for (uint32_t i = 0; i < p->symbol.n; i++) {
        viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, i);
        if (s->binding == VIZ__NONE) {
            continue;
        }
        viz_program *b = VIZ__AT(viz__binding, p->binding, s->binding)->program;
        if (!record_program(b)) {
            return false;
        }
        uint32_t root = VIZ__AT(viz__statement, b->statement, 0)->root;
        if (!make_variable(p, s, viz__value_at(b, root))) {
            return false;
        }
    }
    return true;
}

/* The name of a result: of the statement that computes it, unless it has one. */
static bool name_result(viz_program *p, viz__symbol *s, uint32_t root)
{
    viz__value *v = viz__value_at(p, root);
    s->value = *v;
    if (v->kind != VIZ__IS_TENSOR || ag_name_of(v->tensor) != NULL) {
        return true;
    }
    char name[VIZ__NAME_ROOM];
    ag_format_text(name, sizeof name, "%.*s", (int)(s->name.end - s->name.at),
                   p->source + s->name.at);
    return ag_name(v->tensor, name) != NULL || viz__complain_kept(p, s->name);
}

static bool end_statement(viz_program *p, const viz__statement *statement)
{
    if (statement->symbol == VIZ__NONE || p->is_binding) {
        return true;
    }
    viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, statement->symbol);
    if (s->binding != VIZ__NONE) {
        return true;
    }
    return viz__varies(p, s) ? name_result(p, s, statement->root)
                             : make_variable(p, s, viz__value_at(p, statement->root));
}

/* --- the syntax ------------------------------------------------------------------------------- */

static bool evaluate_name(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    const viz__symbol *name = VIZ__AT(viz__symbol, p->symbol, s->target);
    double number;
    if (name->statement == VIZ__NONE && name->binding == VIZ__NONE) {
        return viz__constant(p, s->name, &number) && viz__keep_number(p, i, number);
    }
    *viz__value_at(p, i) = name->value;
    return true;
}

static bool evaluate(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    viz__value *v = viz__value_at(p, i);
    switch (s->kind) {
    case VIZ__NUMBER_LITERAL:
        return viz__keep_number(p, i, s->number);
    case VIZ__NAME_USED:
        v->kind = VIZ__IS_TEXT;
        return s->as_word || evaluate_name(p, i);
    case VIZ__CALL:
        p->notes_log = p->notes_log || viz__span_is(p, s->name, "log");
        return viz__invoke(p, i);
    case VIZ__BRACKETS:
        v->kind = VIZ__IS_TEXT;
        return s->as_list || viz__brackets(p, i);
    case VIZ__INDEX:
        return viz__index_part(p, i);
    case VIZ__PART:
        return viz__part(p, i);
    case VIZ__PREFIX:
    case VIZ__BINARY:
        return viz__operate(p, i);
    default:
        v->kind = VIZ__IS_TEXT;
        return true;
    }
}

static bool make_values(viz_program *p)
{
    p->value.at = viz__array(p->graph, p->syntax.n, sizeof(viz__value));
    p->value.n = p->value.room = p->syntax.n;
    if (p->value.at == NULL) {
        p->value.room = 0;
        ag_fail(p->graph, AG_ERR_MEMORY, NULL, "program: out of memory");
    }
    return p->value.at != NULL;
}

static bool record_program(viz_program *p)
{
    find_variables(p);
    if (!viz__check_names(p) || !viz__share(p) || !make_values(p) || !bind_variables(p)) {
        return false;
    }
    uint32_t i = 0;
    for (uint32_t k = 0; k < p->statement.n; k++) {
        const viz__statement *s = VIZ__AT(viz__statement, p->statement, k);
        for (; i <= s->root; i++) {
            if (viz__syntax_at(p, i)->same == i && !evaluate(p, i)) {
                return false;
            }
        }
        if (!end_statement(p, s)) {
            return false;
        }
    }
    return true;
}

/* The result is called f, unless it or another value has a name. */
static ag_tensor *result_of(viz_program *p)
{
    const viz__statement *last = VIZ__AT(viz__statement, p->statement, p->statement.n - 1);
    if (last->symbol != VIZ__NONE) {
        const viz__value *v = &VIZ__AT(viz__symbol, p->symbol, last->symbol)->value;
        return v->kind == VIZ__IS_TENSOR ? v->tensor : viz__tensor(p, last->root);
    }
    ag_tensor *t = viz__tensor(p, last->root);
    bool free_name = viz__symbol_find(p, "f", 1) == VIZ__NONE;
    bool named = t == NULL || ag_name_of(t) != NULL || p->options.unnamed;
    return named || !free_name ? t : ag_name(t, "f");
}

ag_tensor *viz_program_record(viz_program *p)
{
    if (p == NULL) {
        return NULL;
    }
    if (p->recorded) {
        ag_fail(p->graph, AG_ERR_STATE, NULL, "program: it was recorded already");
        return NULL;
    }
    p->recorded = true;
    return record_program(p) ? result_of(p) : NULL;
}

ag_tensor *viz_program_variable(const viz_program *p, const char *name)
{
    uint32_t i = p != NULL && name != NULL ? viz__symbol_find(p, name, strlen(name)) : VIZ__NONE;
    return i != VIZ__NONE ? VIZ__AT(viz__symbol, p->symbol, i)->variable : NULL;
}

const char *viz_program_note(const viz_program *p, int i)
{
    return p != NULL && p->notes_log && i == 0 ? "log is the natural logarithm" : NULL;
}
