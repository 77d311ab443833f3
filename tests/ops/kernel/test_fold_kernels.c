/* The kernels that reduce a line to a number, those of every instruction set that this machine runs
 * and those of the widest vectors, against plain loops in f64: every length, lines side by side and
 * apart, with NaN and infinities, and the same bits wherever a line stands.
 */
#include <autograd.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/fold_kernels.c"

/* Set i: those of the machine, then the wide one; false past the last. */
static bool set_at(int i, const ag__fold_set **folds, const ag__line_set **lines)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        set = runs ? set : ag__kernels_best();
        *folds = set->folds;
        *lines = set->lines;
        return true;
    }
    *folds = &ag__fold_set_wide;
    *lines = ag__kernels_best()->lines;
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL;
}

/* --- plain loops ------------------------------------------------------------------------------ */

typedef double plain(const double *x, int n);

static double extreme_of(const double *x, int n, int sign, bool size)
{
    double best = size ? 0 : -(double)INFINITY;
    for (int i = 0; i < n; i++) {
        double v = sign * (size ? fabs(x[i]) : x[i]);
        if (v != v) {
            return v;
        }
        best = v > best ? v : best;
    }
    return sign * best;
}

static double plain_largest(const double *x, int n)
{
    return extreme_of(x, n, 1, false);
}

static double plain_smallest(const double *x, int n)
{
    return extreme_of(x, n, -1, false);
}

static double plain_largest_magnitude(const double *x, int n)
{
    return extreme_of(x, n, 1, true);
}

static double plain_product(const double *x, int n)
{
    double y = 1;
    for (int i = 0; i < n; i++) {
        y *= x[i];
    }
    return y;
}

static double plain_numbers(const double *x, int n)
{
    double y = 0;
    for (int i = 0; i < n; i++) {
        y += x[i] == x[i] ? x[i] : 0;
    }
    return y;
}

static double plain_magnitudes(const double *x, int n)
{
    double y = 0;
    for (int i = 0; i < n; i++) {
        y += fabs(x[i]);
    }
    return y;
}

static double plain_squares(const double *x, int n)
{
    double y = 0;
    for (int i = 0; i < n; i++) {
        y += x[i] * x[i];
    }
    return y;
}

static double plain_squares_about_mean(const double *x, int n)
{
    double mean = 0, y = n > 0 ? 0 : (double)NAN;
    for (int i = 0; i < n; i++) {
        mean += x[i] / n;
    }
    for (int i = 0; i < n; i++) {
        y += (x[i] - mean) * (x[i] - mean);
    }
    return y;
}

static double plain_logsumexp(const double *x, int n)
{
    double most = plain_largest(x, n), y = 0;
    most = isinf(most) ? 0 : most;
    for (int i = 0; i < n; i++) {
        y += exp(x[i] - most);
    }
    return log(y) + most;
}

/* --- the kernels ------------------------------------------------------------------------------ */

enum { LINES = 21, MOST = 150, APART = MOST + 3 };

static const struct {
    const char *name;
    plain *plain;
    size_t kernel; /* where in ag__fold_kernels */
} rows[] = {
#define ROW(name)                                                                                  \
    {                                                                                              \
#name, plain_##name, offsetof(ag__fold_kernels, name)                                      \
    }
    ROW(largest), ROW(smallest),   ROW(largest_magnitude), ROW(product),
    ROW(numbers), ROW(magnitudes), ROW(squares),           ROW(squares_about_mean),
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Row ROWS is logsumexp, which stands among the kernels of exponentials. */
static ag__fold_kernel *kernel_of(int set, int row, ag_dtype dtype)
{
    const ag__fold_set *folds;
    const ag__line_set *lines;
    ag__fold_kernel *kernel;
    if (!set_at(set, &folds, &lines)) {
        return NULL;
    }
    if (row == ROWS) {
        return lines->of[dtype].logsumexp;
    }
    memcpy(&kernel, (const char *)&folds->of[dtype] + rows[row].kernel, sizeof kernel);
    return kernel;
}

static double x64[LINES * APART];
static float x32[LINES * APART];

/* Near 1, so that products stay numbers; `special` stands in every third line. */
static void fill(int n, int step, double special)
{
    for (int i = 0; i < LINES * APART; i++) {
        x64[i] = (i * 37 % 27) / 64.0 - 1.25;
    }
    for (int i = 0; i < LINES && n > 0 && special != 0; i += 3) {
        x64[i * step + i % n] = special;
    }
    for (int i = 0; i < LINES * APART; i++) {
        x32[i] = (float)x64[i];
    }
}

static void agree(double have, double want, double tolerance, const char *name, int n)
{
    bool same = have == want || (isnan(have) && isnan(want));
    ck_assert_msg(same || fabs(have - want) <= tolerance * (1 + fabs(want)), "%s of %d: %g, not %g",
                  name, n, have, want);
}

static void check(int set, int row, int n, int step)
{
    const char *name = row == ROWS ? "logsumexp" : rows[row].name;
    plain *const expected = row == ROWS ? plain_logsumexp : rows[row].plain;
    for (int d = 0; d < 2; d++) {
        const ag_dtype dtype = d == 0 ? AG_F64 : AG_F32;
        const char *x = d == 0 ? (const char *)x64 : (const char *)x32;
        ag__fold_kernel *kernel = kernel_of(set, row, dtype);
        double out[LINES + 1], one;
        out[LINES] = 77;
        kernel(x, n, step, LINES, out);
        for (int i = 0; i < LINES; i++) {
            kernel(x + (size_t)(i * step) * ag_dtype_bytes(dtype), n, 999, 1, &one);
            ck_assert_msg(one == out[i] || isnan(one), "%s of %d: line %d", name, n, i);
            agree(out[i], expected(x64 + i * step, n), d == 0 ? 1e-13 : 1e-6, name, n);
        }
        ck_assert(out[LINES] == 77);
    }
}

START_TEST(test_every_length)
{
    static const double special[] = {0, NAN, INFINITY, -INFINITY};
    for (int set = 0; kernel_of(set, 0, AG_F64) != NULL; set++) {
        for (int n = 0; n <= MOST; n++) {
            for (int k = 0; k < 4; k++) {
                const int step = k % 2 == 0 ? n : n + 3;
                fill(n, step, special[k]);
                for (int row = 0; row <= ROWS; row++) {
                    check(set, row, n, step);
                }
            }
        }
    }
}
END_TEST

/* Equal numbers have no variance, and sums do not lose what is small beside them. */
START_TEST(test_digits)
{
    enum { LONG = 1 << 20 };
    float *x = calloc(LONG, sizeof *x);
    double out;
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < LONG; i++) {
        x[i] = 0.1F;
    }
    for (int set = 0; kernel_of(set, 0, AG_F64) != NULL; set++) {
        for (int n = 1; n <= LONG; n *= 2) {
            kernel_of(set, 7, AG_F32)(x, n, n, 1, &out);
            ck_assert(out == 0);
            kernel_of(set, 5, AG_F32)(x, n, n, 1, &out);
            agree(out, n * (double)0.1F, 1e-14, "magnitudes", n);
        }
    }
    free(x);
}
END_TEST

CHECK_MAIN("fold", test_every_length, test_digits)
