/* Numbers of twice the digits of a double, as the unevaluated sum of two: for the few places where
 * special functions pass through 0 and a sum of doubles would have no digits left. The sums and
 * products are those of T. J. Dekker (1971) and D. E. Knuth (TAOCP 2, 4.2.2). Private to
 * this folder.
 */
#ifndef OPS_ELEMENTWISE_SPECIAL_DOUBLE_DOUBLE_H
#define OPS_ELEMENTWISE_SPECIAL_DOUBLE_DOUBLE_H

#include <math.h>

typedef struct ag__dd {
    double hi, lo; /* hi is the double nearest to the sum */
} ag__dd;

static const ag__dd ag__dd_pi = {3.141592653589793, 1.2246467991473532e-16};

static inline ag__dd ag__dd_of(double hi)
{
    return (ag__dd){hi, 0};
}

/* For |a| >= |b|. */
static inline ag__dd ag__dd_fast_sum(double a, double b)
{
    double sum = a + b;
    return (ag__dd){sum, b - (sum - a)};
}

static inline ag__dd ag__dd_sum(double a, double b)
{
    double sum = a + b, part = sum - a;
    return (ag__dd){sum, (a - (sum - part)) + (b - part)};
}

static inline ag__dd ag__dd_add(ag__dd x, ag__dd y)
{
    ag__dd high = ag__dd_sum(x.hi, y.hi), low = ag__dd_sum(x.lo, y.lo);
    high = ag__dd_fast_sum(high.hi, high.lo + low.hi);
    return ag__dd_fast_sum(high.hi, high.lo + low.lo);
}

static inline ag__dd ag__dd_scale(ag__dd x, double by)
{
    double product = x.hi * by;
    return ag__dd_fast_sum(product, fma(x.hi, by, -product) + x.lo * by);
}

static inline ag__dd ag__dd_mul(ag__dd x, ag__dd y)
{
    double product = x.hi * y.hi;
    return ag__dd_fast_sum(product, fma(x.hi, y.hi, -product) + (x.hi * y.lo + x.lo * y.hi));
}

static inline ag__dd ag__dd_div(ag__dd x, ag__dd y)
{
    double first = x.hi / y.hi;
    ag__dd rest = ag__dd_add(x, ag__dd_scale(y, -first));
    double second = rest.hi / y.hi;
    rest = ag__dd_add(rest, ag__dd_scale(y, -second));
    return ag__dd_add(ag__dd_fast_sum(first, second), ag__dd_of(rest.hi / y.hi));
}

/* x 2^k. */
static inline ag__dd ag__dd_shift(ag__dd x, int k)
{
    return (ag__dd){ldexp(x.hi, k), ldexp(x.lo, k)};
}

/* exp(x) = (1 + e) 2^k for a finite x, of which e is returned (cancellation.c). */
ag__dd ag__dd_exp_parts(double x, int *k);

/* pi cot(pi x) for an x that is not whole (sine.c). */
ag__dd ag__dd_pi_cot_pi(double x);

/* The sum of t^k/k! with alternating signs over even k (from 0) or odd k (from 1), |t| <= 1. */
static inline ag__dd ag__dd_wave(ag__dd t, int from)
{
    ag__dd square = ag__dd_scale(ag__dd_mul(t, t), -1);
    ag__dd term = from == 0 ? ag__dd_of(1) : t, sum = term;
    for (int k = from + 1; k < from + 28; k += 2) {
        term = ag__dd_div(ag__dd_mul(term, square), ag__dd_of((double)(k * (k + 1))));
        sum = ag__dd_add(sum, term);
    }
    return sum;
}

/* sin(pi r) and cos(pi r) for |r| <= 1/2. */
static inline ag__dd ag__dd_sin_pi(double r)
{
    if (fabs(r) > 0.25) {
        return ag__dd_scale(ag__dd_wave(ag__dd_scale(ag__dd_pi, 0.5 - fabs(r)), 0), copysign(1, r));
    }
    return ag__dd_wave(ag__dd_scale(ag__dd_pi, r), 1);
}

static inline ag__dd ag__dd_cos_pi(double r)
{
    return fabs(r) > 0.25 ? ag__dd_wave(ag__dd_scale(ag__dd_pi, 0.5 - fabs(r)), 1)
                          : ag__dd_wave(ag__dd_scale(ag__dd_pi, r), 0);
}

#endif
