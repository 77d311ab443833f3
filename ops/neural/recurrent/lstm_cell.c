/* The step of a long short-term memory as one operation. It packs h' and c' one upon the other
 * along their first axis, so that one pass over memory computes both, and one all gradients. Must
 * not know where the gates come from.
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "cell.h"
#include "ops/neural/neural_ops.h"

enum { GATES = 4, IN = 0, FORGET, NEW, OUT };

static ag_status infer(ag_call *call)
{
    ag_status status = ag__cell_infer(call, GATES);
    call->shape.dim[0] *= 2; /* cannot overflow: it is a size of a tensor */
    return status;
}

/* State k of the pack, 0 or 1: half of its first axis, which is one piece of memory. */
static ag_tensor *half(ag_tensor *pack, int k)
{
    int64_t n = ag_shape_of(pack).dim[0] / 2;
    return ag_narrow(pack, 0, k * n, n);
}

static ag_status forward(ag_call *call)
{
    return ag__cell_forward(call, ag__cell_kernels_of(call->dtype)->lstm, GATES);
}

/* --- the rule --------------------------------------------------------------------------------- */

static ag_status backward(ag_vjp_call *call)
{
    ag_dtype dtype = ag_dtype_of(call->out);
    return ag__cell_backward(call, ag__cell_kernels_of(dtype)->lstm_back, GATES);
}

/* With g the gradient of c', which h' adds to. */
static ag_status vjp(ag_vjp_call *call)
{
    ag_tensor *z = ag_add(call->in[0], call->in[1]), *c = call->in[2], *a[GATES], *y[GATES];
    ag_shape s = ag_shape_of(c);
    int64_t n = s.dim[s.ndim - 1];
    for (int k = 0; k < GATES; k++) {
        a[k] = ag__cell_gate(z, k, n);
        y[k] = k == NEW ? ag_tanh(a[k]) : ag_sigmoid(a[k]);
    }
    ag_tensor *next = half(call->out, 1), *seen = ag_tanh(next);
    ag_tensor *gh = half(call->upstream, 0), *g = half(call->upstream, 1);
    g = ag_add(g, ag__cell_by_tanh(next, seen, ag_mul(gh, y[OUT])));
    ag_tensor *gates[GATES] = {ag__cell_by_sigmoid(a[IN], y[IN], ag_mul(g, y[NEW])),
                               ag__cell_by_sigmoid(a[FORGET], y[FORGET], ag_mul(g, c)),
                               ag__cell_by_tanh(a[NEW], y[NEW], ag_mul(g, y[IN])),
                               ag__cell_by_sigmoid(a[OUT], y[OUT], ag_mul(gh, seen))};
    ag_tensor *gz = ag_concat(gates, GATES, -1);
    ag_status status = ag_accumulate(call, 0, gz);
    status = status == AG_OK ? ag_accumulate(call, 1, gz) : status;
    return status == AG_OK && ag_needs_input_grad(call, 2)
               ? ag_accumulate(call, 2, ag_mul(g, y[FORGET]))
               : status;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    ag_tensor *next, *h = ag_lstm_cell(in[0], in[1], in[2], &next);
    return ag_stack((ag_tensor *[]){h, next}, 2, 0);
}

static const ag_case cases[] = {
    {"[2,3]", sample, 3, {{2, {2, 12}}, {2, {2, 12}}, {2, {2, 3}}}, -2, 2},
    {"one row", sample, 3, {{1, {8}}, {1, {8}}, {1, {2}}}, -2, 2},
    {"a bias and a batch", sample, 3, {{3, {2, 2, 4}}, {1, {4}}, {2, {1, 1}}}, -2, 2},
    {"no rows", sample, 3, {{2, {0, 8}}, {2, {0, 8}}, {2, {0, 2}}}, -2, 2},
};

const ag_op ag__lstm_cell_op = {
    .name = "lstm_cell",
    .n_in = AG__CELL_OPERANDS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "F(lstm_cell, ADD(A, B), C)",
    .vjp_formula = {"F(lstm_gates, GY, ADD(A, B), C)", "F(lstm_gates, GY, ADD(A, B), C)",
                    "F(lstm_state, GY, ADD(A, B), C)"},
    AG_CASES(cases),
};

ag_tensor *ag_lstm_cell(ag_tensor *x, ag_tensor *u, ag_tensor *c, ag_tensor **next)
{
    ag_tensor *in[] = {x, u, c}, *pack = NULL;
    if (ag__cell_open("lstm_cell", GATES, in)) {
        pack = ag_apply(&ag__lstm_cell_op, in, AG__CELL_OPERANDS, NULL, 0);
    }
    ag_tensor *h = pack != NULL ? half(pack, 0) : NULL, *c_next = h != NULL ? half(pack, 1) : NULL;
    if (next != NULL) {
        *next = c_next;
    }
    return c_next != NULL ? h : NULL;
}
