/* The kernels of a line of numbers, those of every instruction set that this machine runs and those
 * of the widest vectors, against plain loops in f64: every length, unaligned, with NaN and
 * infinities.
 */
#include "line_test.h"

/* A line of n and a plain way to do the same: y for x and g, with the number of the options. */
typedef void plain(const double *x, const double *g, int n, double number, double *y);

static double greatest(const double *x, int n)
{
    double most = -(double)INFINITY;
    for (int i = 0; i < n; i++) {
        most = x[i] > most ? x[i] : most;
    }
    return most;
}

static void plain_exponentials(const double *x, const double *g, int n, double number, double *y)
{
    (void)g, (void)number;
    y[0] = greatest(x, n);
    y[1] = 0;
    for (int i = 0; i < n; i++) {
        y[1] += exp(x[i] - y[0]);
    }
    y[1] = log(y[1]);
}

static void plain_softmax(const double *x, const double *g, int n, double number, double *y)
{
    double part[2];
    plain_exponentials(x, g, n, number, part);
    for (int i = 0; i < n; i++) {
        y[i] = exp(x[i] - part[0] - part[1]);
    }
}

static void plain_log_softmax(const double *x, const double *g, int n, double number, double *y)
{
    double part[2];
    plain_exponentials(x, g, n, number, part);
    for (int i = 0; i < n; i++) {
        y[i] = x[i] - part[0] - part[1];
    }
}

static void plain_scale(const double *x, const double *g, int n, double number, double *y)
{
    (void)g;
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * number;
    }
}

static void plain_softmax_back(const double *x, const double *g, int n, double number, double *y)
{
    double dot = sum_of(x, g, n);
    (void)number;
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * (g[i] - dot);
    }
}

static void plain_log_softmax_back(const double *x, const double *g, int n, double number,
                                   double *y)
{
    double sum = sum_of(g, NULL, n);
    (void)number;
    for (int i = 0; i < n; i++) {
        y[i] = g[i] - exp(x[i]) * sum;
    }
}

static void plain_standardize(const double *x, const double *g, int n, double number, double *y)
{
    double mean = sum_of(x, NULL, n) / n;
    (void)g;
    for (int i = 0; i < n; i++) {
        y[i] = x[i] - mean;
    }
    double scale = 1 / sqrt(sum_of(y, y, n) / n + number);
    for (int i = 0; i < n; i++) {
        y[i] *= scale;
    }
}

static void plain_standardize_back(const double *x, const double *g, int n, double number,
                                   double *y)
{
    double mean = sum_of(x, NULL, n) / n, s[MOST], square = 0;
    plain_standardize(x, g, n, number, s);
    for (int i = 0; i < n; i++) {
        square += (x[i] - mean) * (x[i] - mean);
    }
    double scale = 1 / sqrt(square / n + number), along = sum_of(g, s, n) / n;
    for (int i = 0; i < n; i++) {
        y[i] = scale * (g[i] - sum_of(g, NULL, n) / n - s[i] * along);
    }
}

/* With the weight g, which is the bias, too. */
static void plain_layer_norm(const double *x, const double *g, int n, double number, double *y)
{
    plain_standardize(x, g, n, number, y);
    for (int i = 0; i < n; i++) {
        y[i] = y[i] * g[i] + g[i];
    }
}

static void plain_rms_norm(const double *x, const double *g, int n, double number, double *y)
{
    double scale = 1 / sqrt(sum_of(x, x, n) / n + number);
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * scale * g[i];
    }
}

enum { TWO = 2 }; /* numbers that come out; 0: as many as a line has */

static const struct {
    const char *name;
    size_t kernel; /* where in ag__line_kernels */
    plain *plain;
    int reads_g; /* how often */
    bool adds;
    int results;
} rows[] = {
#define ROW(name, ...)                                                                             \
    {                                                                                              \
#name, offsetof(ag__line_kernels, name), plain_##name, __VA_ARGS__                         \
    }
    ROW(softmax, 0, false, 0),        ROW(log_softmax, 0, false, 0),
    ROW(exponentials, 0, false, TWO), ROW(scale, 0, true, 0),
    ROW(softmax_back, 1, true, 0),    ROW(log_softmax_back, 1, true, 0),
    ROW(standardize, 0, false, 0),    ROW(standardize_back, 1, true, 0),
    ROW(layer_norm, 2, false, 0),     ROW(rms_norm, 1, false, 0),
};

static ag__line_kernel *kernel_of(const ag__line_set *set, ag_dtype dtype, int row)
{
    ag__line_kernel *kernel;
    memcpy(&kernel, (const char *)&set->of[dtype] + rows[row].kernel, sizeof kernel);
    return kernel;
}

/* What a kernel makes of lines of n numbers, one place past an aligned one; `before` is there. */
#define RUN(T, S)                                                                                  \
    static void run_##S(ag__line_kernel *kernel, int row, const double *from, int n, bool fresh,   \
                        double before, double *out)                                                \
    {                                                                                              \
        T x[MOST + 4], g[MOST + 4], y[MOST + 4];                                                   \
        for (int i = 0; i < MOST + 4; i++) {                                                       \
            x[i] = (T)(i > 0 ? from[i - 1] : number(-1));                                          \
            g[i] = (T)other(i - 1);                                                                \
            y[i] = (T)before;                                                                      \
        }                                                                                          \
        void *line[4] = {x + 1};                                                                   \
        for (int i = 1; i < 4; i++) {                                                              \
            line[i] = (i <= rows[row].reads_g ? g : y) + 1;                                        \
        }                                                                                          \
        kernel(line, n, (ag__line_options){0.25, fresh});                                          \
        for (int i = 0; i < MOST + 3; i++) {                                                       \
            out[i] = (double)y[i + 1];                                                             \
        }                                                                                          \
        ck_assert_msg((double)y[0] == before, "%s: before the line", rows[row].name);              \
    }
RUN(double, f64)
RUN(float, f32)

static void check(ag__line_kernel *kernel, int row, ag_dtype dtype, int n, bool fresh)
{
    double x[MOST + 3], g[MOST + 3], want[MOST + 3], have[MOST + 3], before = fresh ? GUARD : 0.5;
    int results = rows[row].results > 0 ? rows[row].results : n;
    for (int i = 0; i < MOST + 3; i++) {
        x[i] = number(i);
        g[i] = other(i);
    }
    if (rows[row].plain == plain_softmax_back) { /* what it gets is a softmax */
        double y[MOST];
        plain_softmax(x, g, n, 0, y);
        memcpy(x, y, (size_t)n * sizeof *x);
    }
    rows[row].plain(x, g, n, 0.25, want);
    (dtype == AG_F64 ? run_f64 : run_f32)(kernel, row, x, n, fresh, before, have);
    for (int i = 0; i < results; i++) {
        near_number(have[i], want[i] + (fresh ? 0 : before), dtype == AG_F64 ? 1e-13 : 1e-5,
                    rows[row].name, n);
    }
    ck_assert_msg(have[results] == before, "%s of %d: written past the end", rows[row].name, n);
}

START_TEST(test_every_length)
{
    for (int i = 0; lines_at(i) != NULL; i++) {
        for (int row = 0; row < (int)(sizeof rows / sizeof *rows); row++) {
            for (int n = 1; n <= MOST; n++) {
                for (int d = 0; d < 2; d++) {
                    ag_dtype dtype = d == 0 ? AG_F64 : AG_F32;
                    ag__line_kernel *kernel = kernel_of(lines_at(i), dtype, row);
                    check(kernel, row, dtype, n, true);
                    if (rows[row].adds) {
                        check(kernel, row, dtype, n, false);
                    }
                }
            }
        }
    }
}
END_TEST

/* Wherever it is: a NaN comes out everywhere, an infinity is the greatest, and e to minus infinity
 * is 0. */
START_TEST(test_not_finite)
{
    for (int i = 0; lines_at(i) != NULL; i++) {
        const ag__line_kernels *k = &lines_at(i)->of[AG_F32];
        for (int n = 1; n <= 70; n++) {
            for (int at = 0; at < n; at++) {
                float x[70] = {0}, y[70];
                void *line[] = {x, y};
                x[at] = NAN;
                k->softmax(line, n, (ag__line_options){0});
                ck_assert(isnan(y[0]) && isnan(y[n - 1]));
                k->standardize(line, n, (ag__line_options){1, false});
                ck_assert(isnan(y[0]) && isnan(y[n - 1]));
                x[at] = -INFINITY;
                k->exponentials(line, n, (ag__line_options){0});
                ck_assert(y[0] == (n > 1 ? 0 : -INFINITY));
                ck_assert(n > 1 ? fabsf(y[1] - logf((float)n - 1)) < 1e-5F : isnan(y[1]));
            }
        }
    }
}
END_TEST

/* Sums do not lose what is small beside them: 2^24 + 1 is not a number of f32. */
START_TEST(test_long)
{
    enum { LONG = 1 << 25 };
    float *x = calloc(LONG, sizeof *x), part[2];
    ck_assert_ptr_nonnull(x);
    void *line[] = {x, part};
    for (int i = 0; lines_at(i) != NULL; i++) {
        lines_at(i)->of[AG_F32].exponentials(line, LONG, (ag__line_options){0});
        ck_assert_float_eq_tol(part[1], logf((float)LONG), 1e-5F);
    }
    free(x);
}
END_TEST

/* --- of many lines ---------------------------------------------------------------------------- */

enum { LINES = 21, APART = 2 * AG__SHORT_LINE };

static const struct {
    size_t one, many;
    int reads;
} pairs[] = {
#define PAIR(name, reads)                                                                          \
    {                                                                                              \
        offsetof(ag__line_kernels, name), offsetof(ag__line_kernels, many.name), reads             \
    }
    PAIR(softmax, 1),
    PAIR(log_softmax, 1),
    PAIR(softmax_back, 2),
    PAIR(log_softmax_back, 2),
};

/* Numbers as a softmax or its logarithm has, or any. */
static void fill(float x[LINES * APART], int pair, int array, int n, int apart)
{
    for (int i = 0; i < LINES * APART; i++) {
        x[i] = (float)(array == 0 ? number(i) : other(i));
        if (pair >= 2 && array == 0) {
            x[i] = pair == 2 ? 1 / (float)n : -logf((float)n);
        }
    }
    if (pair == 2) {
        x[2 * apart] = 0.97F; /* one of them is nearly 1 */
    }
}

/* As the kernel of one line does it, up to rounding, and nothing elsewhere is written. */
static void check_many(const ag__line_kernels *k, int pair, int n, int apart, bool fresh)
{
    static float x[LINES * APART], g[LINES * APART], y[LINES * APART], want[LINES * APART];
    ag__line_kernel *one;
    ag__short_kernel *many;
    const ag__line_options options = {0, fresh};
    memcpy(&one, (const char *)k + pairs[pair].one, sizeof one);
    memcpy(&many, (const char *)k + pairs[pair].many, sizeof many);
    fill(x, pair, 0, n, apart);
    fill(g, 0, 1, n, apart);
    for (int i = 0; i < LINES * APART; i++) {
        want[i] = y[i] = 0.5F;
    }
    for (int i = 0; i < LINES; i++) {
        float *at[] = {x + i * apart, g + i * apart, want + i * apart};
        one((void *[]){at[0], pairs[pair].reads == 1 ? at[2] : at[1], at[2]}, n, options);
    }
    many((void *[]){x, pairs[pair].reads == 1 ? y : g, y}, (const int64_t[]){apart, apart, apart},
         n, LINES, options);
    for (int i = 0; i < LINES * APART; i++) {
        if (y[i] != want[i]) {
            near_number((double)y[i], (double)want[i], 2e-6, "many lines", n);
        }
    }
}

START_TEST(test_many)
{
    for (int i = 0; lines_at(i) != NULL; i++) {
        for (int n = 1; n <= AG__SHORT_LINE; n += n < 34 ? 1 : 13) {
            for (int pair = 0; pair < 8; pair++) {
                check_many(&lines_at(i)->of[AG_F32], pair / 2, n, pair % 2 == 0 ? n : n + 3, true);
                check_many(&lines_at(i)->of[AG_F32], pair / 2, n, n, pair < 4);
            }
        }
    }
}
END_TEST

CHECK_MAIN("line", test_every_length, test_not_finite, test_long, test_many)
