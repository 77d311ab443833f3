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

enum { DEPTH = 6, PARAMETERS = 200 }; /* how deep factors and terms are searched */

static bool is(const ag_tensor *a, const char *op)
{
    return strcmp(ag_op_of(a)->name, op) == 0;
}

/* The same node, or one that was recorded by the same operation with the same parameters. */
static bool same(const ag_tensor *a, const ag_tensor *b)
{
    char of_a[PARAMETERS], of_b[PARAMETERS];
    if (a == b || ag_op_of(a) != ag_op_of(b) || ag_op_of(a) == NULL || ag_n_operands(a) != 1 ||
        ag_operand(a, 0) != ag_operand(b, 0)) {
        return a == b;
    }
    ag_attributes_text(a, of_a, sizeof of_a);
    ag_attributes_text(b, of_b, sizeof of_b);
    return strcmp(of_a, of_b) == 0;
}

/* q b^p without one factor b, where p is at least 1. scaled_pow and pow_by_base are the derivatives
 * of powers. */
static ag_tensor *power_divided(const ag_tensor *a, const ag_tensor *b)
{
    const double *attr = ag_attr_of(a);
    ag_tensor *base = ag_operand(a, 0), *p = ag_operand(a, 1);
    if (!same(base, b)) {
        return NULL;
    }
    if (is(a, "pow_scalar") && attr[0] >= 1) {
        return ag_pow_scalar(base, attr[0] - 1);
    }
    if (is(a, "scaled_pow") && attr[0] >= 1) {
        return ag_mul_scalar(ag_pow_scalar(base, attr[0] - 1), attr[1]);
    }
    if (is(a, "pow_by_base") && ag_size(p) == 1 && ag_item(p) >= 2) {
        return ag_mul(p, ag_pow(base, ag_add_scalar(p, -2)));
    }
    return is(a, "square") ? base : NULL;
}

static ag_tensor *divided(ag_tensor *a, const ag_tensor *b, int depth);

static ag_tensor *sum_divided(const ag_tensor *a, const ag_tensor *b, int depth)
{
    ag_tensor *first = divided(ag_operand(a, 0), b, depth);
    ag_tensor *second = first != NULL ? divided(ag_operand(a, 1), b, depth) : NULL;
    return is(a, "sub") ? ag_sub(first, second) : ag_add(first, second);
}

static ag_tensor *product_divided(const ag_tensor *a, const ag_tensor *b, int depth)
{
    ag_tensor *left = ag_operand(a, 0), *right = ag_operand(a, 1);
    ag_tensor *first = divided(left, b, depth);
    if (first != NULL) {
        return is(a, "div") ? ag_div(first, right) : ag_mul(first, right);
    }
    ag_tensor *second = is(a, "mul") ? divided(right, b, depth) : NULL;
    return second != NULL ? ag_mul(left, second) : NULL;
}

static ag_tensor *divided(ag_tensor *a, const ag_tensor *b, int depth)
{
    if (a == NULL || depth == 0 || ag_op_of(a) == NULL || same(a, b)) {
        return a != NULL && same(a, b) ? ag__scalar_like(a, 1) : NULL;
    }
    if (is(a, "mul") || is(a, "div")) {
        return product_divided(a, b, depth - 1);
    }
    /* "accumulate" is the gradient of a value that is used twice. */
    if (is(a, "add") || is(a, "sub") || is(a, "accumulate")) {
        return sum_divided(a, b, depth - 1);
    }
    if (is(a, "mul_scalar") || is(a, "neg")) {
        double by = is(a, "neg") ? -1 : *(const double *)ag_attr_of(a);
        ag_tensor *first = divided(ag_operand(a, 0), b, depth - 1);
        return first != NULL ? ag_mul_scalar(first, by) : NULL;
    }
    return power_divided(a, b);
}

ag_tensor *ag__exact_ratio(ag_tensor *a, const ag_tensor *b)
{
    return divided(a, b, DEPTH);
}
