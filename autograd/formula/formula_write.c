/* Writing a formula's tree: operators by precedence, products and powers as on a blackboard, in
 * Unicode, ASCII or LaTeX.
 */
#include <stdio.h>
#include <string.h>

#include "formula_tree.h"

static void say(formula *f, const char *s, size_t length)
{
    for (size_t i = 0; i < length; i++, f->used++) {
        if (f->used + 1 < f->bytes) {
            f->text[f->used] = s[i];
        }
    }
}

static void says(formula *f, const char *s)
{
    say(f, s, strlen(s));
}

/* One of three spellings: Unicode, ASCII, LaTeX. */
static void spell(formula *f, const char *unicode, const char *ascii, const char *latex)
{
    says(f, f->notation == AG_TEXT_LATEX ? latex : f->notation == AG_TEXT_ASCII ? ascii : unicode);
}

enum { SUM = 1, PRODUCT = 2, POWER = 3, ATOM = 4 };

static int precedence(const term *t, ag_notation notation)
{
    switch (t->kind) {
    case ADD:
    case SUB:
        return SUM;
    case NUMBER:
        return t->number < 0 ? PRODUCT : ATOM;
    case DIV:
        return notation == AG_TEXT_LATEX ? ATOM : PRODUCT;
    case NEG:
    case MUL:
    case DOT:
    case GRADIENT:
        return PRODUCT;
    case POW:
    case TRANSPOSE:
        return POWER;
    default:
        return ATOM;
    }
}

/* In parentheses if it binds less than what stands around it. */
static void write_within(formula *f, int i, int least)
{
    bool wrap = precedence(&f->term[i], f->notation) < least;
    says(f, wrap ? "(" : "");
    ag__formula_write_term(f, i);
    says(f, wrap ? ")" : "");
}

static void write_number(formula *f, double value)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.15g", value == 0 ? 0.0 : value);
    for (char *c = digits; *c != '\0'; c++) {
        *c = *c == ',' ? '.' : *c; /* whatever the locale */
    }
    says(f, digits);
}

static void write_name(formula *f, char symbol)
{
    const char *name = symbol == 'P'   ? "c"
                       : symbol == 'Q' ? "d"
                                       : f->names->name(f->names->context, symbol);
    says(f, name != NULL ? name : "?");
}

/* Is this a name of one letter, or a power of one, so that a number may stand close before it? */
static bool is_letter(const formula *f, const term *t)
{
    const term *base = t->kind == POW ? &f->term[t->arg[0]] : t;
    const char *name = NULL;
    if (base->kind == NAME) {
        name = base->symbol == 'P' ? "c" : f->names->name(f->names->context, base->symbol);
    }
    size_t length = name != NULL ? strlen(name) : 0, first = 1;
    while (first < length && ((unsigned char)name[first] & 0xC0) == 0x80) {
        first++; /* the rest of one UTF-8 character */
    }
    return length > 0 && first == length;
}

/* 2x, 2 sqrt(c), 2 loss, a·b */
static void write_product(formula *f, const term *t)
{
    const term *left = &f->term[t->arg[0]], *right = &f->term[t->arg[1]];
    write_within(f, t->arg[0], PRODUCT);
    if (left->kind == NUMBER && right->kind != NUMBER && right->kind != NEG) {
        says(f, is_letter(f, right) ? "" : " ");
    } else {
        spell(f, "·", "*", " \\cdot ");
    }
    write_within(f, t->arg[1], right->kind == NEG ? POWER : PRODUCT + (right->kind == DIV));
}

static void write_power(formula *f, const term *t)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    write_within(f, t->arg[0], ATOM);
    says(f, latex ? "^{" : "^");
    write_within(f, t->arg[1], latex ? SUM : ATOM);
    says(f, latex ? "}" : "");
}

static void write_quotient(formula *f, const term *t)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    says(f, latex ? "\\frac{" : "");
    write_within(f, t->arg[0], latex ? SUM : PRODUCT);
    says(f, latex ? "}{" : "/");
    write_within(f, t->arg[1], latex ? SUM : POWER);
    says(f, latex ? "}" : "");
}

/* Comparisons are Iverson brackets; everything else is name(arguments). */
static void write_call(formula *f, const term *t)
{
    static const char *const compare[][4] = {
        {"gt", ">", ">", ">"},      {"lt", "<", "<", "<"}, {"ge", "≥", ">=", "\\ge "},
        {"le", "≤", "<=", "\\le "}, {"eq", "=", "=", "="}, {"ne", "≠", "!=", "\\ne "}};
    for (size_t i = 0; t->n == 2 && i < sizeof compare / sizeof *compare; i++) {
        if (ag__formula_word_is(t->word, (size_t)t->word_length, compare[i][0])) {
            says(f, "[");
            write_within(f, t->arg[0], SUM);
            says(f, " ");
            spell(f, compare[i][1], compare[i][2], compare[i][3]);
            says(f, " ");
            write_within(f, t->arg[1], SUM);
            says(f, "]");
            return;
        }
    }
    bool latex = f->notation == AG_TEXT_LATEX;
    if (latex && ag__formula_word_is(t->word, (size_t)t->word_length, "sqrt") && t->n == 1) {
        says(f, "\\sqrt{");
        ag__formula_write_term(f, t->arg[0]);
        says(f, "}");
        return;
    }
    says(f, latex ? "\\operatorname{" : "");
    for (int i = 0; i < t->word_length; i++) {
        says(f, latex && t->word[i] == '_' ? "\\" : "");
        say(f, t->word + i, 1);
    }
    says(f, latex ? "}(" : "(");
    for (int i = 0; i < t->n; i++) {
        says(f, i > 0 ? ", " : "");
        write_within(f, t->arg[i], SUM);
    }
    says(f, ")");
}

static void write_gradient(formula *f)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    spell(f, "∂", "d", "\\frac{\\partial ");
    write_name(f, 'L');
    spell(f, "/∂", "/d", "}{\\partial ");
    write_name(f, 'Y');
    says(f, latex ? "}" : "");
}

void ag__formula_write_term(formula *f, int i)
{
    const term *t = &f->term[i];
    switch (t->kind) {
    case NUMBER:
        write_number(f, t->number);
        break;
    case NAME:
        write_name(f, t->symbol);
        break;
    case GRADIENT:
        write_gradient(f);
        break;
    case NEG:
        says(f, "-");
        write_within(f, t->arg[0], PRODUCT);
        break;
    case ADD:
    case SUB:
        write_within(f, t->arg[0], SUM);
        says(f, t->kind == ADD ? " + " : " - ");
        write_within(f, t->arg[1], t->kind == ADD ? SUM : PRODUCT);
        break;
    case MUL:
        write_product(f, t);
        break;
    case DIV:
        write_quotient(f, t);
        break;
    case POW:
        write_power(f, t);
        break;
    case DOT:
        write_within(f, t->arg[0], PRODUCT);
        spell(f, " · ", " . ", " \\, ");
        write_within(f, t->arg[1], PRODUCT);
        break;
    case TRANSPOSE:
        write_within(f, t->arg[0], ATOM);
        spell(f, "ᵀ", "^T", "^{\\top}");
        break;
    default:
        write_call(f, t);
        break;
    }
}
