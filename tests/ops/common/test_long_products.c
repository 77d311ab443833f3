/* Products of f32 with a long inner dimension against the same numbers multiplied in f64: errors stay
 * small however long it is, whatever the strides, with what is added to and for any number of
 * threads the same bits.
 */
#include "expect.h"

/* Lengths around the multiples of the part that is not halved, 2^14. */
static const int64_t lengths[] = {16383, 16384, 16385, 32768, 49152, 49153, 131071, 200000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0], ROWS = 3, COLUMNS = 5 };

/* Numbers of [0, 1), the same in both dtypes. */
static ag_tensor *numbers(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, AG_F32, shape, NULL);
    ag_seed(g, (uint64_t)shape.dim[0] + 7);
    expect_ok(ag_fill_uniform(t, 0, 1));
    return dtype == AG_F32 ? t : ag_cast(t, dtype);
}

/* A B, with A stored as it is or transposed. */
static void product(ag_dtype dtype, int64_t k, bool turned, int n_threads, double *out)
{
    expect_ok(ag_set_threads(n_threads));
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *a = numbers(g, dtype, turned ? AG_SHAPE(k, ROWS) : AG_SHAPE(ROWS, k));
    ag_tensor *b = numbers(g, dtype, AG_SHAPE(k, COLUMNS));
    ag_tensor *c = ag_matmul(turned ? ag_transpose(a) : a, b);
    expect_ok(ag_get(c, out, ROWS * COLUMNS));
    ag_graph_free(g);
}

START_TEST(test_lengths)
{
    double want[ROWS * COLUMNS], got[ROWS * COLUMNS], again[ROWS * COLUMNS];
    for (int i = 0; i < LENGTHS; i += check_small() ? 3 : 1) {
        for (int turned = 0; turned < 2; turned++) {
            product(AG_F64, lengths[i], turned != 0, 1, want);
            product(AG_F32, lengths[i], turned != 0, 1, got);
            product(AG_F32, lengths[i], turned != 0, 3, again);
            ck_assert_mem_eq(got, again, sizeof got);
            for (int e = 0; e < ROWS * COLUMNS; e++) {
                expect_near(got[e] / want[e], 1, 3e-6);
            }
        }
    }
}
END_TEST

/* The gradient of a weight: one product for all samples, added to what is there, of A transposed. */
START_TEST(test_gradient)
{
    const int64_t n = 50000;
    double first[ROWS * COLUMNS], both[ROWS * COLUMNS];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = numbers(g, AG_F32, AG_SHAPE(n, ROWS));
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(COLUMNS, ROWS), 0.5);
    expect_ok(ag_backward(ag_sum(ag_linear(x, w, NULL))));
    expect_ok(ag_grad_get(w, first, ROWS * COLUMNS));
    expect_ok(ag_backward(ag_sum(ag_linear(x, w, NULL))));
    expect_ok(ag_grad_get(w, both, ROWS * COLUMNS));
    ag_tensor *column = ag_sum_over(ag_cast(x, AG_F64), AG_AXES(0), false);
    for (int e = 0; e < ROWS * COLUMNS; e++) {
        double want = ag_item_at(column, AG_SHAPE(e % ROWS));
        expect_near(first[e] / want, 1, 3e-6);
        expect_near(both[e] / (2 * want), 1, 3e-6);
    }
    ag_graph_free(g);
}
END_TEST

/* Ones are counted exactly, and tenths to the digits that f32 has: block after block the sum was
 * wrong in the fourth. */
START_TEST(test_counting)
{
    const int64_t n = INT64_C(1) << (check_small() ? 20 : 23);
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *one = ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1);
    ag_tensor *tenth = ag_full(g, AG_CONSTANT, AG_SHAPE(n), 0.1);
    expect_same(ag_item(ag_dot(one, one)), (double)n);
    double square = (double)0.1F * (double)0.1F;
    expect_near(ag_item(ag_dot(tenth, tenth)) / (square * (double)n), 1, 1e-6);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("long_products", test_lengths, test_gradient, test_counting)
