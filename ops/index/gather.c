/* gather, scatter and scatter_add: elements taken from, or put at, the places that a tensor of
 * indices names. gather and scatter_add are each other's transposes, which is why they share a
 * file. Must not know how the places are found; that is common/indexing.c.
 */
#define AG_NO_SITES

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "ops/common/scalar_like.h"

static int axis_of(const void *attr, const ag_array *x)
{
    return ag__axis_of(*(const int *)attr, x->ndim);
}

/* Checks x and the index, operands 0 and 1: dtype, axis, sizes. Along the other axes the index may
 * not be longer than x. */
static ag_status index_infer(ag_call *call)
{
    char tx[AG_SHAPE_TEXT], ti[AG_SHAPE_TEXT];
    ag_shape shape = ag_shape_of(call->in[0]);
    ag__part x, index;
    ag_array plain = ag_array_of(call->in[0]);
    ag__at_least_1d(&x, &plain);
    plain = ag_array_of(call->in[1]);
    ag__at_least_1d(&index, &plain);
    int axis;
    ag_status status = ag__index_dtype(call, call->in[1], "index");
    if (status == AG_OK) {
        status = ag__call_axis_1d(call, *(const int *)call->attr, shape.ndim, &axis);
    }
    if (status != AG_OK) {
        return status;
    }
    bool fits = x.array.ndim == index.array.ndim;
    for (int d = 0; fits && d < x.array.ndim; d++) {
        fits = d == axis || index.dim[d] <= x.dim[d];
    }
    if (!fits) {
        return ag_call_fail(
            call, AG_ERR_SHAPE, "as many dimensions in both; along the other axes at most x's size",
            "an index of %s does not fit x of %s along axis %d",
            ag_shape_text(ag_shape_of(call->in[1]), ti), ag_shape_text(shape, tx), axis);
    }
    call->shape = shape;
    return AG_OK;
}

static ag_status checked_index(const ag_call *call, ag__part *index, const ag_array *x)
{
    ag_array plain = ag_array_of(call->in[1]);
    ag__at_least_1d(index, &plain);
    return ag__index_check(call, &index->array, x->dim[axis_of(call->attr, x)], "index");
}

static ag_tensor *some_index(ag_tensor *like, ag_shape shape, const int64_t *values)
{
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, shape, values);
}

/* --- gather ----------------------------------------------------------------------------------- */

static ag_status gather_infer(ag_call *call)
{
    ag_status status = index_infer(call);
    call->shape = ag_shape_of(call->in[1]);
    return status;
}

static ag_status gather_forward(ag_call *call)
{
    ag_array plain = ag_array_of(call->in[0]);
    ag__part x, index, y;
    ag__at_least_1d(&x, &plain);
    ag_status status = checked_index(call, &index, &x.array);
    if (status == AG_OK) {
        ag__at_least_1d(&y, &call->out);
        ag__gather_elements(&y.array, &x.array, &index.array, axis_of(call->attr, &x.array));
    }
    return status;
}

static ag_status gather_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *zeros = ag__zeros(ag_graph_of(x), ag_dtype_of(x), ag_shape_of(x));
    return ag_accumulate(
        call, 0, ag_scatter_add(zeros, call->in[1], call->upstream, *(const int *)call->attr));
}

/* Adds only to the places that were taken, while the rule makes zeros of the size of x for every
 * gather. */
static ag_status gather_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), index = ag_array_of(call->in[1]);
    ag_array from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag__part grad, places, upstream;
    ag__at_least_1d(&grad, &to);
    ag__at_least_1d(&places, &index);
    ag__at_least_1d(&upstream, &from);
    int axis = axis_of(call->attr, &grad.array);
    ag_status status = ag__index_recheck(call, &places.array, grad.dim[axis]);
    if (status == AG_OK) {
        ag__scatter_add_elements(&grad.array, &places.array, &upstream.array, axis);
    }
    return status;
}

static ag_tensor *sample_gather(ag_tensor *const *in)
{
    return ag_gather(in[0], some_index(in[0], AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}), 1);
}

static ag_tensor *sample_gather_short(ag_tensor *const *in)
{
    return ag_gather(in[0], some_index(in[0], AG_SHAPE(3, 1, 2), (int64_t[]){1, 0, 1, 1, 0, 0}),
                     -3);
}

static ag_tensor *sample_gather_scalar(ag_tensor *const *in)
{
    return ag_gather(in[0], some_index(in[0], AG_SHAPE(2), (int64_t[]){0, 0}), 0);
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
    .cases = gather_cases,
    .n_cases = sizeof gather_cases / sizeof gather_cases[0],
};

ag_tensor *ag_gather(ag_tensor *x, ag_tensor *index, int axis)
{
    return ag_apply(&ag__gather_op, (ag_tensor *[]){x, index}, 2, &axis, sizeof axis);
}

/* --- scatter_add and scatter ------------------------------------------------------------------ */

static ag_status scatter_infer(ag_call *call)
{
    char ts[AG_SHAPE_TEXT], ti[AG_SHAPE_TEXT];
    ag_shape index = ag_shape_of(call->in[1]), src = ag_shape_of(call->in[2]);
    ag_dtype x = ag_dtype_of(call->in[0]), s = ag_dtype_of(call->in[2]);
    if (x != s) {
        return ag_call_fail(call, AG_ERR_DTYPE, "convert one of them with ag_cast",
                            "x is %s and src is %s", ag_dtype_text(x), ag_dtype_text(s));
    }
    ag_status status = index_infer(call);
    if (status == AG_OK && !ag_shape_equal(index, src)) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "src has at least the index's sizes, or is 0-d",
                              "src of %s does not cover an index of %s", ag_shape_text(src, ts),
                              ag_shape_text(index, ti));
    }
    return status;
}

typedef void place_function(const ag_array *y, const ag_array *index, const ag_array *src,
                            int axis);

static ag_status place(ag_call *call, place_function *function)
{
    ag_array x = ag_array_of(call->in[0]), plain = ag_array_of(call->in[2]);
    ag__part y, index, src;
    ag__at_least_1d(&y, &call->out);
    ag_status status = checked_index(call, &index, &y.array);
    if (status == AG_OK) {
        ag__at_least_1d(&src, &plain);
        ag__strided_copy(&call->out, &x);
        function(&y.array, &index.array, &src.array, axis_of(call->attr, &y.array));
    }
    return status;
}

static ag_status scatter_add_forward(ag_call *call)
{
    return place(call, ag__scatter_add_elements);
}

static ag_status scatter_forward(ag_call *call)
{
    return place(call, ag__scatter_elements);
}

static ag_status scatter_add_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_status status = ag_accumulate(call, 0, call->upstream);
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        status = ag_accumulate(call, 2, ag_gather(call->upstream, call->in[1], axis));
    }
    return status;
}

/* 1 for each element of src that stayed, 0 for one that a later element overwrote. Each element
 * writes its own number and then looks which number is there. */
static ag_tensor *stayed(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_tensor *index = call->in[1];
    ag_graph *g = ag_graph_of(index);
    ag_tensor *numbers = ag_leaf(g, AG_CONSTANT, AG_I64, ag_shape_of(index), NULL);
    int64_t *values = numbers != NULL ? ag_mutable_data(numbers) : NULL;
    for (int64_t i = 0; values != NULL && i < ag_size(index); i++) {
        values[i] = i;
    }
    ag_tensor *zeros = ag__zeros(g, AG_I64, ag_shape_of(call->in[0]));
    return ag_eq(ag_gather(ag_scatter(zeros, index, numbers, axis), index, axis), numbers);
}

static ag_status scatter_vjp(ag_vjp_call *call)
{
    int axis = *(const int *)call->attr;
    ag_tensor *g = call->upstream, *index = call->in[1];
    ag_tensor *zero = ag__scalar_like(g, 0);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_scatter(g, index, zero, axis));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        ag_tensor *taken = ag_gather(g, index, axis);
        status = ag_accumulate(call, 2, ag_where(stayed(call), taken, zero));
    }
    return status;
}

static ag_tensor *scatter_index(ag_tensor *like)
{
    return some_index(like, AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1});
}

static ag_tensor *sample_scatter_add(ag_tensor *const *in)
{
    return ag_scatter_add(in[0], scatter_index(in[0]), in[1], 1);
}

static ag_tensor *sample_scatter(ag_tensor *const *in)
{
    return ag_scatter(in[0], scatter_index(in[0]), in[1], -1);
}

static const ag_case scatter_add_cases[] = {
    {"[2,3] into [2,4]", sample_scatter_add, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
    {"part of [3,3] into [3,4]", sample_scatter_add, 2, {{2, {3, 4}}, {2, {3, 3}}}, -2, 2},
};

static const ag_case scatter_cases[] = {
    {"[2,3] into [2,4], overwriting", sample_scatter, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
    {"a 0-d src", sample_scatter, 2, {{2, {2, 4}}, {0, {0}}}, -2, 2},
};

const ag_op ag__scatter_add_op = {
    .name = "scatter_add",
    .n_in = 3,
    .flags = AG_OP_LINEAR,
    .infer = scatter_infer,
    .forward = scatter_add_forward,
    .vjp = scatter_add_vjp,
    .formula = "F(scatter_add, A, B, C)",
    .vjp_formula = {"GY", NULL, "F(gather, GY, B)"},
    .describe = ag__axis_describe,
    .cases = scatter_add_cases,
    .n_cases = sizeof scatter_add_cases / sizeof scatter_add_cases[0],
};

const ag_op ag__scatter_op = {
    .name = "scatter",
    .n_in = 3,
    .flags = AG_OP_LINEAR,
    .infer = scatter_infer,
    .forward = scatter_forward,
    .vjp = scatter_vjp,
    .formula = "F(scatter, A, B, C)",
    .vjp_formula = {"F(scatter, GY, B, K(0))", NULL, "F(gather, GY, B)"},
    .describe = ag__axis_describe,
    .cases = scatter_cases,
    .n_cases = sizeof scatter_cases / sizeof scatter_cases[0],
};

/* The part of src that the index covers; a 0-d src stands for every place. */
static ag_tensor *covered(ag_tensor *src, ag_tensor *index)
{
    ag_shape s = ag_shape_of(src), i = ag_shape_of(index);
    if (src != NULL && index != NULL && s.ndim == 0 && i.ndim > 0) {
        return ag_expand(src, i);
    }
    for (int d = 0; s.ndim == i.ndim && d < s.ndim; d++) {
        if (s.dim[d] > i.dim[d]) {
            src = ag_slice(src, d, 0, i.dim[d], 1);
        }
    }
    return src;
}

static ag_tensor *scatter(const ag_op *op, ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return ag_apply(op, (ag_tensor *[]){x, index, covered(src, index)}, 3, &axis, sizeof axis);
}

ag_tensor *ag_scatter_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return scatter(&ag__scatter_add_op, x, index, src, axis);
}

ag_tensor *ag_scatter(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    return scatter(&ag__scatter_op, x, index, src, axis);
}
