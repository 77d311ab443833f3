/* A program as it was understood, on one line: every product has its sign, every call its name, and
 * parentheses stand where they are needed. Must not know values.
 */
#include "syntax.h"

#include <math.h>

/* A piece of syntax that is being written: which child is next, and whether it has parentheses. */
typedef struct level {
    uint32_t node, next;
    bool parentheses;
} level;

enum { PRIMARY = 9 };

static int binding(const viz__syntax *s)
{
    return s->kind == VIZ__BINARY ? viz__precedence(s->sign) : s->kind == VIZ__PREFIX ? 4 : PRIMARY;
}

/* Does the k-th child need parentheses? */
static bool needs_parentheses(const viz_program *p, const viz__syntax *s, uint32_t k)
{
    const viz__syntax *child = viz__operand_of(p, s, k);
    int own = binding(s), its = binding(child);
    switch (s->kind) {
    case VIZ__PREFIX:
        return its < 4;
    case VIZ__BINARY:
        if (s->sign == '^') {
            return k == 0 ? its < PRIMARY : its < 4;
        }
        return k == 0 && own > 1 ? its < own : its <= own;
    case VIZ__INDEX:
    case VIZ__PART:
        return k == 0 && (its < PRIMARY || child->kind == VIZ__NUMBER_LITERAL);
    default:
        return false;
    }
}

static void put_number(viz__out *out, double value)
{
    char text[VIZ__NUMBER];
    int digits = 15;
    if (isinf(value)) {
        viz__puts(out, "inf");
        return;
    }
    do {
        viz__number_text(text, value, digits++);
    } while (digits <= 17 && viz__as_printed(value, digits - 1) != value);
    viz__puts(out, text);
}

static void put_sign(viz__out *out, char sign)
{
    static const struct {
        char sign;
        const char *text;
    } signs[] = {{'+', " + "},  {'-', " - "}, {'@', " @ "},  {'<', " < "},
                 {'L', " <= "}, {'>', " > "}, {'G', " >= "}, {'E', " == "},
                 {'N', " != "}, {'*', "*"},   {'/', "/"},    {'^', "^"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].sign == sign) {
            viz__puts(out, signs[i].text);
        }
    }
}

static void put_name(viz_program *p, viz__span name)
{
    char text[VIZ__NAME_ROOM];
    if (viz__span_is(p, name, "√")) {
        viz__puts(&p->text, "sqrt");
        return;
    }
    viz__plain_name(p, name, text, sizeof text);
    viz__puts(&p->text, text);
}

/* What stands before the first child. */
static void put_begin(viz_program *p, const viz__syntax *s)
{
    viz__out *out = &p->text;
    switch (s->kind) {
    case VIZ__NUMBER_LITERAL:
        put_number(out, s->number);
        break;
    case VIZ__NAME_USED:
        put_name(p, s->name);
        break;
    case VIZ__TEXT_LITERAL:
        viz__put(out, p->source + s->span.at, s->span.end - s->span.at);
        break;
    case VIZ__CALL:
        put_name(p, s->name);
        viz__puts(out, "(");
        break;
    case VIZ__BRACKETS:
        viz__puts(out, "[");
        break;
    case VIZ__PREFIX:
        viz__puts(out, "-");
        break;
    default:
        break;
    }
}

/* What stands before the k-th child, k > 0, or before a first one that has a keyword. */
static void put_between(viz_program *p, const viz__syntax *s, uint32_t k)
{
    viz__out *out = &p->text;
    const viz__child *c = viz__child_at(p, s, k);
    if (k > 0 && s->kind == VIZ__BINARY) {
        put_sign(out, s->sign);
    } else if (k > 0) {
        viz__puts(out, s->kind == VIZ__RANGE ? ":" : s->kind == VIZ__INDEX && k == 1 ? "[" : ", ");
    }
    if (c->keyword.end > c->keyword.at) {
        put_name(p, c->keyword);
        viz__puts(out, "=");
    }
}

static void put_end(viz_program *p, const viz__syntax *s)
{
    if (s->kind == VIZ__CALL) {
        viz__puts(&p->text, ")");
    } else if (s->kind == VIZ__BRACKETS || s->kind == VIZ__INDEX) {
        viz__puts(&p->text, "]");
    } else if (s->kind == VIZ__PART) {
        viz__puts(&p->text, ".");
        put_name(p, s->name);
    }
}

static bool push(viz_program *p, viz__growing *stack, uint32_t node, bool parentheses)
{
    level *l = viz__grow(p, stack);
    if (l == NULL) {
        return false;
    }
    *l = (level){node, 0, parentheses};
    viz__puts(&p->text, parentheses ? "(" : "");
    put_begin(p, viz__syntax_at(p, node));
    return true;
}

static void put_expression(viz_program *p, uint32_t root)
{
    viz__growing stack = {.each = sizeof(level)};
    bool good = push(p, &stack, root, false);
    while (good && stack.n > 0) {
        level *l = VIZ__AT(level, stack, stack.n - 1);
        const viz__syntax *s = viz__syntax_at(p, l->node);
        if (l->next == s->n) {
            put_end(p, s);
            viz__puts(&p->text, l->parentheses ? ")" : "");
            stack.n--;
            continue;
        }
        uint32_t k = l->next++;
        uint32_t child = viz__child_at(p, s, k)->node;
        put_between(p, s, k);
        good = child == VIZ__NONE || push(p, &stack, child, needs_parentheses(p, s, k));
    }
    viz__fail(&p->text, good ? AG_OK : AG_ERR_MEMORY);
    viz__array_free(p->graph, stack.at, stack.room, stack.each);
}

const char *viz_program_text(viz_program *p)
{
    if (p == NULL || p->text.status != AG_OK) {
        return "";
    }
    for (uint32_t k = p->text.used > 0 ? p->statement.n : 0; k < p->statement.n; k++) {
        const viz__statement *s = VIZ__AT(viz__statement, p->statement, k);
        viz__puts(&p->text, k > 0 ? "; " : "");
        if (s->name.end > s->name.at) {
            put_name(p, s->name);
            viz__puts(&p->text, " = ");
        }
        put_expression(p, s->root);
    }
    return p->text.status == AG_OK ? viz__text(&p->text) : "";
}
