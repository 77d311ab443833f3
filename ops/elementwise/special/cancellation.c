/* Sums of exponentials of which next to nothing is left, so that the rounding of one of them would
 * be all of the result: with exponentials of twice the digits. Few points are so close to such a
 * root, and the functions of the tables ask for these only there. See special.h. Knows no tensor.
 */
#include "double_double.h"
#include "special.h"

/* exp(x) - 1 for |x| < 0.4, also relative to a small x: the series for m = x/64, of which the
 * higher terms need no more than a double; then m is doubled six times, exp(2m) - 1 = 2e + e^2
 * with e = exp(m) - 1. */
static ag__dd expm1_small(ag__dd x)
{
    static const ag__dd over_factorial[] = {{0.0013888888888888889, -5.300543954373577e-20},
                                            {0.008333333333333333, 1.1564823173178714e-19},
                                            {0.041666666666666664, 2.3129646346357427e-18},
                                            {0.16666666666666666, 9.25185853854297e-18},
                                            {0.5, 0},
                                            {1, 0}};
    if (fabs(x.hi) < 0x1p-60) {
        return ag__dd_add(x, ag__dd_of(0.5 * x.hi * x.hi));
    }
    ag__dd m = {x.hi / 64, x.lo / 64};
    double t = m.hi;
    ag__dd e = ag__dd_of(t / 5040 * (1 + t / 8 * (1 + t / 9 * (1 + t / 10 * (1 + t / 11)))));
    for (int i = 0; i < 6; i++) {
        e = ag__dd_add(over_factorial[i], i == 0 ? e : ag__dd_mul(e, m));
    }
    e = ag__dd_mul(e, m);
    for (int i = 0; i < 6; i++) {
        e = ag__dd_add((ag__dd){2 * e.hi, 2 * e.lo}, ag__dd_mul(e, e));
    }
    return e;
}

/* log(2) is given to three times the digits, because k of them are subtracted from x. */
ag__dd ag__dd_exp_parts(double x, int *k)
{
    static const double log_2[] = {0.6931471805599453, 2.3190468138462996e-17,
                                   5.7077084384162121e-34};
    double n = rint(x / log_2[0]);
    ag__dd rest = ag__dd_of(x);
    *k = (int)n;
    for (int i = 0; i < 3; i++) {
        rest = ag__dd_add(rest, ag__dd_scale(ag__dd_of(log_2[i]), -n));
    }
    return expm1_small(rest);
}

/* With E = exp(-|x|) it is (E (1 - t) - t)/(1 + E) left of 0, and (1 - t - E t)/(1 + E) from 0 on.
 * E may be denormal and so have few digits: the power of two is multiplied by at the end. */
double ag__scalar_sigmoid_less(double x, double t)
{
    int k = 0;
    if (!(fabs(x) < 1e6)) {
        return x < 0 ? -t : x > 0 ? 1 - t : x;
    }
    ag__dd e = ag__dd_add(ag__dd_exp_parts(-fabs(x), &k), ag__dd_of(1)), other = ag__dd_sum(1, -t);
    ag__dd with = ag__dd_mul(e, x < 0 ? other : ag__dd_of(-t));
    ag__dd less = ag__dd_add(with, ag__dd_shift(x < 0 ? ag__dd_of(-t) : other, -k));
    return ldexp(less.hi, k) / (1 + ldexp(e.hi, k));
}

/* A double is enough but for the rarest numbers. */
float ag__scalar_sigmoid_less_f32(float x, float t)
{
    if (!(fabsf(x) < 1e6F)) {
        return x < 0 ? -t : x > 0 ? 1 - t : x;
    }
    double e = exp(-fabs((double)x)), b = (double)t, rest = x < 0 ? b : 1 - b;
    double less = x < 0 ? e * (1 - b) - b : rest - e * b;
    return (float)(fabs(less) > 1e-8 * fabs(rest) ? less / (1 + e)
                                                  : ag__scalar_sigmoid_less((double)x, b));
}

/* log(1 + (exp(a) - 1) + exp(b)) for a >= b. */
double ag__scalar_log_of_sum(double x, double y)
{
    int k = 0;
    double a = fmax(x, y), b = fmin(x, y);
    if (!(b > -1e6 && a < 1)) {
        return x + y != x + y ? x + y : a;
    }
    ag__dd e = ag__dd_exp_parts(a, &k);
    if (k != 0) {
        e = ag__dd_add(ag__dd_shift(ag__dd_add(e, ag__dd_of(1)), k), ag__dd_of(-1));
    }
    ag__dd other = ag__dd_add(ag__dd_exp_parts(b, &k), ag__dd_of(1));
    return log1p(ag__dd_add(e, ag__dd_shift(other, k)).hi);
}

float ag__scalar_log_of_sum_f32(float x, float y)
{
    if (x != x || y != y) {
        return x + y;
    }
    double a = (double)fmaxf(x, y), b = (double)fminf(x, y), sum = a + log1p(exp(b - a));
    return (float)(fabs(sum) > 1e-8 * fabs(a) ? sum : ag__scalar_log_of_sum(a, b));
}
