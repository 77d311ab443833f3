/* The end of a worksheet or key of tensors: rows of elements, which are given for leaves and asked for
 * elsewhere, and rows of the elements of gradients. Must not know any operation.
 */
#include "trace_parts.h"

#include "viz/record/blanks.h"

#define OF_A_ROW 8 /* elements at most, so that a page has room */

/* The name of a row of elements: W[0,:], or W[0:8] where an axis is cut. */
static void put_row_name(viz__out *out, viz__record *r, size_t step, size_t from, size_t to,
                         viz__asked asked)
{
    ag_shape shape = viz__shape_of(r, step), index = shape;
    viz__out text = viz__to_text(r->graph);
    if (asked == VIZ__GRADIENT) {
        viz__gradient_name(&text, r, step);
    } else {
        viz__puts(&text, viz__name(r, step));
    }
    size_t at = from;
    for (int i = shape.ndim; i-- > 0;) {
        index.dim[i] = (int64_t)at % shape.dim[i];
        at /= (size_t)shape.dim[i];
    }
    for (int i = 0; i < shape.ndim; i++) {
        bool last = i + 1 == shape.ndim;
        viz__print(&text, i > 0 ? ",%zu" : "[%zu", (size_t)index.dim[i]);
        if (last && to - from > 1) {
            viz__print(&text, ":%zu", (size_t)index.dim[i] + to - from);
        }
        viz__puts(&text, last ? "]" : "");
    }
    viz__text_as(out, viz__text(&text), viz__markup_of(r));
    viz__fail(out, text.status);
    viz__out_free(&text);
}

static void put_number(viz__out *out, viz__record *r, double value)
{
    bool latex = r->options->format == VIZ_LATEX;
    viz__puts(out, latex ? "$" : "");
    (latex ? viz__number_tex : viz__number)(out, value, r->digits);
    viz__puts(out, latex ? "$" : "");
}

/* Writes a blank, or its answer; false if this is not asked for. */
static bool put_blank(viz__out *out, viz__record *r, viz__asked asked, size_t step, size_t at)
{
    bool latex = r->options->format == VIZ_LATEX;
    if (viz__blank_number(r, asked, step, at) == 0) {
        return false;
    }
    viz__puts(out, latex ? "$" : "");
    viz__blank_put(out, r, asked, step, at);
    viz__puts(out, latex ? "$" : "");
    return true;
}

static void put_row(viz__table *t, viz__record *r, size_t step, size_t from, size_t to,
                    viz__asked asked, const double *value)
{
    static const char *const between[] = {
        [VIZ__PLAIN] = "   ", [VIZ__MARKDOWN] = ", ", [VIZ__LATEX] = " \\quad "};
    viz__count_cell(t, step);
    put_row_name(&t->cells, r, step, from, to, asked);
    viz__cell_end(t);
    for (size_t i = from; i < to; i++) {
        viz__puts(&t->cells, i > from ? between[viz__markup_of(r)] : "");
        if (!put_blank(&t->cells, r, asked, step, i)) {
            put_number(&t->cells, r, value[i]);
        }
    }
    viz__cell_end(t);
    viz__row_end(t, 3);
}

static void put_node(viz__table *t, viz__record *r, size_t step, viz__asked asked)
{
    ag_shape shape = viz__shape_of(r, step);
    ag_status status = AG_OK;
    size_t n = (size_t)r->fact[step].size;
    size_t length = shape.ndim > 0 && n > 0 ? (size_t)shape.dim[shape.ndim - 1] : n;
    double *value = viz__elements(r, step, false, &status);
    for (size_t from = 0, to; status == AG_OK && from < n; from = to) {
        size_t end = from - from % length + length;
        to = end - from > OF_A_ROW ? from + OF_A_ROW : end;
        put_row(t, r, step, from, to, asked, value);
    }
    viz__fail(&t->cells, status);
    viz__elements_free(r, step, value);
}

static viz__table new_table(const viz__record *r, const char *what)
{
    static const viz__column column[3] = {
        {.least = 4, .gap = 2, .right = true}, {.least = 8, .gap = 2}, {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, 3);
    viz__trace_titles(&t, r, (const char *const[]){"step", "elements", what});
    return t;
}

static void finish(viz__out *out, viz__record *r, viz__table *t, const char *title)
{
    viz__trace_part(out, r, title);
    if (viz__markup_of(r) == VIZ__PLAIN) {
        viz__trace_table(out, r, t);
    } else {
        viz__table_write_as(out, t, viz__markup_of(r), true);
    }
    viz__table_free(t);
}

void viz__sheet_values(viz__out *out, viz__record *r)
{
    viz__table t = new_table(r, "values");
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            put_node(&t, r, i, VIZ__VALUE);
        }
    }
    finish(out, r, &t, "values");
}

void viz__sheet_gradients(viz__out *out, viz__record *r)
{
    viz__table t = new_table(r, "gradients");
    for (size_t i = r->n; i-- > 0 && t.cells.status == AG_OK;) {
        if (r->fact[i].size > 0 && viz__blank_number(r, VIZ__GRADIENT, i, 0) > 0) {
            put_node(&t, r, i, VIZ__GRADIENT);
        }
    }
    finish(out, r, &t, "gradients");
}
