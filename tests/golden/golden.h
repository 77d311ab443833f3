/* Reads a file of samples, the format of README.md: PyTorch's operands, results and derivatives,
 * one record after the other. The file is hostile: a record that is cut short, counts more than is
 * there or holds an unknown code is an error with its place. Must not know any operation.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TENSORS = 12, MOST_DIMS = 8, MOST_TEXT = 256, MOST_ELEMENTS = 1 << 20 };

/* One tensor's numbers, row-major. `at` is where they lie in the file. */
typedef struct numbers {
    int ndim;
    int64_t dim[MOST_DIMS], n;
    bool whole; /* integers */
    double *of;
    size_t at, bytes;
} numbers;

typedef struct record {
    char kind;                                              /* S a sample, K samples left out */
    char op[MOST_TEXT], source[MOST_TEXT], text[MOST_TEXT]; /* text: attributes, or a reason */
    uint32_t count;
    bool f32, has_first, has_second;
    bool is_f32; /* results are rounded to f32 */
    int n_in, n_out;
    bool wants[MOST_TENSORS], flows[MOST_TENSORS];
    numbers in[MOST_TENSORS], out[MOST_TENSORS], cotangent[MOST_TENSORS];
    numbers first[MOST_TENSORS], direction[MOST_TENSORS], second[MOST_TENSORS];
    numbers pushed[MOST_TENSORS]; /* by the cotangents: the Jacobian times the directions */
} record;

typedef struct golden {
    const unsigned char *data;
    size_t size, at, end; /* end: of the record */
    uint32_t records;
    char head[MOST_TEXT];
    char why[200]; /* "" as long as all is well */
} golden;

static inline bool golden_fails(golden *g, const char *why)
{
    if (g->why[0] == '\0') {
        snprintf(g->why, sizeof g->why, "record %lu, byte %zu: %s", (unsigned long)g->records,
                 g->at, why);
    }
    return false;
}

/* n bytes of the record; NULL past its end. */
static inline const unsigned char *golden_take(golden *g, size_t n)
{
    if (n > g->end - g->at) {
        golden_fails(g, "the record ends too early");
        return NULL;
    }
    g->at += n;
    return g->data + g->at - n;
}

static inline uint64_t golden_number(golden *g, int bytes)
{
    const unsigned char *p = golden_take(g, (size_t)bytes);
    uint64_t value = 0;
    for (int i = bytes; p != NULL && i-- > 0;) {
        value = value << 8 | p[i];
    }
    return value;
}

static inline bool golden_text(golden *g, char *text)
{
    size_t n = golden_number(g, 2);
    const unsigned char *p = n < MOST_TEXT ? golden_take(g, n) : NULL;
    if (p == NULL) {
        return golden_fails(g, "a text is too long");
    }
    memcpy(text, p, n);
    text[n] = '\0';
    return strlen(text) == n || golden_fails(g, "a text with a zero byte");
}

/* --- tensors ---------------------------------------------------------------------------------- */

static inline double golden_double(const unsigned char *p, int bytes)
{
    uint64_t bits = 0;
    double value;
    for (int i = 0; i < bytes; i++) {
        bits |= (uint64_t)p[i] << 8 * (8 - bytes + i);
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double golden_float(const unsigned char *p)
{
    uint32_t bits =
        (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static inline double golden_whole(const unsigned char *p, int bytes)
{
    uint64_t bits = p[bytes - 1] & 0x80 ? UINT64_MAX : 0; /* the sign, extended */
    int64_t value;
    for (int i = bytes; i-- > 0;) {
        bits = bits << 8 | p[i];
    }
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* Codes: 0 all equal, 1 and 2 integers of so many bytes over a power of two, 4 floats, 5 6 8 the
 * leading bytes of doubles; with 0x80 plain integers of 1, 2 or 8 bytes. */
static inline bool golden_values(golden *g, numbers *t, int code)
{
    int bytes = code & 0x7f, shift = 0;
    t->whole = (code & 0x80) != 0;
    bool fixed = !t->whole && (bytes == 1 || bytes == 2);
    if (t->whole ? bytes != 1 && bytes != 2 && bytes != 8
                 : !fixed && bytes != 0 && bytes != 4 && bytes != 5 && bytes != 6 && bytes != 8) {
        return golden_fails(g, "no such code for a tensor");
    }
    shift = fixed ? (int)golden_number(g, 1) : 0;
    t->at = g->at;
    t->bytes = bytes == 0 ? 8 : (size_t)bytes * (size_t)t->n;
    const unsigned char *p = golden_take(g, t->bytes);
    t->of = p != NULL ? malloc((size_t)(t->n + 1) * sizeof *t->of) : NULL;
    for (int64_t i = 0; t->of != NULL && i < t->n; i++) {
        const unsigned char *q = p + (bytes == 0 ? 0 : bytes * i);
        t->of[i] = t->whole     ? golden_whole(q, bytes)
                   : fixed      ? ldexp(golden_whole(q, bytes), -shift)
                   : bytes == 4 ? golden_float(q)
                                : golden_double(q, bytes == 0 ? 8 : bytes);
    }
    return t->of != NULL || golden_fails(g, "no room for a tensor");
}

static inline bool golden_tensor(golden *g, numbers *t)
{
    int code = (int)golden_number(g, 1);
    t->ndim = (int)golden_number(g, 1);
    t->n = 1;
    if (t->ndim > MOST_DIMS) {
        return golden_fails(g, "a tensor of too many dimensions");
    }
    for (int i = 0; i < t->ndim; i++) {
        t->dim[i] = (int64_t)golden_number(g, 2);
        t->n *= t->dim[i];
        if (t->n > MOST_ELEMENTS) {
            return golden_fails(g, "a tensor of too many elements");
        }
    }
    return g->why[0] == '\0' && golden_values(g, t, code);
}

/* --- records ---------------------------------------------------------------------------------- */

static inline bool golden_operands(golden *g, record *r)
{
    r->n_in = (int)golden_number(g, 1);
    if (r->n_in > MOST_TENSORS) {
        return golden_fails(g, "too many operands");
    }
    for (int i = 0; i < r->n_in; i++) {
        r->wants[i] = golden_number(g, 1) != 0;
        if (!golden_tensor(g, &r->in[i])) {
            return false;
        }
        if (r->wants[i] && r->in[i].whole) {
            return golden_fails(g, "a gradient of integers");
        }
    }
    return true;
}

static inline bool golden_outputs(golden *g, record *r)
{
    r->n_out = (int)golden_number(g, 1);
    if (r->n_out > MOST_TENSORS) {
        return golden_fails(g, "too many results");
    }
    for (int i = 0; i < r->n_out; i++) {
        if (!golden_tensor(g, &r->out[i])) {
            return false;
        }
        r->flows[i] = golden_number(g, 1) != 0;
        if (r->flows[i] && !golden_tensor(g, &r->cotangent[i])) {
            return false;
        }
        if (r->flows[i] && r->cotangent[i].n != r->out[i].n) {
            return golden_fails(g, "a cotangent of another size than its result");
        }
    }
    return true;
}

/* One tensor for each operand that wants a gradient, of its size. */
static inline bool golden_like(golden *g, const record *r, numbers *list)
{
    for (int i = 0; i < r->n_in; i++) {
        if (r->wants[i] && !golden_tensor(g, &list[i])) {
            return false;
        }
        if (r->wants[i] && list[i].n != r->in[i].n) {
            return golden_fails(g, "a gradient of another size than its operand");
        }
    }
    return true;
}

/* One tensor for each cotangent, of its size. */
static inline bool golden_pushed(golden *g, record *r)
{
    for (int i = 0; i < r->n_out; i++) {
        if (r->flows[i] && !golden_tensor(g, &r->pushed[i])) {
            return false;
        }
        if (r->flows[i] && r->pushed[i].n != r->cotangent[i].n) {
            return golden_fails(g, "a directional derivative of another size than its result");
        }
    }
    return true;
}

static inline bool golden_sample(golden *g, record *r)
{
    unsigned flags = (unsigned)golden_number(g, 1);
    r->f32 = flags & 1;
    r->has_first = flags & 2;
    r->has_second = flags & 4;
    r->is_f32 = flags & 8;
    return golden_operands(g, r) && golden_outputs(g, r) &&
           (!r->has_first || golden_like(g, r, r->first)) &&
           (!r->has_second || (golden_like(g, r, r->direction) && golden_like(g, r, r->second) &&
                               golden_pushed(g, r)));
}

static inline void record_free(record *r)
{
    numbers *lists[] = {r->in, r->out, r->cotangent, r->first, r->direction, r->second, r->pushed};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        for (int i = 0; i < MOST_TENSORS; i++) {
            free(lists[k][i].of);
        }
    }
    memset(r, 0, sizeof *r);
}

/* Starts on a file in memory. */
static inline bool golden_open(golden *g, const unsigned char *data, size_t size)
{
    static const char magic[] = "ag golden 1\n";
    *g = (golden){.data = data, .size = size, .at = sizeof magic - 1};
    const unsigned char *line = data + g->at, *stop = NULL;
    if (size < sizeof magic || memcmp(data, magic, sizeof magic - 1) != 0) {
        g->at = 0;
        return golden_fails(g, "not a file of samples");
    }
    stop = memchr(line, '\n', size - g->at);
    if (stop == NULL || (size_t)(stop - line) >= sizeof g->head) {
        return golden_fails(g, "no line about its making");
    }
    memcpy(g->head, line, (size_t)(stop - line));
    g->at += (size_t)(stop - line) + 1;
    return true;
}

static inline bool golden_body(golden *g, record *r)
{
    if (r->kind != 'S' && r->kind != 'K') {
        return golden_fails(g, "no such kind of record");
    }
    if (!golden_text(g, r->op) || !golden_text(g, r->source) || !golden_text(g, r->text)) {
        return false;
    }
    if (r->kind == 'S') {
        return golden_sample(g, r);
    }
    r->count = (uint32_t)golden_number(g, 4);
    return g->why[0] == '\0';
}

/* The next record, to be released with record_free; false at the end or on an error, told apart by
 * g->why. */
static inline bool golden_next(golden *g, record *r)
{
    memset(r, 0, sizeof *r);
    g->end = g->size;
    size_t length = golden_number(g, 4);
    r->kind = (char)golden_number(g, 1);
    if (g->why[0] != '\0' || length > g->size - g->at) {
        return golden_fails(g, "the file ends within a record");
    }
    g->end = g->at + length;
    if (r->kind == 'E') {
        bool whole = golden_number(g, 4) == g->records && g->at == g->size;
        return whole ? false : golden_fails(g, "the file's end does not count its records");
    }
    if (!golden_body(g, r) || (g->at != g->end && !golden_fails(g, "bytes left in the record"))) {
        record_free(r);
        return false;
    }
    g->records++;
    return true;
}

#endif
