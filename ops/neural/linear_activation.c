/* The linear layer followed by an activation, y = act(x w^T + b), as one operation. It is for
 * activations whose derivative is a function of y almost everywhere, so that x w^T + b need not be
 * kept: it is computed in the memory of y. It is computed again in the backward pass if an
 * activation is saturated, because then y has lost the digits that its derivative needs. Kernels
 * and derivatives are those of the elementwise tables.
 */
#include <math.h>

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

/* From this magnitude of y on the derivative is computed from x w^T + b. It is a little less than
 * the number in the rows of sigmoid and tanh. */
#define SATURATED 0.97

/* Whether some y is beyond that. The loop has sums and no exit, so that compilers use vectors. */
static bool is_saturated(const ag_array *y)
{
    int64_t beyond = 0;
    if (y->dtype == AG_F64) {
        const double *v = y->data;
        for (int64_t i = 0; i < y->size; i++) {
            beyond += fabs(v[i]) > SATURATED;
        }
    } else {
        const float *v = y->data;
        for (int64_t i = 0; i < y->size; i++) {
            beyond += fabsf(v[i]) > (float)SATURATED;
        }
    }
    return beyond > 0;
}

/* Gives x w^T + b if the derivative needs it, otherwise y in its place. */
static ag_status operand(ag_vjp_call *call, ag_array *a)
{
    const ag_op *op = ag_op_of(call->out);
    *a = ag_array_of(call->out);
    if (number_of(op) == relu_number || !is_saturated(a)) {
        return AG_OK;
    }
    ag_graph *graph = ag_graph_of(call->out);
    a->data = ag_workspace(graph, (size_t)a->size * ag_dtype_bytes(a->dtype));
    ag_call again = {
        .graph = graph, .op = op, .in = call->in, .n_in = call->n_in, .dtype = a->dtype, .out = *a};
    return a->data != NULL ? ag__linear_forward(&again) : AG_ERR_MEMORY;
}

/* The gradient of x w^T + b in memory for the time of this call. */
static ag_status backward(ag_vjp_call *call)
{
    ag__loop l;
    ag__lanes lanes;
    ag_array g = ag_array_of(call->upstream), y = ag_array_of(call->out), z = y, a;
    ag_status status = operand(call, &a);
    z.data = ag_workspace(ag_graph_of(call->out), (size_t)y.size * ag_dtype_bytes(y.dtype));
    if (status != AG_OK || z.data == NULL) {
        return status != AG_OK ? status : AG_ERR_MEMORY;
    }
    lanes.kernel = kernels_of(ag_op_of(call->out), y.dtype, &lanes)->backward[0];
    lanes.adds = lanes.fresh = true;
    ag__loop_open(&l, y.ndim, y.dim);
    ag__loop_add(&l, &z);
    ag__loop_add(&l, &g);
    ag__loop_add(&l, &y);
    ag__loop_add(&l, &a);
    ag__lanes_run(&lanes, &l);
    return ag__linear_backward(call, &z);
}

static ag_status vjp(ag_vjp_call *call)
{
    int number = number_of(ag_op_of(call->out));
    const ag__row *r = (const ag__row *)(const void *)ag__elementwise_ops[number];
    ag__symbol a = ag__symbol_tensor(ag_linear(call->in[0], call->in[1], call->in[2]));
    ag__symbol y = ag__symbol_tensor(call->out), g = ag__symbol_tensor(call->upstream);
    g = r->symbol[0](a, a, y, (ag__constants){0, 0}, g);
    ag_tensor *z = ag__symbol_get(g, call->out);
    return z != NULL ? ag__linear_vjp(call, z) : ag_error(ag_graph_of(call->out));
}

/* --- the table -------------------------------------------------------------------------------- */

/* `slope` is the row's partial, in Y. */
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
