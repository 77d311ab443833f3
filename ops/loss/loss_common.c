/* What the losses share; see loss_common.h. Knows no loss. */
#define AG_NO_SITES
#include <math.h>
#include <stdio.h>

#include <autograd/ops.h>

#include "loss_common.h"
#include "ops/common/strided.h"
#include "ops/elementwise/expression.h"

/* --- checks ----------------------------------------------------------------------------------- */

bool ag__loss_begin(ag__loss *l, const char *name, ag_tensor *const *in, int n_in)
{
    *l = (ag__loss){.op = {.name = name, .n_in = n_in}, .call = {.n_in = n_in}};
    ag_call *call = &l->call;
    call->op = &l->op;
    call->in = l->in;
    for (int i = 0; i < n_in; i++) {
        l->in[i] = in[i];
        call->graph = call->graph != NULL ? call->graph : ag_graph_of(in[i]);
    }
    for (int i = 0; call->graph != NULL && i < n_in; i++) {
        if (in[i] == NULL) {
            ag_call_fail(call, AG_ERR_NULL_ARGUMENT, NULL,
                         "an operand is NULL (an earlier call failed, or it was never set)");
            return false;
        }
        if (ag_graph_of(in[i]) != call->graph) {
            ag_call_fail(call, AG_ERR_GRAPH, NULL, "operands belong to different graphs");
            return false;
        }
    }
    return call->graph != NULL;
}

bool ag__loss_open(ag__loss *l, const char *name, ag_tensor *const *in, int n_in,
                   ag_reduction reduction)
{
    if (!ag__loss_begin(l, name, in, n_in)) {
        return false;
    }
    l->call.dtype = ag_dtype_of(in[0]);
    if ((unsigned)reduction > AG_NONE) {
        ag_call_fail(&l->call, AG_ERR_VALUE, "AG_MEAN, AG_SUM or AG_NONE",
                     "there is no reduction %d here", (int)reduction);
        return false;
    }
    return ag_call_same_float(&l->call) == AG_OK && ag_call_broadcast(&l->call) == AG_OK;
}

bool ag__loss_argument(const ag__loss *l, bool good, const char *name, double value,
                       const char *hint)
{
    if (!good) {
        ag_call_fail(&l->call, AG_ERR_VALUE, hint, "%s is %g", name, value);
    }
    return good;
}

/* The place in its run of the first element outside [low, high]; -1 if none is. */
#define FIRST_OUTSIDE(T)                                                                           \
    static int64_t first_outside_##T(const ag__loop *loop, double low, double high, double *value) \
    {                                                                                              \
        const T *x = (const T *)(void *)loop->at[0];                                               \
        for (int64_t i = 0; i < loop->run; i++) {                                                  \
            *value = (double)x[i * loop->step[0]];                                                 \
            if (!(*value >= low && *value <= high)) {                                              \
                return i;                                                                          \
            }                                                                                      \
        }                                                                                          \
        return -1;                                                                                 \
    }
FIRST_OUTSIDE(double)
FIRST_OUTSIDE(float)

ag_shape ag__loss_index(ag_shape shape, int64_t k)
{
    for (int d = shape.ndim - 1; d >= 0; d--) {
        int64_t size = shape.dim[d];
        shape.dim[d] = k % size;
        k /= size;
    }
    return shape;
}

bool ag__loss_within(const ag__loss *l, int i, const char *what, double low, double high,
                     const char *hint)
{
    ag_array x = ag_array_of(l->call.in[i]);
    char at[AG__TEXT_BYTES];
    double value = 0;
    int64_t seen = 0;
    ag__loop loop;
    ag__loop_open(&loop, x.ndim, x.dim);
    ag__loop_add(&loop, &x);
    for (bool more = ag__loop_start(&loop); more; more = ag__loop_next(&loop), seen += loop.run) {
        int64_t k = x.dtype == AG_F64 ? first_outside_double(&loop, low, high, &value)
                                      : first_outside_float(&loop, low, high, &value);
        if (k >= 0) {
            ag_shape index = ag__loss_index(ag_shape_of(l->call.in[i]), seen + k);
            ag_call_fail(&l->call, AG_ERR_VALUE, hint, "%s %g at %s", what, value,
                         ag__text_of(index, at));
            return false;
        }
    }
    return true;
}

/* --- compositions ----------------------------------------------------------------------------- */

ag_tensor *ag__loss_reduce(const ag__loss *l, ag_tensor *x, ag_reduction reduction)
{
    ag_shape shape = l->call.shape;
    if (x == NULL || reduction == AG_NONE || ag_shape_of(x).ndim == 0) {
        return x;
    }
    if (reduction == AG_MEAN) {
        return ag_mean(x);
    }
    ag_tensor *sum = ag_sum(x);
    bool scaled = reduction == AG_BATCH_MEAN && shape.ndim > 0 && shape.dim[0] > 0;
    return scaled ? ag_div(sum, ag__loss_number((double)shape.dim[0], x)) : sum;
}

ag_tensor *ag__loss_number(double value, const ag_tensor *like)
{
    return ag__symbol_get(ag__symbol_number(value), like);
}

ag_tensor *ag__loss_label(ag_tensor *y, const ag_tensor *like)
{
    return y != NULL && like != NULL && ag_dtype_of(y) == AG_I64 ? ag_cast(y, ag_dtype_of(like))
                                                                 : y;
}

ag_tensor *ag__loss_hinge(ag_tensor *z)
{
    ag_tensor *zero = z != NULL ? ag__loss_number(0, z) : NULL;
    return ag_where(ag_lt(z, zero), zero, z);
}

ag_tensor *ag__loss_lift(ag_tensor *x, double low)
{
    ag_tensor *least = x != NULL ? ag__loss_number(low, x) : NULL;
    return ag_where(ag_lt(x, least), ag_add(x, ag_detach(ag_sub(least, x))), x);
}

ag_tensor *ag__loss_unsqueeze(ag_tensor *x, int axis)
{
    if (x == NULL) {
        return NULL;
    }
    ag_shape shape = ag_shape_of(x);
    for (int d = shape.ndim++; d > axis; d--) {
        shape.dim[d] = shape.dim[d - 1];
    }
    shape.dim[axis] = 1;
    return ag_reshape(x, shape);
}
