/* The linear recurrence s[i] = b[i] + a[i] s[i-1], forwards and backwards, whose rule is made of
 * the same recurrence; and a line moved by one place. See recurrence.h.
 */
#define AG_NO_SITES
#include <stdio.h>

#include <autograd/elementwise.h>
#include <autograd/shape.h>

#include "ops/common/axis_lines.h"
#include "ops/common/sample.h"
#include "recurrence.h"
#include "reduce_ops.h"

typedef struct recurrence_attr {
    ag__along along; /* the flag says: backwards */
    bool late;
} recurrence_attr;

#define BODY "ops/reduce/body/recurrence.inc"
#include "ops/kernel/each_float.inc"

static ag_status recurrence_forward(ag_call *call)
{
    const recurrence_attr *attr = call->attr;
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__along_flags(attr->along.axis, call->out.ndim, over);
    ag__lines_open(&l, call->out.ndim, call->out.dim, over);
    ag__lines_add(&l, &a, AG__LINE_READ);
    ag__lines_add(&l, &b, AG__LINE_READ);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    ag_status status = ag__lines_ready(&l, call->graph);
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        (call->dtype == AG_F64 ? recurrence_f64 : recurrence_f32)(l.line, l.length,
                                                                  attr->along.flag, attr->late);
    }
    return status;
}

/* The gradient t of b is a recurrence in the other direction, with the factors one place further:
 *   t[i] = g[i] + a[i+1] t[i+1]
 * The gradient of a is gA[i] = t[i] s[i-1] or, with `late`, gA[i] = t[i+1] s[i]. */
static ag_status recurrence_vjp(ag_vjp_call *call)
{
    const recurrence_attr *attr = call->attr;
    int axis = attr->along.axis;
    bool backwards = attr->along.flag;
    ag_tensor *t = ag__recurrence(call->in[0], call->upstream, axis, !backwards, !attr->late);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        ag_tensor *g = attr->late ? ag_mul(ag__shifted(t, axis, !backwards, 0), call->out)
                                  : ag_mul(t, ag__shifted(call->out, axis, backwards, 0));
        status = ag_accumulate(call, 0, g);
    }
    return status == AG_OK ? ag_accumulate(call, 1, t) : status;
}

static ag_status recurrence_infer(ag_call *call)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag_shape a = ag_shape_of(call->in[0]), b = ag_shape_of(call->in[1]);
    bool same = a.ndim == b.ndim;
    for (int d = 0; d < a.ndim && same; d++) {
        same = a.dim[d] == b.dim[d];
    }
    return same ? ag__along_infer_float(call)
                : ag_call_fail(call, AG_ERR_SHAPE, NULL, "shapes %s and %s differ",
                               ag__text_of(a, ta), ag__text_of(b, tb));
}

static void recurrence_describe(const void *attr, char *text, size_t bytes)
{
    const recurrence_attr *a = attr;
    snprintf(text, bytes, "axis %d%s%s", a->along.axis, a->along.flag ? ", backwards" : "",
             a->late ? ", the factor before" : "");
}

AG__SAMPLE(forwards, ag__recurrence(in[0], in[1], 1, false, false))
AG__SAMPLE(backwards, ag__recurrence(in[0], in[1], 0, true, false))
AG__SAMPLE(forwards_late, ag__recurrence(in[0], in[1], 0, false, true))
AG__SAMPLE(backwards_late, ag__recurrence(in[0], in[1], -1, true, true))

static const ag_case recurrence_cases[] = {
    {"forwards, axis 1 of [2,4]", sample_forwards, 2, {{2, {2, 4}}, {2, {2, 4}}}, -2, 2},
    {"backwards, axis 0 of [3,2]", sample_backwards, 2, {{2, {3, 2}}, {2, {3, 2}}}, -2, 2},
    {"forwards, the factor before", sample_forwards_late, 2, {{1, {4}}, {1, {4}}}, -2, 2},
    {"backwards, the factor before", sample_backwards_late, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
};

const ag_op ag__recurrence_op = {
    .name = "recurrence",
    .n_in = 2,
    .infer = recurrence_infer,
    .forward = recurrence_forward,
    .vjp = recurrence_vjp,
    .formula = "F(recurrence, A, B)",
    .describe = recurrence_describe,
    AG_CASES(recurrence_cases),
};

ag_tensor *ag__recurrence(ag_tensor *a, ag_tensor *b, int axis, bool backwards, bool late)
{
    recurrence_attr attr = {{axis, backwards}, late};
    return ag_apply(&ag__recurrence_op, (ag_tensor *[]){a, b}, 2, &attr, sizeof attr);
}

ag_tensor *ag__shifted(ag_tensor *x, int axis, bool down, double fill)
{
    if (x == NULL) {
        return NULL;
    }
    ag_shape shape = ag_shape_of(x);
    int64_t *size = &shape.dim[axis < 0 ? axis + shape.ndim : axis];
    if (*size == 0) {
        return x;
    }
    ag_tensor *rest = down ? ag_slice(x, axis, 1, INT64_MAX, 1) : ag_slice(x, axis, 0, -1, 1);
    *size = 1;
    ag_tensor *zero = ag_leaf(ag_graph_of(x), AG_CONSTANT, ag_dtype_of(x), shape, NULL);
    ag_tensor *edge = fill != 0 ? ag_add_scalar(zero, fill) : zero;
    ag_tensor *upwards[] = {edge, rest}, *downwards[] = {rest, edge};
    return ag_concat(down ? downwards : upwards, 2, axis);
}
