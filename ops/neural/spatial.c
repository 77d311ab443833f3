/* Channels, batches and spatial dimensions; see spatial.h. Must not know any operation. */
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "ops/common/strided.h"
#include "spatial.h"

bool ag__layer_option(const ag__composite *c, const char *what, const int64_t given[3], int n,
                      int64_t otherwise, int64_t low, int64_t lead, int64_t out[3])
{
    bool absent = true;
    for (int d = 0; d < n; d++) {
        absent = absent && given[d] == 0;
    }
    for (int d = 0; d < 3; d++) {
        out[d] = d < 3 - n ? lead : absent ? otherwise : given[d - (3 - n)];
        if (out[d] < (d < 3 - n ? lead : low)) {
            ag_call_fail(&c->call, AG_ERR_VALUE,
                         otherwise < low ? "one number for each spatial dimension"
                                         : "one number for each spatial dimension; all 0 stands "
                                           "for the default",
                         "%s %lld in spatial dimension %d must be at least %lld", what,
                         (long long)out[d], d - (3 - n), (long long)low);
            return false;
        }
        if (out[d] > INT32_MAX) {
            ag_call_fail(&c->call, AG_ERR_OVERFLOW, NULL, "%s %lld does not fit", what,
                         (long long)out[d]);
            return false;
        }
    }
    return true;
}

ag_status ag__layer_has_channels(const ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_shape s = ag_shape_of(call->in[0]);
    if (s.ndim < 2) {
        return ag_call_fail(call, AG_ERR_SHAPE, "batch, channels, then any others",
                            "an operand of shape %s has no channels", ag__text_of(s, text));
    }
    return AG_OK;
}

void ag__layer_extents(ag_shape s, int from, int n, int64_t out[3])
{
    for (int d = 0; d < 3; d++) {
        out[d] = d < 3 - n ? 1 : s.dim[from + d - (3 - n)];
    }
}

ag_tensor *ag__layer_batch(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x), batch = {s.ndim + 1, {1}};
    for (int d = 0; d < s.ndim; d++) {
        batch.dim[d + 1] = s.dim[d];
    }
    return ag_reshape(x, batch);
}

ag_tensor *ag__layer_unbatch(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x), one = {s.ndim - 1, {0}};
    for (int d = 1; d < s.ndim; d++) {
        one.dim[d - 1] = s.dim[d];
    }
    return x != NULL ? ag_reshape(x, one) : NULL;
}

ag_tensor *ag__layer_channels(ag_tensor *x, int ndim)
{
    ag_shape s = {ndim - 1, {ag_size(x), 1, 1, 1, 1, 1, 1, 1}};
    return ag_reshape(x, s);
}

ag_status ag__layer_backward_of_none(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in; i++) {
        if (ag_needs_input_grad(call, i)) {
            ag_array to = ag_grad_array(call, i);
            status = to.data == NULL && to.size > 0 ? AG_ERR_MEMORY : status;
        }
    }
    return status;
}
