/* The tokens of a program: numbers, names, signs. A name has letters of any script, digits and _;
 * the digits of a subscript belong to it, those of a superscript do not. Must not know the grammar.
 *
 * Sources: UTF-8, RFC 3629; blocks of Unicode 15 for what is a letter.
 */
#include "syntax.h"

#include <stdlib.h>
#include <string.h>

/* The character at a place of the source; its length in bytes. 0 at the end. */
static uint32_t at(const viz_program *p, uint32_t i, uint32_t *length)
{
    size_t n = 1, columns;
    uint32_t c = i < p->bytes ? viz__character(p->source + i, &n, &columns) : 0;
    *length = (uint32_t)n;
    return i < p->bytes && c == 0 ? 0xFFFD : c; /* a zero byte in the midst of the text */
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* The value of a superscript digit, or -1. */
static int superscript(uint32_t c)
{
    switch (c) {
    case 0xB9:
        return 1;
    case 0xB2:
        return 2;
    case 0xB3:
        return 3;
    case 0x2070:
        return 0;
    default:
        return c >= 0x2074 && c <= 0x2079 ? (int)(c - 0x2070) : -1;
    }
}

static bool is_subscript(uint32_t c)
{
    return c >= 0x2080 && c <= 0x2089;
}

/* Letters: all but ASCII's signs, Latin-1's signs, punctuation, arrows, operators and the like, and
 * what is no text. */
static bool is_letter(uint32_t c)
{
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
    if (c == 0xAA || c == 0xB5 || c == 0xBA) {
        return true;
    }
    return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c < 0x2100) &&
           !(c >= 0x2190 && c < 0x2C00) && !(c >= 0x3000 && c < 0x3005) &&
           !(c >= 0x3008 && c < 0x3021) && !(c >= 0xD800 && c < 0xF900) &&
           !(c >= 0xFE00 && c < 0xFE70) && !(c >= 0xFF00 && c < 0xFF10) && c != 0xFEFF &&
           c < 0xFFF0;
}

static uint32_t skip_digits(const viz_program *p, uint32_t i)
{
    while (i < p->bytes && is_digit((unsigned char)p->source[i])) {
        i++;
    }
    return i;
}

/* An exponent to which the number of digits can be added. */
static long limited(long exponent)
{
    const long most = 100000000;
    return exponent > most ? most : exponent < -most ? -most : exponent;
}

/* The number that digits, a point and an exponent stand for. strtod wants the point of the locale,
 * so it is given the digits without it, and the exponent that belongs to them. Digits beyond the
 * 400th change nothing that a double can show, but their places count. */
static double value_of(const char *text, uint32_t n)
{
    enum { MOST = 400 };
    char digits[MOST + 32];
    size_t used = 0;
    long exponent = 0;
    bool behind = false;
    uint32_t i = 0;
    for (; i < n && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.') {
            behind = true;
            continue;
        }
        if (used < MOST && (used > 0 || text[i] != '0')) {
            digits[used++] = text[i];
            exponent -= behind;
        } else {
            exponent += used >= MOST ? !behind : -(long)behind;
        }
    }
    exponent += i < n ? limited(strtol(text + i + 1, NULL, 10)) : 0;
    if (used == 0) {
        return 0;
    }
    snprintf(digits + used, sizeof digits - used, "e%ld", exponent);
    return strtod(digits, NULL);
}

/* Digits with a point and an exponent. The e of 2e3 is one only if digits follow: 2e is 2 times
 * e. */
static viz__token numeral(viz_program *p, uint32_t from)
{
    uint32_t i = skip_digits(p, from), letter;
    if (i < p->bytes && p->source[i] == '.' && !is_letter(at(p, i + 1, &letter))) {
        i = skip_digits(p, i + 1);
    }
    if (i < p->bytes && (p->source[i] == 'e' || p->source[i] == 'E')) {
        bool sign = i + 1 < p->bytes && (p->source[i + 1] == '+' || p->source[i + 1] == '-');
        uint32_t end = skip_digits(p, i + 1 + sign);
        i = end > i + 1 + sign ? end : i;
    }
    p->cursor = i;
    return (viz__token){
        .kind = VIZ__NUMERAL, .span = {from, i}, .number = value_of(p->source + from, i - from)};
}

static viz__token word(viz_program *p, uint32_t from)
{
    uint32_t i = from, length;
    uint32_t c = at(p, i, &length);
    while (is_letter(c) || is_digit(c) || is_subscript(c)) {
        i += length;
        c = at(p, i, &length);
    }
    p->cursor = i;
    return (viz__token){.kind = VIZ__WORD_TOKEN, .span = {from, i}};
}

/* Superscript digits, after a superscript minus or without. */
static viz__token raised(viz_program *p, uint32_t from)
{
    uint32_t length, i = from;
    bool minus = at(p, i, &length) == 0x207B;
    double number = 0;
    i += minus ? length : 0;
    for (int d = superscript(at(p, i, &length)); d >= 0; d = superscript(at(p, i, &length))) {
        number = 10 * number + d;
        i += length;
    }
    p->cursor = i;
    viz__token t = {
        .kind = VIZ__SUPERSCRIPT, .span = {from, i}, .number = minus ? -number : number};
    if (minus && i - from == 3) {
        viz__complain(p, t.span, "write x⁻¹ or x^-1", "a raised minus sign without digits");
        t.kind = VIZ__BAD_TOKEN;
    }
    return t;
}

static viz__token quote(viz_program *p, uint32_t from)
{
    char mark = p->source[from];
    uint32_t i = from + 1;
    while (i < p->bytes && p->source[i] != mark && p->source[i] != '\n') {
        i++;
    }
    viz__token t = {.kind = VIZ__QUOTE, .span = {from, i + 1}, .sign = mark};
    if (i >= p->bytes || p->source[i] != mark) {
        t.span.end = from + 1;
        viz__complain(p, t.span,
                      mark == '\'' && !p->expecting
                          ? "all derivatives are computed anyway; x' can be named x1"
                          : "end the text with the same mark",
                      "a text that does not end");
        t.kind = VIZ__BAD_TOKEN;
    }
    p->cursor = t.span.end;
    return t;
}

/* The sign that a character beyond ASCII stands for; 0 for none. */
static char other_sign(uint32_t c)
{
    switch (c) {
    case 0x2212: /* − */
        return '-';
    case 0xB7:   /* · */
    case 0x22C5: /* ⋅ */
    case 0xD7:   /* × */
        return '*';
    case 0xF7: /* ÷ */
        return '/';
    case 0x221A: /* √ */
        return 'R';
    case 0x2264: /* ≤ */
        return 'L';
    case 0x2265: /* ≥ */
        return 'G';
    case 0x2260: /* ≠ */
        return 'N';
    default:
        return 0;
    }
}

static viz__token bad_character(viz_program *p, viz__span span, uint32_t c)
{
    static const struct {
        const char *sign, *hint;
    } known[] = {
        {"|", "write abs(x)"},
        {"!", "write exp(lgamma(n + 1)) for the factorial of n"},
        {"%", "write remainder(a, b), or 0.05 for 5 %"},
        {"$", "a name has letters, digits and _"},
        {".", "a point stands within a number, 1.5, and in W.T"},
        {"?", "write where(x > 0, a, b)"},
        {"{", "write ( and )"},
        {"}", "write ( and )"},
        {"&", "multiply conditions: (a > 0)*(b > 0)"},
        {"\\", "write the name alone: alpha, sqrt(x)"},
        {"∂", "all derivatives are computed anyway: write the formula alone"},
        {"∇", "all derivatives are computed anyway: write the formula alone"},
    };
    const char *hint = NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        hint = viz__span_is(p, span, known[i].sign) ? known[i].hint : hint;
    }
    char text[VIZ__SHORT];
    if (c == 0xFFFD) {
        viz__complain(p, span, "write the program in UTF-8", "a byte that is no text");
    } else {
        viz__complain(p, span, hint, "%s has no meaning here", viz__short(p, span, text));
    }
    return (viz__token){.kind = VIZ__BAD_TOKEN, .span = span};
}

/* A sign of one or two characters, or .name. */
static viz__token sign(viz_program *p, uint32_t from)
{
    static const struct {
        char text[3], sign;
    } two[] = {{"**", '^'}, {"<=", 'L'}, {">=", 'G'}, {"==", 'E'}, {"!=", 'N'}};
    uint32_t length, c = at(p, from, &length);
    viz__token t = {.kind = VIZ__SIGN, .span = {from, from + length}};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
        if (from + 2 <= p->bytes && memcmp(p->source + from, two[i].text, 2) == 0) {
            t.span.end = from + 2;
            t.sign = two[i].sign;
        }
    }
    if (t.sign == 0) {
        t.sign = c < 0x80 && strchr("+-*/^@<>=()[],:", (int)c) != NULL ? (char)c : other_sign(c);
    }
    p->cursor = t.span.end;
    return t.sign != 0 ? t : bad_character(p, t.span, c);
}

/* Skips blanks and comments; whether there were any. */
static bool skip_blanks(viz_program *p)
{
    uint32_t from = p->cursor, length;
    for (;;) {
        uint32_t c = at(p, p->cursor, &length);
        if (c == '#') {
            while (p->cursor < p->bytes && p->source[p->cursor] != '\n') {
                p->cursor++;
            }
        } else if (c == ' ' || c == '\t' || c == '\r' || c == 0xA0 || c == 0x2009 || c == 0x202F ||
                   (c == '\n' && p->depth > 0)) {
            p->cursor += length;
        } else {
            return p->cursor > from;
        }
    }
}

viz__token viz__next_token(viz_program *p)
{
    bool spaced = skip_blanks(p);
    uint32_t from = p->cursor, length, after, c = at(p, from, &length);
    uint32_t next = at(p, from + length, &after);
    viz__token t = {.kind = VIZ__END, .span = {from, from}};
    if (c == ';' || c == '\n') {
        t = (viz__token){.kind = VIZ__NEW_STATEMENT, .span = {from, from + 1}};
        p->cursor++;
    } else if (is_digit(c) || (c == '.' && is_digit(next))) {
        t = numeral(p, from);
    } else if (c == '.' && is_letter(next)) {
        t = word(p, from + 1);
        t.kind = VIZ__FIELD;
    } else if (is_letter(c)) {
        t = word(p, from);
    } else if (superscript(c) >= 0 || c == 0x207B) {
        t = raised(p, from);
    } else if (c == '\'' || c == '"') {
        t = quote(p, from);
    } else if (c != 0) {
        t = sign(p, from);
    }
    t.spaced = spaced;
    return t;
}

viz__token viz__peek_token(viz_program *p)
{
    uint32_t cursor = p->cursor;
    bool failed = p->failed;
    p->quiet = true;
    viz__token t = viz__next_token(p);
    p->quiet = false;
    p->failed = failed;
    p->cursor = cursor;
    return t;
}
