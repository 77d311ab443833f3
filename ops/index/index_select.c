/* index_select, and take_along, which is a gather. Must not know how the places are found; that is
 * common/indexing.c.
 */
#define AG_NO_SITES
#include <string.h>

#include <autograd/index.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/indexing.h"
#include "places.h"
#include "ungather.h"

/* --- index_select ----------------------------------------------------------------------------- */

static ag_status index_select_infer(ag_call *call)
{
    ag_shape index = ag_shape_of(call->in[1]);
    char text[AG_SHAPE_TEXT];
    int axis;
    call->shape = ag_shape_of(call->in[0]);
    ag_status status = ag__index_dtype(call, call->in[1], "index");
    if (status == AG_OK) {
        status = ag__call_axis_1d(call, *(const int *)call->attr, call->shape.ndim, &axis);
    }
    if (status != AG_OK) {
        return status;
    }
    if (index.ndim > 1 || (call->shape.ndim == 0 && ag_size(call->in[1]) != 1)) {
        return ag_call_fail(call, AG_ERR_SHAPE, "ag_gather takes one of more dimensions",
                            index.ndim > 1 ? "the index is a vector, not %s"
                                           : "an index of %s into a 0-d tensor, which stays 0-d",
                            ag_shape_text(index, text));
    }
    if (call->shape.ndim > 0) {
        call->shape.dim[axis] = ag_size(call->in[1]);
    }
    return AG_OK;
}

/* Makes *index the vector of indices, repeated along the other axes to the shape of y. */
static void spread(ag__part *index, const ag_tensor *vector, const ag_array *y, int axis)
{
    ag_array a = ag_array_of(vector);
    int64_t stride[AG_MAX_DIMS] = {0};
    stride[axis] = a.ndim > 0 ? a.stride[0] : 0;
    ag__part_shape(index, &a, y->ndim, y->dim, stride, 0);
}

static ag_status index_select_forward(ag_call *call)
{
    ag_array plain = ag_array_of(call->in[0]), vector = ag_array_of(call->in[1]);
    ag__part x, y, index;
    ag__at_least_1d(&x, &plain);
    ag__at_least_1d(&y, &call->out);
    int axis = ag__axis_of(*(const int *)call->attr, plain.ndim);
    ag_status status = ag__index_check(call, &vector, x.dim[axis]);
    if (status == AG_OK) {
        spread(&index, call->in[1], &y.array, axis);
        ag__gather_elements(&y.array, &x.array, &index.array, axis);
    }
    return status;
}

static ag_status index_select_vjp(ag_vjp_call *call)
{
    return ag__taken_vjp(call, true);
}

static ag_status index_select_backward(ag_vjp_call *call)
{
    return ag__taken_backward(call, true);
}

static ag_tensor *sample_select_rows(ag_tensor *const *in)
{
    const int64_t rows[] = {2, 0, 2, 2};
    return ag_index_select(in[0],
                           ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, AG_I64, AG_SHAPE(4), rows), 0);
}

static ag_tensor *sample_select_columns(ag_tensor *const *in)
{
    const int64_t columns[] = {1, 1};
    return ag_index_select(
        in[0], ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, AG_I64, AG_SHAPE(2), columns), -1);
}

static const ag_case index_select_cases[] = {
    {"rows of [3,2], repeated", sample_select_rows, 1, {{2, {3, 2}}}, -2, 2},
    {"the last axis of [2,2,3]", sample_select_columns, 1, {{3, {2, 2, 3}}}, -2, 2},
};

const ag_op ag__index_select_op = {
    .name = "index_select",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = index_select_infer,
    .forward = index_select_forward,
    .vjp = index_select_vjp,
    .backward = index_select_backward,
    .formula = "F(index_select, A, B)",
    .vjp_formula = {"F(scatter_add, GY)"},
    .describe = ag__axis_describe,
    AG_CASES(index_select_cases),
};

ag_tensor *ag_index_select(ag_tensor *x, ag_tensor *index, int axis)
{
    return ag_apply(&ag__index_select_op, (ag_tensor *[]){x, index}, 2, &axis, sizeof axis);
}

/* --- take_along ------------------------------------------------------------------------------- */

ag_tensor *ag_take_along(ag_tensor *x, ag_tensor *index, int axis)
{
    ag__composite c;
    ag_shape to_x = ag_shape_of(x), to_i = ag_shape_of(index);
    int d;
    if (!ag__composite_open(&c, "take_along", (ag_tensor *[]){x, index}, 2, 2) ||
        ag__call_axis_1d(&c.call, axis, to_x.ndim, &d) != AG_OK ||
        ag__index_dtype(&c.call, index, "index") != AG_OK) {
        return NULL;
    }
    ag_array places = ag_array_of(index);
    bool fits = to_x.ndim == to_i.ndim;
    for (int k = 0; fits && k < to_x.ndim; k++) {
        int64_t a = to_x.dim[k], b = to_i.dim[k];
        fits = k == d || a == b || a == 1 || b == 1;
        if (fits && k != d) {
            to_x.dim[k] = to_i.dim[k] = a == 1 ? b : a;
        }
    }
    if (!fits) {
        char tx[AG_SHAPE_TEXT], ti[AG_SHAPE_TEXT];
        ag_call_fail(&c.call, AG_ERR_SHAPE, "as many dimensions, and sizes that are equal or 1",
                     "%s and %s do not broadcast beside axis %d", ag_shape_text(ag_shape_of(x), tx),
                     ag_shape_text(ag_shape_of(index), ti), axis);
        return NULL;
    }
    if (ag__index_check(&c.call, &places, to_x.ndim > 0 ? to_x.dim[d] : 1) != AG_OK) {
        return NULL;
    }
    return ag__gather_stretched(x, ag_expand(index, to_i), axis);
}
