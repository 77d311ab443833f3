/* Reads the equation of an einsum; see einsum_equation.h. The text may come from anybody, so
 * nothing in it is trusted. Must not know what is computed.
 */
#include "einsum_equation.h"

#include <string.h>

#include "ops/common/strided.h"

#define fail(s, status, hint, ...) (ag_call_fail((s)->call, status, hint, __VA_ARGS__) == AG_OK)

/* A term as it is written: its letters, and how many of them come before the ellipsis, or -1 if
 * there is none. */
typedef struct written {
    ag__term letters;
    int ellipsis;
} written;

/* --- letters ---------------------------------------------------------------------------------- */

static int label_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    return c >= 'a' && c <= 'z' ? 26 + c - 'a' : -1;
}

static char letter_of(int label)
{
    return (char)(label < 26 ? 'A' + label : 'a' + label - 26);
}

bool ag__term_has(const ag__term *t, int label)
{
    for (int i = 0; i < t->n; i++) {
        if (t->label[i] == label) {
            return true;
        }
    }
    return false;
}

static char peek(ag__subscripts *s)
{
    while (s->text[s->at] == ' ') {
        s->at++;
    }
    return s->text[s->at];
}

static bool unexpected(ag__subscripts *s)
{
    static const char hint[] = "letters, one \"...\" in a term, commas between terms, and \"->\" "
                               "before the result are possible";
    unsigned char c = (unsigned char)s->text[s->at];
    if (c > ' ' && c < 127) {
        return fail(s, AG_ERR_VALUE, hint, "'%c' at position %zu of the equation is not expected",
                    c, s->at);
    }
    return fail(s, AG_ERR_VALUE, hint, "byte %u at position %zu of the equation is not expected", c,
                s->at);
}

static bool read_ellipsis(ag__subscripts *s, written *t)
{
    if (s->text[s->at + 1] != '.' || s->text[s->at + 2] != '.') {
        return fail(s, AG_ERR_VALUE, NULL,
                    "the dot at position %zu of the equation is not one of "
                    "three",
                    s->at);
    }
    if (t->ellipsis >= 0) {
        return fail(s, AG_ERR_VALUE, NULL,
                    "a second ellipsis in one term, at position %zu of the "
                    "equation",
                    s->at);
    }
    t->ellipsis = t->letters.n;
    s->at += 3;
    return true;
}

/* Reads a term, up to a comma, an arrow or the end. */
static bool read_term(ag__subscripts *s, written *t)
{
    *t = (written){.ellipsis = -1};
    for (char c = peek(s); c != '\0' && c != ',' && c != '-'; c = peek(s)) {
        int label = label_of(c);
        if (c == '.') {
            if (!read_ellipsis(s, t)) {
                return false;
            }
            continue;
        }
        if (label < 0) {
            return unexpected(s);
        }
        if (t->letters.n == AG_MAX_DIMS) {
            return fail(s, AG_ERR_VALUE, NULL,
                        "more than %d letters in one term, at position %zu of the equation",
                        AG_MAX_DIMS, s->at);
        }
        t->letters.label[t->letters.n++] = label;
        s->at++;
    }
    return true;
}

/* --- operands --------------------------------------------------------------------------------- */

/* The labels of a term. The ellipsis is replaced by the labels of `extra` axes. */
static ag__term expand(const written *t, int extra)
{
    ag__term out = {0};
    for (int i = 0; i <= t->letters.n; i++) {
        for (int k = 0; i == t->ellipsis && k < extra; k++) {
            out.label[out.n++] = AG__LABELS - extra + k;
        }
        if (i < t->letters.n) {
            out.label[out.n++] = t->letters.label[i];
        }
    }
    return out;
}

static bool note_size(ag__subscripts *s, int i, int label, int64_t size, bool repeated)
{
    int64_t have = s->size[label];
    if (have < 0 || have == size || (!repeated && (have == 1 || size == 1))) {
        s->size[label] = have < 0 || have == 1 ? size : have;
        return true;
    }
    if (label >= AG__LETTERS) {
        return fail(s, AG_ERR_SHAPE, "they must be equal or 1",
                    "axes of the ellipses do not broadcast: operand %d has size %lld where %lld "
                    "is before it",
                    i, (long long)size, (long long)have);
    }
    return fail(s, AG_ERR_SHAPE, repeated ? NULL : "sizes of one letter are equal or 1",
                "operand %d has size %lld for '%c', %s has %lld", i, (long long)size,
                letter_of(label), repeated ? "another axis of it" : "one before it",
                (long long)have);
}

/* Notes the sizes of operand i. If a letter occurs twice in one term, its sizes must be equal. */
static bool note_operand(ag__subscripts *s, int i, const ag__term *t, ag_shape shape)
{
    for (int d = 0; d < t->n; d++) {
        int label = t->label[d], first = 0;
        while (t->label[first] != label) {
            first++;
        }
        if (first < d && shape.dim[first] != shape.dim[d]) {
            s->size[label] = shape.dim[first];
            return note_size(s, i, label, shape.dim[d], true);
        }
        if (first == d) {
            s->ahead[label]++;
            if (!note_size(s, i, label, shape.dim[d], false)) {
                return false;
            }
        }
    }
    return true;
}

/* Reads the next term, which is that of operand i, and checks its dimensions. */
static bool read_operand(ag__subscripts *s, int i, ag__term *out)
{
    written t;
    if (!read_term(s, &t)) {
        return false;
    }
    int ndim = ag_shape_of(s->call->in[i]).ndim, extra = ndim - t.letters.n;
    if (extra < 0 || (extra > 0 && t.ellipsis < 0)) {
        return fail(s, AG_ERR_SHAPE, "\"...\" stands for the axes that have no letter",
                    "operand %d has %d dimensions, and %d letters in its term, which ends at "
                    "position %zu of the equation",
                    i, ndim, t.letters.n, s->at);
    }
    *out = expand(&t, extra);
    return true;
}

static bool read_operands(ag__subscripts *s)
{
    for (int i = 0; i < s->call->n_in; i++) {
        ag__term t;
        if (i > 0 && peek(s) != ',') {
            return fail(s, AG_ERR_VALUE, "one term for each operand, commas between them",
                        "the equation has %d term%s for %d operands", i, i == 1 ? "" : "s",
                        s->call->n_in);
        }
        s->at += i > 0;
        if (!read_operand(s, i, &t) || !note_operand(s, i, &t, ag_shape_of(s->call->in[i]))) {
            return false;
        }
    }
    if (peek(s) == ',') {
        return fail(s, AG_ERR_VALUE, "one term for each operand, commas between them",
                    "more terms than operands (%d), from position %zu of the equation on",
                    s->call->n_in, s->at);
    }
    return true;
}

/* --- the result ------------------------------------------------------------------------------- */

/* How many axes the longest ellipsis stands for. */
static int ellipsis_axes(const ag__subscripts *s)
{
    int n = 0;
    while (n < AG_MAX_DIMS && s->size[AG__LABELS - 1 - n] >= 0) {
        n++;
    }
    return n;
}

static bool check_result(ag__subscripts *s, const written *t)
{
    for (int i = 0; i < t->letters.n; i++) {
        int label = t->letters.label[i];
        if (s->size[label] < 0) {
            return fail(s, AG_ERR_VALUE, NULL, "'%c' of the result is in no operand's term",
                        letter_of(label));
        }
        for (int k = 0; k < i; k++) {
            if (t->letters.label[k] == label) {
                return fail(s, AG_ERR_VALUE, "a letter is once in the result, or not at all",
                            "'%c' is twice in the result", letter_of(label));
            }
        }
    }
    return true;
}

/* The result of an equation without an arrow: the ellipsis, then the letters that occur once, in
 * alphabetical order. */
static bool implied_result(ag__subscripts *s, written *t)
{
    int seen[AG__LETTERS] = {0};
    for (size_t i = 0; i < s->at; i++) {
        int label = label_of(s->text[i]);
        if (label >= 0) {
            seen[label] += seen[label] < 2;
        }
    }
    *t = (written){.ellipsis = 0};
    for (int label = 0; label < AG__LETTERS; label++) {
        if (seen[label] == 1 && t->letters.n == AG_MAX_DIMS) {
            return fail(s, AG_ERR_SHAPE, "\"->\" names the axes of the result",
                        "the result has more than %d dimensions", AG_MAX_DIMS);
        }
        if (seen[label] == 1) {
            t->letters.label[t->letters.n++] = label;
        }
    }
    return true;
}

static bool read_result(ag__subscripts *s, written *t)
{
    if (peek(s) == '\0') {
        return implied_result(s, t);
    }
    if (s->text[s->at + 1] != '>') {
        return unexpected(s);
    }
    s->at += 2;
    if (!read_term(s, t)) {
        return false;
    }
    return peek(s) == '\0' ? check_result(s, t) : unexpected(s);
}

bool ag__subscripts_open(ag__subscripts *s, const char *text, const ag_call *call)
{
    written result;
    *s = (ag__subscripts){.call = call, .text = text};
    for (int i = 0; i < AG__LABELS; i++) {
        s->size[i] = -1;
    }
    if (!read_operands(s) || !read_result(s, &result)) {
        return false;
    }
    int axes = result.ellipsis >= 0 ? ellipsis_axes(s) : 0;
    if (result.letters.n + axes > AG_MAX_DIMS) {
        return fail(s, AG_ERR_SHAPE, NULL, "the result has %d dimensions; 0 to %d are possible",
                    result.letters.n + axes, AG_MAX_DIMS);
    }
    s->out = expand(&result, axes);
    s->at = 0;
    return true;
}

ag__term ag__subscripts_next(ag__subscripts *s, int i)
{
    ag__term t = {0};
    peek(s);
    s->at += i > 0;
    if (read_operand(s, i, &t)) {
        for (int d = 0; d < t.n; d++) {
            int first = 0;
            while (t.label[first] != t.label[d]) {
                first++;
            }
            s->ahead[t.label[d]] -= first == d;
        }
    }
    return t;
}

bool ag__subscripts_needs(const ag__subscripts *s, int label)
{
    return s->ahead[label] > 0 || ag__term_has(&s->out, label);
}
