/* The Bessel functions J0 and J1 and their derivatives; see special.h. All are derivatives of J0, as
 * J1 = -J0'. Each has zeros without end, near which a sum of doubles has no digits left: there the
 * same is computed with twice the digits. Formulas by their numbers in the Digital Library of
 * Mathematical Functions (dlmf.nist.gov), chapter 10. Knows no tensor.
 */
#include <math.h>
#include <stdbool.h>

#include "digits.h"
#include "special.h"

#define NUMBER double
#define N(name) ag__plain_##name
#include "bessel_j_body.inc"
#undef NUMBER
#undef N
#define NUMBER ag__dd
#define N(name) ag__dd_##name
#include "bessel_j_body.inc"
#undef NUMBER
#undef N

static const double pi = 3.141592653589793;

/* |x| < 1: the power series (10.2.2), each term differentiated n times. An odd power comes last, so
 * that it may be denormal. */
static double near_zero(double x, int n)
{
    int k = (n + 1) / 2;
    double term = 1, sum = 0;
    for (int i = 1; i <= 2 * k; i++) {
        term *= i; /* (2k)!/(k!^2 4^k), and (2k - n)! is 1 */
    }
    for (int i = 1; i <= k; i++) {
        term /= -4.0 * i * i;
    }
    for (int i = 0; i < 20; i++, k++) {
        sum += term;
        double left = 2 * k + 1 - n, next = 2 * k + 2;
        term *= -x * x * (2 * k + 1) * next / (left * (left + 1) * next * next);
    }
    return n % 2 == 0 ? sum : sum * x;
}

/* The sine and cosine of x - pi/4 times sqrt(2): sin x - cos x and sin x + cos x. Their product is
 * -cos(2x), by which the one that cancels keeps its digits (Sun's fdlibm, e_j0.c, has the idea). */
static void turn(double x, double *sine, double *cosine)
{
    double s = sin(x), c = cos(x), product = -cos(2 * x);
    *sine = s - c;
    *cosine = s + c;
    if (isfinite(2 * x)) {
        *(s * c < 0 ? cosine : sine) = product / (s * c < 0 ? *sine : *cosine);
    }
}

/* The same with twice the digits, for x < 1e7: x less the nearest multiple of pi/2. */
static void exact_turn(double x, ag__dd *sine, ag__dd *cosine)
{
    double turns = rint(x / (pi / 2));
    ag__dd rest = ag__dd_add(ag__dd_of(x), ag__dd_scale(ag__dd_pi, -0.5 * turns));
    ag__dd s = ag__dd_wave(rest, 1), c = ag__dd_wave(rest, 0), minus = ag__dd_scale(s, -1);
    ag__dd less = ag__dd_add(s, ag__dd_scale(c, -1)), more = ag__dd_add(s, c);
    switch ((int)fmod(turns, 4)) {
    case 0:
        *sine = less, *cosine = more;
        break;
    case 1: /* sin(x) is cos(rest), cos(x) is -sin(rest) */
        *sine = more, *cosine = ag__dd_add(c, minus);
        break;
    case 2:
        *sine = ag__dd_scale(less, -1), *cosine = ag__dd_scale(more, -1);
        break;
    default:
        *sine = ag__dd_scale(more, -1), *cosine = less;
    }
}

/* With twice the digits. */
static double exactly(double x, int n)
{
    ag__dd j[AG__MOST_DERIVATIVE + 2], sine, cosine;
    if (x <= 40) {
        ag__dd_miller(x, n, j);
        return ag__dd_differentiate(j, n);
    }
    exact_turn(x, &sine, &cosine);
    ag__dd_far(x, sine, cosine, n, j);
    return ag__dd_differentiate(j, n) / sqrt(pi) / sqrt(x);
}

/* Of x >= 1. The least term of Hankel's expansion is exp(-2x), so for a plain sum it may begin
 * earlier. From 1e7 on no double is so near to a zero that the digits matter which turn keeps. */
static double at(double x, int n)
{
    double j[AG__MOST_DERIVATIVE + 2], sine, cosine, y, size = 0.8 / sqrt(x);
    if (x <= 25) {
        ag__plain_miller(x, n, j);
        y = ag__plain_differentiate(j, n);
        return fabs(y) > 0.25 * size ? y : exactly(x, n);
    }
    turn(x, &sine, &cosine);
    ag__plain_far(x, sine, cosine, n, j);
    y = ag__plain_differentiate(j, n);
    return fabs(y) < 0.25 && x < 1e7 ? exactly(x, n) : y / sqrt(pi) / sqrt(x);
}

double ag__scalar_j0_derivative(double x, int n)
{
    double size = fabs(x);
    if (x != x || n > AG__MOST_DERIVATIVE) {
        return (double)NAN;
    }
    if (isinf(x)) {
        return 0;
    }
    return size < 1 ? near_zero(x, n) : x < 0 && n % 2 != 0 ? -at(size, n) : at(size, n);
}

double ag__scalar_j0(double x)
{
    return ag__scalar_j0_derivative(x, 0);
}

double ag__scalar_j1(double x)
{
    return isinf(x) ? 0 : -ag__scalar_j0_derivative(x, 1);
}
