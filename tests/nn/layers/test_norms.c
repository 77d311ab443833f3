/* Normalization layers: against the operations, in both conventions of batch normalization, in
 * training, in evaluation and frozen. Must not know any private header of the library.
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

static nn_module *built(nn_module *m, ag_shape sample)
{
    ck_assert_msg(nn_build(m, AG_F64, sample) == AG_OK, "%s", ag_error_message(g));
    return m;
}

/* Statement 12. Of 1, 2, 3, 6: mean 3, biased variance 3.5, unbiased 14/3. One step from 0 and 1
 * moves PyTorch's by 0.1 of mean and unbiased variance, Keras' by 0.01 of mean and biased variance;
 * eps is 1e-5 and 1e-3. The numbers are those of the definitions in both manuals. */
START_TEST(test_both_conventions)
{
    setup();
    const nn_batch_norm_options keras = {.keras = true};
    ag_tensor *x = of_values(g, AG_SHAPE(4, 1), 1, 2, 3, 6);
    nn_module *torch = built(nn_batch_norm(g, NULL), AG_SHAPE(1));
    nn_module *other = built(nn_batch_norm(g, &keras), AG_SHAPE(1));
    double by = 1 / sqrt(3.5 + 1e-5), by_keras = 1 / sqrt(3.5 + 1e-3);
    expect_values(nn_call(torch, x), -2 * by, -by, 0, 3 * by);
    expect_values(nn_find(torch, "running_mean"), 0.3);
    expect_values(nn_find(torch, "running_var"), 0.9 + 0.1 * 14 / 3);
    expect_values(nn_call(other, x), -2 * by_keras, -by_keras, 0, 3 * by_keras);
    expect_values(nn_find(other, "running_mean"), 0.03);
    expect_values(nn_find(other, "running_var"), 0.99 + 0.01 * 3.5);
    nn_set_training(torch, false);
    nn_set_training(other, false);
    ag_tensor *one = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), 2);
    expect_values(nn_call(torch, one), 1.7 / sqrt(0.9 + 0.1 * 14 / 3 + 1e-5));
    expect_values(nn_call(other, one), 1.97 / sqrt(0.99 + 0.035 + 1e-3));
    teardown();
}
END_TEST

/* Statement 11: in evaluation a row's result does not depend on the rows beside it, and nothing
 * moves; nor does it when frozen, though the network is in training mode. */
START_TEST(test_evaluation_and_frozen)
{
    setup();
    nn_module *net = built(nn_sequential(g, nn_batch_norm(g, NULL)), AG_SHAPE(2));
    ag_tensor *x = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(8, 2), NULL);
    expect_ok(ag_fill_normal(x, 3, 2));
    nn_call(net, x);
    double mean[2], var[2], now[2], row[2], among[16];
    expect_ok(ag_get(nn_find(net, "0.running_mean"), mean, 2));
    expect_ok(ag_get(nn_find(net, "0.running_var"), var, 2));
    for (int frozen = 0; frozen < 2; frozen++) {
        nn_set_training(net, frozen == 1);
        expect_ok(nn_freeze(net, "0.*", frozen == 1));
        ag_tensor *all = nn_call(net, x), *alone = nn_call(net, ag_slice(x, 0, 5, 6, 1));
        expect_ok(ag_get(all, among, 16));
        expect_ok(ag_get(alone, row, 2));
        ck_assert_mem_eq(row, among + 10, sizeof row);
        expect_ok(ag_get(nn_find(net, "0.running_mean"), now, 2));
        ck_assert_mem_eq(now, mean, sizeof mean);
        expect_ok(ag_get(nn_find(net, "0.running_var"), now, 2));
        ck_assert_mem_eq(now, var, sizeof var);
    }
    expect_ok(nn_freeze(net, NULL, false));
    nn_call(net, x);
    expect_ok(ag_get(nn_find(net, "0.running_mean"), now, 2));
    ck_assert(now[0] != mean[0]);
    teardown();
}
END_TEST

START_TEST(test_batch_norm_options)
{
    setup();
    nn_module *bare = nn_batch_norm(g, &(nn_batch_norm_options){.no_affine = true, .momentum = 1});
    ag_tensor *x = of_values(g, AG_SHAPE(4, 1), 1, 2, 3, 6);
    built(bare, AG_SHAPE(1));
    ck_assert_int_eq(nn_parameters(bare, NULL, NULL, 0), 0);
    nn_call(bare, x);
    expect_values(nn_find(bare, "running_mean"), 3);
    const nn_batch_norm_options bad[] = {
        {.momentum = 1.5}, {.momentum = -1}, {.eps = -1}, {.momentum = NAN}};
    for (int i = 0; i < 4; i++) {
        no_tensor(g, HERE, (ag_tensor *)nn_batch_norm(g, &bad[i]), AG_ERR_VALUE, "nn_batch_norm",
                  LINE);
    }
    no_tensor(g, HERE, (ag_tensor *)nn_batch_norm(g, &(nn_batch_norm_options){.eps = NAN}),
              AG_ERR_VALUE, "eps is nan");
    no_tensor(g, HERE, nn_call(bare, ag_full(g, AG_CONSTANT, AG_SHAPE(4), 1)), AG_ERR_SHAPE,
              "batch, channels", LINE);
    no_tensor(g, HERE, nn_call(bare, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), 1)), AG_ERR_SHAPE,
              "training with 1 value", "in batch_norm");
    teardown();
}
END_TEST

/* The layer's result, with random weight and bias. */
static ag_tensor *result(nn_module *m, ag_tensor *x, ag_tensor **w, ag_tensor **b, ag_shape affine)
{
    built(m, AG_SHAPE(4, 3));
    *w = nn_find(m, "weight");
    *b = nn_parameters(m, "bias", NULL, 0) > 0 ? nn_find(m, "bias") : NULL;
    ck_assert(ag_shape_equal(ag_shape_of(*w), affine));
    expect_same(ag_item(ag_max(*w)), 1);
    expect_same(ag_item(ag_min(*w)), 1);
    expect_ok(ag_fill_normal(*w, 0, 1));
    expect_ok(*b != NULL ? ag_fill_normal(*b, 0, 1) : AG_OK);
    return nn_call(m, x);
}

START_TEST(test_norms_of_a_sample)
{
    setup();
    ag_tensor *w, *b, *x = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(2, 4, 3), NULL), *y;
    expect_ok(ag_fill_normal(x, 3, 2));
    const nn_norm_options two = {.axes = 2, .eps = 1e-3}, no_bias = {.no_bias = true};
    y = result(nn_layer_norm(g, NULL), x, &w, &b, AG_SHAPE(3));
    expect_same_tensors(y, ag_layer_norm(x, 1, w, b, 1e-5), 0);
    y = result(nn_layer_norm(g, &two), x, &w, &b, AG_SHAPE(4, 3));
    expect_same_tensors(y, ag_layer_norm(x, 2, w, b, 1e-3), 0);
    y = result(nn_layer_norm(g, &no_bias), x, &w, &b, AG_SHAPE(3));
    ck_assert_ptr_null(b);
    expect_same_tensors(y, ag_layer_norm(x, 1, w, NULL, 1e-5), 0);
    y = result(nn_rms_norm(g, NULL), x, &w, &b, AG_SHAPE(3));
    ck_assert_ptr_null(b);
    expect_same_tensors(y, ag_rms_norm(x, 1, w, 1e-5), 0);
    y = result(nn_group_norm(g, 2, NULL), x, &w, &b, AG_SHAPE(4));
    expect_same_tensors(y, ag_group_norm(x, 2, w, b, 1e-5), 0);
    y = result(nn_instance_norm(g, NULL), x, &w, &b, AG_SHAPE(4));
    expect_same_tensors(y, ag_group_norm(x, 4, w, b, 1e-5), 0);
    nn_module *bare =
        built(nn_layer_norm(g, &(nn_norm_options){.no_affine = true}), AG_SHAPE(4, 3));
    ck_assert_int_eq(nn_parameters(bare, NULL, NULL, 0), 0);
    expect_same_tensors(nn_call(bare, x), ag_layer_norm(x, 1, NULL, NULL, 1e-5), 0);
    teardown();
}
END_TEST

START_TEST(test_what_norms_refuse)
{
    setup();
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 1);
    no_tensor(g, HERE, (ag_tensor *)nn_layer_norm(g, &(nn_norm_options){.axes = -1}), AG_ERR_VALUE,
              "axes is -1", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_layer_norm(g, &(nn_norm_options){.axes = 8}), AG_ERR_VALUE,
              "8");
    no_tensor(g, HERE, (ag_tensor *)nn_rms_norm(g, &(nn_norm_options){.eps = -1}), AG_ERR_VALUE,
              "-1");
    no_tensor(g, HERE, (ag_tensor *)nn_group_norm(g, 0, NULL), AG_ERR_VALUE, "groups is 0", LINE);
    no_tensor(g, HERE, nn_call(nn_group_norm(g, 1, NULL), x), AG_ERR_SHAPE, "batch, channels");
    nn_module *odd = nn_group_norm(g, 2, NULL);
    ck_assert_int_eq(nn_build(odd, AG_F64, AG_SHAPE(3)), AG_ERR_VALUE);
    failed(g, AG_ERR_VALUE, "", (const char *const[]){"group_norm", "in group_norm", NULL});
    nn_module *wide = nn_layer_norm(g, &(nn_norm_options){.axes = 3});
    ck_assert_int_eq(nn_build(wide, AG_F64, AG_SHAPE(3)), AG_ERR_AXIS);
    ag_error_clear(g);
    teardown();
}
END_TEST

/* PyTorch's InstanceNorm1d(2, momentum=0.3, affine=True, track_running_stats=True), version 2.15 in
 * float64: training with x, then evaluation after another step with 2 x. */
static const double trained[] = {-1.6380830629005954, -0.03452076572514917, 3.172603828625743,
                                 0.39223159141458575, 0.9805789785364644,   -1.3728105699510502,
                                 -0.9142100268524476, -0.9142100268524476,  3.3284200537048942,
                                 0.267261146462032,   -1.33630573231016,    1.069044585848128};
static const double evaluated[] = {-0.625363976211745,   0.3447773825914833,  2.28506010019794,
                                   0.25211901566079215,  0.4855625486800441,  -0.44821158339696376,
                                   0.3447773825914833,   0.3447773825914833,  3.255201459001168,
                                   0.018675482641540175, -1.3819857154739716, 0.719006081699296};

START_TEST(test_running_instance_norm)
{
    setup();
    nn_module *m = built(nn_instance_norm(g, &(nn_norm_options){.running = true, .momentum = 0.3}),
                         AG_SHAPE(2, 3));
    ag_tensor *x = of_values(g, AG_SHAPE(2, 2, 3), 1, 2, 4, 0, -1, 3, 2, 2, 5, 1, 7, -2);
    const double affine[] = {2, -1, 0.5, 0};
    expect_ok(nn_set_weights(m, affine, 4));
    expect_value(HERE, nn_call(m, x), trained, 12, 1e-14);
    expect_values(nn_find(m, "running_mean"), 0.8, 0.4);
    expect_values(nn_find(m, "running_var"), 1.5, 4.5);
    nn_call(m, ag_mul_scalar(x, 2));
    expect_values(nn_find(m, "running_mean"), 2.16, 1.08);
    expect_values(nn_find(m, "running_var"), 4.25, 18.35);
    nn_set_training(m, false);
    expect_value(HERE, nn_call(m, x), evaluated, 12, 1e-14);
    nn_set_training(m, true);
    expect_ok(nn_freeze(m, "running_mean", true));
    expect_value(HERE, nn_call(m, x), evaluated, 12, 1e-14);
    expect_values(nn_find(m, "running_mean"), 2.16, 1.08);
    expect_ok(nn_freeze(m, "running_mean", false));
    no_tensor(g, HERE, nn_call(m, ag_slice(x, 2, 0, 1, 1)), AG_ERR_VALUE, "nn_instance_norm",
              "one number a channel");
    const nn_norm_options wrong = {.running = true, .momentum = 2};
    no_tensor(g, HERE, (void *)nn_instance_norm(g, &wrong), AG_ERR_VALUE, LINE, "momentum is 2");
    teardown();
}
END_TEST

CHECK_MAIN("norms", test_both_conventions, test_evaluation_and_frozen, test_batch_norm_options,
           test_norms_of_a_sample, test_what_norms_refuse, test_running_instance_norm)
