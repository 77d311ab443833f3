/* The kernels of the elementwise rows, those of every instruction set that this machine runs and
 * those of the widest vectors, which every machine computes in parts, against the same rows as
 * plain numbers: at awkward points, over all magnitudes, and where the tables draw from. C's own
 * functions are besides measured against wider types. Knows no row by name.
 */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <autograd/engine.h>

#include "check_main.h"
#include "ops/elementwise/functions.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/elementwise/simd/row_kernels.c"

/* --- the rows as plain numbers ---------------------------------------------------------------- */

#define NUMBER(name, part, number)                                                                 \
    static T AG__JOIN(name##_##part, S)(T A, T B, T Y, double p, double q)                         \
    {                                                                                              \
        const T P = (T)p, Q = (T)q;                                                                \
        T BELOW = 1;                                                                               \
        int over = 0;                                                                              \
        (void)A, (void)B, (void)Y, (void)P, (void)Q, (void)over;                                   \
        const T first = number;                                                                    \
        return first / BELOW;                                                                      \
    }
#define T double
#define S f64
#include "ops/elementwise/vocabulary_scalar.h"
#define UNARY(name, value, partial, low, high, doc)                                                \
    NUMBER(name, result, value) NUMBER(name, partial0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial_a) NUMBER(name, partial1, partial_b)
#include "ops/elementwise/each_row.h"

#include "ops/elementwise/vocabulary_end.h"

#define T float
#define S f32
#include "ops/elementwise/vocabulary_scalar.h"
#define UNARY(name, value, partial, low, high, doc)                                                \
    NUMBER(name, result, value) NUMBER(name, partial0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial_a) NUMBER(name, partial1, partial_b)
#include "ops/elementwise/each_row.h"

#include "ops/elementwise/vocabulary_end.h"

typedef double number_f64(double a, double b, double y, double p, double q);
typedef float number_f32(float a, float b, float y, double p, double q);

typedef struct plain {
    const char *name, *text[3]; /* of the value and the partials */
    int n_in;
    double low, high, c[2];
    number_f64 *f64[3]; /* the value, the partials */
    number_f32 *f32[3];
} plain;

static const plain plains[] = {
#define PLAIN(name, value, partial, low, high, p, q)                                               \
    {#name,                                                                                        \
     {#value, #partial, ""},                                                                       \
     1,                                                                                            \
     low,                                                                                          \
     high,                                                                                         \
     {p, q},                                                                                       \
     {name##_result_f64, name##_partial0_f64},                                                     \
     {name##_result_f32, name##_partial0_f32}},
#define UNARY(name, value, partial, low, high, doc) PLAIN(name, value, partial, low, high, 0, 0)
#define UNARY_P(name, value, partial, low, high, p, doc)                                           \
    PLAIN(name, value, partial, low, high, p, 0)
#define UNARY_PQ(name, value, partial, low, high, p, q, doc)                                       \
    PLAIN(name, value, partial, low, high, p, q)
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)                                       \
    PLAIN(name, value, partial, low, high, p, q)
#define PLAIN_2(name, value, partial_a, partial_b, low, high, p, q)                                \
    {#name,                                                                                        \
     {#value, #partial_a, #partial_b},                                                             \
     2,                                                                                            \
     low,                                                                                          \
     high,                                                                                         \
     {p, q},                                                                                       \
     {name##_result_f64, name##_partial0_f64, name##_partial1_f64},                                \
     {name##_result_f32, name##_partial0_f32, name##_partial1_f32}},
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    PLAIN_2(name, value, partial_a, partial_b, low, high, 0, 0)
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)                         \
    PLAIN_2(name, value, partial_a, partial_b, low, high, p, q)
#include "ops/elementwise/each_row.h"
};
enum { ROWS = sizeof plains / sizeof *plains };

/* --- points ----------------------------------------------------------------------------------- */

#define INF ((double)INFINITY)
static const double awkward[] = {0.0,     -0.0,    1,     -1,   0.5,   -2.5,    3,
                                 100,     -100,    1e-30, 1e30, -1e30, 1.4e-45, -1e-40,
                                 FLT_MAX, FLT_MIN, -90,   88.7, INF,   -INF,    (double)NAN};
enum { AWKWARD = sizeof awkward / sizeof *awkward, POINTS = 160 * 16 };

/* One number for all lanes, as a strip of step 0 wants it. */
#define SIXTEEN(x)                                                                                 \
    {                                                                                              \
        x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x                                             \
    }
static const double zeros_f64[16], ones_f64[16] = SIXTEEN(1);
static const float zeros_f32[16], ones_f32[16] = SIXTEEN(1);

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

static double any_magnitude(uint64_t *state, double octaves)
{
    double x = exp2((2 * uniform(state) - 1) * octaves);
    return uniform(state) < 0.5 ? -x : x;
}

typedef struct points {
    _Alignas(64) double a[POINTS], b[POINTS], y[POINTS], out[POINTS];
    _Alignas(64) float a32[POINTS], b32[POINTS], y32[POINTS], out32[POINTS];
} points;

static void draw(points *p, const plain *row)
{
    uint64_t state = 7;
    for (int i = 0; i < POINTS; i++) {
        bool square = i < AWKWARD * AWKWARD, wild = i % 2;
        double *x[2] = {&p->a[i], &p->b[i]};
        for (int k = 0; k < 2; k++) {
            *x[k] = square ? awkward[k == 0 ? i % AWKWARD : i / AWKWARD]
                    : wild ? any_magnitude(&state, i % 4 == 1 ? 8 : 120)
                           : row->low + (row->high - row->low) * uniform(&state);
        }
        p->a32[i] = (float)p->a[i];
        p->b32[i] = (float)p->b[i];
        p->b[i] = row->n_in == 1 ? p->a[i] : p->b[i];
        p->b32[i] = row->n_in == 1 ? p->a32[i] : p->b32[i];
        p->y[i] = row->f64[0](p->a[i], p->b[i], 0, row->c[0], row->c[1]);
        p->y32[i] = row->f32[0](p->a32[i], p->b32[i], 0, row->c[0], row->c[1]);
    }
}

/* --- comparing -------------------------------------------------------------------------------- */

enum { F64, F32 };
static const double epsilon[] = {DBL_EPSILON, FLT_EPSILON}, least[] = {DBL_MIN, FLT_MIN};
#define BOUND 6 /* units in the last place: 4 of a function of vectors, and what follows it */

/* Terms may cancel where a text adds: then a unit is one of the terms, which are about 1, or the
 * operand. A factor that is denormal is off by half the least number, and the product with the
 * operand by so much more. */
static double unit_of(const plain *row, int part, int dtype, double at, double want)
{
    const char *text = row->text[part];
    bool adds = strstr(text, "ADD(") || strstr(text, "SUB(") || strstr(text, "F(logaddexp");
    double term = fmax(1, fmin(fabs(at), 100));
    /* Squares that may cancel, and 1 - y for a y up to 0.95, which is in the function. */
    bool within = strstr(text, "SQ(F(atan2_partial") || strstr(text, "F(sigmoid_derivative");
    /* Squares that may cancel, over squares: a third derivative. */
    bool third = strstr(text, "SQ(F(hypot_partial");
    double many = third ? 32 : within ? 8 : 1;
    return many * epsilon[dtype] * fmax(fabs(want), adds ? term : term * least[dtype]);
}

/* Units between two numbers; infinity where they are not even of one kind. */
static double apart(double have, double want, double unit)
{
    if (have != have || want != want) {
        return have != have && want != want ? 0 : INF;
    }
    if (have == want) {
        return have != 0 || check_emulated() || signbit(have) == signbit(want) ? 0 : INF;
    }
    return isfinite(have) && isfinite(want) ? fabs(have - want) / unit : INF;
}

/* Kernel `part` of a row at every point; the worst difference. */
static double compare(const ag__row_kernels *kernels, const plain *row, points *p, int part,
                      int dtype)
{
    bool f32 = dtype == F32;
    ag__strip all[] = {{f32 ? (const void *)zeros_f32 : zeros_f64, 0},
                       {f32 ? (const void *)ones_f32 : ones_f64, 0},
                       {f32 ? (const void *)p->y32 : p->y, 1},
                       {f32 ? (const void *)p->a32 : p->a, 1},
                       {f32 ? (const void *)p->b32 : p->b, 1}};
    ag__strip_kernel *kernel = part == 0 ? kernels->forward : kernels->backward[part - 1];
    const double *c = row->c;
    double worst = 0;
    kernel(POINTS, c, f32 ? (void *)p->out32 : p->out, part == 0 ? all + 3 : all);
    for (int i = 0; i < POINTS; i++) {
        double have = f32 ? (double)p->out32[i] : p->out[i];
        double want = f32 ? (double)row->f32[part](p->a32[i], p->b32[i], p->y32[i], c[0], c[1])
                          : row->f64[part](p->a[i], p->b[i], p->y[i], c[0], c[1]);
        want = part > 0 && want == 0 ? 0 : want; /* it is added to 0, which is not -0 then */
        double off =
            apart(have, want, unit_of(row, part, dtype, f32 ? (double)p->a32[i] : p->a[i], want));
        if (!(off <= BOUND)) {
            printf("%s, part %d, of %s, at %a and %a: %a, want %a, %g units\n", row->name, part,
                   f32 ? "f32" : "f64", f32 ? (double)p->a32[i] : p->a[i],
                   f32 ? (double)p->b32[i] : p->b[i], have, want, off);
        }
        worst = fmax(worst, off);
    }
    return worst;
}

/* The kernels of set i: those of the machine, then the wide ones; NULL past the last. */
static const ag__rows *rows_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->rows : ag__kernels_best()->rows;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__rows_wide : NULL;
}

START_TEST(test_every_row_of_every_set)
{
    static points p;
    double worst = 0;
    int compared = 0;
    for (int r = 0; r < ROWS; r++) {
        draw(&p, &plains[r]);
        for (int i = 0; rows_at(i) != NULL; i++) {
            for (int part = 0; part <= plains[r].n_in; part++) {
                for (int dtype = F64; dtype <= F32; dtype++, compared++) {
                    worst = fmax(worst,
                                 compare(&rows_at(i)->of[dtype][r], &plains[r], &p, part, dtype));
                }
            }
        }
    }
    printf("%d kernels at %d points, at most %.2f units\n", compared, POINTS, worst);
    ck_assert_double_le(worst, BOUND);
    ck_assert_int_ge(compared, 2 * 2 * 2 * ROWS);
}
END_TEST

/* A function of one operand that is C's own, at f32's numbers, against that of f64. */
START_TEST(test_functions_of_f32_within_4_ulp)
{
    static points p;
    int measured = 0;
    for (int r = 0; r < ROWS; r++) {
        const plain *row = &plains[r];
        bool own = strncmp(row->text[0], "F(", 2) == 0 && row->n_in == 1 && row->c[0] == 0 &&
                   strncmp(row->text[0] + 2, row->name, strlen(row->name)) == 0;
        draw(&p, row);
        for (int i = 0; own && rows_at(i) != NULL; i++, measured++) {
            rows_at(i)->of[F32][r].forward(POINTS, row->c, p.out32,
                                           (ag__strip[]){{p.a32, 1}, {p.a32, 1}});
            for (int k = 0; k < POINTS; k++) {
                double want = row->f64[0]((double)p.a32[k], 0, 0, 0, 0);
                double have = (double)p.out32[k], near = (double)(float)want;
                bool tiny = near == 0 && want != 0; /* too small for a sign */
                double off = apart(tiny ? fabs(have) : have, tiny ? 0 : near,
                                   unit_of(row, 0, F32, (double)p.a32[k], want));
                ck_assert_msg(off <= 4.5, "%s at %a: %a, want %a", row->name, (double)p.a32[k],
                              (double)p.out32[k], want);
            }
        }
    }
    ck_assert_int_gt(measured, 60);
}
END_TEST

/* A wrong lane, a wrong sign of zero, a number for a NaN: the judge sees each. */
START_TEST(test_the_judge)
{
    ck_assert(apart(1 + 4 * DBL_EPSILON, 1, DBL_EPSILON) == 4);
    ck_assert(apart(0, -0.0, 1) == (check_emulated() ? 0 : INF));
    ck_assert(apart(1, (double)NAN, 1) == INF);
    ck_assert(apart((double)NAN, 1, 1) == INF && apart(INF, -INF, 1) == INF);
    ck_assert(apart(INF, DBL_MAX, 1) == INF && apart((double)NAN, (double)NAN, 1) == 0);
}
END_TEST

CHECK_MAIN("rows", test_every_row_of_every_set, test_functions_of_f32_within_4_ulp, test_the_judge)
