/* Operations of a user for the tests of the gradient checker: the cube, with rules that may be wrong.
 * Written against autograd/custom_op.h. Must not know how the checker works.
 */
#ifndef CUBE_H
#define CUBE_H

#include <autograd/custom_op.h>

#include "expect.h"

static ag_graph *g;

static ag_status infer_cube(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

static ag_status forward_cube(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    const double *x = a.data;
    double *y = call->out.data;
    for (int64_t i = 0; i < a.size; i++) {
        y[i] = x[i] * x[i] * x[i];
    }
    return AG_OK;
}

static inline ag_tensor *slope(ag_vjp_call *call, double factor)
{
    return ag_mul(call->upstream, ag_mul_scalar(ag_square(call->in[0]), factor));
}

static ag_status right(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, slope(call, 3));
}

static ag_status wrong(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, slope(call, 2));
}

/* Right but for the fourth element. */
static ag_status wrong_once(ag_vjp_call *call)
{
    static const double error[6] = {1, 1, 1, 1.001, 1, 1};
    ag_tensor *factor = ag_leaf(ag_graph_of(call->out), AG_CONSTANT, AG_F64, AG_SHAPE(6), error);
    return ag_accumulate(call, 0, ag_mul(slope(call, 3), factor));
}

/* The first derivative is right; its own derivative is lost. */
static ag_status wrong_second(ag_vjp_call *call)
{
    ag_tensor *square = ag_detach(ag_square(call->in[0]));
    return ag_accumulate(call, 0, ag_mul(call->upstream, ag_mul_scalar(square, 3)));
}

static ag_status silent(ag_vjp_call *call)
{
    (void)call;
    return AG_OK;
}

/* The rule on plain numbers, times a factor. */
static ag_status numbers(ag_vjp_call *call, double factor)
{
    ag_array x = ag_array_of(call->in[0]), gy = ag_array_of(call->upstream);
    ag_array gx = ag_grad_array(call, 0);
    for (int64_t i = 0; gx.data != NULL && i < gx.size; i++) {
        double at = ((const double *)x.data)[i];
        ((double *)gx.data)[i] += ((const double *)gy.data)[i] * factor * at * at;
    }
    return gx.data != NULL ? AG_OK : AG_ERR_MEMORY;
}

static ag_status right_numbers(ag_vjp_call *call)
{
    return numbers(call, 3);
}

static ag_status wrong_numbers(ag_vjp_call *call)
{
    return numbers(call, 2);
}

#define CUBE(name_, rule)                                                                          \
    {                                                                                              \
        .name = name_, .n_in = 1, .infer = infer_cube, .forward = forward_cube, .vjp = rule        \
    }
#define FAST(name_, rule)                                                                          \
    {                                                                                              \
        .name = name_, .n_in = 1, .infer = infer_cube, .forward = forward_cube, .vjp = right,      \
        .backward = rule                                                                           \
    }
static const ag_op cube = CUBE("cube", right), cube_wrong = CUBE("cube_wrong", wrong);
static const ag_op cube_once = CUBE("cube_once", wrong_once);
static const ag_op cube_second = CUBE("cube_second", wrong_second);
static const ag_op cube_silent = CUBE("cube_silent", silent), cube_none = CUBE("cube_none", NULL);

static const ag_op cube_fast = FAST("cube_fast", right_numbers);
static const ag_op cube_fast_wrong = FAST("cube_fast_wrong", wrong_numbers);

static inline ag_tensor *apply(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_apply(user, in, 1, NULL, 0);
}

/* in[0] + f(in[1]): the error is in the second operand. */
static inline ag_tensor *second_operand(ag_tensor *const *in, int n, void *user)
{
    return n == 2 ? ag_add(in[0], ag_apply(user, in + 1, 1, NULL, 0)) : NULL;
}

static inline ag_tensor *six(void)
{
    return of_values(g, AG_SHAPE(6), -1.5, 2, 0.5, 1.25, -0.75, 3);
}

#define check_with(check, f, op, ...)                                                              \
    check(f, (void *)(uintptr_t)(op), (ag_tensor *[]){__VA_ARGS__},                                \
          (int)(sizeof((ag_tensor *[]){__VA_ARGS__}) / sizeof(ag_tensor *)), NULL)

#endif
