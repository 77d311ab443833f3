/* Batches of matrix products, in one thread and several: each product of a batch against a plain
 * loop, whole numbers so that every order gives the same; the same bits of what does not add
 * exactly, whether threads take whole products or each is cut, and where all go to one gradient.
 */
#include <autograd.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

enum { BATCH = 24, ROWS = 33, INNER = 17, COLUMNS = 21 };

static void threads(int n)
{
    ck_assert_int_eq(ag_set_threads(n), AG_OK);
}

/* Whole numbers from -5 to 5. */
static ag_tensor *whole(ag_graph *g, ag_shape shape, int step)
{
    static double values[BATCH * ROWS * INNER * 2];
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, AG_F64, shape, NULL);
    for (int64_t i = 0; i < ag_size(t); i++) {
        values[i] = (double)(i * step % 11 - 5);
    }
    ck_assert_int_eq(ag_set(t, values, ag_size(t)), AG_OK);
    return t;
}

/* Entry (i, j) of product n of a (BATCH, ROWS, INNER) and b^T, b (BATCH, COLUMNS, INNER). */
static double entry(const double *a, const double *b, int n, int i, int j)
{
    double sum = 0;
    for (int k = 0; k < INNER; k++) {
        sum += a[(n * ROWS + i) * INNER + k] * b[(n * COLUMNS + j) * INNER + k];
    }
    return sum;
}

START_TEST(test_each_of_a_batch)
{
    static double y[BATCH * ROWS * COLUMNS];
    for (int t = 1; t <= 4; t *= 2) {
        threads(t);
        ag_graph *g = ag_graph_new();
        ag_tensor *a = whole(g, AG_SHAPE(BATCH, ROWS, INNER), 7);
        ag_tensor *b = whole(g, AG_SHAPE(BATCH, COLUMNS, INNER), 3);
        ck_assert_int_eq(ag_get(ag_matmul(a, ag_transpose(b)), y, BATCH * ROWS * COLUMNS), AG_OK);
        for (int at = 0; at < BATCH * ROWS * COLUMNS; at++) {
            int n = at / (ROWS * COLUMNS), i = at / COLUMNS % ROWS, j = at % COLUMNS;
            ck_assert_double_eq(y[at], entry(ag_data(a), ag_data(b), n, i, j));
        }
        ag_graph_free(g);
    }
}
END_TEST

/* Gradients by two operands of shapes that broadcast, drawn, into out. */
static void gradients(ag_shape sa, ag_shape sb, float *out)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *in[] = {ag_full(g, AG_VARIABLE, sa, 0), ag_full(g, AG_VARIABLE, sb, 0)};
    double *wide = NULL;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ag_fill_normal(in[i], 0, 1), AG_OK);
    }
    ck_assert_int_eq(ag_backward(ag_sum(ag_square(ag_matmul(in[0], in[1])))), AG_OK);
    for (int i = 0; i < 2; i++) {
        int64_t n = ag_size(in[i]);
        wide = realloc(wide, (size_t)n * sizeof *wide);
        ck_assert_ptr_nonnull(wide);
        ck_assert_int_eq(ag_grad_get(in[i], wide, n), AG_OK);
        for (int64_t k = 0; k < n; k++) {
            *out++ = (float)wide[k];
        }
    }
    free(wide);
    ag_graph_free(g);
}

START_TEST(test_threads)
{
    enum { MOST = 1 << 18 };
    static float out[3][MOST];
    const ag_shape shapes[][2] = {
        {AG_SHAPE(16, 4, 40, 24), AG_SHAPE(16, 4, 24, 36)}, /* many small ones */
        {AG_SHAPE(32, 90, 40), AG_SHAPE(32, 40, 70)},       /* some that are packed */
        {AG_SHAPE(2, 200, 130), AG_SHAPE(2, 130, 150)},     /* few large ones */
        {AG_SHAPE(1, 40, 24), AG_SHAPE(64, 24, 36)},        /* one left gradient for all */
        {AG_SHAPE(64, 40, 24), AG_SHAPE(24, 36)},           /* one right gradient for all */
    };
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        memset(out, 0, sizeof out);
        for (int t = 0; t < 3; t++) {
            threads(1 << t);
            gradients(shapes[s][0], shapes[s][1], out[t]);
        }
        ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
        ck_assert_mem_eq(out[0], out[2], sizeof out[0]);
    }
}
END_TEST

CHECK_MAIN("product", test_each_of_a_batch, test_threads)
