/* The points of the sweep, drawn as sweep_points.py draws them, and the file it wrote: for each
 * operation where it was asked and what is right there. Must not know how the library computes.
 */
#ifndef SWEEP_POINTS_H
#define SWEEP_POINTS_H

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "golden_path.h"

enum { SWEEP_COLUMNS = 6, SWEEP_NEAR = 24 };

typedef struct sweep_record {
    char name[32];
    int n_constants, n_in, n, columns;
    double constant[2], low[2], high[2], near[2][SWEEP_NEAR];
    int n_near[2];
    double *at[2], *want[SWEEP_COLUMNS]; /* of the record: sweep_free */
} sweep_record;

/* --- drawing ---------------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea and Flood 2014). */
static inline uint64_t sweep_next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static inline double sweep_unit(uint64_t *state)
{
    return (double)(sweep_next(state) >> 11) * 0x1p-53;
}

/* Any exponent, denormal ones too, any mantissa, either sign. */
static inline double sweep_any_bits(uint64_t *s, bool narrow)
{
    uint64_t bits = sweep_next(s);
    if (narrow) {
        uint32_t word = (uint32_t)(bits & 0x807FFFFF) | (uint32_t)(sweep_next(s) % 255) << 23;
        float x;
        memcpy(&x, &word, sizeof x);
        return (double)x;
    }
    bits = (bits & 0x800FFFFFFFFFFFFF) | (sweep_next(s) % 2047) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* From a whole unit to the last place away from one of the awkward points. */
static inline double sweep_beside(uint64_t *s, const double *near, int n, bool narrow)
{
    uint64_t k = sweep_next(s);
    double at = near[sweep_next(s) % (uint64_t)n];
    double step = ldexp(1 + sweep_unit(s), -(int)(k % (narrow ? 26 : 56)));
    return at + (k >> 63 ? step : -step) * (at != 0 ? fabs(at) : 1.0);
}

static inline double sweep_end(uint64_t *s, const double *near, int n, bool narrow)
{
    static const double ends[2][7] = {
        {DBL_MAX, DBL_MIN, 5e-324, 1e300, 1e-300, 1e154, 1e-154},
        {FLT_MAX, FLT_MIN, 1.401298464324817e-45, 1e37, 1e-37, 1.8e19, 1e-19},
    };
    uint64_t k = sweep_next(s), i = sweep_next(s) % (uint64_t)(7 + n);
    double x = i < 7 ? ends[narrow][i] : near[i - 7];
    return k >> 63 ? -x : x;
}

static inline double sweep_draw(uint64_t *s, const double *near, int n, bool narrow)
{
    static const double wide[] = {4.0, 100.0, 1600.0};
    uint64_t kind = sweep_next(s) % 8;
    if (kind < 2) {
        return sweep_any_bits(s, narrow);
    }
    if (kind < 5) {
        return sweep_unit(s) * wide[kind - 2] - wide[kind - 2] / 2;
    }
    return kind == 7 ? sweep_end(s, near, n, narrow) : sweep_beside(s, near, n, narrow);
}

/* Within the domain; of f32 for every other point, so that both dtypes can be asked. */
static inline double sweep_operand(uint64_t *s, const sweep_record *r, int k, bool narrow)
{
    for (;;) {
        double x = sweep_draw(s, r->near[k], r->n_near[k], narrow);
        x = narrow && fabs(x) <= FLT_MAX ? (double)(float)x : x;
        if (x >= r->low[k] && x <= r->high[k] && fabs(x) <= (narrow ? FLT_MAX : DBL_MAX)) {
            return x;
        }
    }
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct sweep_file {
    contents all;
    size_t at;
    uint32_t records;
} sweep_file;

static inline void sweep_take(sweep_file *f, void *to, size_t bytes)
{
    ck_assert_msg(bytes <= f->all.size - f->at, "the sweep's file is cut short");
    memcpy(to, f->all.data + f->at, bytes);
    f->at += bytes;
}

static inline int sweep_byte(sweep_file *f, int most)
{
    unsigned char byte;
    sweep_take(f, &byte, 1);
    ck_assert_int_le(byte, most);
    return byte;
}

/* Numbers are little-endian, as the machines are that the tests run on. */
static inline double *sweep_numbers(int n)
{
    double *x = malloc((size_t)n * sizeof *x);
    ck_assert_ptr_nonnull(x);
    return x;
}

static inline sweep_file sweep_open(const char *path)
{
    static const char head[] = "ag sweep 1\n";
    sweep_file f = {.all = contents_of(path)};
    char have[sizeof head - 1];
    sweep_take(&f, have, sizeof have);
    ck_assert_msg(memcmp(have, head, sizeof have) == 0, "%s is no sweep", path);
    sweep_take(&f, &f.records, sizeof f.records);
    return f;
}

static inline void sweep_column(sweep_file *f, double *x, int n)
{
    bool all = sweep_byte(f, 1) == 1;
    sweep_take(f, x, (all ? (size_t)n : 1) * sizeof *x);
    for (int i = 1; i < n && !all; i++) {
        x[i] = x[0];
    }
}

static inline void sweep_read(sweep_file *f, sweep_record *r)
{
    uint32_t bytes, n;
    uint64_t seed;
    *r = (sweep_record){.n = 0};
    sweep_take(f, &bytes, sizeof bytes);
    sweep_take(f, r->name, (size_t)sweep_byte(f, sizeof r->name - 1));
    r->n_constants = sweep_byte(f, 2);
    sweep_take(f, r->constant, (size_t)r->n_constants * sizeof(double));
    r->n_in = sweep_byte(f, 2);
    for (int k = 0; k < r->n_in; k++) {
        sweep_take(f, &r->low[k], sizeof(double));
        sweep_take(f, &r->high[k], sizeof(double));
        r->n_near[k] = sweep_byte(f, SWEEP_NEAR);
        sweep_take(f, r->near[k], (size_t)r->n_near[k] * sizeof(double));
    }
    sweep_take(f, &seed, sizeof seed);
    sweep_take(f, &n, sizeof n);
    ck_assert(n > 0 && n <= 1000000);
    r->n = (int)n;
    r->columns = r->n_in == 1 ? 3 : SWEEP_COLUMNS;
    for (int k = 0; k < r->n_in; k++) {
        r->at[k] = sweep_numbers(r->n);
    }
    for (int i = 0; i < r->n; i++) {
        for (int k = 0; k < r->n_in; k++) {
            r->at[k][i] = sweep_operand(&seed, r, k, i % 2 == 0);
        }
    }
    for (int c = 0; c < r->columns; c++) {
        sweep_column(f, r->want[c] = sweep_numbers(r->n), r->n);
    }
}

static inline void sweep_free(sweep_record *r)
{
    for (int k = 0; k < r->n_in; k++) {
        free(r->at[k]);
    }
    for (int c = 0; c < r->columns; c++) {
        free(r->want[c]);
    }
}

#endif
