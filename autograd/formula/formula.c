/* Reading a formula. A descriptor gives the value, the local partials and the vector-Jacobian
 * products of an operation in the vocabulary of ops/README.md, such as "DIV(K(1), MUL(K(2), Y))".
 * This file reads such text into a small tree and simplifies it; formula_write.c writes the tree
 * with the names of the operands, "1/(2 sqrt(c))". Must not know any operation: F(name, ...)
 * becomes name(...).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula_tree.h"

/* --- reading ---------------------------------------------------------------------------------- */

/* The functions below return the place of the term that they read. */
static int parse(formula *f);

static int add_term(formula *f, term t)
{
    if (f->n == AG__FORMULA_TERMS) {
        f->bad = true;
        return 0;
    }
    f->term[f->n] = t;
    return f->n++;
}

static int number(formula *f, double value)
{
    return add_term(f, (term){.kind = NUMBER, .number = value});
}

static bool is_number(const formula *f, int i, double *value)
{
    *value = f->term[i].number;
    return f->term[i].kind == NUMBER;
}

/* Is a = x/b for a name b? Then a/b is written x/b^2. The formula has (x/b)/b because the
 * computation does the same: b^2 could overflow. */
static bool is_quotient_by(const formula *f, int a, int b)
{
    const term *t = &f->term[a], *by = &f->term[b];
    const term *below = &f->term[t->arg[1]];
    return t->kind == DIV && by->kind == NAME && below->kind == NAME && below->symbol == by->symbol;
}

static double compute(kind k, double x, double y)
{
    if (k == MUL) {
        return x * y;
    }
    return k == ADD ? x + y : x - y;
}

/* Makes the term `k` of a and b, of a alone where k is NEG. Two numbers are computed, and terms
 * with 0 or 1 that change nothing are left out. */
static int make(formula *f, kind k, int a, int b)
{
    double x, y;
    bool nx = is_number(f, a, &x), ny = is_number(f, b, &y);
    if (nx && k == NEG) {
        return number(f, -x);
    }
    if (k == DIV && is_quotient_by(f, a, b)) {
        int squared = add_term(f, (term){.kind = POW, .n = 2, .arg = {b, number(f, 2)}});
        return add_term(f, (term){.kind = DIV, .n = 2, .arg = {f->term[a].arg[0], squared}});
    }
    if (nx && ny && (k == ADD || k == SUB || k == MUL)) {
        return number(f, compute(k, x, y));
    }
    if ((k == MUL && nx && x == 1) || (k == ADD && nx && x == 0)) {
        return b;
    }
    if (ny &&
        ((y == 1 && (k == MUL || k == DIV || k == POW)) || (y == 0 && (k == ADD || k == SUB)))) {
        return a;
    }
    if (nx && x == -1 && k == MUL) {
        return make(f, NEG, b, b);
    }
    if (ny && y < 0 && (k == ADD || k == SUB)) {
        return make(f, k == ADD ? SUB : ADD, a, number(f, -y));
    }
    if (k == POW && ny && y == 0) {
        return number(f, 1);
    }
    return add_term(f, (term){.kind = k, .n = 2, .arg = {a, b}});
}

static void skip_space(formula *f)
{
    while (*f->at == ' ') {
        f->at++;
    }
}

static void expect(formula *f, char c)
{
    skip_space(f);
    if (*f->at != c) {
        f->bad = true;
        return;
    }
    f->at++;
}

/* Reads "(x, y, ...)" into arg; returns how many there are. */
static int arguments(formula *f, int arg[AG__FORMULA_ARGS])
{
    int n = 0;
    expect(f, '(');
    while (!f->bad && n < AG__FORMULA_ARGS) {
        arg[n++] = parse(f);
        skip_space(f);
        if (*f->at != ',') {
            break;
        }
        f->at++;
    }
    expect(f, ')');
    return n;
}

/* The number with these digits. The decimal point of a formula is always a point, but strtod
 * expects that of the locale; so it gets whole digits and an exponent: "25e-1". */
static bool read_number(const char *digits, size_t n, double *value)
{
    enum { FAR = 9999 }; /* beyond any double */
    char whole[80], *end;
    size_t used = 0, point = n, i = 0;
    for (; i < n && strchr("eE", digits[i]) == NULL; i++) {
        if (digits[i] != '.') {
            whole[used++] = digits[i];
        } else if (point < n) {
            return false;
        } else {
            point = i;
        }
    }
    long exponent = point < i ? -(long)(i - point - 1) : 0;
    if (i < n) {
        const char *power = digits + i + 1;
        long e = strtol(power, &end, 10);
        exponent += e < -FAR ? -FAR : e > FAR ? FAR : e;
        if (end == power || end != digits + n) {
            return false;
        }
    }
    snprintf(whole + used, sizeof whole - used, "e%ld", exponent);
    *value = strtod(whole, &end);
    return *end == '\0' && end != whole;
}

/* Reads the "(2.5)" of a constant. */
static int parse_constant(formula *f)
{
    char digits[40];
    expect(f, '(');
    skip_space(f);
    size_t n = strspn(f->at, "+-.0123456789eE");
    f->bad = f->bad || n == 0 || n >= sizeof digits;
    if (f->bad) {
        return 0;
    }
    memcpy(digits, f->at, n);
    digits[n] = '\0';
    double value = 0;
    f->bad = !read_number(digits, n, &value);
    f->at += n;
    expect(f, ')');
    return number(f, value);
}

/* Reads the "(name, x, ...)" of a call. */
static int parse_call(formula *f)
{
    term t = {.kind = CALL};
    expect(f, '(');
    skip_space(f);
    t.word = f->at;
    while (isalnum((unsigned char)*f->at) || *f->at == '_') {
        f->at++;
    }
    t.word_length = (int)(f->at - t.word);
    f->bad = f->bad || t.word_length == 0;
    skip_space(f);
    while (!f->bad && *f->at == ',' && t.n < AG__FORMULA_ARGS) {
        f->at++;
        t.arg[t.n++] = parse(f);
        skip_space(f);
    }
    expect(f, ')');
    return add_term(f, t);
}

/* Y is written as the formula of the node's value in a local partial, and as its name in a
 * vector-Jacobian product. */
static int parse_value(formula *f)
{
    const char *rest = f->at;
    if (f->names->value == NULL) {
        f->bad = f->bad || f->names->name(f->names->context, 'Y') == NULL;
        return add_term(f, (term){.kind = NAME, .symbol = 'Y'});
    }
    f->at = f->names->value;
    int i = parse(f);
    f->at = rest;
    return i;
}

static int parse_symbol(formula *f, char c)
{
    if (c == 'Y') {
        return parse_value(f);
    }
    bool constant = c == 'P' || c == 'Q';
    if (constant && f->names->parameter != NULL) {
        return number(f, f->names->parameter[c == 'Q']);
    }
    f->bad = f->bad || (!constant && f->names->name(f->names->context, c) == NULL);
    return add_term(f, (term){.kind = NAME, .symbol = c});
}

static int parse_operator(formula *f, const char *word, size_t length)
{
    static const struct {
        const char *word;
        kind kind;
        int n;
    } table[] = {{"NEG", NEG, 1},     {"ADD", ADD, 2}, {"SUB", SUB, 2}, {"MUL", MUL, 2},
                 {"DIV", DIV, 2},     {"POW", POW, 2}, {"SQ", POW, 1},  {"DOT", DOT, 2},
                 {"T", TRANSPOSE, 1}, {"OVER", DIV, 2}};
    int arg[AG__FORMULA_ARGS] = {0}, n = arguments(f, arg);
    if (f->bad) {
        return 0;
    }
    if (ag__formula_word_is(word, length, "WHERE") && n == 3) {
        return arg[2]; /* the other case is one that only the computation needs */
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (ag__formula_word_is(word, length, table[i].word) && n == table[i].n) {
            int second = n == 2 ? arg[1] : arg[0];
            if (ag__formula_word_is(word, length, "SQ")) {
                second = number(f, 2);
            }
            return make(f, table[i].kind, arg[0], second);
        }
    }
    f->bad = true;
    return 0;
}

/* Of BOARD(a, ...) only a is read: what follows is how the machine gets it without losing digits.
 */
static int parse_board(formula *f)
{
    expect(f, '(');
    int i = parse(f);
    for (int open = 1; *f->at != '\0' && (open > 1 || *f->at != ')'); f->at++) {
        open += (*f->at == '(') - (*f->at == ')');
    }
    expect(f, ')');
    return i;
}

static int parse(formula *f)
{
    if (++f->depth > AG__FORMULA_DEPTH) {
        f->bad = true;
    }
    skip_space(f);
    const char *word = f->at;
    while (!f->bad && isalpha((unsigned char)*f->at)) {
        f->at++;
    }
    size_t length = (size_t)(f->at - word);
    int i = 0;
    if (f->bad || length == 0) {
        f->bad = true;
    } else if (ag__formula_word_is(word, length, "K")) {
        i = parse_constant(f);
    } else if (ag__formula_word_is(word, length, "F") || ag__formula_word_is(word, length, "IS")) {
        i = parse_call(f);
    } else if (ag__formula_word_is(word, length, "BOARD")) {
        i = parse_board(f);
    } else if (ag__formula_word_is(word, length, "GY")) {
        i = add_term(f, (term){.kind = GRADIENT});
    } else if (length == 1 && strchr("ABCDYPQ", *word) != NULL) {
        i = parse_symbol(f, *word);
    } else {
        i = parse_operator(f, word, length);
    }
    f->depth--;
    return i;
}

/* --- the whole formula ------------------------------------------------------------------------ */

size_t ag__formula_write(const char *source, const ag__formula_names *names, ag_notation notation,
                         char *text, size_t bytes)
{
    term room[AG__FORMULA_TERMS];     /* not cleared, which would take longer than all the rest */
    room[0] = (term){.kind = NUMBER}; /* read even if the text has no term */
    formula f = {.names = names,
                 .at = source,
                 .term = room,
                 .notation = notation,
                 .text = text,
                 .bytes = text != NULL ? bytes : 0};
    if (source != NULL) {
        int root = parse(&f);
        if (!f.bad && *f.at == '\0') {
            ag__formula_write_term(&f, root);
        }
    }
    if (f.bytes > 0) {
        text[f.used < f.bytes ? f.used : f.bytes - 1] = '\0';
    }
    return f.used;
}
