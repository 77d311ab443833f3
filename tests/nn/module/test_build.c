/* Building and calling: parameters made on first use by one pass, their names, what building again
 * and failing leave, and the message of an error within a network. Must not know any private header
 * of the library.
 */
#include "tests/nn/own_modules.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

static void teardown(void)
{
    ag_graph_free(g);
}

START_TEST(test_build_makes_parameters_and_finds_shapes)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), dense(g, 2, false));
    ck_assert(!nn_is_built(net));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(3)));
    ck_assert(nn_is_built(net));
    ck_assert(ag_shape_equal(ag_shape_of(nn_find(net, "first.weight")), AG_SHAPE(5, 3)));
    ck_assert(ag_shape_equal(ag_shape_of(nn_find(net, "second.weight")), AG_SHAPE(2, 5)));
    ck_assert_str_eq(ag_name_of(nn_find(net, "second.weight")), "second.weight");
    ck_assert_int_eq(ag_role_of(nn_find(net, "first.bias")), AG_PARAMETER);
    ck_assert(ag_shape_equal(nn_output_shape(nn_find_module(net, "first")), AG_SHAPE(1, 5)));
    ag_tensor *all[8];
    ck_assert_int_eq(nn_parameters(net, NULL, all, 8), 4);
    ck_assert_int_eq(nn_parameters(net, "*.bias", all, 1), 2);
    ck_assert_ptr_eq(all[0], nn_find(net, "first.bias"));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(7, 3), 1), *y = nn_call(net, x);
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(7, 2)));
    ck_assert_ptr_eq(nn_output(net), y);
    expect_ok(ag_backward(ag_sum(y)));
    ck_assert(ag_has_grad(nn_find(net, "first.weight")));
    all_well(g);
    teardown();
}
END_TEST

/* After a rewind to a mark that was taken behind nn_build a step finds the same parameters, and
 * from the second on takes no memory. */
START_TEST(test_parameters_lie_below_the_mark)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), dense(g, 2, false));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(3)));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(7, 3), 1);
    ag_mark mark = ag_graph_mark(g);
    double first = 0;
    size_t allocations = 0;
    for (int step = 0; step < 4; step++) {
        ag_tensor *loss = ag_mean(nn_call(net, x));
        expect_ok(ag_backward(loss));
        first = step == 0 ? ag_item(loss) : first;
        expect_same(ag_item(loss), first);
        expect_ok(ag_graph_rewind(g, mark));
        size_t now = ag_graph_get_stats(g).allocations;
        ck_assert(step < 2 || now == allocations);
        allocations = now;
    }
    teardown();
}
END_TEST

START_TEST(test_nothing_can_be_asked_for_before_building)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), dense(g, 2, false));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(7, 3), 1);
    no_tensor(g, HERE, nn_call(net, x), AG_ERR_STATE, "nn_parameter: \"weight\" is not there",
              "the network is not built", LINE, "in first (dense, made at ", "nn_build(");
    teardown();
}
END_TEST

static ag_tensor *misspelled_forward(nn_module *m, ag_tensor *x)
{
    const char *name = nn_is_training(m) ? "wieght" : "weight";
    return ag_mul(x, nn_parameter(m, name, AG_SHAPE(3), (nn_init){NN_ZEROS, 0, 0, 0, 0}));
}

START_TEST(test_a_misspelled_name_is_an_error_that_lists_the_names)
{
    setup();
    nn_module *m = nn_module_new(g, "typo", 0, misspelled_forward);
    expect_ok(nn_build(m, AG_F64, AG_SHAPE(3)));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 3), 1);
    no_tensor(g, HERE, nn_call(m, x), AG_ERR_STATE, "no \"wieght\" was asked for", "only weight",
              "in typo made at");
    teardown();
}
END_TEST

START_TEST(test_a_wider_input_is_an_error_with_both_shapes)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), dense(g, 2, false));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(3)));
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(7, 4), 1);
    no_tensor(g, HERE, nn_call(net, x), AG_ERR_SHAPE, "\"weight\" has shape [5,3]", "[5,4]", LINE,
              "in first (dense");
    teardown();
}
END_TEST

/* An error of an operation within the network names the module, where it was made, and the line of
 * the call of the whole, though modules of the library call each other. */
START_TEST(test_an_error_names_the_module_and_both_lines)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), chain(g, fixed(g, 4), dense(g, 2, false)));
    const char *here = HERE;
    ag_status status = nn_build(net, AG_F64, AG_SHAPE(3));
    ck_assert_int_eq(status, AG_ERR_SHAPE);
    failed(g, AG_ERR_SHAPE, here,
           (const char *const[]){"mul: ", "[1,5]", "[4]", "in second.first (fixed, made at ",
                                 "own_modules.h:", NULL});
    teardown();
}
END_TEST

START_TEST(test_a_pass_that_fails_leaves_nothing)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), fixed(g, 4));
    ag_random_state before = ag_random_get_state(g);
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(3)), AG_ERR_SHAPE);
    ag_error_clear(g);
    ck_assert(!nn_is_built(net));
    ck_assert_int_eq(nn_parameters(net, NULL, NULL, 0), 0);
    ag_random_state after = ag_random_get_state(g);
    ck_assert_uint_eq(before.counter, after.counter);
    ck_assert_ptr_null(nn_find(net, "first.weight"));
    failed(g, AG_ERR_VALUE, "",
           (const char *const[]){"there is no \"first.weight\"", "nothing", "nn_build", NULL});
    nn_module *good = chain(g, nn_find_module(net, "first"), dense(g, 1, false));
    expect_ok(nn_build(good, AG_F64, AG_SHAPE(9)));
    ck_assert(ag_shape_equal(ag_shape_of(nn_find(good, "first.weight")), AG_SHAPE(5, 9)));
    teardown();
}
END_TEST

/* An error of a constructor is passed on and not hidden by building. */
START_TEST(test_building_reports_what_went_wrong_before)
{
    setup();
    nn_module *net = chain(g, dense(g, 5, false), dense(g, 2, false));
    ck_assert_ptr_null(nn_module_new(g, "none", 0, NULL));
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(3)), AG_ERR_NULL_ARGUMENT);
    ck_assert(!nn_is_built(net));
    failed(g, AG_ERR_NULL_ARGUMENT, "",
           (const char *const[]){"the forward function is NULL", NULL});
    ck_assert_int_eq(nn_build(NULL, AG_F64, AG_SHAPE(3)), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_build_on(net, NULL, 0), AG_ERR_NULL_ARGUMENT);
    ag_error_clear(g);
    ck_assert_int_eq(nn_build(net, AG_F64, (ag_shape){.ndim = AG_MAX_DIMS}), AG_ERR_SHAPE);
    ag_error_clear(g);
    ck_assert_int_eq(nn_build_on(net, (ag_tensor *[]){NULL}, 1), AG_ERR_NULL_ARGUMENT);
    ag_error_clear(g);
    ck_assert_int_eq(nn_build(net, AG_I64, AG_SHAPE(3)), AG_ERR_DTYPE);
    teardown();
}
END_TEST

/* A new head on a trained body: building again makes what is new and changes no bit of the rest. */
START_TEST(test_building_again_adds_what_is_new)
{
    setup();
    nn_module *body = dense(g, 5, false), *old = chain(g, body, dense(g, 2, false));
    expect_ok(nn_build(old, AG_F64, AG_SHAPE(3)));
    double before[15], after[15];
    expect_ok(ag_get(nn_find(old, "first.weight"), before, 15));
    nn_module *fresh = chain(g, body, dense(g, 4, false));
    expect_ok(nn_build(fresh, AG_F64, AG_SHAPE(3)));
    ck_assert_ptr_eq(nn_find(fresh, "first.weight"), nn_find(old, "first.weight"));
    expect_ok(ag_get(nn_find(fresh, "first.weight"), after, 15));
    ck_assert_mem_eq(before, after, sizeof before);
    ck_assert(ag_shape_equal(ag_shape_of(nn_find(fresh, "second.weight")), AG_SHAPE(4, 5)));
    expect_ok(nn_build(fresh, AG_F64, AG_SHAPE(3)));
    teardown();
}
END_TEST

static ag_tensor *mode_forward(nn_module *m, ag_tensor *x)
{
    ag_tensor *scale = nn_parameter(m, "scale", AG_SCALAR, (nn_init){NN_CONSTANT, 2, 0, 0, 0});
    return nn_is_training(m) ? ag_mul(x, scale) : x;
}

/* The pass is one of evaluation, without gradient. */
START_TEST(test_the_pass_is_an_evaluation_without_gradient)
{
    setup();
    nn_module *m = nn_module_new(g, "mode", 0, mode_forward);
    ag_tensor *sample = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 2), 3);
    expect_ok(nn_build_on(m, &sample, 1));
    ck_assert(nn_is_training(m));
    expect_same(ag_item_at(nn_call(m, sample), AG_SHAPE(0, 0)), 6);
    ck_assert(ag_needs_grad(nn_call(m, sample)));
    nn_set_training(m, false);
    ck_assert(!nn_is_training(m));
    ck_assert_ptr_eq(nn_call(m, sample), sample);
    ck_assert_ptr_null(nn_output(NULL));
    teardown();
}
END_TEST

static ag_tensor *silent_forward(nn_module *m, ag_tensor *x)
{
    (void)m;
    (void)x;
    return NULL;
}

static ag_tensor *weighted_forward(nn_module *m, ag_tensor *x)
{
    ag_tensor *w = nn_input(m, 1);
    ck_assert_ptr_eq(nn_input(m, 0), x);
    ck_assert_ptr_null(nn_input(m, 2));
    ck_assert_ptr_null(nn_input(m, -1));
    return ag_mul(x, nn_keep(m, "weights", w != NULL ? ag_mul_scalar(w, 2) : x));
}

START_TEST(test_calls_with_more_inputs_and_what_they_keep)
{
    setup();
    nn_module *m = nn_module_new(g, "weighted", 0, weighted_forward);
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 2), 3), *both[] = {x, x};
    expect_ok(nn_build_on(m, both, 2));
    ck_assert_ptr_null(nn_kept(m, "weights"));
    expect_same(ag_item_at(nn_call_with(m, both, 2), AG_SHAPE(0, 0)), 18);
    expect_same(ag_item_at(nn_kept(m, "weights"), AG_SHAPE(0, 0)), 6);
    ck_assert_ptr_null(nn_kept(m, "other"));
    expect_same(ag_item_at(nn_call(m, x), AG_SHAPE(0, 0)), 9);
    ck_assert_ptr_eq(nn_kept(m, "weights"), x);
    ck_assert_ptr_null(nn_input(m, 0));
    no_tensor(g, HERE, nn_call_with(m, NULL, 0), AG_ERR_NULL_ARGUMENT, "no inputs");
    ck_assert_ptr_null(nn_call(m, NULL));
    ck_assert_ptr_null(nn_call(NULL, x));
    all_well(g);
    ag_graph *other = ag_graph_new();
    no_tensor(g, HERE, nn_call(m, ag_variable(other, 1)), AG_ERR_GRAPH, "another graph");
    ag_graph_free(other);
    nn_module *silent = nn_module_new(g, "silent", 0, silent_forward);
    no_tensor(g, HERE, nn_call(silent, x), AG_ERR_STATE, "gave NULL without an error");
    teardown();
}
END_TEST

CHECK_MAIN("build", test_build_makes_parameters_and_finds_shapes,
           test_parameters_lie_below_the_mark, test_nothing_can_be_asked_for_before_building,
           test_a_misspelled_name_is_an_error_that_lists_the_names,
           test_a_wider_input_is_an_error_with_both_shapes,
           test_an_error_names_the_module_and_both_lines, test_a_pass_that_fails_leaves_nothing,
           test_building_reports_what_went_wrong_before, test_building_again_adds_what_is_new,
           test_the_pass_is_an_evaluation_without_gradient,
           test_calls_with_more_inputs_and_what_they_keep)
