/* How nodes and derivatives are written in LaTeX. Must not know the layout, nor any operation. */
#include "blanks.h"

#include <string.h>

void viz__name_math(viz__out *out, viz__record *r, size_t step)
{
    const char *name = viz__name(r, step);
    for (size_t i = 0; i < r->options->n_math; i++) {
        const viz_math *m = &r->options->math[i];
        if (m->name != NULL && m->latex != NULL && strcmp(m->name, name) == 0) {
            viz__puts(out, m->latex);
            return;
        }
    }
    viz__name_tex(out, name);
}

/* The ag_namer for that. The engine copies a name before it asks for the next one. */
static const char *math_namer(void *user, const ag_tensor *t)
{
    viz__record *r = user;
    size_t step = t != NULL ? viz__step_of(r, t) : viz__root(r);
    viz__cut(&r->marked, 0);
    if (step < r->n) {
        viz__name_math(&r->marked, r, step);
    }
    return viz__text(&r->marked);
}

void viz__formula_math(viz__out *out, viz__record *r, size_t step)
{
    ag_notation usual = r->notation;
    r->notation = AG_TEXT_LATEX;
    bool formula = viz__value_formula(out, r, step, math_namer);
    r->notation = usual;
    if (formula) {
        return;
    }
    viz__puts(out, "\\mbox{");
    if (viz__is_leaf(r, step)) {
        viz__puts(out, viz__role(r, step));
    } else {
        viz__tex(out, r->fact[step].op);
    }
    viz__puts(out, "}");
}

void viz__gradient_name_math(viz__out *out, viz__record *r, size_t step)
{
    viz__puts(out, "\\partial ");
    viz__name_math(out, r, viz__root(r));
    viz__puts(out, "/\\partial ");
    viz__name_math(out, r, step);
}

void viz__partial_name_math(viz__out *out, viz__record *r, size_t step, size_t operand)
{
    const viz__edge *edge = &r->edge[r->first_edge[step] + operand];
    viz__puts(out, "\\partial ");
    viz__name_math(out, r, step);
    viz__puts(out, "/\\partial ");
    viz__name_math(out, r, edge->from);
    if (edge->repeated) {
        viz__print(out, "{}^{(%zu)}", operand + 1);
    }
}

void viz__partial_math(viz__out *out, viz__record *r, size_t step, size_t operand)
{
    const viz__edge *edge = &r->edge[r->first_edge[step] + operand];
    viz__partial_name_math(out, r, step, operand);
    if (viz__blank_number(r, VIZ__PARTIAL, step, operand) > 0) {
        viz__puts(out, r->options->format == VIZ_LATEX ? " = " : " =$ ");
        viz__blank_put(out, r, VIZ__PARTIAL, step, operand);
        return;
    }
    viz__out text = viz__to_text(r->graph), number = viz__to_text(r->graph);
    ag_notation usual = r->notation;
    r->notation = AG_TEXT_LATEX;
    bool formula = viz__copy_text(&text, r, ag_partial_text, step, operand, math_namer);
    r->notation = usual;
    viz__number_tex(&number, edge->partial, r->digits);
    if (formula && (!edge->known || strcmp(viz__text(&text), viz__text(&number)) != 0)) {
        viz__print(out, " = %s", viz__text(&text));
    }
    if (edge->known) {
        viz__print(out, " = %s", viz__text(&number));
    }
    viz__fail(out, text.status);
    viz__fail(out, number.status);
    viz__out_free(&text);
    viz__out_free(&number);
}
