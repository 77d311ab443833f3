/* The linear layer followed by an activation. With relu, y = relu(x w^T + b) is one operation,
 * since the derivative of relu is a function of y: x w^T + b is computed in the memory of y and
 * not kept. The derivative of sigmoid or tanh is not, in floating point: where an activation is
 * saturated, y has lost the digits that its derivative needs. So those are two operations, and the
 * first keeps x w^T + b. To compute it again in the backward pass instead, from where a unit is
 * saturated, took up to half as long again for the whole step (tests/bench/README.md).
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>

#include "linear.h"
#include "ops/common/composite.h"
#include "relu.h"

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
    ag_tensor *y = ag__linear_apply(&ag__linear_relu_op, x, w, b);
    return b != NULL ? y : ag_relu(y);
}

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
