/* Writing the tree of a formula in Unicode, ASCII or LaTeX, with as few parentheses as the
 * precedence of the operators allows. Must not know any operation.
 */
#include <string.h>

#include <autograd/engine.h>

#include "format_text.h"
#include "formula_tree.h"

/* Counts all bytes, and writes those for which there is room. */
static void put(formula *f, const char *s, size_t length)
{
    for (size_t i = 0; i < length; i++, f->used++) {
        if (f->used + 1 < f->bytes) {
            f->text[f->used] = s[i];
        }
    }
}

static void put_text(formula *f, const char *s)
{
    put(f, s, strlen(s));
}

/* Writes a sign in the notation of the formula. */
static void put_sign(formula *f, const char *unicode, const char *ascii, const char *latex)
{
    const char *sign = unicode;
    if (f->notation == AG_TEXT_LATEX) {
        sign = latex;
    } else if (f->notation == AG_TEXT_ASCII) {
        sign = ascii;
    }
    put_text(f, sign);
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

/* Writes a term, in parentheses if its precedence is below `least`. */
static void write_within(formula *f, int i, int least)
{
    bool wrap = precedence(&f->term[i], f->notation) < least;
    put_text(f, wrap ? "(" : "");
    ag__formula_write_term(f, i);
    put_text(f, wrap ? ")" : "");
}

static void write_number(formula *f, const term *t)
{
    char digits[40];
    ag_format_text(digits, sizeof digits, "%.15g", t->number == 0 ? 0.0 : t->number);
    put_text(f, digits);
}

/* The text for a symbol. A parameter without a value is the constant c or d. */
static const char *name_of(const formula *f, char symbol)
{
    if (symbol == 'P' || symbol == 'Q') {
        return symbol == 'P' ? "c" : "d";
    }
    return f->names->name(f->names->context, symbol);
}

static void put_name(formula *f, char symbol)
{
    const char *name = name_of(f, symbol);
    put_text(f, name != NULL ? name : "?");
}

/* Is this a name of one letter, or a power of one? Then a number may stand before it without a
 * space. */
static bool is_letter(const formula *f, const term *t)
{
    const term *base = t->kind == POW ? &f->term[t->arg[0]] : t;
    const char *name = base->kind == NAME ? name_of(f, base->symbol) : NULL;
    size_t length = name != NULL ? strlen(name) : 0, first = 1;
    while (first < length && ((unsigned char)name[first] & 0xC0) == 0x80) {
        first++; /* further bytes of one UTF-8 character */
    }
    return length > 0 && first == length;
}

/* As on a blackboard: 2x, 2 sqrt(c), 2 loss, a·b. */
static void write_product(formula *f, const term *t)
{
    const term *left = &f->term[t->arg[0]], *right = &f->term[t->arg[1]];
    write_within(f, t->arg[0], PRODUCT);
    if (left->kind == NUMBER && right->kind != NUMBER && right->kind != NEG) {
        put_text(f, is_letter(f, right) ? "" : " ");
    } else {
        put_sign(f, "·", "*", " \\cdot ");
    }
    write_within(f, t->arg[1], right->kind == NEG ? POWER : PRODUCT + (right->kind == DIV));
}

static void write_power(formula *f, const term *t)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    write_within(f, t->arg[0], ATOM);
    put_text(f, latex ? "^{" : "^");
    write_within(f, t->arg[1], latex ? SUM : ATOM);
    put_text(f, latex ? "}" : "");
}

static void write_quotient(formula *f, const term *t)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    put_text(f, latex ? "\\frac{" : "");
    write_within(f, t->arg[0], latex ? SUM : PRODUCT);
    put_text(f, latex ? "}{" : "/");
    write_within(f, t->arg[1], latex ? SUM : POWER);
    put_text(f, latex ? "}" : "");
}

/* A comparison in Iverson brackets, [a < b]; false if the call is none. */
static bool write_comparison(formula *f, const term *t)
{
    static const char *const compare[][4] = {
        {"gt", ">", ">", ">"},      {"lt", "<", "<", "<"}, {"ge", "≥", ">=", "\\ge "},
        {"le", "≤", "<=", "\\le "}, {"eq", "=", "=", "="}, {"ne", "≠", "!=", "\\ne "}};
    for (size_t i = 0; t->n == 2 && i < sizeof compare / sizeof *compare; i++) {
        if (ag__formula_word_is(t->word, (size_t)t->word_length, compare[i][0])) {
            put_text(f, "[");
            write_within(f, t->arg[0], SUM);
            put_text(f, " ");
            put_sign(f, compare[i][1], compare[i][2], compare[i][3]);
            put_text(f, " ");
            write_within(f, t->arg[1], SUM);
            put_text(f, "]");
            return true;
        }
    }
    return false;
}

static bool is_call(const term *t, const char *word, int n)
{
    return t->n == n && ag__formula_word_is(t->word, (size_t)t->word_length, word);
}

/* What encloses its operand instead of being called: the root in LaTeX, and |x|. */
static bool write_enclosed(formula *f, const term *t)
{
    bool latex = f->notation == AG_TEXT_LATEX;
    bool root = latex && is_call(t, "sqrt", 1);
    bool bars = f->notation != AG_TEXT_ASCII && is_call(t, "abs", 1);
    if (root || bars) {
        put_text(f, root ? "\\sqrt{" : latex ? "\\left|" : "|");
        ag__formula_write_term(f, t->arg[0]);
        put_text(f, root ? "}" : latex ? "\\right|" : "|");
    }
    return root || bars;
}

/* The name of a function: as LaTeX has it, where it has it, and sigma for the sigmoid. */
static void put_function(formula *f, const term *t)
{
    static const char *const known[][2] = {
        {"log", "\\log"},      {"log2", "\\log_2"},  {"log10", "\\log_{10}"}, {"exp", "\\exp"},
        {"sin", "\\sin"},      {"cos", "\\cos"},     {"tan", "\\tan"},        {"asin", "\\arcsin"},
        {"acos", "\\arccos"},  {"atan", "\\arctan"}, {"sinh", "\\sinh"},      {"cosh", "\\cosh"},
        {"tanh", "\\tanh"},    {"max", "\\max"},     {"min", "\\min"},        {"det", "\\det"},
        {"sigmoid", "\\sigma"}};
    bool latex = f->notation == AG_TEXT_LATEX;
    if (f->notation == AG_TEXT_UNICODE && is_call(t, "sigmoid", 1)) {
        put_text(f, "σ");
        return;
    }
    for (size_t i = 0; latex && i < sizeof known / sizeof *known; i++) {
        if (is_call(t, known[i][0], t->n)) {
            put_text(f, known[i][1]);
            return;
        }
    }
    put_text(f, latex ? "\\operatorname{" : "");
    for (int i = 0; i < t->word_length; i++) {
        put_text(f, latex && t->word[i] == '_' ? "\\" : "");
        put(f, t->word + i, 1);
    }
    put_text(f, latex ? "}" : "");
}

/* Comparisons are special, and so is what encloses; every other call is name(arguments). */
static void write_call(formula *f, const term *t)
{
    if (write_comparison(f, t) || write_enclosed(f, t)) {
        return;
    }
    put_function(f, t);
    put_text(f, "(");
    for (int i = 0; i < t->n; i++) {
        put_text(f, i > 0 ? ", " : "");
        write_within(f, t->arg[i], SUM);
    }
    put_text(f, ")");
}

static void write_gradient(formula *f, const term *t)
{
    (void)t;
    bool latex = f->notation == AG_TEXT_LATEX;
    put_sign(f, "∂", "d", "\\frac{\\partial ");
    put_name(f, 'L');
    put_sign(f, "/∂", "/d", "}{\\partial ");
    put_name(f, 'Y');
    put_text(f, latex ? "}" : "");
}

static void write_name(formula *f, const term *t)
{
    put_name(f, t->symbol);
}

static void write_negative(formula *f, const term *t)
{
    put_text(f, "-");
    write_within(f, t->arg[0], PRODUCT);
}

static void write_sum(formula *f, const term *t)
{
    write_within(f, t->arg[0], SUM);
    put_text(f, t->kind == ADD ? " + " : " - ");
    write_within(f, t->arg[1], t->kind == ADD ? SUM : PRODUCT);
}

static void write_matrix_product(formula *f, const term *t)
{
    write_within(f, t->arg[0], PRODUCT);
    put_sign(f, " · ", " . ", " \\, ");
    write_within(f, t->arg[1], PRODUCT);
}

static void write_transpose(formula *f, const term *t)
{
    write_within(f, t->arg[0], ATOM);
    put_sign(f, "ᵀ", "^T", "^{\\top}");
}

void ag__formula_write_term(formula *f, int i)
{
    static void (*const write[])(formula *, const term *) = {
        [NUMBER] = write_number,
        [NAME] = write_name,
        [GRADIENT] = write_gradient,
        [NEG] = write_negative,
        [ADD] = write_sum,
        [SUB] = write_sum,
        [MUL] = write_product,
        [DIV] = write_quotient,
        [POW] = write_power,
        [DOT] = write_matrix_product,
        [TRANSPOSE] = write_transpose,
        [CALL] = write_call,
    };
    write[f->term[i].kind](f, &f->term[i]);
}
