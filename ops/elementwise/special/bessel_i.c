/* The modified Bessel functions I0 and I1, the same divided by exp(|x|), and their derivatives; see
 * special.h. Everything here is a sum of positive terms but where a comment says how it is not.
 * Formulas by their numbers in the Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 10
 * and 13. Knows no tensor.
 */
#include <math.h>

#include "digits.h"
#include "special.h"

#define NUMBER double
#define N(name) ag__plain_##name
#include "bessel_i_body.inc"
#undef NUMBER
#undef N
#define NUMBER ag__dd
#define N(name) ag__dd_##name
#include "bessel_i_body.inc"
#undef NUMBER
#undef N

static const double pi = 3.141592653589793;

/* Up to here sums of powers, from here asymptotic ones, whose least term is exp(-2 FAR). */
#define FAR 30.0

/* exp(-x) I_m(x) for 0 <= x <= FAR: (x/2)^m/m! exp(-2x) 1F1(m + 1/2, 2m + 1, 2x) (10.39.5). The
 * power comes last, so that it may be denormal. */
static double scaled(double x, int m)
{
    double y = exp(-2 * x) * ag__plain_kummer(m + 0.5, 2 * m + 1, 2 * x);
    for (int k = 1; k <= m; k++) {
        y *= 0.5 * x / k;
    }
    return y;
}

/* exp(-x) I_0(x) is the mean of exp(-x u) over the half circle, u = 1 - cos(t) (10.32.1), and its
 * derivatives are, but for the sign, the means of u^n exp(-x u), the moments. Of u^n alone it is: */
static double moment_at_0(int n)
{
    double y = 1;
    for (int k = 1; k <= n; k++) {
        y *= (2 * k - 1) / (double)k;
    }
    return y;
}

/* x > FAR: 1/sqrt(2 pi x) (1/2)_n x^-n times the sum over j of (1/2)_j (n + 1/2)_j / (j! (2x)^j), by
 * Watson's lemma, as is 10.40.1 for n = 0. */
static double far_moment(double x, int n)
{
    double term = 1, sum = 1;
    for (int j = 0; j < 40 && term > 1e-18; j++) {
        term *= (j + 0.5) * (n + j + 0.5) / (j + 1) / (2 * x);
        sum += term;
    }
    for (int k = 0; k < n; k++) {
        sum *= (k + 0.5) / x;
    }
    return sum / sqrt(2 * pi) / sqrt(x);
}

/* For x <= FAR it is exp(-2x) 1F1(1/2, n + 1, 2x) times that at 0 (13.4.1, 13.2.39). */
static double moment(double x, int n)
{
    return x > FAR ? far_moment(x, n)
                   : moment_at_0(n) * exp(-2 * x) * ag__plain_kummer(0.5, n + 1, 2 * x);
}

/* The derivative of order n of I_0 for x >= 0, over exp(x): 2^-n times the sum of all (n over k)
 * I_|n - 2k| (10.29.5); far out, where exp(x) was not divided by, that of the signed moments, whose
 * sizes fall as (n/x)^k. */
static double growing(double x, int n)
{
    double sum = 0, weight = 1;
    int last = x > FAR ? n : n / 2; /* the orders n - 2k and 2k - n are one */
    for (int k = 0; k <= last; k++) {
        double times = 2 * k < n ? 2 * weight : weight;
        sum += x > FAR ? (k % 2 == 0 ? weight : -weight) * moment(x, k)
                       : ldexp(times * scaled(x, n - 2 * k), -n);
        weight = weight * (n - k) / (k + 1);
    }
    return sum;
}

/* exp(x) may overflow where the product does not. */
double ag__scalar_i0_derivative(double x, int n)
{
    double size = fabs(x), sign = x < 0 && n % 2 != 0 ? -1 : 1, root = exp(0.5 * size);
    if (n > AG__MOST_DERIVATIVE) {
        return (double)NAN;
    }
    return isinf(x) ? sign * size : root * (sign * growing(size, n)) * root;
}

double ag__scalar_i0(double x)
{
    return ag__scalar_i0_derivative(x, 0);
}

double ag__scalar_i1(double x)
{
    return x == 0 ? x : ag__scalar_i0_derivative(x, 1);
}

/* Of an even function; the derivatives of odd orders jump at 0, and are 0 there. */
double ag__scalar_i0e_derivative(double x, int n)
{
    if (n > AG__MOST_DERIVATIVE || x != x) {
        return (double)NAN;
    }
    return n % 2 == 0 ? moment(fabs(x), n) : x == 0 ? 0 : -copysign(moment(fabs(x), n), x);
}

double ag__scalar_i0e(double x)
{
    return ag__scalar_i0e_derivative(x, 0);
}

/* For x > 0, exp(-x) I_1(x) is the mean of (1 - u) exp(-x u): so the derivative is, but for the sign,
 * the difference of two moments. It passes through 0 once; there twice the digits are needed. */
static double moment_difference(double x, int n)
{
    double first = moment(x, n), y = first - moment(x, n + 1);
    if (fabs(y) > 0.125 * first || x > FAR) {
        return y;
    }
    ag__dd low = ag__dd_scale(ag__dd_kummer(0.5, n + 1, 2 * x), n + 1);
    ag__dd high = ag__dd_scale(ag__dd_kummer(0.5, n + 2, 2 * x), -(2 * n + 1));
    return ag__dd_add(low, high).hi * moment_at_0(n) / (n + 1) * exp(-2 * x);
}

double ag__scalar_i1e_derivative(double x, int n)
{
    double size = fabs(x), sign = x < 0 && n % 2 == 0 ? -1 : 1;
    if (n > AG__MOST_DERIVATIVE || x != x) {
        return (double)NAN;
    }
    if (n == 0) {
        return copysign(size > FAR ? moment_difference(size, 0) : scaled(size, 1), x);
    }
    double y = moment_difference(size, n);
    return x == 0 && n % 2 == 0 ? 0 : sign * (n % 2 == 0 ? y : -y);
}

double ag__scalar_i1e(double x)
{
    return ag__scalar_i1e_derivative(x, 0);
}
