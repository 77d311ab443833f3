/* The Moore-Penrose inverse, and least squares, which are made of it. The arithmetic is
 * ops/kernel/jacobi.c.
 */
#define AG_NO_SITES
#include <float.h>
#include <math.h>

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

static ag_status pinv_infer(ag_call *call)
{
    ag_status status = ag__matrix_float(call);
    if (status == AG_OK) {
        call->shape = ag_shape_of(call->in[0]);
        int64_t *size = call->shape.dim + call->shape.ndim - 2, rows = size[0];
        size[0] = size[1];
        size[1] = rows;
    }
    return status;
}

/* V diag(1/s) U^T over the singular values above the limit. */
static void put_together(const ag__extent *e, const double *u, const double *s, const double *vh,
                         double limit, double *y)
{
    for (int64_t i = 0; i < e->n * e->m; i++) {
        y[i] = 0;
    }
    for (int64_t c = 0; c < e->k && s[c] > limit; c++) {
        for (int64_t i = 0; i < e->n; i++) {
            double factor = vh[c * e->n + i] / s[c];
            for (int64_t j = 0; j < e->m; j++) {
                y[i * e->m + j] += factor * u[j * e->k + c];
            }
        }
    }
}

static ag_status pinv_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__extent e = ag__extent_of(call->in[0]);
    int64_t most = e.m > e.n ? e.m : e.n;
    double unit = x.dtype == AG_F64 ? DBL_EPSILON : (double)FLT_EPSILON;
    double part = ag_option_or(*(const double *)call->attr, unit * (double)most);
    double *a = ag__matrices_work(call->graph, 1, e.m, e.n);
    double *u = ag__matrices_work(call->graph, 2, e.k, e.m + e.n + 1); /* U, Vh, s; as much work */
    ag_status status = a != NULL && u != NULL ? AG_OK : AG_ERR_MEMORY;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 2);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        double *vh = u + e.m * e.k, *s = vh + e.k * e.n;
        ag__matrices_get(&m, 0, a);
        status = ag__must_be_finite(call, &m, a, e.m, e.n);
        if (status == AG_OK && !ag__factor_svd(e.m, e.n, a, u, s, vh, s + e.k)) {
            status = ag_call_fail(call, AG_ERR_VALUE, NULL, "the singular values do not converge");
        }
        if (status == AG_OK) {
            put_together(&e, u, s, vh, e.k > 0 ? part * s[0] : 0, a);
            ag__matrices_set(&m, 1, a);
        }
    }
    return status;
}

/* -P^T gP P^T + (1 - A P) gP^T P P^T + P^T P gP^T (1 - P A), for a rank that does not change. Golub
 * and Pereyra, "The differentiation of pseudo-inverses", 1973, equation 4.12. */
static ag_status pinv_vjp(ag_vjp_call *call)
{
    ag_tensor *a = call->in[0], *p = call->out, *pt = ag_transpose(p);
    ag_tensor *gt = ag_transpose(call->upstream);
    ag_tensor *ga = ag_neg(ag_matmul(ag_matmul(pt, call->upstream), pt));
    ag_tensor *left = ag_matmul(ag_matmul(gt, p), pt);
    ag_tensor *right = ag_matmul(pt, ag_matmul(p, gt));
    ga = ag_add(ga, ag_sub(left, ag_matmul(a, ag_matmul(p, left))));
    ga = ag_add(ga, ag_sub(right, ag_matmul(ag_matmul(right, p), a)));
    return ag_accumulate(call, 0, ga);
}

AG__SAMPLE(pinv, ag_pinv(ag__plus_diagonal(in[0], 2, 1), 0))

static const ag_case pinv_cases[] = {
    {"of [3,3]", sample_pinv, 1, {{2, {3, 3}}}, -1, 1},
    {"of a tall batch [2,3,2]", sample_pinv, 1, {{3, {2, 3, 2}}}, -1, 1},
    {"of a wide [2,4]", sample_pinv, 1, {{2, {2, 4}}}, -1, 1},
    {"of no rows", sample_pinv, 1, {{2, {0, 3}}}, -1, 1},
};

const ag_op ag__pinv_op = {
    .name = "pinv",
    .n_in = 1,
    .infer = pinv_infer,
    .forward = pinv_forward,
    .vjp = pinv_vjp,
    .formula = "F(pinv, A)",
    AG_CASES(pinv_cases),
};

ag_tensor *ag_pinv(ag_tensor *a, double rcond)
{
    ag__composite c;
    bool fine = ag__composite_open(&c, "pinv", &a, 1, 1) &&
                ag__composite_argument(&c, rcond >= 0 && rcond < 1, "rcond", rcond,
                                       "from 0 to below 1; 0 means the usual, AG_EXACT_ZERO none");
    return fine ? ag_apply(&ag__pinv_op, &a, 1, &rcond, sizeof rcond) : NULL;
}

ag_tensor *ag_lstsq(ag_tensor *a, ag_tensor *b, double rcond)
{
    ag__composite c;
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    if (!ag__composite_open(&c, "lstsq", (ag_tensor *[]){a, b}, 2, 2) ||
        ag__matrix_float(&c.call) != AG_OK) {
        return NULL;
    }
    ag_shape x = ag_shape_of(a), y = ag_shape_of(b);
    int64_t rows = y.ndim == 0 ? -1 : y.dim[y.ndim > 1 ? y.ndim - 2 : 0];
    if (rows != x.dim[x.ndim - 2]) {
        ag_call_fail(&c.call, AG_ERR_SHAPE,
                     "one right-hand side is a vector of one dimension, several are the columns of "
                     "a matrix",
                     "%s X = %s: the right-hand side has not %lld rows", ag__text_of(x, ta),
                     ag__text_of(y, tb), (long long)x.dim[x.ndim - 2]);
        return NULL;
    }
    return AG__COMPOSED(&c, ag_matmul(ag_pinv(a, rcond), b));
}
