/* Saliency, integrated gradients and Shapley values against closed forms and what defines them. */
#include "networks.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 8});
}

static void teardown(void)
{
    ag_graph_free(g);
}

static const double weights[] = {1, -2, 3, 0.5, 0, -1, 10, 20}; /* biases 10, 20 */

/* Of a linear map the gradient is its weights; of the predicted output, those of each row's
 * largest. */
START_TEST(test_saliency)
{
    setup();
    nn_module *net = linear_of(g, 3, 2, weights);
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 1, 1, 1, 20, 1, 1);
    expect_tensor(nn_saliency(net, x, 0), AG_SHAPE(2, 3), 1, -2, 3, 1, -2, 3);
    expect_tensor(nn_saliency(net, x, NN_PREDICTED), AG_SHAPE(2, 3), 0.5, 0, -1, 1, -2, 3);
    nn_module *deep = smooth(g, 3, 2);
    ag_tensor *gradient = nn_saliency(deep, x, 1);
    double got[6], up[4], down[4], step = 1e-5;
    expect_ok(ag_get(gradient, got, 6));
    for (int j = 0; j < 3; j++) {
        double moved[6] = {1, 1, 1, 20, 1, 1};
        moved[j] += step;
        outputs_of(deep, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(2, 3), moved), up);
        moved[j] -= 2 * step;
        outputs_of(deep, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(2, 3), moved), down);
        ck_assert_double_eq_tol(got[j], (up[1] - down[1]) / (2 * step), 1e-8);
    }
    nn_module *constant = built(nn_lambda(g, product_of_inputs, NULL), AG_SHAPE(3));
    expect_tensor(nn_saliency(constant, ag_mul_scalar(x, 0), 0), AG_SHAPE(2, 3), 0, 0, 0, 0, 0, 0);
    all_well(g);
    teardown();
}
END_TEST

static void expect_complete(const nn_attributions *a, int64_t n, int64_t inputs, double tolerance)
{
    double values[MOST_ELEMENTS], most = 0;
    all_well(g);
    ck_assert_ptr_nonnull(a);
    read_all(a->values, values);
    for (int64_t i = 0; i < n; i++) {
        double sum = a->baseline_score[i] - a->score[i];
        for (int64_t j = 0; j < inputs; j++) {
            sum += values[i * inputs + j];
        }
        most = fmax(most, fabs(sum));
    }
    ck_assert_double_eq_tol(a->gap, most, 1e-14);
    ck_assert_msg(a->gap <= tolerance, "the gap is %g", a->gap);
}

/* Completeness: the values add up to f(x) - f(baseline). */
START_TEST(test_integrated_gradients)
{
    setup();
    nn_module *net = linear_of(g, 3, 2, weights), *deep = smooth(g, 4, 3);
    ag_tensor *x = of_values(g, AG_SHAPE(1, 3), 2, 3, 4),
              *b = of_values(g, AG_SHAPE(1, 3), 1, 1, 1);
    const nn_attributions *a =
        nn_integrated_gradients(net, x, 0, &(nn_integrated_options){.baseline = b});
    expect_complete(a, 1, 3, 1e-12);
    expect_tensor(a->values, AG_SHAPE(1, 3), 1, -4, 9);
    ck_assert(a->score[0] == 18 && a->baseline_score[0] == 12);
    ag_tensor *many = drawn(g, AG_F64, AG_SHAPE(5, 4));
    expect_complete(nn_integrated_gradients(deep, many, NN_PREDICTED, NULL), 5, 4, 1e-12);
    /* x1 x2 x3: the gradient along the line is quadratic, so two points are exact. */
    nn_module *product = built(nn_lambda(g, product_of_inputs, NULL), AG_SHAPE(3));
    a = nn_integrated_gradients(product, x, 0, &(nn_integrated_options){.steps = 2});
    expect_complete(a, 1, 3, 1e-12);
    expect_tensor_within(a->values, 1e-12, AG_SHAPE(1, 3), 8, 8, 8);
    teardown();
}
END_TEST

/* Corners of ReLUs are met only roughly: more points, less of a gap. */
START_TEST(test_steps_close_the_gap)
{
    setup();
    nn_module *net = built(
        nn_sequential(g, nn_linear(g, 30, NULL), nn_relu(g), nn_linear(g, 1, NULL)), AG_SHAPE(4));
    ag_tensor *x = ag_mul_scalar(drawn(g, AG_F64, AG_SHAPE(8, 4)), 10);
    ag_tensor *b = drawn(g, AG_F64, AG_SHAPE(8, 4)); /* not 0, where all lines meet all corners */
    double before = 1e9;
    for (int steps = 4; steps <= 1024; steps *= 16) {
        const nn_attributions *a = nn_integrated_gradients(
            net, x, 0, &(nn_integrated_options){.steps = steps, .baseline = b});
        expect_complete(a, 8, 4, before / 2);
        before = a->gap;
    }
    ck_assert_double_lt(before, 1e-2);
    teardown();
}
END_TEST

/* --- Shapley ---------------------------------------------------------------------------------- */

/* The mean over all orders of 4 inputs of what each changes, one background row: the definition. */
static void by_orders(nn_module *net, const double *x, const double *b, double *values)
{
    static const int order[24][4] = {
        {0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1},
        {1, 0, 2, 3}, {1, 0, 3, 2}, {1, 2, 0, 3}, {1, 2, 3, 0}, {1, 3, 0, 2}, {1, 3, 2, 0},
        {2, 0, 1, 3}, {2, 0, 3, 1}, {2, 1, 0, 3}, {2, 1, 3, 0}, {2, 3, 0, 1}, {2, 3, 1, 0},
        {3, 0, 1, 2}, {3, 0, 2, 1}, {3, 1, 0, 2}, {3, 1, 2, 0}, {3, 2, 0, 1}, {3, 2, 1, 0}};
    for (int k = 0; k < 24; k++) {
        double z[4], before, after;
        memcpy(z, b, sizeof z);
        outputs_of(net, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(1, 4), z), &before);
        for (int i = 0; i < 4; i++) {
            z[order[k][i]] = x[order[k][i]];
            outputs_of(net, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(1, 4), z), &after);
            values[order[k][i]] += (after - before) / 24;
            before = after;
        }
    }
}

START_TEST(test_shapley_by_orders)
{
    const double x[] = {1, -2, 0.5, 3}, b[] = {0.3, 0.1, -0.7, 1};
    double want[4] = {0};
    setup();
    nn_module *net = smooth(g, 4, 1);
    by_orders(net, x, b, want);
    const nn_attributions *a = nn_shapley(net, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(1, 4), x),
                                          (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(1, 4), b), 0);
    expect_complete(a, 1, 4, 1e-13);
    expect_value(HERE, a->values, want, 4, 1e-13);
    teardown();
}
END_TEST

/* Linear: weight times the distance from the background's mean. A product shares equally; an input
 * that is not used gets 0. */
START_TEST(test_shapley_closed_forms)
{
    setup();
    nn_module *net = linear_of(g, 3, 2, weights);
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 2, 3, 4, 0, 1, 50);
    ag_tensor *b = of_values(g, AG_SHAPE(2, 3), 1, 0, 1, 3, 2, 0);
    const nn_attributions *a = nn_shapley(net, x, b, NN_PREDICTED);
    expect_complete(a, 2, 3, 1e-12);
    /* Row 0: outputs 18, 17. Row 1: 158, -30. Both output 0; the mean is (2, 1, 1/2). */
    expect_tensor(a->values, AG_SHAPE(2, 3), 0, -4, 10.5, -2, 0, 148.5);
    ck_assert_double_eq(a->baseline_score[1], 1 * 2 - 2 * 1 + 3 * 0.5 + 10);
    a = nn_shapley(net, x, b, 1);
    expect_tensor(a->values, AG_SHAPE(2, 3), 0, 0, -3.5, -1, 0, -49.5);
    nn_module *product = built(nn_lambda(g, product_of_inputs, NULL), AG_SHAPE(3));
    ag_tensor *zero = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 3), 0);
    expect_tensor(nn_shapley(product, of_values(g, AG_SHAPE(1, 3), 2, 3, 4), zero, 0)->values,
                  AG_SHAPE(1, 3), 8, 8, 8);
    teardown();
}
END_TEST

/* --- what is left, what is refused ------------------------------------------------------------ */

START_TEST(test_nothing_changes)
{
    setup();
    nn_module *net = smooth(g, 4, 1);
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 4));
    ag_status status = ag_backward(ag_sum(nn_call(net, x)));
    ck_assert_int_eq(status, AG_OK);
    double before[60], after[60];
    ag_tensor *w = nn_find(net, "0.weight");
    expect_ok(ag_grad_get(w, before, ag_size(w)));
    ag_random_state random = ag_random_get_state(g);
    ck_assert_ptr_nonnull(nn_saliency(net, x, 0));
    ck_assert_ptr_nonnull(nn_integrated_gradients(net, x, 0, NULL));
    ck_assert_ptr_nonnull(nn_shapley(net, x, x, 0));
    ag_tensor *one = ag_slice(x, 0, 0, 1, 1);
    ck_assert_ptr_nonnull(nn_explain_locally(net, one, 0, NULL));
    expect_ok(ag_grad_get(w, after, ag_size(w)));
    ck_assert_mem_eq(before, after, (size_t)ag_size(w) * sizeof *before);
    ag_random_state now = ag_random_get_state(g);
    ck_assert(now.key == random.key && now.counter == random.counter && now.used == random.used);
    ck_assert(nn_is_training(net));
    all_well(g);
    teardown();
}
END_TEST

START_TEST(test_refused)
{
    setup();
    nn_module *net = linear_of(g, 3, 2, weights);
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    const int64_t tokens[] = {1, 2};
    fails(nn_saliency(net, x, 2), AG_ERR_VALUE,
          "nn_saliency: there is no output 2; the network has 2", "NN_PREDICTED");
    fails(nn_saliency(net, x, -2), AG_ERR_VALUE, "nn_saliency: there is no output -2", NULL);
    fails(nn_saliency(net, NULL, 0), AG_ERR_NULL_ARGUMENT, "nn_saliency: x is NULL", NULL);
    fails(nn_saliency(net, ag_constant(g, 1), 0), AG_ERR_SHAPE, "nn_saliency: x has no samples",
          NULL);
    fails(nn_saliency(net, (ag_leaf)(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), tokens), 0), AG_ERR_DTYPE,
          "nn_saliency: x are classes", "embedding");
    fails(nn_integrated_gradients(net, x, 0, &(nn_integrated_options){.steps = 1}), AG_ERR_VALUE,
          "nn_integrated_gradients: 1 steps", NULL);
    ag_tensor *one = of_values(g, AG_SHAPE(1, 3), 0, 0, 0);
    fails(nn_integrated_gradients(net, x, 0, &(nn_integrated_options){.baseline = one}),
          AG_ERR_SHAPE, "nn_integrated_gradients: x is [2,3], the baseline [1,3]", NULL);
    fails(nn_shapley(net, x, NULL, 0), AG_ERR_VALUE, "nn_shapley: there is no background", NULL);
    fails(nn_shapley(net, x, of_values(g, AG_SHAPE(1, 2), 0, 0), 0), AG_ERR_SHAPE,
          "nn_shapley: x is [2,3], the background [1,2]", NULL);
    nn_module *wide = built(nn_linear(g, 1, NULL), AG_SHAPE(17));
    ag_tensor *row = drawn(g, AG_F64, AG_SHAPE(1, 17));
    fails(nn_shapley(wide, row, row, 0), AG_ERR_VALUE, "nn_shapley: 17 inputs have 2^17 subsets",
          "nn_integrated_gradients");
    fails(nn_explain_locally(net, x, 0, NULL), AG_ERR_SHAPE, "nn_explain_locally: 2 samples", NULL);
    fails(nn_explain_locally(net, one, 0, &(nn_local_options){.deviation = VALUES(1, 0, 1)}),
          AG_ERR_VALUE, "nn_explain_locally: 1 samples of 3 inputs", "above 0");
    ag_tensor *bad = of_values(g, AG_SHAPE(1, 2), 1, 2);
    ck_assert(nn_saliency(net, bad, 0) == NULL && ag_error(g) == AG_ERR_SHAPE);
    ag_error_clear(g);
    ck_assert(nn_is_training(net)); /* also after an error */
    ck_assert(nn_saliency(NULL, x, 0) == NULL && nn_shapley(NULL, x, x, 0) == NULL);
    teardown();
}
END_TEST

CHECK_MAIN("attributions", test_saliency, test_integrated_gradients, test_steps_close_the_gap,
           test_shapley_by_orders, test_shapley_closed_forms, test_nothing_changes, test_refused)
