/* gather, which takes elements from the places that a tensor of indices names, and its transpose
 * ungather, which adds them to zeros at their places and serves index_select, too. ungather takes
 * all the parts of a tensor at once, so that a tensor of which thousands of parts were taken has
 * one gradient of its size and not thousands. Must not know how the places are found; that is
 * common/indexing.c.
 */
#define AG_NO_SITES
#include <string.h>

#include <autograd/index.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "places.h"
#include "ungather.h"

/* --- putting back ----------------------------------------------------------------------------- */

/* Of each pair of operands: what was taken, and the index. */
typedef struct taken {
    int axis;
    bool vector; /* the index is a vector, as that of index_select */
    ag_shape whole;
} taken;

/* Adds what was taken to its places. */
static void put_back(const ag_array *whole, const ag_array *part, const ag_array *list,
                     const taken *attr)
{
    ag__part to, from, index;
    int64_t stride[AG_MAX_DIMS] = {0};
    int axis = ag__axis_of(attr->axis, whole->ndim);
    ag__at_least_1d(&to, whole);
    ag__at_least_1d(&from, part);
    ag__at_least_1d(&index, list);
    if (attr->vector) { /* repeated along the other axes */
        stride[axis] = index.stride[0];
        ag__part_shape(&index, list, from.array.ndim, from.dim, stride, 0);
    }
    ag__scatter_add_elements(&to.array, &index.array, &from.array, axis);
}

static int64_t extent(const ag_array *whole, int axis)
{
    return whole->ndim > 0 ? whole->dim[ag__axis_of(axis, whole->ndim)] : 1;
}

/* --- the rules of gather and index_select ----------------------------------------------------- */

ag_status ag__taken_vjp(ag_vjp_call *call, bool vector)
{
    const taken attr = {*(const int *)call->attr, vector, ag_shape_of(call->in[0])};
    ag_tensor *const pair[] = {call->upstream, call->in[1]};
    return ag_accumulate_part(call, 0, &ag__ungather_op, pair, 2, &attr, sizeof attr);
}

/* Adds only to the places that were taken. */
ag_status ag__taken_backward(ag_vjp_call *call, bool vector)
{
    const taken attr = {*(const int *)call->attr, vector, {0}};
    ag_array to = ag_grad_array(call, 0), index = ag_array_of(call->in[1]);
    ag_array from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag_status status = ag__index_recheck(call, &index, extent(&to, attr.axis));
    if (status == AG_OK) {
        put_back(&to, &from, &index, &attr);
    }
    return status;
}

/* --- gather ----------------------------------------------------------------------------------- */

typedef struct gather_attr {
    int axis;
    bool stretched; /* a size of 1 of x along another axis is as long as the index says */
} gather_attr;

static ag_status gather_infer(ag_call *call)
{
    ag_status status = ag__places_infer(call, ((const gather_attr *)call->attr)->stretched);
    call->shape = ag_shape_of(call->in[1]);
    return status;
}

static ag_status gather_forward(ag_call *call)
{
    ag_array plain = ag_array_of(call->in[0]);
    ag__part x, index, y;
    ag__at_least_1d(&x, &plain);
    ag_status status = ag__places_checked(call, &index, &x.array);
    if (status == AG_OK) {
        ag__at_least_1d(&y, &call->out);
        ag__gather_elements(&y.array, &x.array, &index.array,
                            ag__places_axis(call->attr, &x.array));
    }
    return status;
}

static ag_status gather_vjp(ag_vjp_call *call)
{
    return ag__taken_vjp(call, false);
}

static ag_status gather_backward(ag_vjp_call *call)
{
    return ag__taken_backward(call, false);
}

static ag_tensor *sample_gather(ag_tensor *const *in)
{
    return ag_gather(in[0], ag__places_sample(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}),
                     1);
}

static ag_tensor *sample_gather_short(ag_tensor *const *in)
{
    return ag_gather(
        in[0], ag__places_sample(in[0], AG_SHAPE(3, 1, 2), (int64_t[]){1, 0, 1, 1, 0, 0}), -3);
}

static ag_tensor *sample_gather_scalar(ag_tensor *const *in)
{
    return ag_gather(in[0], ag__places_sample(in[0], AG_SHAPE(2), (int64_t[]){0, 0}), 0);
}

static const ag_case gather_cases[] = {
    {"along 1 of [2,4], repeated", sample_gather, 1, {{2, {2, 4}}}, -2, 2},
    {"part of [2,3,2], along 0", sample_gather_short, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"0-d, twice", sample_gather_scalar, 1, {{0, {0}}}, -2, 2},
};

const ag_op ag__gather_op = {
    .name = "gather",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = gather_infer,
    .forward = gather_forward,
    .vjp = gather_vjp,
    .backward = gather_backward,
    .formula = "F(gather, A, B)",
    .vjp_formula = {"F(scatter_add, GY)"},
    .describe = ag__axis_describe,
    AG_CASES(gather_cases),
};

static ag_tensor *gather(ag_tensor *x, ag_tensor *index, gather_attr attr)
{
    return ag_apply(&ag__gather_op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
}

ag_tensor *ag_gather(ag_tensor *x, ag_tensor *index, int axis)
{
    return gather(x, index, (gather_attr){axis, false});
}

ag_tensor *ag__gather_stretched(ag_tensor *x, ag_tensor *index, int axis)
{
    return gather(x, index, (gather_attr){axis, true});
}

/* --- ungather --------------------------------------------------------------------------------- */

static int at_least_1(int ndim)
{
    return ndim > 0 ? ndim : 1;
}

/* Whether the index could have taken a tensor of this shape from the whole, and nothing beside it.
 */
static bool fits(const taken *attr, ag_shape part, const ag_tensor *index)
{
    ag_shape whole = attr->whole, want = ag_shape_of(index);
    int axis = ag__axis_of(attr->axis, whole.ndim);
    if (attr->vector) {
        want = whole;
        want.dim[axis] = ag_size(index);
    }
    bool all = ag_shape_equal(part, want) && at_least_1(part.ndim) == at_least_1(whole.ndim);
    for (int d = 0; all && d < whole.ndim; d++) {
        all = d == axis || part.dim[d] <= whole.dim[d] || whole.dim[d] == 1;
    }
    return all;
}

static ag_status ungather_infer(ag_call *call)
{
    const taken *attr = call->attr;
    ag_status status = AG_OK;
    bool fit = call->n_in % 2 == 0;
    call->shape = attr->whole;
    for (int i = 0; i < call->n_in && fit && status == AG_OK; i += 2, attr++) {
        int axis;
        status = ag__index_dtype(call, call->in[i + 1], "index");
        if (status == AG_OK) {
            status = ag__call_axis_1d(call, attr->axis, attr->whole.ndim, &axis);
        }
        fit = status != AG_OK || (ag_dtype_of(call->in[i]) == call->dtype &&
                                  ag_shape_equal(attr->whole, call->shape) &&
                                  fits(attr, ag_shape_of(call->in[i]), call->in[i + 1]));
    }
    return fit ? status : ag_call_fail(call, AG_ERR_SHAPE, NULL, "not what its index takes");
}

static ag_status ungather_forward(ag_call *call)
{
    const taken *attr = call->attr;
    ag_status status = AG_OK;
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    for (int i = 0; i < call->n_in && status == AG_OK; i += 2, attr++) {
        ag_array part = ag_array_of(call->in[i]), index = ag_array_of(call->in[i + 1]);
        status = ag__index_check(call, &index, extent(&call->out, attr->axis));
        if (status == AG_OK) {
            put_back(&call->out, &part, &index, attr);
        }
    }
    return status;
}

static ag_status ungather_vjp(ag_vjp_call *call)
{
    const taken *a = call->attr;
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i += 2, a++) {
        if (ag_needs_input_grad(call, i)) {
            ag_tensor *index = call->in[i + 1];
            index = a->vector ? ag__places_spread(index, ag_shape_of(call->in[i]), a->axis) : index;
            status = ag_accumulate(call, i, ag__gather_stretched(call->upstream, index, a->axis));
        }
    }
    return status;
}

static ag_tensor *sample_rows(ag_tensor *const *in)
{
    const taken attr = {0, true, AG_SHAPE(4, 2)};
    ag_tensor *index = ag__places_sample(in[0], AG_SHAPE(3), (int64_t[]){2, 0, -2});
    return ag_apply(&ag__ungather_op, (ag_tensor *[]){in[0], index}, 2, &attr, sizeof attr);
}

static ag_tensor *sample_two(ag_tensor *const *in)
{
    const taken attr[] = {{1, false, AG_SHAPE(1, 3)}, {-1, true, AG_SHAPE(1, 3)}};
    ag_tensor *places = ag__places_sample(in[0], AG_SHAPE(2, 2), (int64_t[]){0, 1, 1, -1});
    ag_tensor *columns = ag__places_sample(in[0], AG_SHAPE(4), (int64_t[]){0, 2, 2, 0});
    return ag_apply(&ag__ungather_op, (ag_tensor *[]){in[0], places, in[1], columns}, 4, attr,
                    sizeof attr);
}

static const ag_case ungather_cases[] = {
    {"three rows, one twice, into [4,2]", sample_rows, 1, {{2, {3, 2}}}, -2, 2},
    {"[2,2] and [1,4] into [1,3]", sample_two, 2, {{2, {2, 2}}, {2, {1, 4}}}, -2, 2},
};

/* Only the rules of gather, take_along and index_select record it. */
const ag_op ag__ungather_op = {
    .name = "ungather",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = ungather_infer,
    .forward = ungather_forward,
    .vjp = ungather_vjp,
    .formula = "F(ungather, A, B)",
    .vjp_formula = {"F(gather, GY, B)"},
    .describe = ag__axis_describe,
    AG_CASES(ungather_cases),
};
