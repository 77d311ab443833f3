/* Operations on the elements that a mask chooses, which are made of where, sum and index_select;
 * and nonzero, which lists the elements that are not 0. Must not know how the parts compute.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/scalar_like.h"

/* --- fill, sum, mean -------------------------------------------------------------------------- */

/* Opens the call of `name` on x and a mask, which broadcast to c->call.shape, over some axes of
 * that shape. */
static bool open(ag__composite *c, const char *name, ag_tensor *x, ag_tensor *mask, ag_axes axes)
{
    bool flag[AG_MAX_DIMS];
    return ag__composite_open(c, name, (ag_tensor *[]){x, mask}, 2, 2) &&
           ag_call_broadcast(&c->call) == AG_OK &&
           ag__call_axes_1d(&c->call, axes, c->call.shape.ndim, flag) == AG_OK;
}

ag_tensor *ag_masked_fill(ag_tensor *x, ag_tensor *mask, double value)
{
    ag__composite c;
    if (!open(&c, "masked_fill", x, mask, AG_ALL)) {
        return NULL;
    }
    if (ag_dtype_of(x) == AG_I64 && !(value > -9.2e18 && value < 9.2e18)) {
        ag_call_fail(&c.call, AG_ERR_VALUE, NULL, "%g is no i64", value);
        return NULL;
    }
    return ag_where(mask, ag__scalar_like(x, value), x);
}

static ag_tensor *masked_sum(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim)
{
    return ag_sum_over(ag_where(mask, x, ag__scalar_like(x, 0)), axes, keepdim);
}

/* `name` is the function that was called, here and below. */
static ag_tensor *sum_as(const char *name, ag_tensor *x, ag_tensor *mask, ag_axes axes,
                         bool keepdim)
{
    ag__composite c;
    return open(&c, name, x, mask, axes) ? masked_sum(x, mask, axes, keepdim) : NULL;
}

ag_tensor *ag_masked_sum(ag_tensor *x, ag_tensor *mask)
{
    return sum_as("masked_sum", x, mask, AG_ALL, false);
}

ag_tensor *ag_masked_sum_over(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim)
{
    return sum_as("masked_sum_over", x, mask, axes, keepdim);
}

static ag_tensor *mean_as(const char *name, ag_tensor *x, ag_tensor *mask, ag_axes axes,
                          bool keepdim)
{
    ag__composite c;
    if (!open(&c, name, x, mask, axes)) {
        return NULL;
    }
    c.call.n_in = 1; /* the mask may have any dtype */
    if (ag_call_same_float(&c.call) != AG_OK) {
        return NULL;
    }
    ag_tensor *ones = ag_expand(ag__scalar_like(x, 1), c.call.shape);
    return ag_div(masked_sum(x, mask, axes, keepdim), masked_sum(ones, mask, axes, keepdim));
}

ag_tensor *ag_masked_mean(ag_tensor *x, ag_tensor *mask)
{
    return mean_as("masked_mean", x, mask, AG_ALL, false);
}

ag_tensor *ag_masked_mean_over(ag_tensor *x, ag_tensor *mask, ag_axes axes, bool keepdim)
{
    return mean_as("masked_mean_over", x, mask, axes, keepdim);
}

/* --- nonzero, masked_select ------------------------------------------------------------------- */

/* Counts the elements that are not 0, and writes their indices to `out`, one in each row, unless
 * that is NULL. */
static int64_t nonzero_rows(const ag_array *x, int64_t *out)
{
    int64_t index[AG_MAX_DIMS] = {0}, found = 0, at = 0;
    const int64_t *values = x->data;
    for (int64_t i = 0; i < x->size; i++) {
        if (values[at] != 0) {
            for (int d = 0; out != NULL && d < x->ndim; d++) {
                out[found * x->ndim + d] = index[d];
            }
            found++;
        }
        for (int d = x->ndim - 1; d >= 0; d--) {
            at += x->stride[d];
            if (++index[d] < x->dim[d]) {
                break;
            }
            at -= x->dim[d] * x->stride[d];
            index[d] = 0;
        }
    }
    return found;
}

static ag_status nonzero_infer(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    call->shape = AG_SHAPE(nonzero_rows(&x, NULL), x.ndim);
    return AG_OK;
}

static ag_status nonzero_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    nonzero_rows(&x, call->out.data);
    return AG_OK;
}

static ag_tensor *sample_nonzero(ag_tensor *const *in)
{
    return ag_nonzero(ag_cast(in[0], AG_I64));
}

static const ag_case nonzero_cases[] = {
    {"[3,4]", sample_nonzero, 1, {{2, {3, 4}}}, -2, 2},
};

/* The operand is the i64 that a comparison with zero gives. The shape depends on its values. */
const ag_op ag__nonzero_op = {
    .name = "nonzero",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = nonzero_infer,
    .forward = nonzero_forward,
    .formula = "F(nonzero, A)",
    AG_CASES(nonzero_cases),
};

ag_tensor *ag_nonzero(ag_tensor *x)
{
    ag_tensor *mask = ag_ne(x, ag__scalar_like(x, 0));
    return ag_apply(&ag__nonzero_op, &mask, 1, NULL, 0);
}

static ag_tensor *selected(ag_tensor *x, ag_tensor *mask, ag_shape joint)
{
    ag_tensor *places = ag_nonzero(ag_flatten(ag_expand(mask, joint), 0, -1));
    ag_tensor *flat = ag_flatten(ag_expand(x, joint), 0, -1);
    return ag_index_select(flat, ag_reshape(places, AG_SHAPE(ag_shape_of(places).dim[0])), 0);
}

ag_tensor *ag_masked_select(ag_tensor *x, ag_tensor *mask)
{
    ag__composite c;
    if (!open(&c, "masked_select", x, mask, AG_ALL)) {
        return NULL;
    }
    return AG__COMPOSED(&c, selected(x, mask, c.call.shape));
}
