/* The linear layer and an activation of it, y = act(x w^T + b), as one operation: for activations
 * whose derivative is a function of y, so that x w^T + b need not be kept. It is computed where y
 * is to be. Kernels and derivatives are those of the elementwise tables.
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>

#include "linear.h"
#include "ops/common/families.h"
#include "ops/common/simd_loop.h"
#include "ops/elementwise/row.h"
#include "ops/elementwise/row_number.h"
#include "ops/kernel/kernel_table.h"

static int number_of(const ag_op *op)
{
    return ((const ag__activated *)(const void *)op)->number;
}

static const ag__row_kernels *kernels_of(const ag_op *op, ag_dtype dtype, ag__lanes *lanes)
{
    const ag__kernels *best = ag__kernels_best();
    *lanes = (ag__lanes){.bytes = best->bytes};
    return &best->rows->of[dtype][number_of(op)];
}

static ag_status forward(ag_call *call)
{
    ag__loop l;
    ag__lanes lanes;
    ag_status status = ag__linear_forward(call);
    if (status == AG_OK) {
        lanes.kernel = kernels_of(call->op, call->dtype, &lanes)->forward;
        ag__loop_open(&l, call->out.ndim, call->out.dim);
        ag__loop_add(&l, &call->out);
        ag__loop_add(&l, &call->out);
        ag__lanes_run(&lanes, &l);
    }
    return status;
}

/* --- the rule --------------------------------------------------------------------------------- */

/* The gradient of x w^T + b, in memory that lasts for this call. y also takes the place of the
 * operand of the activation. */
static ag_status backward(ag_vjp_call *call)
{
    ag__loop l;
    ag__lanes lanes;
    ag_array g = ag_array_of(call->upstream), y = ag_array_of(call->out), z = y;
    z.data = ag_workspace(ag_graph_of(call->out), (size_t)y.size * ag_dtype_bytes(y.dtype));
    if (z.data == NULL) {
        return AG_ERR_MEMORY;
    }
    lanes.kernel = kernels_of(ag_op_of(call->out), y.dtype, &lanes)->backward[0];
    lanes.adds = lanes.fresh = true;
    ag__loop_open(&l, y.ndim, y.dim);
    ag__loop_add(&l, &z);
    ag__loop_add(&l, &g);
    ag__loop_add(&l, &y);
    ag__lanes_run(&lanes, &l);
    return ag__linear_backward(call, &z);
}

static ag_status vjp(ag_vjp_call *call)
{
    int number = number_of(ag_op_of(call->out));
    const ag__row *r = (const ag__row *)(const void *)ag__elementwise_ops[number];
    ag__symbol y = ag__symbol_tensor(call->out), g = ag__symbol_tensor(call->upstream);
    g = ag__symbol_mul(g, r->symbol[0](y, y, y, (ag__constants){0, 0}));
    ag_tensor *z = ag__symbol_get(g, call->out);
    return z != NULL ? ag__linear_vjp(call, z) : ag_error(ag_graph_of(call->out));
}

/* --- the table -------------------------------------------------------------------------------- */

/* `slope` is the partial of the activation's row with Y in place of A. */
#define ACTIVATED(act, slope)                                                                      \
    static ag_tensor *act##_sample(ag_tensor *const *in)                                           \
    {                                                                                              \
        return ag_linear_##act(in[0], in[1], in[2]);                                               \
    }                                                                                              \
    static const ag_case act##_cases[] = AG__LINEAR_CASES(act##_sample);                           \
    const ag__activated ag__fused_linear_##act = {                                                 \
        {.name = "linear_" #act,                                                                   \
         .n_in = 3,                                                                                \
         .infer = ag__linear_infer,                                                                \
         .forward = forward,                                                                       \
         .vjp = vjp,                                                                               \
         .backward = backward,                                                                     \
         .formula = "F(" #act ", ADD(DOT(A, T(B)), C))",                                           \
         .vjp_formula = {"DOT(MUL(GY, " #slope "), B)", "DOT(T(MUL(GY, " #slope ")), A)",          \
                         "MUL(GY, " #slope ")"},                                                   \
         .cases = act##_cases,                                                                     \
         .n_cases = sizeof act##_cases / sizeof *act##_cases},                                     \
        act##_number};                                                                             \
    ag_tensor *ag_linear_##act(ag_tensor *x, ag_tensor *w, ag_tensor *b)                           \
    {                                                                                              \
        ag_tensor *y = ag__linear_apply(&ag__fused_linear_##act.op, x, w, b);                      \
        return b != NULL ? y : ag_##act(y);                                                        \
    }
ACTIVATED(relu, IS(gt, Y, K(0)))
ACTIVATED(sigmoid, MUL(Y, SUB(K(1), Y)))
ACTIVATED(tanh, SUB(K(1), SQ(Y)))
