/* The matrix of cofactors, which is the gradient of the determinant: det(A) A^-T if A has an
 * inverse, otherwise the limit of that. Its own rule is correct for singular matrices, too, so that
 * the second derivatives of their determinants are correct.
 */
#define AG_NO_SITES
#include <math.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/scalar_like.h"
#include "ops/kernel/factorize.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* Beyond this condition number the inverse loses the digits that the singular values keep. */
static const double most_condition = 1e6;

static double norm_of(int64_t n, const double *a)
{
    double sum = 0;
    for (int64_t i = 0; i < n * n; i++) {
        sum = hypot(sum, a[i]);
    }
    return sum;
}

static void fill(int64_t n, double *a, double value)
{
    for (int64_t i = 0; i < n * n; i++) {
        a[i] = value;
    }
}

typedef struct cofactor_work {
    double *a, *lu, *inverse, *u, *s, *vh, *work;
} cofactor_work;

/* Computes det(A) A^-T. False if A is nearly singular. */
static bool by_inverse(int64_t n, const cofactor_work *w, double *c)
{
    double sign;
    memcpy(w->lu, w->a, (size_t)(n * n) * sizeof *w->a);
    fill(n, w->inverse, 0);
    for (int64_t i = 0; i < n; i++) {
        w->inverse[i * n + i] = 1;
    }
    if (ag__eliminate(n, w->lu, n, w->inverse, &sign) >= 0) {
        return false;
    }
    ag__substitute(n, w->lu, (ag__triangle){.upper = true}, n, w->inverse);
    double det = ag__pivot_product(n, w->lu, sign);
    for (int64_t i = 0; i < n * n; i++) {
        c[i] = det * w->inverse[i % n * n + i / n];
    }
    /* If this product overflows or underflows, the singular values would give nothing better. */
    double condition = norm_of(n, w->a) * norm_of(n, w->inverse);
    return condition <= most_condition || condition != condition;
}

/* The determinant of an orthogonal matrix, which is 1 or -1. The matrix is destroyed. */
static double det_of_orthogonal(int64_t n, double *q)
{
    double sign;
    ag__eliminate(n, q, 0, q, &sign);
    return ag__pivot_product(n, q, sign) < 0 ? -1 : 1;
}

/* The cofactors of an orthogonal matrix are the matrix times its determinant. So with A = U S Vh
 * those of A are det(U Vh) U diag(product of the other singular values) Vh. See N. Higham, "What Is
 * the Adjugate of a Matrix?", 2020. */
static bool by_singular_values(int64_t n, const cofactor_work *w, double *c)
{
    memcpy(w->lu, w->a, (size_t)(n * n) * sizeof *w->a);
    bool done = ag__factor_svd(n, n, w->lu, w->u, w->s, w->vh, w->work);
    fill(n, c, 0);
    for (int64_t k = 0; k < n; k++) {
        double others = 1;
        for (int64_t i = 0; i < n; i++) {
            others *= i == k ? 1 : w->s[i];
        }
        for (int64_t i = 0; i < n * n; i++) {
            c[i] += w->u[i / n * n + k] * others * w->vh[k * n + i % n];
        }
    }
    double sign = det_of_orthogonal(n, w->u) * det_of_orthogonal(n, w->vh);
    for (int64_t i = 0; i < n * n; i++) {
        c[i] *= sign;
    }
    return done;
}

/* Computes the cofactors of a matrix. False if the singular values do not converge. */
static bool cofactors_of(int64_t n, const cofactor_work *w, double *c)
{
    if (by_inverse(n, w, c)) {
        return true;
    }
    if (!isfinite(norm_of(n, w->a))) {
        fill(n, c, (double)NAN);
        return true;
    }
    return by_singular_values(n, w, c);
}

static ag_status cofactor_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1], nn = n * n;
    double *room = ag__matrices_work(call->graph, 9, n, n + 1); /* for 8 matrices and a vector */
    if (room == NULL) {
        return AG_ERR_MEMORY;
    }
    cofactor_work w = {room,          room + nn,     room + 2 * nn, room + 3 * nn,
                       room + 8 * nn, room + 4 * nn, room + 5 * nn};
    double *c = room + 7 * nn;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 2);
    for (bool more = ag__matrices_start(&m); more; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, w.a);
        if (!cofactors_of(n, &w, c)) {
            return ag_call_fail(call, AG_ERR_VALUE, NULL, "the singular values do not converge");
        }
        ag__matrices_set(&m, 1, c);
    }
    return AG_OK;
}

/* --- the rule --------------------------------------------------------------------------------- */

/* Finds out whether all matrices of the batch are far enough from singular to divide by their
 * determinants. */
static bool all_regular(ag_graph *g, const ag_tensor *a, const ag_tensor *c, bool *regular)
{
    ag_array x = ag_array_of(a), y = ag_array_of(c);
    int64_t n = x.dim[x.ndim - 1];
    double *ax = ag__matrices_work(g, 2, n, n), *cx = ax != NULL ? ax + n * n : NULL;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &y, 2);
    *regular = true;
    for (bool more = ax != NULL && ag__matrices_start(&m); more; more = ag__matrices_next(&m)) {
        double det = 0;
        ag__matrices_get(&m, 0, ax);
        ag__matrices_get(&m, 1, cx);
        for (int64_t j = 0; j < n; j++) {
            det += ax[j] * cx[j];
        }
        /* If this is NaN, so is the gradient, and the rule that divides gives NaN. */
        *regular = *regular && !(norm_of(n, ax) * norm_of(n, cx) >= most_condition * fabs(det));
    }
    return ax != NULL;
}

/* dC = tr(A^-1 dA) C - C dA^T A^-T, and so gA = (<gC, C> C - C gC^T C) / det A. */
static ag_tensor *regular_rule(ag_tensor *a, ag_tensor *c, ag_tensor *g)
{
    ag_tensor *along = ag_mul(ag_sum_over(ag_mul(g, c), AG_AXES(-2, -1), true), c);
    ag_tensor *across = ag_matmul(ag_matmul(c, ag_transpose(g)), c);
    return ag_div(ag_sub(along, across), ag__per_matrix(ag_det(a)));
}

/* (n,n,1) with 1 for row i of matrix i, else 0. */
static ag_tensor *own_rows(ag_graph *g, int64_t n)
{
    ag_tensor *mask = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(n, n, 1), NULL);
    int64_t *at = mask != NULL ? ag_mutable_data(mask) : NULL;
    for (int64_t i = 0; at != NULL && i < n; i++) {
        at[i * n + i] = 1;
    }
    return mask;
}

/* Expanded along row i, the determinant of A with row i of g in place of its own is the product of
 * that row with row i of C. So <g, C> is the sum of n determinants, which are polynomials: the
 * gradient of each has its cofactors, but 0 in row i. Nothing is divided, so derivatives of any
 * order are right; but there are n matrices in place of one. */
static ag_tensor *singular_rule(ag_tensor *a, ag_tensor *g)
{
    ag_shape shape = ag_shape_of(a);
    int64_t n = shape.dim[shape.ndim - 1], batch = ag_size(a) / (n * n);
    ag_shape apart = AG_SHAPE(batch, 1, n, n);
    ag_tensor *mask = own_rows(ag_graph_of(a), n);
    ag_tensor *replaced = ag_where(mask, ag_reshape(g, apart), ag_reshape(a, apart));
    ag_tensor *c = ag_apply(&ag__cofactor_op, &replaced, 1, NULL, 0);
    ag_tensor *others = ag_where(mask, ag__scalar_like(a, 0), c);
    return ag_reshape(ag_sum_over(others, AG_AXES(1), false), shape);
}

static ag_status cofactor_vjp(ag_vjp_call *call)
{
    bool regular;
    if (!all_regular(ag_graph_of(call->out), call->in[0], call->out, &regular)) {
        return AG_ERR_MEMORY;
    }
    return ag_accumulate(call, 0,
                         regular ? regular_rule(call->in[0], call->out, call->upstream)
                                 : singular_rule(call->in[0], call->upstream));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag_apply(&ag__cofactor_op, &in[0], 1, NULL, 0);
}

static ag_tensor *sample_singular(ag_tensor *const *in)
{
    return sample((ag_tensor *[]){ag_matmul(in[0], in[1])});
}

static const ag_case cofactor_cases[] = {
    {"of [3,3]", sample, 1, {{2, {3, 3}}}, -2, 2},
    {"of a batch [2,2,2]", sample, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"of rank 2 of 3", sample_singular, 2, {{2, {3, 2}}, {2, {2, 3}}}, -2, 2},
    {"of [1,1]", sample, 1, {{2, {1, 1}}}, -2, 2},
};

const ag_op ag__cofactor_op = {
    .name = "cofactor",
    .n_in = 1,
    .infer = ag__square_infer,
    .forward = cofactor_forward,
    .vjp = cofactor_vjp,
    .formula = "F(cofactor, A)",
    AG_CASES(cofactor_cases),
};
