/* Products with Jacobians and Hessians, and the matrices themselves: closed forms, and the
 * identities that hold for every function: <u, J v> = <J^T u, v>, H symmetric, H v = H . v, J
 * against its products.
 */
#include "expect.h"

static ag_graph *g;

/* y = (x0 x1, sin x0, x1^2 x2):  J = [x1 x0 0; cos x0 0 0; 0 2 x1 x2  x1^2] */
static ag_tensor *part(ag_tensor *x, int i)
{
    return ag_slice(x, 0, i, i + 1, 1);
}

static ag_tensor *vector_function(ag_tensor *x)
{
    ag_tensor *row[3] = {ag_mul(part(x, 0), part(x, 1)), ag_sin(part(x, 0)),
                         ag_mul(ag_square(part(x, 1)), part(x, 2))};
    return ag_concat(row, 3, 0);
}

START_TEST(test_jacobian)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 0.5, 2, 3), *y = vector_function(x);
    size_t nodes = ag_graph_get_stats(g).nodes;
    ag_tensor *j = ag_jacobian(y, x);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes + 1); /* the rest was rewound */
    ck_assert_int_eq(ag_shape_of(j).ndim, 2);
    expect_values(j, 2, 0.5, 0, cos(0.5), 0, 0, 0, 12, 4);
    ck_assert(!ag_needs_grad(j));
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_jacobian_shapes)
{
    g = ag_graph_new();
    ag_tensor *w = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4), *x = of_values(g, AG_SHAPE(2), 5, 6);
    ag_tensor *j = ag_jacobian(ag_matmul(w, x), w); /* d y_i / d w_kl = [i = k] x_l */
    ck_assert_int_eq(ag_shape_of(j).ndim, 3);
    expect_values(j, 5, 6, 0, 0, 0, 0, 5, 6);
    ag_tensor *s = ag_variable(g, 2), *t = ag_jacobian(ag_square(s), s);
    ck_assert_int_eq(ag_shape_of(t).ndim, 0);
    expect_same(ag_item(t), 4);
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(0), 0),
              *empty = ag_jacobian(ag_exp(none), none);
    ck_assert_int_eq(ag_size(empty), 0);
    ck_assert_int_eq(ag_shape_of(empty).ndim, 2);
    ag_tensor *unrelated = ag_jacobian(ag_exp(s), x);
    expect_values(unrelated, 0, 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_products_with_jacobian)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 0.5, 2, 3), *y = vector_function(x);
    ag_tensor *u = of_values(g, AG_SHAPE(3), 1, -2, 0.5), *v = of_values(g, AG_SHAPE(3), 3, 1, -1);
    ag_tensor *back = ag_vjp(y, x, u), *forth = ag_jvp(y, x, v);
    expect_values(back, 2 - 2 * cos(0.5), 0.5 + 6, 2);
    expect_values(forth, 6.5, 3 * cos(0.5), 12 - 4);
    ag_tensor *j = ag_jacobian(y, x);
    double left = ag_item(ag_matmul(u, forth)), right = ag_item(ag_matmul(back, v));
    expect_near(left, right, 1e-14);
    expect_near(ag_item(ag_matmul(u, ag_matmul(j, v))), left, 1e-14);
    /* Both can be differentiated: d/dx (u . J v) is the same by way of either. */
    ag_tensor *one = ag_sum(ag_mul(u, forth)), *two = ag_sum(ag_mul(back, v)), *dx[2];
    expect_ok(ag_grad(&one, 1, NULL, &x, 1, NULL, &dx[0]));
    expect_ok(ag_grad(&two, 1, NULL, &x, 1, NULL, &dx[1]));
    double want[3];
    expect_ok(ag_get(dx[1], want, 3));
    expect_value(AG_HERE, dx[0], want, 3, 1e-13);
    expect_near(want[2], 0.5 * 2 * 2 * 1, 1e-13); /* u2 d/dx2 (2 x1 x2 v1) = u2 2 x1 v1 */
    ag_graph_free(g);
}
END_TEST

static double random_in(double low, double high)
{
    return low + (high - low) * ag_random_uniform(g);
}

static ag_tensor *random_vector(int n)
{
    double v[8];
    for (int i = 0; i < n; i++) {
        v[i] = random_in(-1, 1);
    }
    return ag_from_values(g, AG_VARIABLE, AG_SHAPE(n), v);
}

/* For any function: here a small net with values all over the place, in both dtypes. */
START_TEST(test_adjoint)
{
    for (int run = 0; run < 40; run++) {
        g = ag_graph_new_with(
            &(ag_graph_options){.dtype = run % 2 ? AG_F32 : AG_F64, .seed = (uint64_t)run});
        ag_tensor *x = random_vector(5), *w = ag_reshape(random_vector(5), AG_SHAPE(5, 1));
        ag_tensor *y = ag_sum_over(ag_tanh(ag_mul(w, ag_exp(x))), AG_AXES(0), false);
        ag_tensor *u = random_vector(5), *v = random_vector(5);
        double left = ag_item(ag_matmul(u, ag_jvp(y, x, v)));
        double right = ag_item(ag_matmul(ag_vjp(y, x, u), v));
        expect_near(left, right, run % 2 ? 1e-5 : 1e-13);
        ck_assert(fabs(left) > 1e-6);
        ag_graph_free(g);
    }
}
END_TEST

/* f = sum_i exp(x_i) + x0 x1 x2:  H_ii = exp(x_i),  H_ij = x_k. */
START_TEST(test_hessian)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 0.5, 2, -1);
    ag_tensor *f =
        ag_add(ag_sum(ag_exp(x)), ag_sum(ag_mul(ag_mul(part(x, 0), part(x, 1)), part(x, 2))));
    size_t nodes = ag_graph_get_stats(g).nodes;
    ag_tensor *h = ag_hessian(f, x);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes + 1);
    expect_values(h, exp(0.5), -1, 2, -1, exp(2), 0.5, 2, 0.5, exp(-1));
    ag_tensor *v = of_values(g, AG_SHAPE(3), 1, -1, 2);
    double want[3];
    expect_ok(ag_get(ag_matmul(h, v), want, 3));
    expect_value(AG_HERE, ag_hvp(f, x, v), want, 3, 1e-14);
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ag_tensor *linear = ag_sum(x), *zero = ag_hessian(linear, x);
    expect_values(zero, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect_values(ag_hvp(linear, x, v), 0, 0, 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_symmetry)
{
    g = ag_graph_new();
    for (int run = 0; run < 10; run++) {
        ag_tensor *x = random_vector(6);
        ag_tensor *m = ag_mul(ag_reshape(ag_tanh(x), AG_SHAPE(6, 1)), ag_exp(x));
        ag_tensor *f = ag_mean(ag_sqrt(ag_add_scalar(ag_square(ag_matmul(m, x)), 1)));
        ag_tensor *h = ag_hessian(f, x);
        double size = 0;
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < i; j++) {
                double a = ag_item_at(h, AG_SHAPE(i, j));
                expect_near(a, ag_item_at(h, AG_SHAPE(j, i)), 1e-13);
                size += fabs(a);
            }
        }
        ck_assert(size > 1e-3);
    }
    ag_graph_free(g);
}
END_TEST

/* Rosenbrock's function (1960) at its minimum: H = [802 -400; -400 200]. */
START_TEST(test_rosenbrock)
{
    g = ag_graph_new();
    ag_tensor *p = of_values(g, AG_SHAPE(2), 1, 1), *x = part(p, 0), *y = part(p, 1);
    ag_tensor *valley = ag_mul_scalar(ag_square(ag_sub(y, ag_square(x))), 100);
    ag_tensor *f = ag_sum(ag_add(ag_square(ag_add_scalar(ag_neg(x), 1)), valley));
    expect_values(ag_hessian(f, p), 802, -400, -400, 200);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1), *y = ag_exp(x), *none = NULL;
    ag_tensor *c = ag_full(g, AG_CONSTANT, AG_SHAPE(2), 1),
              *wide = ag_full(g, AG_CONSTANT, AG_SHAPE(3), 1);
    ck_assert(ag_vjp(y, x, none) == NULL && ag_vjp(none, x, c) == NULL &&
              ag_vjp(y, none, c) == NULL);
    ck_assert(ag_jvp(y, x, none) == NULL && ag_jvp(none, x, c) == NULL &&
              ag_jvp(y, none, c) == NULL);
    ck_assert(ag_hvp(y, x, none) == NULL && ag_hvp(none, x, c) == NULL &&
              ag_hvp(y, none, c) == NULL);
    ck_assert(ag_jacobian(none, x) == NULL && ag_hessian(none, x) == NULL);
    ck_assert(ag_jacobian(y, none) == NULL && ag_hessian(y, none) == NULL);
    ck_assert_int_eq(ag_error(g), AG_ERR_NULL_ARGUMENT);
    ag_error_clear(g);
    no_tensor(g, HERE, ag_vjp(y, x, wide), AG_ERR_SHAPE, "vjp: a seed has another shape", "[3]");
    no_tensor(g, HERE, ag_jvp(y, x, wide), AG_ERR_SHAPE, "jvp: a seed has another shape", "[3]");
    no_tensor(g, HERE, ag_hvp(y, x, c), AG_ERR_SHAPE, "hvp: an output of several elements", "[2]",
              "hint: reduce it with ag_sum");
    no_tensor(g, HERE, ag_hessian(y, x), AG_ERR_SHAPE, "hessian: an output of several elements");
    no_tensor(g, HERE, ag_vjp(y, c, c), AG_ERR_NO_GRADIENT, "vjp: input 0 needs no gradient");
    no_tensor(g, HERE, ag_jacobian(y, c), AG_ERR_NO_GRADIENT,
              "jacobian: the input needs no gradient", LINE);
    no_tensor(g, HERE, ag_jacobian(y, ag_variable(other, 1)), AG_ERR_GRAPH,
              "jacobian: the tensors belong to different", LINE);
    ag_tensor *big = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1, 1, 1, 1), 1);
    no_tensor(g, HERE, ag_jacobian(ag_exp(big), big), AG_ERR_SHAPE,
              "10 dimensions; 0 to 8 are possible", LINE);
    ag_tensor *empty = ag_full(g, AG_VARIABLE, AG_SHAPE(0, INT64_C(1) << 40), 1);
    no_tensor(g, HERE, ag_jacobian(ag_exp(empty), empty), AG_ERR_OVERFLOW,
              "jacobian: the product of the sizes of shape [0,1099511627776,0,1099511627776]",
              LINE);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("products", test_jacobian, test_jacobian_shapes, test_products_with_jacobian,
           test_adjoint, test_hessian, test_symmetry, test_rosenbrock, test_wrong_calls)
