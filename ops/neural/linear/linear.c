/* The linear layer x w^T + b as one operation: the bias is written first, and the product is added
 * to it. Without a bias it is only a matrix product.
 */
#include <autograd/linalg.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "linear.h"
#include "ops/common/batched_gemm.h"
#include "ops/common/composite.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided_sum.h"
#include "ops/neural/neural_ops.h"
#include "ops/neural/spatial.h"

static ag_status fit(const ag_call *call)
{
    char tx[AG__TEXT_BYTES], tw[AG__TEXT_BYTES];
    ag_shape x = ag_shape_of(call->in[0]), w = ag_shape_of(call->in[1]);
    if (x.ndim < 1 || w.ndim != 2 || x.dim[x.ndim - 1] != w.dim[1]) {
        bool axes = x.ndim >= 1 && w.ndim == 2;
        ag_call_picture(call, AG_PICTURE_ALIGNED,
                        (ag_picture_row[]){{call->in[0], "x", x, axes ? x.ndim - 1 : -1},
                                           {call->in[1], "weight", w, axes ? 1 : -1}});
        return ag_call_fail(call, AG_ERR_SHAPE, "(..., in) with (out, in)",
                            "x %s does not go with a weight of %s", ag__text_of(x, tx),
                            ag__text_of(w, tw));
    }
    ag_shape b = call->n_in > 2 ? ag_shape_of(call->in[2]) : AG_SHAPE(w.dim[0]);
    if (b.ndim != 1 || b.dim[0] != w.dim[0]) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "the bias has shape %s, not %s",
                            ag__text_of(b, tx), ag__text_of(AG_SHAPE(w.dim[0]), tw));
    }
    return AG_OK;
}

ag_status ag__linear_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    status = status == AG_OK ? fit(call) : status;
    if (status == AG_OK) {
        call->shape = ag_shape_of(call->in[0]);
        call->shape.dim[call->shape.ndim - 1] = ag_shape_of(call->in[1]).dim[0];
    }
    return status;
}

ag_status ag__linear_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]), w = ag_array_of(call->in[1]);
    ag_array b = ag_array_of(call->in[2]);
    ag__pairs p;
    ag__strided_copy(&call->out, &b);
    ag__stack_open(&p.a, &x, x.ndim > 1, true, false);
    ag__stack_open(&p.b, &w, true, true, true);
    ag__stack_open(&p.c, &call->out, x.ndim > 1, true, false);
    return ag__pairs_run(&p, call->graph, true);
}

/* --- the rule --------------------------------------------------------------------------------- */

/* Gives the gradient of operand i, which is to be written if *fresh and added to otherwise. False
 * if there is nothing to do; *status then says whether that is an error. */
static bool target(ag_vjp_call *call, int i, ag_array *to, bool *fresh, ag_status *status)
{
    if (*status != AG_OK || !ag_needs_input_grad(call, i)) {
        return false;
    }
    *to = ag_grad_target(call, i, fresh);
    *status = to->data == NULL && to->size > 0 ? AG_ERR_MEMORY : AG_OK;
    return *status == AG_OK && to->size > 0;
}

/* The gradient of the bias: the sum over all rows. */
static ag_status bias_backward(ag_graph *graph, const ag_array *g, ag_array *to, bool fresh)
{
    bool over[AG_MAX_DIMS];
    for (int d = 0; d < g->ndim; d++) {
        over[d] = d < g->ndim - 1;
    }
    ag_array sum = *to;
    int64_t one = 1;
    if (!fresh) {
        sum.stride = &one;
        sum.data = ag_workspace(graph, (size_t)to->size * ag_dtype_bytes(to->dtype));
    }
    if (sum.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__strided_sum(g, over, sum.data);
    if (!fresh) {
        ag__add_scaled(to, false, &sum, 1);
    }
    return AG_OK;
}

ag_status ag__linear_backward(ag_vjp_call *call, const ag_array *g)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array x = ag_array_of(call->in[0]), w = ag_array_of(call->in[1]), to;
    bool fresh, rows = x.ndim > 1;
    ag_status status = AG_OK;
    ag__pairs p;
    if (target(call, 0, &to, &fresh, &status)) {
        ag__stack_open(&p.a, g, rows, true, false);
        ag__stack_open(&p.b, &w, true, true, false);
        ag__stack_open(&p.c, &to, rows, true, false);
        status = ag__pairs_run(&p, graph, !fresh);
    }
    if (target(call, 1, &to, &fresh, &status)) {
        ag__stack_open(&p.a, g, rows, true, true);
        ag__stack_open(&p.b, &x, rows, true, false);
        ag__stack_open(&p.c, &to, true, true, false);
        status = ag__pairs_run(&p, graph, !fresh);
    }
    if (target(call, 2, &to, &fresh, &status)) {
        status = bias_backward(graph, g, &to, fresh);
    }
    return status;
}

static ag_status backward(ag_vjp_call *call)
{
    ag_array g = ag_array_of(call->upstream);
    return ag__linear_backward(call, &g);
}

/* x with all axes but the last one in one: (..., n) -> (rows, n). */
static ag_tensor *as_rows(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x);
    int64_t rows = 1;
    for (int d = 0; d < s.ndim - 1; d++) {
        rows *= s.dim[d];
    }
    return ag_reshape(x, AG_SHAPE(rows, s.dim[s.ndim - 1]));
}

ag_status ag__linear_vjp(ag_vjp_call *call, ag_tensor *g)
{
    ag_tensor *x = call->in[0];
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_matmul(g, call->in[1]));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 1)) {
        status = ag_accumulate(call, 1, ag_matmul(ag_transpose(as_rows(g)), as_rows(x)));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        status = ag_accumulate(call, 2, g);
    }
    return status;
}

static ag_status vjp(ag_vjp_call *call)
{
    return ag__linear_vjp(call, call->upstream);
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag_linear(in[0], in[1], in[2]);
}

static const ag_case cases[] = AG__LINEAR_CASES(sample);

const ag_op ag__linear_op = {
    .name = "linear",
    .n_in = 3,
    .infer = ag__linear_infer,
    .forward = ag__linear_forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "ADD(DOT(A, T(B)), C)",
    .vjp_formula = {"DOT(GY, B)", "DOT(T(GY), A)", "GY"},
    AG_CASES(cases),
};

static ag_tensor *of_matrix(const ag_op *op, const double *p, ag_tensor *x, ag_tensor *w,
                            ag_tensor *b)
{
    ag_tensor *in[] = {x, w, b};
    ag__composite c;
    if (!ag__composite_open(&c, op->name, in, 2, 3) || ag_call_same_float(&c.call) != AG_OK ||
        fit(&c.call) != AG_OK) {
        return NULL;
    }
    return b != NULL ? ag_apply(op, in, 3, p, p != NULL ? sizeof *p : 0)
                     : ag_matmul(x, ag_transpose(w));
}

/* A vector of weights gives one number in place of the last axis. */
static ag_tensor *of_vector(const ag_op *op, const double *p, ag_tensor *x, ag_tensor *w,
                            ag_tensor *b)
{
    ag__composite c;
    if (!ag__composite_open(&c, op->name, (ag_tensor *[]){x, w, b}, 2, 3) ||
        !ag__composite_shape(&c, "bias", b, AG_SCALAR)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *row = ag_reshape(w, AG_SHAPE(1, ag_size(w)));
    ag_tensor *y = of_matrix(op, p, x, row, b != NULL ? ag_reshape(b, AG_SHAPE(1)) : NULL);
    return ag__composite_leave(&c, ag_squeeze_axis(y, -1));
}

ag_tensor *ag__linear_apply(const ag_op *op, const double *p, ag_tensor *x, ag_tensor *w,
                            ag_tensor *b)
{
    return ag_shape_of(w).ndim == 1 ? of_vector(op, p, x, w, b) : of_matrix(op, p, x, w, b);
}

ag_tensor *ag_linear(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag__linear_apply(&ag__linear_op, NULL, x, w, b);
}
