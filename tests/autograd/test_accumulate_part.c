/* Parts of a gradient that a rule hands over by an operation of its own: the same numbers whether they
 * are recorded or not, also of two operations by turns; and what does not fit is an error.
 */
#include <autograd/custom_op.h>

#include "expect.h"

static ag_graph *g;

/* --- a rule in parts -------------------------------------------------------------------------- */

/* The sum of the operands, each times a number of its own. */
static ag_status infer_weigh(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

static ag_status forward_weigh(ag_call *call)
{
    const double *weight = call->attr;
    double *y = call->out.data;
    for (int64_t k = 0; k < call->out.size; k++) {
        y[k] = 0;
        for (int i = 0; i < call->n_in; i++) {
            y[k] += weight[i] * ((const double *)ag_array_of(call->in[i]).data)[k];
        }
    }
    return AG_OK;
}

static ag_status weigh_vjp(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        double weight = ((const double *)call->attr)[i];
        status = ag_accumulate(call, i, ag_mul_scalar(call->upstream, weight));
    }
    return status;
}

#define WEIGH(name_)                                                                               \
    {                                                                                              \
        .name = name_, .n_in = AG_ANY_NUMBER, .infer = infer_weigh, .forward = forward_weigh,      \
        .vjp = weigh_vjp                                                                           \
    }
static const ag_op weigh = WEIGH("weigh"), other = WEIGH("other");

static ag_status infer_sum(ag_call *call)
{
    call->shape = AG_SCALAR;
    return ag_call_same_float(call);
}

static ag_status forward_sum(ag_call *call)
{
    *(double *)call->out.data = 0;
    return AG_OK;
}

/* Its result has no axes. */
static const ag_op shrink = {.name = "shrink",
                             .n_in = AG_ANY_NUMBER,
                             .infer = infer_sum,
                             .forward = forward_sum,
                             .vjp = weigh_vjp};

static ag_status forward_ten(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    for (int64_t k = 0; k < a.size; k++) {
        ((double *)call->out.data)[k] = 10 * ((const double *)a.data)[k];
    }
    return AG_OK;
}

/* 10 = 1 + 2 + 3 + 4, by two operations by turns and in groups of one operand and of two. */
static ag_status ten_vjp(ag_vjp_call *call)
{
    static const double part[] = {1, 2, 3, 4};
    ag_tensor *const twice[] = {call->upstream, call->upstream};
    ag_status status = ag_accumulate_part(call, 0, &weigh, twice, 1, &part[0], sizeof *part);
    if (status == AG_OK) {
        status = ag_accumulate_part(call, 0, &weigh, twice, 2, &part[1], 2 * sizeof *part);
    }
    return status == AG_OK ? ag_accumulate_part(call, 0, &other, twice, 1, &part[3], sizeof *part)
                           : status;
}

static ag_status no_op_vjp(ag_vjp_call *call)
{
    return ag_accumulate_part(call, 0, NULL, &call->upstream, 1, NULL, 0);
}

static ag_status misfit_vjp(ag_vjp_call *call)
{
    const double part = 1;
    ag_status status = ag_accumulate_part(call, 0, &weigh, &call->upstream, 1, &part, sizeof part);
    return status == AG_OK
               ? ag_accumulate_part(call, 0, &shrink, &call->upstream, 1, &part, sizeof part)
               : status;
}

#define TEN(rule)                                                                                  \
    {                                                                                              \
        .name = "ten", .n_in = 1, .infer = infer_weigh, .forward = forward_ten, .vjp = rule        \
    }
static const ag_op ten = TEN(ten_vjp), no_op = TEN(no_op_vjp), misfit = TEN(misfit_vjp);

/* --- tests ------------------------------------------------------------------------------------ */

/* Of the sum of ten(x)^2 = 100 x^2: the gradient 200 x, and its own, 200. */
START_TEST(test_two_operations)
{
    for (int recorded = 0; recorded < 2; recorded++) {
        g = ag_graph_new();
        ag_tensor *x = of_values(g, AG_SHAPE(3), 1.0, -2.0, 0.5), *d = NULL;
        ag_tensor *y = ag_sum(ag_square(ag_apply(&ten, &x, 1, NULL, 0)));
        const ag_grad_options o = {.create_graph = recorded == 1};
        expect_ok(ag_grad(&y, 1, NULL, &x, 1, &o, &d));
        expect_tensor(d, AG_SHAPE(3), 200, -400, 100);
        if (recorded == 1) {
            expect_ok(ag_backward(ag_sum(d)));
            expect_same(ag_grad_item_at(x, AG_SHAPE(1)), 200);
        }
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

/* The error comes whether the parts are recorded or not, and nothing is left over. */
START_TEST(test_refused)
{
    for (int recorded = 0; recorded < 2; recorded++) {
        const ag_grad_options o = {.create_graph = recorded == 1};
        g = ag_graph_new();
        ag_tensor *x = of_values(g, AG_SHAPE(3), 1.0, -2.0, 0.5), *d = NULL;
        ag_tensor *y = ag_sum(ag_apply(&no_op, &x, 1, NULL, 0));
        no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, &o, &d), AG_ERR_NULL_ARGUMENT, "");
        if (recorded == 1) {
            y = ag_sum(ag_apply(&misfit, &x, 1, NULL, 0));
            no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, &o, &d), AG_ERR_OP,
                       "not the shape of what it is a part of");
        }
        still_works(g);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("accumulate_part", test_two_operations, test_refused)
