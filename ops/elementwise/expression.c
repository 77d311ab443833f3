/* Expressions of the elementwise tables as recorded operations; see expression.h. */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>

#include "expression.h"
#include "ops/common/scalar_like.h"

ag__symbol ag__symbol_number(double number)
{
    return (ag__symbol){NULL, number, false};
}

ag__symbol ag__symbol_tensor(ag_tensor *tensor)
{
    return (ag__symbol){tensor, 0, tensor == NULL};
}

static const ag__symbol bad_symbol = {NULL, 0, true};

static bool is_number(ag__symbol a, double number)
{
    return a.tensor == NULL && !a.bad && a.number == number;
}

ag__symbol ag__symbol_neg(ag__symbol a)
{
    if (a.tensor == NULL) {
        a.number = -a.number;
        return a;
    }
    return ag__symbol_tensor(ag_neg(a.tensor));
}

ag__symbol ag__symbol_add(ag__symbol a, ag__symbol b)
{
    if (a.bad || b.bad) {
        return bad_symbol;
    }
    if (a.tensor == NULL && b.tensor == NULL) {
        return ag__symbol_number(a.number + b.number);
    }
    if (is_number(a, 0) || is_number(b, 0)) {
        return is_number(a, 0) ? b : a;
    }
    if (a.tensor == NULL || b.tensor == NULL) {
        return ag__symbol_tensor(a.tensor == NULL ? ag_add_scalar(b.tensor, a.number)
                                                  : ag_add_scalar(a.tensor, b.number));
    }
    return ag__symbol_tensor(ag_add(a.tensor, b.tensor));
}

ag__symbol ag__symbol_sub(ag__symbol a, ag__symbol b)
{
    if (a.tensor != NULL && b.tensor != NULL) {
        return ag__symbol_tensor(ag_sub(a.tensor, b.tensor));
    }
    return ag__symbol_add(a, ag__symbol_neg(b));
}

/* A product with the number 0 is recorded: the other factor may be infinite, and the product then
 * NaN, as it is in the backward pass by numbers. */
ag__symbol ag__symbol_mul(ag__symbol a, ag__symbol b)
{
    if (a.bad || b.bad) {
        return bad_symbol;
    }
    if (a.tensor != NULL && b.tensor != NULL) {
        return ag__symbol_tensor(ag_mul(a.tensor, b.tensor));
    }
    if (a.tensor == NULL && b.tensor == NULL) {
        return ag__symbol_number(a.number * b.number);
    }
    ag_tensor *tensor = a.tensor != NULL ? a.tensor : b.tensor;
    double number = a.tensor != NULL ? b.number : a.number;
    if (number == 1) {
        return ag__symbol_tensor(tensor);
    }
    return ag__symbol_tensor(number == -1 ? ag_neg(tensor) : ag_mul_scalar(tensor, number));
}

ag__symbol ag__symbol_div(ag__symbol a, ag__symbol b)
{
    if (a.bad || b.bad) {
        return bad_symbol;
    }
    if (b.tensor == NULL) {
        if (a.tensor == NULL || b.number == 1) {
            return a.tensor == NULL ? ag__symbol_number(a.number / b.number) : a;
        }
        /* Not a product with 1/b, which would be rounded twice. */
        return ag__symbol_tensor(ag_div(a.tensor, ag__symbol_get(b, a.tensor)));
    }
    if (is_number(a, 1)) {
        return ag__symbol_tensor(ag_reciprocal(b.tensor));
    }
    if (a.tensor == NULL) {
        a.tensor = ag__symbol_get(a, b.tensor);
    }
    return ag__symbol_tensor(ag_div(a.tensor, b.tensor));
}

ag__symbol ag__symbol_pow(ag__symbol a, ag__symbol b)
{
    if (a.bad || b.bad) {
        return bad_symbol;
    }
    if (b.tensor == NULL) {
        if (a.tensor == NULL) {
            return ag__symbol_number(pow(a.number, b.number));
        }
        if (b.number == 0 || b.number == 1) {
            return b.number == 0 ? ag__symbol_number(1) : a;
        }
        return ag__symbol_tensor(ag_pow_scalar(a.tensor, b.number));
    }
    return ag__symbol_tensor(ag_pow(ag__symbol_get(a, b.tensor), b.tensor));
}

static bool holds(const char *name, double a, double b)
{
    switch (name[0]) {
    case 'g':
        return name[1] == 't' ? a > b : a >= b;
    case 'l':
        return name[1] == 't' ? a < b : a <= b;
    case 'n':
        return a != b;
    default:
        return a == b;
    }
}

static ag_tensor *compare(const char *name, ag_tensor *a, ag_tensor *b)
{
    switch (name[0]) {
    case 'g':
        return name[1] == 't' ? ag_gt(a, b) : ag_ge(a, b);
    case 'l':
        return name[1] == 't' ? ag_lt(a, b) : ag_le(a, b);
    case 'n':
        return ag_ne(a, b);
    default:
        return ag_eq(a, b);
    }
}

ag__symbol ag__symbol_is(const char *name, ag__symbol a, ag__symbol b)
{
    if (a.bad || b.bad) {
        return bad_symbol;
    }
    if (a.tensor == NULL && b.tensor == NULL) {
        return ag__symbol_number(holds(name, a.number, b.number));
    }
    const ag_tensor *like = a.tensor != NULL ? a.tensor : b.tensor;
    ag_tensor *mask = compare(name, ag__symbol_get(a, like), ag__symbol_get(b, like));
    return ag__symbol_tensor(ag_cast(mask, ag_dtype_of(like)));
}

ag__symbol ag__symbol_where(ag__symbol c, ag__symbol a, ag__symbol b)
{
    if (c.bad || a.bad || b.bad) {
        return bad_symbol;
    }
    if (c.tensor == NULL) {
        return c.number != 0 ? a : b;
    }
    return ag__symbol_tensor(
        ag_where(c.tensor, ag__symbol_get(a, c.tensor), ag__symbol_get(b, c.tensor)));
}

ag_tensor *ag__symbol_get(ag__symbol a, const ag_tensor *like)
{
    if (a.bad || a.tensor != NULL) {
        return a.bad ? NULL : a.tensor;
    }
    return ag__scalar_like(like, a.number);
}
