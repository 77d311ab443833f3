/* The logarithm of the gamma function and its derivatives; see special.h. Formulas by their numbers
 * in the Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 5 and 25. C's own
 * lgamma is not used: it writes the sign of gamma to a variable that all threads share.
 */
#include <math.h>

#include "double_double.h"
#include "special.h"

static const double pi = 3.141592653589793;

/* c[0] + c[1] x + ... + c[n - 1] x^(n - 1) */
static double polynomial(const double *c, int n, double x)
{
    double sum = c[--n];
    while (n-- > 0) {
        sum = sum * x + c[n];
    }
    return sum;
}

#define POLYNOMIAL(c, x) polynomial(c, (int)(sizeof(c) / sizeof *(c)), x)

static int is_whole(double x)
{
    return x == floor(x);
}

/* --- log|gamma| ------------------------------------------------------------------------------- */

/* lgamma(2 + t) for |t| <= 0.65: (1 - Euler's constant) t and the sum over k >= 2 of
 * (-1)^k (zeta(k) - 1) t^k / k (5.7.3). */
static double near_2(double t)
{
    static const double c[] = {
        0.3224670334241132,     -0.0673523010531981,     0.020580808427784546,
        -0.007385551028673986,  0.0028905103307415234,   -0.001192753911703261,
        0.0005096695247430425,  -0.00022315475845357939, 9.945751278180853e-05,
        -4.492623673813314e-05, 2.050721277567069e-05,   -9.439488275268397e-06,
        4.374866789907488e-06,  -2.039215753801366e-06,  9.55141213040742e-07,
        -4.492469198764566e-07, 2.1207184805554665e-07,  -1.0043224823968099e-07,
        4.7698101693639804e-08, -2.2711094608943164e-08, 1.0838659214896955e-08,
        -5.183475041970047e-09, 2.4836745438024785e-09,  -1.1921401405860912e-09,
        5.731367241678862e-10,  -2.7595228851242334e-10, 1.330476437424449e-10,
        -6.4229645638381e-11,   3.1044247747322276e-11,  -1.5021384080754142e-11,
        7.275974480239079e-12,  -3.527742476575915e-12,  1.711991790559618e-12,
        -8.315385841420285e-13, 4.04220052528944e-13,    -1.9664756310966165e-13,
    };
    return t * (0.42278433509846713 + t * POLYNOMIAL(c, t));
}

/* x >= 10: (x - 1/2) log(x) - x + log(2 pi)/2 and the sum over k of
 * B_2k / (2k (2k - 1) x^(2k - 1)), Stirling's series (5.11.1). */
static double stirling(double x)
{
    static const double c[] = {
        0.08333333333333333,    -0.002777777777777778, 0.0007936507936507937,
        -0.0005952380952380953, 0.0008417508417508417, -0.0019175269175269176,
        0.00641025641025641,    -0.029550653594771242, 0.17964437236883057,
    };
    double tail = POLYNOMIAL(c, 1 / x / x) / x;
    return (x - 0.5) * (log(x) - 1) + (0.4189385332046727 + tail);
}

static double lgamma_positive(double x)
{
    if (x < 0.5) {
        return near_2(x) - log1p(x) - log(x);
    }
    if (x < 1.35) {
        return near_2(x - 1) - log1p(x - 1);
    }
    if (x >= 10) {
        return stirling(x);
    }
    double product = 1; /* gamma(x) = (x - 1) gamma(x - 1) */
    while (x > 2.5) {
        x -= 1;
        product *= x;
    }
    return near_2(x - 2) + log(product);
}

/* Left of -1/2 by reflection, gamma(x) gamma(-x) = -pi / (x sin(pi x)) (5.5.1 and 5.5.3). */
double ag__scalar_lgamma(double x)
{
    if (isinf(x) || (x <= 0 && is_whole(x))) {
        return (double)INFINITY;
    }
    if (fabs(x) < 0.5) {
        return near_2(x) - log1p(x) - log(fabs(x));
    }
    if (x < 0) {
        return log(pi / (-x * fabs(ag__scalar_sin_pi(x)))) - lgamma_positive(-x);
    }
    return lgamma_positive(x);
}

/* --- digamma ---------------------------------------------------------------------------------- */

/* Within 1/2 of its zero on the positive axis: the Taylor series there. The zero is given to twice
 * the digits, so that also tiny values are right. */
static double near_root(double x)
{
    static const double c[] = {
        0.9676722454476212,      -0.4427631689835921,     0.258499760955651,
        -0.16394270544240652,    0.10782405069126237,     -0.07219956125645471,
        0.04880428816414311,     -0.03316112647484736,    0.022597648232218104,
        -0.01542476590494896,    0.010538791616612175,    -0.007204534386356869,
        0.004926781395729853,    -0.003369801655439328,   0.002305126326734928,
        -0.0015769367714301972,  0.0010788252019162967,   -0.0007380709389960052,
        0.000504953265834602,    -0.0003454680251063077,  0.00023635601564027053,
        -0.00016170622091974803, 0.0001106337276874741,   -7.569179582195066e-05,
        5.178575795222081e-05,   -3.5430070947659604e-05, 2.424006611860132e-05,
        -1.6584242271854135e-05, 1.134638458466385e-05,   -7.762817668462094e-06,
        5.3110609208898636e-06,  -3.6336507898010456e-06, 2.486022733129538e-06,
        -1.7008538854332607e-06, 1.1636675363548843e-06,  -7.96142543124197e-07,
        5.446941930669446e-07,   -3.7266161283438227e-07,
    };
    double t = x - 1.4616321449683622 - 9.549995429965697e-17;
    return t * POLYNOMIAL(c, t);
}

/* x >= 10: log(x) - 1/(2x) - the sum over k of B_2k / (2k x^2k) (5.11.2). */
static double digamma_large(double x)
{
    static const double c[] = {
        0.08333333333333333,   -0.008333333333333333, 0.003968253968253968,
        -0.004166666666666667, 0.007575757575757576,  -0.021092796092796094,
        0.08333333333333333,   -0.4432598039215686,   3.0539543302701198,
    };
    double square = 1 / x / x;
    return log(x) - (0.5 / x + square * POLYNOMIAL(c, square));
}

static double digamma_positive(double x)
{
    double sum = 0; /* psi(x + 1) = psi(x) + 1/x (5.5.2) */
    if (x >= 10) {
        return digamma_large(x);
    }
    if (x < 0.96) {
        return near_root(x + 1) - 1 / x;
    }
    while (x > 1.96) {
        x -= 1;
        sum += 1 / x;
    }
    return near_root(x) + sum;
}

/* A step of Newton's method with exp doubles the digits of the logarithm. */
static ag__dd log_in_parts(ag__dd x)
{
    int k = 0;
    double l = log(x.hi);
    ag__dd e = ag__dd_add(ag__dd_exp_parts(-l, &k), ag__dd_of(1));
    ag__dd rest = ag__dd_add(ag__dd_mul(x, ag__dd_shift(e, k)), ag__dd_of(-1));
    return ag__dd_add(ag__dd_of(l), ag__dd_add(rest, ag__dd_of(-0.5 * rest.hi * rest.hi)));
}

/* As digamma_positive, with twice the digits: the terms of 5.11.2 fall faster from 40 on. */
static ag__dd digamma_in_parts(ag__dd x)
{
    static const double c[][2] = {{-174611, 6600}, {43867, 14364}, {-3617, 8160}, {1, 12},
                                  {-691, 32760},   {1, 132},       {-1, 240},     {1, 252},
                                  {-1, 120},       {1, 12}};
    ag__dd sum = ag__dd_of(0), tail = ag__dd_of(0);
    for (; x.hi < 40; x = ag__dd_add(x, ag__dd_of(1))) {
        sum = ag__dd_add(sum, ag__dd_div(ag__dd_of(-1), x));
    }
    ag__dd inverse = ag__dd_div(ag__dd_of(1), x), square = ag__dd_mul(inverse, inverse);
    for (int i = 0; i < (int)(sizeof c / sizeof *c); i++) {
        ag__dd next = ag__dd_div(ag__dd_of(c[i][0]), ag__dd_of(c[i][1]));
        tail = ag__dd_add(next, ag__dd_mul(tail, square));
    }
    tail = ag__dd_add(ag__dd_scale(inverse, 0.5), ag__dd_mul(tail, square));
    return ag__dd_add(ag__dd_add(sum, log_in_parts(x)), ag__dd_scale(tail, -1));
}

/* Left of 0 by reflection, psi(1 - x) - psi(x) = pi / tan(pi x) (5.5.4). The two terms cancel at a
 * zero between any two poles. */
static double digamma_negative(double x)
{
    double other = digamma_positive(1 - x),
           y = other - pi * ag__scalar_cos_pi(x) / ag__scalar_sin_pi(x);
    if (fabs(y) > 0.03125 * fabs(other)) {
        return y;
    }
    ag__dd cot = ag__dd_pi_cot_pi(x);
    return ag__dd_add(digamma_in_parts(ag__dd_sum(1, -x)), ag__dd_scale(cot, -1)).hi;
}

double ag__scalar_digamma(double x)
{
    if (x == 0) {
        return copysign((double)INFINITY, -x);
    }
    if (x > 0 || x != x) {
        return digamma_positive(x);
    }
    return is_whole(x) || isinf(x) ? (double)NAN : digamma_negative(x);
}

/* --- polygamma -------------------------------------------------------------------------------- */

/* n! a^-s, s = n or n + 1, by its factors in turn: neither n! nor the power alone need be a
 * number. */
static double factorial_over_power(int n, double a, int s)
{
    double value = s > n ? 1 / a : 1;
    for (int k = 1; k <= n; k++) {
        value *= k / a;
    }
    return value;
}

/* n! zeta(n + 1, x), Hurwitz' zeta(s, x) being the sum over k >= 0 of (x + k)^-s, x > 0: a few
 * terms, then the rest by Euler and Maclaurin (25.11.5), from where its terms fall fast. */
static double factorial_zeta(int n, double x)
{
    static const double c[] = {
        0.08333333333333333,    -0.001388888888888889,   3.306878306878307e-05,
        -8.267195767195768e-07, 2.08767569878681e-08,    -5.284190138687493e-10,
        1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15,
        -2.174868698558062e-16,
    };
    double sum = 0, a = x, s = n + 1;
    while (a < 10 + s) {
        sum += factorial_over_power(n, a, n + 1);
        a += 1;
    }
    double rising = s / a, tail = 0.5;
    for (int j = 0; j < (int)(sizeof c / sizeof *c); j++) {
        tail += c[j] * rising;
        rising *= (s + 2 * j + 1) * (s + 2 * j + 2) / a / a;
    }
    return sum + factorial_over_power(n, a, n) / n + factorial_over_power(n, a, n + 1) * tail;
}

/* The derivative of order n of cot at an angle where it is c. It is a polynomial in c, and the next
 * one is -(1 + c^2) times its derivative by c; all its coefficients have one sign. */
static double cot_derivative(double c, int n)
{
    double p[104] = {0, 1};
    for (int m = 1; m <= n; m++) {
        double next[104] = {0};
        for (int k = 1; k <= m; k++) {
            next[k - 1] -= k * p[k];
            next[k + 1] -= k * p[k];
        }
        for (int k = 0; k <= m + 1; k++) {
            p[k] = next[k];
        }
    }
    return polynomial(p, n + 2, c);
}

/* (-1)^(n + 1) n! zeta(n + 1, x): the derivative of 5.7.6, n times. */
static double polygamma_positive(double x, int n)
{
    return (n % 2 == 0 ? -1 : 1) * factorial_zeta(n, x);
}

/* Left of 0 by the n-th derivative of digamma's reflection (5.15.6). */
double ag__scalar_polygamma(double x, int n)
{
    if (n < 1) {
        return ag__scalar_digamma(x);
    }
    if (x > 0 || x != x) {
        return polygamma_positive(x, n);
    }
    if (isinf(x)) {
        return (double)NAN;
    }
    if (is_whole(x)) {
        return n % 2 == 0 ? -(double)INFINITY : (double)INFINITY;
    }
    double cot = cot_derivative(ag__scalar_cos_pi(x) / ag__scalar_sin_pi(x), n);
    for (int k = 0; k <= n; k++) {
        cot *= pi;
    }
    return (n % 2 == 0 ? 1 : -1) * polygamma_positive(1 - x, n) - cot;
}
