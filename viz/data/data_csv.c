/* The trace as one table of CSV: a row for each node, for each element of a small tensor, for each
 * term of a gradient, and for each path that is asked for. The first column says which of them a row is. Numbers have all their
 * digits and a decimal point; a number that is not known is an empty field. Must not know any
 * operation.
 *
 * Source: RFC 4180, with lines that end as on this system.
 */
#include "data_parts.h"

#include "viz/record/finite_differences.h"
#include "viz/record/paths.h"

enum {
    STEP,
    NAME,
    FORMULA,
    ROLE,
    TYPE,
    VALUE,
    STATE,
    GRADIENT,
    THROUGH,
    UPSTREAM,
    PARTIAL,
    PRODUCT
};

static const char titles[] = "row,step,name,formula,role,type,value,state,gradient,through,"
                             "upstream,partial,product,difference\n";

static void put_text(viz__out *out, const char *text)
{
    viz__puts(out, ",");
    viz__csv(out, text);
}

/* Writes what `scratch` has, and empties it. */
static void put_scratch(viz__out *out, viz__record *r)
{
    put_text(out, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static void put_number(viz__out *out, double value)
{
    viz__puts(out, ",");
    viz__exact(out, value);
}

static void put_empty(viz__out *out, int fields)
{
    for (; fields > 0; fields--) {
        viz__puts(out, ",");
    }
}

/* Ends the row of a node or an element with its gradient by differences, if that was asked for. */
static void put_difference(viz__out *out, viz__record *r, size_t step, int64_t at)
{
    double value;
    put_empty(out, PRODUCT - GRADIENT);
    if (viz__difference(r, step, at, &value)) {
        put_number(out, value);
    } else {
        put_empty(out, 1);
    }
    viz__puts(out, "\n");
}

static void put_node(viz__out *out, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    viz__print(out, "node,%zu", step);
    put_text(out, viz__name(r, step));
    viz__formula(&r->scratch, r, step);
    put_scratch(out, r);
    put_text(out, viz__role(r, step));
    viz__type(&r->scratch, r, step);
    put_scratch(out, r);
    if (f->size == 1) {
        put_number(out, f->value);
    } else {
        put_empty(out, 1);
    }
    put_text(out, r->options->forward_only ? "" : viz__state_word(r, step));
    if (f->size == 1 && viz__has_gradient(r, step)) {
        put_number(out, f->gradient);
    } else {
        put_empty(out, 1);
    }
    put_difference(out, r, step, 0);
}

static void put_elements(viz__out *out, viz__record *r, size_t step, const double *value,
                         const double *gradient)
{
    for (int64_t i = 0; i < r->fact[step].size; i++) {
        viz__print(out, "element,%zu", step);
        viz__element_name(&r->scratch, r, step, i);
        put_scratch(out, r);
        put_empty(out, VALUE - FORMULA);
        put_number(out, value[i]);
        put_empty(out, 1);
        if (gradient != NULL) {
            put_number(out, gradient[i]);
        } else {
            put_empty(out, 1);
        }
        put_difference(out, r, step, i);
    }
}

static void expand(viz__out *out, viz__record *r, size_t step)
{
    ag_status status = AG_OK;
    double *value = viz__elements(r, step, false, &status), *gradient = NULL;
    if (value != NULL && viz__has_gradient(r, step)) {
        gradient = viz__elements(r, step, true, &status);
    }
    viz__fail(out, status);
    if (status == AG_OK) {
        put_elements(out, r, step, value, gradient);
    }
    viz__elements_free(r, step, value);
    viz__elements_free(r, step, gradient);
}

static void put_term(viz__out *out, viz__record *r, size_t step, const viz__term *term,
                     size_t number)
{
    (void)number;
    viz__print(out, "term,%zu", step);
    put_text(out, viz__name(r, step));
    put_empty(out, GRADIENT - NAME);
    put_text(out, viz__name(r, term->use.consumer));
    put_number(out, term->upstream);
    put_number(out, term->partial);
    put_number(out, term->upstream * term->partial);
    viz__puts(out, ",\n");
}

static void put_paths_from(viz__out *out, const viz__paths *p, size_t from, size_t number)
{
    viz__record *r = p->record;
    (void)number;
    for (size_t i = 0; i < p->kept[from] && p->known[from]; i++) {
        size_t node[VIZ__PATH_NODES];
        double partial[VIZ__PATH_NODES];
        size_t n = viz__path_read(p, from, i, node, partial, VIZ__PATH_NODES);
        viz__print(out, "path,%zu", from);
        for (size_t k = 0; k < n && k < VIZ__PATH_NODES; k++) {
            viz__print(&r->scratch, "%s%s", k > 0 ? " → " : "", viz__name(r, node[k]));
        }
        viz__puts(&r->scratch, n > VIZ__PATH_NODES ? " → …" : "");
        put_scratch(out, r);
        put_empty(out, PARTIAL - NAME);
        put_number(out, p->step[from * p->most + i].product);
        viz__puts(out, ",\n");
    }
}

void viz__csv_draw(viz__out *out, viz__record *r)
{
    viz__puts(out, titles);
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            put_node(out, r, i);
            if (!r->fact[i].scalar && r->fact[i].size <= VIZ__ALL_ELEMENTS) {
                expand(out, r, i);
            }
        }
    }
    for (size_t i = r->n; i-- > 0 && out->status == AG_OK;) {
        if (viz__is_shown(r, i)) {
            viz__each_term(out, r, i, put_term);
        }
    }
    viz__paths_each(out, r, put_paths_from);
}
