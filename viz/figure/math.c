/* The text of runs in LaTeX: formulas between dollars, and text around them. Must not know where it
 * stands, nor any operation.
 */
#include "figure.h"

#include <string.h>

/* Writes what viz__run_text gives as plain text. */
static void put_plain(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__out text = viz__to_text(f->record->graph);
    viz__run_text(&text, f, run);
    viz__tex(out, viz__text(&text));
    viz__fail(out, text.status);
    viz__out_free(&text);
}

/* Is the gradient one number that is this derivative, without a remark? */
static bool is_number(viz__figure *f, const viz__run *run)
{
    const viz__fact *fact = &f->record->fact[run->step];
    viz__out *text = &f->record->marked;
    viz__cut(text, 0);
    viz__gradient_value(text, f->record, run->step);
    bool remark = strchr(viz__text(text), '[') != NULL;
    viz__cut(text, 0);
    return fact->scalar && fact->has_gradient && fact->state != AG_GRAD_NOT_RUN &&
           fact->state != AG_GRAD_NOT_REQUIRED && !remark;
}

static void put_gradient(viz__out *out, viz__figure *f, const viz__run *run, bool named)
{
    if (!is_number(f, run)) {
        put_plain(out, f, run);
        return;
    }
    viz__puts(out, "$");
    if (named) {
        viz__gradient_name_math(out, f->record, run->step);
        viz__puts(out, " = ");
    }
    viz__number_tex(out, f->record->fact[run->step].gradient, f->record->digits);
    viz__puts(out, "$");
}

static void put_partial(viz__out *out, viz__figure *f, const viz__run *run)
{
    const viz__record *r = f->record;
    viz__puts(out, "$");
    viz__partial_name_math(out, f->record, run->step, run->operand);
    viz__puts(out, " = ");
    viz__number_tex(out, r->edge[r->first_edge[run->step] + run->operand].partial, r->digits);
    viz__puts(out, "$");
}

static void put_formula(viz__out *out, viz__figure *f, uint32_t step)
{
    bool leaf = viz__is_leaf(f->record, step);
    viz__puts(out, leaf ? "\\ " : "$\\ = ");
    if (leaf) {
        viz__puts(out, viz__role(f->record, step));
        return;
    }
    viz__formula_math(out, f->record, step);
    viz__puts(out, "$");
}

/* A value or flow that is one number; false if it is not. */
static bool put_one_number(viz__out *out, viz__figure *f, const viz__run *run)
{
    const viz__fact *fact = &f->record->fact[run->step];
    double number = fact->value;
    bool one = run->kind == VIZ__RUN_VALUE ? fact->scalar : viz__flow_of(f, run, &number);
    if (one) {
        viz__puts(out, "$");
        viz__number_tex(out, number, f->record->digits);
        viz__puts(out, "$");
    }
    return one;
}

void viz__run_math(viz__out *out, viz__figure *f, const viz__run *run)
{
    switch ((viz__run_kind)run->kind) {
    case VIZ__RUN_GAP:
        viz__puts(out, "\\ \\ ");
        return;
    case VIZ__RUN_NAME:
        viz__puts(out, "$");
        viz__name_math(out, f->record, run->step);
        viz__puts(out, "$");
        return;
    case VIZ__RUN_FORMULA:
        put_formula(out, f, run->step);
        return;
    case VIZ__RUN_GRADIENT:
    case VIZ__RUN_EQUATION:
        put_gradient(out, f, run, run->kind == VIZ__RUN_EQUATION);
        return;
    case VIZ__RUN_PARTIAL:
        put_partial(out, f, run);
        return;
    default:
        break;
    }
    bool number = run->kind == VIZ__RUN_VALUE || run->kind == VIZ__RUN_FLOW;
    if (!number || !put_one_number(out, f, run)) {
        put_plain(out, f, run);
    }
}
