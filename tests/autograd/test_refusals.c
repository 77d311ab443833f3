/* Errors of the engine that no other test runs, and rules of unusual shape: each must say what is
 * wrong and where, and the graph must go on working.
 */
#include <string.h>

#include "expect.h"

static ag_graph *g;

/* --- graphs, shapes and axes ------------------------------------------------------------------ */

START_TEST(test_graph_of_integers)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_I64});
    ck_assert_int_eq(ag_graph_dtype(g), AG_F64);
    failed(g, AG_ERR_DTYPE, "",
           (const char *const[]){"graph: its dtype must be f64 or f32, not i64", NULL});
    ag_graph_free(g);
}
END_TEST

START_TEST(test_expand_and_its_transpose)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1);
    ag_tensor *k = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), NULL);
    no_tensor(g, HERE, ag_expand(x, AG_SHAPE(3)), AG_ERR_SHAPE, "expand: does not broadcast to [3]",
              "hint: only sizes of 1", "f64 [2]", LINE);
    no_tensor(g, HERE, ag_expand(x, AG_SCALAR), AG_ERR_SHAPE, "expand: does not broadcast to []");
    no_tensor(g, HERE, ag_sum_to(x, AG_SHAPE(3)), AG_ERR_SHAPE,
              "sum_to: [3] does not broadcast to the operand", LINE);
    no_tensor(g, HERE, ag_sum_to(k, AG_SCALAR), AG_ERR_DTYPE, "sum_to: not defined for i64", LINE);
    expect_same(ag_item(ag_sum_to(ag_constant(g, 7), AG_SCALAR)), 7);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_too_many_axes)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1);
    ag_axes nine = {9, {0}}, less = {-1, {0}};
    no_tensor(g, HERE, ag_sum_over(x, nine, false), AG_ERR_AXIS,
              "sum_over: 9 axes; 0 to 8 are possible", LINE);
    no_tensor(g, HERE, ag_sum_over(x, less, false), AG_ERR_AXIS,
              "sum_over: -1 axes; 0 to 8 are possible", LINE);
    ag_graph_free(g);
}
END_TEST

/* --- NULL ------------------------------------------------------------------------------------- */

START_TEST(test_null)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *none = NULL;
    double one = 1;
    ck_assert_int_eq(ag_backward_from(none, x), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_read(none, &one, sizeof one), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_write(none, &one, sizeof one), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_grad_get(none, &one, 1), AG_ERR_NULL_ARGUMENT);
    ck_assert(isnan(ag_item_at(none, AG_SCALAR)) && isnan(ag_grad_item_at(none, AG_SCALAR)));
    ck_assert(ag_data(none) == NULL && ag_array_of(none).data == NULL);
    ck_assert_ptr_null(ag_borrow(NULL, AG_CONSTANT, AG_F64, AG_SCALAR, &one));
    ck_assert(!ag_is_of_pass(none, x) && !ag_is_of_pass(x, none));
    all_well(g);
    no_tensor(g, HERE, isnan(ag_grad_item_at(ag_constant(g, 1), AG_SCALAR)) ? NULL : x,
              AG_ERR_NO_GRADIENT, "grad_item_at: there is no gradient to read; it needs none",
              LINE);
    ag_graph_free(g);
}
END_TEST

/* --- functions under test --------------------------------------------------------------------- */

static ag_tensor *returns(ag_tensor *const *in, int n, void *user)
{
    (void)in, (void)n;
    return user;
}

static ag_tensor *to_f32(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_cast(in[0], AG_F32);
}

/* So many elements, in the memory of one, that their Jacobian has no size. */
static ag_tensor *huge(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_expand(in[0], AG_SHAPE(INT64_C(1) << 58));
}

START_TEST(test_gradcheck)
{
    ag_graph *other = ag_graph_new();
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1);
    ag_gradcheck_result check = ag_gradcheck(returns, ag_variable(other, 1), &x, 1, NULL);
    no_success(g, HERE, check.status, AG_ERR_OP,
               "gradcheck: the function returned a tensor of another graph; at " __FILE__);
    check = ag_gradcheck(to_f32, NULL, &x, 1, NULL);
    no_success(g, HERE, check.status, AG_ERR_DTYPE,
               "gradcheck: the output of the function is not f64; at " __FILE__);
    check = ag_gradcheck(huge, NULL, &x, 1, NULL);
    no_success(g, HERE, check.status, AG_ERR_OVERFLOW,
               sizeof(size_t) > 4 ? "gradcheck: a Jacobian of 288230376151711744 by 1 elements is "
                                    "too large"
                                  : "[288230376151711744] is too large");
    char text[8] = "as it is";
    ag_gradcheck_text(NULL, text, sizeof text);
    ag_gradcheck_text(&check, text, 0);
    ck_assert_int_eq(memcmp(text, "as it is", sizeof text), 0);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *checkpoints(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    return ag_checkpoint(returns, user, &gradient, 1);
}

START_TEST(test_checkpoint_in_a_hook)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *y = ag_square(x);
    expect_ok(ag_hook(y, checkpoints, x));
    no_success(g, HERE, ag_backward(y), AG_ERR_STATE,
               "checkpoint: called by a hook or rule of a backward pass; at " __FILE__);
    ag_graph_free(g);
}
END_TEST

/* --- rules ------------------------------------------------------------------------------------ */

static ag_status infer_same(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}

static ag_status forward_twice(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    for (int64_t i = 0; i < x.size; i++) {
        ((double *)call->out.data)[i] = 2 * ((const double *)x.data)[i];
    }
    return AG_OK;
}

/* d sum(2x) / dx = 2 for every element: the rule gives one number, which is broadcast. */
static ag_status vjp_one_number(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_constant(ag_graph_of(call->out), 2));
}

static const ag_op twice = {
    .name = "twice",
    .n_in = 1,
    .infer = infer_same,
    .forward = forward_twice,
    .vjp = vjp_one_number,
};

START_TEST(test_contribution_is_broadcast)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1), *dx = NULL;
    ag_tensor *y = ag_sum(ag_apply(&twice, &x, 1, NULL, 0));
    expect_ok(ag_backward(y));
    expect_grads(x, 2, 2, 2);
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, NULL, &dx));
    expect_values(dx, 2, 2, 2);
    ag_graph_free(g);
}
END_TEST

static void keep(const ag_edge *edge, void *user)
{
    *(ag_edge *)user = *edge;
}

/* Where the operation cannot tell its local partial, the listener gets it from the contribution. */
START_TEST(test_edge_without_a_partial)
{
    g = ag_graph_new();
    ag_edge edge;
    ag_tensor *x = ag_variable(g, 3), *y = ag_apply(&twice, &x, 1, NULL, 0);
    ag_on_edge(g, keep, &edge);
    expect_ok(ag_backward(y));
    expect_same(edge.upstream, 1);
    expect_same(edge.partial, 2);
    expect_same(edge.product, 2);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("refusals", test_graph_of_integers, test_expand_and_its_transpose, test_too_many_axes,
           test_null, test_gradcheck, test_checkpoint_in_a_hook, test_contribution_is_broadcast,
           test_edge_without_a_partial)
