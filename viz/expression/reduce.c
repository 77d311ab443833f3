/* The stacks of the parser: operators that wait for what comes behind them, and their operands.
 * When an operator binds at least as tightly as the one that follows, the two become one piece of
 * syntax. Must not know tokens beyond the one it is given, nor what a name means.
 *
 * Source: operator precedence, Dijkstra 1961 (the shunting yard).
 */
#include "syntax.h"

#include <string.h>

/* The square root, as a call of sqrt: √ is its name. */
static bool reduce_root(viz_program *p, viz__operator o, viz__operand x)
{
    viz__span whole = {o.span.at, x.whole.end};
    uint32_t node = viz__add_syntax(p, VIZ__CALL, o.span, whole);
    if (!viz__take_children(p, node, 1) || !viz__push_operand(p, node, whole, false)) {
        return false;
    }
    viz__syntax_at(p, node)->name = o.span;
    VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->root = x.numeral;
    return true;
}

static bool reduce_prefix(viz_program *p, viz__operator o, viz__operand x)
{
    viz__span whole = {o.span.at, x.whole.end};
    if (o.sign == 'p') {
        VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->whole = whole;
        return true;
    }
    uint32_t node = viz__add_syntax(p, VIZ__PREFIX, o.span, whole);
    return viz__take_children(p, node, 1) && viz__push_operand(p, node, whole, false);
}

static bool reduce_binary(viz_program *p, viz__operator o, viz__operand right)
{
    viz__operand left = *VIZ__AT(viz__operand, p->operand, p->operand.n - 2);
    viz__span whole = {left.whole.at, right.whole.end};
    if (o.sign == 'J' && !viz__check_product(p, &left, &right)) {
        return false;
    }
    uint32_t node = viz__add_syntax(p, VIZ__BINARY, o.span, whole);
    if (!viz__take_children(p, node, 2) || !viz__push_operand(p, node, whole, false)) {
        return false;
    }
    viz__syntax_at(p, node)->sign = o.sign == 'J' ? '*' : o.sign;
    return true;
}

static bool reduce(viz_program *p)
{
    viz__operator o = *VIZ__AT(viz__operator, p->operator, -- p->operator.n);
    viz__operand x = *VIZ__AT(viz__operand, p->operand, p->operand.n - 1);
    if (o.sign == 'R') {
        return reduce_root(p, o, x);
    }
    return o.sign == 'm' || o.sign == 'p' ? reduce_prefix(p, o, x) : reduce_binary(p, o, x);
}

bool viz__reduce_to(viz_program *p, int least)
{
    const viz__operator *o = viz__top(p);
    while (!p->failed && o != NULL && !viz__is_open(o) && viz__precedence(o->sign) >= least) {
        if (!reduce(p)) {
            return false;
        }
        o = viz__top(p);
    }
    return !p->failed;
}

bool viz__raise(viz_program *p, viz__span span, double power)
{
    viz__span whole = VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->whole;
    whole.end = span.end > whole.end ? span.end : whole.end;
    uint32_t number = viz__add_syntax(p, VIZ__NUMBER_LITERAL, span, span);
    if (number == VIZ__NONE || !viz__push_operand(p, number, span, false)) {
        return false;
    }
    viz__syntax_at(p, number)->number = power;
    uint32_t node = viz__add_syntax(p, VIZ__BINARY, span, whole);
    if (!viz__take_children(p, node, 2) || !viz__push_operand(p, node, whole, false)) {
        return false;
    }
    viz__syntax_at(p, node)->sign = '^';
    return true;
}

bool viz__finish_primary(viz_program *p)
{
    const viz__operator *o = viz__top(p);
    while (!p->failed && o != NULL && o->sign == 'R') {
        if (!reduce(p)) {
            return false;
        }
        o = viz__top(p);
    }
    return !p->failed;
}

/* --- what was open and is closed -------------------------------------------------------------- */

/* Puts a:b:c together, where at least one colon was read. */
static bool finish_piece(viz_program *p, viz__operator *o)
{
    if (o->colons == 0) {
        o->piece = p->operand.n;
        return true;
    }
    viz__span whole = {o->span.at, p->cursor};
    if (p->operand.n - o->piece == (uint32_t)o->colons) {
        viz__push_operand(p, VIZ__NONE, whole, false);
    }
    for (; o->colons < 2; o->colons++) {
        viz__push_operand(p, VIZ__NONE, whole, false);
    }
    uint32_t node = viz__add_syntax(p, VIZ__RANGE, o->span, whole);
    if (p->failed || !viz__take_children(p, node, 3)) {
        return false;
    }
    o->colons = 0;
    bool good = viz__push_operand(p, node, whole, false);
    o->piece = p->operand.n;
    return good;
}

/* 1,5 is a number elsewhere; x, y and x=2, y=3 are lists. */
static bool complain_comma(viz_program *p, viz__token t)
{
    bool digit =
        t.span.end < p->bytes && p->source[t.span.end] >= '0' && p->source[t.span.end] <= '9';
    return viz__complain(p, t.span,
                         digit ? "write a point in numbers: 1.5"
                               : "several values are [x, y]; bindings stand apart: x=2 y=3",
                         "a comma has no meaning here");
}

bool viz__separate(viz_program *p, viz__token t)
{
    if (!viz__reduce_to(p, 0)) {
        return false;
    }
    viz__operator *o = viz__top(p);
    if (t.sign == ':') {
        if (o == NULL || o->sign != 'i') {
            return viz__complain(p, t.span, "x[1:3] takes a part of x", ": has no meaning here");
        }
        return ++o->colons <= 2 ||
               viz__complain(p, t.span, "write first:last:step", "a third colon");
    }
    if (o == NULL || o->sign == '(') {
        return complain_comma(p, t);
    }
    if (p->operand.n > o->base && o->keyword.end > o->keyword.at) {
        VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->keyword = o->keyword;
    }
    o->keyword = (viz__span){0, 0};
    return o->sign != 'i' || finish_piece(p, o);
}

static bool close_call(viz_program *p, viz__operator o, viz__span whole)
{
    whole.at = o.name.at;
    uint32_t node = viz__add_syntax(p, VIZ__CALL, o.name, whole);
    if (!viz__take_children(p, node, p->operand.n - o.base) ||
        !viz__push_operand(p, node, whole, false)) {
        return false;
    }
    viz__syntax_at(p, node)->name = o.name;
    return o.power == 1 || viz__raise(p, o.span, o.power);
}

static bool close_brackets(viz_program *p, viz__operator o, viz__span whole)
{
    bool index = o.sign == 'i';
    uint32_t n = p->operand.n - o.base + index;
    if (index) {
        whole.at = VIZ__AT(viz__operand, p->operand, o.base - 1)->whole.at;
    }
    uint32_t node = viz__add_syntax(p, index ? VIZ__INDEX : VIZ__BRACKETS, o.span, whole);
    return viz__take_children(p, node, n) && viz__push_operand(p, node, whole, false);
}

/* Is this the sign that closes what was opened by that one? */
static bool closes(char open, char sign)
{
    return sign == (open == '(' || open == 'c' ? ')' : ']');
}

bool viz__close(viz_program *p, viz__token t)
{
    if (!viz__reduce_to(p, 0)) {
        return false;
    }
    viz__operator *top = viz__top(p);
    if (top == NULL) {
        return viz__complain(p, t.span, "take it away, or open one before", "nothing is open here");
    }
    if (!closes(top->sign, t.sign)) {
        bool round = closes(top->sign, ')');
        return viz__complain(p, t.span, round ? "write ) here" : "write ] here",
                             "%s is open here, and is closed by %s",
                             round ? "a parenthesis" : "a bracket", round ? ")" : "]");
    }
    viz__token comma = {.kind = VIZ__SIGN, .span = t.span, .sign = ','};
    if ((top->sign == 'c' || top->sign == 'i') && !viz__separate(p, comma)) {
        return false;
    }
    viz__operator o = *VIZ__AT(viz__operator, p->operator, -- p->operator.n);
    viz__span whole = {o.span.at, t.span.end};
    p->depth--;
    if (o.sign == '(') {
        viz__operand *x = VIZ__AT(viz__operand, p->operand, p->operand.n - 1);
        x->whole = whole;
        x->numeral = false;
        return viz__finish_primary(p);
    }
    return (o.sign == 'c' ? close_call(p, o, whole) : close_brackets(p, o, whole)) &&
           (o.sign == 'i' || viz__finish_primary(p));
}
