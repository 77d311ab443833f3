/* Values and gradients of the structured operations, against numbers from elsewhere:
 *   [NumPy]   NumPy 2.4.6, from x.flat[i] = (i * p) % m - o, see ramp()
 *   [Python]  list(range(6))[start:stop:step], Python 3.11
 *   [A4]      one step of a 2-4-1 sigmoid network, from the lecture on neural networks, section 6
 *   [torch]   PyTorch 1.13.1, float64
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"

enum { MOST = 256 };

static void get(const ag_tensor *t, double out[MOST])
{
    ck_assert_ptr_nonnull(t);
    ck_assert_int_le(ag_size(t), MOST);
    ck_assert_int_eq(ag_get(t, out, ag_size(t)), AG_OK);
}

static ag_tensor *ramp(ag_graph *g, ag_shape shape, int p, int m, int o)
{
    double values[MOST];
    for (int i = 0; i < MOST; i++) {
        values[i] = i * p % m - o;
    }
    return ag_from_values(g, AG_VARIABLE, shape, values);
}

#define expect(t, shape, ...)                                                                      \
    expect_values(t, shape, (const double[]){__VA_ARGS__},                                         \
                  (int64_t)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)))

static void expect_values(const ag_tensor *t, ag_shape shape, const double *want, int64_t n)
{
    double have[MOST];
    get(t, have);
    ag_shape s = ag_shape_of(t);
    ck_assert_int_eq(s.ndim, shape.ndim);
    for (int d = 0; d < s.ndim; d++) {
        ck_assert_int_eq(s.dim[d], shape.dim[d]);
    }
    ck_assert_int_eq(ag_size(t), n);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(have[i] == want[i], "element %d is %g, not %g", (int)i, have[i], want[i]);
    }
}

static ag_tensor *gradient_of(ag_tensor *y, ag_tensor *x, ag_tensor *seed)
{
    ag_tensor *g = NULL;
    ck_assert_int_eq(ag_grad(&y, 1, &seed, &x, 1, NULL, &g), AG_OK);
    return g;
}

START_TEST(test_sums) /* [NumPy] */
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 3, 4), 7, 11, 5);
    expect(ag_sum(x), AG_SCALAR, -3);
    expect(ag_sum_over(x, AG_AXES(1), false), AG_SHAPE(2, 4), -8, 2, 1, 0, 2, 1, 0, -1);
    expect(ag_sum_over(x, AG_AXES(-1, 0), true), AG_SHAPE(1, 3, 1), 6, -1, -8);
    expect(ag_mean_over(x, AG_AXES(-1), false), AG_SHAPE(2, 3), 0, .5, -1.75, 1.5, -.75, -.25);
    ag_tensor *turned = ag_permute(x, AG_AXES(2, 0, 1));
    expect(ag_sum_over(turned, AG_AXES(1), false), AG_SHAPE(4, 3), -3, -2, -1, 0, 1, 2, 3, 4, -6, 6,
           -4, -3);
    ag_tensor *back = ag_slice(ag_slice(x, 1, INT64_MAX, INT64_MIN, -1), 2, 0, 4, 2);
    expect(ag_sum_over(back, AG_AXES(1), false), AG_SHAPE(2, 2), -8, 1, 2, 0);
    int64_t large[] = {INT64_C(9007199254740993), 1, -1, 5}; /* 2^53 + 1, which no double holds */
    ag_tensor *i64 = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(4), large), *sum = ag_sum(i64);
    ck_assert_int_eq(*(const int64_t *)ag_data(sum), INT64_C(9007199254740998));
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_empty_sums) /* [torch] sum empty (0, [[]]), mean empty (nan, [[]]) */
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 0), *sum = ag_sum(x), *mean = ag_mean(x);
    ck_assert(ag_item(sum) == 0.0);
    ck_assert(isnan(ag_item(mean)));
    ck_assert_int_eq(ag_backward(sum), AG_OK);
    ck_assert_int_eq(ag_backward(mean), AG_OK);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_ACCUMULATED);
    ck_assert_int_eq(ag_grad_get(x, NULL, 0), AG_OK);
    expect(ag_sum_over(x, AG_AXES(0), false), AG_SHAPE(3), 0, 0, 0);
    ck_assert_int_eq(ag_size(ag_mean_over(x, AG_AXES(1), false)), 0);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_matmul) /* [NumPy] */
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ramp(g, AG_SHAPE(2, 3), 7, 11, 5), *b = ramp(g, AG_SHAPE(3, 2), 5, 7, 3);
    expect(ag_matmul(a, b), AG_SHAPE(2, 2), 9, -16, -24, 5);
    expect(ag_transpose(ag_matmul(ag_transpose(b), ag_transpose(a))), AG_SHAPE(2, 2), 9, -16, -24,
           5);
    a = ramp(g, AG_SHAPE(2, 1, 2, 3), 7, 11, 5);
    b = ramp(g, AG_SHAPE(3, 3, 2), 5, 7, 3);
    ag_tensor *y = ag_matmul(a, b), *seed = ramp(g, AG_SHAPE(2, 3, 2, 2), 3, 5, 2);
    expect(y, AG_SHAPE(2, 3, 2, 2), 9, -16, -24, 5, 13, 9, 3, -24, -11, 13, 2, 3, -24, 4, -24, 3, 4,
           -24, 5, -24, 4, 4, 6, 5);
    expect(gradient_of(y, a, seed), AG_SHAPE(2, 1, 2, 3), 16, -8, -11, 6, 6, -8, 6, 6, -8, -9, 15,
           -10);
    expect(gradient_of(y, b, seed), AG_SHAPE(3, 3, 2), 1, 7, -5, 6, 11, -6, 15, 1, -1, -5, -17, 11,
           -31, 15, 3, -1, 15, -17);
    ag_tensor *v = ramp(g, AG_SHAPE(3), 7, 11, 5);
    expect(ag_matmul(a, v), AG_SHAPE(2, 1, 2), 33, -17, -12, -7);
    expect(ag_matmul(v, b), AG_SHAPE(3, 2), 9, -16, 13, 9, -11, 13);
    expect(ag_matmul(v, v), AG_SCALAR, 33);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_matmul_edges)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 0);
    expect(ag_matmul(none, ag_transpose(none)), AG_SHAPE(2, 2), 0, 0, 0, 0);
    ck_assert_int_eq(ag_size(ag_matmul(ag_transpose(none), none)), 0);
    ck_assert_int_eq(ag_backward(ag_sum(ag_matmul(none, ag_transpose(none)))), AG_OK);
    ag_tensor *zero = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), 0);
    ag_tensor *infinite = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), (double)INFINITY);
    ck_assert(isnan(ag_item(ag_matmul(zero, infinite))));        /* 0 inf is not skipped */
    ag_tensor *x = ag_expand(ag_variable(g, 2), AG_SHAPE(3, 3)); /* stride 0 */
    expect(ag_matmul(x, x), AG_SHAPE(3, 3), 12, 12, 12, 12, 12, 12, 12, 12, 12);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_lecture_layer) /* [A4] */
{
    static const double w2[] = {-.07868139, .04723443, .05089913, -.02138735};
    static const double z1[] = {-.4632792, .001896368,  .3991996,   .05738323,  -.06177666,
                                .1696516,  -.416297471, -2.0773103, .11969689,  -.21375627,
                                -.6426956, .077616547,  .9022255,   .05421843,  -.04305224,
                                .6545844,  .459247219,  1.5823260,  -.23747315, .35001233};
    static const double z2[] = {-.001303673, -.007277098, -.023363776, .001269283, -.004667737};
    double a1[20], have[MOST];
    for (int i = 0; i < 20; i++) {
        a1[i] = 1 / (1 + exp(-z1[i]));
    }
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(1, 4), w2);
    ag_tensor *y = ag_matmul(w, ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 5), a1));
    get(y, have);
    for (int i = 0; i < 5; i++) {
        ck_assert_double_eq_tol(have[i], z2[i], 5e-9); /* the lecture's inputs have seven digits */
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_shapes) /* [NumPy] */
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 3, 4), 7, 11, 5), *flat = ag_reshape(x, AG_SHAPE(-1));
    ck_assert_ptr_eq(ag_data(flat), ag_data(x)); /* a view */
    expect(ag_permute(x, AG_AXES(2, 0, 1)), AG_SHAPE(4, 2, 3), -5, 1, -4, 2, -3, 3, 2, -3, 3, -2, 4,
           -1, -2, 4, -1, 5, 0, -5, 5, 0, -5, 1, -4, 2);
    ag_tensor *a = ramp(g, AG_SHAPE(2, 3), 7, 11, 5);
    expect(ag_reshape(ag_transpose(a), AG_SHAPE(2, 3)), AG_SHAPE(2, 3), -5, 5, 2, 1, -2, -3);
    ag_tensor *one = ag_reshape(ag_variable(g, 3), AG_SHAPE(1, 1, 1));
    expect(ag_reshape(one, AG_SCALAR), AG_SCALAR, 3);
    ag_tensor *list[] = {ramp(g, AG_SHAPE(2, 1), 7, 11, 5), ramp(g, AG_SHAPE(2, 0), 7, 11, 5),
                         ramp(g, AG_SHAPE(2, 3), 7, 11, 5)};
    expect(ag_concat(list, 3, 1), AG_SHAPE(2, 4), -5, -5, 2, -2, 2, 5, 1, -3);
    expect(ag_concat(list, 1, -1), AG_SHAPE(2, 1), -5, 2);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_slices) /* [Python] */
{
    static const int64_t huge = INT64_C(1) << 62, least = INT64_MIN, most = INT64_MAX;
    static const struct {
        int64_t start, stop, step;
        int n, taken[6];
    } row[] = {
        {0, 6, 1, 6, {0, 1, 2, 3, 4, 5}},
        {1, 5, 2, 2, {1, 3}},
        {-4, -1, 1, 3, {2, 3, 4}},
        {4, 1, -1, 3, {4, 3, 2}},
        {-1, -7, -2, 3, {5, 3, 1}},
        {5, -100, -3, 2, {5, 2}},
        {100, -100, -4, 2, {5, 1}},
        {-100, 100, 4, 2, {0, 4}},
        {3, 3, 1, 0, {0}},
        {4, 2, 1, 0, {0}},
        {2, 4, -1, 0, {0}},
        {0, 0, -1, 0, {0}},
        {6, 6, 1, 0, {0}},
        {-6, -5, 1, 1, {0}},
        {-7, 1, 1, 1, {0}},
        {7, 0, -1, 5, {5, 4, 3, 2, 1}},
        {0, 1, 100, 1, {0}},
        {5, 4, -100, 1, {5}},
        {huge, -huge, -huge, 1, {5}},
        {-huge, huge, huge, 1, {0}},
        {1, most, 3, 2, {1, 4}},
        {most, 2, -1, 3, {5, 4, 3}},
        {most, least, -2, 3, {5, 3, 1}},
        {most, least, least, 1, {5}},
        {least, most, most, 1, {0}},
    };
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(6), 1, 6, 0);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        ag_tensor *y = ag_slice(x, -1, row[i].start, row[i].stop, row[i].step);
        double want[6] = {0}, grad[6] = {0}, have[6];
        for (int j = 0; j < row[i].n; j++) {
            want[j] = row[i].taken[j];
            grad[row[i].taken[j]] = 1;
        }
        expect_values(y, AG_SHAPE(row[i].n), want, row[i].n);
        ag_zero_grad(x);
        ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
        ck_assert_int_eq(ag_grad_get(x, have, 6), AG_OK);
        ck_assert_mem_eq(have, grad, sizeof grad);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_two_slices) /* of one tensor: their gradients add up */
{
    ag_graph *g = ag_graph_new();
    static const double both[6] = {1, 1, 2, 2, 1, 1};
    double have[6];
    ag_tensor *x = ramp(g, AG_SHAPE(6), 1, 6, 0);
    ag_tensor *y = ag_add(ag_slice(x, 0, 0, 4, 1), ag_slice(x, 0, 2, INT64_MAX, 1));
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    ck_assert_int_eq(ag_grad_get(x, have, 6), AG_OK);
    ck_assert_mem_eq(have, both, sizeof both);
    expect(ag_slice(ramp(g, AG_SHAPE(3, 2), 1, 6, 0), 0, 0, 1, INT64_MAX), AG_SHAPE(1, 2), 0, 1);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_choosing) /* [NumPy] */
{
    ag_graph *g = ag_graph_new();
    ag_tensor *c = ramp(g, AG_SHAPE(3, 1), 1, 3, 1), *a = ramp(g, AG_SHAPE(4), 7, 11, 5);
    ag_tensor *zero = ag_constant(g, 0), *nan = ag_constant(g, (double)NAN);
    expect(ag_where(ag_gt(c, zero), a, ag_constant(g, 9)), AG_SHAPE(3, 4), 9, 9, 9, 9, 9, 9, 9, 9,
           -5, 2, -2, 5);
    ck_assert_int_eq(ag_dtype_of(ag_lt(c, zero)), AG_I64);
    expect(ag_lt(c, zero), AG_SHAPE(3, 1), 1, 0, 0);
    expect(ag_le(c, zero), AG_SHAPE(3, 1), 1, 1, 0);
    expect(ag_gt(c, zero), AG_SHAPE(3, 1), 0, 0, 1);
    expect(ag_ge(c, zero), AG_SHAPE(3, 1), 0, 1, 1);
    expect(ag_eq(c, zero), AG_SHAPE(3, 1), 0, 1, 0);
    expect(ag_ne(c, zero), AG_SHAPE(3, 1), 1, 0, 1);
    ck_assert(ag_item(ag_ne(nan, nan)) == 1 && ag_item(ag_eq(nan, nan)) == 0);
    ag_tensor *x = ag_variable(g, 1), *y = ag_variable(g, 2);
    ck_assert_int_eq(ag_backward(ag_where(nan, x, y)), AG_OK); /* NaN is not zero */
    ck_assert(ag_grad_item(x) == 1 && ag_grad_item(y) == 0);
    double number;
    ck_assert(ag_local_partial(ag_where(zero, x, y), 2, &number) && number == 1);
    ag_graph_free(g);
}
END_TEST

/* The branch not taken passes its NaN on, and a where on the way in keeps it out. [torch] where exp
 * (1001, [nan]), where sqrt (-1, [nan]) */
START_TEST(test_untaken_branch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1000), *one = ag_constant(g, 1), *zero = ag_constant(g, 0);
    ag_tensor *y = ag_where(ag_lt(x, one), ag_exp(x), ag_add(x, one));
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert(ag_item(y) == 1001 && isnan(ag_grad_item(x)));
    x = ag_variable(g, -1);
    ag_tensor *positive = ag_gt(x, zero);
    y = ag_where(positive, ag_sqrt(x), x);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert(ag_item(y) == -1 && isnan(ag_grad_item(x)));
    ag_zero_grad(x);
    y = ag_where(positive, ag_sqrt(ag_where(positive, x, one)), x);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert(ag_item(y) == -1 && ag_grad_item(x) == 1);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_cast)
{
    ag_graph *g = ag_graph_new();
    static const double near[] = {0.1, -1.75, 3}, far[] = {(double)INFINITY, -1e300, (double)NAN};
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), near);
    ck_assert_ptr_eq(ag_cast(x, AG_F64), x);
    ag_tensor *y = ag_cast(ag_cast(x, AG_F32), AG_F64);
    expect(y, AG_SHAPE(3), (double)0.1f, -1.75, 3);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    ck_assert(ag_grad_item_at(x, AG_SHAPE(0)) == 1);
    expect(ag_cast(x, AG_I64), AG_SHAPE(3), 0, -1, 3);
    ck_assert(!ag_needs_grad(ag_cast(x, AG_I64)));
    const int64_t *whole =
        ag_data(ag_cast(ag_from_values(g, AG_CONSTANT, AG_SHAPE(3), far), AG_I64));
    ck_assert(whole[0] == INT64_MAX && whole[1] == INT64_MIN && whole[2] == 0);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("structured_values", test_sums, test_empty_sums, test_matmul, test_matmul_edges,
           test_lecture_layer, test_shapes, test_slices, test_two_slices, test_choosing,
           test_untaken_branch, test_cast)
