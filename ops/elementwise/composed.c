/* Elementwise operations written with others. Must not know how those compute. */
#define AG_NO_SITES
#include <float.h>
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/engine.h>

#include "elementwise_ops.h"
#include "ops/common/composite.h"
#include "ops/common/scalar_like.h"

/* --- sums of products ------------------------------------------------------------------------- */

/* Operands that are lean need no check, which would take half as long again as the parts do. To ask
 * whether they are takes 5 %. */

static ag_tensor *lerp(ag_tensor *a, ag_tensor *b, ag_tensor *weight)
{
    ag_tensor *rest = ag_add_scalar(ag_neg(weight), 1);
    return ag_add(ag_mul(rest, a), ag_mul(weight, b));
}

ag_tensor *ag_lerp(ag_tensor *a, ag_tensor *b, ag_tensor *weight)
{
    if (ag__are_lean(a, b, weight)) {
        return lerp(a, b, weight);
    }
    ag__composite c;
    bool open = ag__composite_open(&c, "lerp", (ag_tensor *[]){a, b, weight}, 3, 3);
    return open ? AG__COMPOSED(&c, lerp(a, b, weight)) : NULL;
}

static ag_tensor *lerp_scalar(ag_tensor *a, ag_tensor *b, double weight)
{
    return ag_add(ag_mul_scalar(a, 1 - weight), ag_mul_scalar(b, weight));
}

ag_tensor *ag_lerp_scalar(ag_tensor *a, ag_tensor *b, double weight)
{
    if (ag__are_lean(a, b, b)) {
        return lerp_scalar(a, b, weight);
    }
    ag__composite c;
    bool open = ag__composite_open(&c, "lerp_scalar", (ag_tensor *[]){a, b}, 2, 2);
    return open ? AG__COMPOSED(&c, lerp_scalar(a, b, weight)) : NULL;
}

static ag_tensor *addcmul(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value)
{
    return ag_add(x, ag_mul_scalar(ag_mul(a, b), value));
}

ag_tensor *ag_addcmul(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value)
{
    if (ag__are_lean(x, a, b)) {
        return addcmul(x, a, b, value);
    }
    ag__composite c;
    bool open = ag__composite_open(&c, "addcmul", (ag_tensor *[]){x, a, b}, 3, 3);
    return open ? AG__COMPOSED(&c, addcmul(x, a, b, value)) : NULL;
}

static ag_tensor *addcdiv(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value)
{
    return ag_add(x, ag_mul_scalar(ag_div(a, b), value));
}

ag_tensor *ag_addcdiv(ag_tensor *x, ag_tensor *a, ag_tensor *b, double value)
{
    if (ag__are_lean(x, a, b)) {
        return addcdiv(x, a, b, value);
    }
    ag__composite c;
    bool open = ag__composite_open(&c, "addcdiv", (ag_tensor *[]){x, a, b}, 3, 3);
    return open ? AG__COMPOSED(&c, addcdiv(x, a, b, value)) : NULL;
}

/* --- bounds that are tensors ------------------------------------------------------------------ */

ag_tensor *ag_clamp_tensor(ag_tensor *x, ag_tensor *low, ag_tensor *high)
{
    ag__composite c;
    if (!ag__composite_open(&c, "clamp_tensor", (ag_tensor *[]){x, low, high}, 1, 3) ||
        ag_call_same_float(&c.call) != AG_OK || ag_call_broadcast(&c.call) != AG_OK) {
        return NULL;
    }
    x = low != NULL ? ag__clamp_low_row.call.two(x, low) : x;
    return high != NULL ? ag__clamp_high_row.call.two(x, high) : x;
}

/* --- NaN and infinities ----------------------------------------------------------------------- */

ag_tensor *ag_nan_to_num(ag_tensor *x, double nan, double posinf, double neginf)
{
    double most = x != NULL && ag_dtype_of(x) == AG_F32 ? (double)FLT_MAX : DBL_MAX;
    double infinity = (double)INFINITY;
    posinf = posinf == posinf ? posinf : most;
    neginf = neginf == neginf ? neginf : -most;
    if (x != NULL && ag_dtype_of(x) == AG_I64) {
        return x;
    }
    ag__composite c;
    if (!ag__composite_open(&c, "nan_to_num", &x, 1, 1)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *above = ag_eq(x, ag__scalar_like(x, infinity)),
              *below = ag_eq(x, ag__scalar_like(x, -infinity));
    ag_tensor *y = ag_where(above, ag__scalar_like(x, posinf), x);
    y = ag_where(below, ag__scalar_like(x, neginf), y);
    return ag__composite_leave(&c, ag_where(ag_isnan(x), ag__scalar_like(x, nan), y));
}

ag_tensor *ag_isnan(ag_tensor *x)
{
    return ag_ne(x, x);
}

ag_tensor *ag_isinf(ag_tensor *x)
{
    ag__composite c;
    if (x != NULL && ag_dtype_of(x) == AG_I64) {
        return ag_ne(x, x);
    }
    return ag__composite_open(&c, "isinf", &x, 1, 1)
               ? AG__COMPOSED(&c, ag_eq(ag_abs(ag_detach(x)), ag__scalar_like(x, (double)INFINITY)))
               : NULL;
}

ag_tensor *ag_isfinite(ag_tensor *x)
{
    ag__composite c;
    if (x != NULL && ag_dtype_of(x) == AG_I64) {
        return ag_eq(x, x);
    }
    return ag__composite_open(&c, "isfinite", &x, 1, 1)
               ? AG__COMPOSED(&c, ag_lt(ag_abs(ag_detach(x)), ag__scalar_like(x, (double)INFINITY)))
               : NULL;
}
