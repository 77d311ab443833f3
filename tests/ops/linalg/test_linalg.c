/* Linear algebra against numbers from elsewhere and against what defines each operation:
 *   [torch]  PyTorch 1.13.1, float64; A, b, C are those of begin(), C = arange(1, 10) as (3,3);
 *            gradients by torch.autograd.grad
 * Derivatives of every operation are checked by the loops of test_registry.c.
 */
#include "expect.h"

static const double a_values[] = {4, 1, .5, 2, 5, 1, .25, .75, 7};
static ag_graph *g;
static ag_tensor *a, *b, *c;

static void begin(void)
{
    g = ag_graph_new();
    a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), a_values);
    b = count_up(g, AG_VARIABLE, AG_SHAPE(3), 1);
    c = count_up(g, AG_VARIABLE, AG_SHAPE(3, 3), 1);
}

static void end(void)
{
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}

static ag_tensor *eye(int64_t n)
{
    return ag_diag(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1), 0);
}

START_TEST(test_products)
{
    begin();
    static const double left[] = {1, 2, 3, 4}, right[] = {0, 5, 6, 7};
    ag_tensor *l = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), left);
    ag_tensor *r = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), right);
    /* [torch] kron(l, r) */
    expect_tensor(ag_kron(l, r), AG_SHAPE(4, 4), 0, 5, 0, 10, 6, 7, 12, 14, 0, 15, 0, 20, 18, 21,
                  24, 28);
    expect_tensor(ag_kron(b, l), AG_SHAPE(2, 6), 1, 2, 2, 4, 3, 6, 3, 4, 6, 8, 9, 12);
    expect_tensor(ag_kron(ag_sum(b), ag_sum(l)), AG_SCALAR, 60);
    expect_tensor(gradient_of(ag_sum(ag_kron(l, r)), l, NULL), AG_SHAPE(2, 2), 18, 18, 18, 18);
    ag_tensor *outer = ag_outer(b, ag_slice(b, 0, 0, 2, 1));
    expect_tensor(outer, AG_SHAPE(3, 2), 1, 2, 2, 4, 3, 6);
    expect_tensor(gradient_of(ag_sum(outer), b, NULL), AG_SHAPE(3), 9, 9, 3);
    expect_tensor(ag_dot(b, b), AG_SCALAR, 14);
    expect_tensor(gradient_of(ag_dot(b, b), b, NULL), AG_SHAPE(3), 2, 4, 6);
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(0), 1);
    expect_tensor(ag_dot(none, none), AG_SCALAR, 0);
    ck_assert_int_eq(ag_size(ag_outer(none, b)), 0);
    ck_assert_int_eq(ag_size(ag_kron(none, l)), 0);
    end();
}
END_TEST

/* A long product of vectors in f32 adds in blocks: a sum of one term after the other would be wrong
 * in its fourth digit. */
START_TEST(test_long_dot)
{
    int64_t n = check_small() ? 300000 : 10000000;
    double exact = (double)n * (double)0.1f * (double)0.1f;
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(n), 0.1);
    ck_assert_double_eq_tol(ag_item(ag_dot(x, x)), exact, 1e-6 * exact);
    ag_tensor *row = ag_reshape(x, AG_SHAPE(1, n)), *column = ag_reshape(x, AG_SHAPE(n, 1));
    ck_assert_double_eq_tol(ag_item(ag_matmul(row, column)), exact, 1e-6 * exact);
    end();
}
END_TEST

START_TEST(test_diagonals)
{
    begin();
    expect_tensor(ag_diag(a, 0), AG_SHAPE(3), 4, 5, 7);
    expect_tensor(ag_diag(a, 1), AG_SHAPE(2), 1, 1);
    expect_tensor(ag_diag(a, -2), AG_SHAPE(1), .25);
    ck_assert_int_eq(ag_size(ag_diag(a, 3)), 0);
    ck_assert_int_eq(ag_size(ag_diag(a, INT64_MIN)), 0);
    ck_assert_int_eq(ag_size(ag_diag(a, INT64_MAX)), 0);
    expect_tensor(ag_diag(ag_slice(b, 0, 0, 2, 1), 1), AG_SHAPE(3, 3), 0, 1, 0, 0, 0, 2, 0, 0, 0);
    expect_tensor(ag_diag(ag_slice(b, 0, 0, 2, 1), -1), AG_SHAPE(3, 3), 0, 0, 0, 1, 0, 0, 0, 2, 0);
    expect_tensor(ag_trace(a), AG_SCALAR, 16);
    expect_tensor(gradient_of(ag_trace(a), a, NULL), AG_SHAPE(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    ag_tensor *cube = count_up(g, AG_VARIABLE, AG_SHAPE(2, 3, 2), 0);
    expect_tensor(ag_trace(cube), AG_SHAPE(2), 3, 15);
    expect_tensor(ag_diagonal(cube, 0, 2, 0), AG_SHAPE(3, 2), 0, 7, 2, 9, 4, 11);
    expect_tensor(ag_diagonal(cube, 1, -1, -1), AG_SHAPE(2, 2), 2, 5, 8, 11);
    expect_tensor(ag_diagonal(ag_transpose(cube), -2, -1, 1), AG_SHAPE(2, 2), 2, 5, 8, 11);
    int64_t labels[] = {1, 2, 3, 4};
    ag_tensor *whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 2), labels);
    expect_tensor(ag_diag(whole, 0), AG_SHAPE(2), 1, 4);
    expect_tensor(ag_triu(whole, 0), AG_SHAPE(2, 2), 1, 2, 0, 4);
    end();
}
END_TEST

START_TEST(test_triangles)
{
    begin();
    expect_tensor(ag_tril(c, 0), AG_SHAPE(3, 3), 1, 0, 0, 4, 5, 0, 7, 8, 9);
    expect_tensor(ag_tril(c, -1), AG_SHAPE(3, 3), 0, 0, 0, 4, 0, 0, 7, 8, 0);
    expect_tensor(ag_triu(c, 1), AG_SHAPE(3, 3), 0, 2, 3, 0, 0, 6, 0, 0, 0);
    expect_tensor(ag_triu(ag_transpose(c), 1), AG_SHAPE(3, 3), 0, 4, 7, 0, 0, 8, 0, 0, 0);
    expect_same_tensors(ag_tril(c, INT64_MAX), c, 0);
    expect_same_tensors(ag_triu(c, INT64_MIN), c, 0);
    expect_same_tensors(ag_tril(c, INT64_MIN), ag_mul_scalar(c, 0), 0);
    expect_same_tensors(ag_triu(c, INT64_MAX), ag_mul_scalar(c, 0), 0);
    expect_same_tensors(ag_add(ag_tril(c, 0), ag_triu(c, 1)), c, 0);
    /* What is outside goes, and is not multiplied by 0. */
    ag_tensor *nan = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 2), (double)NAN);
    expect_tensor(ag_tril(nan, -1), AG_SHAPE(1, 2), 0, 0);
    ck_assert_int_eq(ag_size(ag_tril(ag_full(g, AG_VARIABLE, AG_SHAPE(3, 0), 0), 0)), 0);
    end();
}
END_TEST

START_TEST(
    test_systems) /* [torch] linalg.solve(A, b), linalg.inv(A) and the gradient of sum(x C[0]) */
{
    begin();
    ag_tensor *x = ag_solve(a, b);
    expect_tensor(x, AG_SHAPE(3), 0.1337386018237082, 0.2674772036474164, 0.3951367781155015);
    expect_tensor(gradient_of(ag_dot(x, b), a, NULL), AG_SHAPE(3, 3), -0.008130006189891074,
                  -0.016260012379782147, -0.024020472833769083, -0.04430853373490637,
                  -0.08861706746981274, -0.13091157694404154, -0.05040603837732467,
                  -0.10081207675464934, -0.14892693156936834);
    expect_tensor(ag_inverse(a), AG_SHAPE(3, 3), 0.27760891590678827, -0.05369807497467072,
                  -0.0121580547112462, -0.11144883485309016, 0.22593718338399188,
                  -0.024316109422492398, 0.0020263424518743656, -0.022289766970618033,
                  0.1458966565349544);
    expect_same_tensors(ag_matmul(a, ag_solve(a, c)), c, NEAR);
    expect_same_tensors(ag_matmul(a, ag_inverse(a)), eye(3), NEAR);
    /* A zero in the corner needs a pivot from below. */
    static const double turned[] = {0, 1, 1, 0};
    ag_tensor *swap = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), turned);
    expect_same_tensors(ag_inverse(swap), swap, 0);
    end();
}
END_TEST

static ag_tensor *triangle(bool upper, ag_triangular_options o)
{
    ag_tensor *t = upper ? ag_triu(a, o.unit ? 1 : 0) : ag_tril(a, o.unit ? -1 : 0);
    t = o.unit ? ag_add(t, eye(3)) : t;
    return o.transpose ? ag_transpose(t) : t;
}

/* All options: T X = B and X T = B hold, the other triangle has no gradient. */
START_TEST(test_triangular_systems)
{
    begin();
    for (int i = 0; i < 16; i++) {
        ag_triangular_options o = {i & 1, i & 2, i & 4};
        bool upper = i & 8;
        ag_tensor *t = triangle(upper, o), *x = ag_solve_triangular(a, c, upper, &o);
        expect_same_tensors(o.right ? ag_matmul(x, t) : ag_matmul(t, x), c, NEAR);
        ag_tensor *v = ag_solve_triangular(a, b, upper, &o);
        expect_same_tensors(o.right ? ag_matmul(v, t) : ag_matmul(t, v), b, NEAR);
        ag_tensor *slope = gradient_of(ag_sum(x), a, NULL);
        expect_same_tensors(slope, upper ? ag_triu(slope, o.unit) : ag_tril(slope, -(int)o.unit),
                            0);
    }
    end();
}
END_TEST

START_TEST(
    test_cholesky) /* [torch] linalg.cholesky(A) and the gradient of sum(L * C), both triangles */
{
    begin();
    ag_tensor *l = ag_cholesky(a, false), *u = ag_cholesky(a, true);
    expect_tensor(l, AG_SHAPE(3, 3), 2, 0, 0, 1, 2, 0, 0.125, 0.3125, 2.624255846902127);
    expect_tensor(gradient_of(l, a, c), AG_SHAPE(3, 3), 0.0004186454662173725, 0.4020635453378263,
                  0.7767933098379117, 0.40206354533782623, 0.979364546621737, 1.7320669016208832,
                  0.7767933098379117, 1.7320669016208832, 1.7147718296263474);
    expect_tensor(gradient_of(u, a, c), AG_SHAPE(3, 3), 0.18389986795085433, 0.12969986796188124,
                  0.2694013204694028, 0.1296998679618812, 0.9521742517196701, 1.05805255286561,
                  0.26940132046940285, 1.05805255286561, 1.7286843305135575);
    expect_same_tensors(ag_tril(ag_matmul(l, ag_transpose(l)), 0), ag_tril(a, 0), NEAR);
    expect_same_tensors(ag_triu(ag_matmul(ag_transpose(u), u), 0), ag_triu(a, 0), NEAR);
    end();
}
END_TEST

/* [torch] linalg.det, linalg.slogdet and their gradients */
START_TEST(test_determinants)
{
    begin();
    ag_tensor *sign = NULL, *logdet = ag_slogdet(ag_neg(a), &sign);
    expect_tensor(ag_det(a), AG_SCALAR, 123.375);
    expect_tensor(gradient_of(ag_det(a), a, NULL), AG_SHAPE(3, 3), 34.25, -13.75, 0.25, -6.625,
                  27.875, -2.75, -1.5, -3.0, 18.0);
    expect_tensor(logdet, AG_SCALAR, 4.815228497753646);
    expect_tensor(sign, AG_SCALAR, -1);
    expect_tensor(gradient_of(logdet, a, NULL), AG_SHAPE(3, 3), 0.27760891590678827,
                  -0.11144883485309018, 0.0020263424518743665, -0.05369807497467072,
                  0.2259371833839919, -0.022289766970618033, -0.012158054711246202,
                  -0.024316109422492398, 0.1458966565349544);
    /* 1e-200^3 is no double; its logarithm is. */
    ag_tensor *small = ag_mul_scalar(eye(3), 1e-200);
    expect_tensor(ag_det(small), AG_SCALAR, 0);
    expect_tensor(ag_slogdet(small, &sign), AG_SCALAR, -600 * log(10));
    expect_tensor(sign, AG_SCALAR, 1);
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0, 0), 0);
    expect_tensor(ag_det(none), AG_SHAPE(2), 1, 1);
    expect_tensor(ag_slogdet(none, &sign), AG_SHAPE(2), 0, 0);
    expect_tensor(sign, AG_SHAPE(2), 1, 1);
    end();
}
END_TEST

/* Closed forms: det is a polynomial, so its derivatives exist everywhere. */
START_TEST(test_determinants_of_singular_matrices)
{
    begin();
    static const double rank_1[] = {1, 2, 2, 4}, rank_2[] = {1, 0, 0, 0, 1, 0, 0, 0, 0};
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), rank_1), *sign = NULL;
    ag_tensor *zero = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 0);
    ag_tensor *y = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), rank_2);
    expect_tensor(ag_det(x), AG_SCALAR, 0);
    expect_tensor(gradient_of(ag_det(x), x, NULL), AG_SHAPE(2, 2), 4, -2, -2, 1);
    expect_tensor(gradient_of(ag_det(y), y, NULL), AG_SHAPE(3, 3), 0, 0, 0, 0, 0, 0, 0, 0, 1);
    /* d2 (ad - bc): 1 for a,d and -1 for b,c */
    ag_shape four = AG_SHAPE(2, 2, 2, 2);
    expect_tensor(ag_hessian(ag_det(x), x), four, 0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0);
    expect_tensor(ag_hessian(ag_det(zero), zero), four, 0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0,
                  0, 0);
    /* The cofactor of the corner of y is the determinant of the other four elements. */
    ag_tensor *seed = ag_sub(eye(3), y),
              *second = gradient_of(gradient_of(ag_det(y), y, NULL), y, seed);
    expect_tensor(second, AG_SHAPE(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 0);
    expect_tensor(ag_slogdet(x, &sign), AG_SCALAR, -(double)INFINITY);
    expect_tensor(sign, AG_SCALAR, 0);
    end();
}
END_TEST

CHECK_MAIN("linalg", test_products, test_long_dot, test_diagonals, test_triangles, test_systems,
           test_triangular_systems, test_cholesky, test_determinants,
           test_determinants_of_singular_matrices)
