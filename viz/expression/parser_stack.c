/* The two stacks of the parser, and the array that takes what is put together from them. Must not
 * know tokens.
 */
#include "syntax.h"

#include <string.h>

viz__operator *viz__top(const viz_program *p)
{
    return p->operator.n> 0 ? VIZ__AT(viz__operator, p->operator, p->operator.n - 1) : NULL;
}

bool viz__is_open(const viz__operator *o)
{
    return strchr("(c[i", o->sign) != NULL;
}

/* A product without a sign binds before * and after ^, a sign before a value as *: -2^2 is -4. */
int viz__precedence(char sign)
{
    switch (sign) {
    case '+':
    case '-':
        return 2;
    case '*':
    case '/':
    case '@':
        return 3;
    case 'm':
    case 'p':
        return 4;
    case 'J':
        return 5;
    case '^':
        return 6;
    case 'R':
        return 7;
    default:
        return 1; /* comparisons */
    }
}

bool viz__push_operator(viz_program *p, char sign, viz__span span)
{
    viz__operator *o = viz__grow(p, &p->operator);
    if (o != NULL) {
        *o = (viz__operator){.sign = sign, .span = span, .base = p->operand.n, .power = 1};
        o->piece = o->base;
    }
    return o != NULL;
}

bool viz__push_operand(viz_program *p, uint32_t node, viz__span whole, bool numeral)
{
    viz__operand *o = node != VIZ__NONE || !p->failed ? viz__grow(p, &p->operand) : NULL;
    if (o != NULL) {
        *o = (viz__operand){.node = node, .whole = whole, .numeral = numeral};
    }
    return o != NULL;
}

uint32_t viz__add_syntax(viz_program *p, viz__kind kind, viz__span span, viz__span whole)
{
    if (p->syntax.n == VIZ__MOST_SYNTAX) {
        viz__complain(p, span, NULL, "more than %zu values and operators",
                      (size_t)VIZ__MOST_SYNTAX);
        return VIZ__NONE;
    }
    viz__syntax *s = viz__grow(p, &p->syntax);
    if (s == NULL) {
        return VIZ__NONE;
    }
    *s = (viz__syntax){.kind = kind, .span = span, .whole = whole, .target = VIZ__NONE};
    return p->syntax.n - 1;
}

bool viz__take_children(viz_program *p, uint32_t node, uint32_t n)
{
    if (node == VIZ__NONE) {
        return false;
    }
    viz__syntax_at(p, node)->first = p->child.n;
    viz__syntax_at(p, node)->n = n;
    for (uint32_t i = 0; i < n; i++) {
        viz__child *c = viz__grow(p, &p->child);
        if (c == NULL) {
            return false;
        }
        const viz__operand *o = VIZ__AT(viz__operand, p->operand, p->operand.n - n + i);
        *c = (viz__child){.node = o->node, .keyword = o->keyword, .parameter = -1};
    }
    p->operand.n -= n;
    return true;
}
