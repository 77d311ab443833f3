/* Determinants, from the pivots of an elimination: det and slogdet. The gradient of det A is gY
 * times its cofactors, which exist for singular matrices too; they are in cofactor.c.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/kernel/factorize.h"

/* --- det, log |det|, sign of det -------------------------------------------------------------- */

static ag_status scalar_infer(ag_call *call)
{
    ag_status status = ag__square_float(call);
    call->shape = ag_shape_of(call->in[0]);
    call->shape.ndim -= 2;
    return status;
}

typedef double pivots_function(int64_t n, const double *upper, double sign);

static double log_of(int64_t n, const double *upper, double sign)
{
    double sum = 0;
    (void)sign;
    for (int64_t i = 0; i < n; i++) {
        sum += log(fabs(upper[i * n + i]));
    }
    return sum;
}

static double sign_of(int64_t n, const double *upper, double sign)
{
    for (int64_t i = 0; i < n; i++) {
        double pivot = upper[i * n + i];
        sign *= pivot != pivot ? pivot : pivot > 0 ? 1 : -1;
    }
    return sign;
}

static ag_status for_pivots(ag_call *call, pivots_function *f, double if_singular)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1];
    double sign, *a = ag__matrices_work(call->graph, 1, n, n);
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 0);
    bool more = a != NULL && ag__matrices_start(&m);
    for (; more; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        bool singular = ag__eliminate(n, a, 0, a, &sign) >= 0;
        double y = singular ? if_singular : f(n, a, sign);
        ag__matrices_set(&m, 1, &y);
    }
    return a != NULL ? AG_OK : AG_ERR_MEMORY;
}

static ag_status det_forward(ag_call *call)
{
    return for_pivots(call, ag__pivot_product, 0);
}

static ag_status logabsdet_forward(ag_call *call)
{
    return for_pivots(call, log_of, -(double)INFINITY);
}

static ag_status sign_forward(ag_call *call)
{
    return for_pivots(call, sign_of, 0);
}

static ag_status det_vjp(ag_vjp_call *call)
{
    ag_tensor *cofactors = ag_apply(&ag__cofactor_op, &call->in[0], 1, NULL, 0);
    return ag_accumulate(call, 0, ag_mul(ag__per_matrix(call->upstream), cofactors));
}

static ag_status logabsdet_vjp(ag_vjp_call *call)
{
    ag_tensor *inverse = ag_inverse(call->in[0]);
    return ag_accumulate(call, 0, ag_mul(ag__per_matrix(call->upstream), ag_transpose(inverse)));
}

/* --- the table -------------------------------------------------------------------------------- */

AG__SAMPLE(det, ag_det(in[0]))
AG__SAMPLE(logabsdet, ag_slogdet(ag__plus_diagonal(in[0], -4, 0), NULL))

static ag_tensor *sample_sign(ag_tensor *const *in)
{
    ag_tensor *sign = NULL;
    ag_slogdet(in[0], &sign);
    return sign;
}

static const ag_case det_cases[] = {
    {"of [3,3]", sample_det, 1, {{2, {3, 3}}}, -2, 2},
    {"of a batch [3,2,2]", sample_det, 1, {{3, {3, 2, 2}}}, -2, 2},
    {"of [1,1]", sample_det, 1, {{2, {1, 1}}}, -2, 2},
    {"of size 0", sample_det, 1, {{2, {0, 0}}}, -2, 2},
};

static const ag_case logabsdet_cases[] = {
    {"of [3,3]", sample_logabsdet, 1, {{2, {3, 3}}}, -2, 2},
    {"of a batch [2,2,2]", sample_logabsdet, 1, {{3, {2, 2, 2}}}, -2, 2},
};

static const ag_case sign_cases[] = {
    {"of a batch [3,2,2]", sample_sign, 1, {{3, {3, 2, 2}}}, -2, 2}};

const ag_op ag__det_op = {
    .name = "det",
    .n_in = 1,
    .infer = scalar_infer,
    .forward = det_forward,
    .vjp = det_vjp,
    .formula = "F(det, A)",
    .vjp_formula = {"MUL(GY, F(cofactor, A))"},
    AG_CASES(det_cases),
};

const ag_op ag__logabsdet_op = {
    .name = "logabsdet",
    .n_in = 1,
    .infer = scalar_infer,
    .forward = logabsdet_forward,
    .vjp = logabsdet_vjp,
    .formula = "F(log, F(abs, F(det, A)))",
    .vjp_formula = {"MUL(GY, T(F(inverse, A)))"},
    AG_CASES(logabsdet_cases),
};

const ag_op ag__sign_of_det_op = {
    .name = "sign_of_det",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = scalar_infer,
    .forward = sign_forward,
    .formula = "F(sign, F(det, A))",
    AG_CASES(sign_cases),
};

ag_tensor *ag_det(ag_tensor *a)
{
    return ag_apply(&ag__det_op, &a, 1, NULL, 0);
}

ag_tensor *ag_slogdet(ag_tensor *a, ag_tensor **sign)
{
    ag__composite c;
    if (sign != NULL) {
        *sign = NULL;
    }
    if (!ag__composite_open(&c, "slogdet", &a, 1, 1)) {
        return NULL;
    }
    if (sign != NULL) {
        *sign = AG__COMPOSED(&c, ag_apply(&ag__sign_of_det_op, &a, 1, NULL, 0));
    }
    bool have = sign == NULL || *sign != NULL;
    ag_tensor *y = have ? AG__COMPOSED(&c, ag_apply(&ag__logabsdet_op, &a, 1, NULL, 0)) : NULL;
    if (sign != NULL && y == NULL) {
        *sign = NULL;
    }
    return y;
}
