/* Which elements share the gradient of one that was chosen; see tie_share.h. Must not know why it
 * was chosen.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/shape.h>

#include "keepdim.h"
#include "ops/common/axis_lines.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "reduce_ops.h"
#include "tie_share.h"

#define BODY "ops/reduce/body/tie_share.inc"
#include "ops/kernel/each_float.inc"

/* The result has the shape of operand 0. It is 1/m at each of the m elements of a line that equal
 * operand 1, and 0 elsewhere. */
static ag_status infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

static ag_status forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]), y = ag_array_of(call->in[1]);
    const void *chosen = ag__contiguous(call->graph, &y);
    ag__lines l;
    ag__reduction_lines(&l, call->attr, &x);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    ag_status status =
        chosen == NULL && y.size > 0 ? AG_ERR_MEMORY : ag__lines_ready(&l, call->graph);
    int64_t at = 0;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        if (call->dtype == AG_F64) {
            tie_share_f64(l.line[0], l.length, ((const double *)chosen)[at++], l.line[1]);
        } else {
            tie_share_f32(l.line[0], l.length, ((const float *)chosen)[at++], l.line[1]);
        }
    }
    return status;
}

static ag_tensor *tie_share(ag_tensor *x, ag_tensor *y, const ag__reduced_axes *r)
{
    return ag_apply(&ag__tie_share_op, (ag_tensor *[]){x, y}, 2, r, sizeof *r);
}

ag_status ag__tie_share_vjp(ag_vjp_call *call)
{
    ag_tensor *share = tie_share(call->in[0], call->out, call->attr);
    return ag_accumulate(call, 0, ag_mul(ag__reduction_restore(call, call->upstream), share));
}

static ag_tensor *share_of_first(ag_tensor *x)
{
    ag__reduced_axes rows = {AG_AXES(1), false, 0};
    return tie_share(x, ag_slice(x, 1, 0, 1, 1), &rows);
}

AG__SAMPLE(rows, share_of_first(in[0]))

static const ag_case cases[] = {
    {"with the first of each row", sample_rows, 1, {{2, {3, 4}}}, -2, 2},
};

const ag_op ag__tie_share_op = {
    .name = "tie_share",
    .n_in = 2,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = forward,
    .formula = "F(tie_share, A, B)",
    .describe = ag__reduction_describe,
    AG_CASES(cases),
};
