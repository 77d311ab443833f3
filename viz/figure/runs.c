/* The text of runs, in Unicode or ASCII. Must not know where it stands, nor any operation. */
#include "figure.h"

#include <string.h>

#define LONGEST_SYMBOL 9 /* bytes */

/* --- the sign of an operation ----------------------------------------------------------------- */

/* The sign alone; it is empty if the text has more than one part, as "max(, 0)" has. */
static void trim_symbol(viz__out *out, size_t start)
{
    char *text = out->text + start;
    size_t n = out->used - start, from = strspn(text, " ");
    while (n > from && text[n - 1] == ' ') {
        n--;
    }
    if (n - from > 2 && strcmp(text + n - 2, "()") == 0) {
        n -= 2;
    }
    text[n] = '\0';
    bool good = n > from && n - from <= LONGEST_SYMBOL && strpbrk(text + from, " ,()") == NULL;
    memmove(text, text + from, good ? n - from : 0);
    viz__cut(out, start + (good ? n - from : 0));
}

static void put_symbol(viz__out *out, viz__figure *f, const viz__run *run)
{
    uint32_t step = run->step;
    size_t start = out->used;
    bool ascii = f->record->options->ascii;
    if (viz__value_symbol(out, f->record, step)) {
        trim_symbol(out, start);
    }
    const char *text = viz__text(out) + start;
    if (out->used == start) {
        viz__clean(out, f->record->fact[step].op, ascii);
    } else if (!ascii && (strcmp(text, "·") == 0 || strcmp(text, "-") == 0)) {
        bool minus = text[0] == '-';
        viz__cut(out, start);
        viz__puts(out, minus ? "−" : "×"); /* easier to see */
    }
}

/* --- others ----------------------------------------------------------------------------------- */

bool viz__flow_of(const viz__figure *f, const viz__run *run, double *flow)
{
    const viz__record *r = f->record;
    const viz__fact *to = &r->fact[run->step];
    const viz__edge *edge = &r->edge[r->first_edge[run->step] + run->operand];
    bool run_yet = to->state == AG_GRAD_COMPUTED || to->state == AG_GRAD_ACCUMULATED;
    *flow = to->gradient * edge->partial;
    return edge->flows && edge->known && to->has_gradient && run_yet;
}

static void put_flow(viz__out *out, viz__figure *f, const viz__run *run)
{
    const viz__record *r = f->record;
    const viz__edge *edge = &r->edge[r->first_edge[run->step] + run->operand];
    double flow;
    if (viz__flow_of(f, run, &flow)) {
        viz__number(out, flow, r->digits);
    } else if (!edge->flows) {
        viz__puts(out, viz__signs_of(r)->not_required);
    } else {
        viz__gradient_value(out, f->record, edge->from);
    }
}

static void put_partial(viz__out *out, viz__figure *f, const viz__run *run)
{
    const viz__record *r = f->record;
    viz__partial_name(out, r, run->step, run->operand);
    viz__puts(out, " = ");
    viz__number(out, r->edge[r->first_edge[run->step] + run->operand].partial, r->digits);
}

static void put_formula(viz__out *out, viz__figure *f, const viz__run *run)
{
    uint32_t step = run->step;
    viz__puts(out, viz__is_leaf(f->record, step) ? "  " : " = ");
    viz__formula(out, f->record, step);
}

static void put_legend(viz__out *out, viz__figure *f, const viz__run *run)
{
    const viz__signs *signs = viz__signs_of(f->record);
    bool full = f->record->options->style == VIZ_FULL;
    switch (run->operand) {
    case VIZ__LEGEND_VALUE:
        viz__puts(out, "above the line: value");
        return;
    case VIZ__LEGEND_GRADIENT:
        viz__puts(out, ";  below it: gradient");
        return;
    case VIZ__LEGEND_WIRE:
        viz__puts(out, full ? ";  on an edge: local partial" : "");
        viz__puts(out, f->record->options->style == VIZ_NN
                           ? ";  on an edge: shape;  the wider it is, the larger the gradient"
                           : "");
        return;
    case VIZ__LEGEND_STATES:
        viz__print(out, ";  %s not run yet, %s not required", signs->not_run, signs->not_required);
        return;
    default:
        viz__puts(out, "rounded: input;  cut corners: parameter;  dashed box: constant;  "
                       "double: result;  dashed edge: no gradient flows");
    }
}

static void put_fold(viz__out *out, viz__figure *f, const viz__run *run)
{
    if (run->kind == VIZ__RUN_FOLD) {
        viz__print(out, "%zu nodes", f->drawn.fold.folded);
    } else if (run->kind == VIZ__RUN_FOLD_STEPS) {
        viz__print(out, "steps %zu to %zu", f->drawn.fold.first, f->drawn.fold.last);
    } else if (f->drawn.fold.folded > 0) {
        viz__print(out, "%zu of %zu nodes are folded into one (fold_above)", f->drawn.fold.folded,
                   f->drawn.fold.nodes);
    } else {
        viz__print(out, "modules of depth %zu are drawn as one box (fold_above)",
                   (size_t)f->drawn.depth);
    }
}

static void put_module(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__module_title(out, f->record, &f->drawn, run->operand);
}

static void put_size(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__module_size(out, &f->drawn, run->operand);
}

static void put_step(viz__out *out, viz__figure *f, const viz__run *run)
{
    (void)f;
    viz__print(out, "%zu", (size_t)run->step);
}

static void put_gap(viz__out *out, viz__figure *f, const viz__run *run)
{
    (void)f;
    (void)run;
    viz__puts(out, "  ");
}

static void put_name(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__puts(out, viz__name(f->record, run->step));
}

static void put_value(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__value_text(out, f->record, run->step);
}

static void put_shape(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__dims(out, viz__shape_of(f->record, run->step));
}

static void put_gradient(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__gradient_value(out, f->record, run->step);
}

static void put_equation(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__gradient_line(out, f->record, run->step);
}

static void put_operation(viz__out *out, viz__figure *f, const viz__run *run)
{
    viz__clean(out, f->record->fact[run->step].op, f->record->options->ascii);
}

void viz__run_text(viz__out *out, viz__figure *f, const viz__run *run)
{
    static void (*const put[])(viz__out *, viz__figure *, const viz__run *) = {
        [VIZ__RUN_STEP] = put_step,         [VIZ__RUN_GAP] = put_gap,
        [VIZ__RUN_NAME] = put_name,         [VIZ__RUN_FORMULA] = put_formula,
        [VIZ__RUN_SYMBOL] = put_symbol,     [VIZ__RUN_VALUE] = put_value,
        [VIZ__RUN_SHAPE] = put_shape,       [VIZ__RUN_GRADIENT] = put_gradient,
        [VIZ__RUN_EQUATION] = put_equation, [VIZ__RUN_PARTIAL] = put_partial,
        [VIZ__RUN_FLOW] = put_flow,         [VIZ__RUN_OPERATION] = put_operation,
        [VIZ__RUN_MODULE] = put_module,     [VIZ__RUN_SIZE] = put_size,
        [VIZ__RUN_FOLD] = put_fold,         [VIZ__RUN_FOLD_STEPS] = put_fold,
        [VIZ__RUN_FOLDED] = put_fold,       [VIZ__RUN_LEGEND] = put_legend,
    };
    put[run->kind](out, f, run);
}

/* --- tips ------------------------------------------------------------------------------------- */

void viz__item_tip(viz__out *out, viz__figure *f, const viz__item *item)
{
    if (item->step != VIZ__NONE) {
        viz__node_tip(out, f->record, item->step);
    } else if (item->module != VIZ__NONE) {
        viz__module_title(out, f->record, &f->drawn, item->module);
    } else if (item->outline == VIZ__DASHED) {
        put_fold(out, f, &(viz__run){.kind = VIZ__RUN_FOLD_STEPS});
    }
}

void viz__wire_tip(viz__out *out, viz__figure *f, const viz__wire *wire)
{
    if (wire->step != VIZ__NONE && wire->flows && !f->record->options->forward_only) {
        viz__partial(out, f->record, wire->step, wire->operand);
    }
}
