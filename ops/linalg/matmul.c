/* matmul: the matrix product, of one pair or of a batch of pairs, and its rule. Knows how operands
 * become matrices, as in NumPy's matmul; the arithmetic is ops/common/batched_gemm.c.
 */
#define AG_NO_SITES
#include <autograd/linalg.h>
#include <autograd/shape.h>

#include "linalg_ops.h"
#include "ops/common/batched_gemm.h"
#include "ops/common/sample.h"

/* --- shapes ----------------------------------------------------------------------------------- */

/* An operand of one dimension is a row on the left and a column on the right. */
static int64_t rows_of(ag_shape s, bool right)
{
    return s.ndim > 1 ? s.dim[s.ndim - 2] : right ? s.dim[0] : 1;
}

static int64_t columns_of(ag_shape s, bool right)
{
    return s.ndim == 1 && right ? 1 : s.dim[s.ndim - 1];
}

static int batch_dims(int ndim)
{
    return ndim > 2 ? ndim - 2 : 0;
}

static ag_status matmul_fit(ag_call *call, ag_shape a, ag_shape b)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag__text_of(a, ta);
    ag__text_of(b, tb);
    if (a.ndim == 0 || b.ndim == 0) {
        return ag_call_fail(call, AG_ERR_SHAPE, "ag_mul multiplies by a scalar",
                            "a 0-d operand has no inner dimension: %s . %s", ta, tb);
    }
    if (columns_of(a, false) != rows_of(b, true)) {
        ag_call_picture(call, AG_PICTURE_PRODUCT,
                        (ag_picture_row[]){{call->in[0], "left", a, a.ndim - 1},
                                           {call->in[1], "right", b, b.ndim > 1 ? b.ndim - 2 : 0}});
        return ag_call_fail(call, AG_ERR_SHAPE,
                            "the last dimension of the left operand meets the last but one of the "
                            "right; ag_transpose swaps the two",
                            "inner dimensions differ: %s . %s has %lld and %lld", ta, tb,
                            (long long)columns_of(a, false), (long long)rows_of(b, true));
    }
    if (!ag__broadcast_batch(batch_dims(a.ndim), a.dim, batch_dims(b.ndim), b.dim, &call->shape)) {
        return ag_call_fail(call, AG_ERR_SHAPE,
                            "all dimensions before the last two must be equal or 1",
                            "batch dimensions of %s and %s do not broadcast", ta, tb);
    }
    return AG_OK;
}

static ag_status matmul_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    if (status != AG_OK) {
        return status;
    }
    ag_shape a = ag_shape_of(call->in[0]), b = ag_shape_of(call->in[1]);
    status = matmul_fit(call, a, b);
    if (status != AG_OK) {
        return status;
    }
    if (a.ndim > 1) {
        call->shape.dim[call->shape.ndim++] = rows_of(a, false);
    }
    if (b.ndim > 1) {
        call->shape.dim[call->shape.ndim++] = columns_of(b, true);
    }
    return AG_OK;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_status matmul_forward(ag_call *call)
{
    ag__pairs p;
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    ag__stack_open(&p.a, &a, a.ndim > 1, true, false);
    ag__stack_open(&p.b, &b, true, b.ndim > 1, false);
    ag__stack_open(&p.c, &call->out, a.ndim > 1, b.ndim > 1, false);
    return ag__pairs_run(&p, call->graph, false);
}

/* --- the rule --------------------------------------------------------------------------------- */

/* gA += gY B^T and gB += A^T gY. The products are added to the gradients without memory in between,
 * and ag__pairs_run sums over the dimensions that were broadcast, so no ag__unbroadcast is
 * needed. */
static ag_status matmul_backward(ag_vjp_call *call)
{
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    ag_array g = ag_array_of(call->upstream);
    for (int i = 0; i < 2; i++) {
        if (!ag_needs_input_grad(call, i)) {
            continue;
        }
        bool fresh;
        ag_array to = ag_grad_target(call, i, &fresh);
        if (to.data == NULL && to.size > 0) {
            return AG_ERR_MEMORY;
        }
        ag__pairs p;
        ag__part *upstream = i == 0 ? &p.a : &p.b;
        ag__stack_open(upstream, &g, a.ndim > 1, b.ndim > 1, false);
        if (i == 0) {
            ag__stack_open(&p.b, &b, true, b.ndim > 1, true);
            ag__stack_open(&p.c, &to, a.ndim > 1, true, false);
        } else {
            ag__stack_open(&p.a, &a, a.ndim > 1, true, true);
            ag__stack_open(&p.c, &to, true, b.ndim > 1, false);
        }
        ag_status status = ag__pairs_run(&p, ag_graph_of(call->out), !fresh);
        if (status != AG_OK) {
            return status;
        }
    }
    return AG_OK;
}

/* x with one more dimension of size 1, at position `at`. */
static ag_tensor *insert_one(ag_tensor *x, int at)
{
    ag_shape s = ag_shape_of(x);
    for (int d = s.ndim; d > at; d--) {
        s.dim[d] = s.dim[d - 1];
    }
    s.dim[at] = 1;
    s.ndim++;
    return ag_reshape(x, s);
}

static ag_tensor *drop_last(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x);
    s.ndim--;
    return ag_reshape(x, s);
}

static ag_status matmul_vjp(ag_vjp_call *call)
{
    ag_tensor *a = call->in[0], *b = call->in[1], *g = call->upstream;
    bool row = ag_shape_of(a).ndim == 1, column = ag_shape_of(b).ndim == 1;
    if (row) {
        g = insert_one(g, ag_shape_of(g).ndim - (column ? 0 : 1));
        a = insert_one(a, 0);
    }
    if (column) {
        g = insert_one(g, ag_shape_of(g).ndim);
        b = insert_one(b, 1);
    }
    if (ag_needs_input_grad(call, 0)) {
        ag_status status = ag_accumulate(call, 0, ag_matmul(g, ag_transpose(b)));
        if (status != AG_OK) {
            return status;
        }
    }
    if (ag_needs_input_grad(call, 1)) {
        ag_tensor *gb = ag_matmul(ag_transpose(a), g);
        return ag_accumulate(call, 1, column && gb != NULL ? drop_last(gb) : gb);
    }
    return AG_OK;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag_matmul(in[0], in[1]);
}

AG__SAMPLE(turned, ag_matmul(ag_transpose(in[0]), in[1]))

static const ag_case matmul_cases[] = {
    {"(3,4) . (4,2)", sample, 2, {{2, {3, 4}}, {2, {4, 2}}}, -2, 2},
    {"batch broadcast on both sides", sample, 2, {{4, {2, 1, 2, 3}}, {3, {3, 3, 2}}}, -2, 2},
    {"one right operand for a batch", sample, 2, {{3, {2, 3, 2}}, {2, {2, 3}}}, -2, 2},
    {"one left operand for a batch", sample, 2, {{2, {2, 3}}, {3, {2, 3, 2}}}, -2, 2},
    {"a transposed batch", sample_turned, 2, {{3, {2, 2, 3}}, {2, {2, 3}}}, -2, 2},
    {"vector . vector", sample, 2, {{1, {4}}, {1, {4}}}, -2, 2},
    {"matrix . vector", sample, 2, {{2, {3, 4}}, {1, {4}}}, -2, 2},
    {"vector . matrix", sample, 2, {{1, {4}}, {2, {4, 3}}}, -2, 2},
    {"vector . batch", sample, 2, {{1, {3}}, {3, {2, 3, 2}}}, -2, 2},
    {"batch . vector", sample, 2, {{3, {2, 2, 3}}, {1, {3}}}, -2, 2},
    {"inner dimension 0", sample, 2, {{2, {2, 0}}, {2, {0, 3}}}, -2, 2},
};

const ag_op ag__matmul_op = {
    .name = "matmul",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = matmul_infer,
    .forward = matmul_forward,
    .vjp = matmul_vjp,
    .backward = matmul_backward,
    .formula = "DOT(A, B)",
    .vjp_formula = {"DOT(GY, T(B))", "DOT(T(A), GY)"},
    AG_CASES(matmul_cases),
};

ag_tensor *ag_matmul(ag_tensor *a, ag_tensor *b)
{
    ag_tensor *in[] = {a, b};
    return ag_apply(&ag__matmul_op, in, 2, NULL, 0);
}
