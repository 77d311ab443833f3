/* LIME: a linear network is found again; the ridge regression is that of its normal equations. */
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

static const double weights[] = {1, -2, 3, 0.5, 0, -1, 10, 20};

START_TEST(test_linear_network)
{
    const double deviation[] = {1, 2, 0.5};
    setup();
    nn_module *net = linear_of(g, 3, 2, weights);
    ag_tensor *x = of_values(g, AG_SHAPE(1, 3), 2, 3, 4);
    const nn_local_model *m = nn_explain_locally(
        net, x, 0, &(nn_local_options){.deviation = deviation, .ridge = AG_EXACT_ZERO});
    all_well(g);
    ck_assert_int_eq(m->inputs, 3);
    expect_numbers(HERE, "weight", m->weight, VALUES(1, -2, 3), 3, 1e-12);
    expect_numbers(HERE, "effect", m->effect, VALUES(1, -4, 1.5), 3, 1e-12);
    ck_assert_double_eq_tol(m->bias, 18, 1e-11);
    ck_assert_double_eq(m->score, 18);
    ck_assert_double_eq_tol(m->r2, 1, 1e-12);
    teardown();
}
END_TEST

/* (U'WU + R) beta = U'W f, by matrices, with the numbers that the seed gives. */
START_TEST(test_normal_equations)
{
    enum { N = 300, P = 2 };
    static double u[N][P + 1], z[N][P], f[N], w[N];
    const double x[] = {0.5, -1}, width = 2;
    setup();
    nn_module *net = smooth(g, P, 1);
    ag_tensor *at = (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(1, P), x);
    const nn_local_model *m = nn_explain_locally(
        net, at, 0, &(nn_local_options){.samples = N, .width = width, .ridge = 3, .seed = 17});
    all_well(g);
    ag_seed(g, 17);
    for (int i = 0; i < N; i++) {
        double d2 = 0;
        u[i][0] = 1;
        for (int j = 0; j < P; j++) {
            u[i][j + 1] = ag_random_normal(g);
            z[i][j] = x[j] + u[i][j + 1];
            d2 += u[i][j + 1] * u[i][j + 1];
        }
        w[i] = exp(-d2 / (width * width));
    }
    outputs_of(net, (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(N, P), z[0]), f);
    ag_tensor *us = (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(N, P + 1), u[0]);
    ag_tensor *ws = (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(N, 1), w);
    ag_tensor *fs = (ag_from_values)(g, AG_CONSTANT, AG_SHAPE(N, 1), f);
    ag_tensor *ridge = ag_diag(of_values(g, AG_SHAPE(3), 0, 3, 3), 0);
    ag_tensor *wu = ag_transpose(ag_mul(us, ws));
    ag_tensor *beta = ag_solve(ag_add(ag_matmul(wu, us), ridge), ag_matmul(wu, fs));
    double want[P + 1];
    expect_ok(ag_get(beta, want, P + 1));
    ck_assert_double_eq_tol(m->bias, want[0], 1e-12);
    expect_numbers(HERE, "weight", m->weight, want + 1, P, 1e-11);
    ag_tensor *left = ag_sub(fs, ag_matmul(us, beta));
    ag_tensor *mean = ag_div(ag_sum(ag_mul(ws, fs)), ag_sum(ws));
    double unexplained = ag_item(ag_sum(ag_mul(ws, ag_square(left))));
    double all = ag_item(ag_sum(ag_mul(ws, ag_square(ag_sub(fs, mean)))));
    ck_assert_double_eq_tol(m->r2, 1 - unexplained / all, 1e-10);
    ck_assert(m->r2 > 0.3 && m->r2 < 1);
    teardown();
}
END_TEST

/* Of a smooth network, nearer and nearer, the weights become the gradient. */
START_TEST(test_becomes_the_gradient)
{
    const double tiny[] = {1e-4, 1e-4, 1e-4};
    double gradient[3];
    setup();
    nn_module *net = smooth(g, 3, 2);
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(1, 3));
    expect_ok(ag_get(nn_saliency(net, x, 1), gradient, 3));
    const nn_local_model *m = nn_explain_locally(
        net, x, 1, &(nn_local_options){.deviation = tiny, .ridge = AG_EXACT_ZERO});
    all_well(g);
    expect_numbers(HERE, "weight", m->weight, gradient, 3, 1e-4);
    teardown();
}
END_TEST

CHECK_MAIN("local_model", test_linear_network, test_normal_equations, test_becomes_the_gradient)
