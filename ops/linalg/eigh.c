/* Eigenvalues and eigenvectors of symmetric matrices: eigh and eigvalsh. One operation, eigh,
 * computes both and packs them into a row for each matrix: the vectors, row-major, then the values.
 * The vectors are a slice of the pack, and the rule of the pack is that of the vectors. The values
 * are an operation with two operands: the matrix, which alone gets their gradient, and the pack,
 * from which they are read. So the gradient of the values does not divide by differences of
 * eigenvalues, and it exists where eigenvalues coincide.
 */
#define AG_NO_SITES
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/kernel/factorize.h"

/* --- the pack --------------------------------------------------------------------------------- */

static int64_t size_of(const ag_tensor *a)
{
    ag_shape s = ag_shape_of(a);
    return s.dim[s.ndim - 1];
}

static ag_status eigh_infer(ag_call *call)
{
    ag_status status = ag__square_float(call);
    if (status != AG_OK) {
        return status;
    }
    call->shape = ag_shape_of(call->in[0]);
    int64_t n = size_of(call->in[0]), size;
    if (n == INT64_MAX || !ag__product((int64_t[]){n, n + 1}, 2, &size)) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "%lld values and vectors do not fit",
                            (long long)n);
    }
    call->shape.ndim--;
    call->shape.dim[call->shape.ndim - 1] = size;
    return AG_OK;
}

static ag_status eigh_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, n, n);
    double *pack = ag__matrices_work(call->graph, 1, n, n + 1);
    ag_status status = a != NULL && pack != NULL ? AG_OK : AG_ERR_MEMORY;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 1);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        status = ag__must_be_finite(call, &m, a, n, n);
        if (status == AG_OK && !ag__factor_eigh(n, a, pack + n * n, pack)) {
            status = ag_call_fail(call, AG_ERR_VALUE, NULL, "the eigenvalues do not converge");
        }
        ag__matrices_set(&m, 1, pack);
    }
    return status;
}

static ag_tensor *vectors_of(const ag_tensor *a, ag_tensor *pack)
{
    int64_t n = size_of(a);
    ag_tensor *part = ag_slice(pack, -1, 0, n * n, 1);
    return part != NULL ? ag_reshape(part, ag_shape_of(a)) : NULL;
}

/* This is no slice of the pack, because the rule of the pack is that of the vectors alone. */
static ag_tensor *values_in(ag_tensor *a, ag_tensor *pack)
{
    return ag_apply(&ag__eigenvalues_op, (ag_tensor *[]){a, pack}, 2, NULL, 0);
}

/* x (..., n) as rows (..., 1,n), or as columns (..., n,1). */
static ag_tensor *beside(ag_tensor *x, bool column)
{
    ag_shape s = ag_shape_of(x);
    if (x == NULL) {
        return NULL;
    }
    s.dim[s.ndim] = column ? 1 : s.dim[s.ndim - 1];
    s.dim[s.ndim - 1] = column ? s.dim[s.ndim - 1] : 1;
    s.ndim++;
    return ag_reshape(x, s);
}

/* The gradient is V (K / E) V^T with E[i][j] = w[j] - w[i] off the diagonal and
 * K = (V^T gV - gV^T V) / 2. Orthonormal vectors can only be rotated, and K is the part of V^T gV
 * that is a rotation. Giles 2008, section 3.1. */
static ag_status eigh_vjp(ag_vjp_call *call)
{
    ag_tensor *v = vectors_of(call->in[0], call->out), *w = values_in(call->in[0], call->out);
    ag_tensor *p = ag_matmul(ag_transpose(v), vectors_of(call->in[0], call->upstream));
    ag_tensor *k = ag_mul_scalar(ag_sub(p, ag_transpose(p)), 0.5);
    ag_tensor *apart = ag__plus_diagonal(ag_sub(beside(w, false), beside(w, true)), 1, 0);
    ag_tensor *inner = ag_matmul(ag_matmul(v, ag_div(k, apart)), ag_transpose(v));
    return ag_accumulate(call, 0, inner);
}

/* --- the values ------------------------------------------------------------------------------- */

static ag_status eigenvalues_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    call->shape.ndim--;
    return AG_OK;
}

static ag_status eigenvalues_forward(ag_call *call)
{
    ag_array pack = ag_array_of(call->in[1]);
    int64_t n = call->out.dim[call->out.ndim - 1];
    ag__part part;
    ag__part_shape(&part, &pack, pack.ndim, call->out.dim, pack.stride,
                   n * n * pack.stride[pack.ndim - 1]);
    ag__strided_copy(&call->out, &part.array);
    return AG_OK;
}

/* The gradient is V diag(gW) V^T. */
static ag_status eigenvalues_vjp(ag_vjp_call *call)
{
    ag_tensor *v = vectors_of(call->in[0], call->in[1]);
    ag_tensor *scaled = ag_mul(v, beside(call->upstream, false));
    return ag_accumulate(call, 0, ag_matmul(scaled, ag_transpose(v)));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *symmetric(ag_tensor *x)
{
    return ag__plus_diagonal(ag_mul_scalar(ag_add(x, ag_transpose(x)), 0.5), 0, 6);
}

static ag_tensor *sample_vectors(ag_tensor *const *in)
{
    ag_tensor *vectors = NULL;
    ag_eigh(symmetric(in[0]), &vectors);
    return vectors;
}

static ag_tensor *sample_both(ag_tensor *const *in)
{
    ag_tensor *vectors = NULL, *values = ag_eigh(symmetric(in[0]), &vectors);
    return ag_mul(ag_square(vectors), beside(values, false));
}

AG__SAMPLE(values, ag_eigvalsh(symmetric(in[0])))

static const ag_case eigh_cases[] = {
    {"vectors of [3,3]", sample_vectors, 1, {{2, {3, 3}}}, -2, 2},
    {"both of a batch [2,2,2]", sample_both, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"of size 0", sample_vectors, 1, {{2, {0, 0}}}, -2, 2},
};

static const ag_case eigenvalues_cases[] = {
    {"of [3,3]", sample_values, 1, {{2, {3, 3}}}, -2, 2},
    {"of a batch [2,2,2]", sample_values, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"of size 0", sample_values, 1, {{3, {2, 0, 0}}}, -2, 2},
};

const ag_op ag__eigh_op = {
    .name = "eigh",
    .n_in = 1,
    .infer = eigh_infer,
    .forward = eigh_forward,
    .vjp = eigh_vjp,
    .formula = "F(eigh, A)",
    AG_CASES(eigh_cases),
};

/* It is recorded only after eigh, whose result is operand 1 and gets no gradient. */
const ag_op ag__eigenvalues_op = {
    .name = "eigenvalues",
    .n_in = 2,
    .infer = eigenvalues_infer,
    .forward = eigenvalues_forward,
    .vjp = eigenvalues_vjp,
    .formula = "F(eigenvalues, A)",
    .vjp_formula = {"DOT(DOT(F(eigenvectors, A), F(diag, GY)), T(F(eigenvectors, A)))"},
    AG_CASES(eigenvalues_cases),
};

ag_tensor *ag_eigh(ag_tensor *a, ag_tensor **vectors)
{
    ag_tensor *pack = ag_apply(&ag__eigh_op, &a, 1, NULL, 0);
    ag_tensor *values = pack != NULL ? values_in(a, pack) : NULL;
    if (vectors != NULL) {
        *vectors = values != NULL ? vectors_of(a, pack) : NULL;
        values = *vectors != NULL ? values : NULL;
    }
    return values;
}

ag_tensor *ag_eigvalsh(ag_tensor *a)
{
    ag__composite c;
    if (!ag__composite_open(&c, "eigvalsh", &a, 1, 1)) {
        return NULL;
    }
    return AG__COMPOSED(&c, ag_eigh(a, NULL));
}

/* With B = L L^T and V = L^-T Y the pencil A V = B V diag(w) is the problem (L^-1 A L^-T) Y =
 * Y diag(w) of one matrix. A^T stands for A in the other half, so that the gradient is symmetric.
 */
static ag_tensor *pencil(ag_tensor *a, ag_tensor *b, ag_tensor **vectors)
{
    ag_tensor *l = ag_cholesky(b, false), *y = NULL;
    ag_tensor *half = ag_solve_triangular(l, a, false, NULL);
    ag_tensor *c = ag_solve_triangular(l, ag_transpose(half), false, NULL);
    c = ag_mul_scalar(ag_add(c, ag_transpose(c)), 0.5);
    ag_tensor *values = ag_eigh(c, vectors != NULL ? &y : NULL);
    if (vectors != NULL) {
        *vectors = ag_solve_triangular(l, y, false, &(ag_triangular_options){.transpose = true});
        values = *vectors != NULL ? values : NULL;
    }
    return values;
}

ag_tensor *ag_eigh_pencil(ag_tensor *a, ag_tensor *b, ag_tensor **vectors)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag__composite c;
    if (vectors != NULL) {
        *vectors = NULL;
    }
    if (!ag__composite_open(&c, "eigh_pencil", (ag_tensor *[]){a, b}, 2, 2) ||
        ag__square_float(&c.call) != AG_OK) {
        return NULL;
    }
    if (!ag_shape_equal(ag_shape_of(a), ag_shape_of(b))) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "ag_expand one matrix to a batch",
                     "the shapes %s and %s differ", ag__text_of(ag_shape_of(a), ta),
                     ag__text_of(ag_shape_of(b), tb));
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *values = pencil(a, b, vectors);
    return ag__composite_leave(&c, values);
}
