/* The cross product of vectors of three elements. It is bilinear, so its rule is made of itself.
 * Must not know how a line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <autograd/linalg.h>

#include "linalg_ops.h"
#include "ops/common/axis.h"
#include "ops/common/axis_lines.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"

static ag_status infer(ag_call *call)
{
    int axis;
    ag_status status = ag_call_same_float(call);
    status = status == AG_OK ? ag_call_broadcast(call) : status;
    if (status == AG_OK) {
        status = ag_call_axis(call, *(const int *)call->attr, call->shape.ndim, &axis);
    }
    if (status == AG_OK && call->shape.dim[axis] != 3) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "vectors of three elements lie along the axis",
                              "axis %d has size %lld, not 3", *(const int *)call->attr,
                              (long long)call->shape.dim[axis]);
    }
    return status;
}

static void cross_f64(const double *a, const double *b, double *y)
{
    y[0] = a[1] * b[2] - a[2] * b[1];
    y[1] = a[2] * b[0] - a[0] * b[2];
    y[2] = a[0] * b[1] - a[1] * b[0];
}

static void cross_f32(const float *a, const float *b, float *y)
{
    y[0] = a[1] * b[2] - a[2] * b[1];
    y[1] = a[2] * b[0] - a[0] * b[2];
    y[2] = a[0] * b[1] - a[1] * b[0];
}

static ag_status forward(ag_call *call)
{
    bool over[AG_MAX_DIMS] = {false};
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    ag__lines l;
    over[ag__axis_of(*(const int *)call->attr, call->out.ndim)] = true;
    ag__lines_open(&l, call->out.ndim, call->out.dim, over);
    ag__lines_add(&l, &a, AG__LINE_READ);
    ag__lines_add(&l, &b, AG__LINE_READ);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    ag_status status = ag__lines_ready(&l, call->graph);
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        if (call->dtype == AG_F64) {
            cross_f64(l.line[0], l.line[1], l.line[2]);
        } else {
            cross_f32(l.line[0], l.line[1], l.line[2]);
        }
    }
    return status;
}

static ag_status vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_cross(call->in[1], call->upstream, axis));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 1)) {
        status = ag_accumulate(call, 1, ag_cross(call->upstream, call->in[0], axis));
    }
    return status;
}

AG__SAMPLE(cross, ag_cross(in[0], in[1], -1))
AG__SAMPLE(cross_first, ag_cross(in[0], in[1], 0))

static const ag_case cases[] = {
    {"[2,3] and [3]", sample_cross, 2, {{2, {2, 3}}, {1, {3}}}, -2, 2},
    {"axis 0 of [3,2] and [3,1]", sample_cross_first, 2, {{2, {3, 2}}, {2, {3, 1}}}, -2, 2},
};

const ag_op ag__cross_op = {
    .name = "cross",
    .n_in = 2,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .formula = "F(cross, A, B)",
    .vjp_formula = {"F(cross, B, GY)", "F(cross, GY, A)"},
    .describe = ag__axis_describe,
    AG_CASES(cases),
};

ag_tensor *ag_cross(ag_tensor *a, ag_tensor *b, int axis)
{
    ag__composite c;
    if (!ag__composite_open(&c, "cross", (ag_tensor *[]){a, b}, 2, 2) ||
        ag_call_same_float(&c.call) != AG_OK || ag_call_broadcast(&c.call) != AG_OK) {
        return NULL;
    }
    a = ag_expand(a, c.call.shape);
    b = ag_expand(b, c.call.shape);
    return ag_apply(&ag__cross_op, (ag_tensor *[]){a, b}, 2, &axis, sizeof axis);
}
