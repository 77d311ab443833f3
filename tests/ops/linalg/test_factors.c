/* QR, LU, the Moore-Penrose inverse, least squares, the matrix exponential and symmetric pencils: what
 * defines them, closed forms, and every wrong call. PyTorch's numbers are in tests/golden.
 */
#include <math.h>

#include "ops/wrong_operands.h"

/* The largest magnitude of the elements of a - b. */
static double apart(ag_tensor *a, ag_tensor *b)
{
    return ag_item(ag_max(ag_abs(ag_sub(a, b))));
}

static ag_tensor *identity(int64_t n)
{
    return ag_diag(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1), 0);
}

/* A = Q R, Q^T Q = 1, R upper triangular; at both ends of the range, too. */
START_TEST(test_qr_defines_itself)
{
    static const double scale[] = {1, 1e-200, 1e200};
    begin();
    for (int i = 0; i < 3; i++) {
        ag_tensor *a = ag_mul_scalar(
            of_values(g, AG_SHAPE(4, 3), 2, -1, 0, 1, 3, 1, -2, 0.5, 4, 1, 1, -3), scale[i]);
        ag_tensor *r, *q = ag_qr(a, &r);
        ck_assert(apart(ag_matmul(q, r), a) <= 1e-14 * scale[i]);
        ck_assert(apart(ag_matmul(ag_transpose(q), q), identity(3)) <= 1e-14);
        expect_same(apart(ag_triu(r, 0), r), 0);
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* A = P L U, also of a singular matrix, whose gradient is refused. */
START_TEST(test_lu_defines_itself)
{
    begin();
    ag_tensor *a = of_values(g, AG_SHAPE(3, 3), 1, 2, 3, 2, 4, 6, 1, 0, 1);
    ag_tensor *l, *u, *p = ag_lu(a, &l, &u);
    expect_near(apart(ag_matmul(p, ag_matmul(l, u)), a), 0, 1e-15);
    expect_same(apart(ag_tril(l, 0), l), 0);
    ck_assert(!ag_needs_grad(p) && ag_item_at(u, AG_SHAPE(2, 2)) == 0);
    ck_assert(ag_backward(ag_sum(u)) == AG_ERR_VALUE);
    ag_error_clear(g);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

/* Penrose's four conditions, for a matrix of rank 1 as well. */
START_TEST(test_pinv_defines_itself)
{
    begin();
    for (int rank = 1; rank <= 2; rank++) {
        ag_tensor *a =
            rank == 1 ? of_values(g, AG_SHAPE(3, 2), 1, 2, 2, 4, 3, 6) : variable(AG_SHAPE(3, 2));
        ag_tensor *p = ag_pinv(a, 0), *ap = ag_matmul(a, p), *pa = ag_matmul(p, a);
        ck_assert(apart(ag_matmul(ap, a), a) <= 1e-13 && apart(ag_matmul(pa, p), p) <= 1e-13);
        ck_assert(apart(ap, ag_transpose(ap)) <= 1e-13 && apart(pa, ag_transpose(pa)) <= 1e-13);
    }
    /* The line through (0,1), (1,3), (2,4), (3,4): 1.5 + x. */
    ag_tensor *x = of_values(g, AG_SHAPE(4, 2), 1, 0, 1, 1, 1, 2, 1, 3);
    ag_tensor *line = ag_lstsq(x, of_values(g, AG_SHAPE(4), 1, 3, 4, 4), 0);
    expect_near(ag_item_at(line, AG_SHAPE(0)), 1.5, 1e-14);
    expect_near(ag_item_at(line, AG_SHAPE(1)), 1, 1e-14);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* The exponential of a rotation's generator is the rotation, that of a nilpotent matrix a polynomial,
 * and exp(A) exp(-A) = 1; elements near the end of the range come back at once. */
START_TEST(test_matrix_exp)
{
    begin();
    for (double t = 0.001; t < 100; t *= 7) {
        ag_tensor *y = ag_matrix_exp(of_values(g, AG_SHAPE(2, 2), 0, -t, t, 0));
        expect_near(ag_item_at(y, AG_SHAPE(0, 0)), cos(t), 1e-13);
        expect_near(ag_item_at(y, AG_SHAPE(1, 0)), sin(t), 1e-13);
    }
    ag_tensor *y = ag_matrix_exp(of_values(g, AG_SHAPE(3, 3), 0, 2, 3, 0, 0, 4, 0, 0, 0));
    expect_near(apart(y, of_values(g, AG_SHAPE(3, 3), 1, 2, 7, 0, 1, 4, 0, 0, 1)), 0, 1e-14);
    ag_tensor *a = of_values(g, AG_SHAPE(2, 2), 1, 2, -3, 0.5);
    expect_near(apart(ag_matmul(ag_matrix_exp(a), ag_matrix_exp(ag_neg(a))), identity(2)), 0,
                1e-13);
    ck_assert(ag_item(ag_max(ag_matrix_exp(ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2), 1e308)))) != 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* A V = B V diag(w), V^T B V = 1. */
START_TEST(test_pencil)
{
    begin();
    ag_tensor *a = of_values(g, AG_SHAPE(2, 2), 2, 1, 1, -3),
              *b = of_values(g, AG_SHAPE(2, 2), 4, 1, 1, 2);
    ag_tensor *v, *w = ag_eigh_pencil(a, b, &v);
    ck_assert(apart(ag_matmul(a, v), ag_mul(ag_matmul(b, v), w)) <= 1e-14);
    ck_assert(apart(ag_matmul(ag_transpose(v), ag_matmul(b, v)), identity(2)) <= 1e-14);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    begin();
    ag_tensor *square = identity(2), *bad = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2), (double)NAN);
    ag_tensor *r = vector, *l = vector, *v = vector;
    fails(ag_qr(vector, &r), AG_ERR_SHAPE, "qr: [3] is not a matrix", "(..., m,n)");
    fails(ag_lu(vector, &l, NULL), AG_ERR_SHAPE, "lu: [3] is not a matrix", NULL);
    ck_assert(r == NULL && l == NULL);
    fails(ag_lu(whole, NULL, NULL), AG_ERR_DTYPE, "lu: not defined for i64", NULL);
    fails(ag_pinv(matrix, -1), AG_ERR_VALUE, "pinv: rcond is -1", "AG_EXACT_ZERO");
    fails(ag_pinv(bad, 0), AG_ERR_VALUE, "pinv: element [0,0] of the matrix is ", NULL);
    fails(ag_lstsq(matrix, vector, 0), AG_ERR_SHAPE,
          "lstsq: [2,3] X = [3]: the right-hand side has not 2 rows", NULL);
    fails(ag_lstsq(matrix, scalar, 0), AG_ERR_SHAPE, "lstsq: [2,3] X = []", NULL);
    fails(ag_lstsq(square, matrix, 2), AG_ERR_VALUE, "lstsq: rcond is 2", NULL);
    fails(ag_matrix_exp(matrix), AG_ERR_SHAPE, "matrix_exp: [2,3] is not square", NULL);
    fails(ag_matrix_exp(bad), AG_ERR_VALUE, "matrix_exp: element [0,0] of the matrix", NULL);
    fails(ag_eigh_pencil(square, ag_neg(square), &v), AG_ERR_VALUE,
          "eigh_pencil: the matrix is not positive definite", NULL);
    ck_assert_ptr_null(v);
    fails(ag_eigh_pencil(square, matrix, NULL), AG_ERR_SHAPE,
          "eigh_pencil: the shapes [2,2] and [2,3] differ", "ag_expand");
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("factors", test_qr_defines_itself, test_lu_defines_itself, test_pinv_defines_itself,
           test_matrix_exp, test_pencil, test_wrong_calls)
