/* The reduced QR decomposition. One operation packs Q and R into a row for each matrix, and its
 * rule is that of both. The arithmetic is ops/kernel/factorize.c.
 */
#define AG_NO_SITES
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

static ag_status qr_infer(ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_status status = ag__matrix_float(call);
    if (status != AG_OK) {
        return status;
    }
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t q, r;
    if (!ag__product((int64_t[]){e.m, e.k}, 2, &q) || !ag__product((int64_t[]){e.k, e.n}, 2, &r) ||
        q > INT64_MAX / 2 || r > INT64_MAX / 2) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "the factors of %s do not fit",
                            ag__text_of(ag_shape_of(call->in[0]), text));
    }
    call->shape = e.batch;
    call->shape.dim[call->shape.ndim++] = q + r;
    return AG_OK;
}

static ag_status qr_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__extent e = ag__extent_of(call->in[0]);
    double *a = ag__matrices_work(call->graph, 1, e.m, e.n);
    double *tau = ag__matrices_work(call->graph, 1, 1, e.k);
    double *pack = ag__matrices_work(call->graph, 1, 1, call->out.dim[call->out.ndim - 1]);
    bool room = a != NULL && tau != NULL && pack != NULL;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 1);
    for (bool more = room && ag__matrices_start(&m); more; more = ag__matrices_next(&m)) {
        double *r = pack + e.m * e.k;
        ag__matrices_get(&m, 0, a);
        ag__factor_qr(e.m, e.n, a, pack, tau);
        for (int64_t i = 0; i < e.k * e.n; i++) {
            r[i] = i / e.n <= i % e.n ? a[i] : 0;
        }
        ag__matrices_set(&m, 1, pack);
    }
    return room ? AG_OK : AG_ERR_MEMORY;
}

typedef struct factors {
    ag_tensor *q, *r; /* (..., m,k), (..., k,n) */
} factors;

static factors factors_of(const ag__extent *e, ag_tensor *pack)
{
    return (factors){ag__packed(pack, e->batch, 0, e->m, e->k),
                     ag__packed(pack, e->batch, e->m * e->k, e->k, e->n)};
}

/* Of A = Q R with a square R: [gQ + Q C] R^-T, where C is symmetric and has the lower triangle of
 * R gR^T - gQ^T Q. Walter and Lehmann, "Algorithmic differentiation of linear algebra functions",
 * 2010, section 3.1. */
static ag_tensor *square_rule(factors f, factors g)
{
    ag_tensor *p = ag_sub(ag_matmul(f.r, ag_transpose(g.r)), ag_matmul(ag_transpose(g.q), f.q));
    ag_tensor *c = ag_add(ag_tril(p, 0), ag_transpose(ag_tril(p, -1)));
    ag_triangular_options right = {.transpose = true, .right = true};
    return ag_solve_triangular(f.r, ag_add(g.q, ag_matmul(f.q, c)), true, &right);
}

/* Of a wide A = [X Y] = Q [U V]: X = Q U is the square case, and V = Q^T Y. */
static ag_status qr_vjp(ag_vjp_call *call)
{
    ag__extent e = ag__extent_of(call->in[0]);
    factors f = factors_of(&e, call->out), g = factors_of(&e, call->upstream);
    if (e.n == e.k) {
        return ag_accumulate(call, 0, square_rule(f, g));
    }
    ag_tensor *y = ag_slice(call->in[0], -1, e.k, e.n, 1), *gv = ag_slice(g.r, -1, e.k, e.n, 1);
    f.r = ag_slice(f.r, -1, 0, e.k, 1);
    g.r = ag_slice(g.r, -1, 0, e.k, 1);
    g.q = ag_add(g.q, ag_matmul(y, ag_transpose(gv)));
    ag_tensor *parts[] = {square_rule(f, g), ag_matmul(f.q, gv)};
    return ag_accumulate(call, 0, ag_concat(parts, 2, -1));
}

static ag_tensor *sample_both(ag_tensor *const *in)
{
    ag_tensor *r, *q = ag_qr(ag__plus_diagonal(in[0], 3, 1), &r);
    ag_tensor *list[] = {ag_reshape(q, AG_SHAPE(-1)), ag_reshape(r, AG_SHAPE(-1))};
    return ag_concat(list, 2, 0);
}

static const ag_case qr_cases[] = {
    {"of [3,3]", sample_both, 1, {{2, {3, 3}}}, -1, 1},
    {"of a tall batch [2,3,2]", sample_both, 1, {{3, {2, 3, 2}}}, -1, 1},
    {"of a wide [2,4]", sample_both, 1, {{2, {2, 4}}}, -1, 1},
    {"of no rows", sample_both, 1, {{2, {0, 3}}}, -1, 1},
};

const ag_op ag__qr_op = {
    .name = "qr",
    .n_in = 1,
    .infer = qr_infer,
    .forward = qr_forward,
    .vjp = qr_vjp,
    .formula = "F(qr, A)",
    AG_CASES(qr_cases),
};

ag_tensor *ag_qr(ag_tensor *a, ag_tensor **r)
{
    ag_tensor *pack = ag_apply(&ag__qr_op, &a, 1, NULL, 0);
    factors f = {NULL, NULL};
    if (pack != NULL) {
        ag__extent e = ag__extent_of(a);
        f = factors_of(&e, pack);
    }
    bool all = f.q != NULL && f.r != NULL;
    if (r != NULL) {
        *r = all ? f.r : NULL;
    }
    return all ? f.q : NULL;
}
