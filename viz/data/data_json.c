/* The trace as JSON, whose schema is in viz/README.md. Numbers have all their digits; NaN and the
 * infinities, which JSON does not have, are the strings "nan", "inf" and "-inf". Must not know any
 * operation.
 *
 * Source: RFC 8259.
 */
#include "data_parts.h"

#include <math.h>

#include "viz/record/finite_differences.h"
#include "viz/record/paths.h"

#define VERSION 1 /* of the schema */

static void put_number(viz__out *out, double value)
{
    viz__puts(out, isfinite(value) ? "" : "\"");
    viz__exact(out, value);
    viz__puts(out, isfinite(value) ? "" : "\"");
}

static void put_member(viz__out *out, const char *key, double value)
{
    viz__print(out, ", \"%s\": ", key);
    put_number(out, value);
}

static void put_text(viz__out *out, const char *key, const char *text)
{
    viz__print(out, ", \"%s\": ", key);
    if (text != NULL) {
        viz__json(out, text);
    } else {
        viz__puts(out, "null");
    }
}

/* Writes what `scratch` has, and empties it. */
static void put_scratch(viz__out *out, viz__record *r, const char *key)
{
    put_text(out, key, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static void put_shape(viz__out *out, const viz__record *r, size_t step)
{
    viz__puts(out, ", \"shape\": ");
    viz__dims(out, viz__shape_of(r, step));
}

/* --- numbers of a tensor ---------------------------------------------------------------------- */

static void put_elements(viz__out *out, viz__record *r, size_t step, bool gradient)
{
    ag_status status;
    double *x = viz__elements(r, step, gradient, &status);
    viz__fail(out, status);
    viz__puts(out, ", \"elements\": [");
    for (int64_t i = 0; x != NULL && i < r->fact[step].size; i++) {
        viz__puts(out, i > 0 ? ", " : "");
        put_number(out, x[i]);
    }
    viz__puts(out, "]");
    viz__elements_free(r, step, x);
}

/* Writes a value or a gradient: a number, or of a larger tensor its norm and range, and its elements
 * if they are few. */
static void put_numbers(viz__out *out, viz__record *r, size_t step, bool gradient)
{
    const viz__fact *f = &r->fact[step];
    if (f->size == 1) {
        put_member(out, "value", gradient ? f->gradient : f->value);
        return;
    }
    viz__stats s = {.n = 0};
    viz__fail(out, viz__stats_read(&s, r, step, gradient));
    put_member(out, "norm", s.norm);
    put_member(out, "min", s.min);
    put_member(out, "max", s.max);
    viz__print(out, ", \"nan\": %zu, \"inf\": %zu", (size_t)s.nan, (size_t)s.inf);
    if (f->size <= VIZ__ALL_ELEMENTS) {
        put_elements(out, r, step, gradient);
    }
}

/* --- a node ----------------------------------------------------------------------------------- */

static void put_operands(viz__out *out, viz__record *r, size_t step)
{
    viz__puts(out, ",\n     \"operands\": [");
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        size_t operand = e - r->first_edge[step];
        viz__print(out, "%s{\"step\": %zu, \"flows\": %s", operand > 0 ? ", " : "",
                   (size_t)r->edge[e].from, r->edge[e].flows ? "true" : "false");
        if (r->edge[e].known) {
            put_member(out, "partial", r->edge[e].partial);
        }
        if (viz__copy_text(&r->scratch, r, ag_partial_text, step, operand, viz__namer)) {
            put_scratch(out, r, "formula");
        }
        viz__puts(out, "}");
    }
    viz__puts(out, "]");
}

static void put_term(viz__out *out, viz__record *r, size_t step, const viz__term *term,
                     size_t number)
{
    (void)r;
    (void)step;
    viz__print(out, "%s{\"step\": %zu, \"operand\": %zu", number > 0 ? ", " : "",
               (size_t)term->use.consumer, (size_t)term->use.operand);
    put_member(out, "upstream", term->upstream);
    put_member(out, "partial", term->partial);
    put_member(out, "product", term->upstream * term->partial);
    viz__puts(out, "}");
}

static void put_gradient(viz__out *out, viz__record *r, size_t step)
{
    viz__print(out, ",\n     \"gradient\": {\"state\": \"%s\"", viz__state_word(r, step));
    if (viz__has_gradient(r, step)) {
        viz__print(out, ", \"passes\": %zu", (size_t)r->fact[step].runs);
        put_numbers(out, r, step, true);
        double difference;
        if (r->fact[step].size == 1 && viz__difference(r, step, 0, &difference)) {
            put_member(out, "difference", difference);
        }
        viz__puts(out, ", \"terms\": [");
        viz__each_term(out, r, step, put_term);
        viz__puts(out, "]");
    }
    viz__puts(out, "}");
}

static void put_node(viz__out *out, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    viz__print(out, "    {\"step\": %zu", step);
    put_text(out, "name", viz__name(r, step));
    put_text(out, "op", f->op);
    viz__formula(&r->scratch, r, step);
    put_scratch(out, r, "formula");
    put_text(out, "role", viz__role(r, step));
    put_text(out, "source", f->source);
    viz__type(&r->scratch, r, step);
    viz__cut(&r->scratch, 3); /* the dtype alone */
    put_scratch(out, r, "dtype");
    put_shape(out, r, step);
    viz__print(out, ", \"bytes\": %zu", f->bytes);
    put_numbers(out, r, step, false);
    put_operands(out, r, step);
    if (!r->options->forward_only) {
        put_gradient(out, r, step);
    }
    viz__puts(out, "}");
}

/* --- paths ------------------------------------------------------------------------------------ */

static void put_path(viz__out *out, const viz__paths *p, size_t from, size_t number)
{
    size_t node[VIZ__PATH_NODES];
    double partial[VIZ__PATH_NODES];
    size_t n = viz__path_read(p, from, number, node, partial, VIZ__PATH_NODES);
    viz__puts(out, number > 0 ? ", {\"steps\": [" : "{\"steps\": [");
    for (size_t i = 0; i < n && i < VIZ__PATH_NODES; i++) {
        viz__print(out, i > 0 ? ", %zu" : "%zu", node[i]);
    }
    viz__print(out, "], \"nodes\": %zu", n);
    put_member(out, "product", p->step[from * p->most + number].product);
    viz__puts(out, "}");
}

static void put_paths_from(viz__out *out, const viz__paths *p, size_t from, size_t number)
{
    viz__print(out, "%s    {\"from\": %zu", number > 0 ? ",\n" : "", from);
    put_member(out, "count", p->count[from]);
    if (p->known[from]) {
        put_member(out, "sum", p->sum[from]);
        viz__puts(out, ", \"largest\": [");
        for (size_t i = 0; i < p->kept[from]; i++) {
            put_path(out, p, from, i);
        }
        viz__puts(out, "]");
    }
    viz__puts(out, "}");
}

void viz__json_draw(viz__out *out, viz__record *r)
{
    const char *between = "";
    viz__print(out, "{\"format\": \"autograd trace\", \"version\": %d, \"root\": %zu,\n", VERSION,
               viz__root(r));
    viz__puts(out, " \"nodes\": [\n");
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            viz__puts(out, between);
            put_node(out, r, i);
            between = ",\n";
        }
    }
    viz__puts(out, "\n ]");
    if (r->options->paths > 0 && r->scalar) {
        viz__puts(out, ",\n \"paths\": [\n");
        viz__paths_each(out, r, put_paths_from);
        viz__puts(out, "\n ]");
    }
    viz__puts(out, "}\n");
}
