/* The printed trace of graphs with tensors of one dimension or more: a line for each node, and its
 * gradient as a formula with shapes. elements.c adds the elements of small tensors and the norms of
 * gradients. Must not know any operation.
 */
#include "trace_parts.h"

/* --- forward ---------------------------------------------------------------------------------- */

enum { STEP, NAME, OP, TYPE, BYTES, ROLE, NORM, MIN, MAX, VALUES, COLUMNS };

static const char *role_of(const viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    if (f->op == NULL) {
        return viz__role(r, step);
    }
    if (step == viz__root(r)) {
        return f->size == 1 ? "loss" : "output";
    }
    return f->view ? "view" : "hidden";
}

static void put_op(viz__out *out, viz__record *r, size_t step)
{
    if (viz__is_leaf(r, step)) {
        viz__puts(out, "leaf");
        return;
    }
    viz__formula(out, r, step);
    size_t start = out->used;
    viz__puts(out, " {");
    size_t empty = out->used;
    viz__attributes(out, r, step);
    if (out->used == empty) {
        viz__cut(out, start);
    } else {
        viz__puts(out, "}");
    }
}

/* Writes all elements of a small tensor; of a larger one the first and the last. */
static void put_values(viz__out *out, viz__record *r, const viz__stats *s)
{
    bool all = s->n <= VIZ__FEW;
    int64_t first = all ? s->n : VIZ__FEW / 2;
    for (int64_t i = 0; i < first; i++) {
        viz__puts(out, i > 0 ? " " : "");
        viz__number(out, s->first[i], r->digits);
    }
    viz__puts(out, s->n == 0 ? "no elements" : "");
    if (!all) {
        viz__print(out, " %s", viz__signs_of(r)->dots);
        for (int i = 0; i < VIZ__LAST; i++) {
            viz__puts(out, " ");
            viz__number(out, s->last[i], r->digits);
        }
    }
    if (s->nan > 0) {
        viz__print(out, "  [%zu nan]", (size_t)s->nan);
    }
    if (s->inf > 0) {
        viz__print(out, "  [%zu inf]", (size_t)s->inf);
    }
}

static void put_range(viz__table *t, viz__record *r, size_t step, const viz__stats *s)
{
    const double number[] = {s->norm, s->min, s->max};
    for (int k = 0; k < 3; k++) {
        if (!r->fact[step].scalar) { /* of a 0-d tensor the value is enough */
            viz__signed(&t->cells, number[k], r->digits);
        }
        viz__cell_end(t);
    }
}

/* A worksheet has no column that would tell an answer. */
static size_t columns_of(const viz__record *r)
{
    return r->options->sheet == VIZ_TRACE ? COLUMNS : NORM;
}

static ag_status forward_row(viz__table *t, viz__record *r, size_t step)
{
    viz__stats s;
    ag_status status = viz__stats_read(&s, r, step, false);
    if (status != AG_OK) {
        return status;
    }
    viz__count_cell(t, step);
    viz__text_cell(t, viz__name(r, step));
    put_op(&t->cells, r, step);
    viz__cell_end(t);
    viz__type(&t->cells, r, step);
    viz__cell_end(t);
    viz__count_cell(t, r->fact[step].bytes);
    viz__text_cell(t, role_of(r, step));
    if (t->columns == COLUMNS) {
        put_range(t, r, step, &s);
        put_values(&t->cells, r, &s);
        viz__cell_end(t);
    }
    viz__row_end(t, t->columns);
    return t->cells.status;
}

static void put_titles(viz__table *t)
{
    static const char *const title[COLUMNS] = {"step", "name",  "op",   "type", "bytes",
                                               "role", " norm", " min", " max", "values"};
    for (size_t k = 0; k < t->columns; k++) {
        viz__text_cell(t, title[k]);
    }
    viz__row_end(t, t->columns);
}

static void forward(viz__out *out, viz__record *r)
{
    static const viz__column column[COLUMNS] = {
        [STEP] = {.least = 4, .gap = 2, .right = true},
        [NAME] = {.least = 4, .most = 24, .gap = 2},
        [OP] = {.least = 8, .most = 40, .gap = 2},
        [TYPE] = {.least = 4, .gap = 2},
        [BYTES] = {.least = 5, .gap = 2, .right = true},
        [ROLE] = {.least = 9, .gap = 1},
        [NORM] = {.least = 9, .gap = 1},
        [MIN] = {.least = 9, .gap = 1},
        [MAX] = {.least = 9, .gap = 2},
        [VALUES] = {.gap = 0},
    };
    viz__table t = viz__table_new(r->graph, column, columns_of(r));
    put_titles(&t);
    ag_status status = t.cells.status;
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            status = forward_row(&t, r, i);
        }
    }
    viz__fail(out, status);
    viz__trace_part(out, r, "forward");
    viz__trace_table(out, r, &t);
    viz__table_free(&t);
}

/* --- backward --------------------------------------------------------------------------------- */

static void put_note(viz__out *out, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    if (!f->has_gradient) {
        viz__puts(out, "not kept (ag_retain_grads)");
    } else if (f->scalar) {
        viz__puts(out, "value ");
        viz__number(out, f->gradient, r->digits);
    } else {
        viz__stats s = {.n = 0};
        viz__fail(out, viz__stats_read(&s, r, step, true));
        viz__puts(out, "norm ");
        viz__number(out, s.norm, r->digits);
        if (s.nan > 0) {
            viz__print(out, " [%zu nan]", (size_t)s.nan);
        }
    }
    viz__sum_note(out, f->runs);
    viz__puts(out, f->hooked ? " [has a hook]" : "");
}

static void backward_row(viz__table *t, viz__record *r, viz__out *notes, size_t step)
{
    ag_grad_state state = r->fact[step].state;
    viz__count_cell(t, step);
    viz__gradient_name(&t->cells, r, step);
    if (!r->fact[step].scalar) {
        viz__puts(&t->cells, " ");
        viz__dims(&t->cells, viz__shape_of(r, step));
    }
    viz__cut(notes, 0);
    if (state == AG_GRAD_NOT_REQUIRED) {
        viz__puts(&t->cells, ": not required");
    } else {
        viz__rule_terms(&t->cells, notes, r, step);
    }
    viz__cell_end(t);
    if (state == AG_GRAD_NOT_RUN) {
        viz__print(&t->cells, "%s not run yet", viz__signs_of(r)->not_run);
    } else if (state != AG_GRAD_NOT_REQUIRED && r->options->sheet == VIZ_TRACE) {
        put_note(&t->cells, r, step);
    }
    viz__cell_end(t);
    viz__text_cell(t, viz__text(notes));
    viz__fail(&t->cells, notes->status);
    viz__row_end(t, 4);
}

static void put_seed(viz__out *out, viz__record *r)
{
    const viz__fact *root = &r->fact[viz__root(r)];
    if (root->state == AG_GRAD_NOT_REQUIRED) {
        viz__puts(out, "not required: nothing here needs a gradient");
    } else if (root->state == AG_GRAD_NOT_RUN) {
        viz__print(out, "not run yet: call ag_backward(%s)", viz__name(r, viz__root(r)));
    } else {
        viz__puts(out, "seed ");
        viz__gradient_name(out, r, viz__root(r));
        if (root->has_gradient && root->size == 1) {
            viz__puts(out, " = ");
            viz__number(out, root->gradient, r->digits);
        }
    }
}

static void put_start(viz__out *out, viz__record *r)
{
    viz__markup markup = viz__markup_of(r);
    if (markup == VIZ__PLAIN) {
        viz__puts(out, "\nbackward   ");
        put_seed(out, r);
    } else {
        viz__trace_part(out, r, "backward");
        viz__puts(out, markup == VIZ__LATEX ? "\\noindent " : "");
        put_seed(&r->marked, r);
        viz__text_as(out, viz__text(&r->marked), markup);
        viz__cut(&r->marked, 0);
    }
    viz__puts(out, markup == VIZ__PLAIN ? "\n" : "\n\n");
}

static void backward(viz__out *out, viz__record *r)
{
    static const viz__column column[4] = {{.least = 4, .gap = 2, .right = true},
                                          {.most = 90, .gap = 3},
                                          {.most = 50, .gap = 3},
                                          {.gap = 0}};
    static const char *const title[4] = {"step", "chain rule", "gradient", "note"};
    viz__table t = viz__table_new(r->graph, column, 4);
    viz__out notes = viz__to_text(r->graph);
    viz__trace_titles(&t, r, title);
    put_start(out, r);
    for (size_t i = viz__root(r); i-- > 0 && t.cells.status == AG_OK;) {
        if (viz__is_shown(r, i)) {
            backward_row(&t, r, &notes, i);
        }
    }
    viz__trace_table(out, r, &t);
    viz__table_free(&t);
    viz__out_free(&notes);
}

static void sheet(viz__out *out, viz__record *r)
{
    forward(out, r);
    viz__sheet_values(out, r);
    if (!r->options->forward_only) {
        backward(out, r);
        viz__sheet_gradients(out, r);
    }
}

void viz__trace_tensors(viz__out *out, viz__record *r)
{
    if (r->options->sheet != VIZ_TRACE) {
        sheet(out, r);
        return;
    }
    forward(out, r);
    if (!r->options->forward_only) {
        backward(out, r);
    }
    if (r->options->expand) {
        viz__elements_list(out, r);
    }
    if (!r->options->forward_only) {
        viz__norms(out, r);
    }
}
