/* Gradients layer by layer, and units that do nothing: found, named, printed. */
#include <stdio.h>

#include "networks.h"
#include "tests/nn/printed.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 8});
}

static void teardown(void)
{
    ag_graph_free(g);
}

/* --- gradients -------------------------------------------------------------------------------- */

/* `depth` linear layers of four units, activations between. */
static nn_module *deep_net(int depth, const char *activation)
{
    nn_module *list[32];
    int n = 0;
    for (int i = 0; i < depth; i++) {
        list[n++] = nn_linear(g, 4, NULL);
        list[n++] = nn_activation(g, activation);
    }
    return built(nn_sequential_of(g, list, n - 1), AG_SHAPE(4));
}

static const nn_gradient_norms *after_backward(nn_module *net)
{
    ag_tensor *y = nn_call(net, drawn(g, AG_F64, AG_SHAPE(10, 4)));
    ag_status status = ag_backward(ag_sum(ag_square(y)));
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(g));
    const nn_gradient_norms *n = nn_gradient_norms_new(net);
    all_well(g);
    return n;
}

START_TEST(test_vanishing)
{
    setup();
    const nn_gradient_norms *n = after_backward(deep_net(10, "sigmoid"));
    ck_assert_int_eq(n->n, 20);
    ck_assert_int_eq(n->exploding, 0);
    ck_assert_int_gt(n->vanishing, 3);
    ck_assert_str_eq(n->of[0].path, "0.weight");
    ck_assert_int_eq(n->of[0].state, NN_VANISHING);
    ck_assert_int_eq(n->of[18].state, NN_GRADIENT_USUAL);
    ck_assert_double_eq(n->of[18].relative, 1);
    for (int i = 0; i < n->n; i++) {
        bool vector = i % 2 == 1; /* a bias is not judged */
        ck_assert_int_eq(n->of[i].state == NN_VANISHING, !vector && n->of[i].relative < 1e-3);
    }
    n = after_backward(deep_net(3, "relu"));
    ck_assert(n->vanishing == 0 && n->exploding == 0);
    teardown();
}
END_TEST

/* What is not finite explodes, whatever it is compared with. */
START_TEST(test_exploding)
{
    setup();
    nn_module *line = linear_of(g, 2, 1, VALUES(1, 1, 0));
    ag_status status = ag_backward(ag_mul_scalar(
        ag_sum(nn_call(line, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2), 1))), (double)INFINITY));
    ck_assert_int_eq(status, AG_OK);
    const nn_gradient_norms *n = nn_gradient_norms_new(line);
    ck_assert(n->exploding == 1 && n->of[0].state == NN_EXPLODING);
    teardown();
}
END_TEST

/* A first layer of 1e4 times the gradient of the last: y = v w x with w = 1e-4, v = 1. */
START_TEST(test_norms_by_hand)
{
    setup();
    const nn_linear_options bare = {.no_bias = true};
    nn_module *net =
        built(nn_sequential(g, nn_linear(g, 1, &bare), nn_linear(g, 1, &bare)), AG_SHAPE(1));
    expect_ok(nn_set_weights(net, VALUES(1e-4, 1), 2));
    ag_status status = ag_backward(ag_sum(nn_call(net, of_values(g, AG_SHAPE(1, 1), 2))));
    ck_assert_int_eq(status, AG_OK);
    const nn_gradient_norms *n = nn_gradient_norms_new(net);
    all_well(g);
    ck_assert_double_eq_tol(n->of[0].norm, 2, 1e-15);    /* v x */
    ck_assert_double_eq_tol(n->of[1].norm, 2e-4, 1e-18); /* w x */
    ck_assert_double_eq_tol(n->of[0].relative, 1e4, 1e-10);
    ck_assert_int_eq(n->of[0].state, NN_EXPLODING);
    FILE *f = paper();
    expect_printed(
        f, nn_print_gradient_norms(f, n),
        "parameter                    numbers    gradient      weight by the last\n"
        "0.weight                           1           2      0.0001       1e+04  exploding\n"
        "1.weight                           1      0.0002           1           1\n"
        "1 exploding: try a smaller rate, clipping by norm, smaller initial weights or a "
        "normalization\n");
    ag_zero_grads(g);
    fails(nn_gradient_norms_new(net), AG_ERR_STATE,
          "nn_gradient_norms_new: no parameter has a gradient", "between ag_backward and nn_step");
    ck_assert(nn_gradient_norms_new(NULL) == NULL);
    ck_assert_int_eq(nn_print_gradient_norms(stdout, NULL), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

/* --- idle units ------------------------------------------------------------------------------- */

static nn_data *rows(ag_shape shape)
{
    ag_tensor *x = drawn(g, AG_F64, shape);
    nn_data *d = nn_data_of(x, NULL);
    all_well(g);
    return d;
}

/* Biases of -100 kill two of four ReLUs, one of +100 leaves its unit alive; a saturated tanh. */
START_TEST(test_dead_units)
{
    setup();
    nn_module *net = built(nn_sequential(g, nn_linear(g, 4, NULL), nn_relu(g),
                                         nn_linear(g, 2, NULL), nn_tanh(g), nn_linear(g, 3, NULL)),
                           AG_SHAPE(2));
    expect_ok(ag_set(nn_find(net, "0.bias"), VALUES(0, -100, 100, -100), 4));
    expect_ok(ag_set(nn_find(net, "2.weight"), VALUES(1, 1, 0.1, 1, 1, 1, 1, 1), 8));
    expect_ok(ag_set(nn_find(net, "2.bias"), VALUES(-10, 1e6), 2));
    const nn_idle_units *u = nn_idle_units_new(net, rows(AG_SHAPE(600, 2)));
    all_well(g);
    ck_assert(u->rows == 600 && u->n == 2 && u->dead == 2 && u->constant == 1);
    const nn_idle_layer *relu = &u->layer[0], *tanh_layer = &u->layer[1];
    ck_assert_str_eq(relu->path, "1");
    ck_assert_str_eq(relu->type, "relu");
    ck_assert(relu->units == 4 && relu->dead == 2 && relu->constant == 0);
    ck_assert(!relu->is_idle[0] && relu->is_idle[1] && !relu->is_idle[2] && relu->is_idle[3]);
    ck_assert(tanh_layer->constant == 1 && tanh_layer->is_idle[1]);
    ck_assert(u->outputs == 3 && u->constant_outputs == 0);
    FILE *f = paper();
    expect_printed(f, nn_print_idle_units(f, u),
                   "2 of 4 units of 1 (relu) are 0 for all 600 rows: 1, 3\n"
                   "1 of 2 units of 3 (tanh) do not change for all 600 rows: 1\n");
    ck_assert_int_eq(nn_print_idle_units(NULL, u), AG_ERR_NULL_ARGUMENT);
    teardown();
}
END_TEST

/* Behind a layer that is dead as a whole the output is constant; a row that differs is enough. */
START_TEST(test_constant_output)
{
    setup();
    nn_module *net = built(
        nn_sequential(g, nn_linear(g, 20, NULL), nn_relu(g), nn_linear(g, 2, NULL)), AG_SHAPE(1));
    double bias[20];
    for (int i = 0; i < 20; i++) {
        bias[i] = -50;
    }
    expect_ok(ag_set(nn_find(net, "0.bias"), bias, 20));
    const nn_idle_units *u = nn_idle_units_new(net, rows(AG_SHAPE(9, 1)));
    all_well(g);
    ck_assert(u->dead == 20 && u->constant_outputs == 2);
    FILE *f = paper();
    expect_printed(
        f, nn_print_idle_units(f, u),
        "20 of 20 units of 1 (relu) are 0 for all 9 rows: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "
        "11, ...\n"
        "2 of 2 outputs do not depend on the input\n");
    double x[300] = {0};
    x[299] = -1000; /* the last row of the second batch */
    expect_ok(ag_fill_uniform(nn_find(net, "0.weight"), -1, -0.9));
    u = nn_idle_units_new(net, nn_data_from(g, AG_SHAPE(300, 1), x, AG_SCALAR, NULL));
    all_well(g);
    ck_assert(u->dead == 0 && u->constant_outputs == 0 && u->n == 0);
    f = paper();
    expect_printed(f, nn_print_idle_units(f, u), "");
    teardown();
}
END_TEST

/* A channel counts as one unit over all its places, and dropout is off. */
START_TEST(test_channels)
{
    setup();
    const nn_conv_options same = {.conv = {.same = true}};
    nn_module *net = built(nn_sequential(g, nn_dropout(g, 0.9), nn_conv2d(g, 3, 3, 3, &same),
                                         nn_relu(g), nn_flatten(g), nn_linear(g, 2, NULL)),
                           AG_SHAPE(1, 5, 5));
    expect_ok(ag_set(nn_find(net, "1.bias"), VALUES(100, -100, 0), 3));
    const nn_idle_units *u = nn_idle_units_new(net, rows(AG_SHAPE(7, 1, 5, 5)));
    all_well(g);
    ck_assert(u->n == 1 && u->dead == 1 && u->layer[0].units == 3 && u->layer[0].is_idle[1]);
    ck_assert(nn_is_training(net));
    teardown();
}
END_TEST

START_TEST(test_refused)
{
    setup();
    nn_module *net = linear_of(g, 2, 1, VALUES(1, 1, 0)), *raw = nn_linear(g, 1, NULL);
    ag_graph *other = ag_graph_new();
    nn_data *d = rows(AG_SHAPE(3, 2));
    fails(nn_idle_units_new(net, NULL), AG_ERR_NULL_ARGUMENT,
          "nn_idle_units_new: there are no data", NULL);
    fails(nn_idle_units_new(raw, d), AG_ERR_STATE, "nn_idle_units_new: the network is not built",
          NULL);
    fails(nn_idle_units_new(net, nn_data_in(other, d)), AG_ERR_GRAPH,
          "nn_idle_units_new: the data belong to another graph", "nn_data_in");
    fails(nn_idle_units_new(net, nn_rows_between(d, 0, 1)), AG_ERR_VALUE,
          "nn_idle_units_new: constant says nothing", NULL);
    ck_assert(nn_idle_units_new(NULL, d) == NULL);
    ag_graph_free(other);
    teardown();
}
END_TEST

CHECK_MAIN("layers_of_network", test_vanishing, test_exploding, test_norms_by_hand, test_dead_units,
           test_constant_output, test_channels, test_refused)
