/* The kernels that add what lies side by side, those of every instruction set that this machine
 * runs and those of the widest vectors, against plain loops: small integers, so that every order
 * gives the same; sums of what does not add exactly, for one thread and several.
 */
#include <autograd.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/sum_kernels.c"

/* Set i: those of the machine, then the wide one; NULL past the last. */
static const ag__sums *sums_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->sums : ag__kernels_best()->sums;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__sums_wide : NULL;
}

enum { MOST = 1200, STRIDE = 150 };

typedef struct numbers {
    double f64[MOST];
    float f32[MOST];
} numbers;

static numbers integers(void)
{
    numbers x;
    for (int i = 0; i < MOST; i++) {
        x.f64[i] = i * 37 % 11 - 4;
        x.f32[i] = (float)x.f64[i];
    }
    return x;
}

START_TEST(test_runs)
{
    numbers x = integers();
    for (int i = 0; sums_at(i) != NULL; i++) {
        for (int start = 0; start < 9; start++) {
            double want = 0;
            for (int n = 0; start + n < MOST; n++) {
                ck_assert_double_eq(sums_at(i)->f64.run(x.f64 + start, n), want);
                ck_assert_float_eq(sums_at(i)->f32.run(x.f32 + start, n), (float)want);
                want += x.f64[start + n];
            }
        }
    }
}
END_TEST

static void check_lines(const ag__sums *sums, const numbers *x, int n, int step)
{
    enum { COUNT = 21 };
    double out[COUNT + 1] = {0}, one;
    float out32[COUNT + 1] = {0}, one32;
    sums->f64.lines(x->f64 + 1, n, step, COUNT, out);
    sums->f32.lines(x->f32 + 1, n, step, COUNT, out32);
    for (int k = 0; k < COUNT; k++) {
        const double want = sums->f64.run(x->f64 + 1 + k * step, n);
        sums->f64.lines(x->f64 + 1 + k * step, n, 77, 1, &one);
        sums->f32.lines(x->f32 + 1 + k * step, n, 77, 1, &one32);
        ck_assert(out[k] == one && out32[k] == one32);
        ck_assert(fabs(one - want) < 1e-14 && fabs((double)one32 - want) < 1e-5);
    }
    ck_assert(out[COUNT] == 0 && out32[COUNT] == 0);
}

/* The sum of a line has the same bits wherever it stands among how many lines. */
START_TEST(test_lines)
{
    numbers x;
    for (int i = 0; i < MOST; i++) {
        x.f64[i] = sin(1e3 * i);
        x.f32[i] = (float)x.f64[i];
    }
    for (int i = 0; sums_at(i) != NULL; i++) {
        for (int n = 0; n <= 2 * 33; n++) {
            const int step = n / 2 + n % 2 * 3; /* side by side, and not */
            check_lines(sums_at(i), &x, n / 2, step);
        }
    }
}
END_TEST

static void check_rows(const ag__sums *sums, const numbers *x, int rows, int width)
{
    double out[STRIDE + 1];
    float out32[STRIDE + 1];
    out[width] = out32[width] = 77;
    sums->f64.rows(x->f64 + 1, rows, STRIDE, width, out);
    sums->f32.rows(x->f32 + 1, rows, STRIDE, width, out32);
    for (int j = 0; j < width; j++) {
        double want = 0;
        for (int r = 0; r < rows; r++) {
            want += x->f64[1 + r * STRIDE + j];
        }
        ck_assert_double_eq(out[j], want);
        ck_assert_float_eq(out32[j], (float)want);
    }
    ck_assert(out[width] == 77 && out32[width] == 77); /* nothing past the end is written */
    sums->f64.add(out, x->f64, width);
    sums->f32.add(out32, x->f32, width);
    for (int j = 0; j < width; j++) {
        ck_assert_float_eq(out32[j], (float)out[j]);
    }
    ck_assert(out[width] == 77 && out32[width] == 77);
}

START_TEST(test_rows)
{
    numbers x = integers();
    for (int i = 0; sums_at(i) != NULL; i++) {
        for (int width = 1; width < STRIDE; width++) {
            check_rows(sums_at(i), &x, 1 + width % 7, width);
        }
    }
}
END_TEST

START_TEST(test_not_finite)
{
    for (int i = 0; sums_at(i) != NULL; i++) {
        for (int at = 0; at < 200; at += 13) {
            float x[200] = {0}, out[200];
            x[at] = INFINITY;
            ck_assert(sums_at(i)->f32.run(x, 200) == INFINITY);
            x[(at + 57) % 200] = -INFINITY;
            ck_assert(isnan(sums_at(i)->f32.run(x, 200)));
            sums_at(i)->f32.rows(x, 2, 100, 100, out);
            for (int j = 0; j < 100; j++) {
                ck_assert(isfinite(out[j]) == (j != at % 100 && j != (at + 57) % 100));
            }
        }
    }
}
END_TEST

/* All, the columns, the rows: the same bits from one, two and four threads. */
START_TEST(test_threads)
{
    static float out[3][1 + 1200 + 1100];
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
        ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(1100, 1200), 0);
        ag_seed(g, 5);
        ck_assert_int_eq(ag_fill_normal(x, 0, 1), AG_OK);
        ag_tensor *columns = ag_sum_over(x, AG_AXES(0), false);
        ag_tensor *rows = ag_sum_over(x, AG_AXES(1), false);
        out[t][0] = (float)ag_item(ag_sum(x));
        ck_assert_int_eq(ag_read(columns, out[t] + 1, 1200 * sizeof(float)), AG_OK);
        ck_assert_int_eq(ag_read(rows, out[t] + 1201, 1100 * sizeof(float)), AG_OK);
        ag_graph_free(g);
    }
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    ck_assert_mem_eq(out[0], out[2], sizeof out[0]);
}
END_TEST

CHECK_MAIN("sums", test_runs, test_lines, test_rows, test_not_finite, test_threads)
