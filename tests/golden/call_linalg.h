/* Linear algebra. The vectors of eigh and svd are free in sign: their squares are compared, and the
 * product u vh, in which the signs cancel. */
#ifndef CALL_LINALG_H
#define CALL_LINALG_H

#include "call.h"

#define SQUARE_CALL(X, name) X(name, ONE(ag_##name(in[0])))

/* clang-format off */
#define GOLDEN_LINALG(X)                                                                           \
    SQUARE_CALL(X, trace) SQUARE_CALL(X, inverse) SQUARE_CALL(X, det) SQUARE_CALL(X, svdvals)      \
    X(matmul, ONE(ag_matmul(in[0], in[1])))                                                        \
    X(outer, ONE(ag_outer(in[0], in[1])))                                                          \
    X(dot, ONE(ag_dot(in[0], in[1])))                                                              \
    X(kron, ONE(ag_kron(in[0], in[1])))                                                            \
    X(solve, ONE(ag_solve(in[0], in[1])))                                                          \
    X(diag, ONE(ag_diag(in[0], SMALL("k"))))                                                       \
    X(tril, ONE(ag_tril(in[0], SMALL("k"))))                                                       \
    X(triu, ONE(ag_triu(in[0], SMALL("k"))))                                                       \
    X(diagonal, ONE(ag_diagonal(in[0], SMALL("axis1"), SMALL("axis2"), SMALL("k"))))               \
    X(diag_embed, ONE(ag_diag_embed(in[0], SMALL("axis1"), SMALL("axis2"), SMALL("k"))))           \
    X(cross, ONE(ag_cross(in[0], in[1], AXIS)))                                                    \
    X(cdist, ONE(ag_cdist(in[0], in[1], NUMBER("p"))))                                             \
    X(qr, TWO(ag_qr(in[0], &out[1])))                                                              \
    X(lu, call_lu_parts(in, out))                                                                  \
    X(pinv, ONE(ag_pinv(in[0], NUMBER("rcond"))))                                                                \
    X(lstsq, ONE(ag_lstsq(in[0], in[1], 0)))                                                       \
    X(matrix_exp, ONE(ag_matrix_exp(in[0])))                                                       \
    X(eigh_pencil, call_pencil_parts(in, out))                                                     \
    X(einsum, call_equation(r, in, out))                                                           \
    X(cholesky, ONE(ag_cholesky(positive(in[0]), FLAG("upper"))))                                  \
    X(solve_triangular, call_triangle(r, in, out))                                                 \
    X(slogdet, call_slogdet_parts(in, out))                                                        \
    X(eigvalsh, ONE(ag_eigvalsh(symmetric(in[0]))))                                                \
    X(eigh, call_eigh_parts(in, out))                                                              \
    X(svd, call_svd_parts(in, out))
/* clang-format on */

#if __has_include(<autograd/linalg.h>)

static ag_tensor *symmetric(ag_tensor *x)
{
    return ag_add(x, ag_transpose(x));
}

/* x x^T + 1 */
static ag_tensor *positive(ag_tensor *x)
{
    ag_tensor *product = ag_matmul(x, ag_transpose(x));
    ag_shape shape = ag_shape_of(product);
    int64_t n = shape.ndim > 0 ? shape.dim[shape.ndim - 1] : 0;
    if (product == NULL) {
        return NULL;
    }
    ag_shape square = AG_SHAPE(n, n);
    ag_tensor *one = ag_leaf(ag_graph_of(x), AG_CONSTANT, ag_dtype_of(x), square, NULL);
    for (int64_t i = 0; i < n; i++) {
        void *data = ag_mutable_data(one);
        if (ag_dtype_of(x) == AG_F64) {
            ((double *)data)[i * (n + 1)] = 1;
        } else {
            ((float *)data)[i * (n + 1)] = 1;
        }
    }
    return ag_add(product, one);
}

static int call_equation(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    char equation[64];
    attr_word(r->text, "equation", equation, sizeof equation);
    return ONE(ag_einsum(equation, in, r->n_in));
}

static int call_triangle(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_triangular_options options = {.unit = FLAG("unit"), .right = FLAG("right")};
    return ONE(ag_solve_triangular(in[0], in[1], FLAG("upper"), &options));
}

static int call_slogdet_parts(ag_tensor *const *in, ag_tensor **out)
{
    out[0] = NULL;
    out[1] = ag_slogdet(in[0], &out[0]);
    return 2;
}

static int call_eigh_parts(ag_tensor *const *in, ag_tensor **out)
{
    ag_tensor *vectors = NULL;
    out[0] = ag_eigh(symmetric(in[0]), &vectors);
    out[1] = ag_square(vectors);
    return 2;
}

static int call_lu_parts(ag_tensor *const *in, ag_tensor **out)
{
    out[0] = ag_lu(in[0], &out[1], &out[2]);
    return 3;
}

static int call_pencil_parts(ag_tensor *const *in, ag_tensor **out)
{
    ag_tensor *vectors = NULL;
    out[0] = ag_eigh_pencil(symmetric(in[0]), positive(in[1]), &vectors);
    out[1] = ag_square(vectors);
    return 2;
}

static int call_svd_parts(ag_tensor *const *in, ag_tensor **out)
{
    ag_tensor *u = NULL, *s = NULL, *vh = NULL;
    ag_svd(in[0], &u, &s, &vh);
    out[0] = s;
    out[1] = ag_square(u);
    out[2] = ag_square(vh);
    out[3] = ag_matmul(u, vh);
    return 4;
}

GOLDEN_LINALG(GOLDEN_CALL)
static const golden_entry linalg_calls[] = {GOLDEN_LINALG(GOLDEN_ENTRY)};
#else
static const golden_entry linalg_calls[] = {GOLDEN_LINALG(GOLDEN_ABSENT)};
#endif

#endif
