/* Quotients whose divisor may be 0; see safe_ratio.h. Must not know who divides. */
#define AG_NO_SITES
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/inspect.h>

#include "ops/common/scalar_like.h"
#include "safe_ratio.h"

/* The divisor is changed before the division, so that the branch that is not taken passes no NaN to
 * the gradient. */
ag_tensor *ag__safe_ratio(ag_tensor *a, ag_tensor *b)
{
    if (a == NULL || b == NULL) {
        return NULL;
    }
    ag_tensor *zero = ag__scalar_like(b, 0), *is_zero = ag_eq(b, zero);
    return ag_where(is_zero, zero, ag_div(a, ag_where(is_zero, ag__scalar_like(b, 1), b)));
}

enum { DEPTH = 6 }; /* how deep factors and terms are searched */

static ag_tensor *divided(ag_tensor *a, const ag_tensor *b, int depth)
{
    if (a == b || a == NULL || depth == 0 || ag_op_of(a) == NULL) {
        return a != NULL && a == b ? ag__scalar_like(a, 1) : NULL;
    }
    const char *name = ag_op_of(a)->name;
    bool product = strcmp(name, "mul") == 0, sum = strcmp(name, "add") == 0;
    sum = sum || strcmp(name, "accumulate") == 0; /* the gradient of a value that is used twice */
    bool scaled = strcmp(name, "mul_scalar") == 0, negated = strcmp(name, "neg") == 0;
    if (!product && !sum && !scaled && !negated) {
        return NULL;
    }
    ag_tensor *left = ag_operand(a, 0), *first = divided(left, b, depth - 1);
    if (scaled || negated) {
        double by = scaled ? *(const double *)ag_attr_of(a) : -1;
        return first != NULL ? ag_mul_scalar(first, by) : NULL;
    }
    ag_tensor *right = ag_operand(a, 1);
    if (product && first != NULL) {
        return ag_mul(first, right);
    }
    ag_tensor *second = divided(right, b, depth - 1);
    if (second == NULL || (sum && first == NULL)) {
        return NULL;
    }
    return product ? ag_mul(left, second) : ag_add(first, second);
}

ag_tensor *ag__exact_ratio(ag_tensor *a, const ag_tensor *b)
{
    return divided(a, b, DEPTH);
}
