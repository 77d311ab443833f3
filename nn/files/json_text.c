/* See json_text.h. */
#include "json_text.h"

#include <stddef.h>
#include <string.h>

static bool fail(nn__json *j, const char *problem)
{
    j->problem = j->problem != NULL ? j->problem : problem;
    return false;
}

char nn__json_peek(nn__json *j)
{
    while (j->at < j->end && *j->at != '\0' && strchr(" \t\r\n", *j->at) != NULL) {
        j->at++;
    }
    return j->at < j->end ? *j->at : '\0';
}

bool nn__json_skip(nn__json *j, char c)
{
    static const char what[][24] = {"a { was expected", "a } was expected", "a [ was expected",
                                    "a ] was expected", "a : was expected", "a , was expected"};
    if (j->problem == NULL && nn__json_peek(j) == c) {
        j->at++;
        return true;
    }
    for (size_t i = 0; i < sizeof what / sizeof what[0]; i++) {
        if (what[i][2] == c) {
            return fail(j, what[i]);
        }
    }
    return fail(j, "something else was expected");
}

bool nn__json_first(nn__json *j, char open, char close)
{
    if (!nn__json_skip(j, open)) {
        return false;
    }
    bool some = nn__json_peek(j) != close;
    j->at += some ? 0 : 1;
    return some;
}

bool nn__json_more(nn__json *j, char close)
{
    if (j->problem == NULL && nn__json_peek(j) == close) {
        j->at++;
        return false;
    }
    return nn__json_skip(j, ',');
}

bool nn__json_count(nn__json *j, int64_t *n)
{
    const char *first = (nn__json_peek(j), j->at);
    *n = 0;
    while (j->problem == NULL && j->at < j->end && *j->at >= '0' && *j->at <= '9') {
        int digit = *j->at - '0';
        if (*n > (INT64_MAX - digit) / 10) {
            return fail(j, "the number is too large");
        }
        *n = 10 * *n + digit;
        j->at++;
    }
    if (j->at == first || (*first == '0' && j->at > first + 1)) {
        return fail(j, "a whole number was expected");
    }
    if (j->at < j->end && (*j->at == '.' || *j->at == 'e' || *j->at == 'E')) {
        return fail(j, "the number is not whole");
    }
    return j->problem == NULL;
}

/* --- strings ---------------------------------------------------------------------------------- */

/* Four hexadecimal digits; -1 where they are not. */
static int32_t hex4(const nn__json *j, const char *at)
{
    int32_t code = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *found;
        found = at + i < j->end && at[i] != '\0' ? strchr(digits, at[i]) : NULL;
        if (found == NULL) {
            return -1;
        }
        int32_t value = (int32_t)(found - digits);
        code = code * 16 + (value < 16 ? value : value - 6);
    }
    return code;
}

static char *put_utf8(char *to, int32_t code)
{
    static const int32_t limit[] = {0x80, 0x800, 0x10000, 0x110000};
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    int more = 0;
    while (code >= limit[more]) {
        more++;
    }
    *to++ = (char)(lead[more] | code >> 6 * more);
    while (more-- > 0) {
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    }
    return to;
}

/* Behind \u: one code, or two that are the halves of one (UTF-16). */
static char *put_code(nn__json *j, char *to)
{
    int32_t code = hex4(j, j->at);
    if (code >= 0) {
        j->at += 4;
    }
    if (code >= 0xD800 && code < 0xDC00) {
        bool pair = j->end - j->at >= 6 && j->at[0] == '\\' && j->at[1] == 'u';
        int32_t low = pair ? hex4(j, j->at + 2) : -1;
        bool good = low >= 0xDC00 && low < 0xE000;
        code = good ? 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00 : -1;
        j->at += good ? 6 : 0;
    }
    if (code <= 0 || (code >= 0xDC00 && code < 0xE000)) {
        fail(j, "this is no character");
        return NULL;
    }
    return put_utf8(to, code);
}

/* The bytes of a character from 0x80 on; 0 where they are none: Unicode 15, table 3-7. */
static int utf8_length(const unsigned char *s, size_t left)
{
    int n = s[0] >= 0xC2 && s[0] <= 0xDF   ? 2
            : (s[0] & 0xF0) == 0xE0        ? 3
            : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4
                                           : 0;
    if (n == 0 || left < (size_t)n) {
        return 0;
    }
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool beyond = (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF4 && s[1] > 0x8F);
    return overlong || beyond ? 0 : n;
}

bool nn__is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (size_t left = strlen(text); left > 0;) {
        int n = *at < 0x80 ? 1 : utf8_length(at, left);
        if (n == 0) {
            return false;
        }
        at += n;
        left -= (size_t)n;
    }
    return true;
}

static char *put_escape(nn__json *j, char *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = j->at < j->end ? *j->at++ : '\0';
    const char *found = c != '\0' ? strchr(from, c) : NULL;
    if (c == 'u') {
        return put_code(j, to);
    }
    if (found == NULL) {
        fail(j, "this escape is none");
        return NULL;
    }
    *to = into[found - from];
    return to + 1;
}

/* One character of a string, with what was decoded before ending at `to`; the new end. */
static char *put_character(nn__json *j, char *to)
{
    unsigned char c = (unsigned char)*j->at;
    int n = c < 0x80 ? 1 : utf8_length((unsigned char *)j->at, (size_t)(j->end - j->at));
    if (c == '\\') {
        j->at++;
        return put_escape(j, to);
    }
    if (c < 0x20 || n == 0) {
        fail(j, n == 0 ? "this is not UTF-8" : "a control character in a string");
        return NULL;
    }
    memmove(to, j->at, (size_t)n);
    j->at += n;
    return to + n;
}

char *nn__json_string(nn__json *j)
{
    if (nn__json_peek(j) != '"' || j->problem != NULL) {
        fail(j, "a string was expected");
        return NULL;
    }
    char *first = ++j->at, *to = first;
    while (j->at < j->end && *j->at != '"' && to != NULL) {
        to = put_character(j, to);
    }
    if (to == NULL || j->at >= j->end) {
        fail(j, "the string does not end");
        return NULL;
    }
    j->at++;
    *to = '\0';
    return first;
}
