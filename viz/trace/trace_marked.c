/* The printed trace of 0-d nodes in Markdown and LaTeX: a table of the forward part, and an equation
 * for each gradient. Also what the traces in these languages share: titles and tables of text.
 * Must not know any operation.
 *
 * LaTeX gets a fragment for \input; \usepackage{amsmath,booktabs} goes before it.
 */
#include "trace_parts.h"

#include "viz/record/blanks.h"

/* --- what all parts share --------------------------------------------------------------------- */

void viz__trace_part(viz__out *out, const viz__record *r, const char *title)
{
    static const char *const around[][2] = {
        [VIZ__PLAIN] = {"", "\n"},
        [VIZ__MARKDOWN] = {"**", "**\n\n"},
        [VIZ__LATEX] = {"\\medskip\\noindent\\textbf{", "}\\par\\nopagebreak\\smallskip\n"},
    };
    const char *const *a = around[viz__markup_of(r)];
    bool first = title[0] == 'f'; /* "forward" begins the trace */
    viz__print(out, "%s%s", first ? "" : "\n", a[0]);
    viz__text_as(out, title, viz__markup_of(r));
    viz__puts(out, a[1]);
}

void viz__trace_titles(viz__table *t, const viz__record *r, const char *const *title)
{
    if (viz__markup_of(r) == VIZ__PLAIN) {
        return;
    }
    for (size_t k = 0; k < t->columns; k++) {
        viz__text_cell(t, title[k]);
    }
    viz__row_end(t, t->columns);
}

void viz__trace_table(viz__out *out, const viz__record *r, viz__table *t)
{
    viz__markup markup = viz__markup_of(r);
    if (markup == VIZ__PLAIN) {
        viz__table_measure(t);
        viz__table_write(out, t);
    } else {
        viz__table_write_as(out, t, markup, false);
    }
}

/* --- formulas --------------------------------------------------------------------------------- */

/* Moves what was written to `marked` to `out`, as a formula within a line. A blank of Markdown
 * stands behind the formula, and has ended it. */
static void put_formula(viz__out *out, viz__record *r, bool blank)
{
    bool markdown = r->options->format == VIZ_MARKDOWN;
    viz__puts(out, "$");
    if (markdown) {
        viz__markdown_math(out, viz__text(&r->marked));
    } else {
        viz__puts(out, viz__text(&r->marked));
    }
    viz__puts(out, markdown && blank ? "" : "$");
    viz__cut(&r->marked, 0);
}

/* --- forward ---------------------------------------------------------------------------------- */

static void put_formula_cell(viz__table *t, viz__record *r)
{
    put_formula(&t->cells, r, false);
    viz__cell_end(t);
}

/* The names of operands are made in `marked`, so a formula is made in `scratch`. */
static void put_definition(viz__table *t, viz__record *r, size_t step)
{
    if (viz__is_leaf(r, step)) {
        viz__text_cell(t, viz__role(r, step));
        return;
    }
    viz__cut(&r->scratch, 0);
    viz__formula_math(&r->scratch, r, step);
    viz__cut(&r->marked, 0);
    viz__puts(&r->marked, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
    put_formula_cell(t, r);
}

static void put_value(viz__table *t, viz__record *r, size_t step)
{
    bool blank = viz__blank_put(&r->marked, r, VIZ__VALUE, step, 0);
    if (blank && r->options->format == VIZ_MARKDOWN) {
        viz__text_cell(t, viz__text(&r->marked));
        viz__cut(&r->marked, 0);
        return;
    }
    if (!blank) {
        viz__number_tex(&r->marked, r->fact[step].value, r->digits);
    }
    put_formula_cell(t, r);
}

static void put_partials(viz__table *t, viz__record *r, size_t step)
{
    const char *between = "";
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        if (viz__is_shown(r, r->edge[e].from) && r->edge[e].flows) {
            size_t operand = e - r->first_edge[step];
            viz__puts(&t->cells, between);
            viz__cut(&r->scratch, 0);
            viz__partial_math(&r->scratch, r, step, operand);
            viz__cut(&r->marked, 0);
            viz__puts(&r->marked, viz__text(&r->scratch));
            viz__cut(&r->scratch, 0);
            put_formula(&t->cells, r, viz__blank_number(r, VIZ__PARTIAL, step, operand) > 0);
            between = r->options->format == VIZ_LATEX ? " \\quad " : ", ";
        }
    }
    viz__cell_end(t);
}

static void forward(viz__out *out, viz__record *r)
{
    static const viz__column column[5] = {
        {.right = true}, {.right = false}, {.right = false}, {.right = true}, {.right = false}};
    static const char *const title[5] = {"step", "name", "formula", "value", "local partials"};
    viz__table t = viz__table_new(r->graph, column, r->options->forward_only ? 4 : 5);
    viz__trace_titles(&t, r, title);
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            viz__count_cell(&t, i);
            viz__name_math(&r->marked, r, i);
            put_formula_cell(&t, r);
            put_definition(&t, r, i);
            put_value(&t, r, i);
            if (t.columns == 5) {
                put_partials(&t, r, i);
            }
            viz__row_end(&t, t.columns);
        }
    }
    viz__trace_part(out, r, "forward");
    viz__table_write_as(out, &t, viz__markup_of(r), true);
    viz__table_free(&t);
}

/* --- backward --------------------------------------------------------------------------------- */

/* Writes what the reader must know besides, as text. */
static void put_note(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    viz__cut(&r->marked, 0);
    viz__chain_note(&r->marked, r, c, step);
    const char *note = viz__text(&r->marked);
    if (note[0] != '\0') {
        viz__puts(out, r->options->format == VIZ_LATEX ? " \\quad\\mbox{" : " ");
        viz__text_as(out, note, viz__markup_of(r));
        viz__puts(out, r->options->format == VIZ_LATEX ? "}" : "");
    }
    viz__cut(&r->marked, 0);
}

static void put_line(viz__out *out, viz__record *r, const viz__chain *c, size_t step, bool last)
{
    viz__out text = viz__to_text(r->graph);
    bool latex = r->options->format == VIZ_LATEX;
    bool blank = viz__blank_number(r, VIZ__GRADIENT, step, 0) > 0;
    viz__print(out, latex ? "\\text{%zu}\\quad " : "- step %zu: ", step);
    viz__chain_math(&text, r, c, step, latex);
    viz__fail(out, text.status);
    if (latex) {
        viz__puts(out, viz__text(&text));
    } else {
        viz__cut(&r->marked, 0);
        viz__puts(&r->marked, viz__text(&text));
        put_formula(out, r, blank);
    }
    put_note(out, r, c, step);
    viz__puts(out, latex && !last ? " \\\\\n" : "\n");
    viz__out_free(&text);
}

/* Writes the seed, or why there are no gradients; false if there are none. */
static bool put_start(viz__out *out, viz__record *r, const viz__chain *c)
{
    viz__markup markup = viz__markup_of(r);
    if (c->state == VIZ__NOT_REQUIRED) {
        viz__puts(out, "not required: nothing here needs a gradient\n");
        return false;
    }
    if (c->state == VIZ__NOT_RUN) {
        viz__puts(out, "not run yet: call ");
        viz__text_as(out, "ag_backward", markup);
        viz__puts(out, "\n");
        return false;
    }
    return true;
}

static size_t first_shown(const viz__record *r)
{
    size_t step = 0;
    while (!viz__is_shown(r, step)) {
        step++;
    }
    return step;
}

static void backward(viz__out *out, viz__record *r)
{
    viz__chain c = {.n = 0};
    ag_status status = viz__chain_read(&c, r, viz__root(r));
    bool latex = r->options->format == VIZ_LATEX;
    size_t last = first_shown(r);
    viz__trace_part(out, r, "backward");
    if (put_start(out, r, &c)) {
        viz__puts(out, latex ? "\\begingroup\\allowdisplaybreaks\n\\begin{align*}\n" : "");
        for (size_t i = r->n; i-- > 0 && status == AG_OK && out->status == AG_OK;) {
            if (viz__is_shown(r, i)) {
                status = viz__chain_read(&c, r, i);
                put_line(out, r, &c, i, i == last);
            }
        }
        viz__puts(out, latex ? "\\end{align*}\n\\endgroup\n" : "");
    }
    viz__fail(out, status);
    viz__chain_free(&c, r);
}

void viz__trace_marked(viz__out *out, viz__record *r)
{
    forward(out, r);
    if (!r->options->forward_only) {
        backward(out, r);
    }
}
