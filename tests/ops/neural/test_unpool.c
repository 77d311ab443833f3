/* max_unpool, fold2d, channel_dropout, instance_norm: properties that define them, and every way to
 * call them wrongly. PyTorch's answers are in tests/golden.
 */
#include "ops/counted.h"

/* Pooling what was put back gives it again; fold2d is the transpose of unfold2d. */
START_TEST(test_transposes)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4, 6)), *index;
    ag_pool_options o = {.kernel = {2, 3}};
    ag_tensor *y = ag_max_pool2d(ag_exp(x), &o, &index);
    ag_tensor *back = ag_max_unpool2d(y, index, &o, AG_SCALAR);
    expect_same_tensors(ag_max_pool2d(back, &o, NULL), y, 0);
    expect_same_tensors(ag_sum(back), ag_sum(y), 1e-13);
    ag_unfold_options patch = {{2, 3}, {1, 2}, {1, 0}, {2, 1}};
    ag_tensor *columns = ag_unfold2d(x, &patch), *u = drawn(g, AG_F64, ag_shape_of(columns));
    ag_tensor *folded = ag_fold2d(u, 4, 6, &patch);
    expect_same_tensors(ag_sum(ag_mul(columns, u)), ag_sum(ag_mul(x, folded)), 1e-13);
    ag_graph_free(g);
}
END_TEST

/* Every channel is dropped or scaled as a whole, its mean over many draws is kept, and the same
 * factors come back in the gradient. */
START_TEST(test_channel_dropout)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(200, 50, 2), 1);
    ag_tensor *y = ag_channel_dropout(x, 0.25, true);
    int kept = 0;
    for (int64_t i = 0; i < 10000; i++) {
        double first = ((const double *)ag_data(y))[2 * i];
        ck_assert(first == 0 || agrees(first, 4.0 / 3, 1e-15));
        expect_same(((const double *)ag_data(y))[2 * i + 1], first);
        kept += first != 0;
    }
    ck_assert_int_gt(kept, 7300);
    ck_assert_int_lt(kept, 7700);
    expect_ok(ag_backward(ag_sum(y)));
    double *grad = malloc(20000 * sizeof *grad);
    ck_assert_ptr_nonnull(grad);
    expect_ok(ag_grad_get(x, grad, 20000));
    ck_assert(memcmp(grad, ag_data(y), 20000 * sizeof *grad) == 0);
    free(grad);
    ck_assert_ptr_eq(ag_channel_dropout(x, 0.5, false), x);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_instance_norm)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4)), *w = variable(AG_SHAPE(3));
    expect_same_tensors(ag_instance_norm(x, w, w, 1e-5), ag_group_norm(x, 3, w, w, 1e-5), 0);
    fails(ag_instance_norm(w, NULL, NULL, 0), AG_ERR_SHAPE, "instance_norm: an operand of", NULL);
    fails(ag_instance_norm(x, NULL, NULL, -1), AG_ERR_VALUE, "instance_norm: eps is -1", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(1, 2, 2)), *i = INDICES(AG_SHAPE(1, 2, 2), 0, 3, 0, 4);
    ag_pool_options o = {.kernel = {2}};
    fails(ag_max_unpool1d(x, i, &o, AG_SCALAR), AG_ERR_VALUE, "max_unpool1d: index 4 at [1,1]",
          NULL);
    fails(ag_max_unpool1d(x, i, &o, AG_SHAPE(6)), AG_ERR_VALUE,
          "max_unpool1d: size 6 in spatial dimension 0; 4 is usual", "pooled");
    fails(ag_max_unpool1d(x, x, &o, AG_SCALAR), AG_ERR_DTYPE, "max_unpool1d: the index must be",
          NULL);
    fails(ag_max_unpool1d(x, i, NULL, AG_SCALAR), AG_ERR_NULL_ARGUMENT, "max_unpool1d: the opt",
          NULL);
    fails(ag_max_unpool3d(x, i, &o, AG_SCALAR), AG_ERR_SHAPE, "max_unpool3d: an operand of 3",
          NULL);
    fails(ag_max_unpool1d(x, INDICES(AG_SHAPE(1), 0), &o, AG_SCALAR), AG_ERR_SHAPE,
          "max_unpool1d: the index has shape [1], not [1,2,2]", NULL);
    ag_shape none = AG_SHAPE(0, INT64_C(1) << 40), flat = AG_SHAPE(0, 1 << 20, 1 << 20);
    ag_pool_options wide = {.kernel = {INT32_MAX, INT32_MAX}};
    fails(ag_max_unpool1d(variable(none), ag_cast(variable(none), AG_I64), &wide, AG_SCALAR),
          AG_ERR_OVERFLOW, "max_unpool1d: 1099511627776 elements with stride 2147483647", NULL);
    fails(ag_max_unpool2d(variable(flat), ag_cast(variable(flat), AG_I64), &wide, AG_SCALAR),
          AG_ERR_OVERFLOW, "max_unpool2d: the product of the sizes of shape", NULL);
    ag_unfold_options patch = {.kernel = {2, 2}};
    ag_tensor *columns = variable(AG_SHAPE(4, 6));
    fails(ag_fold2d(columns, 3, 3, &patch), AG_ERR_SHAPE, "fold2d: columns of [4,6] do not", NULL);
    fails(ag_fold2d(columns, 1, 3, &patch), AG_ERR_VALUE, "fold2d: kernel 2", "fit");
    fails(ag_fold2d(columns, 0, 3, &patch), AG_ERR_VALUE, "fold2d: height is 0", NULL);
    fails(ag_fold2d(columns, 3, 4, NULL), AG_ERR_NULL_ARGUMENT, "fold2d: the options", NULL);
    fails(ag_fold2d(variable(AG_SHAPE(4)), 3, 4, &patch), AG_ERR_SHAPE, "fold2d: columns", NULL);
    fails(ag_channel_dropout(columns, 2, true), AG_ERR_VALUE, "channel_dropout: p is 2", NULL);
    fails(ag_channel_dropout(variable(AG_SHAPE(4)), 0.5, true), AG_ERR_SHAPE,
          "channel_dropout: an operand of shape [4] has no channels", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("unpool", test_transposes, test_channel_dropout, test_instance_norm, test_wrong_calls)
