/* What a sign between two values records. Two numbers become one number. A number beside a tensor
 * is a constant of the operation where there is one for it, as in x + 1, 2*x, x^3; squares,
 * reciprocals and powers of e are operations of their own. Must not know how the signs are read.
 */
#include "syntax.h"

#include <math.h>

static bool is_number(const viz_program *p, uint32_t i)
{
    return viz__value_at(p, i)->kind == VIZ__IS_NUMBER;
}

static double number(const viz_program *p, uint32_t i)
{
    return viz__value_at(p, i)->number;
}

static double fold(char sign, double a, double b)
{
    switch (sign) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    case '/':
        return a / b;
    case '^':
        return pow(a, b);
    case '<':
        return a < b;
    case 'L':
        return a <= b;
    case '>':
        return a > b;
    case 'G':
        return a >= b;
    case 'E':
        return a == b;
    default:
        return a != b;
    }
}

/* x and a number. The result is NULL, and *none is true, where no operation has a constant for
 * it. */
static ag_tensor *by_number(char sign, ag_tensor *x, double c, bool *none)
{
    switch (sign) {
    case '+':
        return ag_add_scalar(x, c);
    case '-':
        return ag_add_scalar(x, -c);
    case '*':
        return ag_mul_scalar(x, c);
    case '^':
        return c == 2 ? ag_square(x) : ag_pow_scalar(x, c);
    default:
        *none = true;
        return NULL;
    }
}

static ag_tensor *from_number(char sign, double c, ag_tensor *x, bool *none)
{
    switch (sign) {
    case '+':
        return ag_add_scalar(x, c);
    case '*':
        return ag_mul_scalar(x, c);
    case '/':
        *none = c != 1;
        return c == 1 ? ag_reciprocal(x) : NULL;
    case '^':
        *none = c != 2.71828182845904523536;
        return !*none ? ag_exp(x) : NULL;
    default:
        *none = true;
        return NULL;
    }
}

static ag_tensor *by_tensor(char sign, ag_tensor *a, ag_tensor *b)
{
    switch (sign) {
    case '+':
        return ag_add(a, b);
    case '-':
        return ag_sub(a, b);
    case '*':
        return ag_mul(a, b);
    case '/':
        return ag_div(a, b);
    case '^':
        return ag_pow(a, b);
    case '@':
        return ag_matmul(a, b);
    case '<':
        return ag_lt(a, b);
    case 'L':
        return ag_le(a, b);
    case '>':
        return ag_gt(a, b);
    case 'G':
        return ag_ge(a, b);
    case 'E':
        return ag_eq(a, b);
    default:
        return ag_ne(a, b);
    }
}

/* What a comparison gives is i64; beside a tensor of the graph's dtype it takes that one. */
static ag_tensor *fitting(ag_tensor *t, const ag_tensor *other)
{
    bool whole = ag_dtype_of(t) == AG_I64;
    return whole && other != NULL && ag_dtype_of(other) != AG_I64 ? ag_cast(t, ag_dtype_of(other))
                                                                  : t;
}

static ag_tensor *with_number(viz_program *p, const viz__syntax *s, bool left, bool *none)
{
    uint32_t tensor = viz__child_at(p, s, left ? 1 : 0)->node;
    double c = number(p, viz__child_at(p, s, left ? 0 : 1)->node);
    ag_tensor *x = viz__tensor(p, tensor);
    if (x != NULL && ag_dtype_of(x) == AG_I64) {
        x = ag_cast(x, ag_graph_dtype(p->graph));
    }
    if (x == NULL) {
        return NULL;
    }
    return left ? from_number(s->sign, c, x, none) : by_number(s->sign, x, c, none);
}

static bool prefix(viz_program *p, uint32_t i)
{
    uint32_t x = viz__child_at(p, viz__syntax_at(p, i), 0)->node;
    if (is_number(p, x)) {
        return viz__keep_number(p, i, -number(p, x));
    }
    ag_tensor *t = viz__tensor(p, x);
    return t != NULL && viz__keep(p, i, ag_neg(t));
}

bool viz__operate(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    if (s->kind == VIZ__PREFIX) {
        return prefix(p, i);
    }
    uint32_t a = viz__child_at(p, s, 0)->node, b = viz__child_at(p, s, 1)->node;
    bool left = is_number(p, a), right = is_number(p, b), none = !left && !right;
    if (left && right && s->sign != '@') {
        return viz__keep_number(p, i, fold(s->sign, number(p, a), number(p, b)));
    }
    none = none || s->sign == '@';
    if (!none) {
        ag_tensor *t = with_number(p, s, left, &none);
        if (!none) {
            return !p->failed && viz__keep(p, i, t);
        }
    }
    ag_tensor *x = viz__tensor(p, a), *y = x != NULL ? viz__tensor(p, b) : NULL;
    if (x == NULL || y == NULL) {
        return false;
    }
    return viz__keep(p, i, by_tensor(s->sign, fitting(x, y), fitting(y, x)));
}
