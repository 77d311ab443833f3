/* softmax, softmin and log_softmax, without overflow. The rules are written with the result,
 * because it is bounded while exp(x) may overflow.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/axis.h"
#include "ops/common/axis_lines.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/kernel/kernel_table.h"
#include "reduce_ops.h"

#define ELEMENT_NS 0.8 /* about how many nanoseconds an element takes */

/* --- softmax ---------------------------------------------------------------------------------- */

static const ag__line_kernels *kernels(const ag_tensor *t)
{
    return &ag__kernels_best()->lines->of[ag_dtype_of(t)];
}

/* Runs a kernel on every line along the axis. */
static ag_status along(ag_call *call, ag__line_kernel *one, ag__short_kernel *many)
{
    const ag__along *a = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__along_flags(a->axis, x.ndim, over);
    ag__lines_open(&l, x.ndim, x.dim, over);
    ag__lines_add(&l, &x, AG__LINE_READ);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    return ag__lines_run(&l, call->graph, ELEMENT_NS, (ag__line_pair){one, many},
                         (ag__line_options){0});
}

static ag_status softmax_forward(ag_call *call)
{
    const ag__line_kernels *k = kernels(call->in[0]);
    return along(call, k->softmax, k->many.softmax);
}

static ag_status softmax_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *y = call->out, *g = call->upstream;
    /* As in the kernel, the g of a y that is nearly 1 is subtracted from all g first. */
    ag_tensor *most = ag_where(ag_gt(y, ag__scalar_like(y, 0.5)), g, ag__scalar_like(y, 0));
    g = ag_sub(g, ag_sum_over(most, AG_AXES(a->axis), true));
    ag_tensor *sum = ag_sum_over(ag_mul(g, y), AG_AXES(a->axis), true);
    return ag_accumulate(call, 0, ag_mul(y, ag_sub(g, sum)));
}

/* Adds to the gradient in one pass over y, g and the gradient. */
static ag_status one_pass(ag_vjp_call *call, ag__line_kernel *one, ag__short_kernel *many)
{
    const ag__along *a = call->attr;
    ag_array y = ag_array_of(call->out), g = ag_array_of(call->upstream);
    ag__line_options options = {0};
    ag_array to = ag_grad_target(call, 0, &options.fresh);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    if (to.data == NULL) {
        return to.size > 0 ? AG_ERR_MEMORY : AG_OK;
    }
    ag__along_flags(a->axis, y.ndim, over);
    ag__lines_open(&l, y.ndim, y.dim, over);
    ag__lines_add(&l, &y, AG__LINE_READ);
    ag__lines_add(&l, &g, AG__LINE_READ);
    ag__lines_add(&l, &to, options.fresh ? AG__LINE_WRITE : AG__LINE_READ | AG__LINE_WRITE);
    return ag__lines_run(&l, ag_graph_of(call->out), ELEMENT_NS, (ag__line_pair){one, many},
                         options);
}

static ag_status softmax_backward(ag_vjp_call *call)
{
    const ag__line_kernels *k = kernels(call->out);
    return one_pass(call, k->softmax_back, k->many.softmax_back);
}

AG__SAMPLE(softmax, ag_softmax(in[0], -1))
AG__SAMPLE(softmax_first, ag_softmax(in[0], 0))

static const ag_case softmax_cases[] = {
    {"last axis of [2,4]", sample_softmax, 1, {{2, {2, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_softmax_first, 1, {{3, {3, 2, 2}}}, -2, 2},
    {"0-d", sample_softmax, 1, {{0, {0}}}, -2, 2},
    {"no elements", sample_softmax_first, 1, {{2, {0, 2}}}, -2, 2},
};

const ag_op ag__softmax_op = {
    .name = "softmax",
    .n_in = 1,
    .infer = ag__along_infer_float,
    .forward = softmax_forward,
    .vjp = softmax_vjp,
    .backward = softmax_backward,
    .formula = "F(softmax, A)",
    .vjp_formula = {"MUL(Y, SUB(GY, F(sum, MUL(GY, Y))))"},
    .describe = ag__axis_describe,
    AG_CASES(softmax_cases),
};

ag_tensor *ag_softmax(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__softmax_op, x, axis, false);
}

ag_tensor *ag_softmin(ag_tensor *x, int axis)
{
    ag__composite c;
    if (!ag__composite_open(&c, "softmin", &x, 1, 1)) {
        return NULL;
    }
    return AG__COMPOSED(&c, ag_softmax(ag_neg(x), axis));
}

/* --- log_softmax ------------------------------------------------------------------------------ */

static ag_status log_softmax_forward(ag_call *call)
{
    const ag__line_kernels *k = kernels(call->in[0]);
    return along(call, k->log_softmax, k->many.log_softmax);
}

static ag_status log_softmax_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    /* g - e^y sum(g) is written as -g (e^y - 1) - e^y sum(other g), which keeps its digits if e^y
     * is nearly 1. */
    ag_tensor *g = call->upstream, *y = call->out;
    ag_tensor *others = ag_sub(ag_sum_over(g, AG_AXES(a->axis), true), g);
    ag_tensor *own = ag_neg(ag_mul(g, ag_expm1(y)));
    return ag_accumulate(call, 0, ag_sub(own, ag_mul(ag_exp(y), others)));
}

static ag_status log_softmax_backward(ag_vjp_call *call)
{
    const ag__line_kernels *k = kernels(call->out);
    return one_pass(call, k->log_softmax_back, k->many.log_softmax_back);
}

AG__SAMPLE(log_softmax, ag_log_softmax(in[0], -1))
AG__SAMPLE(log_softmax_first, ag_log_softmax(in[0], 0))

static const ag_case log_softmax_cases[] = {
    {"last axis of [2,4]", sample_log_softmax, 1, {{2, {2, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_log_softmax_first, 1, {{3, {3, 2, 2}}}, -2, 2},
    {"0-d", sample_log_softmax, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__log_softmax_op = {
    .name = "log_softmax",
    .n_in = 1,
    .infer = ag__along_infer_float,
    .forward = log_softmax_forward,
    .vjp = log_softmax_vjp,
    .backward = log_softmax_backward,
    .formula = "F(log_softmax, A)",
    .vjp_formula = {"SUB(GY, MUL(F(exp, Y), F(sum, GY)))"},
    .describe = ag__axis_describe,
    AG_CASES(log_softmax_cases),
};

ag_tensor *ag_log_softmax(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__log_softmax_op, x, axis, false);
}
