/* Every way to call linear algebra wrongly: NULL comes back, and the message names the operation,
 * what does not fit, the line of the call, and mostly what to do.
 */
#include <limits.h>

#include "expect.h"

static ag_graph *g;
static ag_tensor *scalar, *vector, *matrix, *square, *cube, *whole, *single, *singular;

static void begin(void)
{
    static const double low_rank[] = {1, 2, 3, 2, 4, 6, 1, 1, 1};
    g = ag_graph_new();
    scalar = ag_full(g, AG_VARIABLE, AG_SCALAR, 1);
    vector = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    matrix = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "W");
    square = ag_diag(ag_full(g, AG_VARIABLE, AG_SHAPE(3), 2), 0);
    cube = ag_full(g, AG_VARIABLE, AG_SHAPE(4, 3, 3), 1);
    whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(3, 3), NULL);
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(3, 3), NULL);
    singular = ag_name(ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), low_rank), "S");
    ck_assert_int_eq(ag_error(g), AG_OK);
}

START_TEST(test_products)
{
    begin();
    fails(ag_outer(vector, matrix), AG_ERR_SHAPE, "outer: takes two vectors, not [3] and [2,3]",
          "ag_einsum");
    fails(ag_outer(scalar, vector), AG_ERR_SHAPE, "outer: takes two vectors, not [] and [3]", NULL);
    fails(ag_dot(matrix, vector), AG_ERR_SHAPE, "dot: takes two vectors, not [2,3] and [3]",
          "ag_matmul");
    fails(ag_dot(vector, ag_slice(vector, 0, 0, 2, 1)), AG_ERR_SHAPE,
          "dot: the vectors have 3 and 2 elements", NULL);
    fails(ag_dot(NULL, vector), AG_ERR_NULL_ARGUMENT, "dot: an operand is NULL", NULL);
    fails(ag_kron(NULL, vector), AG_ERR_NULL_ARGUMENT, "", NULL);
    fails(ag_kron(vector, ag_reshape(vector, AG_SHAPE(1, 1, 1, 1, 3))), AG_ERR_SHAPE,
          "kron: operands have up to 4 dimensions, not 5", NULL);
    ck_assert_ptr_null(ag_outer(NULL, NULL));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_diagonals)
{
    begin();
    fails(ag_diag(cube, 0), AG_ERR_SHAPE, "diag: takes a vector or a matrix, not 3 dimensions",
          "ag_diagonal");
    fails(ag_diag(scalar, 0), AG_ERR_SHAPE, "diag: takes a vector or a matrix, not 0", NULL);
    fails(ag_diag(vector, INT64_MAX), AG_ERR_OVERFLOW,
          "diag: no matrix has room for diagonal 9223372036854775807", NULL);
    fails(ag_diag(vector, INT64_MIN), AG_ERR_OVERFLOW, "diag: no matrix has room", NULL);
    fails(ag_diag(vector, -(INT64_C(1) << 40)), AG_ERR_OVERFLOW,
          "diag: no matrix has room for diagonal -1099511627776", NULL);
    fails(ag_diagonal(vector, 0, 1, 0), AG_ERR_AXIS, "diagonal: needs at least 2 dimensions",
          "ag_diag");
    fails(ag_diagonal(matrix, 0, 2, 0), AG_ERR_AXIS, "diagonal: axis 2 is out of range", "\"W\"");
    fails(ag_diagonal(matrix, -1, 1, 0), AG_ERR_AXIS, "diagonal: axes -1 and 1 are the same", NULL);
    fails(ag_diagonal(matrix, INT_MIN, INT_MAX, 0), AG_ERR_AXIS, "diagonal: axis -2147483648",
          NULL);
    fails(ag_trace(vector), AG_ERR_SHAPE, "trace: needs at least 2 dimensions", NULL);
    fails(ag_tril(vector, 0), AG_ERR_SHAPE, "tril: needs at least 2 dimensions", NULL);
    fails(ag_triu(scalar, 0), AG_ERR_SHAPE, "triu: needs at least 2 dimensions", NULL);
    ck_assert_ptr_null(ag_diag(NULL, 0));
    ck_assert_ptr_null(ag_trace(NULL));
    ck_assert_ptr_null(ag_tril(NULL, 0));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_square)
{
    begin();
    static ag_tensor *(*const calls[])(ag_tensor *) = {ag_det, ag_inverse, ag_eigvalsh};
    static const char *const names[] = {"det", "inverse", "eigvalsh"};
    for (int i = 0; i < 3; i++) {
        char what[80];
        snprintf(what, sizeof what, "%s: [2,3] is not square: 2 rows and 3 columns", names[i]);
        fails(calls[i](AG_AT(matrix)), AG_ERR_SHAPE, what, "must be equal");
        snprintf(what, sizeof what, "%s: [3] is not a square matrix", names[i]);
        fails(calls[i](AG_AT(vector)), AG_ERR_SHAPE, what, "(..., n,n)");
        snprintf(what, sizeof what, "%s: not defined for i64", names[i]);
        fails(calls[i](AG_AT(whole)), AG_ERR_DTYPE, what, "ag_cast");
        ck_assert_ptr_null(calls[i](NULL));
    }
    ag_tensor *u = vector, *s = vector, *vh = vector, *sign = vector;
    fails(ag_cholesky(matrix, false), AG_ERR_SHAPE, "cholesky: [2,3] is not square", NULL);
    fails(ag_cholesky(matrix, true), AG_ERR_SHAPE, "cholesky: [2,3] is not square",
          "\"W\" f64 [2,3]");
    fails(ag_cholesky(vector, true), AG_ERR_SHAPE, "cholesky: [3] is not a square matrix", NULL);
    fails(ag_slogdet(matrix, NULL), AG_ERR_SHAPE, "slogdet: [2,3] is not square", NULL);
    fails(ag_slogdet(matrix, &sign), AG_ERR_SHAPE, "slogdet: [2,3] is not square", NULL);
    fails(ag_svd(vector, &u, &s, &vh), AG_ERR_SHAPE, "svd: [3] is not a matrix", "(..., m,n)");
    fails(ag_svdvals(whole), AG_ERR_DTYPE, "svdvals: not defined for i64", NULL);
    ck_assert(sign == NULL && u == NULL && s == NULL && vh == NULL);
    ck_assert_ptr_null(ag_svd(NULL, &u, &s, &vh));
    ck_assert_ptr_null(ag_eigh(NULL, &u));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_systems)
{
    begin();
    ag_triangular_options right = {.right = true};
    fails(ag_solve(matrix, vector), AG_ERR_SHAPE, "solve: [2,3] is not square", NULL);
    fails(ag_solve(square, matrix), AG_ERR_SHAPE,
          "solve: [3,3] X = [2,3]: the right-hand side has not 3 rows", "columns of a matrix");
    fails(ag_solve(square, scalar), AG_ERR_SHAPE, "solve: [3,3] X = []", NULL);
    fails(ag_solve(square, ag_slice(vector, 0, 0, 2, 1)), AG_ERR_SHAPE, "solve: [3,3] X = [2,1]",
          NULL);
    fails(ag_solve(cube, ag_slice(cube, 0, 0, 2, 1)), AG_ERR_SHAPE,
          "solve: the batch dimensions of [4,3,3] and [2,3,3] do not broadcast", "equal or 1");
    fails(ag_solve(square, single), AG_ERR_DTYPE, "solve: operands are f64 and f32", "ag_cast");
    fails(ag_solve(square, NULL), AG_ERR_NULL_ARGUMENT, "solve: an operand is NULL", NULL);
    fails(ag_solve(NULL, square), AG_ERR_NULL_ARGUMENT, "solve: an operand is NULL", NULL);
    fails(ag_solve_triangular(matrix, vector, true, NULL), AG_ERR_SHAPE,
          "solve_triangular: [2,3] is not square", NULL);
    fails(ag_solve_triangular(square, ag_transpose(matrix), true, &right), AG_ERR_SHAPE,
          "solve_triangular: [3,3] X = [2,3]", NULL);
    fails(ag_solve_triangular(square, scalar, true, &right), AG_ERR_SHAPE,
          "solve_triangular: [3,3] X = []", NULL);
    fails(ag_solve_triangular(square, NULL, true, &right), AG_ERR_NULL_ARGUMENT,
          "solve_triangular: an operand is NULL", NULL);
    ck_assert_ptr_null(ag_solve(NULL, NULL));
    ag_graph_free(g);
}
END_TEST

/* A zero in the third place of the diagonal, in the second matrix of two. */
static ag_tensor *batch(void)
{
    ag_tensor *zero =
        ag_diag(ag_from_values(g, AG_VARIABLE, AG_SHAPE(3), (const double[]){2, 2, 0}), 0);
    ag_tensor *list[] = {ag_reshape(square, AG_SHAPE(1, 3, 3)),
                         ag_reshape(zero, AG_SHAPE(1, 3, 3))};
    return ag_concat(list, 2, 0);
}

START_TEST(test_singular)
{
    begin();
    fails(ag_inverse(singular), AG_ERR_VALUE,
          "inverse: the matrix is singular: the pivot of column 2 is 0",
          "multiple of the identity");
    fails(ag_solve(singular, vector), AG_ERR_VALUE, "solve: the matrix is singular: ", "\"S\"");
    fails(ag_inverse(batch()), AG_ERR_VALUE,
          "inverse: matrix 1 of the batch is singular: the pivot of column 2 is 0", NULL);
    fails(ag_solve_triangular(batch(), vector, false, NULL), AG_ERR_VALUE,
          "solve_triangular: matrix 1 of the batch is singular: the pivot of column 2 is 0", NULL);
    ag_triangular_options unit = {.unit = true};
    ck_assert_ptr_nonnull(ag_solve_triangular(batch(), vector, false, &unit));
    ag_tensor *y = ag_slogdet(singular, NULL);
    ck_assert_int_eq(ag_backward(y), AG_ERR_VALUE);
    ck_assert_msg(strstr(ag_error_message(g), "inverse: the matrix is singular") != NULL, "%s",
                  ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_positive_definite)
{
    begin();
    fails(ag_cholesky(singular, false), AG_ERR_VALUE,
          "cholesky: the matrix is not positive definite: its leading minor of order 2",
          "multiple of the identity");
    fails(ag_cholesky(batch(), true), AG_ERR_VALUE,
          "cholesky: matrix 1 of the batch is not positive definite: its leading minor of order 3",
          NULL);
    fails(ag_cholesky(ag_neg(square), false), AG_ERR_VALUE,
          "cholesky: the matrix is not positive definite: its leading minor of order 1", NULL);
    ag_tensor *nan = ag_mul_scalar(square, (double)NAN);
    fails(ag_cholesky(nan, false), AG_ERR_VALUE, "cholesky: the matrix is not positive", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_finite)
{
    begin();
    static const double values[] = {1, 2, 3, (double)INFINITY};
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), values), *v = vector;
    ag_tensor *nan = ag_mul_scalar(cube, (double)NAN);
    fails(ag_eigh(x, &v), AG_ERR_VALUE, "eigh: element [1,1] of the matrix is inf", "finite");
    ck_assert_ptr_null(v);
    fails(ag_svdvals(nan), AG_ERR_VALUE, "svdvals: element [0,0] of matrix 0 of the batch is ",
          NULL);
    /* Elimination lets it through, forward and backward, as arithmetic does. */
    ck_assert(isnan(ag_item(ag_det(ag_mul_scalar(square, (double)NAN)))));
    ck_assert(isnan(ag_item_at(ag_inverse(nan), AG_SHAPE(3, 2, 2))));
    ag_tensor *y = ag_sum(ag_det(nan));
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert(isnan(ag_grad_item_at(cube, AG_SHAPE(0, 0, 0))));
    ag_graph_free(g);
}
END_TEST

/* --- memory ----------------------------------------------------------------------------------- */

/* Gives no large piece, and none at all after `left` more. */
typedef struct scarce {
    int left;
    bool refused;
} scarce;

static void *scarce_alloc(void *context, size_t bytes)
{
    scarce *s = context;
    s->refused = s->refused || bytes > (size_t)1 << 26 || s->left-- <= 0;
    return s->refused ? NULL : malloc(bytes);
}

static void scarce_release(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

static ag_graph *graph_with(scarce *s)
{
    ag_graph_options options = {.allocator = {scarce_alloc, scarce_release, s}};
    return ag_graph_new_with(&options);
}

/* Far more than there is: an error, and nothing is touched. */
START_TEST(test_overflow)
{
    static ag_tensor *(*const calls[])(ag_tensor *) = {ag_det, ag_inverse, ag_eigvalsh, ag_svdvals};
    for (int i = 0; ADDRESSES_OF_64_BITS && i < 5; i++) {
        scarce s = {INT_MAX, false};
        g = graph_with(&s);
        ag_tensor *one = ag_full(g, AG_VARIABLE, AG_SCALAR, 1);
        ag_tensor *x = ag_expand(one, AG_SHAPE(INT64_C(1) << 29, INT64_C(1) << 29));
        ck_assert_ptr_nonnull(x);
        ck_assert_ptr_null(i < 4 ? calls[i](x) : ag_kron(x, x));
        ck_assert_msg(ag_error(g) == AG_ERR_MEMORY || ag_error(g) == AG_ERR_OVERFLOW, "%d: %s", i,
                      ag_error_message(g));
        ag_graph_free(g);
    }
}
END_TEST

/* Everything once, forward and backward twice, of matrices of n rows; false on failure. */
static bool everything(int64_t n)
{
    ag_tensor *x = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(n, n), NULL), *u, *vh, *v, *sign;
    if (x == NULL || ag_fill_uniform(x, 0.5, 1) != AG_OK) {
        return false;
    }
    ag_tensor *m = ag_add(ag_matmul(x, ag_transpose(x)), ag_diag(ag_diagonal(x, 0, 1, 0), 0));
    ag_tensor *s = ag_svd(x, &u, NULL, &vh), *w = ag_eigh(m, &v);
    ag_tensor *list[] = {u, vh, v, ag_solve(m, x), ag_cholesky(m, true), ag_inverse(m)};
    ag_tensor *y = ag_einsum("ij,kj,kl,ml,mn,in->", list, 6);
    y = ag_add(ag_add(y, ag_slogdet(m, &sign)), ag_add(ag_det(x), ag_dot(s, w)));
    ag_tensor *flat = ag_mul_scalar(ag_outer(ag_sum_over(x, AG_AXES(0), false), s), 0);
    y = ag_add(y, ag_det(flat));
    ag_grad_options options = {.create_graph = true};
    ag_tensor *first = NULL;
    return y != NULL && ag_grad(&y, 1, NULL, &x, 1, &options, &first) == AG_OK &&
           ag_backward(ag_sum(ag_square(first))) == AG_OK;
}

START_TEST(test_every_allocation_fails_in_turn)
{
    int n = 0;
    for (bool done = false; !done; n++) {
        scarce s = {n, false};
        g = graph_with(&s);
        done = g != NULL && everything(24);
        ck_assert_msg(done != s.refused, "%d: %s", n, g != NULL ? ag_error_message(g) : "");
        ck_assert(done || g == NULL || ag_error(g) == AG_ERR_MEMORY);
        ag_graph_free(g);
    }
    printf("%d allocations\n", n - 1);
    ck_assert_int_gt(n, 10);
}
END_TEST

CHECK_MAIN("linalg_errors", test_products, test_diagonals, test_not_square, test_systems,
           test_singular, test_not_positive_definite, test_not_finite, test_overflow,
           test_every_allocation_fails_in_turn)
