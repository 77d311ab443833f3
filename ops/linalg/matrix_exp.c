/* The matrix exponential, by scaling, a Padé approximant, and squaring. Source: N. Higham, "The
 * scaling and squaring method for the matrix exponential revisited", 2005, algorithm 2.3. Must not
 * know how a batch is walked; that is matrix_batch.c.
 */
#define AG_NO_SITES
#include <math.h>
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

/* --- one matrix ------------------------------------------------------------------------------- */

/* y = a b, and y += factor a. */
static void multiply(int64_t n, const double *a, const double *b, double *y)
{
    memset(y, 0, (size_t)(n * n) * sizeof *y);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < n; k++) {
            for (int64_t j = 0; j < n; j++) {
                y[i * n + j] += a[i * n + k] * b[k * n + j];
            }
        }
    }
}

static void add(int64_t n, double factor, const double *a, double *y)
{
    for (int64_t i = 0; i < n * n; i++) {
        y[i] += factor * a[i];
    }
}

/* y = c[0] + c[2] A^2 + c[4] A^4 + c[6] A^6, where power is A^2, then A^4, then A^6. */
static void even_part(int64_t n, const double *c, const double *power, double *y)
{
    memset(y, 0, (size_t)(n * n) * sizeof *y);
    for (int64_t i = 0; i < n; i++) {
        y[i * n + i] = c[0];
    }
    for (int k = 0; k < 3; k++) {
        add(n, c[2 * k + 2], power + k * n * n, y);
    }
}

/* The norm of columns, by which it is decided how often to halve. */
static double norm_1(int64_t n, const double *a)
{
    double most = 0;
    for (int64_t j = 0; j < n; j++) {
        double sum = 0;
        for (int64_t i = 0; i < n; i++) {
            sum += fabs(a[i * n + j]);
        }
        most = sum > most ? sum : most;
    }
    return most;
}

/* The even powers of the approximant, or the odd ones over A: power holds A^2, A^4 and A^6, y
 * becomes the sum, t and inner are room for one matrix each. */
static void half(int64_t n, const double *power, int odd, double *y, double *t, double *inner)
{
    static const double c[] = {64764752532480000,
                               32382376266240000,
                               7771770303897600,
                               1187353796428800,
                               129060195264000,
                               10559470521600,
                               670442572800,
                               33522128640,
                               1323241920,
                               40840800,
                               960960,
                               16380,
                               182,
                               1};
    double high[7] = {0}, low[7] = {0};
    for (int k = 0; k < 4; k++) {
        low[2 * k] = c[2 * k + odd];
        high[2 * k] = k > 0 ? c[6 + 2 * k + odd] : 0;
    }
    even_part(n, high, power, t);
    multiply(n, power + 2 * n * n, t, inner);
    even_part(n, low, power, y);
    add(n, 1, inner, y);
}

/* The approximant of degree 13 is (V + U)/(V - U) with V of even and U of odd powers, for a norm of
 * up to 5.37. A becomes exp(A); work has room for 7 matrices. */
static void exponential(int64_t n, double *a, double *work)
{
    int64_t size = n * n;
    double *power = work, *u = work + 3 * size, *v = work + 4 * size;
    double *t = work + 5 * size, *inner = work + 6 * size, sign;
    int halvings = 0;
    for (double norm = norm_1(n, a); norm > 5.37 && halvings < 1100; norm /= 2) {
        halvings++; /* the norm of finite elements may be infinite */
    }
    for (int64_t i = 0; i < size; i++) {
        a[i] = ldexp(a[i], -halvings);
    }
    multiply(n, a, a, power);
    multiply(n, power, power, power + size);
    multiply(n, power, power + size, power + 2 * size);
    half(n, power, 0, v, t, inner);
    half(n, power, 1, u, t, inner);
    multiply(n, a, u, t);
    memcpy(a, v, (size_t)size * sizeof *a);
    add(n, 1, t, a);
    add(n, -1, t, v);
    ag__eliminate(n, v, n, a, &sign);
    ag__substitute(n, v, (ag__triangle){.upper = true}, n, a);
    for (; halvings > 0; halvings--) {
        multiply(n, a, a, t);
        memcpy(a, t, (size_t)size * sizeof *a);
    }
}

/* --- the operation ---------------------------------------------------------------------------- */

static ag_status forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, n, n);
    double *work = ag__matrices_work(call->graph, 7, n, n);
    ag_status status = a != NULL && work != NULL ? AG_OK : AG_ERR_MEMORY;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 2);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        status = ag__must_be_finite(call, &m, a, n, n);
        if (status == AG_OK) {
            exponential(n, a, work);
        }
        ag__matrices_set(&m, 1, a);
    }
    return status;
}

/* exp([A^T, gY; 0, A^T]) has the gradient of A in its upper right corner. Mathias, "A chain rule
 * for matrix functions", 1996. */
static ag_status vjp(ag_vjp_call *call)
{
    ag_shape s = ag_shape_of(call->in[0]);
    int64_t n = s.dim[s.ndim - 1];
    ag_tensor *at = ag_transpose(call->in[0]), *zero = ag_mul_scalar(ag_detach(at), 0);
    ag_tensor *above = ag_concat((ag_tensor *[]){at, call->upstream}, 2, -1);
    ag_tensor *below = ag_concat((ag_tensor *[]){zero, at}, 2, -1);
    ag_tensor *whole = ag_matrix_exp(ag_concat((ag_tensor *[]){above, below}, 2, -2));
    return ag_accumulate(call, 0, ag_slice(ag_slice(whole, -2, 0, n, 1), -1, n, 2 * n, 1));
}

AG__SAMPLE(matrix_exp, ag_matrix_exp(in[0]))

static const ag_case cases[] = {
    {"of [3,3]", sample_matrix_exp, 1, {{2, {3, 3}}}, -1, 1},
    {"of a batch [2,2,2], squared", sample_matrix_exp, 1, {{3, {2, 2, 2}}}, -4, 2},
    {"of size 0", sample_matrix_exp, 1, {{2, {0, 0}}}, -1, 1},
};

const ag_op ag__matrix_exp_op = {
    .name = "matrix_exp",
    .n_in = 1,
    .infer = ag__square_infer,
    .forward = forward,
    .vjp = vjp,
    .formula = "F(matrix_exp, A)",
    AG_CASES(cases),
};

ag_tensor *ag_matrix_exp(ag_tensor *a)
{
    return ag_apply(&ag__matrix_exp_op, &a, 1, NULL, 0);
}
