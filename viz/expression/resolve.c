/* What a name stands for: a statement before it, a binding, or a constant; and what to say of one
 * that stands for nothing. Must not know what is recorded.
 */
#include "syntax.h"

#include <math.h>
#include <string.h>

/* --- statements give names, once each --------------------------------------------------------- */

static bool give(viz_program *p, uint32_t statement)
{
    viz__statement *s = VIZ__AT(viz__statement, p->statement, statement);
    char text[VIZ__SHORT];
    if (s->name.end == s->name.at) {
        return true;
    }
    s->symbol = viz__symbol_of(p, s->name);
    if (s->symbol == VIZ__NONE) {
        return false;
    }
    viz__symbol *symbol = VIZ__AT(viz__symbol, p->symbol, s->symbol);
    if (symbol->statement != VIZ__NONE) {
        return viz__complain(p, s->name, "give each value a name of its own",
                             "%s has a value already", viz__short(p, s->name, text));
    }
    if (symbol->first_use != VIZ__NONE) {
        return viz__complain(
            p, viz__syntax_at(p, symbol->first_use)->span,
            "a statement uses names of those before it; a new value needs a new name",
            "%s is used before it has its value", viz__short(p, s->name, text));
    }
    symbol->statement = statement;
    symbol->name = s->name;
    return true;
}

static bool use(viz_program *p, uint32_t i)
{
    viz__syntax *s = viz__syntax_at(p, i);
    s->target = viz__symbol_of(p, s->name);
    if (s->target == VIZ__NONE) {
        return false;
    }
    viz__symbol *symbol = VIZ__AT(viz__symbol, p->symbol, s->target);
    symbol->first_use = symbol->first_use == VIZ__NONE ? i : symbol->first_use;
    return true;
}

static bool resolve_calls(viz_program *p)
{
    for (uint32_t i = 0; i < p->syntax.n; i++) {
        viz__syntax *s = viz__syntax_at(p, i);
        if (s->kind == VIZ__CALL && !viz__choose_function(p, s)) {
            return false;
        }
    }
    return true;
}

bool viz__resolve(viz_program *p)
{
    uint32_t i = 0;
    if (!resolve_calls(p)) {
        return false;
    }
    for (uint32_t k = 0; k < p->statement.n; k++) {
        for (; i <= VIZ__AT(viz__statement, p->statement, k)->root; i++) {
            const viz__syntax *s = viz__syntax_at(p, i);
            if (s->kind == VIZ__TEXT_LITERAL && !s->as_text) {
                return viz__complain(p, s->span, "a text is an argument: einsum('ij,jk->ik', A, B)",
                                     "a text has no meaning here");
            }
            if (s->kind == VIZ__NAME_USED && !s->as_word && !use(p, i)) {
                return false;
            }
        }
        if (!give(p, k)) {
            return false;
        }
    }
    return true;
}

/* --- names without a value -------------------------------------------------------------------- */

static bool is_missing(const viz_program *p, const viz__symbol *s)
{
    double value;
    return s->statement == VIZ__NONE && s->binding == VIZ__NONE && s->first_use != VIZ__NONE &&
           !viz__constant(p, s->name, &value);
}

/* All names that have no value, in one message; the mark is under the first. */
static bool complain_missing(viz_program *p, const viz__symbol *first, uint32_t n)
{
    char list[300] = "", hint[360], one[VIZ__SHORT];
    size_t used = 0;
    for (uint32_t i = 0; i < p->symbol.n; i++) {
        const viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, i);
        if (is_missing(p, s) && used + VIZ__SHORT + 8 < sizeof list) {
            used += ag_format_text(list + used, sizeof list - used, "%s%s=...", used > 0 ? " " : "",
                                   viz__short(p, s->name, one));
        }
    }
    ag_format_text(hint, sizeof hint, p->is_binding ? "a value is made of numbers" : "give %s",
                   list);
    viz__span where = viz__syntax_at(p, first->first_use)->span;
    if (n == 1) {
        return viz__complain(p, where, hint, "%s has no value", viz__short(p, first->name, one));
    }
    return viz__complain(p, where, hint, "%zu names have no value", (size_t)n);
}

/* Is it two names in one, an operation without its parentheses, or nearly another name? */
static bool complain_odd(viz_program *p, const viz__symbol *s)
{
    char one[VIZ__SHORT], near[VIZ__SHORT], hint[2 * VIZ__SHORT + 40];
    viz__span where = viz__syntax_at(p, s->first_use)->span;
    const char *name = viz__short(p, s->name, one), *better = viz__as_product(p, s->name, near);
    if (better != NULL) {
        ag_format_text(hint, sizeof hint, "write %s for a product", better);
    } else if (viz__function_find(name, strlen(name)) >= 0) {
        ag_format_text(hint, sizeof hint, "%s is an operation: write %s(...)", name, name);
    } else if (strcmp(name, "i") == 0 || (better = viz__nearest(p, s->name, false, near)) == NULL) {
        return true;
    } else {
        ag_format_text(hint, sizeof hint, "did you mean %s?", better);
    }
    return viz__complain(p, where, hint, "%s has no value", name);
}

static bool complain_unused(viz_program *p)
{
    for (uint32_t i = 0; i < p->binding.n; i++) {
        viz__binding *b = VIZ__AT(viz__binding, p->binding, i);
        viz__span name = VIZ__AT(viz__statement, b->program->statement, 0)->name;
        char one[VIZ__SHORT];
        if (b->symbol == VIZ__NONE) {
            return viz__complain(b->program, name, "take it away, or use the name in the program",
                                 "the program has no name %s", viz__short(b->program, name, one));
        }
        if (viz__varies(p, VIZ__AT(viz__symbol, p->symbol, b->symbol))) {
            return viz__complain(
                b->program, name, "a binding gives names values that the program does not compute",
                "%s is computed by the program", viz__short(b->program, name, one));
        }
    }
    return true;
}

bool viz__check_names(viz_program *p)
{
    const viz__symbol *first = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->symbol.n; i++) {
        const viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, i);
        if (is_missing(p, s)) {
            if (!complain_odd(p, s)) {
                return false;
            }
            first = first != NULL ? first : s;
            n++;
        }
    }
    return (n == 0 || complain_missing(p, first, n)) && complain_unused(p);
}
