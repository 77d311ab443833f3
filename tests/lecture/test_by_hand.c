/* The lecture notes' derivations by hand, each held against the engine: least squares, the four
 * equations of backpropagation, a convolution of three by three, the rule of two layers, decay
 * factors, entropy and cross-entropy, counts of parameters.
 */
#include "expect.h"

enum { N = 7, LAYERS = 5 };

static ag_tensor *normal(ag_graph *g, ag_role role, ag_shape shape)
{
    ag_tensor *t = ag_full(g, role, shape, 0);
    expect_ok(ag_fill_normal(t, 0, 1));
    return t;
}

static const double *numbers(const ag_tensor *t)
{
    const double *v = ag_data(t);
    ck_assert_ptr_nonnull(v);
    return v;
}

static const double *gradient(const ag_tensor *t)
{
    const double *v = ag_grad_data(t);
    ck_assert_ptr_nonnull(v);
    return v;
}

/* Least squares as a network: -2 sum over i of (y_i - p_i) x_ij. */
START_TEST(test_least_squares)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
    ag_tensor *x = normal(g, AG_CONSTANT, AG_SHAPE(N, 3)),
              *y = normal(g, AG_CONSTANT, AG_SHAPE(N, 1));
    ag_tensor *beta = normal(g, AG_PARAMETER, AG_SHAPE(3, 1)), *p = ag_matmul(x, beta);
    expect_ok(ag_backward(ag_mse_loss(p, y, AG_SUM)));
    for (int j = 0; j < 3; j++) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            sum -= 2 * (numbers(y)[i] - numbers(p)[i]) * numbers(x)[3 * i + j];
        }
        expect_near(gradient(beta)[j], sum, 1e-13);
    }
    ag_graph_free(g);
}
END_TEST

typedef struct layers {
    ag_tensor *w[LAYERS], *b[LAYERS], *z[LAYERS], *a[LAYERS + 1];
    int64_t size[LAYERS + 1];
} layers;

/* Five layers, sigmoids but for the last, on one sample: a = sigmoid(w a + b). */
static ag_tensor *five_layers(ag_graph *g, layers *l)
{
    const int64_t size[LAYERS + 1] = {4, 5, 3, 6, 4, 3};
    memcpy(l->size, size, sizeof size);
    l->a[0] = normal(g, AG_CONSTANT, AG_SHAPE(4, 1));
    for (int i = 0; i < LAYERS; i++) {
        l->w[i] = normal(g, AG_PARAMETER, AG_SHAPE(size[i + 1], size[i]));
        l->b[i] = normal(g, AG_PARAMETER, AG_SHAPE(size[i + 1], 1));
        l->z[i] = ag_add(ag_matmul(l->w[i], l->a[i]), l->b[i]);
        l->a[i + 1] = i == LAYERS - 1 ? ag_softmax(l->z[i], 0) : ag_sigmoid(l->z[i]);
    }
    return l->a[LAYERS];
}

/* BP2: delta of layer i is w'(i+1) delta(i+1) times sigmoid'(z). */
static void carry_back(const layers *l, int i, const double *next, double *delta)
{
    for (int64_t k = 0; k < l->size[i + 1]; k++) {
        double sum = 0, a = numbers(l->a[i + 1])[k];
        for (int64_t j = 0; j < l->size[i + 2]; j++) {
            sum += numbers(l->w[i + 1])[j * l->size[i + 1] + k] * next[j];
        }
        delta[k] = sum * a * (1 - a);
    }
}

/* BP1 to BP4 of a network of five layers with softmax and cross-entropy, as the notes on deep
 * learning (12.8) have them. */
START_TEST(test_four_equations)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
    layers l;
    double delta[2][8] = {{0}}, t[3] = {0, 1, 0};
    ag_tensor *p = five_layers(g, &l), *target = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 1), t);
    expect_ok(ag_backward(ag_neg(ag_sum(ag_mul(target, ag_log(p))))));
    for (int i = LAYERS - 1; i >= 0; i--) {
        double *d = delta[i % 2];
        for (int64_t j = 0; i == LAYERS - 1 && j < 3; j++) {
            d[j] = numbers(p)[j] - t[j]; /* BP1 */
        }
        if (i < LAYERS - 1) {
            carry_back(&l, i, delta[(i + 1) % 2], d);
        }
        for (int64_t j = 0; j < l.size[i + 1]; j++) {
            expect_near(gradient(l.b[i])[j], d[j], 1e-13); /* BP3 */
            for (int64_t k = 0; k < l.size[i]; k++) {      /* BP4 */
                expect_near(gradient(l.w[i])[j * l.size[i] + k], numbers(l.a[i])[k] * d[j], 1e-13);
            }
        }
    }
    ag_graph_free(g);
}
END_TEST

/* [[.9,0,.8],[0,.7,0],[.8,0,.9]] with [[a,b],[c,d]] gives (.9a+.7d, .8b+.7c, .7b+.8c, .7a+.9d); the
 * gradient with respect to the kernel of a sum weighted by u is the convolution with u. */
START_TEST(test_convolution)
{
    static const double image[] = {.9, 0, .8, 0, .7, 0, .8, 0, .9};
    static const double kernels[][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    static const double want[][4] = {
        {.9, 0, 0, .7}, {0, .8, .7, 0}, {0, .7, .8, 0}, {.7, 0, 0, .9}};
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 1, 3, 3), image);
    ag_tensor *u = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 1, 2, 2), (double[]){1, 2, 3, 4});
    for (int i = 0; i < 4; i++) {
        ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(1, 1, 2, 2), kernels[i]);
        ag_tensor *y = ag_conv2d(x, w, NULL, NULL);
        expect_ok(ag_backward(ag_sum(ag_mul(u, y))));
        for (int k = 0; k < 4; k++) {
            double by_kernel = 0; /* of kernel element k: the results that it made, weighted */
            for (int j = 0; j < 4; j++) {
                by_kernel += (j + 1) * want[k][j];
            }
            expect_near(numbers(y)[k], want[i][k], 1e-15);
            expect_near(gradient(w)[k], by_kernel, 1e-15);
        }
    }
    ag_graph_free(g);
}
END_TEST

/* The rule of two layers: the gradient of w_i is -e v_i f'(w_i x) x for (y - sum of v_i f(w_i x))^2/2,
 * so with e, v_i and x above 0 a step makes w_i larger. */
START_TEST(test_two_layers)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 7});
    ag_tensor *x = normal(g, AG_CONSTANT, AG_SHAPE(3)),
              *w = normal(g, AG_PARAMETER, AG_SHAPE(2, 3));
    ag_tensor *v = normal(g, AG_PARAMETER, AG_SHAPE(2)), *h = ag_tanh(ag_matmul(w, x));
    ag_tensor *e = ag_sub(ag_constant(g, 4), ag_dot(v, h));
    expect_ok(ag_backward(ag_mul_scalar(ag_square(e), 0.5)));
    for (int i = 0; i < 2; i++) {
        double f = numbers(h)[i];
        for (int j = 0; j < 3; j++) {
            double rule = -ag_item(e) * numbers(v)[i] * (1 - f * f) * numbers(x)[j];
            expect_near(gradient(w)[3 * i + j], rule, 1e-13);
        }
        ck_assert((gradient(v)[i] < 0) == (ag_item(e) * f > 0));
    }
    ag_graph_free(g);
}
END_TEST

/* One step of rate 1/8 on a penalty alone multiplies a weight by 1 - 2 rate lambda for lambda sum w^2, by
 * 1 - rate lambda/n for lambda/2n sum w^2, and moves it by rate lambda for lambda sum |w|, where 0 stays. */
START_TEST(test_decay)
{
    const double start[] = {-2, 0, 0.5}, rate = 0.125, lambda = 0.3, n = 4;
    ag_graph *g = ag_graph_new();
    for (int form = 0; form < 3; form++) {
        ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3), start);
        ag_tensor *sum = ag_sum(form == 2 ? ag_abs(w) : ag_square(w));
        expect_ok(ag_backward(ag_mul_scalar(sum, form == 1 ? lambda / (2 * n) : lambda)));
        expect_ok(ag_sgd_step(&(ag_sgd){.rate = rate}, &w, 1, NULL));
        const double want[][3] = {{-2 * (1 - 2 * rate * lambda), 0, 0.5 * (1 - 2 * rate * lambda)},
                                  {-2 * (1 - rate * lambda / n), 0, 0.5 * (1 - rate * lambda / n)},
                                  {-2 + rate * lambda, 0, 0.5 - rate * lambda}};
        for (int i = 0; i < 3; i++) {
            expect_near(numbers(w)[i], want[form][i], 1e-15);
        }
    }
    ag_graph_free(g);
}
END_TEST

/* Ten equal logits have an entropy of ln 10, which is also their cross-entropy; cross-entropy by
 * index is that by one-hot targets. */
START_TEST(test_entropy)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 9});
    ag_tensor *equal = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 10), 0.7), *p = ag_softmax(equal, 1);
    expect_near(ag_item(ag_neg(ag_sum(ag_mul(p, ag_log(p))))), log(10), 1e-15);
    int64_t label[] = {3, 0};
    double one_hot[20] = {[3] = 1, [10] = 1};
    ag_tensor *z = normal(g, AG_CONSTANT, AG_SHAPE(2, 10));
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), label);
    ag_tensor *shares = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 10), one_hot);
    ag_tensor *by_index = nn_cross_entropy(z, t, NULL);
    ag_tensor *by_shares = nn_cross_entropy_of_shares(z, shares, NULL);
    for (int i = 0; i < 2; i++) {
        expect_near(numbers(by_index)[i], numbers(by_shares)[i], 1e-15);
    }
    ag_graph_free(g);
}
END_TEST

static int64_t parameters(ag_graph *g, const int64_t *size, int n)
{
    nn_module *layer[8];
    for (int i = 1; i < n; i++) {
        layer[i - 1] = nn_linear(g, size[i], NULL);
    }
    nn_module *net = nn_sequential_of(g, layer, n - 1);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(size[0])));
    return nn_weights_size(net);
}
#define PARAMETERS(g, ...)                                                                         \
    parameters(g, (int64_t[]){__VA_ARGS__}, (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8))

START_TEST(test_counts)
{
    ag_graph *g = ag_graph_new();
    ck_assert_int_eq(PARAMETERS(g, 784, 256, 128, 10), 200960 + 32896 + 1290);
    ck_assert_int_eq(PARAMETERS(g, 4, 3, 2, 3), 15 + 8 + 9);
    ck_assert_int_eq(PARAMETERS(g, 4, 5, 3), 43);
    ck_assert_int_eq(PARAMETERS(g, 5, 4, 3, 1), 24 + 15 + 4);
    ck_assert_int_eq(PARAMETERS(g, 5, 3, 4, 1), 39);
    ck_assert_int_eq(PARAMETERS(g, 784, 512, 10), 407050);
    ck_assert_int_eq(PARAMETERS(g, 784, 30, 10), 23860);
    ck_assert_int_eq(PARAMETERS(g, 784, 10), 7850);
    ck_assert_int_eq(PARAMETERS(g, 7, 256, 128, 64, 1), 43265);
    ck_assert_int_eq(PARAMETERS(g, 1, 80, 20, 1), 1801);
    ag_graph_free(g);
}
END_TEST

/* Dropout at p scales what stays by 1/(1 - p), so the expectation stays (the notes' 1/p is a slip). */
START_TEST(test_dropout)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 11});
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(10000), 1), *y = ag_dropout(x, 0.2, true);
    double sum = 0;
    expect_ok(ag_backward(ag_sum(y)));
    for (int i = 0; i < 10000; i++) {
        double v = numbers(y)[i];
        ck_assert(v == 0 || v == 1 / (1 - 0.2));
        ck_assert(gradient(x)[i] == v);
        sum += v;
    }
    ck_assert(fabs(sum / 10000 - 1) < 5 * sqrt(0.2 / 0.8 / 10000)); /* five standard deviations */
    ag_graph_free(g);
}
END_TEST

/* A tensor of 3 x 2 x 2 in C's order: the last index moves first. */
START_TEST(test_order)
{
    ag_graph *g = ag_graph_new();
    double v[12];
    for (int i = 0; i < 12; i++) {
        v[i] = i;
    }
    ag_tensor *t = ag_from_values(g, AG_CONSTANT, AG_SHAPE(12), v);
    ag_tensor *cube = ag_reshape(t, AG_SHAPE(3, 2, 2));
    expect_same(ag_item_at(cube, AG_SHAPE(2, 0, 1)), 2 * 4 + 0 * 2 + 1);
    expect_same(ag_item_at(ag_reshape(cube, AG_SHAPE(4, 3)), AG_SHAPE(3, 0)), 9);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("the notes by hand", test_least_squares, test_four_equations, test_convolution,
           test_two_layers, test_decay, test_entropy, test_counts, test_dropout, test_order)
