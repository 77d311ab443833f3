/* The LU decomposition with partial pivoting. One operation packs P, L and U into a row for each
 * matrix, and its rule is that of L and U. The arithmetic is ops/kernel/factorize.c.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/engine.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/kernel/factorize.h"

static ag_status lu_infer(ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_status status = ag__matrix_float(call);
    if (status != AG_OK) {
        return status;
    }
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t p, l, u;
    if (!ag__product((int64_t[]){e.m, e.m}, 2, &p) || !ag__product((int64_t[]){e.m, e.k}, 2, &l) ||
        !ag__product((int64_t[]){e.k, e.n}, 2, &u) || p > INT64_MAX / 4 || l > INT64_MAX / 4 ||
        u > INT64_MAX / 4) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "the factors of %s do not fit",
                            ag__text_of(ag_shape_of(call->in[0]), text));
    }
    call->shape = e.batch;
    call->shape.dim[call->shape.ndim++] = p + l + u;
    return AG_OK;
}

/* Writes P, L and U, which begin as zeros, where A = P L U. */
static void unpack(const ag__extent *e, const double *a, const int64_t *order, double *p)
{
    double *l = p + e->m * e->m, *u = l + e->m * e->k;
    for (int64_t i = 0; i < e->m; i++) {
        p[order[i] * e->m + i] = 1;
        for (int64_t j = 0; j < e->k && j <= i; j++) {
            l[i * e->k + j] = i == j ? 1 : a[i * e->n + j];
        }
        for (int64_t j = i; j < e->n && i < e->k; j++) {
            u[i * e->n + j] = a[i * e->n + j];
        }
    }
}

static ag_status lu_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t size = call->out.dim[call->out.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, e.m, e.n);
    double *pack = ag__matrices_work(call->graph, 1, 1, size);
    int64_t *order = ag_workspace(call->graph, (size_t)e.m * sizeof *order);
    bool room = a != NULL && pack != NULL && order != NULL;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 1);
    for (bool more = room && ag__matrices_start(&m); more; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        ag__factor_lu(e.m, e.n, a, order);
        memset(pack, 0, (size_t)size * sizeof *pack);
        unpack(&e, a, order, pack);
        ag__matrices_set(&m, 1, pack);
    }
    return room ? AG_OK : AG_ERR_MEMORY;
}

typedef struct factors {
    ag_tensor *p, *l, *u; /* (..., m,m), (..., m,k), (..., k,n) */
} factors;

static factors factors_of(const ag__extent *e, ag_tensor *pack)
{
    int64_t l = e->m * e->m, u = l + e->m * e->k;
    return (factors){ag__packed(pack, e->batch, 0, e->m, e->m),
                     ag__packed(pack, e->batch, l, e->m, e->k),
                     ag__packed(pack, e->batch, u, e->k, e->n)};
}

/* L^-T X for the square lower triangle L with ones on its diagonal, and X U^-T. */
static ag_tensor *by_lower(ag_tensor *l, ag_tensor *x)
{
    return ag_solve_triangular(l, x, false, &(ag_triangular_options){true, true, false});
}

static ag_tensor *by_upper(ag_tensor *u, ag_tensor *x)
{
    return ag_solve_triangular(u, x, true, &(ag_triangular_options){true, false, true});
}

static ag_tensor *product(ag_tensor *a, ag_tensor *b)
{
    return ag_matmul(ag_transpose(a), b);
}

/* Of a square A = L U, once its rows are in order: L^-T [tril(L^T gL, -1) + triu(gU U^T)] U^-T.
 * What lies beside the square is L^-1 times it, or it times U^-1: below it, of a tall A, L2 = A2
 * U^-1 gives gA2 = gL2 U^-T and takes L2^T gL2 from gU U^T; right of it, of a wide A, likewise.
 * Source: the comments of PyTorch's rule and a derivation by differentials. */
static ag_status lu_vjp(ag_vjp_call *call)
{
    ag__extent e = ag__extent_of(call->in[0]);
    factors f = factors_of(&e, call->out), g = factors_of(&e, call->upstream);
    ag_tensor *l = ag_slice(f.l, -2, 0, e.k, 1), *gl = ag_slice(g.l, -2, 0, e.k, 1);
    ag_tensor *u = ag_slice(f.u, -1, 0, e.k, 1), *gu = ag_slice(g.u, -1, 0, e.k, 1);
    ag_tensor *lower = product(l, gl), *upper = ag_matmul(gu, ag_transpose(u));
    ag_tensor *beside = NULL;
    if (e.m > e.k) {
        ag_tensor *below = ag_slice(f.l, -2, e.k, e.m, 1), *g2 = ag_slice(g.l, -2, e.k, e.m, 1);
        upper = ag_sub(upper, product(below, g2));
        beside = by_upper(u, g2);
    } else if (e.n > e.k) {
        ag_tensor *right = ag_slice(f.u, -1, e.k, e.n, 1), *g2 = ag_slice(g.u, -1, e.k, e.n, 1);
        lower = ag_sub(lower, ag_matmul(g2, ag_transpose(right)));
        beside = by_lower(l, g2);
    }
    ag_tensor *inner = ag_add(ag_tril(lower, -1), ag_triu(upper, 0));
    ag_tensor *ga = by_upper(u, by_lower(l, inner));
    if (e.m != e.n) {
        ga = ag_concat((ag_tensor *[]){ga, beside}, 2, e.m > e.k ? -2 : -1);
    }
    return ag_accumulate(call, 0, ag_matmul(ag_detach(f.p), ga));
}

static ag_tensor *sample_both(ag_tensor *const *in)
{
    ag_tensor *l, *u;
    ag_lu(ag__plus_diagonal(in[0], 3, 1), &l, &u);
    ag_tensor *list[] = {ag_reshape(l, AG_SHAPE(-1)), ag_reshape(u, AG_SHAPE(-1))};
    return ag_concat(list, 2, 0);
}

static const ag_case lu_cases[] = {
    {"of [3,3]", sample_both, 1, {{2, {3, 3}}}, -1, 1},
    {"of a tall batch [2,3,2]", sample_both, 1, {{3, {2, 3, 2}}}, -1, 1},
    {"of a wide [2,4]", sample_both, 1, {{2, {2, 4}}}, -1, 1},
    {"of no rows", sample_both, 1, {{2, {0, 3}}}, -1, 1},
};

const ag_op ag__lu_op = {
    .name = "lu",
    .n_in = 1,
    .infer = lu_infer,
    .forward = lu_forward,
    .vjp = lu_vjp,
    .formula = "F(lu, A)",
    AG_CASES(lu_cases),
};

ag_tensor *ag_lu(ag_tensor *a, ag_tensor **l, ag_tensor **u)
{
    ag_tensor *pack = ag_apply(&ag__lu_op, &a, 1, NULL, 0);
    factors f = {NULL, NULL, NULL};
    if (pack != NULL) {
        ag__extent e = ag__extent_of(a);
        f = factors_of(&e, pack);
        f.p = ag_detach(f.p);
    }
    bool all = f.p != NULL && f.l != NULL && f.u != NULL;
    if (l != NULL) {
        *l = all ? f.l : NULL;
    }
    if (u != NULL) {
        *u = all ? f.u : NULL;
    }
    return all ? f.p : NULL;
}
