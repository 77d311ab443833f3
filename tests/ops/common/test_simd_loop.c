/* Elementwise operations over arrays: a number's value and gradient have the same bits wherever it
 * stands, however its array is laid out, and with any number of threads.
 */
#include <autograd.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

enum { N = 203 };

static ag_tensor *drawn(ag_graph *g, ag_shape shape, uint64_t seed)
{
    ag_tensor *x = ag_full(g, AG_VARIABLE, shape, 0);
    ag_seed(g, seed);
    ck_assert_int_eq(ag_fill_normal(x, 0, 2), AG_OK);
    return x;
}

/* sin(a) b for the numbers [start, start + n) of a, laid out in `kind` ways, and its gradient by
 * a, at their places in a. */
static void compute(ag_dtype dtype, int kind, int64_t start, int64_t n, double *y, double *ga)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *a = drawn(g, AG_SHAPE(N), 1), *b = drawn(g, AG_SHAPE(N), 2);
    if (kind == 1) { /* every second column of a matrix */
        ag_tensor *zero = ag_full(g, AG_CONSTANT, AG_SHAPE(N, 1), 0);
        ag_tensor *pair = ag_concat((ag_tensor *[]){ag_reshape(a, AG_SHAPE(N, 1)), zero}, 2, 1);
        ag_tensor *part = ag_narrow(ag_narrow(pair, 1, 0, 1), 0, start, n);
        ag_tensor *by = ag_reshape(ag_narrow(b, 0, start, n), AG_SHAPE(n, 1));
        part = ag_mul(ag_sin(part), by);
        ck_assert_int_eq(ag_backward(ag_sum(part)), AG_OK);
        ck_assert_int_eq(ag_get(part, y + start, n), AG_OK);
    } else {
        ag_tensor *part = ag_mul(ag_sin(ag_narrow(a, 0, start, n)), ag_narrow(b, 0, start, n));
        ck_assert_int_eq(ag_backward(ag_sum(part)), AG_OK);
        ck_assert_int_eq(ag_get(part, y + start, n), AG_OK);
    }
    double all[N];
    ck_assert_int_eq(ag_grad_get(a, all, N), AG_OK);
    memcpy(ga + start, all + start, (size_t)n * sizeof *ga);
    ck_assert_str_eq(ag_error_message(g), "");
    ag_graph_free(g);
}

START_TEST(test_places_and_layouts)
{
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        double y[N], ga[N], y1[N], ga1[N];
        compute(dtype, 0, 0, N, y, ga);
        for (int64_t start = 0; start < 9; start++) {
            for (int64_t n = 1; start + n <= N; n = n < 40 ? n + 1 : n + 37) {
                for (int kind = 0; kind < 2; kind++) {
                    size_t bytes = (size_t)n * sizeof *y;
                    compute(dtype, kind, start, n, y1, ga1);
                    ck_assert_mem_eq(y1 + start, y + start, bytes);
                    ck_assert_mem_eq(ga1 + start, ga + start, bytes);
                }
            }
        }
    }
}
END_TEST

enum { ROWS = 301, COLUMNS = 517, ALL = ROWS * COLUMNS };

typedef struct outcome {
    float y[ALL], ga[ALL], gb[COLUMNS], gc[ROWS];
} outcome;

/* tanh(a) b + c with b along the rows and c along the columns. */
static void broadcast(outcome *o)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *a = drawn(g, AG_SHAPE(ROWS, COLUMNS), 3), *b = drawn(g, AG_SHAPE(COLUMNS), 4);
    ag_tensor *c = drawn(g, AG_SHAPE(ROWS, 1), 5), *y = ag_add(ag_mul(ag_tanh(a), b), c);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    ck_assert_int_eq(ag_read(y, o->y, sizeof o->y), AG_OK);
    memcpy(o->ga, ag_grad_data(a), sizeof o->ga);
    memcpy(o->gb, ag_grad_data(b), sizeof o->gb);
    memcpy(o->gc, ag_grad_data(c), sizeof o->gc);
    ag_graph_free(g);
}

START_TEST(test_threads)
{
    static outcome o[3];
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        broadcast(&o[t]);
    }
    ck_assert_mem_eq(&o[0], &o[1], sizeof o[0]);
    ck_assert_mem_eq(&o[0], &o[2], sizeof o[0]);
}
END_TEST

/* The gradient of what was broadcast is a sum: of the columns here it is 1 each. */
START_TEST(test_broadcast_gradients)
{
    static outcome o;
    broadcast(&o);
    for (int i = 0; i < ROWS; i++) {
        ck_assert_float_eq(o.gc[i], COLUMNS);
    }
}
END_TEST

/* A short last axis, of every size to 40, broadcast in every way: values and gradients have the bits
 * of the same numbers in expanded copies, whose runs are long, or sums to the last digits. */
static void short_axis(ag_dtype dtype, int64_t n, ag_shape sa, ag_shape sb, bool turned)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *a = drawn(g, sa, 3), *b = drawn(g, sb, 4), *grad[4];
    ag_shape whole = AG_SHAPE(7, 150, n);
    ag_tensor *left = turned ? ag_flip(a, AG_AXES(1)) : a;
    ag_tensor *y = ag_mul(ag_sin(left), b);
    ag_tensor *long_a = ag_reshape(ag_add(ag_expand(left, whole), ag_constant(g, 0)), AG_SHAPE(-1));
    ag_tensor *long_b = ag_reshape(ag_add(ag_expand(b, whole), ag_constant(g, 0)), AG_SHAPE(-1));
    ag_tensor *z = ag_mul(ag_sin(long_a), long_b), *in[] = {a, b};
    ag_tensor *weight = drawn(g, whole, 5), *flat = ag_reshape(weight, AG_SHAPE(-1));
    double wrong = ag_item(ag_sum(ag_ne(ag_reshape(y, AG_SHAPE(-1)), z)));
    ck_assert_msg(wrong == 0, "n %d, dtype %d: %g numbers differ, %s", (int)n, (int)dtype, wrong,
                  ag_error_message(g));
    ck_assert_int_eq(ag_grad(&y, 1, &weight, in, 2, NULL, grad), AG_OK);
    ck_assert_int_eq(ag_grad(&z, 1, &flat, in, 2, NULL, grad + 2), AG_OK);
    for (int i = 0; i < 2; i++) {
        ag_tensor *off = ag_sub(grad[i], grad[i + 2]);
        double size = ag_item(ag_max(ag_abs(grad[i + 2])));
        double most = ag_item(ag_max(ag_abs(off)));
        ck_assert_msg(most <= (dtype == AG_F64 ? 1e-13 : 1e-4) * size, "n %d, %g", (int)n, most);
    }
    ck_assert_str_eq(ag_error_message(g), "");
    ag_graph_free(g);
}

START_TEST(test_short_axes)
{
    for (int64_t n = 1; n <= 40; n += n < 34 ? 1 : 6) {
        ag_shape full = AG_SHAPE(7, 150, n), middle = AG_SHAPE(1, 150, n),
                 outer = AG_SHAPE(7, 1, n);
        ag_shape column = AG_SHAPE(7, 150, 1), row = AG_SHAPE(1, 1, n);
        for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
            short_axis(dtype, n, full, column, false);
            short_axis(dtype, n, full, row, true);
            short_axis(dtype, n, middle, outer, false);
            short_axis(dtype, n, column, outer, true);
        }
    }
}
END_TEST

CHECK_MAIN("lanes", test_short_axes, test_places_and_layouts, test_threads,
           test_broadcast_gradients)
