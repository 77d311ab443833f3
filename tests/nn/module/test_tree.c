/* The tree: children and their names, patterns, finding, freezing, sharing, penalties, all weights
 * as one list. Must not know any private header of the library.
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

/* first: dense 2 -> 3; second: a chain of dense 3 -> 3 and dense 3 -> 1. */
static nn_module *network(bool penalized)
{
    nn_module *tail = chain(g, dense(g, 3, penalized), dense(g, 1, false));
    nn_module *net = chain(g, dense(g, 3, penalized), tail);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    return net;
}

START_TEST(test_children_have_names)
{
    setup();
    nn_module *a = fixed(g, 1), *b = fixed(g, 2), *m = fixed(g, 3);
    ck_assert_ptr_eq(nn_child(m, "a", a), a);
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, "a", b), AG_ERR_VALUE, "a child \"a\" already",
              LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, "x.y", b), AG_ERR_VALUE, "\"x.y\" is no name");
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, "", b), AG_ERR_VALUE, "is no name");
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, NULL, b), AG_ERR_NULL_ARGUMENT, "name is NULL");
    char long_name[100];
    memset(long_name, 'n', sizeof long_name);
    long_name[64] = '\0';
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, long_name, b), AG_ERR_VALUE, "1 to 63");
    long_name[63] = '\0';
    ck_assert_ptr_nonnull(nn_child(m, long_name, b));
    no_tensor(g, HERE, (ag_tensor *)nn_child(a, "up", m), AG_ERR_STATE, "below itself");
    no_tensor(g, HERE, (ag_tensor *)nn_child(a, "me", a), AG_ERR_STATE, "below itself");
    ck_assert_ptr_eq(nn_child_at(m, 1), b);
    ck_assert_ptr_null(nn_child_at(m, 2));
    ck_assert_ptr_null(nn_child_at(m, -1));
    ck_assert_ptr_null(nn_child(m, "c", NULL));
    ck_assert_ptr_null(nn_child(NULL, "c", m));
    ck_assert_str_eq(nn_type_of(m), "fixed");
    ck_assert_ptr_eq(nn_graph_of(m), g);
    ag_graph *other = ag_graph_new();
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, "far", fixed(other, 1)), AG_ERR_GRAPH, "\"far\"");
    ag_graph_free(other);
    teardown();
}
END_TEST

/* A tree can be so deep and no deeper, from above and from below. */
START_TEST(test_the_tree_is_not_too_deep_for_a_path)
{
    setup();
    char name[64];
    memset(name, 'n', 63);
    name[63] = '\0';
    nn_module *m = fixed(g, 2), *top = m;
    for (int i = 0; i < 64; i++) {
        nn_module *above = nn_module_new(g, "above", 0, chain_forward);
        ck_assert_ptr_nonnull(nn_child(above, name, top));
        top = above;
    }
    nn_module *above = nn_module_new(g, "above", 0, chain_forward);
    no_tensor(g, HERE, (ag_tensor *)nn_child(above, name, top), AG_ERR_VALUE, "deeper than 64");
    no_tensor(g, HERE, (ag_tensor *)nn_child(m, name, above), AG_ERR_VALUE, "deeper than 64");
    expect_ok(nn_build(top, AG_F64, AG_SHAPE(2)));
    ag_tensor *gain;
    ck_assert_int_eq(nn_parameters(top, "*gain", &gain, 1), 1);
    ck_assert_uint_eq(strlen(ag_name_of(gain)), 64 * 64 + 4);
    ck_assert_ptr_eq(nn_find(top, ag_name_of(gain)), gain);
    teardown();
}
END_TEST

START_TEST(test_patterns)
{
    setup();
    nn_module *net = network(false);
    const struct {
        const char *pattern;
        int n;
    } cases[] = {{NULL, 6},           {"*", 6},          {"**", 6},
                 {"*bias", 3},        {"second.*", 4},   {"second*t", 2},
                 {"?????.weight", 1}, {"first.bias", 1}, {"first.biased", 0},
                 {"*.first.*", 2},    {"", 0},           {"*e*e*", 3},
                 {"*weight*", 3},     {"first", 0},      {"??", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int n = nn_parameters(net, cases[i].pattern, NULL, 0);
        ck_assert_msg(n == cases[i].n, "\"%s\": %d", cases[i].pattern, n);
    }
    ck_assert_int_eq(nn_parameters(NULL, NULL, NULL, 0), 0);
    teardown();
}
END_TEST

START_TEST(test_finding_says_what_there_is)
{
    setup();
    nn_module *net = network(false);
    ck_assert_ptr_eq(nn_find_module(net, ""), net);
    ck_assert_str_eq(nn_type_of(nn_find_module(net, "second.second")), "dense");
    no_tensor(g, HERE, nn_find(net, "second.third.bias"), AG_ERR_VALUE, LINE,
              "no \"second.third.bias\", only first.weight, first.bias, second.first.weight");
    no_tensor(g, HERE, nn_find(net, "first"), AG_ERR_VALUE, "no \"first\"");
    no_tensor(g, HERE, nn_find(net, NULL), AG_ERR_VALUE, "NULL");
    no_tensor(g, HERE, (ag_tensor *)nn_find_module(net, "third"), AG_ERR_VALUE,
              "only first, second, second.first, second.second");
    no_tensor(g, HERE, (ag_tensor *)nn_find_module(net, NULL), AG_ERR_VALUE, "NULL");
    ck_assert_ptr_null(nn_find(NULL, "x"));
    ck_assert_ptr_null(nn_find_module(NULL, "x"));
    teardown();
}
END_TEST

START_TEST(test_frozen_parameters_get_no_gradient)
{
    setup();
    nn_module *net = network(false);
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(4, 2), 1);
    expect_ok(ag_backward(ag_sum(nn_call(net, x))));
    ag_tensor *w = nn_find(net, "first.weight"), *v = nn_find(net, "second.first.weight");
    ck_assert(ag_has_grad(w));
    expect_ok(nn_freeze(net, "first.*", true));
    ck_assert(!ag_has_grad(w)); /* that of before would move it once it is thawed */
    ck_assert(nn_is_frozen(nn_find_module(net, "first"), "weight"));
    ck_assert(!nn_is_frozen(net, "weight"));
    expect_ok(ag_backward(ag_sum(nn_call(net, x))));
    ck_assert(!ag_has_grad(w));
    ck_assert(ag_has_grad(v));
    ck_assert_ptr_eq(nn_find(net, "first.weight"), w);
    expect_ok(nn_freeze(net, NULL, false));
    expect_ok(ag_backward(ag_sum(nn_call(net, x))));
    ck_assert(ag_has_grad(w));
    no_success(g, HERE, nn_freeze(net, "third.*", true), AG_ERR_VALUE, "no \"third.*\"", LINE,
               "first.weight, first.bias");
    teardown();
}
END_TEST

/* l1 sum|w| + l2 sum w^2, by hand; shared ones count once, frozen ones not. */
START_TEST(test_penalties_are_summed)
{
    setup();
    nn_module *net = network(true);
    double w[6], v[9], want = 0;
    expect_ok(ag_get(nn_find(net, "first.weight"), w, 6));
    expect_ok(ag_get(nn_find(net, "second.first.weight"), v, 9));
    for (int i = 0; i < 6; i++) {
        want += 0.5 * fabs(w[i]) + 0.25 * w[i] * w[i];
    }
    double first = want;
    for (int i = 0; i < 9; i++) {
        want += 0.5 * fabs(v[i]) + 0.25 * v[i] * v[i];
    }
    ag_tensor *sum = nn_penalty_sum(net);
    expect_near(ag_item(sum), want, 1e-14);
    expect_ok(ag_backward(sum));
    double gradient = ag_grad_item_at(nn_find(net, "first.weight"), AG_SHAPE(0, 0));
    expect_near(gradient, 0.5 * (w[0] > 0 ? 1 : -1) + 0.5 * w[0], 1e-14);
    expect_ok(nn_freeze(net, "second.*", true));
    expect_near(ag_item(nn_penalty_sum(net)), first, 1e-14);
    nn_module *layer = nn_find_module(net, "first");
    expect_ok(nn_penalize(layer, "weight", (nn_penalty){0, 0}));
    ck_assert_ptr_null(nn_penalty_sum(net));
    all_well(g);
    no_success(g, HERE, nn_penalize(layer, "wait", (nn_penalty){1, 1}), AG_ERR_STATE, "\"wait\"");
    no_success(g, HERE, nn_penalize(layer, "bias", (nn_penalty){-1, 1}), AG_ERR_VALUE, "l1 = -1");
    no_success(g, HERE, nn_penalize(layer, "bias", (nn_penalty){0, NAN}), AG_ERR_VALUE, "nan");
    ck_assert_int_eq(nn_penalize(NULL, "bias", (nn_penalty){0, 1}), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

/* One module at two places: one parameter, one gradient that sums both uses, met once. */
START_TEST(test_a_module_at_two_places_is_one)
{
    setup();
    nn_module *same = dense(g, 2, true), *net = chain(g, same, same);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    ck_assert_int_eq(nn_parameters(net, NULL, NULL, 0), 2);
    ck_assert_int_eq((int)nn_weights_size(net), 6);
    ck_assert_ptr_eq(nn_find(net, "second.weight"), nn_find(net, "first.weight"));
    expect_ok(nn_set_weights(net, (const double[]){2, 0, 0, 2, 0, 0}, 6)); /* twice times 2 */
    ag_tensor *y = nn_call(net, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2), 1));
    expect_values(y, 4, 4);
    expect_ok(ag_backward(ag_sum(y)));
    expect_same(ag_grad_item_at(nn_find(net, "first.weight"), AG_SHAPE(0, 0)), 2 + 2); /* d w^2 */
    expect_near(ag_item(nn_penalty_sum(net)), 0.5 * 4 + 0.25 * 8, 1e-14);
    teardown();
}
END_TEST

START_TEST(test_a_parameter_of_another_module)
{
    setup();
    nn_module *table = dense(g, 4, false), *back = dense(g, 4, false);
    nn_module *net = chain(g, table, back);
    expect_ok(nn_share(back, "weight", table, "weight"));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(4)));
    ck_assert_int_eq(nn_parameters(net, NULL, NULL, 0), 3);
    ck_assert_ptr_eq(nn_find(net, "second.weight"), nn_find(net, "first.weight"));
    ck_assert(nn_find(net, "second.bias") != nn_find(net, "first.bias"));
    expect_ok(ag_backward(ag_sum(nn_call(net, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 4), 1)))));
    expect_ok(nn_penalize(back, "weight", (nn_penalty){0, 1}));
    ck_assert_ptr_nonnull(nn_penalty_sum(net));
    no_success(g, HERE, nn_share(back, "weight", table, "bias"), AG_ERR_STATE, "already", LINE);
    no_success(g, HERE, nn_share(back, "bias", table, "bias"), AG_ERR_STATE, "already");
    no_success(g, HERE, nn_share(table, "other", table, "other"), AG_ERR_STATE, "with itself");
    expect_ok(nn_share(table, "a", back, "b"));
    no_success(g, HERE, nn_share(back, "b", table, "a"), AG_ERR_STATE, "with itself");
    ck_assert_int_eq(nn_share(NULL, "b", table, "a"), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

START_TEST(test_all_weights_as_one_list)
{
    setup();
    nn_module *net = network(false);
    double w[25];
    ck_assert_int_eq((int)nn_weights_size(net), 6 + 3 + 9 + 3 + 3 + 1);
    for (int i = 0; i < 25; i++) {
        w[i] = i;
    }
    expect_ok(nn_set_weights(net, w, 25));
    expect_same(ag_item_at(nn_find(net, "second.first.weight"), AG_SHAPE(0, 0)), 9);
    expect_ok(nn_get_weights(net, w, 25));
    expect_same(w[24], 24);
    no_success(g, HERE, nn_get_weights(net, w, 24), AG_ERR_SHAPE, "24 numbers for 25 weights",
               LINE);
    no_success(g, HERE, nn_set_weights(net, NULL, 25), AG_ERR_NULL_ARGUMENT, "nn_set_weights");
    ck_assert_int_eq(nn_get_weights(NULL, w, 25), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq((int)nn_weights_size(NULL), 0);
    teardown();
}
END_TEST

static ag_status stop_at_second(const char *path, const nn_slot *slot, void *user)
{
    ck_assert_str_eq(slot->name, strrchr(path, '.') + 1);
    return ++*(int *)user == 2 ? AG_ERR_OP : AG_OK;
}

static ag_status note_modules(const char *path, nn_module *m, void *user)
{
    char *text = user;
    snprintf(text + strlen(text), 100 - strlen(text), "%s:%s ", path, nn_type_of(m));
    return strcmp(path, "1.0") == 0 ? AG_ERR_OP : AG_OK;
}

START_TEST(test_modules_are_visited)
{
    char text[100] = "";
    setup();
    nn_module *net = nn_sequential(g, nn_relu(g), nn_sequential(g, nn_tanh(g), nn_elu(g, 1)));
    ck_assert_int_eq(nn_visit_modules(net, note_modules, text), AG_ERR_OP);
    ck_assert_str_eq(text, ":sequential 0:relu 1:sequential 1.0:tanh ");
    ck_assert_int_eq(nn_visit_modules(NULL, note_modules, text), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_visit_modules(net, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

START_TEST(test_a_visit_can_be_ended)
{
    setup();
    nn_module *net = network(false);
    int n = 0;
    ck_assert_int_eq(nn_visit(net, NULL, stop_at_second, &n), AG_ERR_OP);
    ck_assert_int_eq(n, 2);
    no_success(g, HERE, nn_visit(net, NULL, NULL, NULL), AG_ERR_NULL_ARGUMENT, "no function", LINE);
    ck_assert_int_eq(nn_visit(NULL, NULL, stop_at_second, &n), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

CHECK_MAIN("tree", test_children_have_names, test_the_tree_is_not_too_deep_for_a_path,
           test_patterns, test_finding_says_what_there_is, test_frozen_parameters_get_no_gradient,
           test_penalties_are_summed, test_a_module_at_two_places_is_one,
           test_a_parameter_of_another_module, test_all_weights_as_one_list,
           test_a_visit_can_be_ended, test_modules_are_visited)
