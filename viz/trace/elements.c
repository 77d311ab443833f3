/* The end of the printed trace of tensors: the elements of small tensors, and the norms of the
 * gradients of parameters. Must not know any operation.
 */
#include "trace_parts.h"

#include "viz/record/finite_differences.h"

#include <math.h>

/* --- elements --------------------------------------------------------------------------------- */

/* The sum over several backward passes is no derivative, so it is not written as one. */
static void put_gradient(viz__out *out, viz__record *r, size_t step, int64_t at, double value)
{
    if (r->fact[step].runs > 1) {
        viz__puts(out, "gradient ");
        viz__number(out, value, r->digits);
        viz__sum_note(out, r->fact[step].runs);
        return;
    }
    viz__gradient_name(out, r, step);
    viz__index(out, viz__shape_of(r, step), at);
    viz__puts(out, " = ");
    viz__number(out, value, r->digits);
    viz__difference_note(out, r, step, at, value, false);
}

static void put_elements(viz__table *t, viz__record *r, size_t step, const double *value,
                         const double *gradient)
{
    for (int64_t i = 0; i < r->fact[step].size; i++) {
        if (i == 0) {
            viz__print(&t->cells, "%zu", step);
        }
        viz__cell_end(t);
        viz__puts(&t->cells, viz__name(r, step));
        viz__index(&t->cells, viz__shape_of(r, step), i);
        viz__cell_end(t);
        viz__number_cell(t, value[i], r->digits);
        if (gradient != NULL) {
            put_gradient(&t->cells, r, step, i, gradient[i]);
        }
        viz__cell_end(t);
        viz__row_end(t, 4);
    }
}

/* Is there a gradient of this root to write? */
static bool has_gradient(const viz__record *r, size_t step)
{
    ag_grad_state state = r->fact[step].state;
    return (state == AG_GRAD_COMPUTED || state == AG_GRAD_ACCUMULATED) &&
           r->fact[step].has_gradient;
}

static void expand_node(viz__table *t, viz__record *r, size_t step)
{
    bool with = !r->options->forward_only && has_gradient(r, step);
    ag_status status = AG_OK;
    double *value = viz__elements(r, step, false, &status);
    double *gradient = with && value != NULL ? viz__elements(r, step, true, &status) : NULL;
    if (status == AG_OK) {
        put_elements(t, r, step, value, gradient);
    }
    viz__fail(&t->cells, status);
    viz__elements_free(r, step, value);
    viz__elements_free(r, step, gradient);
}

void viz__elements_list(viz__out *out, viz__record *r)
{
    static const viz__column column[4] = {
        {.least = 4, .gap = 2, .right = true}, {.gap = 2}, {.least = 10, .gap = 2}, {.gap = 0}};
    static const char *const title[4] = {"step", "element", "value", "gradient"};
    viz__table t = viz__table_new(r->graph, column, 4);
    viz__trace_titles(&t, r, title);
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        int64_t size = r->fact[i].size;
        if (viz__is_shown(r, i) && !r->fact[i].scalar && size > 0 && size <= VIZ__FEW_ELEMENTS) {
            expand_node(&t, r, i);
        }
    }
    viz__trace_part(out, r, "elements");
    viz__trace_table(out, r, &t);
    viz__table_free(&t);
}

/* --- norms ------------------------------------------------------------------------------------ */

static bool is_counted(const viz__record *r, size_t step)
{
    return r->fact[step].role == AG_PARAMETER && viz__is_shown(r, step) && has_gradient(r, step);
}

/* The smallest and the largest norm so far. */
typedef struct extremes {
    size_t n;            /* norms so far */
    double least, most;  /* the two norms */
    size_t small, large; /* the steps of their nodes */
} extremes;

/* A NaN counts as the largest norm, and stays it. */
static void compare(extremes *e, size_t step, double norm)
{
    if (e->n == 0 || norm < e->least) {
        e->least = norm;
        e->small = step;
    }
    if (e->n == 0 || isnan(norm) || norm > e->most) {
        e->most = norm;
        e->large = step;
    }
    e->n++;
}

static void norm_row(viz__table *t, viz__record *r, size_t step, extremes *e)
{
    viz__stats s = {.n = 0};
    viz__fail(&t->cells, viz__stats_read(&s, r, step, true));
    compare(e, step, s.norm);
    if (t->columns == 3) {
        viz__cell_end(t);
    }
    viz__text_cell(t, viz__name(r, step));
    viz__number_cell(t, s.norm, r->digits);
    viz__row_end(t, t->columns);
}

static void put_ratio(viz__out *out, viz__record *r, const extremes *e)
{
    viz__markup markup = viz__markup_of(r);
    static const char *const before[] = {
        [VIZ__PLAIN] = "  ", [VIZ__MARKDOWN] = "\n", [VIZ__LATEX] = "\n\\noindent "};
    viz__print(out, "%slargest/smallest = ", before[markup]);
    viz__number(out, e->most / e->least, r->digits);
    viz__puts(out, " (");
    viz__text_as(out, viz__name(r, e->large), markup);
    viz__puts(out, ", ");
    viz__text_as(out, viz__name(r, e->small), markup);
    viz__puts(out, ")\n");
}

/* The ratio shows vanishing and exploding gradients. */
void viz__norms(viz__out *out, viz__record *r)
{
    static const viz__column column[3] = {
        {.gap = 2}, {.least = 4, .most = 40, .gap = 1}, {.gap = 0}};
    static const char *const title[2] = {"parameter", "norm"};
    size_t indent = viz__markup_of(r) == VIZ__PLAIN ? 0 : 1; /* a terminal has an empty column */
    viz__table t = viz__table_new(r->graph, column + indent, 3 - indent);
    viz__trace_titles(&t, r, title);
    extremes e = {.n = 0};
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        if (is_counted(r, i)) {
            norm_row(&t, r, i, &e);
        }
    }
    viz__fail(out, t.cells.status);
    if (e.n > 0) {
        viz__trace_part(out, r, "gradient norms of the parameters");
        viz__trace_table(out, r, &t);
    }
    if (e.n > 1) {
        put_ratio(out, r, &e);
    }
    viz__table_free(&t);
}
