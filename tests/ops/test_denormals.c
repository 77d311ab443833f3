/* Denormal numbers: computed exactly unless the caller asks for zeros. The expected numbers are
 * powers of two, which no rounding touches: 2^-1074 and 2^-149 are the smallest there are.
 */
#include <autograd.h>
#include <float.h>
#include <math.h>

#include "check_main.h"

/* x y, summed, and its gradients; n elements alike. */
static double product(ag_graph *g, double x, double y, int n, double *dx)
{
    double values[64];
    for (int i = 0; i < n; i++) {
        values[i] = x;
    }
    ag_tensor *a = ag_from(g, AG_VARIABLE, AG_SHAPE(n), values);
    ag_tensor *b = ag_full(g, AG_CONSTANT, AG_SHAPE(n), y), *s = ag_sum(ag_mul(a, b));
    ck_assert_int_eq(ag_backward(s), AG_OK);
    *dx = ag_grad_item_at(a, AG_SHAPE(n - 1));
    return ag_item(s);
}

START_TEST(test_exact_by_default)
{
    static const ag_dtype dtype[] = {AG_F64, AG_F32};
    static const int least[] = {-1074, -149};
    for (int k = 0; k < 2; k++) {
        double dx, tiny = ldexp(1, least[k]);
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype[k]});
        ck_assert(!ag_flushes_denormals());
        ck_assert(product(g, 4 * tiny, 0.5, 64, &dx) == 128 * tiny && dx == 0.5);
        ck_assert(product(g, 0.5, 2 * tiny, 3, &dx) == 3 * tiny && dx == 2 * tiny);
        ck_assert(ag_item(ag_mul_scalar(ag_constant(g, 8 * tiny), 0.125)) == tiny);
        ag_tensor *a = ag_full(g, AG_VARIABLE, AG_SHAPE(9, 9), 2 * tiny);
        ag_tensor *half = ag_full(g, AG_CONSTANT, AG_SHAPE(9, 9), 0.5), *c = ag_matmul(a, half);
        ck_assert(ag_item_at(c, AG_SHAPE(8, 8)) == 9 * tiny);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_flushed_when_asked)
{
    double dx, tiny = ldexp(1, -1060);
    ag_graph *g = ag_graph_new();
    ag_status status = ag_flush_denormals(true);
    if (status == AG_ERR_STATE) { /* no such switch here */
        ck_assert(!ag_flushes_denormals());
        ag_graph_free(g);
        return;
    }
    ck_assert(status == AG_OK && ag_flushes_denormals());
    double flushed = product(g, 0.5, DBL_MIN, 5, &dx);
    ck_assert_int_eq(ag_flush_denormals(false), AG_OK);
    ck_assert(!ag_flushes_denormals());
    ck_assert(flushed == 0 && dx == DBL_MIN);
    ck_assert(product(g, 0.5, tiny, 5, &dx) == 2.5 * tiny && dx == tiny);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("denormals", test_exact_by_default, test_flushed_when_asked)
