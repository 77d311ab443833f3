/* Pooling and embedding: PyTorch's numbers, hand counts, ties and NaN, empty and strided operands.
 */
#include "neural_test.h"

/* torch.nn.functional.max_pool2d(x, 3, 2, 1, return_indices=True); PyTorch 1.13.1, float64. The
 * ramp has many ties: each gradient goes to the first. */
START_TEST(test_max_pool2d_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(1, 5, 5), 5), *indices;
    const ag_pool_options o = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}};
    ag_tensor *y = ag_max_pool2d(x, &o, &indices);
    expect_shape(AG_HERE, y, AG_SHAPE(1, 3, 3));
    VALUE_IS(y, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 0.5, 0.75, 0.75);
    VALUE_IS(indices, 1, 1, 4, 11, 11, 18, 15, 18, 18);
    ck_assert_int_eq(ag_dtype_of(indices), AG_I64);
    backward_from_ramp(y);
    GRAD_IS(x, 0.0, -1.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.5,
            0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    ag_graph_free(g);
}
END_TEST

/* The two rows of the table of semantics: a tie goes to the first, NaN is the largest. */
START_TEST(test_max_pool_tie_and_nan)
{
    ag_graph *g = ag_graph_new();
    const ag_pool_options by_2 = {.kernel = {2}};
    ag_tensor *tie = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1, 4), VALUES(1, 1, 2, 2));
    ag_tensor *nan = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1, 2), VALUES(1, (double)NAN));
    ag_tensor *y = ag_max_pool1d(tie, &by_2, NULL);
    VALUE_IS(y, 1, 2);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(tie, 1, 0, 1, 0);
    y = ag_max_pool1d(nan, &by_2, NULL);
    VALUE_IS(y, (double)NAN);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(nan, 0, 1);
    ag_graph_free(g);
}
END_TEST

/* The padding is never the largest, though all of x is below 0, or -inf. */
START_TEST(test_max_pool_of_little)
{
    ag_graph *g = ag_graph_new();
    const ag_pool_options o = {.kernel = {2}, .padding = {1}};
    ag_tensor *x =
        ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 3), VALUES(-5, -7, -(double)INFINITY));
    ag_tensor *y = ag_max_pool1d(x, &o, NULL);
    VALUE_IS(y, -5, -7);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(x, 1, 1, 0);
    ag_graph_free(g);
}
END_TEST

/* Windows far larger than x, which lies in the middle of their padding: of the extents given the
 * product, and eight times it, are more than 64 bits. */
START_TEST(test_max_pool_of_much_padding)
{
    static const int64_t extent[] = {9, 513, 2147352580};
    for (int i = 0; i < 3; i++) {
        ag_graph *g = ag_graph_new();
        int64_t k = extent[i], l = i == 2 ? 1073807362 : k;
        const ag_pool_options o = {.kernel = {k, l}, .stride = {1, 1}, .padding = {k / 2, l / 2}};
        const bool odd = k % 2 != 0;
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, odd ? AG_SHAPE(1, 2, 3) : AG_SHAPE(1, 1, 1),
                                      VALUES(1, 2, 9, 4, 5, 6));
        ag_tensor *index, *y = ag_max_pool2d(x, &o, &index);
        expect_shape(AG_HERE, y, odd ? AG_SHAPE(1, 2, 3) : AG_SHAPE(1, 2, 2));
        for (int64_t n = 0; n < ag_size(y); n++) {
            ck_assert_double_eq(((const double *)ag_data(y))[n], odd ? 9 : 1);
            ck_assert_int_eq(((const int64_t *)ag_data(index))[n], odd ? 2 : 0);
        }
        ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
        ck_assert_double_eq(((const double *)ag_grad_data(x))[odd ? 2 : 0], odd ? 6 : 4);
        ag_graph_free(g);
    }
}
END_TEST

/* The Hessian of sum(max^2) is 2 at the largest and 0 elsewhere: a derivative of the derivative
 * goes through the same indices. */
START_TEST(test_max_pool_second_derivative)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 4), VALUES(1, 3, 5, 4));
    ag_tensor *y = ag_max_pool1d(x, &(ag_pool_options){.kernel = {2}}, NULL);
    ag_tensor *h = ag_hessian(ag_sum(ag_square(y)), x);
    VALUE_IS(h, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.avg_pool1d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False) */
START_TEST(test_avg_pool1d_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(1, 1, 5), 5);
    ag_tensor *y = ag_avg_pool1d(
        x,
        &(ag_pool_options){
            .kernel = {3}, .stride = {2}, .padding = {1}, .ceil_mode = true, .exclude_pad = true});
    VALUE_IS(y, -0.125, 0.0, 0.125);
    backward_from_ramp(y);
    GRAD_IS(x, -0.375, -0.4583333333333333, -0.08333333333333333, 0.04166666666666667, 0.125);
    ag_graph_free(g);
}
END_TEST

/* What a window of ones is divided by: padding counts unless excluded, a divisor replaces all, and
 * what ceil_mode adds never counts. */
START_TEST(test_avg_pool_counts)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 3), 1);
    VALUE_IS(ag_avg_pool1d(x, &(ag_pool_options){.kernel = {2}, .padding = {1}}), .5, 1);
    VALUE_IS(
        ag_avg_pool1d(x, &(ag_pool_options){.kernel = {2}, .padding = {1}, .exclude_pad = true}), 1,
        1);
    VALUE_IS(ag_avg_pool1d(x, &(ag_pool_options){.kernel = {2}, .divisor = 5}), .4);
    VALUE_IS(ag_avg_pool1d(x, &(ag_pool_options){.kernel = {2}, .ceil_mode = true}), 1, 1);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.adaptive_avg_pool1d(x, 3) of five elements: windows of 2, 3 and 2. */
START_TEST(test_adaptive_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(1, 1, 5), 5), *y = ag_adaptive_avg_pool1d(x, 3);
    VALUE_IS(y, -0.125, 0.0, 0.125);
    backward_from_ramp(y);
    GRAD_IS(x, -0.375, -0.4583333333333333, -0.08333333333333333, 0.04166666666666667, 0.125);
    expect_shape(AG_HERE, ag_adaptive_avg_pool1d(x, 0), AG_SHAPE(1, 1, 0));
    /* more windows than elements */
    ag_tensor *two = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 2), VALUES(1, 3));
    VALUE_IS(ag_adaptive_avg_pool1d(two, 3), 1, 2, 3);
    /* one window: the mean of a plane */
    ag_tensor *plane = ramp(g, AG_SHAPE(2, 3, 4), 3);
    double want[2];
    ck_assert_int_eq(ag_get(ag_mean_over(plane, AG_AXES(1, 2), true), want, 2), AG_OK);
    values_are(AG_HERE, ag_adaptive_avg_pool2d(plane, 1, 1), want, 2);
    ag_graph_free(g);
}
END_TEST

/* Adaptive windows overlap: of five elements in three, 0 1, 1 2 3, 3 4. Of equal ones the first, of
 * several NaN the last, as in other windows; an element that is the largest of two windows gets both
 * gradients. */
START_TEST(test_adaptive_max_pool)
{
    ag_graph *g = ag_graph_new();
    const double nan = (double)NAN;
    ag_tensor *index, *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 5), VALUES(2, 7, 7, 1, 1));
    ag_tensor *y = ag_adaptive_max_pool1d(x, 3, &index);
    VALUE_IS(y, 7, 7, 1);
    VALUE_IS(index, 1, 1, 3);
    backward_from_ramp(y);
    GRAD_IS(x, 0, -1, 0, 0.25, 0);
    ag_tensor *odd = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 3), VALUES(nan, 1, nan));
    VALUE_IS(ag_adaptive_max_pool1d(odd, 1, &index), nan);
    VALUE_IS(index, 2);
    ag_tensor *cube = ramp(g, AG_SHAPE(1, 2, 3, 4), 3);
    double want[1];
    ck_assert_int_eq(ag_get(ag_max(cube), want, 1), AG_OK);
    values_are(AG_HERE, ag_adaptive_max_pool3d(cube, 1, 1, 1, NULL), want, 1);
    expect_shape(AG_HERE, ag_adaptive_max_pool2d(cube, 0, 2, NULL), AG_SHAPE(1, 2, 0, 2));
    ck_assert_ptr_null(ag_adaptive_max_pool2d(x, 1, 1, &index));
    ck_assert_ptr_null(index);
    ag_graph_free(g);
}
END_TEST

/* A batch of none, no channels, and operands that lie otherwise in memory. */
START_TEST(test_shapes_of_pooling)
{
    ag_graph *g = ag_graph_new();
    const ag_pool_options by_2 = {.kernel = {2, 2}};
    ag_tensor *none = ramp(g, AG_SHAPE(0, 2, 4, 4), 1), *bare = ramp(g, AG_SHAPE(2, 0, 4, 4), 1);
    expect_shape(AG_HERE, ag_max_pool2d(none, &by_2, NULL), AG_SHAPE(0, 2, 2, 2));
    expect_shape(AG_HERE, ag_avg_pool2d(bare, &by_2), AG_SHAPE(2, 0, 2, 2));
    expect_shape(AG_HERE, ag_adaptive_avg_pool2d(none, 3, 5), AG_SHAPE(0, 2, 3, 5));
    ag_tensor *x = ramp(g, AG_SHAPE(2, 5, 9), 3);
    ag_tensor *part = ag_slice(ag_transpose(x), 1, 1, 5, 1), *copy = ag_add_scalar(part, 0);
    double want[8];
    ck_assert_int_eq(ag_get(ag_max_pool2d(copy, &by_2, NULL), want, 8), AG_OK);
    values_are(AG_HERE, ag_max_pool2d(part, &by_2, NULL), want, 8);
    ck_assert_int_eq(ag_get(ag_avg_pool2d(copy, &by_2), want, 8), AG_OK);
    values_are(AG_HERE, ag_avg_pool2d(part, &by_2), want, 8);
    ag_graph_free(g);
}
END_TEST

/* --- embedding -------------------------------------------------------------------------------- */

static ag_tensor *indices_of(ag_graph *g, ag_shape shape, const int64_t *index)
{
    return ag_leaf(g, AG_CONSTANT, AG_I64, shape, index);
}

/* Point 10 of the semantics: a row looked up twice gets both gradients. By numbers and recorded. */
START_TEST(test_repeated_indices_add)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3, 2), VALUES(1, 2, 3, 4, 5, 6));
    ag_tensor *at = indices_of(g, AG_SHAPE(2, 2), (int64_t[]){2, 0, 2, 2});
    ag_tensor *y = ag_embedding(w, at, NULL), *u = ramp(g, AG_SHAPE(2, 2, 2), 2), *recorded;
    expect_shape(AG_HERE, y, AG_SHAPE(2, 2, 2));
    VALUE_IS(y, 5, 6, 1, 2, 5, 6, 5, 6);
    VALUE_IS(u, -.75, -.25, .25, .75, -.5, 0, .5, -.75);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    GRAD_IS(w, .25, .75, 0, 0, -.75, -1);
    ag_grad_options create = {.create_graph = true};
    ck_assert_int_eq(ag_grad(&y, 1, &u, &w, 1, &create, &recorded), AG_OK);
    VALUE_IS(recorded, .25, .75, 0, 0, -.75, -1);
    ag_graph_free(g);
}
END_TEST

/* The padding row is read, and its gradient is 0, also in the derivative of the gradient. */
START_TEST(test_padding_row)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3, 1), VALUES(1, 2, 3));
    ag_tensor *at = indices_of(g, AG_SHAPE(4), (int64_t[]){0, 2, 2, 1});
    for (int64_t row = -1; row <= 2; row += 3) { /* -1 is the last: 2 */
        const ag_embedding_options o = {.has_padding = true, .padding_idx = row};
        ag_tensor *y = ag_embedding(w, at, &o);
        VALUE_IS(y, 1, 3, 3, 2);
        ag_zero_grads(g);
        ck_assert_int_eq(ag_backward(ag_sum(ag_square(y))), AG_OK);
        GRAD_IS(w, 2, 4, 0);
        ag_tensor *u = ag_from_values(g, AG_VARIABLE, AG_SHAPE(4, 1), VALUES(1, 1, 1, 1));
        ag_tensor *pulled = ag_vjp(y, w, u);
        ag_tensor *v = ag_full(g, AG_CONSTANT, AG_SHAPE(3, 1), 1);
        VALUE_IS(ag_vjp(pulled, u, v), 1, 0, 0, 1);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_shapes_of_embedding)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ramp(g, AG_SHAPE(3, 2), 3);
    ag_tensor *one = ag_embedding(w, indices_of(g, AG_SCALAR, (int64_t[]){1}), NULL);
    expect_shape(AG_HERE, one, AG_SHAPE(2));
    VALUE_IS(one, .75, -.25);
    ag_tensor *none = ag_embedding(w, indices_of(g, AG_SHAPE(0, 4), NULL), NULL);
    expect_shape(AG_HERE, none, AG_SHAPE(0, 4, 2));
    ck_assert_int_eq(ag_backward_from(none, ramp(g, ag_shape_of(none), 1)), AG_OK);
    GRAD_IS(w, 0, 0, 0, 0, 0, 0);
    /* a table without rows can be asked for none */
    ag_tensor *bare = ramp(g, AG_SHAPE(0, 2), 1);
    expect_shape(AG_HERE, ag_embedding(bare, indices_of(g, AG_SHAPE(0), NULL), NULL),
                 AG_SHAPE(0, 2));
    ag_tensor *f32 = ramp_of(g, AG_VARIABLE, AG_F32, AG_SHAPE(2, 3), 3);
    ag_tensor *row =
        ag_embedding(ag_transpose(f32), indices_of(g, AG_SHAPE(1), (int64_t[]){2}), NULL);
    VALUE_IS(row, .75, -.5);
    ck_assert_int_eq(ag_backward(ag_sum(row)), AG_OK);
    GRAD_IS(f32, 0, 0, 1, 0, 0, 1);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("neural_pool", test_max_pool2d_from_pytorch, test_max_pool_tie_and_nan,
           test_max_pool_of_little, test_max_pool_of_much_padding, test_max_pool_second_derivative,
           test_avg_pool1d_from_pytorch, test_avg_pool_counts, test_adaptive_from_pytorch,
           test_adaptive_max_pool, test_shapes_of_pooling, test_repeated_indices_add,
           test_padding_row, test_shapes_of_embedding)
