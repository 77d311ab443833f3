/* Formulas of the chain rule in MathML Core, which browsers show without a script or a font. Must
 * not know the page.
 *
 * Source: MathML Core, W3C, 2023.
 */
#include "stepper_parts.h"

#include <ctype.h>
#include <string.h>

void viz__mathml_begin(viz__out *out)
{
    viz__puts(out, "<math>");
}

void viz__mathml_end(viz__out *out)
{
    viz__puts(out, "</math>");
}

void viz__mathml_operator(viz__out *out, const char *sign)
{
    viz__print(out, "<mo>%s</mo>", sign);
}

static void put_identifier(viz__out *out, const char *name, size_t n)
{
    viz__out part = viz__to_text(out->graph);
    viz__put(&part, name, n);
    viz__puts(out, "<mi>");
    viz__xml(out, viz__text(&part));
    viz__puts(out, "</mi>");
    viz__fail(out, part.status);
    viz__out_free(&part);
}

/* A letter with digits has an index: x1 is x with the index 1. */
void viz__mathml_name(viz__out *out, const char *name)
{
    size_t digits = strspn(name + (name[0] != '\0'), "0123456789");
    bool indexed = isalpha((unsigned char)name[0]) && digits > 0 && name[1 + digits] == '\0';
    if (indexed) {
        viz__puts(out, "<msub>");
        put_identifier(out, name, 1);
        viz__print(out, "<mn>%s</mn></msub>", name + 1);
    } else {
        put_identifier(out, name, strlen(name));
    }
}

void viz__mathml_number(viz__out *out, double value, int digits, bool first)
{
    char text[VIZ__NUMBER];
    viz__number_text(text, value, digits);
    bool minus = text[0] == '-';
    viz__puts(out, minus && !first ? "<mo lspace=\"0\" rspace=\"0\">(</mo>" : "");
    viz__print(out, "<mn>%s%s</mn>", minus ? "−" : "", text + minus);
    viz__puts(out, minus && !first ? "<mo lspace=\"0\" rspace=\"0\">)</mo>" : "");
}

static void put_fraction(viz__out *out, const char *above, const char *below)
{
    viz__puts(out, "<mfrac><mrow><mo>∂</mo>");
    viz__mathml_name(out, above);
    viz__puts(out, "</mrow><mrow><mo>∂</mo>");
    viz__mathml_name(out, below);
    viz__puts(out, "</mrow></mfrac>");
}

void viz__mathml_gradient(viz__out *out, const viz__record *r, size_t step)
{
    put_fraction(out, viz__name(r, viz__root(r)), viz__name(r, step));
}

void viz__mathml_partial(viz__out *out, const viz__record *r, size_t step, size_t operand)
{
    const viz__edge *e = &r->edge[r->first_edge[step] + operand];
    viz__puts(out, e->repeated ? "<msup>" : "");
    put_fraction(out, viz__name(r, step), viz__name(r, e->from));
    if (e->repeated) {
        viz__print(out, "<mrow><mo>(</mo><mn>%zu</mn><mo>)</mo></mrow></msup>", operand + 1);
    }
}
