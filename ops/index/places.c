/* The places that an index names; see places.h. Must not know what happens there. */
#include "places.h"

#include <autograd/shape.h>

#include "ops/common/axis.h"
#include "ops/common/indexing.h"

int ag__places_axis(const void *attr, const ag_array *x)
{
    return ag__axis_of(*(const int *)attr, x->ndim);
}

ag_status ag__places_infer(ag_call *call, bool stretched)
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
        fits = d == axis || index.dim[d] <= x.dim[d] || (stretched && x.dim[d] == 1);
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

ag_status ag__places_checked(const ag_call *call, ag__part *index, const ag_array *x)
{
    ag_array plain = ag_array_of(call->in[1]);
    ag__at_least_1d(index, &plain);
    return ag__index_check(call, &index->array, x->dim[ag__places_axis(call->attr, x)]);
}

ag_tensor *ag__places_spread(ag_tensor *vector, ag_shape shape, int axis)
{
    ag_shape line = shape;
    for (int d = 0; d < shape.ndim; d++) {
        line.dim[d] = d == ag__axis_of(axis, shape.ndim) ? shape.dim[d] : 1;
    }
    return ag_expand(ag_reshape(vector, line), shape);
}

/* --- the scatters ----------------------------------------------------------------------------- */

ag_status ag__scatter_infer(ag_call *call)
{
    char ts[AG_SHAPE_TEXT], ti[AG_SHAPE_TEXT];
    ag_shape index = ag_shape_of(call->in[1]), src = ag_shape_of(call->in[2]);
    ag_dtype x = ag_dtype_of(call->in[0]), s = ag_dtype_of(call->in[2]);
    if (x != s) {
        return ag_call_fail(call, AG_ERR_DTYPE, "convert one of them with ag_cast",
                            "x is %s and src is %s", ag_dtype_text(x), ag_dtype_text(s));
    }
    ag_status status = ag__places_infer(call, false);
    if (status == AG_OK && !ag_shape_equal(index, src)) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "src has at least the index's sizes, or is 0-d",
                              "src of %s does not cover an index of %s", ag_shape_text(src, ts),
                              ag_shape_text(index, ti));
    }
    return status;
}

ag_status ag__scatter_place(ag_call *call, ag__place_function *function)
{
    ag_array x = ag_array_of(call->in[0]), plain = ag_array_of(call->in[2]);
    ag__part y, index, src;
    ag__at_least_1d(&y, &call->out);
    ag_status status = ag__places_checked(call, &index, &y.array);
    if (status == AG_OK) {
        ag__at_least_1d(&src, &plain);
        ag__strided_copy(&call->out, &x);
        function(&y.array, &index.array, &src.array, ag__places_axis(call->attr, &y.array));
    }
    return status;
}

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

ag_tensor *ag__scatter_apply(const ag_op *op, ag_tensor *x, ag_tensor *index, ag_tensor *src,
                             ag__scatter_attr attr)
{
    return ag_apply(op, (ag_tensor *[]){x, index, covered(src, index)}, 3, &attr, sizeof attr);
}

/* --- samples ---------------------------------------------------------------------------------- */

ag_tensor *ag__places_sample(ag_tensor *like, ag_shape shape, const int64_t *values)
{
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, shape, values);
}
