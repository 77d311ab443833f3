/* The rows of the gradients, the newest step first: the chain rule, its numbers, the running sum,
 * the result. Must not know any operation.
 */
#include "stepper_parts.h"

static void put_symbols(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    viz__mathml_begin(out);
    viz__mathml_gradient(out, r, step);
    for (size_t i = 0; i < c->n; i++) {
        viz__mathml_operator(out, i > 0 ? "+" : "=");
        viz__mathml_gradient(out, r, c->term[i].use.consumer);
        viz__mathml_operator(out, "·");
        viz__mathml_partial(out, r, c->term[i].use.consumer, c->term[i].use.operand);
    }
    viz__mathml_end(out);
}

static void put_numbers(viz__out *out, const viz__chain *c)
{
    viz__puts(out, VIZ__ANSWER);
    viz__mathml_begin(out);
    for (size_t i = 0; i < c->n; i++) {
        if (i > 0) {
            viz__mathml_operator(out, "+");
        }
        viz__mathml_number(out, c->term[i].upstream, c->digits, i == 0);
        viz__mathml_operator(out, "×");
        viz__mathml_number(out, c->term[i].partial, c->digits, false);
    }
    viz__mathml_end(out);
    viz__puts(out, VIZ__ANSWER_END);
}

/* The sum after each term, for a node with several. */
static void put_running_sum(viz__out *out, const viz__chain *c)
{
    double sum = 0;
    viz__puts(out, " <span class=\"sum\">sum: " VIZ__ANSWER);
    viz__mathml_begin(out);
    for (size_t i = 0; i < c->n; i++) {
        sum = i + 1 < c->n ? sum + c->term[i].upstream * c->term[i].partial : c->sum;
        if (i > 0) {
            viz__mathml_operator(out, "→");
        }
        viz__mathml_number(out, sum, c->result_digits, true);
    }
    viz__mathml_end(out);
    viz__puts(out, VIZ__ANSWER_END "</span>");
}

static void put_result(viz__out *out, const char *sign, double value, int digits)
{
    viz__mathml_begin(out);
    viz__mathml_operator(out, sign);
    viz__mathml_end(out);
    viz__puts(out, " " VIZ__ANSWER);
    viz__mathml_begin(out);
    viz__mathml_number(out, value, digits, true);
    viz__mathml_end(out);
    viz__puts(out, VIZ__ANSWER_END);
}

static void put_note(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    viz__cut(&r->marked, 0);
    viz__chain_note(&r->marked, r, c, step);
    if (r->marked.used > 0) {
        viz__puts(out, " <span class=\"note\">");
        viz__xml(out, viz__text(&r->marked));
        viz__puts(out, "</span>");
    }
    viz__cut(&r->marked, 0);
}

/* The cells of a node that is 0-d. */
static void put_chain(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    bool seed = c->state == VIZ__SEED, equation = c->state == VIZ__EQUATION;
    viz__puts(out, "<td>");
    put_symbols(out, r, c, step);
    viz__puts(out, seed ? " the seed" : "");
    viz__puts(out, "</td><td>");
    if (equation && c->n > 0) {
        put_numbers(out, c);
    }
    if (equation && c->n > 1) {
        put_running_sum(out, c);
    }
    viz__puts(out, "</td><td>");
    if (equation) {
        put_result(out, c->reconciles ? "=" : "≈", c->sum, c->result_digits);
    } else if (seed || c->state == VIZ__UNKNOWN) {
        put_result(out, "=", c->held, r->digits);
    } else {
        viz__puts(out, c->state == VIZ__NOT_RUN ? "— not run yet" : "· not required");
    }
    put_note(out, r, c, step);
    viz__puts(out, "</td></tr>\n");
}

/* The cells of a tensor: its rule with shapes, and its norm. */
static void put_rule(viz__out *out, viz__record *r, size_t step)
{
    viz__out rule = viz__to_text(r->graph), notes = viz__to_text(r->graph);
    viz__gradient_name(&rule, r, step);
    if (r->fact[step].state != AG_GRAD_NOT_REQUIRED) {
        viz__rule_terms(&rule, &notes, r, step);
    }
    viz__puts(out, "<td>");
    viz__xml(out, viz__text(&rule));
    viz__puts(out, "</td><td>");
    viz__xml(out, viz__text(&notes));
    viz__puts(out, "</td><td>" VIZ__ANSWER);
    viz__cut(&rule, 0);
    viz__gradient_value(&rule, r, step);
    viz__xml(out, viz__text(&rule));
    viz__puts(out, VIZ__ANSWER_END "</td></tr>\n");
    viz__fail(out, rule.status);
    viz__fail(out, notes.status);
    viz__out_free(&rule);
    viz__out_free(&notes);
}

void viz__page_backward(viz__out *out, viz__record *r, size_t n)
{
    viz__chain c = {.n = 0};
    size_t fragment = n;
    for (size_t i = r->n; i-- > 0 && out->status == AG_OK;) {
        if (!viz__is_shown(r, i)) {
            continue;
        }
        viz__page_row(out, i, fragment++);
        if (r->scalar) {
            viz__fail(out, viz__chain_read(&c, r, i));
            put_chain(out, r, &c, i);
        } else {
            put_rule(out, r, i);
        }
    }
    viz__chain_free(&c, r);
}
