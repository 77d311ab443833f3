/* Fields of a CSV file: quotes, separators, ends of lines. Knows nothing of columns. What is read:
 * RFC 4180, lone CR and LF as ends of lines, blanks around a field dropped, a quote within an
 * unquoted field taken as it is.
 */
#include "csv.h"

#include <math.h>
#include <string.h>

#include "nn/data/number.h"

static bool is_blank(const nn__scan *s, char c)
{
    return (c == ' ' || c == '\t') && c != s->separator;
}

/* Passes over the end of a line, of one or two characters. */
static void pass_line_end(nn__scan *s)
{
    bool two = *s->p == '\r' && s->p + 1 < s->end && s->p[1] == '\n';
    s->p += two ? 2 : 1;
    s->line++;
}

bool nn__scan_skip_blank(nn__scan *s)
{
    for (;;) {
        char *p = s->p;
        while (p < s->end && is_blank(s, *p)) {
            p++;
        }
        if (p == s->end) {
            s->p = p;
            return false;
        }
        if (*p != '\n' && *p != '\r') {
            return true;
        }
        s->p = p;
        pass_line_end(s);
    }
}

/* What stands at p, behind a field; passes over it. False where something else does. */
static bool pass_after(nn__scan *s, nn__after *after)
{
    if (s->p == s->end) {
        *after = NN__FILE_END;
    } else if (*s->p == s->separator) {
        *after = NN__SEPARATOR;
        s->p++;
    } else if (*s->p == '\n' || *s->p == '\r') {
        *after = NN__LINE_END;
        pass_line_end(s);
    } else {
        return false;
    }
    return true;
}

/* p is behind the opening quote. Line ends within are counted. */
static bool scan_quoted(nn__scan *s, nn__field *f)
{
    int64_t opened = s->line;
    f->text = s->p;
    f->quoted = true;
    for (; s->p < s->end; s->p++) {
        if (*s->p == '"') {
            if (s->p + 1 == s->end || s->p[1] != '"') {
                f->n = s->p++ - f->text;
                return true;
            }
            f->doubled = true;
            s->p++;
        }
        bool two = *s->p == '\r' && s->p + 1 < s->end && s->p[1] == '\n';
        s->line += *s->p == '\n' || (*s->p == '\r' && !two);
    }
    nn__source_fail(s->in, AG_ERR_IO, "a quote within quotes is written twice",
                    "line %lld: the quote that opens here is never closed", (long long)opened);
    return false;
}

static void scan_plain(nn__scan *s, nn__field *f)
{
    f->text = s->p;
    while (s->p < s->end && *s->p != s->separator && *s->p != '\n' && *s->p != '\r') {
        s->p++;
    }
    char *end = s->p;
    while (end > f->text && is_blank(s, end[-1])) {
        end--;
    }
    f->n = end - f->text;
}

bool nn__scan_field(nn__scan *s, nn__field *f)
{
    *f = (nn__field){NULL, 0, false, false, NN__FILE_END};
    while (s->p < s->end && is_blank(s, *s->p)) {
        s->p++;
    }
    if (s->p == s->end || *s->p != '"') {
        scan_plain(s, f);
        return pass_after(s, &f->after);
    }
    s->p++;
    if (!scan_quoted(s, f)) {
        return false;
    }
    while (s->p < s->end && is_blank(s, *s->p)) {
        s->p++;
    }
    if (pass_after(s, &f->after)) {
        return true;
    }
    char text[NN__QUOTED];
    nn__source_fail(s->in, AG_ERR_IO, "a quote within quotes is written twice",
                    "line %lld: behind the closing quote of %s stands '%c', not the separator '%c'",
                    (long long)s->line, nn__quoted(f->text, f->n, text), *s->p, s->separator);
    return false;
}

bool nn__scan_number(nn__scan *s, double *value, nn__after *after)
{
    char *from = s->p;
    while (s->p < s->end && is_blank(s, *s->p)) {
        s->p++;
    }
    const char *p = nn__number_read(s->p, s->end, s->decimal, value);
    if (p != NULL) {
        s->p += p - s->p;
        while (s->p < s->end && is_blank(s, *s->p)) {
            s->p++;
        }
        if (pass_after(s, after)) {
            return true;
        }
    }
    s->p = from;
    return false;
}

void nn__field_unquote(nn__field *f)
{
    int64_t to = 0;
    for (int64_t i = 0; f->doubled && i < f->n; i++) {
        i += f->text[i] == '"';
        f->text[to++] = f->text[i];
    }
    f->n = f->doubled ? to : f->n;
    f->doubled = false;
}

/* --- what looks like a number ----------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int64_t digits(const char *p, const char *end)
{
    int64_t n = 0;
    while (p + n < end && is_digit(p[n])) {
        n++;
    }
    return n;
}

static bool same_word(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    bool same = (size_t)(end - p) == n;
    for (size_t i = 0; same && i < n; i++) {
        same = (p[i] | 32) == word[i];
    }
    return same;
}

/* Groups of three digits: 1,234 or 1'234'567.8 */
static bool has_thousands(const char *p, const char *end)
{
    int64_t n = digits(p, end), groups = 0;
    bool fits = n >= 1 && n <= 3;
    for (p += n; fits && p < end && strchr(",.' _", *p) != NULL && digits(p + 1, end) == 3;
         p += 4) {
        groups++;
    }
    bool fraction =
        fits && p < end && (*p == '.' || *p == ',') && p + 1 + digits(p + 1, end) == end;
    return fits && groups > 0 && (p == end || fraction);
}

const char *nn__number_refused(const char *text, int64_t n, char decimal)
{
    const char *p = text, *end = text + n;
    double value;
    p += p < end && (*p == '-' || *p == '+');
    if (p == end || n > 400) {
        return NULL;
    }
    if (nn__number_read(text, end, decimal, &value) == end) {
        return isinf(value) ? "it is larger than any double" : NULL;
    }
    if (same_word(p, end, "inf") || same_word(p, end, "infinity")) {
        return "it is not finite";
    }
    if (end - p > 2 && p[0] == '0' && (p[1] | 32) == 'x') {
        return "hexadecimal numbers are not read";
    }
    char other = decimal == ',' ? '.' : ',';
    if (nn__number_read(text, end, other, &value) == end || has_thousands(p, end)) {
        return decimal == ',' ? "a number has a decimal comma, and nothing between its thousands"
                              : "a number has a decimal point, and nothing between its thousands; "
                                ".decimal = ',' reads a decimal comma";
    }
    return NULL;
}
