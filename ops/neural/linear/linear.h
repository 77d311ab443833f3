/* What the linear layer shares with the one that also applies relu. Private to
 * ops/neural/linear/.
 */
#ifndef OPS_NEURAL_LINEAR_LINEAR_H
#define OPS_NEURAL_LINEAR_LINEAR_H

#include <autograd/custom_op.h>

/* Infers the shape of x w^T + b, and writes its numbers to call->out. */
AG_MUST_USE ag_status ag__linear_infer(ag_call *call);
AG_MUST_USE ag_status ag__linear_forward(ag_call *call);

/* The rule in plain numbers and the rule that is written with operations, for the gradient g of
 * x w^T + b. */
AG_MUST_USE ag_status ag__linear_backward(ag_vjp_call *call, const ag_array *g);
AG_MUST_USE ag_status ag__linear_vjp(ag_vjp_call *call, ag_tensor *g);

/* Checks the operands in the name of `op` and records it, with its parameter unless that is NULL.
 * Without b it is the product alone. */
ag_tensor *ag__linear_apply(const ag_op *op, const double *p, ag_tensor *x, ag_tensor *w,
                            ag_tensor *b);

/* Samples for the tests. `call` is a function that calls one of them with three operands. */
#define AG__LINEAR_CASES(sample)                                                                   \
    {                                                                                              \
        {"[3,4] with [2,4]", sample, 3, {{2, {3, 4}}, {2, {2, 4}}, {1, {2}}}, -2, 2},              \
            {"a batch of sequences", sample, 3, {{3, {2, 3, 2}}, {2, {3, 2}}, {1, {3}}}, -2, 2},   \
            {"one row, unwritten", sample, 3, {{1, {3}}, {2, {2, 3}}, {1, {2}}}, -2, 2},           \
            {"no input features", sample, 3, {{2, {2, 0}}, {2, {3, 0}}, {1, {3}}}, -2, 2},         \
            {"no rows", sample, 3, {{2, {0, 2}}, {2, {3, 2}}, {1, {3}}}, -2, 2},                   \
    }

#endif
