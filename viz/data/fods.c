/* The trace as a spreadsheet (flat OpenDocument), whose formulas are the derivation: each node, each
 * local partial, each term of a gradient and each gradient is computed from the cells it depends on.
 * Who changes x sees every number follow. Where there is no formula, the cell has the number; so
 * has a larger tensor its norm. No text of the reader's is ever a formula: a cell is one only by
 * its attribute. Must not know any operation.
 *
 * Source: OASIS, "OpenDocument v1.2, part 1", section 9 (tables).
 */
#include <math.h>
#include <string.h>

#include "cell_formula.h"
#include "data_parts.h"

#define FIRST_ROW 2 /* below the titles */

/* --- cells ------------------------------------------------------------------------------------ */

static void put_text(viz__out *out, const char *text)
{
    viz__puts(out, "<table:table-cell office:value-type=\"string\"><text:p>");
    viz__xml(out, text);
    viz__puts(out, "</text:p></table:table-cell>");
}

/* Writes what `scratch` has, and empties it. */
static void put_scratch(viz__out *out, viz__record *r)
{
    put_text(out, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static void put_empty(viz__out *out)
{
    viz__puts(out, "<table:table-cell/>");
}

/* Writes a number, and, if it is not NULL, the formula that gives it. */
static void put_number(viz__out *out, double value, const char *formula)
{
    viz__puts(out, "<table:table-cell");
    if (formula != NULL) {
        viz__puts(out, " table:formula=\"of:=");
        viz__xml(out, formula);
        viz__puts(out, "\"");
    }
    viz__out text = viz__to_text(out->graph);
    viz__exact(&text, value);
    if (isfinite(value)) {
        viz__print(out, " office:value-type=\"float\" office:value=\"%s\"><text:p>%s",
                   viz__text(&text), viz__text(&text));
    } else {
        viz__print(out, " office:value-type=\"string\"><text:p>%s", viz__text(&text));
    }
    viz__puts(out, "</text:p></table:table-cell>");
    viz__fail(out, text.status);
    viz__out_free(&text);
}

static void put_count(viz__out *out, size_t count)
{
    put_number(out, (double)count, NULL);
}

static void begin_row(viz__out *out)
{
    viz__puts(out, "<table:table-row>");
}

static void end_row(viz__out *out)
{
    viz__puts(out, "</table:table-row>\n");
}

static void begin_table(viz__out *out, const char *name, const char *const *title)
{
    viz__print(out, "<table:table table:name=\"%s\">\n", name);
    begin_row(out);
    for (; *title != NULL; title++) {
        put_text(out, *title);
    }
    end_row(out);
}

/* --- formulas --------------------------------------------------------------------------------- */

/* The ag_namer of formulas: the step, as cell_formula.h wants it. */
static const char *cell_namer(void *user, const ag_tensor *t)
{
    viz__record *r = user;
    viz__cut(&r->marked, 0);
    viz__print(&r->marked, "\1%zu\2", t != NULL ? viz__step_of(r, t) : viz__root(r));
    return viz__text(&r->marked);
}

/* Writes to `marked` the formula of a value, or of a local partial where `operand` is one. false if
 * there is none. */
static bool make_formula(viz__record *r, size_t step, size_t operand, bool partial)
{
    ag_notation usual = r->notation;
    r->notation = AG_TEXT_ASCII;
    viz__cut(&r->scratch, 0);
    bool found = r->scalar && (partial ? viz__copy_text(&r->scratch, r, ag_partial_text, step,
                                                        operand, cell_namer)
                                       : viz__value_formula(&r->scratch, r, step, cell_namer));
    r->notation = usual;
    viz__cut(&r->marked, 0);
    found = found && viz__cell_formula(&r->marked, viz__text(&r->scratch), FIRST_ROW);
    viz__cut(&r->scratch, 0);
    return found;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* How many terms a node's gradient has in the table of terms: none where it is not their sum. */
static size_t terms_of(viz__out *out, viz__record *r, size_t step)
{
    viz__chain c = {.n = 0};
    if (!r->scalar || r->options->forward_only || !viz__is_shown(r, step)) {
        return 0;
    }
    viz__fail(out, viz__chain_read(&c, r, step));
    size_t n = c.state == VIZ__EQUATION && c.agrees && c.runs <= 1 ? c.n : 0;
    viz__chain_free(&c, r);
    return n;
}

static void put_gradient(viz__out *out, viz__record *r, size_t step, size_t first_term)
{
    if (!viz__has_gradient(r, step)) {
        put_empty(out);
        return;
    }
    viz__stats s = {.norm = r->fact[step].gradient};
    if (r->fact[step].size != 1) {
        viz__fail(out, viz__stats_read(&s, r, step, true));
    }
    size_t n = terms_of(out, r, step);
    viz__cut(&r->marked, 0);
    viz__print(&r->marked, "SUM([$terms.F%zu:.F%zu])", first_term, first_term + n - 1);
    put_number(out, s.norm, n > 0 ? viz__text(&r->marked) : NULL);
}

static void put_value(viz__out *out, viz__record *r, size_t step)
{
    viz__stats s = {.norm = r->fact[step].value};
    if (r->fact[step].size != 1) {
        viz__fail(out, viz__stats_read(&s, r, step, false));
    }
    bool formula = make_formula(r, step, 0, false);
    put_number(out, s.norm, formula ? viz__text(&r->marked) : NULL);
}

static void put_node(viz__out *out, viz__record *r, size_t step, size_t first_term)
{
    begin_row(out);
    put_count(out, step);
    put_text(out, viz__name(r, step));
    viz__formula(&r->scratch, r, step);
    put_scratch(out, r);
    put_value(out, r, step);
    put_gradient(out, r, step, first_term);
    put_text(out, r->fact[step].size == 1 ? "" : "norms");
    viz__type(&r->scratch, r, step);
    put_scratch(out, r);
    end_row(out);
}

/* The rows of all nodes, shown or not, so that a step's row is known. */
static void put_nodes(viz__out *out, viz__record *r)
{
    static const char *const title[] = {"step",     "name", "formula", "value",
                                        "gradient", "",     "type",    NULL};
    size_t term = FIRST_ROW, *first = viz__array(r->graph, r->n, sizeof *first);
    if (first == NULL) {
        viz__fail(out, AG_ERR_MEMORY);
        return;
    }
    for (size_t i = r->n; i-- > 0;) { /* the terms begin with those of the newest node */
        first[i] = term;
        term += terms_of(out, r, i);
    }
    begin_table(out, "nodes", title);
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        put_node(out, r, i, first[i]);
    }
    viz__puts(out, "</table:table>\n");
    viz__array_free(r->graph, first, r->n, sizeof *first);
}

/* --- terms ------------------------------------------------------------------------------------ */

/* Writes to `scratch` the formula of a local partial, whose cells are in the table of nodes; false if
 * there is none. */
static bool make_partial(viz__record *r, const viz__use *use)
{
    static const char here[] = "[.D";
    if (!make_formula(r, use->consumer, use->operand, true)) {
        return false;
    }
    for (const char *at = viz__text(&r->marked); *at != '\0'; at++) {
        bool cell = strncmp(at, here, strlen(here)) == 0;
        viz__puts(&r->scratch, cell ? "[$nodes" : "");
        at += cell;
        viz__put(&r->scratch, at, 1);
    }
    return true;
}

/* Writes a number with the formula in `scratch`, and empties that. */
static void put_computed(viz__out *out, viz__record *r, double value)
{
    put_number(out, value, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static void put_term(viz__out *out, viz__record *r, size_t step, const viz__term *term, size_t row)
{
    viz__use use = term->use;
    begin_row(out);
    put_count(out, step);
    viz__gradient_name(&r->scratch, r, step);
    put_scratch(out, r);
    viz__partial_name(&r->scratch, r, use.consumer, use.operand);
    put_scratch(out, r);
    viz__print(&r->scratch, "[$nodes.E%zu]", use.consumer + (size_t)FIRST_ROW);
    put_computed(out, r, term->upstream);
    if (make_partial(r, &use)) {
        put_computed(out, r, term->partial);
    } else {
        put_number(out, term->partial, NULL);
    }
    viz__print(&r->scratch, "[.D%zu]*[.E%zu]", row, row);
    put_computed(out, r, term->upstream * term->partial);
    end_row(out);
}

static void put_terms(viz__out *out, viz__record *r)
{
    static const char *const title[] = {"step",    "gradient", "through", "upstream",
                                        "partial", "product",  NULL};
    viz__chain c = {.n = 0};
    size_t row = FIRST_ROW;
    begin_table(out, "terms", title);
    for (size_t i = r->n; i-- > 0 && out->status == AG_OK;) {
        size_t n = terms_of(out, r, i);
        if (n > 0) {
            viz__fail(out, viz__chain_read(&c, r, i));
        }
        for (size_t k = 0; k < n && out->status == AG_OK; k++) {
            put_term(out, r, i, &c.term[k], row++);
        }
    }
    viz__puts(out, "</table:table>\n");
    viz__chain_free(&c, r);
}

void viz__fods_draw(viz__out *out, viz__record *r)
{
    viz__puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<office:document "
                   "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                   "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
                   "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
                   "xmlns:of=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" "
                   "office:version=\"1.2\" "
                   "office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\n"
                   "<office:body><office:spreadsheet>\n");
    put_nodes(out, r);
    put_terms(out, r);
    viz__puts(out, "</office:spreadsheet></office:body></office:document>\n");
}
