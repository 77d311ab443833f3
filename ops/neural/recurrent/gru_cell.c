/* The step of a gated recurrent unit as one operation. 1 - z is computed as the sigmoid of -a,
 * which keeps the digits that 1 - z loses where z is close to 1. Must not know where the gates
 * come from.
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "cell.h"
#include "ops/neural/neural_ops.h"

enum { GATES = 3, RESET = 0, UPDATE, NEW };

static ag_status infer(ag_call *call)
{
    return ag__cell_infer(call, GATES);
}

static ag_status forward(ag_call *call)
{
    return ag__cell_forward(call, ag__cell_kernels_of(call->dtype)->gru, GATES);
}

/* --- the rule --------------------------------------------------------------------------------- */

static ag_status backward(ag_vjp_call *call)
{
    ag_dtype dtype = ag_dtype_of(call->out);
    return ag__cell_backward(call, ag__cell_kernels_of(dtype)->gru_back, GATES);
}

static ag_status vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *u = call->in[1], *h = call->in[2], *g = call->upstream;
    ag_shape s = ag_shape_of(h);
    int64_t n = s.dim[s.ndim - 1];
    ag_tensor *z = ag_add(x, u), *rest = ag__cell_gate(u, NEW, n);
    ag_tensor *a_reset = ag__cell_gate(z, RESET, n), *reset = ag_sigmoid(a_reset);
    ag_tensor *a = ag__cell_gate(z, UPDATE, n), *update = ag_sigmoid(a);
    ag_tensor *a_new = ag_add(ag__cell_gate(x, NEW, n), ag_mul(reset, rest));
    ag_tensor *new = ag_tanh(a_new);
    ag_tensor *g_new = ag__cell_by_tanh(a_new, new, ag_mul(g, ag_sigmoid(ag_neg(a))));
    ag_tensor *g_reset = ag__cell_by_sigmoid(a_reset, reset, ag_mul(g_new, rest));
    ag_tensor *g_update = ag__cell_by_sigmoid(a, update, ag_mul(g, ag_sub(h, new)));
    ag_tensor *of_x[GATES] = {g_reset, g_update, g_new};
    ag_tensor *of_u[GATES] = {g_reset, g_update, ag_mul(g_new, reset)};
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_concat(of_x, GATES, -1));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 1)) {
        status = ag_accumulate(call, 1, ag_concat(of_u, GATES, -1));
    }
    return status == AG_OK && ag_needs_input_grad(call, 2)
               ? ag_accumulate(call, 2, ag_mul(g, update))
               : status;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag_gru_cell(in[0], in[1], in[2]);
}

static const ag_case cases[] = {
    {"[2,3]", sample, 3, {{2, {2, 9}}, {2, {2, 9}}, {2, {2, 3}}}, -2, 2},
    {"one row", sample, 3, {{1, {6}}, {1, {6}}, {1, {2}}}, -2, 2},
    {"a bias and a batch", sample, 3, {{3, {2, 2, 3}}, {1, {3}}, {2, {1, 1}}}, -2, 2},
    {"no rows", sample, 3, {{2, {0, 6}}, {2, {0, 6}}, {2, {0, 2}}}, -2, 2},
};

const ag_op ag__gru_cell_op = {
    .name = "gru_cell",
    .n_in = AG__CELL_OPERANDS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "F(gru_cell, A, B, C)",
    .vjp_formula = {"F(gru_input, GY, A, B, C)", "F(gru_hidden, GY, A, B, C)",
                    "F(gru_state, GY, A, B)"},
    AG_CASES(cases),
};

ag_tensor *ag_gru_cell(ag_tensor *x, ag_tensor *u, ag_tensor *h)
{
    ag_tensor *in[] = {x, u, h};
    return ag__cell_open("gru_cell", GATES, in)
               ? ag_apply(&ag__gru_cell_op, in, AG__CELL_OPERANDS, NULL, 0)
               : NULL;
}
