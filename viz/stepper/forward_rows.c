/* The rows of the values, in the order in which they were computed, with the local partials. Must
 * not know any operation.
 */
#include "stepper_parts.h"

#include <autograd/derivatives.h>

#include <string.h>

void viz__page_row(viz__out *out, size_t step, size_t fragment)
{
    viz__print(out, "<tr data-fragment-index=\"%zu\"><th scope=\"row\">%zu</th>", fragment, step);
}

static void put_definition(viz__out *out, viz__record *r, size_t step)
{
    viz__puts(out, "<td>");
    viz__mathml_begin(out);
    viz__mathml_name(out, viz__name(r, step));
    if (!viz__is_leaf(r, step)) {
        viz__cut(&r->scratch, 0);
        viz__formula(&r->scratch, r, step);
        viz__mathml_operator(out, "=");
        viz__mathml_formula(out, r, step, viz__text(&r->scratch));
        viz__cut(&r->scratch, 0);
    }
    viz__mathml_end(out);
    if (viz__is_leaf(r, step)) {
        viz__print(out, " %s", viz__role(r, step));
    }
    viz__puts(out, "</td>");
}

/* What a student is asked for: the value of all but leaves, which are given. */
static void put_value(viz__out *out, viz__record *r, size_t step)
{
    bool given = viz__is_leaf(r, step);
    viz__puts(out, given ? "<td>" : "<td>" VIZ__ANSWER);
    if (r->fact[step].scalar) {
        viz__mathml_begin(out);
        viz__mathml_number(out, r->fact[step].value, r->digits, true);
        viz__mathml_end(out);
    } else {
        viz__cut(&r->scratch, 0);
        viz__value_text(&r->scratch, r, step);
        viz__xml(out, viz__text(&r->scratch));
        viz__cut(&r->scratch, 0);
    }
    viz__puts(out, given ? "</td>" : VIZ__ANSWER_END "</td>");
}

/* "∂b/∂a = exp(a) = 54.60", or as much of it as is known. */
static void put_partial(viz__out *out, viz__record *r, size_t step, size_t operand)
{
    const viz__edge *edge = &r->edge[r->first_edge[step] + operand];
    char number[VIZ__NUMBER] = "";
    viz__cut(&r->scratch, 0);
    bool formula = viz__copy_text(&r->scratch, r, ag_partial_text, step, operand, viz__namer);
    if (edge->known) {
        viz__number_text(number, edge->partial, r->digits);
    }
    viz__puts(out, "<span class=\"part\">");
    viz__mathml_begin(out);
    viz__mathml_partial(out, r, step, operand);
    if (formula && strcmp(viz__text(&r->scratch), number) != 0) {
        viz__mathml_operator(out, "=");
        viz__mathml_formula(out, r, step, viz__text(&r->scratch));
    }
    if (edge->known) {
        viz__mathml_operator(out, "=");
    }
    viz__mathml_end(out);
    viz__cut(&r->scratch, 0);
    if (edge->known) {
        viz__puts(out, " " VIZ__ANSWER);
        viz__mathml_begin(out);
        viz__mathml_number(out, edge->partial, r->digits, true);
        viz__mathml_end(out);
        viz__puts(out, VIZ__ANSWER_END);
    }
    viz__puts(out, "</span> ");
}

static void put_partials(viz__out *out, viz__record *r, size_t step)
{
    viz__puts(out, "<td>");
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        if (viz__is_shown(r, r->edge[e].from) && r->edge[e].flows) {
            put_partial(out, r, step, e - r->first_edge[step]);
        }
    }
    viz__puts(out, "</td>");
}

void viz__page_forward(viz__out *out, viz__record *r)
{
    size_t fragment = 0;
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        if (viz__is_shown(r, i)) {
            viz__page_row(out, i, fragment++);
            put_definition(out, r, i);
            put_value(out, r, i);
            if (!r->options->forward_only) {
                put_partials(out, r, i);
            }
            viz__puts(out, "</tr>\n");
        }
    }
}
