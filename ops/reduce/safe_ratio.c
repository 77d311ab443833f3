/* A quotient that is 0 where b is 0; see safe_ratio.h. */
#define AG_NO_SITES
#include <autograd/elementwise.h>

#include "ops/common/scalar_like.h"
#include "safe_ratio.h"

/* The divisor is changed before the division, so that the branch that is not taken has no NaN to
 * pass to the gradient. */
ag_tensor *ag__safe_ratio(ag_tensor *a, ag_tensor *b)
{
    if (a == NULL || b == NULL) {
        return NULL;
    }
    ag_tensor *zero = ag__scalar_like(b, 0), *is_zero = ag_eq(b, zero);
    return ag_where(is_zero, zero, ag_div(a, ag_where(is_zero, ag__scalar_like(b, 1), b)));
}
