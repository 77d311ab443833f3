/* Reads a program, token by token, in one of two states: a value is expected, or an operator. The
 * grammar is in README.md. Must not know what a name means, except that a name before a parenthesis
 * is that of an operation.
 */
#include "syntax.h"

#include <string.h>

/* --- where a value is expected ---------------------------------------------------------------- */

static bool open(viz_program *p, char sign, viz__span span)
{
    p->depth++;
    return viz__push_operator(p, sign, span);
}

static bool is_sign(viz__token t, char sign)
{
    return t.kind == VIZ__SIGN && t.sign == sign;
}

/* Opens the call of an operation; the parenthesis is the next token. */
static bool open_call(viz_program *p, viz__span name, viz__span power_span, double power)
{
    viz__token t = viz__next_token(p);
    if (power < 0) {
        char text[VIZ__SHORT], hint[2 * VIZ__SHORT + 40];
        const char *word = viz__short(p, name, text);
        ag_format_text(hint, sizeof hint, "a%s", word);
        bool inverse = viz__function_find(hint, strlen(hint)) >= 0;
        ag_format_text(hint, sizeof hint, "write %s%s%s1/%s(x)", inverse ? "a" : "",
                       inverse ? word : "", inverse ? "(x) for the inverse, or " : "", word);
        return viz__complain(p, power_span, hint, "a negative power could mean the inverse here");
    }
    if (!open(p, 'c', t.span)) {
        return false;
    }
    viz__top(p)->name = name;
    viz__top(p)->power = power;
    if (power_span.end > 0) {
        viz__top(p)->span = power_span;
    }
    return true;
}

/* sin²(x) and sin^2(x): the whole of it is raised. Sets *power and moves behind it if that stands
 * here. */
static bool power_before_call(viz_program *p, viz__span name, viz__span *span, double *power)
{
    uint32_t cursor = p->cursor;
    bool minus = false;
    viz__token t = viz__peek_token(p);
    if (t.kind == VIZ__SUPERSCRIPT) {
        *span = viz__next_token(p).span;
        *power = t.number;
    } else if (is_sign(t, '^') &&
               viz__function_find(p->source + name.at, name.end - name.at) >= 0) {
        span->at = viz__next_token(p).span.at;
        minus = is_sign(viz__peek_token(p), '-');
        t = minus ? (viz__next_token(p), viz__peek_token(p)) : viz__peek_token(p);
        if (t.kind == VIZ__NUMERAL) {
            span->end = viz__next_token(p).span.end;
            *power = minus ? -t.number : t.number;
        }
    }
    bool found = span->end > span->at && is_sign(viz__peek_token(p), '(') && !p->failed;
    p->cursor = found ? p->cursor : cursor;
    return found;
}

static bool read_name(viz_program *p, viz__token t)
{
    viz__operator *o = viz__top(p);
    viz__span power_span = {0, 0};
    double power = 1;
    viz__token next = viz__peek_token(p);
    if (is_sign(next, '=') && o != NULL && o->sign == 'c' && o->keyword.end == 0) {
        viz__next_token(p);
        o->keyword = t.span;
        return true;
    }
    if (is_sign(next, '(')) {
        return open_call(p, t.span, power_span, power);
    }
    if (power_before_call(p, t.span, &power_span, &power)) {
        return open_call(p, t.span, power_span, power);
    }
    uint32_t node = viz__add_syntax(p, VIZ__NAME_USED, t.span, t.span);
    if (node == VIZ__NONE) {
        return false;
    }
    viz__syntax_at(p, node)->name = t.span;
    p->expecting = false;
    return viz__push_operand(p, node, t.span, false) && viz__finish_primary(p);
}

static bool read_literal(viz_program *p, viz__token t)
{
    bool number = t.kind == VIZ__NUMERAL;
    uint32_t node =
        viz__add_syntax(p, number ? VIZ__NUMBER_LITERAL : VIZ__TEXT_LITERAL, t.span, t.span);
    if (node == VIZ__NONE) {
        return false;
    }
    viz__syntax_at(p, node)->number = t.number;
    p->expecting = false;
    return viz__push_operand(p, node, t.span, number) && viz__finish_primary(p);
}

/* What is said where a value is missing. */
static bool no_value(viz_program *p, viz__token t)
{
    char text[VIZ__SHORT];
    const viz__operator *o = viz__top(p);
    if (t.kind == VIZ__END || t.kind == VIZ__NEW_STATEMENT) {
        if (o == NULL) {
            return viz__complain(p, t.span,
                                 "write a value behind the sign =", "a value is missing here");
        }
        return viz__complain(p, o->span, "write a value behind it, or take it away",
                             "a value is missing after %s", viz__short(p, o->span, text));
    }
    if (is_sign(t, '=')) {
        return viz__complain(p, t.span, "to compare, write ==", "= has no meaning here");
    }
    if (t.kind == VIZ__BAD_TOKEN) {
        return false;
    }
    return viz__complain(p, t.span, "write a value before it, or take one of the signs away",
                         "a value is expected here, not %s", viz__short(p, t.span, text));
}

/* An index may leave a value out: x[:], x[1:]; a call and brackets may be empty. */
static bool without_value(viz_program *p, viz__token t)
{
    viz__operator *o = viz__top(p);
    bool index = o != NULL && o->sign == 'i', first = o != NULL && p->operand.n == o->base;
    if (index && is_sign(t, ':')) {
        viz__span here = {t.span.at, t.span.at};
        return viz__push_operand(p, VIZ__NONE, here, false) && viz__separate(p, t);
    }
    if (index && o->colons > 0 && (is_sign(t, ',') || is_sign(t, ']'))) {
        p->expecting = is_sign(t, ',');
        return is_sign(t, ',') ? viz__separate(p, t) : viz__close(p, t);
    }
    if (first && ((o->sign == 'c' && is_sign(t, ')')) || (o->sign == '[' && is_sign(t, ']')))) {
        p->expecting = false;
        return viz__close(p, t);
    }
    return no_value(p, t);
}

static bool read_value(viz_program *p, viz__token t)
{
    if (t.kind == VIZ__WORD_TOKEN) {
        return read_name(p, t);
    }
    if (t.kind == VIZ__NUMERAL || t.kind == VIZ__QUOTE) {
        return read_literal(p, t);
    }
    switch (t.kind == VIZ__SIGN ? t.sign : 0) {
    case '(':
    case '[':
        return open(p, t.sign, t.span);
    case '-':
        return viz__push_operator(p, 'm', t.span);
    case '+':
        return viz__push_operator(p, 'p', t.span);
    case 'R':
        return viz__push_operator(p, 'R', t.span);
    default:
        return without_value(p, t);
    }
}

/* --- where an operator is expected ------------------------------------------------------------ */

static bool read_binary(viz_program *p, viz__token t)
{
    int binds = viz__precedence(t.sign);
    p->expecting = true;
    if (!viz__reduce_to(p, binds + (t.sign == '^'))) {
        return false;
    }
    const viz__operand *left = VIZ__AT(viz__operand, p->operand, p->operand.n - 1);
    const viz__syntax *s = left->node != VIZ__NONE ? viz__syntax_at(p, left->node) : NULL;
    if (binds == 1 && s != NULL && s->kind == VIZ__BINARY && viz__precedence(s->sign) == 1 &&
        p->source[left->whole.at] != '(') {
        return viz__complain(p, t.span, "write (a < b)*(b < c)", "a second comparison");
    }
    return viz__push_operator(p, t.sign, t.span);
}

static bool read_field(viz_program *p, viz__token t)
{
    viz__span whole = VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->whole;
    whole.end = t.span.end;
    uint32_t node = viz__add_syntax(p, VIZ__PART, t.span, whole);
    if (!viz__take_children(p, node, 1)) {
        return false;
    }
    viz__syntax_at(p, node)->name = t.span;
    return viz__push_operand(p, node, whole, false);
}

/* f(x) = x^2 defines a function on paper. */
static bool complain_equals(viz_program *p, viz__token t)
{
    const viz__syntax *last = p->syntax.n > 0 ? viz__syntax_at(p, p->syntax.n - 1) : NULL;
    bool function = last != NULL && last->kind == VIZ__CALL && last->whole.at == 0;
    return viz__complain(p, t.span,
                         function ? "leave the arguments out: f = x^2" : "to compare, write ==",
                         "= gives a name its value, at the beginning of a statement");
}

static bool read_operator(viz_program *p, viz__token t)
{
    if (t.kind == VIZ__SUPERSCRIPT) {
        return viz__raise(p, t.span, t.number);
    }
    if (t.kind == VIZ__FIELD) {
        return read_field(p, t);
    }
    bool numeral = VIZ__AT(viz__operand, p->operand, p->operand.n - 1)->numeral;
    if (t.kind != VIZ__SIGN || strchr("(R", t.sign) != NULL || (t.sign == '[' && numeral)) {
        return viz__beside(p, t);
    }
    switch (t.sign) {
    case ')':
    case ']':
        return viz__close(p, t);
    case ',':
    case ':':
        p->expecting = true;
        return viz__separate(p, t);
    case '=':
        return complain_equals(p, t);
    case '[':
        p->expecting = true;
        return open(p, 'i', t.span);
    default:
        return read_binary(p, t);
    }
}

/* --- statements ------------------------------------------------------------------------------- */

static bool end_statement(viz_program *p, viz__statement s)
{
    if (!viz__reduce_to(p, 0)) {
        return false;
    }
    const viz__operator *o = viz__top(p);
    if (o != NULL) {
        return viz__complain(
            p, o->sign == 'c' ? o->name : o->span,
            o->sign == '(' || o->sign == 'c' ? "write ) where it ends" : "write ] where it ends",
            "%s is never closed",
            o->sign == '(' || o->sign == 'c' ? "this parenthesis" : "this bracket");
    }
    s.root = VIZ__AT(viz__operand, p->operand, 0)->node;
    p->operand.n = 0;
    viz__statement *new = viz__grow(p, &p->statement);
    if (new != NULL) {
        *new = s;
    }
    return new != NULL;
}

/* name = ..., if that stands at the cursor. */
static viz__statement begin_statement(viz_program *p)
{
    viz__statement s = {.symbol = VIZ__NONE};
    uint32_t cursor = p->cursor;
    if (viz__peek_token(p).kind == VIZ__WORD_TOKEN) {
        s.name = viz__next_token(p).span;
        if (is_sign(viz__peek_token(p), '=')) {
            viz__next_token(p);
            return s;
        }
    }
    p->cursor = cursor;
    s.name = (viz__span){0, 0};
    return s;
}

static bool read_statement(viz_program *p)
{
    viz__statement s = begin_statement(p);
    p->expecting = true;
    for (bool first = true;; first = false) {
        viz__token t = viz__next_token(p);
        bool end = t.kind == VIZ__END || t.kind == VIZ__NEW_STATEMENT;
        if (t.kind == VIZ__BAD_TOKEN) {
            return false;
        }
        if (end && first && s.name.end == s.name.at) {
            return true; /* an empty one */
        }
        if (end && !p->expecting) {
            return end_statement(p, s);
        }
        if (!(p->expecting ? read_value(p, t) : read_operator(p, t)) || p->failed) {
            return false;
        }
    }
}

bool viz__parse(viz_program *p)
{
    while (p->cursor < p->bytes) {
        if (!read_statement(p)) {
            return false;
        }
    }
    if (p->statement.n == 0) {
        return viz__complain(p, (viz__span){0, 0}, "write an expression, such as x^2 + 1",
                             "the program is empty");
    }
    return true;
}
