/* What the losses share; see loss_common.h. Must not know any loss. */
#include <math.h>
#include <stdio.h>

#include <autograd/elementwise.h>
#include <autograd/loss.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "loss_common.h"
#include "ops/common/extremes.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

/* --- checks ----------------------------------------------------------------------------------- */

bool ag__loss_open(ag__composite *c, const char *name, ag_tensor *const *in, int n_in,
                   ag_reduction reduction)
{
    if (!ag__composite_open(c, name, in, n_in, n_in)) {
        return false;
    }
    if ((unsigned)reduction > AG_NONE) {
        ag_call_fail(&c->call, AG_ERR_VALUE, "AG_MEAN, AG_SUM or AG_NONE",
                     "there is no reduction %d here", (int)reduction);
        return false;
    }
    return ag_call_same_float(&c->call) == AG_OK && ag_call_broadcast(&c->call) == AG_OK;
}

/* The position of the first element outside [low, high] within its run, or -1. */
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

bool ag__loss_within(const ag__composite *c, int i, const char *what, double low, double high,
                     const char *hint)
{
    ag_array x = ag_array_of(c->call.in[i]);
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
            ag_shape index = ag__loss_index(ag_shape_of(c->call.in[i]), seen + k);
            ag_call_fail(&c->call, AG_ERR_VALUE, hint, "%s %g at %s", what, value,
                         ag__text_of(index, at));
            return false;
        }
    }
    return true;
}

/* --- compositions ----------------------------------------------------------------------------- */

ag_tensor *ag__loss_reduce(const ag__composite *c, ag_tensor *x, ag_reduction reduction)
{
    ag_shape shape = c->call.shape;
    if (x == NULL || reduction == AG_NONE || ag_shape_of(x).ndim == 0) {
        return x;
    }
    if (reduction == AG_MEAN) {
        return ag_mean(x);
    }
    ag_tensor *sum = ag_sum(x);
    bool scaled = reduction == AG_BATCH_MEAN && shape.ndim > 0 && shape.dim[0] > 0;
    return scaled ? ag_div(sum, ag__scalar_like(x, (double)shape.dim[0])) : sum;
}

ag_tensor *ag__loss_end(const ag__composite *c, ag_tensor *x, ag_reduction reduction)
{
    return ag__composite_leave(c, ag__loss_reduce(c, x, reduction));
}

ag_tensor *ag__loss_label(ag_tensor *y, const ag_tensor *like)
{
    return y != NULL && like != NULL && ag_dtype_of(y) == AG_I64 ? ag_cast(y, ag_dtype_of(like))
                                                                 : y;
}

ag_tensor *ag__loss_hinge(ag_tensor *z)
{
    ag_tensor *zero = ag__scalar_like(z, 0);
    return ag_where(ag_lt(z, zero), zero, z);
}

ag_tensor *ag__loss_lift(ag_tensor *x, double low)
{
    ag_tensor *least = ag__scalar_like(x, low);
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

ag_tensor *ag__loss_weighed_log(ag_tensor *p, ag_tensor *logq)
{
    if (!ag__has_infinity(logq)) {
        return ag_mul(p, logq);
    }
    ag_tensor *zero = ag__scalar_like(p, 0), *never = ag__scalar_like(p, -(double)INFINITY);
    ag_tensor *known = ag_where(ag_eq(logq, never), zero, logq);
    return ag_mul(p, ag_where(ag_eq(p, zero), known, logq));
}
