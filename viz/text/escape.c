/* Text from the user, such as names, which may have any bytes: made safe for a terminal, an
 * HTML-like label and a quoted DOT string. Must not know anything of graphs.
 *
 * Sources: UTF-8, RFC 3629; the characters that XML 1.0 allows, section 2.2; widths, Unicode 15,
 * EastAsianWidth; DOT strings, graphviz.org/doc/info/lang.html and shapes.html#html.
 */
#include "text.h"

#include <string.h>

#define INVALID 0xFFFDu

/* How many bytes a UTF-8 character has, by its first byte; 0 if no character begins with this
 * byte. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC0) {
        return 0;
    }
    if (first < 0xE0) {
        return 2;
    }
    return first < 0xF0 ? 3 : 4;
}

/* The character at p, and its length in bytes. INVALID and the length 1 if that is not UTF-8. */
static uint32_t decode(const unsigned char *p, size_t *length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = sequence_length(p[0]);
    *length = 1;
    if (n <= 1) {
        return n == 1 ? p[0] : INVALID;
    }
    uint32_t c = p[0] & (n == 2 ? 0x1Fu : 0x0Fu);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0u) != 0x80u) {
            return INVALID; /* also at the terminating zero */
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
        return INVALID;
    }
    *length = n;
    return c;
}

/* Control characters, characters that XML does not allow, and those that change the direction of
 * text. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c & 0xFFFEu) == 0xFFFEu || c == 0x2028 ||
           c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* A character in ASCII. */
static const char *spelled(uint32_t c)
{
    static const char *const greek[] = {
        "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",  "theta", "iota",
        "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",   "rho",   "sigma",
        "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega"};
    static const char *const digit[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    if (c >= 0x3B1 && c <= 0x3C9) {
        return greek[c - 0x3B1];
    }
    if (c >= 0x2080 && c <= 0x2089) {
        return digit[c - 0x2080]; /* subscripts */
    }
    switch (c) {
    case 0x2202:
        return "d"; /* the partial sign */
    case 0x2032:
        return "'";
    case 0x2207:
        return "grad";
    default:
        return "?";
    }
}

typedef enum target { PLAIN, ASCII, XML, HTML, QUOTED, TIP } target;

/* What is written instead of a character; NULL for the character itself. */
static const char *escaped(uint32_t c, target to)
{
    switch (c) {
    case '&':
        return "&amp;"; /* Graphviz reads entities in quoted strings, too */
    case '\\':
        /* Graphviz replaces \N and \G in labels of both kinds, and reads a tooltip twice. */
        return to == XML ? NULL : to == TIP ? "\\\\\\\\" : "\\\\";
    case '<':
        return to >= QUOTED ? NULL : "&lt;";
    case '>':
        return to >= QUOTED ? NULL : "&gt;";
    case '"':
        return to >= QUOTED ? "\\\"" : "&quot;";
    default:
        return NULL;
    }
}

/* How many of the first characters stay as they are in every language: most of them, so that they
 * are written at once. */
static size_t plain_length(const unsigned char *p, size_t most)
{
    size_t n = 0;
    while (n < most && p[n] >= ' ' && p[n] < 0x7F && strchr("&\\<>\"", p[n]) == NULL) {
        n++;
    }
    return n;
}

/* Stops once more than `most` bytes are written. */
static void convert_most(viz__out *out, const char *text, target to, size_t most)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t start = out->used;
    while (*p != '\0' && out->used - start <= most) {
        size_t length = plain_length(p, most - (out->used - start));
        if (length > 0) {
            viz__put(out, (const char *)p, length);
            p += length;
            continue;
        }
        uint32_t c = decode(p, &length);
        const char *instead = NULL;
        if (c == INVALID || (is_control(c) && (to != XML || c != '\n'))) {
            instead = to == ASCII ? "?" : "\xEF\xBF\xBD";
        } else if (to == ASCII && c > 0x7E) {
            instead = spelled(c);
        } else if (to >= XML) {
            instead = escaped(c, to);
        }
        if (instead != NULL) {
            viz__puts(out, instead);
        } else {
            viz__put(out, (const char *)p, length);
        }
        p += length;
    }
}

static void convert(viz__out *out, const char *text, target to)
{
    convert_most(out, text, to, SIZE_MAX);
}

void viz__clean(viz__out *out, const char *text, bool ascii)
{
    convert(out, text, ascii ? ASCII : PLAIN);
}

void viz__clean_most(viz__out *out, const char *text, bool ascii, size_t most)
{
    convert_most(out, text, ascii ? ASCII : PLAIN, most);
}

void viz__xml(viz__out *out, const char *text)
{
    convert(out, text, XML);
}

/* Only what a color or a number may have. */
void viz__css(viz__out *out, const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789#.,%()/- ";
    for (; *text != '\0'; text++) {
        viz__put(out, strchr(allowed, *text) != NULL ? text : "_", 1);
    }
}

void viz__html(viz__out *out, const char *text)
{
    convert(out, text, HTML);
}

void viz__quoted(viz__out *out, const char *text)
{
    viz__put(out, "\"", 1);
    convert(out, text, QUOTED);
    viz__put(out, "\"", 1);
}

void viz__tooltip(viz__out *out, const char *text)
{
    viz__puts(out, ", tooltip=\"");
    convert(out, text, TIP);
    viz__put(out, "\"", 1);
}

typedef struct range {
    uint32_t first, last;
} range;

static bool in_ranges(uint32_t c, const range *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= r[i].first && c <= r[i].last) {
            return true;
        }
    }
    return false;
}

/* The ranges are of combining characters, which have no width of their own, and of East Asian
 * ones. */
static size_t columns_of(uint32_t c)
{
    static const range zero[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                                 {0x610, 0x61A},   {0x64B, 0x65F},   {0x1AB0, 0x1AFF},
                                 {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                                 {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
    static const range two[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                                {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                                {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if (c < 0x300) {
        return 1;
    }
    if (in_ranges(c, zero, sizeof zero / sizeof zero[0])) {
        return 0;
    }
    return in_ranges(c, two, sizeof two / sizeof two[0]) ? 2 : 1;
}

uint32_t viz__character(const char *text, size_t *length, size_t *columns)
{
    uint32_t c = decode((const unsigned char *)text, length);
    *columns = columns_of(c);
    return c;
}

size_t viz__width(const char *text)
{
    size_t width = 0, length, columns;
    for (; *text != '\0'; text += length) {
        viz__character(text, &length, &columns);
        width += columns;
    }
    return width;
}
