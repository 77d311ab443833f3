/* The singular value decomposition: svd and svdvals, built like eigh.c. One operation, svd, packs
 * U, S and Vh into a row for each matrix; its rule is that of U and Vh. The singular values are an
 * operation with two operands, the matrix and the pack.
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

static ag_status svd_infer(ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_status status = ag__matrix_float(call);
    if (status != AG_OK) {
        return status;
    }
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t u, vh;
    if (!ag__product((int64_t[]){e.m, e.k}, 2, &u) || !ag__product((int64_t[]){e.k, e.n}, 2, &vh) ||
        u > INT64_MAX / 4 || vh > INT64_MAX / 4 || e.k > INT64_MAX / 4) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "the factors of %s do not fit",
                            ag__text_of(ag_shape_of(call->in[0]), text));
    }
    call->shape = e.batch;
    call->shape.dim[call->shape.ndim++] = u + e.k + vh;
    return AG_OK;
}

static ag_status svd_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t size = call->out.dim[call->out.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, e.m, e.n);
    double *work = ag__matrices_work(call->graph, 1, 1, size);
    double *pack = ag__matrices_work(call->graph, 1, 1, size);
    bool room = a != NULL && work != NULL && pack != NULL;
    ag_status status = room ? AG_OK : AG_ERR_MEMORY;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 1);
    bool more = room && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        double *s = pack + e.m * e.k;
        ag__matrices_get(&m, 0, a);
        status = ag__must_be_finite(call, &m, a, e.m, e.n);
        if (status == AG_OK && !ag__factor_svd(e.m, e.n, a, pack, s, s + e.k, work)) {
            status = ag_call_fail(call, AG_ERR_VALUE, NULL, "the singular values do not converge");
        }
        ag__matrices_set(&m, 1, pack);
    }
    return status;
}

typedef struct factors {
    ag_tensor *u, *vh; /* (..., m,k), (..., k,n) */
} factors;

static factors factors_of(const ag__extent *e, ag_tensor *pack)
{
    return (factors){ag__packed(pack, e->batch, 0, e->m, e->k),
                     ag__packed(pack, e->batch, e->m * e->k + e->k, e->k, e->n)};
}

/* This is no slice of the pack, because the rule of the pack is that of the vectors alone. */
static ag_tensor *values_in(ag_tensor *a, ag_tensor *pack)
{
    return ag_apply(&ag__singular_values_op, (ag_tensor *[]){a, pack}, 2, NULL, 0);
}

/* x (..., k) as rows (..., 1,k). */
static ag_tensor *as_rows(const ag__extent *e, ag_tensor *x)
{
    ag_shape row = e->batch;
    row.dim[row.ndim++] = 1;
    row.dim[row.ndim++] = e->k;
    return ag_reshape(x, row);
}

/* --- the rule of the vectors ------------------------------------------------------------------ */

static ag_tensor *skew(ag_tensor *x)
{
    return ag_sub(x, ag_transpose(x));
}

/* (1 - U U^T) gU S^-1 V^T: the part that moves the columns of U out of the space that they span. */
static ag_tensor *out_of_span(ag_tensor *u, ag_tensor *gu, ag_tensor *s, ag_tensor *vh)
{
    ag_tensor *within = ag_matmul(u, ag_matmul(ag_transpose(u), gu));
    return ag_matmul(ag_div(ag_sub(gu, within), s), vh);
}

/* The gradient is U [(skew(U^T gU) / E) S + S (skew(V^T gV) / E)] V^T with
 * E[i][j] = s[j]^2 - s[i]^2, and the parts out of the spans. Townsend, "Differentiating the
 * singular value decomposition", 2016. As the squares may leave the range, the division is by s[j]
 * - s[i] and then by s[j] + s[i]. */
static ag_status svd_vjp(ag_vjp_call *call)
{
    ag__extent e = ag__extent_of(call->in[0]);
    factors f = factors_of(&e, call->out), g = factors_of(&e, call->upstream);
    ag_tensor *s = as_rows(&e, values_in(call->in[0], call->out)), *st = ag_transpose(s);
    ag_tensor *v = ag_transpose(f.vh), *gv = ag_transpose(g.vh);
    ag_tensor *apart = ag__plus_diagonal(ag_sub(s, st), 1, 0);
    ag_tensor *both = ag__plus_diagonal(ag_add(s, st), 1, 0);
    ag_tensor *turn_u = ag_div(skew(ag_matmul(ag_transpose(f.u), g.u)), apart);
    ag_tensor *turn_v = ag_div(skew(ag_matmul(f.vh, gv)), apart);
    ag_tensor *inner = ag_add(ag_mul(turn_u, ag_div(s, both)), ag_mul(ag_div(st, both), turn_v));
    ag_tensor *ga = ag_matmul(ag_matmul(f.u, inner), f.vh);
    if (e.m > e.k) {
        ga = ag_add(ga, out_of_span(f.u, g.u, s, f.vh));
    }
    if (e.n > e.k) { /* the same for the transposed matrix */
        ag_tensor *turned = out_of_span(v, gv, s, ag_transpose(f.u));
        ga = ag_add(ga, turned != NULL ? ag_transpose(turned) : NULL);
    }
    return ag_accumulate(call, 0, ga);
}

/* --- the singular values ---------------------------------------------------------------------- */

static ag_status values_infer(ag_call *call)
{
    ag__extent e = ag__extent_of(call->in[0]);
    call->shape = e.batch;
    call->shape.dim[call->shape.ndim++] = e.k;
    return AG_OK;
}

static ag_status values_forward(ag_call *call)
{
    ag_array pack = ag_array_of(call->in[1]);
    ag__extent e = ag__extent_of(call->in[0]);
    ag__part part;
    ag__part_shape(&part, &pack, pack.ndim, call->out.dim, pack.stride,
                   e.m * e.k * pack.stride[pack.ndim - 1]);
    ag__strided_copy(&call->out, &part.array);
    return AG_OK;
}

/* The gradient is U diag(gS) Vh. */
static ag_status values_vjp(ag_vjp_call *call)
{
    ag__extent e = ag__extent_of(call->in[0]);
    factors f = factors_of(&e, call->in[1]);
    ag_tensor *scaled = ag_mul(f.u, as_rows(&e, call->upstream));
    return ag_accumulate(call, 0, ag_matmul(scaled, f.vh));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample_u(ag_tensor *const *in)
{
    ag_tensor *u = NULL;
    ag_svd(ag__plus_diagonal(in[0], 2, 4), &u, NULL, NULL);
    return u;
}

static ag_tensor *sample_all(ag_tensor *const *in)
{
    ag_tensor *u, *s, *vh;
    ag_svd(ag__plus_diagonal(in[0], 2, 4), &u, &s, &vh);
    ag_tensor *list[] = {ag_reshape(u, AG_SHAPE(-1)), ag_reshape(s, AG_SHAPE(-1)),
                         ag_reshape(vh, AG_SHAPE(-1))};
    return ag_concat(list, 3, 0);
}

AG__SAMPLE(values, ag_svdvals(ag__plus_diagonal(in[0], 2, 4)))

static const ag_case svd_cases[] = {
    {"U of [3,3]", sample_u, 1, {{2, {3, 3}}}, -1, 1},
    {"all of a tall batch [2,3,2]", sample_all, 1, {{3, {2, 3, 2}}}, -1, 1},
    {"all of a wide [2,4]", sample_all, 1, {{2, {2, 4}}}, -1, 1},
    {"of no rows", sample_all, 1, {{2, {0, 3}}}, -1, 1},
};

static const ag_case values_cases[] = {
    {"of [3,3]", sample_values, 1, {{2, {3, 3}}}, -1, 1},
    {"of a batch [2,2,3]", sample_values, 1, {{3, {2, 2, 3}}}, -1, 1},
    {"of no columns", sample_values, 1, {{2, {3, 0}}}, -1, 1},
};

const ag_op ag__svd_op = {
    .name = "svd",
    .n_in = 1,
    .infer = svd_infer,
    .forward = svd_forward,
    .vjp = svd_vjp,
    .formula = "F(svd, A)",
    AG_CASES(svd_cases),
};

/* It is recorded only after svd, whose result is operand 1 and gets no gradient. */
const ag_op ag__singular_values_op = {
    .name = "singular_values",
    .n_in = 2,
    .infer = values_infer,
    .forward = values_forward,
    .vjp = values_vjp,
    .formula = "F(svdvals, A)",
    .vjp_formula = {"DOT(DOT(F(u, A), F(diag, GY)), F(vh, A))"},
    AG_CASES(values_cases),
};

ag_tensor *ag_svd(ag_tensor *a, ag_tensor **u, ag_tensor **s, ag_tensor **vh)
{
    ag_tensor *pack = ag_apply(&ag__svd_op, &a, 1, NULL, 0), *values = NULL;
    factors f = {NULL, NULL};
    if (pack != NULL) {
        ag__extent e = ag__extent_of(a);
        values = values_in(a, pack);
        f.u = u != NULL ? ag__packed(pack, e.batch, 0, e.m, e.k) : NULL;
        f.vh = vh != NULL ? ag__packed(pack, e.batch, e.m * e.k + e.k, e.k, e.n) : NULL;
    }
    bool all = values != NULL && (u == NULL || f.u != NULL) && (vh == NULL || f.vh != NULL);
    if (!all) {
        f = (factors){NULL, NULL};
        values = NULL;
    }
    if (u != NULL) {
        *u = f.u;
    }
    if (s != NULL) {
        *s = values;
    }
    if (vh != NULL) {
        *vh = f.vh;
    }
    return values;
}

ag_tensor *ag_svdvals(ag_tensor *a)
{
    ag__composite c;
    if (!ag__composite_open(&c, "svdvals", &a, 1, 1)) {
        return NULL;
    }
    return AG__COMPOSED(&c, ag_svd(a, NULL, NULL, NULL));
}
