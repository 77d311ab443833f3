/* How nodes and derivatives are written, the same in every output: names, formulas from the engine,
 * shapes, roles. Must not know the layout, nor any operation.
 */
#include "blanks.h"

#include <string.h>

#define MOST_OPERANDS 8 /* that are written where there is no formula */

const char *viz__namer(void *user, const ag_tensor *t)
{
    const viz__record *r = user;
    size_t step = t != NULL ? viz__step_of(r, t) : viz__root(r);
    return step < r->n ? viz__name(r, step) : "?";
}

const char *viz__role(const viz__record *r, size_t step)
{
    switch (r->fact[step].role) {
    case AG_CONSTANT:
        return "constant";
    case AG_VARIABLE:
        return "input";
    case AG_PARAMETER:
        return "parameter";
    default:
        return "result";
    }
}

void viz__dims(viz__out *out, ag_shape shape)
{
    viz__put(out, "[", 1);
    for (int i = 0; i < shape.ndim; i++) {
        viz__print(out, i > 0 ? ",%zu" : "%zu", (size_t)shape.dim[i]);
    }
    viz__put(out, "]", 1);
}

void viz__index(viz__out *out, ag_shape shape, int64_t at)
{
    ag_shape index = shape;
    for (int i = shape.ndim; i-- > 0;) {
        index.dim[i] = at % shape.dim[i];
        at /= shape.dim[i];
    }
    if (shape.ndim > 0) {
        viz__dims(out, index);
    }
}

ag_shape viz__shape_of(const viz__record *r, size_t step)
{
    return ag_shape_of(viz__node(r, step));
}

bool viz__same_shape(const viz__record *r, size_t a, size_t b)
{
    return ag_shape_equal(viz__shape_of(r, a), viz__shape_of(r, b));
}

void viz__type(viz__out *out, const viz__record *r, size_t step)
{
    viz__print(out, "%s ", ag_dtype_text(ag_dtype_of(viz__node(r, step))));
    viz__dims(out, viz__shape_of(r, step));
}

void viz__attributes(viz__out *out, const viz__record *r, size_t step)
{
    char text[120];
    if (ag_attributes_text(viz__node(r, step), text, sizeof text) > 0) {
        viz__clean(out, text, r->options->ascii);
    }
}

bool viz__copy_text(viz__out *out, viz__record *r, viz__engine_text text, size_t step,
                    size_t operand, ag_namer namer)
{
    size_t need = 64;
    for (;;) {
        char *room = viz__reserve(out, need);
        if (room == NULL) {
            return false;
        }
        size_t bytes = out->capacity - out->used;
        size_t n = text(viz__node(r, step), (int)operand, r->notation, namer, r, room, bytes);
        if (n < bytes) {
            viz__commit(out, n);
            return n > 0;
        }
        need = n + 1;
    }
}

static size_t value_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name, void *user,
                         char *text, size_t bytes)
{
    (void)i;
    return ag_value_text(t, notation, name, user, text, bytes);
}

static const char *no_name(void *user, const ag_tensor *t)
{
    (void)user;
    (void)t;
    return "";
}

bool viz__value_formula(viz__out *out, viz__record *r, size_t step, ag_namer namer)
{
    return !viz__is_leaf(r, step) && viz__copy_text(out, r, value_text, step, 0, namer);
}

bool viz__value_symbol(viz__out *out, viz__record *r, size_t step)
{
    return viz__value_formula(out, r, step, no_name);
}

/* Writes "(a, b)". Of many operands it writes only the first, since Graphviz cannot read very long
 * labels. */
static void put_operands(viz__out *out, const viz__record *r, size_t step)
{
    size_t first = r->first_edge[step], n = r->first_edge[step + 1] - first;
    viz__puts(out, "(");
    for (size_t i = 0; i < n && i < MOST_OPERANDS; i++) {
        viz__print(out, i > 0 ? ", %s" : "%s", viz__name(r, r->edge[first + i].from));
    }
    if (n > MOST_OPERANDS) {
        viz__print(out, ", ... (%zu in all)", n);
    }
    viz__puts(out, ")");
}

void viz__formula(viz__out *out, viz__record *r, size_t step)
{
    const char *op = r->fact[step].op;
    if (op == NULL) {
        viz__puts(out, viz__role(r, step));
        return;
    }
    if (viz__value_formula(out, r, step, viz__namer)) {
        return;
    }
    viz__clean(out, op, r->options->ascii);
    put_operands(out, r, step);
}

void viz__gradient_name(viz__out *out, const viz__record *r, size_t step)
{
    const char *d = viz__signs_of(r)->d;
    viz__print(out, "%s%s/%s%s", d, viz__name(r, viz__root(r)), d, viz__name(r, step));
}

void viz__sum_note(viz__out *out, uint32_t runs)
{
    if (runs > 1) {
        viz__print(out, " [sum of %zu backward calls]", (size_t)runs);
    }
}

/* Writes the place of an operand as a raised number, "⁽²⁾". */
static void put_raised(viz__out *out, size_t place, bool ascii)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    if (ascii) {
        viz__print(out, "(%zu)", place);
        return;
    }
    size_t power = 1;
    while (place / power >= 10) {
        power *= 10;
    }
    viz__puts(out, "⁽");
    for (; power > 0; power /= 10) {
        viz__puts(out, raised[place / power % 10]);
    }
    viz__puts(out, "⁾");
}

void viz__partial_name(viz__out *out, const viz__record *r, size_t step, size_t operand)
{
    const char *d = viz__signs_of(r)->d;
    size_t e = r->first_edge[step] + operand;
    viz__print(out, "%s%s/%s%s", d, viz__name(r, step), d, viz__name(r, r->edge[e].from));
    if (r->edge[e].repeated) {
        put_raised(out, operand + 1, r->options->ascii);
    }
}

void viz__partial(viz__out *out, viz__record *r, size_t step, size_t operand)
{
    const viz__edge *edge = &r->edge[r->first_edge[step] + operand];
    viz__partial_name(out, r, step, operand);
    size_t start = out->used;
    viz__puts(out, " = ");
    if (viz__blank_put(out, r, VIZ__PARTIAL, step, operand)) {
        return;
    }
    bool formula = viz__copy_text(out, r, ag_partial_text, step, operand, viz__namer);
    if (!edge->known) {
        viz__cut(out, formula ? out->used : start);
        return;
    }
    char text[VIZ__NUMBER];
    viz__number_text(text, edge->partial, r->digits);
    if (!formula || strcmp(viz__text(out) + start + 3, text) == 0) {
        viz__cut(out, start);
    }
    viz__print(out, " = %s", text);
}
