/* The chain rule of one node in LaTeX: the same terms, digits and remarks as in chain.c. Must not
 * know any operation.
 */
#include "blanks.h"

static void put_fraction(viz__out *out, viz__record *r, size_t above, size_t below)
{
    viz__puts(out, "\\frac{\\partial ");
    viz__name_math(out, r, above);
    viz__puts(out, "}{\\partial ");
    viz__name_math(out, r, below);
    viz__puts(out, "}");
}

/* What stands before the first and before any further part of an equation. */
typedef struct equals {
    const char *first, *next;
} equals;

static void put_symbols(viz__out *out, viz__record *r, const viz__chain *c, size_t step,
                        const equals *e)
{
    for (size_t i = 0; i < c->n; i++) {
        viz__use use = c->term[i].use;
        viz__puts(out, i > 0 ? " + " : e->first);
        put_fraction(out, r, viz__root(r), use.consumer);
        viz__puts(out, " \\cdot ");
        put_fraction(out, r, use.consumer, step);
        if (r->edge[r->first_edge[use.consumer] + use.operand].repeated) {
            viz__print(out, "{}^{(%zu)}", (size_t)use.operand + 1);
        }
    }
}

static void put_factor(viz__out *out, double value, int digits, bool first)
{
    char text[VIZ__NUMBER];
    viz__number_text(text, value, digits);
    bool wrap = !first && text[0] == '-';
    viz__puts(out, wrap ? "(" : "");
    viz__number_tex(out, value, digits);
    viz__puts(out, wrap ? ")" : "");
}

static void put_numbers(viz__out *out, const viz__chain *c, const equals *e)
{
    for (size_t i = 0; i < c->n; i++) {
        viz__puts(out, i > 0 ? " + " : e->next);
        put_factor(out, c->term[i].upstream, c->digits, i == 0);
        viz__puts(out, " \\times ");
        put_factor(out, c->term[i].partial, c->digits, false);
    }
    viz__puts(out, c->reconciles ? " = " : " \\approx ");
    viz__number_tex(out, c->sum, c->result_digits);
}

static void put_equation(viz__out *out, viz__record *r, const viz__chain *c, size_t step,
                         const equals *e)
{
    put_symbols(out, r, c, step, e);
    if (viz__blank_number(r, VIZ__GRADIENT, step, 0) > 0) {
        viz__puts(out, r->options->format == VIZ_LATEX ? " = " : " =$ ");
        viz__blank_put(out, r, VIZ__GRADIENT, step, 0);
    } else if (c->state == VIZ__EQUATION) {
        put_numbers(out, c, e);
    } else if (c->runs <= 1 && !r->fact[step].hooked) {
        viz__puts(out, e->next);
        viz__number_tex(out, c->held, r->digits);
    }
}

void viz__chain_math(viz__out *out, viz__record *r, const viz__chain *c, size_t step, bool aligned)
{
    const equals e = {aligned ? " &= " : " = ", aligned ? " \\\\\n    &= " : " = "};
    put_fraction(out, r, viz__root(r), step);
    switch (c->state) {
    case VIZ__NOT_RUN:
        viz__print(out, "%s\\mbox{not run yet}", e.first);
        return;
    case VIZ__NOT_REQUIRED:
        viz__print(out, "%s\\mbox{not required}", e.first);
        return;
    case VIZ__SEED:
        viz__puts(out, e.first);
        viz__number_tex(out, c->held, r->digits);
        return;
    default:
        put_equation(out, r, c, step, &e);
    }
}
