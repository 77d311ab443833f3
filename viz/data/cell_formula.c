/* A formula as on a blackboard, "1/(2 sqrt(c))", as a spreadsheet has it: "1/(2*SQRT([.D5]))". One
 * pass from left to right with a stack of what a closing bracket stands for; a formula that is nested
 * deeper than that is none. Must not know any operation: it knows the names of C's functions and
 * of the usual ones of neural networks.
 *
 * Source: OASIS, "OpenDocument v1.2, part 2: OpenFormula", sections 5.5 (operators: a sign binds
 * closer than a power there) and 6.16 (functions).
 */
#include "cell_formula.h"

#include <ctype.h>
#include <string.h>

#define DEPTH 40

typedef struct reader {
    viz__out *out;
    const char *at;
    size_t row_of_first;
    const char *close[DEPTH]; /* what the closing bracket of each open one is written as */
    int depth;
    bool after; /* an operand has just ended, so another one is a factor */
    bool bad;
} reader;

/* A function of one argument: what is written before it and behind it. */
static const char *const function[][3] = {
    {"abs", "ABS(", ")"},
    {"sign", "SIGN(", ")"},
    {"sqrt", "SQRT(", ")"},
    {"exp", "EXP(", ")"},
    {"exp2", "(2^(", "))"},
    {"expm1", "(EXP(", ")-1)"},
    {"log", "LN(", ")"},
    {"log2", "LOG(", ";2)"},
    {"log10", "LOG10(", ")"},
    {"log1p", "LN(1+(", "))"},
    {"sin", "SIN(", ")"},
    {"cos", "COS(", ")"},
    {"tan", "TAN(", ")"},
    {"asin", "ASIN(", ")"},
    {"acos", "ACOS(", ")"},
    {"atan", "ATAN(", ")"},
    {"sinh", "SINH(", ")"},
    {"cosh", "COSH(", ")"},
    {"tanh", "TANH(", ")"},
    {"asinh", "ASINH(", ")"},
    {"acosh", "ACOSH(", ")"},
    {"atanh", "ATANH(", ")"},
    {"sigmoid", "(1/(1+EXP(-1*(", "))))"},
    {"softplus", "LN(1+EXP(", "))"},
    {"logsigmoid", "(-1*LN(1+EXP(-1*(", "))))"},
    {"relu", "MAX(0;", ")"},
    {"erf", "ERF(", ")"},
    {"erfc", "ERFC(", ")"},
    {"lgamma", "GAMMALN(", ")"},
    {"maximum", "MAX(", ")"},
    {"minimum", "MIN(", ")"},
    {"max", "MAX(", ")"},
    {"min", "MIN(", ")"},
    {"pow", "POWER(", ")"},
};

static void put_operand_sign(reader *f)
{
    viz__puts(f->out, f->after ? "*" : "");
    f->after = false;
}

static void open(reader *f, const char *before, const char *behind)
{
    put_operand_sign(f);
    if (f->depth == DEPTH) {
        f->bad = true;
        return;
    }
    f->close[f->depth++] = behind;
    viz__puts(f->out, before);
}

/* Also the end of a comparison in Iverson brackets, [a > b]. */
static void close_bracket(reader *f)
{
    f->bad = f->bad || f->depth == 0;
    if (!f->bad) {
        viz__puts(f->out, f->close[--f->depth]);
    }
    f->after = true;
    f->at++;
}

static void read_function(reader *f)
{
    size_t n = 0;
    while (isalnum((unsigned char)f->at[n]) != 0 || f->at[n] == '_') {
        n++;
    }
    for (size_t i = 0; i < sizeof function / sizeof function[0]; i++) {
        if (strlen(function[i][0]) == n && memcmp(function[i][0], f->at, n) == 0 &&
            f->at[n] == '(') {
            open(f, function[i][1], function[i][2]);
            f->at += n + 1;
            return;
        }
    }
    f->bad = true;
}

static void read_cell(reader *f)
{
    size_t step = 0;
    put_operand_sign(f);
    for (f->at++; isdigit((unsigned char)*f->at) != 0; f->at++) {
        step = 10 * step + (size_t)(*f->at - '0');
    }
    f->bad = f->bad || *f->at != VIZ__CELL_CLOSE;
    f->at += !f->bad;
    viz__print(f->out, "[.D%zu]", step + f->row_of_first);
    f->after = true;
}

/* Digits, a point, and an exponent, which may have a sign. */
static void read_number(reader *f)
{
    size_t n = 0;
    put_operand_sign(f);
    while (isdigit((unsigned char)f->at[n]) != 0 || f->at[n] == '.' || f->at[n] == 'e' ||
           (n > 0 && f->at[n - 1] == 'e' && (f->at[n] == '-' || f->at[n] == '+'))) {
        n++;
    }
    viz__put(f->out, f->at, n);
    f->at += n;
    f->after = true;
}

static void read_operator(reader *f)
{
    if (*f->at == '-' && !f->after) {
        viz__puts(f->out, "-1*"); /* a sign alone would bind closer than a power */
    } else if (*f->at == ',') {
        viz__puts(f->out, ";");
    } else if (strncmp(f->at, "!=", 2) == 0) {
        viz__puts(f->out, "<>");
        f->at++;
    } else if (strchr("+-*/^<>=", *f->at) != NULL) {
        viz__put(f->out, f->at, 1);
    } else {
        f->bad = true;
    }
    f->after = false;
    f->at++;
}

static void read_token(reader *f)
{
    unsigned char c = (unsigned char)*f->at;
    if (c == ' ') {
        f->at++;
    } else if (c == VIZ__CELL_OPEN) {
        read_cell(f);
    } else if (isdigit(c) != 0 || c == '.') {
        read_number(f);
    } else if (isalpha(c) != 0) {
        read_function(f);
    } else if (c == '(' || c == '[') {
        open(f, c == '(' ? "(" : "IF(", c == '(' ? ")" : ";1;0)");
        f->at++;
    } else if (c == ')' || c == ']') {
        close_bracket(f);
    } else {
        read_operator(f);
    }
}

bool viz__cell_formula(viz__out *out, const char *formula, size_t row_of_first)
{
    size_t start = out->used;
    reader f = {.out = out, .at = formula, .row_of_first = row_of_first};
    while (*f.at != '\0' && !f.bad) {
        read_token(&f);
    }
    f.bad = f.bad || f.depth != 0 || !f.after;
    if (f.bad) {
        viz__cut(out, start);
    }
    return !f.bad;
}
