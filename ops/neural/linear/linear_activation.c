/* The linear layer followed by an activation. With relu, y = relu(x w^T + b) is one operation,
 * since the derivative of relu is a function of y: x w^T + b is computed in the memory of y and
 * not kept. Dropout behind it is in the same pass over y, and 0 where it dropped. The
 * derivative of sigmoid or tanh is no function of y, in floating point: where an activation is
 * saturated, y has lost the digits that its derivative needs. So those are two operations, and the
 * first keeps x w^T + b. To compute it again in the backward pass instead, from where a unit is
 * saturated, took up to half as long again for the whole step (tests/bench/README.md).
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>

#include "linear.h"
#include "ops/common/composite.h"
#include "ops/common/strided.h"
#include "ops/neural/neural_ops.h"
#include "ops/neural/relu.h"

static ag_status forward(ag_call *call)
{
    ag_status status = ag__linear_forward(call);
    if (status == AG_OK) {
        ag__relu_apply(&call->out);
    }
    return status;
}

/* --- the rule --------------------------------------------------------------------------------- */

/* The gradient of x w^T + b is in memory for the time of this call. */
static ag_status backward(ag_vjp_call *call)
{
    ag_array g = ag_array_of(call->upstream), y = ag_array_of(call->out), z = y;
    z.data = ag_workspace(ag_graph_of(call->out), (size_t)y.size * ag_dtype_bytes(y.dtype));
    if (z.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__relu_backward(&z, &y, &g);
    return ag__linear_backward(call, &z);
}

static ag_status vjp(ag_vjp_call *call)
{
    ag_tensor *z = ag__relu_gradient(call);
    return z != NULL ? ag__linear_vjp(call, z) : ag_error(ag_graph_of(call->out));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag_linear_relu(in[0], in[1], in[2]);
}

static const ag_case cases[] = AG__LINEAR_CASES(sample);

const ag_op ag__linear_relu_op = {
    .name = "linear_relu",
    .n_in = 3,
    .infer = ag__linear_infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "F(relu, ADD(DOT(A, T(B)), C))",
    .vjp_formula = {"DOT(MUL(GY, IS(gt, Y, K(0))), B)", "DOT(T(MUL(GY, IS(gt, Y, K(0)))), A)",
                    "MUL(GY, IS(gt, Y, K(0)))"},
    AG_CASES(cases),
};

ag_tensor *ag_linear_relu(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    ag_tensor *y = ag__linear_apply(&ag__linear_relu_op, NULL, x, w, b);
    return b != NULL ? y : ag_relu(y);
}

/* --- with dropout ----------------------------------------------------------------------------- */

static ag_status drop_forward(ag_call *call)
{
    double p = *(const double *)call->attr;
    ag_status status = ag__linear_forward(call);
    if (status == AG_OK) {
        ag__drop d = ag__drop_open(call->graph, call->dtype, p, call->out.size);
        ag__relu_drop(&call->out, &d);
    }
    return status;
}

static ag_status drop_backward(ag_vjp_call *call)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array g = ag_array_of(call->upstream), y = ag_array_of(call->out), z = y;
    const void *from = ag__contiguous(graph, &g);
    z.data = ag_workspace(graph, (size_t)y.size * ag_dtype_bytes(y.dtype));
    if (z.data == NULL || (from == NULL && y.size > 0)) {
        return AG_ERR_MEMORY;
    }
    ag__relu_drop_backward(&z, &y, from, ag__drop_kept(*(const double *)call->attr));
    return ag__linear_backward(call, &z);
}

static ag_status drop_vjp(ag_vjp_call *call)
{
    ag_tensor *z = ag__relu_gradient(call);
    z = ag_mul_scalar(z, ag__drop_kept(*(const double *)call->attr));
    return z != NULL ? ag__linear_vjp(call, z) : ag_error(ag_graph_of(call->out));
}

/* Every call drops the same numbers. */
static ag_tensor *drop_sample(ag_tensor *const *in)
{
    ag_random_set_state(ag_graph_of(in[0]), (ag_random_state){.key = 1});
    return ag_linear_relu_dropout(in[0], in[1], in[2], 0.25);
}

static const ag_case drop_cases[] = AG__LINEAR_CASES(drop_sample);

#define GZ "MUL(F(dropout, GY), IS(gt, Y, K(0)))"
const ag_op ag__linear_relu_dropout_op = {
    .name = "linear_relu_dropout",
    .n_in = 3,
    .infer = ag__linear_infer,
    .forward = drop_forward,
    .vjp = drop_vjp,
    .backward = drop_backward,
    .formula = "F(dropout, F(relu, ADD(DOT(A, T(B)), C)))",
    .vjp_formula = {"DOT(" GZ ", B)", "DOT(T(" GZ "), A)", GZ},
    .describe = ag__drop_describe,
    AG_CASES(drop_cases),
};

ag_tensor *ag_linear_relu_dropout(ag_tensor *x, ag_tensor *w, ag_tensor *b, double p)
{
    ag__composite c;
    if (!ag__composite_open(&c, "linear_relu_dropout", (ag_tensor *[]){x, w, b}, 2, 3) ||
        !ag__drop_fits(&c, p)) {
        return NULL;
    }
    return b != NULL && p > 0 ? ag__linear_apply(&ag__linear_relu_dropout_op, &p, x, w, b)
                              : AG__COMPOSED(&c, ag_dropout(ag_linear_relu(x, w, b), p, true));
}

/* --- others ----------------------------------------------------------------------------------- */

#define TWO(act)                                                                                   \
    ag_tensor *ag_linear_##act(ag_tensor *x, ag_tensor *w, ag_tensor *b)                           \
    {                                                                                              \
        ag__composite c;                                                                           \
        if (!ag__composite_open(&c, "linear_" #act, (ag_tensor *[]){x, w, b}, 2, 3)) {             \
            return NULL;                                                                           \
        }                                                                                          \
        return AG__COMPOSED(&c, ag_##act(ag_linear(x, w, b)));                                     \
    }
TWO(sigmoid)
TWO(tanh)
