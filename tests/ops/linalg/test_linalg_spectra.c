/* Eigenvalues and singular values, by what defines them and by numbers from elsewhere:
 *   [torch]  PyTorch 1.13.1, float64; A is that of a_values, C = arange(1, 10) as (3,3)
 * Derivatives are checked by the loops of test_registry.c.
 */
#include "expect.h"

static const double a_values[] = {4, 1, .5, 2, 5, 1, .25, .75, 7};
static ag_graph *g;

static void end(void)
{
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}

static ag_tensor *eye(ag_dtype dtype, int64_t n)
{
    ag_tensor *one = ag_add_scalar(ag_leaf(g, AG_CONSTANT, dtype, AG_SCALAR, NULL), 1);
    return ag_diag(ag_expand(one, AG_SHAPE(n)), 0);
}

/* sum(x^2 * c^2) */
static ag_tensor *weighed(ag_tensor *x, ag_tensor *c)
{
    return ag_sum(ag_mul(ag_square(x), ag_square(c)));
}

START_TEST(
    test_eigh_numbers) /* [torch] w, V = linalg.eigh(A); gradient of sum(V^2 C^2) + w . C[0] */
{
    g = ag_graph_new();
    ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), a_values), *v = NULL;
    ag_tensor *c = count_up(g, AG_VARIABLE, AG_SHAPE(3, 3), 1), *w = ag_eigh(a, &v);
    expect_tensor(w, AG_SHAPE(3), 2.422700777748398, 6.011155605933377, 7.566143616318229);
    expect_tensor(ag_square(ag_slice(v, 0, 0, 1, 1)), AG_SHAPE(1, 3),
                  0.780184865427148 * 0.780184865427148, 0.5291459215403298 * 0.5291459215403298,
                  0.33364077909580836 * 0.33364077909580836);
    ag_tensor *loss = ag_add(weighed(v, c), ag_dot(w, count_up(g, AG_VARIABLE, AG_SHAPE(3), 1)));
    expect_tensor(gradient_of(loss, a, NULL), AG_SHAPE(3, 3), -0.2638383520257123,
                  -0.7140534620631103, -0.346477545859301, -0.71405346206311, 1.217125234774898,
                  -0.12291275118361544, -0.3464775458593009, -0.12291275118361522,
                  5.046713117250812);
    end();
}
END_TEST

START_TEST(test_svd_numbers) /* [torch] svd of A[:,:2];
                        gradient of sum(U^2 C2^2) + s . C2[0] + sum(Vh^2 C2[1:]) */
{
    g = ag_graph_new();
    ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), a_values), *u, *s, *vh;
    ag_tensor *c = ag_slice(count_up(g, AG_VARIABLE, AG_SHAPE(3, 3), 1), 1, 0, 2, 1);
    ck_assert_ptr_nonnull(ag_svd(ag_slice(a, 1, 0, 2, 1), &u, &s, &vh));
    expect_tensor(s, AG_SHAPE(2), 6.153656419765915, 2.9593094916675637);
    ag_tensor *rows = ag_sum(ag_mul(ag_square(vh), ag_slice(c, 0, 1, 3, 1)));
    ag_tensor *loss =
        ag_add(ag_add(weighed(u, c), ag_dot(s, count_up(g, AG_VARIABLE, AG_SHAPE(2), 1))), rows);
    expect_tensor(gradient_of(loss, a, NULL), AG_SHAPE(3, 3), 2.49095515490552,
                  -0.01519206964042863, 0, -0.12639460587516763, 0.14709599816475388, 0,
                  -1.29428765969589, 2.619370651959902, 0);
    end();
}
END_TEST

/* --- what defines them ------------------------------------------------------------------------ */

static void must_be_orthonormal(ag_tensor *columns, double tolerance)
{
    ag_shape s = ag_shape_of(columns);
    ag_tensor *product = ag_matmul(ag_transpose(columns), columns);
    ag_tensor *one = eye(ag_dtype_of(columns), s.dim[s.ndim - 1]);
    expect_same_tensors(product, ag_expand(one, ag_shape_of(product)), tolerance);
}

static void must_fall(ag_tensor *values, double sign)
{
    double at[MOST_ELEMENTS];
    read_all(values, at);
    int64_t n =
        ag_shape_of(values).ndim > 0 ? ag_shape_of(values).dim[ag_shape_of(values).ndim - 1] : 0;
    for (int64_t i = 0; i + 1 < ag_size(values); i++) {
        ck_assert((i + 1) % n == 0 || sign * at[i] >= sign * at[i + 1]);
    }
}

static void must_decompose(ag_tensor *x, double tolerance)
{
    ag_tensor *u, *s, *vh, *rows;
    ck_assert_msg(ag_svd(x, &u, &s, &vh) == s && s != NULL, "%s", ag_error_message(g));
    ag_shape shape = ag_shape_of(s);
    shape.dim[shape.ndim] = shape.dim[shape.ndim - 1];
    shape.dim[shape.ndim++ - 1] = 1;
    rows = ag_reshape(s, shape);
    expect_same_tensors(ag_matmul(ag_mul(u, rows), vh), x, tolerance);
    must_be_orthonormal(u, tolerance);
    must_be_orthonormal(ag_transpose(vh), tolerance);
    must_fall(s, 1);
    expect_same_tensors(ag_svdvals(x), s, 0);
}

static void must_diagonalise(ag_tensor *x, double tolerance)
{
    ag_tensor *v = NULL, *w = ag_eigh(x, &v);
    ck_assert_msg(w != NULL, "%s", ag_error_message(g));
    ag_shape shape = ag_shape_of(w);
    shape.dim[shape.ndim] = shape.dim[shape.ndim - 1];
    shape.dim[shape.ndim++ - 1] = 1;
    ag_tensor *back = ag_matmul(ag_mul(v, ag_reshape(w, shape)), ag_transpose(v));
    expect_same_tensors(ag_tril(back, 0), ag_tril(x, 0), tolerance);
    must_be_orthonormal(v, tolerance);
    must_fall(w, -1);
    expect_same_tensors(ag_eigvalsh(x), w, 0);
}

START_TEST(test_any_shape_and_layout)
{
    g = ag_graph_new();
    for (int dtype = AG_F64; dtype <= AG_F32; dtype++) {
        double tolerance = dtype == AG_F64 ? 1e-13 : 1e-5;
        ag_tensor *x = drawn(g, (ag_dtype)dtype, AG_SHAPE(2, 6, 5));
        must_decompose(x, tolerance);
        must_decompose(ag_transpose(x), tolerance);
        must_decompose(ag_slice(x, -1, INT64_MAX, INT64_MIN, -2), tolerance);
        must_decompose(ag_slice(x, 1, 0, 1, 1), tolerance);
        must_decompose(ag_slice(x, 0, 0, 0, 1), tolerance);
        must_decompose(ag_slice(x, 1, 0, 0, 1), tolerance);
        must_diagonalise(ag_slice(x, 1, 1, 6, 1), tolerance);
        must_diagonalise(ag_transpose(ag_slice(x, 1, 0, 5, 1)), tolerance);
        must_diagonalise(ag_slice(ag_slice(x, 1, 0, 5, 1), 0, 0, 0, 1), tolerance);
        must_diagonalise(ag_expand(eye((ag_dtype)dtype, 3), AG_SHAPE(2, 2, 3, 3)), tolerance);
    }
    must_decompose(drawn(g, AG_F64, AG_SHAPE(24, 20)), 1e-13);
    end();
}
END_TEST

/* Rank lost altogether, or in part, equal values, and sizes whose squares are no doubles. */
START_TEST(test_awkward_matrices)
{
    g = ag_graph_new();
    static const double swap[] = {0, 1, 1, 0};
    ag_tensor *zero = ag_full(g, AG_VARIABLE, AG_SHAPE(4, 3), 0);
    ag_tensor *ones = ag_full(g, AG_VARIABLE, AG_SHAPE(3, 5), 1);
    ag_tensor *low = ag_matmul(drawn(g, AG_F64, AG_SHAPE(5, 2)), drawn(g, AG_F64, AG_SHAPE(2, 6)));
    must_decompose(zero, 1e-14);
    must_decompose(ag_transpose(zero), 1e-14);
    must_decompose(ones, 1e-14);
    must_decompose(low, 1e-13);
    must_decompose(eye(AG_F64, 4), 1e-14);
    must_diagonalise(ag_slice(zero, 0, 0, 3, 1), 1e-14);
    must_diagonalise(ag_full(g, AG_VARIABLE, AG_SHAPE(4, 4), 1), 1e-14);
    must_diagonalise(ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), swap), 1e-14);
    for (int sign = -1; sign <= 1; sign += 2) {
        double size = sign < 0 ? 1e-300 : 1e300;
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), a_values);
        ag_tensor *w = ag_eigvalsh(x), *s = ag_svdvals(x);
        expect_same_tensors(ag_mul_scalar(ag_eigvalsh(ag_mul_scalar(x, size)), 1 / size), w, 1e-14);
        expect_same_tensors(ag_mul_scalar(ag_svdvals(ag_mul_scalar(x, size)), 1 / size), s, 1e-14);
    }
    end();
}
END_TEST

/* Parallel columns of which rotations leave rounding errors, parallel to the columns again: a sweep
 * that judges angles alone never ends. */
START_TEST(test_parallel_columns)
{
    g = ag_graph_new();
    static const double first[] = {1, 0, 0};
    ag_tensor *row = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 1), first);
    for (int i = 0; i < 40; i++) {
        ag_tensor *x = ag_mul(drawn(g, AG_F64, AG_SHAPE(3, 3, 3)), row);
        must_decompose(x, 1e-14);
        must_decompose(ag_transpose(x), 1e-14);
        must_decompose(ag_slice(ag_slice(x, 1, 0, 2, 1), 2, 0, 2, 1), 1e-14);
    }
    end();
}
END_TEST

/* --- gradients where values coincide, as in PyTorch ------------------------------------------- */

START_TEST(test_equal_values) /* [torch] eigvalsh(eye(3)) . (1,2,4); linalg.eigh(eye(3))[1] */
{
    g = ag_graph_new();
    static const double weights[] = {1, 2, 4};
    ag_tensor *c = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3), weights), *v = NULL, *u = NULL;
    ag_tensor *x = ag_name(ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), a_values), "x");
    ck_assert_int_eq(ag_set(x, (const double[]){1, 0, 0, 0, 1, 0, 0, 0, 1}, 9), AG_OK);
    ag_tensor *w = ag_eigh(x, &v), *s = ag_svd(x, &u, NULL, NULL);
    expect_tensor(gradient_of(ag_dot(w, c), x, NULL), AG_SHAPE(3, 3), 1, 0, 0, 0, 2, 0, 0, 0, 4);
    expect_tensor(gradient_of(ag_sum(s), x, NULL), AG_SHAPE(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    double at[MOST_ELEMENTS];
    read_all(gradient_of(weighed(v, ag_reshape(c, AG_SHAPE(3, 1))), x, NULL), at);
    ck_assert(!isfinite(at[1]));
    read_all(gradient_of(weighed(u, ag_reshape(c, AG_SHAPE(3, 1))), x, NULL), at);
    ck_assert(!isfinite(at[1]));
    ag_tensor *zero = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 0); /* [torch] svdvals(0).sum() */
    expect_tensor(gradient_of(ag_sum(ag_svdvals(zero)), zero, NULL), AG_SHAPE(2, 2), 1, 0, 0, 1);
    end();
}
END_TEST

/* sum of w^2 = |A|^2 and the product of w = det A, with their first two derivatives. */
START_TEST(test_identities_of_symmetric_functions)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(4, 4));
    ag_tensor *m = ag_mul_scalar(ag_add(x, ag_transpose(x)), 0.5), *w = ag_eigvalsh(m);
    ag_tensor *product = ag_exp(ag_sum(ag_log(ag_square(w)))), *det = ag_square(ag_det(m));
    ag_tensor *nuclear = ag_sum(ag_square(ag_svdvals(x)));
    expect_same_tensors(ag_sum(ag_square(w)), ag_sum(ag_square(m)), 1e-12);
    expect_same_tensors(ag_hessian(ag_sum(ag_square(w)), x), ag_hessian(ag_sum(ag_square(m)), x),
                        1e-11);
    expect_same_tensors(product, det, 1e-11);
    expect_same_tensors(gradient_of(product, x, NULL), gradient_of(det, x, NULL), 1e-11);
    expect_same_tensors(ag_hessian(product, x), ag_hessian(det, x), 1e-9);
    expect_same_tensors(ag_hessian(nuclear, x), ag_hessian(ag_sum(ag_square(x)), x), 1e-11);
    end();
}
END_TEST

CHECK_MAIN("linalg_spectra", test_eigh_numbers, test_svd_numbers, test_any_shape_and_layout,
           test_awkward_matrices, test_parallel_columns, test_equal_values,
           test_identities_of_symmetric_functions)
