/* Batch normalization over several blocks of channels: against the same in elementary operations,
 * what is added to, what is not wanted, what is not finite, and the same bits in any number of
 * threads.
 */
#include "expect.h"

static const double eps = 1e-3;

static ag_tensor *channels(ag_tensor *t, int ndim)
{
    ag_shape s = {ndim - 1, {ag_size(t), 1, 1, 1}};
    return ag_reshape(t, s);
}

/* In elementary operations; with a mean and a variance, or those of x. */
static ag_tensor *composed(ag_tensor *const in[5])
{
    int ndim = ag_shape_of(in[0]).ndim;
    ag_axes axes = {ndim - 1, {0, 2, 3}};
    ag_tensor *mean = in[3] != NULL ? channels(in[3], ndim) : ag_mean_over(in[0], axes, true);
    ag_tensor *c = ag_sub(in[0], mean);
    ag_tensor *var = in[4] != NULL ? channels(in[4], ndim) : ag_mean_over(ag_square(c), axes, true);
    ag_tensor *s = ag_div(c, ag_sqrt(ag_add_scalar(var, eps)));
    return ag_add(ag_mul(s, channels(in[1], ndim)), channels(in[2], ndim));
}

/* What backward left, as a tensor. */
static ag_tensor *gradient(const ag_tensor *t)
{
    const void *data = ag_grad_data(t);
    ck_assert_ptr_nonnull(data);
    return ag_leaf(ag_graph_of(t), AG_CONSTANT, ag_dtype_of(t), ag_shape_of(t), data);
}

static ag_tensor *fused(ag_tensor *const in[5])
{
    ag_batch_norm_options o = {.training = in[3] == NULL, .eps = eps};
    return ag_batch_norm(in[0], in[1], in[2], in[3], in[4], &o);
}

/* Value and the gradients of x, weight and bias, first written and then added to. */
static void agree(ag_dtype dtype, ag_shape shape, bool training, double tolerance)
{
    ag_graph *g = ag_graph_new();
    ag_shape one = AG_SHAPE(shape.dim[1]);
    ag_tensor *x = drawn(g, dtype, shape), *seed = drawn(g, dtype, shape), *want[3];
    ag_tensor *in[5] = {ag_add_scalar(x, 3), drawn(g, dtype, one), drawn(g, dtype, one)};
    if (!training) {
        in[3] = ag_detach(drawn(g, dtype, one));
        in[4] = ag_detach(ag_square(drawn(g, dtype, one)));
    }
    ag_tensor *y = composed(in), *z = fused(in);
    expect_same_tensors(z, y, tolerance);
    for (int i = 0; i < 3; i++) {
        want[i] = gradient_of(y, in[i], seed);
        expect_same_tensors(gradient_of(z, in[i], seed), want[i], 20 * tolerance);
    }
    ag_tensor *leaf[3] = {x, in[1], in[2]};
    for (int pass = 1; pass <= 2; pass++) {
        ck_assert_int_eq(ag_backward_from(z, seed), AG_OK);
        for (int i = 0; i < 3; i++) {
            expect_same_tensors(gradient(leaf[i]), ag_mul_scalar(want[i], pass), 20 * tolerance);
        }
    }
    ag_graph_free(g);
}

START_TEST(test_is_its_composition)
{
    static const ag_shape shapes[] = {
        {2, {5, 70}},    /* columns, in two blocks */
        {2, {41, 3}},    /* more rows than a leaf */
        {3, {3, 40, 3}}, /* columns of three numbers a channel */
        {3, {2, 9, 15}}, /* four channels in a block */
        {3, {4, 3, 20}}, /* a channel at a time */
        {4, {2, 5, 4, 7}}, {2, {2, 1}}, {3, {1, 2, 17}},
    };
    for (int i = 0; i < (int)(sizeof shapes / sizeof *shapes); i++) {
        for (int training = 0; training < 2; training++) {
            agree(AG_F64, shapes[i], training, 1e-12);
            agree(AG_F32, shapes[i], training, 1e-5);
        }
    }
}
END_TEST

/* Only what is wanted is computed: nothing is written for the others. */
START_TEST(test_what_is_wanted)
{
    static const ag_shape shapes[] = {{2, {6, 5}}, {3, {2, 5, 20}}};
    for (int mask = 0; mask < 16; mask++) {
        ag_graph *g = ag_graph_new();
        ag_shape shape = shapes[mask / 8], of[3] = {shape, AG_SHAPE(5), AG_SHAPE(5)};
        ag_tensor *in[5] = {NULL}, *all[5] = {NULL};
        for (int i = 0; i < 3; i++) {
            all[i] = drawn(g, AG_F64, of[i]);
            in[i] = mask >> i & 1 ? all[i] : ag_detach(all[i]);
        }
        ag_tensor *seed = drawn(g, AG_F64, shape), *y = composed(all), *z = fused(in);
        ck_assert_int_eq(ag_needs_grad(z), mask % 8 != 0);
        for (int i = 0; i < 3 && mask % 8 != 0; i++) {
            if (mask >> i & 1) {
                expect_same_tensors(gradient_of(z, in[i], seed), gradient_of(y, all[i], seed),
                                    1e-12);
            }
        }
        if (mask % 8 != 0) {
            ck_assert_int_eq(ag_backward_from(z, seed), AG_OK);
        }
        for (int i = 0; i < 3; i++) {
            bool has = ag_grad_state_of(all[i]) != AG_GRAD_NOT_RUN;
            ck_assert_int_eq(has, mask >> i & 1);
        }
        ag_graph_free(g);
    }
}
END_TEST

/* Outside of training an infinite number has the gradient of any other. */
START_TEST(test_not_finite)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2),
                                  (const double[]){(double)INFINITY, 1, 2, (double)NAN});
    ag_tensor *one = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 1);
    ag_tensor *w = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 3), *in[5] = {x, w, w, one, one};
    ag_tensor *y = fused(in), *seed = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2), 2);
    double by = 3 / sqrt(1 + eps);
    expect_tensor(y, AG_SHAPE(2, 2), (double)INFINITY, 3, 3 + by, (double)NAN);
    ck_assert_int_eq(ag_backward_from(y, seed), AG_OK);
    expect_tensor(gradient(x), AG_SHAPE(2, 2), 2 * by, 2 * by, 2 * by, 2 * by);
    ag_graph_free(g);
}
END_TEST

/* Of equal numbers the variance is 0, and the result the bias. */
START_TEST(test_equal_numbers)
{
    for (int64_t area = 1; area < 40; area += 19) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
        ag_shape shape = {3, {7, 2, area}};
        ag_tensor *x = ag_full(g, AG_VARIABLE, shape, 1e4 / 3);
        ag_tensor *mean = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 0);
        ag_tensor *var = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 9);
        ag_batch_norm_options o = {.training = true, .momentum = 1};
        ag_tensor *y = ag_batch_norm(x, NULL, NULL, mean, var, &o);
        expect_tensor(var, AG_SHAPE(2), 0, 0);
        expect_tensor_within(mean, 1e-7, AG_SHAPE(2), 1e4 / 3, 1e4 / 3);
        expect_tensor(ag_sum(ag_abs(y)), AG_SCALAR, 0);
        ag_graph_free(g);
    }
}
END_TEST

/* Far out, and beyond: moments that are finite numbers are found, and a mean that is infinite. */
START_TEST(test_far_out)
{
    const double inf = (double)INFINITY;
    static const ag_shape shapes[] = {{2, {70, 1}}, {3, {2, 1, 35}}};
    const struct {
        ag_dtype dtype;
        double middle, away, mean, var; /* half of the numbers are middle + away, half - away */
    } far[] = {
        {AG_F64, 1e158, 1e150, 1e158, 1e300},
        {AG_F64, 0, 1e200, 0, inf},
        {AG_F32, 1e37, 0, 1e37, 0},
        {AG_F32, 0, 1e19, 0, 1e38},
        {AG_F32, 0, 1e30, 0, inf},
        {AG_F64, inf, 0, inf, (double)NAN},
    };
    for (int i = 0; i < (int)(sizeof far / sizeof *far); i++) {
        for (int k = 0; k < 2; k++) {
            ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = far[i].dtype});
            double x[70];
            for (int j = 0; j < 70; j++) {
                x[j] = far[i].middle + (j % 2 == 0 ? far[i].away : -far[i].away);
            }
            ag_tensor *mean = ag_full(g, AG_CONSTANT, AG_SHAPE(1), 0);
            ag_tensor *var = ag_full(g, AG_CONSTANT, AG_SHAPE(1), 0);
            ag_batch_norm_options o = {.training = true, .momentum = 1};
            ag_tensor *t = ag_from_values(g, AG_VARIABLE, shapes[k], x);
            ag_tensor *y = ag_batch_norm(t, NULL, NULL, mean, var, &o);
            expect_tensor_within(mean, 1e-6, AG_SHAPE(1), far[i].mean);
            expect_tensor_within(var, 1e-6, AG_SHAPE(1), far[i].var * 70 / 69);
            if (far[i].var == inf) { /* right in training, and lost in evaluation */
                ag_tensor *lost = ag_batch_norm(t, NULL, NULL, mean, var, NULL);
                expect_tensor_within(ag_max(y), 1e-6, AG_SCALAR, 1);
                expect_tensor(ag_sum(ag_abs(lost)), AG_SCALAR, 0);
            }
            ag_graph_free(g);
        }
    }
}
END_TEST

/* One, two and four threads. */
START_TEST(test_threads)
{
    enum { SIZE = 16 * 130 * 40 };
    static double out[3][2 * SIZE];
    static const ag_shape shapes[] = {{3, {16, 130, 40}}, {2, {640, 130}}};
    for (int t = 0; t < 3; t++) {
        ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
        for (int i = 0; i < 2; i++) {
            ag_graph *g = ag_graph_new();
            ag_tensor *x = drawn(g, AG_F32, shapes[i]), *w = drawn(g, AG_F32, AG_SHAPE(130));
            ag_tensor *in[5] = {x, w, w}, *y = ag_sum(ag_exp(fused(in)));
            ck_assert_int_eq(ag_backward(y), AG_OK);
            ck_assert_int_eq(ag_grad_get(x, out[t] + (size_t)i * SIZE, ag_size(x)), AG_OK);
            ag_graph_free(g);
        }
    }
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    ck_assert_mem_eq(out[0], out[2], sizeof out[0]);
}
END_TEST

CHECK_MAIN("batch_norm", test_is_its_composition, test_what_is_wanted, test_not_finite,
           test_equal_numbers, test_far_out, test_threads)
