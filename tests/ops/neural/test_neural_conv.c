/* Convolutions: against the definition written out as loops, a sum by hand, PyTorch's numbers, and
 * each other (a transposed convolution is the transpose; groups are convolutions side by side).
 */
#include "neural_test.h"

/* --- by hand, and from PyTorch ---------------------------------------------------------------- */

/* Of the lecture: the image [[.9,0,.8],[0,.7,0],[.8,0,.9]] with the kernel [[a,b],[c,d]] is
 * (.9a + .7d, .8b + .7c, .7b + .8c, .7a + .9d), so d sum / d(a,b,c,d) = (1.6, 1.5, 1.5, 1.6). */
START_TEST(test_convolution_by_hand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 1, 3, 3),
                                  VALUES(.9, 0, .8, 0, .7, 0, .8, 0, .9));
    ag_tensor *k = ag_from_values(g, AG_PARAMETER, AG_SHAPE(1, 1, 2, 2), VALUES(2, 3, 5, 7));
    ag_tensor *y = ag_conv2d(x, k, NULL, NULL);
    expect_shape(AG_HERE, y, AG_SHAPE(1, 1, 2, 2));
    VALUE_IS(y, .9 * 2 + .7 * 7, .8 * 3 + .7 * 5, .7 * 3 + .8 * 5, .7 * 2 + .9 * 7);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(k, 1.6, 1.5, 1.5, 1.6);
    ag_graph_free(g);
}
END_TEST

/* torch.nn.functional.conv2d(x, w, b, stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2),
 * backward from the ramp of step 2; PyTorch 1.13.1, float64. */
START_TEST(test_conv2d_from_pytorch)
{
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(1, 4, 3, 3), 5);
        ag_tensor *w = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(2, 2, 2, 2), 3);
        ag_tensor *b = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(2), 2);
        ag_tensor *y =
            ag_conv2d(x, w, b,
                      &(ag_conv_options){
                          .stride = {2, 1}, .padding = {1, 0}, .dilation = {1, 2}, .groups = 2});
        expect_shape(AG_HERE, y, AG_SHAPE(1, 2, 2, 1));
        VALUE_IS(y, -1.875, 0.3125, -0.375, 0.0);
        backward_from_ramp(y);
        GRAD_IS(x, -0.5625, 0.0, 0.1875, 0.1875, 0.0, 0.0, -0.1875, 0.0, 0.0625, -0.1875, 0.0,
                0.5625, -0.125, 0.0, 0.125, -0.0625, 0.0, 0.1875, -0.0625, 0.0, 0.125, 0.0, 0.0,
                0.5625, -0.1875, 0.0, 0.375, -0.1875, 0.0, 0.0, -0.375, 0.0, 0.1875, -0.5625, 0.0,
                0.0);
        GRAD_IS(w, 0.125, -0.0625, 0.625, -0.125, -0.0625, 0.1875, -0.125, -0.4375, -0.5625, 0.0,
                -0.1875, 0.125, 0.0, 0.5625, 0.125, -0.4375);
        GRAD_IS(b, -1.0, 1.0);
        ag_graph_free(g);
    }
}
END_TEST

/* torch.nn.functional.conv_transpose1d(x, w, b, stride=2, padding=1, output_padding=1, groups=2) */
START_TEST(test_conv_transpose1d_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(1, 2, 3), 5), *w = ramp(g, AG_SHAPE(2, 1, 3), 3);
    ag_tensor *b = ramp(g, AG_SHAPE(2), 2);
    ag_tensor *y = ag_conv_transpose1d(
        x, w, b,
        &(ag_conv_options){.stride = {2}, .padding = {1}, .output_padding = {1}, .groups = 2});
    expect_shape(AG_HERE, y, AG_SHAPE(1, 2, 6));
    VALUE_IS(y, -0.75, -1.6875, -0.75, -0.375, -0.75, -0.75, -0.5, -0.1875, 0.125, -0.6875, -0.125,
             -0.375);
    backward_from_ramp(y);
    GRAD_IS(x, -0.1875, 0.75, -0.5625, 0.625, -0.0625, 0.5625);
    GRAD_IS(w, -0.125, 0.6875, 0.5625, -0.5, -0.25, 0.4375);
    GRAD_IS(b, -0.5, 0.0);
    ag_graph_free(g);
}
END_TEST

/* --- the definition --------------------------------------------------------------------------- */

typedef struct geometry {
    int batch, in, out, groups, x[2], k[2], stride[2], dilation[2], pad[2];
} geometry;

static int out_size(const geometry *s, int d)
{
    return (s->x[d] + 2 * s->pad[d] - s->dilation[d] * (s->k[d] - 1) - 1) / s->stride[d] + 1;
}

static double at(const double *x, const geometry *s, int n, int c, int i, int j)
{
    bool inside = i >= 0 && i < s->x[0] && j >= 0 && j < s->x[1];
    return inside ? x[((n * s->in + c) * s->x[0] + i) * s->x[1] + j] : 0;
}

/* One element of the result, as the header's formula says. */
static double element(const geometry *s, const double *x, const double *w, int n, int o, int p,
                      int q)
{
    int each = s->in / s->groups, first = o / (s->out / s->groups) * each;
    double sum = 0;
    for (int c = 0; c < each; c++) {
        for (int k = 0; k < s->k[0]; k++) {
            for (int l = 0; l < s->k[1]; l++) {
                int i = p * s->stride[0] + k * s->dilation[0] - s->pad[0];
                int j = q * s->stride[1] + l * s->dilation[1] - s->pad[1];
                double weight = w[((o * each + c) * s->k[0] + k) * s->k[1] + l];
                sum += at(x, s, n, first + c, i, j) * weight;
            }
        }
    }
    return sum;
}

static ag_conv_options options_of(const geometry *s)
{
    ag_conv_options o = {.groups = s->groups};
    for (int d = 0; d < 2; d++) {
        o.stride[d] = s->stride[d];
        o.padding[d] = s->pad[d];
        o.dilation[d] = s->dilation[d];
    }
    return o;
}

enum { GEOMETRIES = 5 };

static const geometry geometries[GEOMETRIES] = {
    {2, 3, 2, 1, {5, 4}, {3, 2}, {1, 1}, {1, 1}, {0, 0}},
    {1, 4, 6, 2, {5, 5}, {2, 3}, {2, 1}, {1, 2}, {1, 2}},
    {2, 2, 2, 2, {4, 1}, {1, 1}, {3, 1}, {1, 1}, {0, 0}},
    {1, 1, 3, 1, {1, 7}, {1, 3}, {1, 2}, {1, 3}, {3, 0}},
    {1, 2, 1, 1, {2, 2}, {5, 5}, {1, 1}, {1, 1}, {4, 3}},
};

static void is_its_definition(const geometry *s)
{
    ag_graph *g = ag_graph_new();
    double vx[MOST_ELEMENTS], vw[MOST_ELEMENTS], want[MOST_ELEMENTS];
    ag_tensor *x = ramp(g, AG_SHAPE(s->batch, s->in, s->x[0], s->x[1]), 3);
    ag_tensor *w = ramp(g, AG_SHAPE(s->out, s->in / s->groups, s->k[0], s->k[1]), 5);
    ck_assert_int_eq(ag_get(x, vx, ag_size(x)), AG_OK);
    ck_assert_int_eq(ag_get(w, vw, ag_size(w)), AG_OK);
    int n = 0;
    for (int b = 0; b < s->batch; b++) {
        for (int o = 0; o < s->out; o++) {
            for (int p = 0; p < out_size(s, 0); p++) {
                for (int q = 0; q < out_size(s, 1); q++) {
                    want[n++] = element(s, vx, vw, b, o, p, q);
                }
            }
        }
    }
    ag_conv_options options = options_of(s);
    values_are(AG_HERE, ag_conv2d(x, w, NULL, &options), want, n);
    ag_graph_free(g);
}

START_TEST(test_convolution_is_its_definition)
{
    for (int i = 0; i < GEOMETRIES; i++) {
        is_its_definition(&geometries[i]);
    }
}
END_TEST

/* <u, conv(x, w)> = <conv_transpose(u, w), x>, where the output padding makes up for what the
 * stride left over. */
static void is_the_transpose(const geometry *s)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(s->batch, s->in, s->x[0], s->x[1]), 3);
    ag_tensor *w = ramp(g, AG_SHAPE(s->out, s->in / s->groups, s->k[0], s->k[1]), 5);
    ag_conv_options options = options_of(s);
    ag_tensor *y = ag_conv2d(x, w, NULL, &options);
    ag_tensor *u = ramp(g, ag_shape_of(y), 2);
    for (int d = 0; d < 2; d++) {
        int reached = (out_size(s, d) - 1) * s->stride[d] - 2 * s->pad[d] +
                      s->dilation[d] * (s->k[d] - 1) + 1;
        options.output_padding[d] = s->x[d] - reached;
    }
    ag_tensor *back = ag_conv_transpose2d(u, w, NULL, &options);
    expect_shape(AG_HERE, back, ag_shape_of(x));
    ck_assert_double_eq_tol(ag_item(ag_sum(ag_mul(u, y))), ag_item(ag_sum(ag_mul(back, x))), 1e-12);
    ag_graph_free(g);
}

START_TEST(test_transposed_is_the_transpose)
{
    for (int i = 0; i < GEOMETRIES; i++) {
        is_the_transpose(&geometries[i]);
    }
}
END_TEST

/* Two groups are two convolutions of half of the channels each. */
START_TEST(test_groups_are_side_by_side)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 4, 6), 3), *w = ramp(g, AG_SHAPE(6, 2, 3), 5);
    ag_tensor *half[2];
    for (int i = 0; i < 2; i++) {
        ag_tensor *xi = ag_slice(x, 1, 2 * i, 2 * i + 2, 1);
        half[i] = ag_conv1d(xi, ag_slice(w, 0, 3 * i, 3 * i + 3, 1), NULL, NULL);
    }
    ag_tensor *both = ag_concat(half, 2, 1);
    ag_tensor *y = ag_conv1d(x, w, NULL, &(ag_conv_options){.groups = 2});
    double want[MOST_ELEMENTS];
    ck_assert_int_eq(ag_get(both, want, ag_size(both)), AG_OK);
    values_are(AG_HERE, y, want, (int)ag_size(both));
    ag_graph_free(g);
}
END_TEST

/* --- the rest of the arguments ---------------------------------------------------------------- */

/* Of an odd number of zeros the larger part goes behind: a kernel of two ones gives x[i] + x[i+1],
 * with 0 for what follows the last. */
START_TEST(test_same_padding)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 1, 4), VALUES(1, 2, 3, 4));
    ag_tensor *two = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1, 2), 1);
    ag_tensor *three = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1, 3), 1);
    const ag_conv_options same = {.same = true}, wide = {.same = true, .dilation = {2}};
    VALUE_IS(ag_conv1d(x, two, NULL, &same), 3, 5, 7, 4);
    VALUE_IS(ag_conv1d(x, three, NULL, &same), 3, 6, 9, 7);
    VALUE_IS(ag_conv1d(x, three, NULL, &wide), 4, 6, 4, 6);
    ck_assert_int_eq(ag_backward(ag_sum(ag_conv1d(x, two, NULL, &same))), AG_OK);
    GRAD_IS(x, 1, 2, 2, 2);
    ag_graph_free(g);
}
END_TEST

/* Without a batch dimension, with none of a batch, without channels, and transposed in memory. */
START_TEST(test_shapes_of_convolution)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ramp(g, AG_SHAPE(2, 3, 2, 2), 5), *b = ramp(g, AG_SHAPE(2), 2);
    ag_tensor *x = ramp(g, AG_SHAPE(3, 4, 5), 3);
    ag_tensor *one = ag_conv2d(x, w, b, NULL);
    expect_shape(AG_HERE, one, AG_SHAPE(2, 3, 4));
    double want[MOST_ELEMENTS];
    ck_assert_int_eq(ag_get(one, want, 24), AG_OK);
    values_are(AG_HERE, ag_conv2d(ag_reshape(x, AG_SHAPE(1, 3, 4, 5)), w, b, NULL), want, 24);
    ag_tensor *empty = ag_conv2d(ramp(g, AG_SHAPE(0, 3, 4, 5), 1), w, b, NULL);
    expect_shape(AG_HERE, empty, AG_SHAPE(0, 2, 3, 4));
    ck_assert_int_eq(ag_backward_from(empty, ramp(g, ag_shape_of(empty), 1)), AG_OK);
    ag_tensor *no_channel =
        ag_conv2d(ramp(g, AG_SHAPE(1, 0, 4, 5), 1), ramp(g, AG_SHAPE(2, 0, 2, 2), 1), b, NULL);
    expect_shape(AG_HERE, no_channel, AG_SHAPE(1, 2, 3, 4));
    ck_assert_double_eq(ag_item_at(no_channel, AG_SHAPE(0, 1, 0, 0)), ag_item_at(b, AG_SHAPE(1)));
    ag_tensor *turned = ag_transpose_axes(ramp(g, AG_SHAPE(5, 4, 3), 3), 0, 2);
    ag_tensor *copy = ag_add_scalar(turned, 0);
    ck_assert_int_eq(ag_get(ag_conv2d(copy, w, b, NULL), want, 24), AG_OK);
    values_are(AG_HERE, ag_conv2d(turned, w, b, NULL), want, 24);
    ag_graph_free(g);
}
END_TEST

/* A second pass adds to what the first has left: the gradients double. */
START_TEST(test_two_passes)
{
    for (int transposed = 0; transposed < 2; transposed++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *leaf[] = {ramp(g, AG_SHAPE(2, 4, 3, 4), 5), ramp(g, AG_SHAPE(4, 2, 3, 2), 3),
                             ramp(g, AG_SHAPE(4), 2)};
        const ag_conv_options o = {.stride = {2, 1}, .padding = {1, 0}, .groups = 2};
        double once[3][MOST_ELEMENTS], twice[MOST_ELEMENTS];
        for (int pass = 0; pass < 2; pass++) {
            ag_tensor *y = transposed ? ag_conv_transpose2d(leaf[0], leaf[1], leaf[2], &o)
                                      : ag_conv2d(leaf[0], leaf[1], leaf[2], &o);
            backward_from_ramp(y);
            for (int i = 0; i < 3; i++) {
                int n = (int)ag_size(leaf[i]);
                ck_assert_int_eq(ag_grad_get(leaf[i], pass == 0 ? once[i] : twice, n), AG_OK);
                for (int e = 0; pass == 1 && e < n; e++) {
                    ck_assert_double_eq(twice[e], 2 * once[i][e]);
                }
            }
        }
        ag_graph_free(g);
    }
}
END_TEST

/* --- large enough for several blocks of columns ----------------------------------------------- */

/* A kernel of ones over ones counts the elements of its window: 9 channels times 9 inside. */
START_TEST(test_many_blocks)
{
    ag_graph *g = ag_graph_new();
    enum { SIDE = 150, CHANNELS = 9 };
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(1, CHANNELS, SIDE, SIDE), 1);
    ag_tensor *w = ag_full(g, AG_VARIABLE, AG_SHAPE(1, CHANNELS, 3, 3), 1);
    ag_tensor *y = ag_conv2d(x, w, NULL, &(ag_conv_options){.same = true});
    const double *value = ag_data(y);
    ck_assert_ptr_nonnull(value);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    const double *grad = ag_grad_data(x);
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            int rows = 3 - (i == 0) - (i == SIDE - 1), columns = 3 - (j == 0) - (j == SIDE - 1);
            ck_assert_double_eq(value[i * SIDE + j], CHANNELS * rows * columns);
            ck_assert_double_eq(grad[i * SIDE + j], rows * columns);
        }
    }
    ck_assert_double_eq(ag_grad_item_at(w, AG_SHAPE(0, 4, 1, 1)), SIDE * SIDE);
    ck_assert_double_eq(ag_grad_item_at(w, AG_SHAPE(0, 8, 0, 2)), (SIDE - 1) * (SIDE - 1));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("neural_conv", test_convolution_by_hand, test_conv2d_from_pytorch,
           test_conv_transpose1d_from_pytorch, test_convolution_is_its_definition,
           test_transposed_is_the_transpose, test_groups_are_side_by_side, test_same_padding,
           test_shapes_of_convolution, test_many_blocks, test_two_passes)
