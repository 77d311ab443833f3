/* Linear systems: solve_triangular, solve and inverse. The arithmetic is ops/kernel/factorize.c. */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "matrix_rules.h"
#include "ops/common/batched_gemm.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/kernel/factorize.h"

/* --- A X = B ---------------------------------------------------------------------------------- */

/* The shape of X: the leading sizes of both operands, broadcast, and then the matrix of B. */
static ag_status system_infer(ag_call *call)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag_status status = ag__square_float(call);
    if (status != AG_OK) {
        return status;
    }
    ag_shape a = ag_shape_of(call->in[0]), b = ag_shape_of(call->in[1]);
    ag__text_of(a, ta);
    ag__text_of(b, tb);
    if (b.ndim < 2 || b.dim[b.ndim - 2] != a.dim[a.ndim - 1]) {
        return ag_call_fail(call, AG_ERR_SHAPE,
                            "one right-hand side is a vector of one dimension, several are the "
                            "columns of a matrix",
                            "%s X = %s: the right-hand side has not %lld rows", ta, tb,
                            (long long)a.dim[a.ndim - 1]);
    }
    int nb = b.ndim - 2;
    if (!ag__broadcast_batch(a.ndim - 2, a.dim, nb, b.dim, &call->shape)) {
        return ag_call_fail(call, AG_ERR_SHAPE, "sizes before the last two are equal or 1",
                            "the batch dimensions of %s and %s do not broadcast", ta, tb);
    }
    call->shape.dim[call->shape.ndim++] = b.dim[nb];
    call->shape.dim[call->shape.ndim++] = b.dim[nb + 1];
    return AG_OK;
}

/* Opens the walk over A, B and X, and finds memory for one A and one B. */
static ag_status system_open(ag_call *call, ag__matrices *m, double **a, double **b)
{
    ag_array left = ag_array_of(call->in[0]), right = ag_array_of(call->in[1]);
    int64_t n = left.dim[left.ndim - 1], k = right.dim[right.ndim - 1];
    ag__matrices_open(m, call->out.ndim - 2, call->out.dim);
    ag__matrices_add(m, &left, 2);
    ag__matrices_add(m, &right, 2);
    ag__matrices_add(m, &call->out, 2);
    *a = ag__matrices_work(call->graph, 1, n, n);
    *b = ag__matrices_work(call->graph, 1, n, k);
    return *a != NULL && *b != NULL ? AG_OK : AG_ERR_MEMORY;
}

/* --- triangular systems ----------------------------------------------------------------------- */

static ag_status triangular_forward(ag_call *call)
{
    const ag__triangle *of = call->attr;
    ag__matrices m;
    double *a, *b;
    ag_status status = system_open(call, &m, &a, &b);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        ag__matrices_get(&m, 1, b);
        int64_t zero = ag__substitute(m.array[0].rows, a, *of, m.array[1].columns, b);
        if (zero >= 0) {
            return ag__singular(call, &m, zero);
        }
        ag__matrices_set(&m, 2, b);
    }
    return status;
}

static ag_tensor *substitute(ag_tensor *a, ag_tensor *b, ag__triangle of)
{
    return ag_apply(&ag__triangular_op, (ag_tensor *[]){a, b}, 2, &of, sizeof of);
}

/* With M = T or T^T, gB = M^-T gX, and the gradient of M is the triangle of -gB X^T that is
 * read. */
static ag_status triangular_vjp(ag_vjp_call *call)
{
    const ag__triangle *of = call->attr;
    ag__triangle back = {of->upper, !of->transpose, of->unit};
    ag_tensor *gb = substitute(call->in[0], call->upstream, back);
    ag_status status = ag_accumulate(call, 1, gb);
    if (status != AG_OK || !ag_needs_input_grad(call, 0)) {
        return status;
    }
    ag_tensor *left = of->transpose ? call->out : gb, *right = of->transpose ? gb : call->out;
    ag_tensor *ga = ag_neg(ag_matmul(left, ag_transpose(right)));
    int64_t k = !of->unit ? 0 : of->upper ? 1 : -1;
    return ag_accumulate(call, 0, of->upper ? ag_triu(ga, k) : ag_tril(ga, k));
}

static void triangular_describe(const void *attr, char *text, size_t bytes)
{
    const ag__triangle *of = attr;
    snprintf(text, bytes, "%s%s%s", of->upper ? "upper" : "lower",
             of->transpose ? ", transposed" : "", of->unit ? ", unit diagonal" : "");
}

AG__SAMPLE(lower, ag_solve_triangular(ag__plus_diagonal(in[0], 4, 0), in[1], false, NULL))

static ag_tensor *sample_upper_right(ag_tensor *const *in)
{
    ag_triangular_options options = {.right = true, .transpose = true};
    return ag_solve_triangular(ag__plus_diagonal(in[0], 4, 0), in[1], true, &options);
}

static ag_tensor *sample_unit(ag_tensor *const *in)
{
    return ag_solve_triangular(in[0], in[1], false, &(ag_triangular_options){.unit = true});
}

static const ag_case triangular_cases[] = {
    {"lower [3,3], [3,2]", sample_lower, 2, {{2, {3, 3}}, {2, {3, 2}}}, -2, 2},
    {"one for a batch", sample_lower, 2, {{2, {2, 2}}, {3, {2, 2, 2}}}, -2, 2},
    {"vector", sample_lower, 2, {{3, {2, 3, 3}}, {1, {3}}}, -2, 2},
    {"X U^T = B", sample_upper_right, 2, {{2, {3, 3}}, {2, {2, 3}}}, -2, 2},
    {"unit diagonal", sample_unit, 2, {{2, {3, 3}}, {2, {3, 1}}}, -1, 1},
};

const ag_op ag__triangular_op = {
    .name = "solve_triangular",
    .n_in = 2,
    .infer = system_infer,
    .forward = triangular_forward,
    .vjp = triangular_vjp,
    .formula = "DOT(F(inverse, A), B)",
    .vjp_formula = {"NEG(DOT(DOT(T(F(inverse, A)), GY), T(Y)))", "DOT(T(F(inverse, A)), GY)"},
    .describe = triangular_describe,
    AG_CASES(triangular_cases),
};

/* --- general systems -------------------------------------------------------------------------- */

static const ag__triangle upper_triangle = {.upper = true};

/* Solves the current system: a is destroyed and b becomes X. */
static ag_status solve_one(ag_call *call, const ag__matrices *m, double *a, int64_t k, double *b)
{
    double sign;
    int64_t n = m->array[0].rows, zero = ag__eliminate(n, a, k, b, &sign);
    if (zero >= 0) {
        return ag__singular(call, m, zero);
    }
    ag__substitute(n, a, upper_triangle, k, b);
    return AG_OK;
}

static ag_status solve_forward(ag_call *call)
{
    ag__matrices m;
    double *a, *b;
    ag_status status = system_open(call, &m, &a, &b);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        ag__matrices_get(&m, 1, b);
        status = solve_one(call, &m, a, m.array[1].columns, b);
        if (status == AG_OK) {
            ag__matrices_set(&m, 2, b);
        }
    }
    return status;
}

static ag_status solve_vjp(ag_vjp_call *call)
{
    ag_tensor *at = ag_transpose(call->in[0]);
    ag_tensor *gb = ag_apply(&ag__solve_op, (ag_tensor *[]){at, call->upstream}, 2, NULL, 0);
    ag_status status = ag_accumulate(call, 1, gb);
    if (status != AG_OK || !ag_needs_input_grad(call, 0)) {
        return status;
    }
    return ag_accumulate(call, 0, ag_neg(ag_matmul(gb, ag_transpose(call->out))));
}

AG__SAMPLE(solve, ag_solve(ag__plus_diagonal(in[0], 4, 0), in[1]))

static const ag_case solve_cases[] = {
    {"[3,3], [3,2]", sample_solve, 2, {{2, {3, 3}}, {2, {3, 2}}}, -2, 2},
    {"vector", sample_solve, 2, {{2, {3, 3}}, {1, {3}}}, -2, 2},
    {"a batch of vectors", sample_solve, 2, {{3, {2, 3, 3}}, {2, {2, 3}}}, -2, 2},
    {"batches broadcast", sample_solve, 2, {{3, {2, 2, 2}}, {4, {2, 1, 2, 1}}}, -2, 2},
    {"size 0", sample_solve, 2, {{2, {0, 0}}, {2, {0, 2}}}, -2, 2},
};

const ag_op ag__solve_op = {
    .name = "solve",
    .n_in = 2,
    .infer = system_infer,
    .forward = solve_forward,
    .vjp = solve_vjp,
    .formula = "DOT(F(inverse, A), B)",
    .vjp_formula = {"NEG(DOT(DOT(T(F(inverse, A)), GY), T(Y)))", "DOT(T(F(inverse, A)), GY)"},
    AG_CASES(solve_cases),
};

/* --- vectors on the right --------------------------------------------------------------------- */

static ag_tensor *as_column(ag_tensor *b)
{
    ag_shape s = ag_shape_of(b);
    if (s.ndim < AG_MAX_DIMS) {
        s.dim[s.ndim++] = 1;
    }
    return ag_reshape(b, s);
}

static ag_tensor *as_vector(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x);
    s.ndim--;
    return x != NULL ? ag_reshape(x, s) : NULL;
}

ag_tensor *ag_solve_triangular(ag_tensor *a, ag_tensor *b, bool upper,
                               const ag_triangular_options *options)
{
    ag_triangular_options o = options != NULL ? *options : (ag_triangular_options){false};
    if (b != NULL && ag_shape_of(b).ndim == 1) { /* x A = b is the same as A^T x = b */
        return as_vector(
            substitute(a, as_column(b), (ag__triangle){upper, o.transpose != o.right, o.unit}));
    }
    if (o.right && b != NULL && ag_shape_of(b).ndim > 1) {
        ag__triangle turned = {upper, !o.transpose, o.unit};
        ag_tensor *x = substitute(a, ag_transpose(b), turned);
        return x != NULL ? ag_transpose(x) : NULL;
    }
    return substitute(a, b, (ag__triangle){upper, o.transpose, o.unit});
}

/* As in PyTorch, and in NumPy before 2.0, B is one vector, or a vector for each matrix. */
static bool is_vector(ag_shape a, ag_shape b)
{
    bool same = b.ndim == a.ndim - 1;
    for (int d = 0; same && d < b.ndim; d++) {
        same = b.dim[d] == a.dim[d];
    }
    return b.ndim == 1 || (b.ndim > 1 && same);
}

ag_tensor *ag_solve(ag_tensor *a, ag_tensor *b)
{
    bool vector = a != NULL && b != NULL && is_vector(ag_shape_of(a), ag_shape_of(b));
    ag_tensor *right = vector ? as_column(b) : b;
    ag_tensor *x = ag_apply(&ag__solve_op, (ag_tensor *[]){a, right}, 2, NULL, 0);
    return vector ? as_vector(x) : x;
}

/* --- the inverse ------------------------------------------------------------------------------ */

static ag_status inverse_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t n = x.dim[x.ndim - 1];
    double *a = ag__matrices_work(call->graph, 1, n, n);
    double *b = ag__matrices_work(call->graph, 1, n, n);
    ag_status status = a != NULL && b != NULL ? AG_OK : AG_ERR_MEMORY;
    ag__matrices m;
    ag__matrices_of(&m, &x);
    ag__matrices_add(&m, &call->out, 2);
    bool more = status == AG_OK && ag__matrices_start(&m);
    for (; more && status == AG_OK; more = ag__matrices_next(&m)) {
        ag__matrices_get(&m, 0, a);
        memset(b, 0, (size_t)(n * n) * sizeof *b);
        for (int64_t i = 0; i < n; i++) {
            b[i * n + i] = 1;
        }
        status = solve_one(call, &m, a, n, b);
        if (status == AG_OK) {
            ag__matrices_set(&m, 1, b);
        }
    }
    return status;
}

static ag_status inverse_vjp(ag_vjp_call *call)
{
    ag_tensor *t = ag_transpose(call->out);
    return ag_accumulate(call, 0, ag_neg(ag_matmul(ag_matmul(t, call->upstream), t)));
}

AG__SAMPLE(inverse, ag_inverse(ag__plus_diagonal(in[0], 4, 0)))

static const ag_case inverse_cases[] = {
    {"of [3,3]", sample_inverse, 1, {{2, {3, 3}}}, -2, 2},
    {"of a batch [2,2,2]", sample_inverse, 1, {{3, {2, 2, 2}}}, -2, 2},
    {"of size 0", sample_inverse, 1, {{3, {2, 0, 0}}}, -2, 2},
};

const ag_op ag__inverse_op = {
    .name = "inverse",
    .n_in = 1,
    .infer = ag__square_infer,
    .forward = inverse_forward,
    .vjp = inverse_vjp,
    .formula = "F(inverse, A)",
    .vjp_formula = {"NEG(DOT(DOT(T(Y), GY), T(Y)))"},
    AG_CASES(inverse_cases),
};

ag_tensor *ag_inverse(ag_tensor *a)
{
    return ag_apply(&ag__inverse_op, &a, 1, NULL, 0);
}
