/* Cholesky's factor of positive definite matrices. The arithmetic is ops/kernel/factorize.c. */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/kernel/factorize.h"

static ag_status cholesky_forward(ag_call *call)
{
    char which[AG__WHICH_BYTES];
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, n, n);
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 2);
    bool more = a != NULL && ag__matrices_start(&m);
    for (; more; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        int64_t order = ag__factor_cholesky(n, a);
        if (order > 0) {
            return ag_call_fail(call, AG_ERR_VALUE,
                                "a small multiple of the identity added to it may make it so",
                                "%s is not positive definite: its leading minor of order %lld is "
                                "not positive",
                                ag__matrices_which(&m, which), (long long)order);
        }
        ag__matrices_set(&m, 1, a);
    }
    return a != NULL ? AG_OK : AG_ERR_MEMORY;
}

/* L^-T X, where L is the result. */
static ag_tensor *back(ag_tensor *l, ag_tensor *x)
{
    return ag_solve_triangular(l, x, false, &(ag_triangular_options){.transpose = true});
}

/* The gradient is half of L^-T S L^-1, where the symmetric S has the lower triangle of L^T gL.
 * Murray, "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equation 10. */
static ag_status cholesky_vjp(ag_vjp_call *call)
{
    ag_tensor *l = call->out, *p = ag_matmul(ag_transpose(l), call->upstream);
    ag_tensor *lower = ag_tril(p, -1), *upper = ag_transpose(ag_tril(p, 0));
    ag_tensor *half = back(l, ag_add(lower, upper)); /* L^-T S, whose transpose is S L^-1 */
    return ag_accumulate(call, 0, ag_mul_scalar(back(l, ag_transpose(half)), 0.5));
}

/* The average of x and its transpose. With it a sample depends on every element of x, and the
 * matrix that is factorized is symmetric. */
static ag_tensor *symmetric(ag_tensor *x)
{
    return ag__plus_diagonal(ag_mul_scalar(ag_add(x, ag_transpose(x)), 0.5), 6, 1);
}

AG__SAMPLE(lower, ag_cholesky(symmetric(in[0]), false))
AG__SAMPLE(upper, ag_cholesky(symmetric(in[0]), true))

static const ag_case cholesky_cases[] = {
    {"of [3,3]", sample_lower, 1, {{2, {3, 3}}}, -2, 2},
    {"upper, of a batch [2,2,2]", sample_upper, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"of size 0", sample_lower, 1, {{2, {0, 0}}}, -2, 2},
};

const ag_op ag__cholesky_op = {
    .name = "cholesky",
    .n_in = 1,
    .infer = ag__square_infer,
    .forward = cholesky_forward,
    .vjp = cholesky_vjp,
    .formula = "F(cholesky, A)",
    AG_CASES(cholesky_cases),
};

static ag_tensor *record(ag_tensor *a)
{
    return ag_apply(&ag__cholesky_op, &a, 1, NULL, 0);
}

/* The upper triangle of A is the lower one of its transpose. */
static ag_tensor *upper_of(ag_tensor *a)
{
    ag_tensor *l = record(ag_transpose(a));
    return l != NULL ? ag_transpose(l) : NULL;
}

ag_tensor *ag_cholesky(ag_tensor *a, bool upper)
{
    ag__composite c;
    if (!upper) {
        return record(a);
    }
    bool ok = ag__composite_open(&c, "cholesky", &a, 1, 1) && ag__square_float(&c.call) == AG_OK;
    return ok ? AG__COMPOSED(&c, upper_of(a)) : NULL;
}
