/* Backward passes that cannot be: no seed, no gradient wanted, integers, seeds that do not fit, and
 * values written between forward and backward. Each names what is wrong, and the graph works on.
 */
#include "expect.h"

static ag_graph *g;

START_TEST(test_root_of_several)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    ag_tensor *y = ag_name(ag_exp(x), "y");
    no_success(g, HERE, ag_backward(y), AG_ERR_SHAPE, "backward: the root must have one element",
               "ag_sum", "ag_backward_from", "\"y\" f64 [2,3] from exp", LINE);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN); /* nothing was begun */
    ag_tensor *empty = ag_exp(ag_full(g, AG_VARIABLE, AG_SHAPE(0), 1));
    no_success(g, HERE, ag_backward(empty), AG_ERR_SHAPE, "one element", "[0]");
    ag_tensor *one = ag_exp(ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1), 0));
    expect_ok(ag_backward(one)); /* of one element, if not 0-d */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nothing_wanted)
{
    g = ag_graph_new();
    ag_tensor *c = ag_constant(g, 2), *x = ag_variable(g, 3);
    ag_tensor *y = ag_name(ag_mul(c, c), "y");
    no_success(g, HERE, ag_backward(y), AG_ERR_NO_GRADIENT, "backward: the root needs no gradient",
               "depends on no variable or parameter", "\"y\"", LINE);
    ag_no_grad_enter(g);
    ag_tensor *hidden = ag_mul(x, x);
    ag_no_grad_leave(g);
    no_success(g, HERE, ag_backward(hidden), AG_ERR_NO_GRADIENT,
               ", was recorded in a no-grad scope", "from mul", LINE);
    no_success(g, HERE, ag_backward(ag_detach(x)), AG_ERR_NO_GRADIENT, "from detach", LINE);
    no_success(g, HERE, ag_backward(ag_gt(x, c)), AG_ERR_DTYPE, "i64", "from gt", LINE);
    ag_graph_free(g);
}
END_TEST

/* The message names the call that cuts the path, though others lie between it and the root, and not
 * one beside the path. */
START_TEST(test_cut_paths)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1),
              *c = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 0);
    ag_tensor *best = ag_name(ag_argmax(x), "best");
    ag_tensor *positive = ag_gt(x, c);
    (void)ag_argmin(x); /* no root depends on it */
    ag_tensor *y = ag_sum(ag_cast(ag_unsqueeze(best, 0), AG_F64));
    no_success(g, HERE, ag_backward(y), AG_ERR_NO_GRADIENT,
               "backward: the root needs no gradient: argmax \"best\", called at ",
               ", hands no gradient on\n  operand f64 [] from sum; at ", LINE);
    no_tensor(g, HERE, isnan(ag_grad_item(y)) ? NULL : y, AG_ERR_NO_GRADIENT,
              "grad_item: there is no gradient to read; it needs none: argmax \"best\"");
    no_success(g, HERE, ag_backward(ag_sum(ag_cast(positive, AG_F64))), AG_ERR_NO_GRADIENT,
               "gt, called at ", ", hands no gradient on");
    ag_tensor *whole = ag_cast(ag_cast(x, AG_I64), AG_F64);
    no_success(g, HERE, ag_backward(ag_sum(whole)), AG_ERR_NO_GRADIENT, "cast, called at ",
               ", gives i64, which has no gradient");
    no_success(g, HERE, ag_backward(ag_sum(ag_mul(ag_detach(x), c))), AG_ERR_NO_GRADIENT,
               "detach, called at ", ", hands no gradient on");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_integers)
{
    g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.7), "x"), *i = ag_name(ag_cast(x, AG_I64), "i");
    ck_assert(!ag_needs_grad(i));
    no_success(g, HERE, ag_backward(i), AG_ERR_DTYPE, "backward: an i64 tensor has no gradient",
               "compute the loss in f64 or f32 (ag_cast)", "\"i\" i64 []", LINE);
    ag_tensor *labels = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(3), NULL);
    no_success(g, HERE, ag_backward(labels), AG_ERR_DTYPE, "an i64 tensor has no gradient",
               "i64 [3]");
    ag_tensor *grad = NULL;
    ag_status status = ag_grad(&x, 1, NULL, &labels, 1, NULL, &grad);
    no_success(g, HERE, status, AG_ERR_NO_GRADIENT, "grad: input 0 needs no gradient", "i64 [3]");
    ck_assert_ptr_null(grad);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_seeds)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), *y = ag_name(ag_exp(x), "y");
    ag_tensor *wide = ag_full(g, AG_CONSTANT, AG_SHAPE(3, 2), 1);
    ag_tensor *narrow = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2, 3), NULL);
    ag_tensor *theirs = ag_full(other, AG_CONSTANT, AG_SHAPE(2, 3), 1);
    no_success(g, HERE, ag_backward_from(y, wide), AG_ERR_SHAPE, "the seed has another shape",
               "\"y\"", LINE);
    no_success(g, HERE, ag_backward_from(y, narrow), AG_ERR_DTYPE, "the seed has another dtype",
               LINE);
    no_success(g, HERE, ag_backward_from(y, theirs), AG_ERR_GRAPH,
               "the seed belongs to another graph", LINE);
    /* What came of a failed expression is not a seed of ones. */
    no_success(g, HERE, ag_backward_from(ag_sum(y), NULL), AG_ERR_NULL_ARGUMENT, "the seed is NULL",
               LINE);
    all_well(other);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

/* --- written between forward and backward ----------------------------------------------------- */

START_TEST(test_changed_scalar)
{
    g = ag_graph_new();
    ag_tensor *w = ag_name(ag_parameter(g, 2), "w"), *x = ag_variable(g, 5);
    const char *line;
    ag_tensor *y = (line = AG_HERE, ag_mul(x, w));
    expect_ok(ag_set_item(w, 3));
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED,
               "backward: operand 1 \"w\" of mul was written after mul used it", line,
               "hint: go backward before changing a parameter");
    ag_zero_grads(g);
    ag_tensor *again = ag_mul(x, w);
    expect_ok(ag_backward(again));
    expect_same(ag_grad_item(x), 3);
    expect_ok(ag_set_item(w, 4)); /* after backward is the time to write */
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_changed_tensor)
{
    g = ag_graph_new();
    const double fresh[4] = {1, 2, 3, 4};
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2, 2), 1), "W");
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 1);
    const char *line;
    ag_tensor *h = (line = AG_HERE, ag_matmul(x, w));
    ag_tensor *y = ag_sum(ag_exp(h));
    expect_ok(ag_set(w, fresh, 4));
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED, "operand 1 \"W\" of matmul was written",
               line);
    ag_tensor *loss = ag_sum(ag_matmul(x, w));
    expect_ok(ag_write(w, fresh, sizeof fresh)); /* the same numbers are a write as well */
    no_success(g, HERE, ag_backward(loss), AG_ERR_CHANGED, "\"W\" of matmul");
    ag_tensor *unrelated = ag_sum(ag_square(x));
    expect_ok(ag_backward(unrelated));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_changed_through_view)
{
    g = ag_graph_new();
    const double fresh[6] = {1, 2, 3, 4, 5, 6};
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2, 3), 1), "W");
    ag_tensor *columns = ag_transpose(w), *flat = ag_reshape(w, AG_SHAPE(6));
    ag_tensor *y = ag_sum(ag_square(columns)), *z = ag_sum(ag_exp(ag_slice(flat, 0, 0, 6, 2)));
    expect_ok(ag_set(w, fresh, 6));
    expect_values(columns, 1, 4, 2, 5, 3, 6); /* it sees the new numbers */
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED,
               "of square was written after square used it");
    no_success(g, HERE, ag_backward(z), AG_ERR_CHANGED, "of exp was written after exp used it");
    no_success(g, HERE, ag_set(columns, fresh, 6), AG_ERR_STATE, "set: only a leaf can be written",
               "transpose", LINE);
    expect_ok(ag_backward(ag_sum(ag_square(ag_transpose(w)))));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_changed_borrowed)
{
    g = ag_graph_new();
    double data[3] = {1, 2, 3};
    ag_tensor *w = ag_name(ag_borrow(g, AG_PARAMETER, AG_F64, AG_SHAPE(3), data), "w");
    ag_tensor *y = ag_sum(ag_square(w)), *kept = ag_detach(w);
    data[1] = 20;
    ag_touch(w);
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED, "\"w\" of square was written");
    ag_tensor *z = ag_sum(ag_mul(w, kept));
    ag_touch(w); /* the detached view shares the memory */
    no_success(g, HERE, ag_backward(z), AG_ERR_CHANGED, "of mul was written");
    ag_zero_grads(g);
    expect_ok(ag_backward(ag_sum(ag_square(w))));
    expect_grads(w, 2, 40, 6);
    ag_graph_free(g);
}
END_TEST

/* Touching a view says that the memory behind it has changed. */
START_TEST(test_touch_view)
{
    g = ag_graph_new();
    double data[3] = {1, 2, 3};
    ag_tensor *w = ag_borrow(g, AG_PARAMETER, AG_F64, AG_SHAPE(3), data);
    ag_tensor *view = ag_slice(w, 0, 0, 2, 1), *y = ag_sum(ag_square(w));
    data[0] = 10;
    ag_touch(view);
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED, "of square was written");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_changed_pointer)
{
    g = ag_graph_new();
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 1);
    ag_tensor *y = ag_sum(ag_square(w));
    double *data = ag_mutable_data(w);
    data[2] = 7;
    ag_tensor *again = ag_sum(ag_square(w));
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED, "operand 0 of square");
    ag_zero_grads(g);
    expect_ok(ag_backward(again));
    expect_grads(w, 2, 2, 14);
    ag_graph_free(g);
}
END_TEST

/* --- reading and writing ---------------------------------------------------------------------- */

START_TEST(test_reading)
{
    g = ag_graph_new();
    double out[6];
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "x");
    no_tensor(g, HERE, isnan(ag_item(x)) ? NULL : x, AG_ERR_SHAPE,
              "item: a tensor of shape [2,3] has 6 elements, not one", LINE, "hint: ag_item_at");
    no_tensor(g, HERE, isnan(ag_item_at(x, AG_SHAPE(2, 0))) ? NULL : x, AG_ERR_VALUE,
              "item_at: no element [2,0] in a tensor of shape [2,3]", LINE);
    no_tensor(g, HERE, isnan(ag_item_at(x, AG_SHAPE(0, -4))) ? NULL : x, AG_ERR_VALUE, "[0,-4]",
              LINE);
    no_tensor(g, HERE, isnan(ag_item_at(x, AG_SHAPE(0))) ? NULL : x, AG_ERR_VALUE,
              "item_at: an index of 1 number for a tensor of 2 dimensions", LINE);
    no_tensor(g, HERE, isnan(ag_item_at(x, ((ag_shape){100, {0}}))) ? NULL : x, AG_ERR_VALUE,
              "item_at: an index of 100 numbers for a tensor of 2 dimensions", LINE);
    no_success(g, HERE, ag_get(x, out, 5), AG_ERR_SHAPE, "get: 5 elements", "[2,3], which has 6",
               LINE);
    no_success(g, HERE, ag_get(x, NULL, 6), AG_ERR_NULL_ARGUMENT,
               "get: the memory to write to is NULL", LINE);
    no_success(g, HERE, ag_read(x, NULL, 48), AG_ERR_NULL_ARGUMENT,
               "read: the memory to write to is NULL", LINE);
    no_success(g, HERE, ag_set(x, NULL, 6), AG_ERR_NULL_ARGUMENT, "set: the values are NULL", LINE);
    no_success(g, HERE, ag_write(x, NULL, 48), AG_ERR_NULL_ARGUMENT, "write: the data is NULL",
               LINE);
    no_success(g, HERE, ag_read(x, out, 5), AG_ERR_SHAPE, "read: ");
    no_success(g, HERE, ag_set(x, out, 7), AG_ERR_SHAPE, "set: 7 elements", "which has 6", LINE);
    no_success(g, HERE, ag_set_item(x, 1), AG_ERR_SHAPE, "set_item: 1 elements", "which has 6");
    no_success(g, HERE, ag_write(x, out, 47), AG_ERR_SHAPE, "write: ");
    no_tensor(g, HERE, isnan(ag_grad_item(ag_exp(x))) ? NULL : x, AG_ERR_NO_GRADIENT, "grad_item",
              "no backward pass has reached it");
    no_success(g, HERE, ag_grad_get(ag_detach(x), out, 6), AG_ERR_NO_GRADIENT, "grad_get",
               "it needs none");
    ck_assert_int_eq(ag_get(NULL, out, 1), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_set(NULL, out, 1), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

/* A gradient that no pass has computed is not 0, whatever it is read by. */
START_TEST(test_not_run)
{
    g = ag_graph_new();
    double out[2] = {5, 6};
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1), *s = ag_variable(g, 1);
    for (int pass = 0; pass < 2; pass++) {
        ck_assert(!ag_has_grad(x));
        ck_assert_ptr_null(ag_grad_data(x));
        no_success(g, HERE, ag_grad_get(x, out, 2), AG_ERR_NO_GRADIENT, "grad_get",
                   "no backward pass has reached it since it was made or last reset");
        ck_assert(out[0] == 5 && out[1] == 6);
        no_tensor(g, HERE, isnan(ag_grad_item(s)) ? NULL : s, AG_ERR_NO_GRADIENT, "grad_item",
                  "no backward pass");
        no_tensor(g, HERE, isnan(ag_grad_item_at(x, AG_SHAPE(1))) ? NULL : x, AG_ERR_NO_GRADIENT,
                  "grad_item_at", "no backward pass");
        expect_ok(ag_backward(ag_mul(ag_sum(x), s)));
        expect_same(ag_grad_item(s), 2);
        expect_same(ag_grad_item_at(x, AG_SHAPE(1)), 1);
        ag_zero_grads(g);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_kept)
{
    g = ag_graph_new();
    double out[2];
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1), *h = ag_name(ag_exp(x), "h");
    expect_ok(ag_backward(ag_sum(h)));
    ck_assert(!ag_has_grad(h));
    ck_assert_ptr_null(ag_grad_data(h));
    no_success(g, HERE, ag_grad_get(h, out, 2), AG_ERR_NO_GRADIENT, "it was not kept",
               "ag_retain_grad", "\"h\"");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_writing_results)
{
    g = ag_graph_new();
    const double v[2] = {1, 2};
    ag_tensor *y = ag_name(ag_exp(ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1)), "y");
    no_success(g, HERE, ag_set(y, v, 2), AG_ERR_STATE, "set: only a leaf can be written", "exp",
               "\"y\"", LINE);
    no_success(g, HERE, ag_write(y, v, sizeof v), AG_ERR_STATE, "only a leaf");
    no_success(g, HERE, ag_fill_uniform(y, 0, 1), AG_ERR_STATE, "only a leaf");
    no_tensor(g, HERE, ag_mutable_data(y), AG_ERR_STATE, "only a leaf");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("backward_errors", test_root_of_several, test_nothing_wanted, test_cut_paths,
           test_integers, test_seeds, test_changed_scalar, test_changed_tensor,
           test_changed_through_view, test_changed_borrowed, test_touch_view, test_changed_pointer,
           test_reading, test_not_run, test_not_kept, test_writing_results)
