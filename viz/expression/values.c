/* The values of the pieces of syntax, and what is made of them: a tensor, a whole number. Must not
 * know how they are computed.
 */
#include "syntax.h"

#include <math.h>

bool viz__keep(viz_program *p, uint32_t i, ag_tensor *t)
{
    viz__value *v = viz__value_at(p, i);
    v->kind = VIZ__IS_TENSOR;
    v->tensor = t;
    return t != NULL || viz__complain_kept(p, viz__syntax_at(p, i)->span);
}

bool viz__keep_number(viz_program *p, uint32_t i, double number)
{
    viz__value *v = viz__value_at(p, i);
    v->kind = VIZ__IS_NUMBER;
    v->number = number;
    return true;
}

/* A constant is called by its number, so that a trace says x/3 where x is divided by it. */
static ag_tensor *constant(viz_program *p, double number)
{
    char text[VIZ__NUMBER], name[VIZ__NUMBER + 2];
    viz__number_text(text, number, 6);
    ag_format_text(name, sizeof name, number < 0 ? "(%s)" : "%s", text);
    return ag_name(ag_constant(p->graph, number), name);
}

ag_tensor *viz__tensor(viz_program *p, uint32_t i)
{
    viz__value *v = viz__value_at(p, i);
    const viz__syntax *s = viz__syntax_at(p, i);
    char text[VIZ__SHORT];
    if (v->tensor == NULL && v->kind == VIZ__IS_NUMBER) {
        v->tensor = constant(p, v->number);
    } else if (v->tensor == NULL && v->kind == VIZ__IS_ARRAY) {
        v->tensor = ag_from_values(p->graph, AG_CONSTANT, v->shape, v->element);
    } else if (v->kind == VIZ__IS_LIST) {
        viz__complain(p, s->span, "take one of them: (...)[0]", "%s has several results",
                      viz__short(p, s->span, text));
        return NULL;
    } else if (v->kind == VIZ__IS_TEXT || v->kind == VIZ__NO_VALUE) {
        viz__complain(p, s->whole, NULL, "a value is expected here");
        return NULL;
    }
    if (v->tensor == NULL) {
        viz__complain_kept(p, s->span);
    }
    return v->tensor;
}

bool viz__whole_number(viz_program *p, uint32_t i, int64_t *whole)
{
    const viz__value *v = viz__value_at(p, i);
    if (v->kind != VIZ__IS_NUMBER || v->number != trunc(v->number) || fabs(v->number) > 1e15) {
        return viz__complain(p, viz__syntax_at(p, i)->whole,
                             "indices, axes and sizes have no fractions and are not variables",
                             "a whole number is expected here");
    }
    *whole = (int64_t)v->number;
    return true;
}
