/* The plain kernels below the structured operations, against the shortest code that could be right:
 * a triple loop for the matrix product, one running sum for the sums. The numbers are small
 * integers, so every order of adding gives the same bits and equality is exact; for the rounding of
 * long sums the exact value is known.
 */
#include <autograd.h>
#include <math.h>
#include <stdlib.h>

#include "../../ops/kernel/gemm.h"
#include "../../ops/kernel/sum.h"
#include "check_main.h"

/* --- matrix product --------------------------------------------------------------------------- */

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

static void check_product(int64_t m, int64_t n, int64_t k, int kinds, double alpha, double beta)
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
    void *work = malloc(ag__gemm_work(sizeof(double), m, n, k) + 1);
    ck_assert_ptr_nonnull(work);
    ag__gemm_f64(m, n, k, alpha, a.f64 + a.at.first, a.at.rs, a.at.cs, b.f64 + b.at.first, b.at.rs,
                 b.at.cs, beta, c.f64 + c.at.first, c.at.rs, c.at.cs, work);
    ag__gemm_f32(m, n, k, (float)alpha, a.f32 + a.at.first, a.at.rs, a.at.cs, b.f32 + b.at.first,
                 b.at.rs, b.at.cs, (float)beta, c.f32 + c.at.first, c.at.rs, c.at.cs, work);
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

/* Sizes on both sides of every block of the kernel, in every combination of layouts. */
START_TEST(test_product)
{
    static const int64_t sizes[] = {0, 1, 2, 5, 33};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    for (int s = 0; s < SIZES * SIZES * SIZES; s++) {
        for (int kinds = 0; kinds < LAYOUTS * LAYOUTS * LAYOUTS; kinds++) {
            check_product(sizes[s % SIZES], sizes[s / SIZES % SIZES], sizes[s / SIZES / SIZES],
                          kinds, kinds % 2 ? 1 : -2, kinds % 3);
        }
    }
    check_product(3, 600, 300, 0, 1, 0);
    check_product(3, 600, 300, LAYOUTS, 1, 1);
    check_product(2, 257, 129, 1 + 2 * LAYOUTS, 1, 2);
    check_product(300, 1, 500, LAYOUTS, 1, 0);
}
END_TEST

/* --- sums ------------------------------------------------------------------------------------- */

/* One running sum for each index that is kept. */
static void add_straight(const double *x, const int64_t dim[4], const int64_t stride[4],
                         const bool over[4], double *want)
{
    for (int64_t i = 0; i < 1110; i++) {
        int64_t rest = i, from = 0, to = 0, step = 1;
        for (int d = 3; d >= 0; d--) {
            from += rest % dim[d] * stride[d];
            to += over[d] ? 0 : rest % dim[d] * step;
            step *= over[d] ? 1 : dim[d];
            rest /= dim[d];
        }
        want[to] += x[from];
    }
}

/* Every subset of the axes of a 4-dimensional array, in three memory orders, one with a
 * dimension that is expanded and one backwards. */
START_TEST(test_sum)
{
    static const int64_t dim[4] = {3, 2, 5, 37};
    static const int64_t stride[4][4] = {
        {370, 185, 37, 1}, {1, 3, 6, 30}, {37, 111, 0, 1}, {370, -185, 37, -1}};
    static const int64_t first[4] = {0, 0, 0, 221};
    static double x[2000];
    static int64_t whole[2000];
    unsigned state = 1;
    for (int i = 0; i < 2000; i++) {
        x[i] = integer(&state);
        whole[i] = (int64_t)x[i];
    }
    for (int set = 0; set < 16; set++) {
        for (int order = 0; order < 4; order++) {
            bool over[AG_MAX_DIMS] = {set & 1, set & 2, set & 4, set & 8};
            double want[1110] = {0}, have[1110];
            int64_t same[1110], n = 1;
            for (int d = 0; d < 4; d++) {
                n *= over[d] ? 1 : dim[d];
            }
            add_straight(x + first[order], dim, stride[order], over, want);
            ag_array a = {AG_F64, 4, dim, stride[order], 1110, x + first[order]};
            ag__sum(&a, over, have);
            a = (ag_array){AG_I64, 4, dim, stride[order], 1110, whole + first[order]};
            ag__sum(&a, over, same);
            for (int64_t i = 0; i < n; i++) {
                ck_assert_msg(have[i] == want[i] && same[i] == (int64_t)want[i],
                              "axes %d, order %d, sum %d: %g, not %g", set, order, (int)i, have[i],
                              want[i]);
            }
        }
    }
}
END_TEST

/* Ten million times 0.1f is 1000000.0149 (0.1f is 0.100000001490116...). Added one after the
 * other in f32 it would come to 1087937. */
START_TEST(test_long_sum)
{
    int64_t n = check_small() ? 100000 : 10000000;
    double exact = (double)n * (double)0.1f;
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = ag_expand(ag_constant(g, 0.1), AG_SHAPE(n));
    ck_assert_double_eq_tol(ag_item(ag_sum(x)), exact, 1e-6 * exact);
    ag_tensor *rows = ag_full(g, AG_CONSTANT, AG_SHAPE(n / 2, 2), 0.1);
    ag_tensor *sums = ag_sum_over(rows, AG_AXES(0), false);
    ck_assert_double_eq_tol(ag_item_at(sums, AG_SHAPE(1)), exact / 2, 1e-6 * exact);
    ck_assert_double_eq_tol(ag_item(ag_mean(rows)), (double)0.1f, 1e-7);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("kernels", test_product, test_sum, test_long_sum)
