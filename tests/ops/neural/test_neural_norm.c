/* Normalizations: PyTorch's numbers, first and second derivatives against finite differences, what
 * they must leave unchanged, and the running statistics of batch norm.
 */
#include "neural_test.h"

static const double eps = 1e-5;

/* --- from PyTorch ----------------------------------------------------------------------------- */

/* All of these: float64, PyTorch 1.13.1, backward from the ramp of step 2. */

/* torch.nn.functional.layer_norm(x, (3,), w, b, 1e-5) */
START_TEST(test_layer_norm_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 3), 5), *w = ramp(g, AG_SHAPE(3), 3);
    ag_tensor *b = ramp(g, AG_SHAPE(3), 2), *y = ag_layer_norm(x, 1, w, b, eps);
    VALUE_IS(y, 0.2233100852945084, -0.25, 0.37166376066181356, 0.22331008529450824, -0.25,
             0.37166376066181356);
    backward_from_ramp(y);
    GRAD_IS(x, 0.01923239074749933, 0.028795568344118228, -0.048027959091617445,
            -0.1152836986892446, -0.17287022513599137, 0.2881539238252361);
    GRAD_IS(w, 0, -0.8516463246326949, 0.040554586887271184);
    GRAD_IS(b, 0.0, -0.75, 0.25);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.group_norm(x, 2, w, b, 1e-5) */
START_TEST(test_group_norm_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(1, 4, 2), 5), *w = ramp(g, AG_SHAPE(4), 3);
    ag_tensor *b = ramp(g, AG_SHAPE(4), 2), *y = ag_group_norm(x, 2, w, b, eps);
    VALUE_IS(y, 0.1287560847885697, -1.8240352147415853, -0.25, -0.25, 1.2562144905718498,
             0.5854048301906165, 0.8618016100635388, 1.0854048301906165);
    backward_from_ramp(y);
    GRAD_IS(x, 0.542820124594344, 0.2912511497105442, -0.31112612816679164, -0.5229451461380965,
            -0.11181502582744199, 0.2794995532375461, -0.22359874820577666, 0.055914220795672556);
    GRAD_IS(w, 0.5207443465413747, -0.390558259906031, -0.6708096603812331, 0.782611270444772);
    GRAD_IS(b, -1.0, 1.0, -0.5, -0.25);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.batch_norm(x, [.5, -.25], [1., 2.], w, b, True, 0.1, 1e-5): value, gradients,
 * and the running statistics afterwards. */
START_TEST(test_batch_norm_training_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 2, 2), 5), *w = ramp(g, AG_SHAPE(2), 3);
    ag_tensor *b = ramp(g, AG_SHAPE(2), 2);
    ag_tensor *mean = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2), VALUES(.5, -.25));
    ag_tensor *var = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2), VALUES(1, 2));
    ag_tensor *y = ag_batch_norm(x, w, b, mean, var, &(ag_batch_norm_options){.training = true});
    VALUE_IS(y, 0.4848288818866503, -1.16160962729555, -0.25, -0.25, -1.49089732913199,
             -0.83232192545911, -0.25, -0.25);
    VALUE_IS(mean, 0.46875, -0.2625);
    VALUE_IS(var, 0.9432291666666667, 1.8104166666666668);
    backward_from_ramp(y);
    GRAD_IS(x, 0.16663760662207933, -0.05554586887402645, 0, 0, 0.36102021859776845,
            -0.47211195634582137, 0, 0);
    GRAD_IS(w, 0.6036941200334734, 1.2297586855873914);
    GRAD_IS(b, -1.5, 0.75);
    ag_graph_free(g);
}
END_TEST

/* The same with training=False; the statistics stay. */
START_TEST(test_batch_norm_evaluation_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 2, 2), 5), *w = ramp(g, AG_SHAPE(2), 3);
    ag_tensor *b = ramp(g, AG_SHAPE(2), 2);
    ag_tensor *mean = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(.5, -.25));
    ag_tensor *var = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2), VALUES(1, 2));
    ag_tensor *y = ag_batch_norm(x, w, b, mean, var, NULL);
    VALUE_IS(y, 0.18749531253515594, -0.75, -0.25, -0.25, -0.9374990625070312, -0.5625009374929688,
             -0.25, -0.25);
    backward_from_ramp(y);
    GRAD_IS(x, 0.5624971875210936, 0.1874990625070312, 0, 0, 0.3749981250140624, 0, 0, 0);
    ck_assert_int_eq(ag_grad_state_of(mean), AG_GRAD_NOT_RUN); /* a constant to this operation */
    VALUE_IS(mean, .5, -.25);
    VALUE_IS(var, 1, 2);
    ag_graph_free(g);
}
END_TEST

/* --- derivatives ------------------------------------------------------------------------------ */

/* One normalization of x (2,4,3) with a weight and a bias. */
typedef ag_tensor *norm_function(ag_tensor *x, ag_tensor *w, ag_tensor *b);

static ag_tensor *layer(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_layer_norm(x, 2, w, b, eps);
}

static ag_tensor *root_mean_square(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_add(ag_rms_norm(x, 1, w, eps), b);
}

static ag_tensor *group(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_group_norm(x, 2, w, b, eps);
}

static ag_tensor *batch(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_batch_norm(x, w, b, NULL, NULL, &(ag_batch_norm_options){.training = true});
}

/* x seen with its axes reversed in memory. */
static ag_tensor *batch_turned(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return batch(ag_reshape(ag_transpose_axes(x, 0, 2), AG_SHAPE(2, 4, 3)), w, b);
}

static const struct named {
    const char *name;
    norm_function *call;
    ag_shape weight;
} norms[] = {
    {"layer", layer, {2, {4, 3}}},
    {"rms", root_mean_square, {1, {3}}},
    {"group", group, {1, {4}}},
    {"batch", batch, {1, {4}}},
    {"batch turned", batch_turned, {1, {4}}},
};
enum { NORMS = sizeof norms / sizeof *norms };

static ag_tensor *call_norm(ag_tensor *const *in, int n, void *user)
{
    const struct named *norm = user;
    return n == 3 ? norm->call(in[0], in[1], in[2]) : NULL;
}

START_TEST(test_derivatives)
{
    for (int i = 0; i < NORMS; i++) {
        ag_graph *g = ag_graph_new();
        struct named norm = norms[i];
        ag_tensor *in[3] = {ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(2, 4, 3), NULL),
                            ramp(g, norm.weight, 3), ramp(g, norm.weight, 5)};
        ck_assert_int_eq(ag_fill_normal(in[0], 0.3, 1), AG_OK);
        derivatives_agree(call_norm, &norm, in, 3);
        ag_graph_free(g);
    }
}
END_TEST

/* --- what normalization means ----------------------------------------------------------------- */

/* Without weight and bias: mean 0 and variance 1 (eps aside); the same for 3x + 2. f32 is f64 in
 * single precision. */
START_TEST(test_invariance)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(3, 4), 3);
    ag_tensor *y = ag_layer_norm(x, 1, NULL, NULL, 1e-12);
    double want[12], zeros[3] = {0}, ones[3] = {1, 1, 1};
    values_are(AG_HERE, ag_mean_over(y, AG_AXES(1), false), zeros, 3);
    ag_tensor *spread = ag_mean_over(ag_square(y), AG_AXES(1), false);
    double have[3];
    ck_assert_int_eq(ag_get(spread, have, 3), AG_OK);
    expect_numbers(AG_HERE, "variance", have, ones, 3, 1e-10);
    ck_assert_int_eq(ag_get(y, want, 12), AG_OK);
    ag_tensor *moved = ag_layer_norm(ag_add_scalar(ag_mul_scalar(x, 3), 2), 1, NULL, NULL, 1e-12);
    double got[12];
    ck_assert_int_eq(ag_get(moved, got, 12), AG_OK);
    expect_numbers(AG_HERE, "moved and stretched", got, want, 12, 1e-10);
    ag_tensor *narrow = ramp_of(g, AG_VARIABLE, AG_F32, AG_SHAPE(3, 4), 3);
    values_are(AG_HERE, ag_layer_norm(narrow, 1, NULL, NULL, 1e-12), want, 12);
    ag_graph_free(g);
}
END_TEST

/* Instance norm is group norm with as many groups as channels; layer norm is that with one. */
START_TEST(test_groups_between_instance_and_layer)
{
    ag_graph *g = ag_graph_new();
    double want[24];
    ag_tensor *x = ramp(g, AG_SHAPE(2, 4, 3), 3);
    ck_assert_int_eq(ag_get(ag_layer_norm(x, 2, NULL, NULL, eps), want, 24), AG_OK);
    values_are(AG_HERE, ag_group_norm(x, 1, NULL, NULL, eps), want, 24);
    ck_assert_int_eq(ag_get(ag_layer_norm(x, 1, NULL, NULL, eps), want, 24), AG_OK);
    values_are(AG_HERE, ag_group_norm(x, 4, NULL, NULL, eps), want, 24);
    ag_graph_free(g);
}
END_TEST

/* x / sqrt(mean(x^2)) of (3, 4): the root mean square is sqrt(12.5). */
START_TEST(test_rms_norm_by_hand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(3, 4));
    ag_tensor *w = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 10));
    VALUE_IS(ag_rms_norm(x, 1, w, 0), 3 / sqrt(12.5), 40 / sqrt(12.5));
    ag_graph_free(g);
}
END_TEST

/* No samples: an empty result, and the running statistics stay as they are. */
START_TEST(test_no_samples)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(0, 2, 3), 1), *w = ramp(g, AG_SHAPE(2), 3);
    ag_tensor *mean = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 5);
    ag_tensor *y = ag_batch_norm(x, w, w, mean, NULL, &(ag_batch_norm_options){.training = true});
    expect_shape(AG_HERE, y, AG_SHAPE(0, 2, 3));
    VALUE_IS(mean, 5, 5);
    ck_assert_int_eq(ag_backward_from(y, ramp(g, ag_shape_of(y), 1)), AG_OK);
    GRAD_IS(w, 0, 0);
    expect_shape(AG_HERE, ag_layer_norm(x, 1, NULL, NULL, eps), AG_SHAPE(0, 2, 3));
    expect_shape(AG_HERE, ag_group_norm(x, 2, w, w, eps), AG_SHAPE(0, 2, 3));
    expect_shape(AG_HERE, ag_rms_norm(x, 1, NULL, eps), AG_SHAPE(0, 2, 3));
    ag_graph_free(g);
}
END_TEST

/* momentum 1 keeps only the last batch: mean 2.5, unbiased variance 5/3 and biased 5/4 of 1, 2, 3,
 * 4. */
START_TEST(test_running_statistics)
{
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
        ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 1), VALUES(1, 2, 3, 4));
        ag_tensor *mean = ag_full(g, AG_CONSTANT, AG_SHAPE(1), 9);
        ag_tensor *var = ag_full(g, AG_CONSTANT, AG_SHAPE(1), 9);
        const ag_batch_norm_options last = {.training = true, .momentum = 1};
        ck_assert_ptr_nonnull(ag_batch_norm(x, NULL, NULL, mean, var, &last));
        VALUE_IS(mean, 2.5);
        VALUE_IS(var, 5.0 / 3);
        const ag_batch_norm_options keras = {
            .training = true, .momentum = 1, .biased_running = true};
        ck_assert_ptr_nonnull(ag_batch_norm(x, NULL, NULL, mean, var, &keras));
        VALUE_IS(mean, 2.5);
        VALUE_IS(var, 5.0 / 4);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("neural_norm", test_layer_norm_from_pytorch, test_group_norm_from_pytorch,
           test_batch_norm_training_from_pytorch, test_batch_norm_evaluation_from_pytorch,
           test_derivatives, test_invariance, test_groups_between_instance_and_layer,
           test_rms_norm_by_hand, test_no_samples, test_running_statistics)
