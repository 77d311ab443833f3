/* Input of a fuzz target as a stream of choices, and memory that runs out when the input says so.
 * Where the bytes end all choices are 0, so every prefix of an input is an input. Must not know
 * what is chosen.
 */
#ifndef FUZZ_BYTES_H
#define FUZZ_BYTES_H

#include <autograd.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct stream {
    const uint8_t *data;
    size_t n, at;
} stream;

static inline unsigned next_byte(stream *b)
{
    return b->at < b->n ? b->data[b->at++] : 0;
}

/* 0 to n - 1. */
static inline int pick(stream *b, int n)
{
    return (int)(next_byte(b) % (unsigned)n);
}

static inline bool flip(stream *b)
{
    return (next_byte(b) & 1) != 0;
}

/* Mostly small, negative too, sometimes at the ends of the range. */
static inline int64_t pick_whole(stream *b)
{
    static const int64_t odd[] = {
        INT64_MAX, INT64_MIN, INT64_C(1) << 45, -(INT64_C(1) << 45), INT32_MAX, INT32_MIN,
        100,       -100};
    unsigned c = next_byte(b);
    return c < 232 ? (int64_t)(c % 9) - 2 : odd[c % 8];
}

static inline double pick_number(stream *b)
{
    static const double odd[] = {0,
                                 -0.0,
                                 1,
                                 -1,
                                 0.5,
                                 1e308,
                                 -1e308,
                                 0x1p-1074,
                                 1e30,
                                 1e-30,
                                 (double)INFINITY,
                                 -(double)INFINITY,
                                 (double)NAN,
                                 3,
                                 2,
                                 1e9};
    unsigned c = next_byte(b);
    return c < 200 ? (c - 100.0) / 32 : odd[c % 16];
}

/* The size of an axis. Some are huge: where another one is 0 that is legal. */
static inline int64_t pick_size(stream *b)
{
    unsigned c = next_byte(b);
    return c < 240 ? (int64_t)(c % 6) : c < 252 ? 40 : INT64_C(1) << 45;
}

static inline ag_shape pick_shape(stream *b)
{
    ag_shape s = {.ndim = pick(b, 5)};
    for (int d = 0; d < s.ndim; d++) {
        s.dim[d] = pick_size(b);
    }
    return s;
}

static inline int pick_axis(stream *b)
{
    return pick(b, 9) - 4;
}

static inline ag_axes pick_axes(stream *b)
{
    ag_axes a = {.n = pick(b, 4)};
    for (int i = 0; i < a.n; i++) {
        a.axis[i] = pick_axis(b);
    }
    return a;
}

/* Any bytes, terminated; at most 15. */
static inline const char *pick_text(stream *b, char text[16])
{
    int n = pick(b, 16);
    for (int i = 0; i < n; i++) {
        text[i] = (char)next_byte(b);
    }
    text[n] = '\0';
    return text;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Every block is counted. Requests above MOST_BYTES fail, and so do some others: one in `every`, or
 * all from `from` on; 0: none. */
#define MOST_BYTES ((size_t)1 << 24)

typedef struct memory {
    size_t bytes, blocks, calls, from, every;
} memory;

static inline void *memory_alloc(void *context, size_t n)
{
    memory *m = context;
    m->calls++;
    bool fails = n > MOST_BYTES || (m->from != 0 && m->calls >= m->from) ||
                 (m->every != 0 && m->calls % m->every == 0);
    void *p = fails ? NULL : malloc(n);
    if (p != NULL) {
        memset(p, 0xA5, n);
        m->bytes += n;
        m->blocks++;
    }
    return p;
}

static inline void memory_release(void *context, void *p, size_t n)
{
    memory *m = context;
    memset(p, 0x5A, n);
    m->bytes -= n;
    m->blocks--;
    free(p);
}

static inline memory pick_memory(stream *b)
{
    memory m = {0};
    unsigned how = next_byte(b), n = next_byte(b);
    m.every = how % 8 == 1 ? 2 + n % 64 : 0;
    m.from = how % 8 == 2 ? 1 + n : 0;
    return m;
}

#endif
