/* Layers against the operations that they stand for, with the parameters that they ask for, and
 * what they refuse. Must not know any private header of the library.
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

static ag_tensor *random_of(ag_shape shape)
{
    return drawn(g, AG_F64, shape);
}

/* Builds for x without its batch axis; the result for x, after building. */
static ag_tensor *built_call(nn_module *m, ag_tensor *x)
{
    ag_shape s = ag_shape_of(x), sample = {.ndim = s.ndim - 1};
    memcpy(sample.dim, s.dim + 1, (size_t)sample.ndim * sizeof s.dim[0]);
    ck_assert_msg(nn_build(m, ag_dtype_of(x), sample) == AG_OK, "%s", ag_error_message(g));
    return nn_call(m, x);
}

static ag_tensor *find(const nn_module *m, const char *name, ag_shape shape)
{
    ag_tensor *t = nn_find(m, name);
    all_well(g);
    ck_assert_msg(ag_shape_equal(ag_shape_of(t), shape), "%s", name);
    expect_ok(ag_fill_normal(t, 0, 1)); /* a bias of zeros would hide that it is not added */
    return t;
}

START_TEST(test_linear)
{
    setup();
    ag_tensor *x = random_of(AG_SHAPE(5, 7, 3));
    nn_module *m = nn_linear(g, 4, &(nn_linear_options){.bias = {.kind = NN_FAN_IN_UNIFORM}});
    nn_module *bare = nn_linear(g, 4, &(nn_linear_options){.no_bias = true});
    built_call(m, x);
    for (int i = 0; i < 4; i++) {
        double b = ag_item_at(nn_find(m, "bias"), AG_SHAPE(i));
        ck_assert(b != 0 && fabs(b) <= 1 / sqrt(3.0)); /* the weight's fan in */
    }
    ag_tensor *w = find(m, "weight", AG_SHAPE(4, 3)), *b = find(m, "bias", AG_SHAPE(4));
    expect_same_tensors(nn_call(m, x), ag_linear(x, w, b), 0);
    built_call(bare, x);
    expect_same_tensors(nn_call(bare, x), ag_linear(x, nn_find(bare, "weight"), NULL), 0);
    ck_assert_int_eq(nn_parameters(bare, NULL, NULL, 0), 1);
    nn_module *held = nn_linear(g, 2, &(nn_linear_options){.penalty = {.l2 = 0.5}});
    built_call(held, x);
    expect_same_tensors(nn_penalty_sum(held),
                        ag_mul_scalar(ag_sum(ag_square(nn_find(held, "weight"))), 0.5), 0);
    no_tensor(g, HERE, nn_call(m, ag_variable(g, 1)), AG_ERR_SHAPE, "a single number", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_linear(g, -1, NULL), AG_ERR_VALUE, "outputs is -1", LINE);
    ck_assert_ptr_null(nn_linear(NULL, 1, NULL));
    teardown();
}
END_TEST

START_TEST(test_convolutions)
{
    setup();
    const nn_conv_options o = {.conv = {.stride = {2, 1, 2}, .groups = 2}};
    ag_tensor *x1 = random_of(AG_SHAPE(2, 4, 9)), *x2 = random_of(AG_SHAPE(1, 4, 6, 5)),
              *x3 = random_of(AG_SHAPE(1, 4, 3, 3, 3));
    struct {
        nn_module *m;
        ag_tensor *x;
        ag_tensor *(*op)(ag_tensor *, ag_tensor *, ag_tensor *, const ag_conv_options *);
        ag_shape weight;
    } rows[] = {
        {nn_conv1d(g, 6, 3, &o), x1, ag_conv1d, AG_SHAPE(6, 2, 3)},
        {nn_conv2d(g, 6, 3, 2, &o), x2, ag_conv2d, AG_SHAPE(6, 2, 3, 2)},
        {nn_conv3d(g, 6, 1, 3, 2, &o), x3, ag_conv3d, AG_SHAPE(6, 2, 1, 3, 2)},
        {nn_conv_transpose1d(g, 6, 3, &o), x1, ag_conv_transpose1d, AG_SHAPE(4, 3, 3)},
        {nn_conv_transpose2d(g, 6, 3, 2, &o), x2, ag_conv_transpose2d, AG_SHAPE(4, 3, 3, 2)},
        {nn_conv_transpose3d(g, 6, 1, 3, 2, &o), x3, ag_conv_transpose3d, AG_SHAPE(4, 3, 1, 3, 2)}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        built_call(rows[i].m, rows[i].x);
        ag_tensor *w = find(rows[i].m, "weight", rows[i].weight);
        ag_tensor *b = find(rows[i].m, "bias", AG_SHAPE(6));
        expect_same_tensors(nn_call(rows[i].m, rows[i].x), rows[i].op(rows[i].x, w, b, &o.conv), 0);
    }
    no_tensor(g, HERE, nn_call(rows[1].m, x1), AG_ERR_SHAPE, "nn_conv2d: an input [2,4,9] has 3",
              "batch, channels, height, width", LINE);
    no_tensor(g, HERE, nn_call(rows[0].m, random_of(AG_SHAPE(2, 2, 9))), AG_ERR_SHAPE,
              "\"weight\"");
    no_tensor(g, HERE, (ag_tensor *)nn_conv2d(g, 2, 3, 0, NULL), AG_ERR_VALUE, "kernel is 0", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_conv1d(g, 0, 3, NULL), AG_ERR_VALUE, "channels is 0");
    const nn_conv_options bad = {.conv = {.groups = -1}};
    no_tensor(g, HERE, (ag_tensor *)nn_conv1d(g, 1, 3, &bad), AG_ERR_VALUE, "groups is -1");
    teardown();
}
END_TEST

START_TEST(test_pooling)
{
    setup();
    ag_tensor *x1 = random_of(AG_SHAPE(2, 3, 9)), *x2 = random_of(AG_SHAPE(2, 3, 6, 5));
    const ag_pool_options one = {.kernel = {2}}, two = {.kernel = {3, 2}};
    const ag_pool_options moved = {.kernel = {3, 2}, .stride = {1, 1}, .padding = {1, 1}};
    expect_same_tensors(nn_call(nn_max_pool1d(g, 2, NULL), x1), ag_max_pool1d(x1, &one, NULL), 0);
    expect_same_tensors(nn_call(nn_max_pool2d(g, 3, 2, NULL), x2), ag_max_pool2d(x2, &two, NULL),
                        0);
    expect_same_tensors(nn_call(nn_avg_pool1d(g, 2, NULL), x1), ag_avg_pool1d(x1, &one), 0);
    expect_same_tensors(nn_call(nn_avg_pool2d(g, 3, 2, &moved), x2), ag_avg_pool2d(x2, &moved), 0);
    expect_same_tensors(nn_call(nn_adaptive_avg_pool1d(g, 4), x1), ag_adaptive_avg_pool1d(x1, 4),
                        0);
    expect_same_tensors(nn_call(nn_adaptive_avg_pool2d(g, 1, 2), x2),
                        ag_adaptive_avg_pool2d(x2, 1, 2), 0);
    no_tensor(g, HERE, nn_call(nn_max_pool2d(g, 2, 2, NULL), x1), AG_ERR_SHAPE, "nn_max_pool2d");
    no_tensor(g, HERE, nn_call(nn_adaptive_avg_pool1d(g, 2), x2), AG_ERR_SHAPE, "channels, length");
    no_tensor(g, HERE, (ag_tensor *)nn_avg_pool2d(g, 2, 0, NULL), AG_ERR_VALUE, "window is 0",
              LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_adaptive_avg_pool1d(g, 0), AG_ERR_VALUE, "windows is 0");
    no_tensor(g, HERE, (ag_tensor *)nn_adaptive_max_pool3d(g, 1, 1, 0), AG_ERR_VALUE,
              "windows is 0", LINE);
    no_tensor(g, HERE, nn_call(nn_max_pool3d(g, 1, 1, 1, NULL), x2), AG_ERR_SHAPE,
              "batch, channels, depth, height, width");
    teardown();
}
END_TEST

START_TEST(test_shapes)
{
    setup();
    ag_tensor *x = random_of(AG_SHAPE(2, 3, 4)), *none = random_of(AG_SHAPE(0, 3, 4));
    expect_same_tensors(nn_call(nn_flatten(g), x), ag_reshape(x, AG_SHAPE(2, 12)), 0);
    expect_same_tensors(nn_call(nn_reshape(g, AG_SHAPE(6, -1)), x),
                        ag_reshape(x, AG_SHAPE(2, 6, 2)), 0);
    ag_tensor *y = nn_call(nn_reshape(g, AG_SHAPE(6, -1)), none);
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(0, 6, 2)));
    y = nn_call(nn_flatten(g), none);
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(0, 12)));
    y = nn_call(nn_flatten(g), random_of(AG_SHAPE(5)));
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(5, 1)));
    no_tensor(g, HERE, nn_call(nn_reshape(g, AG_SHAPE(5)), x), AG_ERR_SHAPE, "reshape", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_reshape(g, (ag_shape){.ndim = 8}), AG_ERR_VALUE, "8 dim",
              LINE);
    expect_same_tensors(nn_call(nn_rescale(g, 2, -1), x), ag_add_scalar(ag_mul_scalar(x, 2), -1),
                        0);
    ck_assert_ptr_eq(nn_call(nn_rescale(g, 1, 0), x), x);
    no_tensor(g, HERE, (ag_tensor *)nn_rescale(g, NAN, 0), AG_ERR_VALUE, "the factor is nan", LINE);
    teardown();
}
END_TEST

/* A constant column has deviation 1; a network to be loaded begins with means 0 and deviations 1.
 */
START_TEST(test_standardize)
{
    setup();
    const double mean[] = {1, 2, 3}, deviation[] = {2, 0, 4};
    nn_module *m = nn_standardize_by(g, AG_SHAPE(3), mean, deviation);
    nn_module *empty = nn_standardize_by(g, AG_SHAPE(3), NULL, NULL);
    ag_tensor *x = of_values(g, AG_SHAPE(1, 3), 5, 2, 1);
    expect_values(built_call(m, x), 2, 0, -0.5);
    expect_values(nn_find(m, "deviation"), 2, 1, 4);
    ck_assert_int_eq(nn_parameters(m, NULL, NULL, 0), 0);
    expect_values(built_call(empty, x), 5, 2, 1);
    nn_module *net = nn_sequential(g, nn_standardize_by(g, AG_SHAPE(3), mean, deviation),
                                   nn_reshape(g, AG_SHAPE(7)));
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(3)),
                     AG_ERR_SHAPE); /* its buffers are dropped */
    ag_error_clear(g);
    expect_values(built_call(nn_find_module(net, "0"), x), 2, 0, -0.5);
    no_tensor(g, HERE, (ag_tensor *)nn_standardize_by(g, AG_SHAPE(1), mean, (const double[]){-1}),
              AG_ERR_VALUE, "deviation 0 is -1", LINE);
    no_tensor(g, HERE,
              (ag_tensor *)nn_standardize_by(g, AG_SHAPE(1), (const double[]){INFINITY}, NULL),
              AG_ERR_VALUE, "a mean is inf");
    no_tensor(g, HERE, (ag_tensor *)nn_standardize_by(g, AG_SHAPE(1), NULL, (const double[]){NAN}),
              AG_ERR_VALUE, "a deviation is nan");
    no_tensor(g, HERE, (ag_tensor *)nn_standardize_by(g, AG_SHAPE(-1), NULL, NULL), AG_ERR_SHAPE,
              "-1");
    ck_assert_ptr_null(nn_standardize_by(NULL, AG_SHAPE(1), NULL, NULL));
    teardown();
}
END_TEST

/* Of training rows alone: they get mean 0 and deviation 1 (divided by the count), a constant column
 * 0; rows of another part change nothing. */
START_TEST(test_standardize_by_data)
{
    setup();
    const double x[] = {1, 5, 7, 2, 5, 9, 6, 5, 8, 100, 100, 100}; /* the last row is for testing */
    nn_data *all = nn_data_from(g, AG_SHAPE(4, 3), x, AG_SCALAR, NULL);
    nn_data *train = nn_rows_between(all, 0, 3);
    nn_module *m = nn_standardize(g, train);
    ag_tensor *rows = nn_inputs(train), *y = built_call(m, rows);
    expect_values(nn_find(m, "mean"), 3, 5, 8);
    expect_values(nn_find(m, "deviation"), sqrt(14 / 3.0), 1, sqrt(2 / 3.0));
    expect_values(ag_mean_over(y, AG_AXES(0), false), 0, 0, 0);
    expect_values(ag_mean_over(ag_square(y), AG_AXES(0), false), 1, 0, 1);
    ck_assert_ptr_null(nn_standardize(g, NULL));
    ck_assert_ptr_null(nn_standardize(NULL, train));
    all_well(g);
    teardown();
}
END_TEST

START_TEST(test_activations)
{
    setup();
    ag_tensor *x = random_of(AG_SHAPE(2, 3, 4));
    struct {
        const char *name;
        nn_module *(*make)(ag_graph *);
        ag_tensor *(*op)(ag_tensor *);
    } rows[] = {
#define ROW(name) {#name, nn_##name, ag_##name},
        NN_ACTIVATION_TABLE(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_same_tensors(nn_call(rows[i].make(g), x), rows[i].op(x), 0);
        nn_module *named = nn_activation(g, rows[i].name);
        expect_same_tensors(nn_call(named, x), rows[i].op(x), 0);
        ck_assert_str_eq(nn_type_of(named), rows[i].name);
    }
    no_tensor(g, HERE, (ag_tensor *)nn_activation(g, "rleu"), AG_ERR_VALUE, LINE,
              "no \"rleu\", only relu, relu6, sigmoid");
    no_tensor(g, HERE, (ag_tensor *)nn_activation(g, NULL), AG_ERR_VALUE, "NULL");
    expect_same_tensors(nn_call(nn_leaky_relu(g, 0.1), x), ag_leaky_relu(x, 0.1), 0);
    expect_same_tensors(nn_call(nn_elu(g, 2), x), ag_elu(x, 2), 0);
    expect_same_tensors(nn_call(nn_celu(g, 2), x), ag_celu(x, 2), 0);
    expect_same_tensors(nn_call(nn_hardtanh(g, -0.5, 0.25), x), ag_hardtanh(x, -0.5, 0.25), 0);
    expect_same_tensors(nn_call(nn_softmax(g, 1), x), ag_softmax(x, 1), 0);
    expect_same_tensors(nn_call(nn_log_softmax(g, -1), x), ag_log_softmax(x, -1), 0);
    no_tensor(g, HERE, (ag_tensor *)nn_elu(g, NAN), AG_ERR_VALUE, "nn_elu: the constant", LINE);
    no_tensor(g, HERE, nn_call(nn_softmax(g, 3), x), AG_ERR_AXIS, "in softmax");
    teardown();
}
END_TEST

START_TEST(test_prelu_learns_a_slope)
{
    setup();
    ag_tensor *x = of_values(g, AG_SHAPE(1, 2, 2), 1, -2, -3, 4);
    nn_module *one = nn_prelu(g, false), *each = nn_prelu(g, true);
    expect_values(built_call(one, x), 1, -0.5, -0.75, 4);
    expect_ok(ag_backward(ag_sum(built_call(each, x))));
    expect_grads(nn_find(each, "weight"), -2, -3);
    expect_grads(x, 1, 0.25, 0.25, 1);
    no_tensor(g, HERE, nn_call(each, random_of(AG_SHAPE(3))), AG_ERR_SHAPE, "batch, channels",
              "test_layers.c:");
    teardown();
}
END_TEST

START_TEST(test_the_perceptrons_threshold)
{
    setup();
    ag_tensor *x = of_values(g, AG_SHAPE(5), -2, -0.1, 0, 1e-300, 3);
    const nn_threshold_options lower = {.lower_at_zero = true}, sign = {.minus_one = true},
                               both = {true, true};
    expect_values(nn_call(nn_threshold(g, NULL), x), 0, 0, 1, 1, 1);
    expect_values(nn_call(nn_threshold(g, &lower), x), 0, 0, 0, 1, 1);
    expect_values(nn_call(nn_threshold(g, &sign), x), -1, -1, 1, 1, 1);
    ag_tensor *y = nn_call(nn_threshold(g, &both), x);
    expect_values(y, -1, -1, -1, 1, 1);
    expect_ok(ag_backward(ag_sum(y)));
    expect_grads(x, 0, 0, 0, 0, 0);
    teardown();
}
END_TEST

START_TEST(test_dropout_in_training_only)
{
    setup();
    nn_module *m = nn_sequential(g, nn_dropout(g, 0.25));
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(100, 100), 1), *y = nn_call(m, x);
    double mean = ag_item(ag_mean(y)); /* a quarter of 0, the others 4/3 */
    ck_assert(fabs(mean - 1) < 0.05 && mean != 1);
    nn_set_training(m, false);
    ck_assert_ptr_eq(nn_call(m, x), x);
    no_tensor(g, HERE, (ag_tensor *)nn_dropout(g, 1.5), AG_ERR_VALUE, "p is 1.5", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_dropout(g, NAN), AG_ERR_VALUE, "p is nan");
    teardown();
}
END_TEST

/* All places of a channel share their fate, and what stays is scaled. */
START_TEST(test_dropout_by_channel)
{
    setup();
    nn_module *m = nn_sequential(g, nn_channel_dropout(g, 0.5));
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(20, 5, 2, 3), 1);
    double y[600];
    int kept = 0;
    expect_ok(ag_get(nn_call(m, x), y, 600));
    for (int c = 0; c < 100; c++) {
        ck_assert(y[6 * c] == 0 || y[6 * c] == 2);
        for (int i = 1; i < 6; i++) {
            ck_assert(y[6 * c + i] == y[6 * c]);
        }
        kept += y[6 * c] != 0;
    }
    ck_assert(kept > 25 && kept < 75);
    expect_ok(ag_backward(ag_sum(nn_output(m))));
    expect_grad(HERE, x, y, 600, 0);
    nn_set_training(m, false);
    ck_assert_ptr_eq(nn_call(m, x), x);
    no_tensor(g, HERE, (ag_tensor *)nn_channel_dropout(g, -1), AG_ERR_VALUE, "p is -1", LINE);
    no_tensor(g, HERE, nn_call(m, random_of(AG_SHAPE(3))), AG_ERR_SHAPE, "batch, channels");
    teardown();
}
END_TEST

CHECK_MAIN("layers", test_linear, test_convolutions, test_pooling, test_shapes, test_standardize,
           test_standardize_by_data, test_activations, test_prelu_learns_a_slope,
           test_the_perceptrons_threshold, test_dropout_in_training_only, test_dropout_by_channel)
