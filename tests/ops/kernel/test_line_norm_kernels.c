/* The kernels of the gradients of a normalized line, in every set, against plain loops in f64; and
 * the operations made of lines in one thread and several.
 */
#include "line_test.h"

/* The gradients of x, weight and bias of a normalized line; the kernel adds to 0.5 everywhere. */
static void plain_norm_back(bool centered, int n, double out[3][MOST])
{
    double x[MOST], g[MOST], h[MOST], s[MOST], mean, square = 0, scale;
    for (int i = 0; i < n; i++) {
        x[i] = number(i);
        g[i] = other(i);
        h[i] = g[i] * number(i + 5);
    }
    mean = centered ? sum_of(x, NULL, n) / n : 0;
    for (int i = 0; i < n; i++) {
        square += (x[i] - mean) * (x[i] - mean) / n;
    }
    scale = 1 / sqrt(square + 0.25);
    for (int i = 0; i < n; i++) {
        s[i] = (x[i] - mean) * scale;
    }
    double mean_h = centered ? sum_of(h, NULL, n) / n : 0, along = sum_of(h, s, n) / n;
    for (int i = 0; i < n; i++) {
        out[0][i] = scale * (h[i] - mean_h - s[i] * along);
        out[1][i] = g[i] * s[i];
        out[2][i] = centered ? g[i] : 0;
    }
}

#define NORM_BACK(T, S, dtype, tolerance)                                                          \
    static void check_norm_##S(const ag__line_set *set, bool centered, int n)                      \
    {                                                                                              \
        T x[MOST], g[MOST], w[MOST], y[3][MOST + 1];                                               \
        double want[3][MOST];                                                                      \
        for (int i = 0; i <= n; i++) {                                                             \
            y[0][i] = y[1][i] = y[2][i] = (T)0.5;                                                  \
        }                                                                                          \
        for (int i = 0; i < n; i++) {                                                              \
            x[i] = (T)number(i);                                                                   \
            g[i] = (T)other(i);                                                                    \
            w[i] = (T)number(i + 5);                                                               \
        }                                                                                          \
        void *line[] = {x, g, w, y[0], y[1], centered ? y[2] : NULL};                              \
        (centered ? set->of[dtype].layer_norm_back                                                 \
                  : set->of[dtype].rms_norm_back)(line, n, (ag__line_options){0.25, false});       \
        plain_norm_back(centered, n, want);                                                        \
        for (int k = 0; k < 3; k++) {                                                              \
            for (int i = 0; i < n; i++) {                                                          \
                near_number((double)y[k][i], 0.5 + want[k][i], tolerance, "norm_back", n);         \
            }                                                                                      \
            ck_assert_msg((double)y[k][n] == 0.5, "%d: written past the end", n);                  \
        }                                                                                          \
    }
NORM_BACK(double, f64, AG_F64, 1e-13)
NORM_BACK(float, f32, AG_F32, 1e-5)

START_TEST(test_norm_back)
{
    for (int i = 0; lines_at(i) != NULL; i++) {
        for (int n = 1; n < MOST; n++) {
            for (int centered = 0; centered < 2; centered++) {
                check_norm_f64(lines_at(i), centered, n);
                check_norm_f32(lines_at(i), centered, n);
            }
        }
    }
}
END_TEST

/* Every operation made of lines, forward and backward, alone or added to what is there. */
static ag_tensor *all_of_them(ag_tensor *x, ag_tensor *labels)
{
    ag_tensor *a = ag_softmax(x, 1), *b = ag_log_softmax(x, 1), *c = ag_softmax(x, 0);
    ag_tensor *d = ag_layer_norm(x, 1, NULL, NULL, 1e-5), *e = ag_cross_entropy(x, labels, NULL);
    ag_tensor *w = ag_sum_over(x, AG_AXES(0), false);
    d = ag_add(d, ag_mul(ag_layer_norm(x, 1, w, w, 1e-5), ag_rms_norm(x, 1, w, 1e-5)));
    return ag_add(ag_sum(ag_mul(ag_mul(a, b), ag_add(c, d))), e);
}

/* The same bits from one, two and four threads. */
START_TEST(test_threads)
{
    enum { ROWS = 301, COLUMNS = 203, SIZE = ROWS * COLUMNS };
    static double out[3][SIZE + 1];
    static int64_t label[ROWS];
    for (int i = 0; i < ROWS; i++) {
        label[i] = i * 7 % COLUMNS;
    }
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
        ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(ROWS, COLUMNS), 0);
        ag_seed(g, 5);
        ck_assert_int_eq(ag_fill_normal(x, 0, 1), AG_OK);
        ag_tensor *y = all_of_them(x, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(ROWS), label));
        ck_assert_int_eq(ag_backward(y), AG_OK);
        out[t][SIZE] = ag_item(y);
        ck_assert_int_eq(ag_grad_get(x, out[t], SIZE), AG_OK);
        ag_graph_free(g);
    }
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    ck_assert_mem_eq(out[0], out[2], sizeof out[0]);
}
END_TEST

/* Lines that do not lie side by side: each thread has its own copies of them. */
START_TEST(test_threads_copy)
{
    enum { BATCH = 16, CHANNELS = 12, AREA = 2048, SIZE = BATCH * CHANNELS * AREA };
    static double out[3][SIZE];
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
        ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(BATCH, CHANNELS, AREA), 0);
        ag_seed(g, 6);
        ck_assert_int_eq(ag_fill_normal(x, 0, 1), AG_OK);
        ag_batch_norm_options training = {.training = true};
        ag_tensor *a = ag_batch_norm(x, NULL, NULL, NULL, NULL, &training);
        ag_tensor *b = ag_softmax(ag_transpose_axes(x, 0, 2), 2);
        ag_tensor *y = ag_mul(ag_square(a), ag_transpose_axes(b, 0, 2));
        ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
        ck_assert_int_eq(ag_grad_get(x, out[t], SIZE), AG_OK);
        ag_graph_free(g);
    }
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    ck_assert_mem_eq(out[0], out[2], sizeof out[0]);
}
END_TEST

CHECK_MAIN("line_norm", test_norm_back, test_threads, test_threads_copy)
