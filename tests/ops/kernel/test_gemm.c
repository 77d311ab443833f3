/* The matrix product of every instruction set that this machine runs, and of the widest vectors,
 * which every machine computes in parts, against the definition: a triple loop. The numbers are
 * small integers, so every order of adding gives the same bits and equality is exact.
 */
#include <autograd/cpu.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "check_main.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/gemm.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/gemm_micro.c"
#undef ROWS

/* Row-major, column-major, every second element, backwards: for a matrix of r x c the strides
 * and the place of element (0,0), inside 4 r c elements. */
enum { LAYOUTS = 4 };
typedef struct layout {
    int64_t rs, cs, first;
} layout;

static layout layout_of(int kind, int64_t r, int64_t c)
{
    switch (kind) {
    case 0:
        return (layout){c, 1, 0};
    case 1:
        return (layout){1, r, 0};
    case 2:
        return (layout){2 * c, 2, 1};
    default:
        return (layout){-c, -1, r * c > 0 ? r * c - 1 : 0};
    }
}

static double integer(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return (double)(*state >> 16 & 7) - 3;
}

typedef struct operand {
    double *f64;
    float *f32;
    layout at;
} operand;

static operand operand_new(int kind, int64_t r, int64_t c, unsigned *state)
{
    size_t n = (size_t)(4 * r * c + 4);
    operand x = {malloc(n * sizeof(double)), malloc(n * sizeof(float)), layout_of(kind, r, c)};
    ck_assert(x.f64 != NULL && x.f32 != NULL);
    for (size_t i = 0; i < n; i++) {
        x.f64[i] = integer(state);
        x.f32[i] = (float)x.f64[i];
    }
    return x;
}

static void operand_free(operand x)
{
    free(x.f64);
    free(x.f32);
}

static double element(operand x, int64_t i, int64_t j)
{
    return x.f64[x.at.first + i * x.at.rs + j * x.at.cs];
}

/* C before the call, with NaN where beta = 0 must not look. */
static double before(operand c, int64_t i, int64_t j, double beta)
{
    double v = element(c, i, j);
    return beta == 0 ? 0 : beta * v;
}

/* alpha A B + beta C by the definition; *new*. */
static double *expected(operand a, operand b, operand c, int64_t m, int64_t n, int64_t k,
                        double alpha, double beta)
{
    double *want = malloc(sizeof *want * (size_t)(m * n + 1));
    ck_assert_ptr_nonnull(want);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t p = 0; p < k; p++) {
                sum += element(a, i, p) * element(b, p, j);
            }
            want[i * n + j] = alpha * sum + before(c, i, j, beta);
        }
    }
    return want;
}

static void check_product(const ag__micro *micro, int64_t m, int64_t n, int64_t k, int kinds,
                          double alpha, double beta)
{
    unsigned state = (unsigned)(m + 31 * n + 977 * k + 5 * kinds);
    operand a = operand_new(kinds % LAYOUTS, m, k, &state);
    operand b = operand_new(kinds / LAYOUTS % LAYOUTS, k, n, &state);
    operand c = operand_new(kinds / LAYOUTS / LAYOUTS, m, n, &state);
    double *want = expected(a, b, c, m, n, k, alpha, beta);
    for (int64_t i = 0; beta == 0 && i < 4 * m * n + 4; i++) {
        c.f64[i] = (double)NAN;
        c.f32[i] = NAN;
    }
    void *work = malloc(ag__gemm_work(micro, ag__threads(), sizeof(double), m, n, k) + 1);
    ck_assert_ptr_nonnull(work);
    ag__gemm_f64(micro, ag__threads(), m, n, k, alpha, a.f64 + a.at.first, a.at.rs, a.at.cs,
                 b.f64 + b.at.first, b.at.rs, b.at.cs, beta, c.f64 + c.at.first, c.at.rs, c.at.cs,
                 work);
    ag__gemm_f32(micro, ag__threads(), m, n, k, (float)alpha, a.f32 + a.at.first, a.at.rs, a.at.cs,
                 b.f32 + b.at.first, b.at.rs, b.at.cs, (float)beta, c.f32 + c.at.first, c.at.rs,
                 c.at.cs, work);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            float single = c.f32[c.at.first + i * c.at.rs + j * c.at.cs];
            ck_assert_msg(element(c, i, j) == want[i * n + j] && single == (float)want[i * n + j],
                          "%d x %d x %d, layouts %d: element %d,%d is %g and %g, not %g", (int)m,
                          (int)n, (int)k, kinds, (int)i, (int)j, element(c, i, j), (double)single,
                          want[i * n + j]);
        }
    }
    free(work);
    free(want);
    operand_free(a);
    operand_free(b);
    operand_free(c);
}

/* The tiles of set i: those of the machine, then the wide ones; NULL past the last. */
static const ag__micro *micro_at(int i)
{
    bool runs = false;
    static const ag__micro *const wide = &ag__micro_wide;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->micro : ag__kernels_best()->micro;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? wide : NULL;
}

static void check_some(const ag__micro *micro)
{
    static const int64_t sizes[] = {0, 1, 2, 5, 17, 41};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    for (int s = 0; s < SIZES * SIZES * SIZES; s++) {
        for (int kinds = s % 3; kinds < LAYOUTS * LAYOUTS * LAYOUTS; kinds += 3) {
            check_product(micro, sizes[s % SIZES], sizes[s / SIZES % SIZES],
                          sizes[s / SIZES / SIZES], kinds, kinds % 2 ? 1 : -2, kinds % 5 % 3);
        }
    }
}

/* Sizes on both sides of every tile, in every combination of layouts. */
START_TEST(test_sizes)
{
    for (int i = 0; micro_at(i) != NULL; i++) {
        check_some(micro_at(i));
    }
}
END_TEST

/* And of every block. */
START_TEST(test_blocks)
{
    for (int i = 0; micro_at(i) != NULL; i++) {
        check_product(micro_at(i), 3, 1100, 300, 0, 1, 0);
        check_product(micro_at(i), 3, 600, 300, LAYOUTS, 1, 1);
        check_product(micro_at(i), 2, 257, 513, 1 + 2 * LAYOUTS, 1, 2);
        check_product(micro_at(i), 300, 1, 500, LAYOUTS, 1, 0);
        check_product(micro_at(i), 180, 40, 257, 1, -2, 2);
        check_product(micro_at(i), 90, 70, 260, LAYOUTS + LAYOUTS * LAYOUTS, 1, 1);
        check_product(micro_at(i), 20, 40, 1030, LAYOUTS, 1, 1);
        check_product(micro_at(i), 19, 1, 64, 0, -2, 2); /* one column and rows of whole vectors */
        check_product(micro_at(i), 5, 1, 32, LAYOUTS * LAYOUTS, 1, 0);
        for (int n = 1; n <= 8; n++) { /* few columns: the transposed product is computed */
            check_product(micro_at(i), 41 + n, n, 600, 1 + n % 3 * LAYOUTS, n % 3 - 2, n % 2);
        }
    }
}
END_TEST

/* One NaN or infinity in A and B each reaches its row and its column, and nothing else; 0 times
 * infinity is NaN. */
START_TEST(test_not_finite)
{
    enum { N = 37, ALL = N * N };
    static const float odd[] = {NAN, INFINITY};
    for (int t = 0; t < 8; t++) {
        float a[ALL] = {0}, b[ALL] = {0}, c[ALL];
        a[5 * N + 7] = odd[t % 2];
        b[9 * N + 36] = odd[t / 2 % 2];
        const ag__micro *micro = micro_at(t / 4);
        void *work = malloc(ag__gemm_work(micro, ag__threads(), sizeof(float), N, N, N) + 1);
        ag__gemm_f32(micro, ag__threads(), N, N, N, 1, a, N, 1, b, N, 1, 0, c, N, 1, work);
        for (int i = 0; i < ALL; i++) {
            bool touched = i / N == 5 || i % N == 36;
            ck_assert_msg(touched ? isnan(c[i]) : c[i] == 0, "element %d is %g", i, (double)c[i]);
        }
        free(work);
    }
}
END_TEST

/* The same bits from one, two and four threads: here the numbers are no integers. */
START_TEST(test_threads)
{
    enum { M = 217, N = 331, K = 517 };
    static float a[M * K], b[K * N], c[3][M * N];
    unsigned state = 7;
    for (int i = 0; i < M * K; i++) {
        a[i] = (float)(integer(&state) / 7);
    }
    for (int i = 0; i < K * N; i++) {
        b[i] = (float)(integer(&state) / 11);
    }
    const ag__micro *micro = ag__kernels_best()->micro;
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        void *work = malloc(ag__gemm_work(micro, ag__threads(), sizeof(float), M, N, K) + 1);
        ag__gemm_f32(micro, ag__threads(), M, N, K, 1, a, K, 1, b, N, 1, 0, c[t], N, 1, work);
        free(work);
    }
    ck_assert_mem_eq(c[0], c[1], sizeof c[0]);
    ck_assert_mem_eq(c[0], c[2], sizeof c[0]);
}
END_TEST

CHECK_MAIN("gemm", test_sizes, test_blocks, test_not_finite, test_threads)
