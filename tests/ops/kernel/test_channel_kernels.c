/* The kernels of channels, in every set, against plain loops in f64: one channel and columns, odd
 * sizes, rows apart, unaligned; what is not finite; numbers far from 0.
 */
#include <autograd.h>
#include <math.h>
#include <stdlib.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/channel_kernels.c"

/* Set i: those of the machine, then the wide one; NULL past the last. */
static const ag__channel_set *set_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->channels : ag__kernels_best()->channels;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__channel_set_wide : NULL;
}

enum { MOST = 12000, WIDTH = 40, GUARD = 77 };

/* From -3 to 3.5, from -1 to 1.75. */
static double number(int64_t i)
{
    return (double)(i * 37 % 27) / 4.0 - 3;
}

static double other(int64_t i)
{
    return (double)(i * 29 % 23) / 8.0 - 1;
}

static void near_number(double have, double want, double tolerance, const char *what, int64_t at)
{
    bool ok = isnan(want) ? isnan(have) : fabs(have - want) <= tolerance * (1 + fabs(want));
    if (!ok) { /* to count what is right takes longer than to compute it */
        ck_abort_msg("%s, number %lld: %.17g, not %.17g", what, (long long)at, have, want);
    }
}

/* A block's numbers in f64, and what belongs to each of its channels. */
typedef struct plain {
    double x[MOST], g[MOST], mean[WIDTH], scale[WIDTH], shift[WIDTH], along[WIDTH];
} plain;

static int64_t channels_of(const ag__block *b)
{
    return b->columns ? b->n : 1;
}

/* The moments, and the sums of g and g (x - the mean that is given), of channel c. */
static void plain_sums(const plain *p, const ag__block *b, int64_t c, double out[4])
{
    double count = 0, mean = 0, squares = 0, total = 0, product = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t r = 0; r < b->rows; r++) {
            for (int64_t i = b->columns ? c : 0; i < (b->columns ? c + 1 : b->n); i++) {
                double x = p->x[r * b->apart + i], g = p->g[r * b->apart + i];
                count += pass == 0;
                mean += pass == 0 ? x : 0;
                squares += pass == 1 ? (x - mean / count) * (x - mean / count) : 0;
                total += pass == 1 ? g : 0;
                product += pass == 1 ? g * (x - p->mean[c]) : 0;
            }
        }
    }
    out[0] = mean / count;
    out[1] = squares;
    out[2] = total;
    out[3] = product;
}

static double plain_value(const plain *p, const ag__block *b, bool back, int64_t at, int64_t c)
{
    double from_mean = p->x[at] - p->mean[c];
    double value = back ? (p->g[at] - p->shift[c] - from_mean * p->along[c]) * p->scale[c]
                        : from_mean * p->scale[c] + p->shift[c];
    return (b->fresh ? 0 : 0.5) + value;
}

#define CHECK(T, S, dtype, tolerance)                                                              \
    static T x_##S[MOST + 1], g_##S[MOST + 1], to_##S[MOST + 1], per_##S[4][WIDTH + 1];            \
                                                                                                   \
    /* The block's arrays, one number away from where they would be aligned. */                    \
    static void fill_##S(const plain *p, ag__block *b)                                             \
    {                                                                                              \
        for (int64_t i = 0; i < b->rows * b->apart; i++) {                                         \
            x_##S[i + 1] = (T)p->x[i];                                                             \
            g_##S[i + 1] = (T)p->g[i];                                                             \
            to_##S[i + 1] = (T)0.5;                                                                \
        }                                                                                          \
        for (int64_t c = 0; c < WIDTH; c++) {                                                      \
            per_##S[0][c + 1] = (T)p->mean[c];                                                     \
            per_##S[1][c + 1] = (T)p->scale[c];                                                    \
            per_##S[2][c + 1] = (T)p->shift[c];                                                    \
            per_##S[3][c + 1] = (T)p->along[c];                                                    \
        }                                                                                          \
        b->x = x_##S + 1;                                                                          \
        b->g = g_##S + 1;                                                                          \
        b->to = to_##S + 1;                                                                        \
        b->mean = per_##S[0] + 1;                                                                  \
        b->scale = per_##S[1] + 1;                                                                 \
        b->shift = per_##S[2] + 1;                                                                 \
        b->along = per_##S[3] + 1;                                                                 \
    }                                                                                              \
                                                                                                   \
    static void sums_##S(const ag__channel_set *set, const plain *p, ag__block b, double slack)    \
    {                                                                                              \
        ag__moments have[WIDTH + 1];                                                               \
        double sum[WIDTH + 1], product[WIDTH + 1], want[4];                                        \
        int64_t n = channels_of(&b);                                                               \
        fill_##S(p, &b);                                                                           \
        have[n].mean = sum[n] = product[n] = GUARD;                                                \
        set->of[dtype].moments(&b, have);                                                          \
        set->of[dtype].products(&b, (double *const[]){sum, product});                              \
        for (int64_t c = 0; c < n; c++) {                                                          \
            plain_sums(p, &b, c, want);                                                            \
            near_number(have[c].mean, want[0], tolerance, "mean", c);                              \
            near_number(have[c].squares, want[1], slack *tolerance, "squares", c);                 \
            near_number(sum[c], want[2], 10 * tolerance, "sum", c);                                \
            near_number(product[c], want[3], 10 * tolerance, "product", c);                        \
        }                                                                                          \
        ck_assert(have[n].mean == GUARD && sum[n] == GUARD && product[n] == GUARD);                \
    }                                                                                              \
                                                                                                   \
    static void values_##S(const ag__channel_set *set, const plain *p, ag__block b, bool back)     \
    {                                                                                              \
        fill_##S(p, &b);                                                                           \
        (back ? set->of[dtype].affine_back : set->of[dtype].affine)(&b);                           \
        for (int64_t r = 0; r < b.rows; r++) {                                                     \
            for (int64_t i = 0; i < b.apart; i++) {                                                \
                int64_t at = r * b.apart + i;                                                      \
                double have = (double)to_##S[at + 1];                                              \
                if (i < b.n) {                                                                     \
                    double want = plain_value(p, &b, back, at, b.columns ? i : 0);                 \
                    near_number(have, want, tolerance, back ? "affine_back" : "affine", at);       \
                } else {                                                                           \
                    near_number(have, 0.5, 0, "past the row", at);                                 \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    static void check_##S(const plain *p, const ag__block *b)                                      \
    {                                                                                              \
        for (int i = 0; set_at(i) != NULL; i++) {                                                  \
            sums_##S(set_at(i), p, *b, 10);                                                        \
            values_##S(set_at(i), p, *b, false);                                                   \
            values_##S(set_at(i), p, *b, true);                                                    \
        }                                                                                          \
    }
CHECK(double, f64, AG_F64, 1e-13)
CHECK(float, f32, AG_F32, 1e-5)

static void plain_numbers(plain *p)
{
    for (int64_t i = 0; i < MOST; i++) {
        p->x[i] = number(i);
        p->g[i] = other(i);
    }
    for (int64_t c = 0; c < WIDTH; c++) {
        p->mean[c] = number(c + 5) / 4;
        p->scale[c] = other(c + 3);
        p->shift[c] = number(c + 11);
        p->along[c] = other(c + 7);
    }
}

START_TEST(test_columns)
{
    static plain p;
    static const int64_t rows[] = {1, 2, 5, 31, 32, 33, 100};
    plain_numbers(&p);
    for (int k = 0; k < 7; k++) {
        for (int64_t n = 1; n <= WIDTH; n += check_small() ? 7 : 1) {
            ag__block b = {.rows = rows[k], .n = n, .apart = n + k % 3, .columns = true};
            b.fresh = n % 2 == 0;
            check_f64(&p, &b);
            check_f32(&p, &b);
        }
    }
}
END_TEST

START_TEST(test_one_channel)
{
    static plain p;
    static const int64_t n[] = {1, 7, 16, 17, 63, 65, 130, 4095, 4096, 4097, 5000};
    plain_numbers(&p);
    for (int k = 0; k < 11; k++) {
        for (int64_t rows = 1; rows <= 2; rows++) {
            ag__block b = {.rows = rows, .n = n[k], .apart = n[k] + k % 3};
            b.fresh = rows == 1;
            check_f64(&p, &b);
            check_f32(&p, &b);
        }
    }
}
END_TEST

/* A spread of 2 about 2^20: squares of the numbers themselves would keep no digit of it in f32. The
 * numbers are exact in f32, so both dtypes have the same moments; in f64 means, and so what is
 * between those of two leaves, are rounded to 1e-10. */
START_TEST(test_far_from_zero)
{
    static plain p;
    plain_numbers(&p);
    for (int64_t i = 0; i < MOST; i++) {
        p.x[i] += 0x1p20;
        p.g[i] = 0;
    }
    for (int columns = 0; columns < 2; columns++) {
        ag__block b = {.rows = 70, .n = 33, .apart = 33, .columns = columns};
        for (int i = 0; set_at(i) != NULL; i++) {
            sums_f64(set_at(i), &p, b, 1000);
            sums_f32(set_at(i), &p, b, 10);
        }
    }
}
END_TEST

/* What is not finite spoils its own channel and no other. */
START_TEST(test_not_finite)
{
    static plain p;
    static const double strange[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    for (int s = 0; s < 3; s++) {
        plain_numbers(&p);
        p.x[3 * 20 + 7] = strange[s];
        ag__block b = {.rows = 40, .n = 20, .apart = 20, .columns = true};
        for (int i = 0; set_at(i) != NULL; i++) {
            ag__moments have[20];
            fill_f32(&p, &b);
            set_at(i)->of[AG_F32].moments(&b, have);
            for (int c = 0; c < 20; c++) {
                ck_assert_msg(isnan(have[c].squares) == (c == 7), "column %d", c);
            }
        }
    }
}
END_TEST

CHECK_MAIN("channel_kernels", test_columns, test_one_channel, test_far_from_zero, test_not_finite)
