/* Modules made of modules, and the same first weights whatever the order of construction. Must not
 * know any private header of the library.
 */
#include "tests/expect.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
}

static void teardown(void)
{
    ag_graph_free(g);
}

START_TEST(test_sequential_is_one_after_the_other)
{
    setup();
    nn_module *net = nn_sequential(g, nn_linear(g, 3, NULL), nn_tanh(g), nn_linear(g, 2, NULL));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(4)));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(5, 4), 0.5);
    ag_tensor *h = ag_tanh(ag_linear(x, nn_find(net, "0.weight"), nn_find(net, "0.bias")));
    ag_tensor *y = ag_linear(h, nn_find(net, "2.weight"), nn_find(net, "2.bias"));
    expect_same_tensors(nn_call(net, x), y, 0);
    no_tensor(g, HERE, (ag_tensor *)nn_sequential_of(g, NULL, 0), AG_ERR_VALUE, LINE, "empty");
    nn_module *list[] = {nn_relu(g), NULL};
    no_tensor(g, HERE, (ag_tensor *)nn_sequential_of(g, list, 2), AG_ERR_NULL_ARGUMENT, LINE,
              "module 1 of 2 is NULL");
    ck_assert_ptr_null(nn_sequential_of(NULL, list, 1));
    teardown();
}
END_TEST

/* A layer that could not be made is reported by its own error, not as NULL in a list. */
START_TEST(test_the_first_error_of_an_expression_stays)
{
    setup();
    nn_module *net = nn_sequential(g, nn_linear(g, 0, NULL), nn_relu(g), nn_linear(g, 2, NULL));
    fails(net, AG_ERR_VALUE, "nn_linear: the number of outputs is 0", NULL);
    teardown();
}
END_TEST

START_TEST(test_residual_adds)
{
    setup();
    nn_module *plain = nn_residual(g, nn_linear(g, 2, NULL), NULL);
    nn_module *both = nn_residual(g, nn_linear(g, 3, NULL), nn_linear(g, 3, NULL));
    nn_module *odd = nn_residual(g, nn_linear(g, 3, NULL), NULL);
    expect_ok(nn_build(plain, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_build(both, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_set_weights(plain, (const double[]){1, 2, 3, 4, 0, 1}, 6));
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, 10);
    expect_values(nn_call(plain, x), 21 + 1, 44 + 10);
    expect_ok(nn_set_weights(
        both, (const double[]){1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 5, 5, 5}, 18));
    expect_values(nn_call(both, x), 1 + 15, 5, 5);
    ck_assert_int_eq(nn_build(odd, AG_F64, AG_SHAPE(2)), AG_ERR_SHAPE);
    failed(g, AG_ERR_SHAPE, "",
           (const char *const[]){"add: ", "[1,3]", "[1,2]", "in residual", NULL});
    no_tensor(g, HERE, (ag_tensor *)nn_residual(g, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE, "body");
    teardown();
}
END_TEST

START_TEST(test_branches_lie_side_by_side)
{
    setup();
    nn_module *net = nn_branches(g, 1, nn_rescale(g, 2, 0), nn_relu(g), nn_rescale(g, 1, 1));
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, -10);
    expect_values(nn_call(net, x), 2, -20, 1, 0, 2, -9);
    nn_module *one = nn_branches(g, 1, nn_flatten(g));
    ck_assert_ptr_nonnull(nn_find_module(one, "0"));
    nn_module *odd = nn_branches(g, 0, nn_flatten(g), nn_reshape(g, AG_SHAPE(2, 1)));
    no_tensor(g, HERE, nn_call(odd, x), AG_ERR_SHAPE, "in branches");
    no_tensor(g, HERE, (ag_tensor *)nn_branches_of(g, 0, NULL, 2), AG_ERR_VALUE, "empty", LINE);
    teardown();
}
END_TEST

static ag_tensor *times(ag_tensor *x, void *user)
{
    return ag_mul_scalar(x, *(double *)user);
}

START_TEST(test_a_function_is_a_module)
{
    setup();
    double three = 3;
    nn_module *net = nn_sequential(g, nn_lambda(g, times, &three), nn_lambda(g, times, &three));
    expect_values(nn_call(net, ag_full(g, AG_CONSTANT, AG_SHAPE(1), 1)), 9);
    no_tensor(g, HERE, (ag_tensor *)nn_lambda(g, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE,
              "function");
    teardown();
}
END_TEST

/* Statement 15. C leaves open in which order the arguments of a call are computed, so constructors
 * draw nothing: the layers of these two networks are made in opposite orders. */
START_TEST(test_first_weights_do_not_depend_on_the_order_of_construction)
{
    double w[2][4 * 3 + 3 + 3 * 2 + 2];
    for (int round = 0; round < 2; round++) {
        nn_module *list[3];
        setup();
        for (int i = 0; i < 3; i++) {
            int at = round == 0 ? i : 2 - i;
            list[at] = at == 1 ? nn_relu(g) : nn_linear(g, at == 0 ? 3 : 2, NULL);
        }
        nn_module *net = nn_sequential_of(g, list, 3);
        expect_ok(nn_build(net, AG_F64, AG_SHAPE(4)));
        expect_ok(nn_get_weights(net, w[round], (int64_t)(sizeof w[0] / sizeof w[0][0])));
        teardown();
    }
    ck_assert_mem_eq(w[0], w[1], sizeof w[0]);
    ck_assert(w[0][0] != w[0][1]);
}
END_TEST

START_TEST(test_identity)
{
    setup();
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2), 1, -10);
    ck_assert_ptr_eq(nn_call(nn_identity(g), x), x);
    expect_values(nn_call(nn_branches(g, 1, nn_identity(g), nn_relu(g)), x), 1, -10, 1, 0);
    ck_assert_ptr_null(nn_identity(NULL));
    teardown();
}
END_TEST

CHECK_MAIN("compose", test_sequential_is_one_after_the_other,
           test_the_first_error_of_an_expression_stays, test_residual_adds,
           test_branches_lie_side_by_side, test_a_function_is_a_module, test_identity,
           test_first_weights_do_not_depend_on_the_order_of_construction)
