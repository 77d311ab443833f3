/* The signs of a calculation in a text of any bytes: on a terminal, in Markdown or in LaTeX. Reads no
 * byte at or after `end`. A number has a decimal point in every locale. Must not know what is
 * computed with them.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

#define DIGITS 40 /* of a number; a longer one is none */

/* Words that are signs, and words that are there for looks. The longer of two with one beginning
 * stands first. */
static const struct {
    const char *word;
    viz__sign sign;
    bool looks;
} words[] = {
    {"\\times", VIZ__TIMES, false},
    {"\\cdot", VIZ__TIMES, false},
    {"\\approx", VIZ__ABOUT, false},
    {"\\frac", VIZ__FRAC, false},
    {"\\dfrac", VIZ__FRAC, false},
    {"\\tfrac", VIZ__FRAC, false},
    {"\\sqrt", VIZ__SQRT, false},
    {"\\left", VIZ__OTHER, true},
    {"\\right", VIZ__OTHER, true},
    {"\\qquad", VIZ__OTHER, true},
    {"\\quad", VIZ__OTHER, true},
    {"\\underline", VIZ__OTHER, true},
    {"\\,", VIZ__OTHER, true},
    {"\\;", VIZ__OTHER, true},
    {"\\:", VIZ__OTHER, true},
    {"\\!", VIZ__OTHER, true},
    {"\\ ", VIZ__OTHER, true},
    {"\xC3\x97", VIZ__TIMES, false},     /* × */
    {"\xC2\xB7", VIZ__TIMES, false},     /* · */
    {"\xE2\x8B\x85", VIZ__TIMES, false}, /* ⋅ */
    {"\xC3\xB7", VIZ__OVER, false},      /* ÷ */
    {"\xE2\x88\x92", VIZ__MINUS, false}, /* − */
    {"\xE2\x89\x88", VIZ__ABOUT, false}, /* ≈ */
    {"\xC2\xA0", VIZ__OTHER, true},      /* a space that does not break */
    {"+", VIZ__PLUS, false},
    {"-", VIZ__MINUS, false},
    {"**", VIZ__OTHER, true}, /* bold */
    {"*", VIZ__TIMES, false},
    {"/", VIZ__OVER, false},
    {"^", VIZ__POWER, false},
    {"(", VIZ__OPEN, false},
    {"{", VIZ__OPEN, false},
    {")", VIZ__CLOSE, false},
    {"}", VIZ__CLOSE, false},
    {"=", VIZ__EQUAL, false},
    {" ", VIZ__OTHER, true},
    {"\t", VIZ__OTHER, true},
    {"\r", VIZ__OTHER, true},
    {"&", VIZ__OTHER, true}, /* where LaTeX aligns */
    {"$", VIZ__OTHER, true},
    {"~", VIZ__OTHER, true},
};
#define WORDS (sizeof words / sizeof words[0])

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* The word at `at`; WORDS if it is none. */
static size_t word_at(const char *at, const char *end)
{
    for (size_t i = 0; i < WORDS; i++) {
        size_t n = strlen(words[i].word);
        bool letters =
            n > 1 && words[i].word[0] == '\\' && isalpha((unsigned char)words[i].word[1]);
        if ((size_t)(end - at) >= n && memcmp(at, words[i].word, n) == 0 &&
            !(letters && at + n < end && isalpha((unsigned char)at[n]) != 0)) {
            return i;
        }
    }
    return WORDS;
}

/* Reads the power of ten of "1.5e-07"; returns what follows it, or `at` if there is none. */
static const char *read_exponent(const char *at, const char *end, int *exponent)
{
    const char *p = at;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        bool below = p < end && *p == '-';
        p += p < end && (*p == '-' || *p == '+');
        if (is_digit(p, end)) {
            int value = 0;
            for (; is_digit(p, end); p++) {
                value = value < 10000 ? 10 * value + (*p - '0') : value;
            }
            *exponent = below ? -value : value;
            return p;
        }
    }
    return at;
}

/* strtod expects the decimal point of the locale, so it is given none. */
static const char *read_number(const char *at, const char *end, viz__lexeme *t)
{
    char text[DIGITS + 16];
    int n = 0, behind = 0, exponent = 0;
    bool point = false;
    for (; at < end && n < DIGITS; at++) {
        if (*at == '.' && !point && is_digit(at + 1, end)) {
            point = true;
        } else if (is_digit(at, end)) {
            text[n++] = *at;
            behind += point;
        } else {
            break;
        }
    }
    bool long_one = n == DIGITS && is_digit(at, end);
    for (; long_one && is_digit(at, end); at++) {
    }
    const char *after = read_exponent(at, end, &exponent);
    t->sign = long_one ? VIZ__OTHER : VIZ__NUM;
    t->whole = !point && after == at;
    snprintf(text + n, sizeof text - (size_t)n, "e%d", exponent - behind);
    t->value = strtod(text, NULL);
    t->half = 0.5 * pow(10, exponent - behind);
    return after;
}

/* Is the character a letter, or does it stand within a word or a number as only these have it? */
static bool is_letter(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    bool command = c == '\\' && at + 1 < end && isalpha((unsigned char)at[1]) != 0;
    return isalpha(c) != 0 || c == '_' || c == '\'' || c == '[' || c >= 0x80 || command ||
           (c == ',' && is_digit(at + 1, end));
}

const char *viz__token_read(const char *at, const char *end, viz__lexeme *t)
{
    *t = (viz__lexeme){.sign = VIZ__OTHER};
    while (at < end) {
        if (is_digit(at, end) || (*at == '.' && is_digit(at + 1, end))) {
            return read_number(at, end, t);
        }
        bool apart = t->apart;
        size_t i = word_at(at, end);
        if (i == WORDS) {
            t->letter = is_letter(at, end);
            return at + 1;
        }
        t->apart = true;
        at += strlen(words[i].word);
        if (!words[i].looks) {
            t->apart = apart;
            t->sign = words[i].sign;
            return at;
        }
    }
    return NULL;
}

size_t viz__tokens_read(const char *at, const char *stop, viz__lexeme *token, size_t room)
{
    viz__lexeme none, before = {.apart = true};
    size_t n = 0;
    while (at != NULL && n <= room) {
        viz__lexeme *t = n < room ? &token[n] : &none;
        at = viz__token_read(at, stop, t);
        if (at != NULL) {
            if (t->sign == VIZ__NUM && !t->apart && before.letter) {
                t->sign = VIZ__OTHER; /* of a name, v8 */
                t->letter = true;
            }
            before = *t;
            n++;
        }
    }
    return n;
}

const char *viz__line_end(const char *at, const char *end)
{
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return stop != NULL ? stop : end;
}
