/* Two values beside each other: 2x is a product; where it could mean two things, or is something
 * else that is usual on paper, the message says what to write. Must not know what a name means,
 * except whether it is that of an operation.
 */
#include "syntax.h"

#include <string.h>

static bool begins_value(viz__token t)
{
    return t.kind == VIZ__WORD_TOKEN || (t.kind == VIZ__SIGN && (t.sign == '(' || t.sign == 'R'));
}

static bool is_function(const viz_program *p, viz__span s)
{
    return viz__function_find(p->source + s.at, s.end - s.at) >= 0;
}

/* √2x */
static bool complain_root(viz_program *p, const viz__operand *left, viz__token t)
{
    char a[VIZ__SHORT], b[VIZ__SHORT], hint[3 * VIZ__SHORT + 40];
    viz__span number = {left->whole.at + 3, left->whole.end};
    const char *x = viz__short(p, number, a), *y = viz__short(p, t.span, b);
    ag_format_text(hint, sizeof hint, "write √(%s*%s) or √%s*%s", x, y, x, y);
    return viz__complain(p, (viz__span){left->whole.at, t.span.end}, hint,
                         "this could mean two things");
}

bool viz__beside(viz_program *p, viz__token t)
{
    const viz__operand *left = VIZ__AT(viz__operand, p->operand, p->operand.n - 1);
    char a[VIZ__SHORT], b[VIZ__SHORT], hint[3 * VIZ__SHORT + 40];
    const char *x = viz__short(p, left->whole, a), *y = viz__short(p, t.span, b);
    if (left->numeral && !t.spaced && begins_value(t)) {
        p->cursor = t.span.at; /* it is read again, as a value */
        p->expecting = true;
        return viz__push_operator(p, 'J', (viz__span){t.span.at, t.span.at});
    }
    if (t.kind == VIZ__SIGN && t.sign == '(') {
        ag_format_text(hint, sizeof hint, "write %s*(...) for a product", x);
        return viz__complain(p, t.span, hint, "%s is no operation that could be called", x);
    }
    if (left->root && !t.spaced) {
        return complain_root(p, left, t);
    }
    const viz__syntax *s = left->node != VIZ__NONE ? viz__syntax_at(p, left->node) : NULL;
    if (s != NULL && s->kind == VIZ__NAME_USED && is_function(p, s->name)) {
        ag_format_text(hint, sizeof hint, "write %s(%s)", x, y);
        return viz__complain(p, (viz__span){left->whole.at, t.span.end}, hint,
                             "an operation needs parentheses");
    }
    ag_format_text(hint, sizeof hint, "write %s*%s%s for a product", x, y,
                   t.kind == VIZ__SIGN ? "...]" : "");
    return viz__complain(p, t.span, hint, "an operator is missing before %s", y);
}

/* A product without a sign behind / or ^: 1/2x, 2^3x. */
bool viz__check_product(viz_program *p, const viz__operand *left, const viz__operand *right)
{
    uint32_t i = p->operator.n;
    const viz__operator *o = NULL;
    while (i > 0) {
        o = VIZ__AT(viz__operator, p->operator, -- i);
        if (o->sign != 'm' && o->sign != 'p') {
            break;
        }
        o = NULL;
    }
    if (o == NULL || (o->sign != '/' && o->sign != '^')) {
        return true;
    }
    char a[VIZ__SHORT], b[VIZ__SHORT], c[VIZ__SHORT], hint[7 * VIZ__SHORT];
    viz__span before = VIZ__AT(viz__operand, p->operand, p->operand.n - 3)->whole;
    const char *x = viz__short(p, before, a), *y = viz__short(p, left->whole, b);
    const char *z = viz__short(p, right->whole, c);
    const char *sign = o->sign == '/' ? "/" : "^";
    if (o->sign == '/') {
        ag_format_text(hint, sizeof hint, "write (%s/%s)*%s or %s/(%s*%s)", x, y, z, x, y, z);
    } else {
        ag_format_text(hint, sizeof hint, "write %s^%s*%s or %s^(%s*%s)", x, y, z, x, y, z);
    }
    return viz__complain(p, (viz__span){left->whole.at, right->whole.end}, hint,
                         "behind %s this could mean two things", sign);
}
