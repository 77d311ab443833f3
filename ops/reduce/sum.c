/* sum and mean, of all elements or over axes. Knows shapes and rules; the numbers are
 * added in ops/common/strided_sum.c. The transpose of sum is ag_expand, after a reshape that puts
 * the summed axes back with size 1.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "keepdim.h"
#include "ops/common/sample.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided_sum.h"
#include "reduce_ops.h"

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_status sum_forward(ag_call *call)
{
    bool over[AG_MAX_DIMS];
    ag_array x = ag_array_of(call->in[0]);
    ag__reduction_flags(call->attr, x.ndim, over);
    ag__strided_sum(&x, over, call->out.data);
    return AG_OK;
}

static ag_status mean_forward(ag_call *call)
{
    int64_t count;
    ag__reduction_kept(call->attr, ag_shape_of(call->in[0]), &count);
    sum_forward(call);
    /* The mean of no elements is NaN. 0/0 is not used, as it would raise a floating-point
     * exception. */
    double n = count > 0 ? (double)count : (double)NAN;
    for (int64_t i = 0; i < call->out.size; i++) {
        if (call->dtype == AG_F64) {
            ((double *)call->out.data)[i] /= n;
        } else {
            ((float *)call->out.data)[i] /= (float)n;
        }
    }
    return AG_OK;
}

/* --- the rules -------------------------------------------------------------------------------- */

static ag_status sum_vjp(ag_vjp_call *call)
{
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    return ag_accumulate(call, 0, ag_expand(g, ag_shape_of(call->in[0])));
}

static ag_status mean_vjp(ag_vjp_call *call)
{
    ag_shape from = ag_shape_of(call->in[0]);
    int64_t count;
    ag_tensor *g = ag__reduction_restore(call, call->upstream);
    ag__reduction_kept(call->attr, from, &count);
    if (count > 1) { /* with 0 elements there is nothing to scale */
        g = ag_mul_scalar(g, 1.0 / (double)count);
    }
    return ag_accumulate(call, 0, ag_expand(g, from));
}

/* gX += by * gY, broadcast along the summed axes. */
static ag_status spread(ag_vjp_call *call, double by)
{
    ag_array x = ag_array_of(call->in[0]), g = ag_array_of(call->upstream);
    bool fresh = false, over[AG_MAX_DIMS];
    int64_t stride[AG_MAX_DIMS];
    ag_array to = ag_grad_target(call, 0, &fresh);
    if (to.data == NULL) {
        return to.size > 0 ? AG_ERR_MEMORY : AG_OK;
    }
    ag__reduction_flags(call->attr, x.ndim, over);
    /* g has the dimensions that are kept, and with keepdim the others with size 1. */
    for (int d = x.ndim - 1, k = g.ndim - 1; d >= 0; d--) {
        bool there = g.ndim == x.ndim || !over[d];
        stride[d] = over[d] ? 0 : g.stride[k];
        k -= there ? 1 : 0;
    }
    ag__part part;
    ag__part_shape(&part, &g, x.ndim, x.dim, stride, 0);
    ag__add_scaled(&to, fresh, &part.array, by);
    return AG_OK;
}

static ag_status sum_backward(ag_vjp_call *call)
{
    return spread(call, 1);
}

static ag_status mean_backward(ag_vjp_call *call)
{
    int64_t count;
    ag__reduction_kept(call->attr, ag_shape_of(call->in[0]), &count);
    return spread(call, 1.0 / (double)(count > 0 ? count : 1));
}

/* --- the table -------------------------------------------------------------------------------- */

AG__SAMPLE(sum, ag_sum(in[0]))
AG__SAMPLE(sum_middle, ag_sum_over(in[0], AG_AXES(1), false))
AG__SAMPLE(sum_outer, ag_sum_over(in[0], AG_AXES(0, -1), true))
AG__SAMPLE(mean, ag_mean(in[0]))
AG__SAMPLE(mean_last, ag_mean_over(in[0], AG_AXES(-1), true))

static const ag_case sum_cases[] = {
    {"all axes", sample_sum, 1, {{2, {3, 4}}}, -2, 2},
    {"0-d", sample_sum, 1, {{0, {0}}}, -2, 2},
    {"no elements", sample_sum, 1, {{2, {0, 3}}}, -2, 2},
    {"middle axis", sample_sum_middle, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"outer axes, keepdim", sample_sum_outer, 1, {{3, {2, 3, 4}}}, -2, 2},
};

static const ag_case mean_cases[] = {
    {"all axes", sample_mean, 1, {{2, {3, 4}}}, -2, 2},
    {"0-d", sample_mean, 1, {{0, {0}}}, -2, 2},
    {"last axis, keepdim", sample_mean_last, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__sum_op = {
    .name = "sum",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = ag__reduction_infer,
    .forward = sum_forward,
    .vjp = sum_vjp,
    .backward = sum_backward,
    .partial_number = ag__partial_one,
    .formula = "F(sum, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(expand, GY)"},
    .describe = ag__reduction_describe,
    AG_CASES(sum_cases),
};

const ag_op ag__mean_op = {
    .name = "mean",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = ag__reduction_infer_float,
    .forward = mean_forward,
    .vjp = mean_vjp,
    .backward = mean_backward,
    .partial_number = ag__partial_one,
    .formula = "F(mean, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"DIV(F(expand, GY), F(count, A))"},
    .describe = ag__reduction_describe,
    AG_CASES(mean_cases),
};

ag_tensor *ag_sum(ag_tensor *x)
{
    return ag__reduction_apply(&ag__sum_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_sum_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("sum_over", &ag__sum_op, x, axes, keepdim, 0);
}

ag_tensor *ag_mean(ag_tensor *x)
{
    return ag__reduction_apply(&ag__mean_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_mean_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("mean_over", &ag__mean_op, x, axes, keepdim, 0);
}
