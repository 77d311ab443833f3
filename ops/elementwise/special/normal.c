/* The error function's relatives: the normal distribution, its logarithm, the scaled complement and
 * the inverse; see special.h. Knows no tensor.
 */
#include <math.h>

#include "special.h"

static const double pi = 3.141592653589793, root_half = 0.7071067811865476;
static const double two_over_root_pi = 1.1283791670955126, half_root_pi = 0.886226925452758;
static const double density_at_0 = 0.3989422804014327; /* of the normal distribution */

/* --- the normal distribution ------------------------------------------------------------------ */

/* erfc(-x/sqrt(2))/2. In the tail a relative error e of the argument z becomes 2 z^2 e, so what its
 * rounding leaves is added by the derivative. */
double ag__scalar_normal_cdf(double x)
{
    static const double low = -4.833646656726457e-17; /* of root_half */
    if (!(fabs(x) < 40)) {
        return x > 0 ? 1 : x < 0 ? 0 : x;
    }
    double z = -x * root_half, rest = fma(-x, root_half, -z) - x * low;
    return 0.5 * (erfc(z) - two_over_root_pi * exp(-z * z) * rest);
}

/* --- the inverse of erf ----------------------------------------------------------------------- */

/* To about 2 digits: the Taylor series near 0, else S. Winitzki's closed form ("A handy
 * approximation for the error function and its inverse", 2008), q = 1 - y. */
static double guess(double y, double q)
{
    static const double a = 0.147;
    if (y < 0.3) {
        double s = half_root_pi * y;
        return s * (1 + s * s * (1.0 / 3 + s * s * (7.0 / 30)));
    }
    double l = log(q * (1 + y)), half = 2 / (pi * a) + l / 2;
    return sqrt(sqrt(half * half - l / a) - half);
}

/* Then three steps of Halley's method, each of which triples the digits: with f = erf(x) - y,
 * f''/f' = -2x. Near 1 the same with erfc and 1 - y, which are small numbers there. */
double ag__scalar_erfinv(double y)
{
    double size = fabs(y), q = 1 - size;
    if (!(size < 1)) {
        return size == 1 ? copysign((double)INFINITY, y) : (double)NAN;
    }
    double x = guess(size, q);
    for (int i = 0; i < 3; i++) {
        double f = size < 0.9 ? erf(x) - size : q - erfc(x);
        double step = f * half_root_pi * exp(x * x);
        x -= step / (1 + x * step);
    }
    return copysign(x, y);
}

/* --- exp(x^2) erfc(x) ------------------------------------------------------------------------- */

/* exp(x^2) with what rounding takes from x^2. */
static double exp_square(double x)
{
    double square = x * x, e = exp(square);
    return isinf(e) || isinf(square) ? e : e + e * fma(x, x, -square);
}

/* E_k = 2/sqrt(pi) times the integral of (2t)^k exp(-t^2 - 2 x t) over t > 0, so that E_0 is
 * exp(x^2) erfc(x) and the derivative of E_k is -E_(k + 1). By parts
 *   E_(k + 1) = 2k E_(k - 1) - 2x E_k,   E_1 = 2/sqrt(pi) - 2x E_0.
 * Left of 0 all terms are positive. Right of it E_k is the solution that falls with k: its ratios
 * E_k/E_(k - 1) are found from a far one down, for 2x sqrt(2 far) = 38 and 20 more (Gautschi 1967). */
static void erfcx_all(double x, int last, double *e)
{
    if (x < 0.75) {
        e[0] = exp_square(x) * erfc(x);
        for (int k = 0; k < last; k++) {
            e[k + 1] = (k == 0 ? two_over_root_pi : 2 * k * e[k - 1]) - 2 * x * e[k];
        }
        return;
    }
    int far = last + 20 + (int)(x < 1000 ? 181 / (x * x) : 0);
    double ratio = 0; /* of E_(k + 1) to E_k */
    for (int k = far; k > 0; k--) {
        if (k <= last) {
            e[k] = ratio;
        }
        ratio = k / (x + 0.5 * ratio);
    }
    double first = ratio;
    e[0] = 0.5 * two_over_root_pi / (x + 0.5 * first);
    for (int k = 1; k <= last; k++) {
        double next = e[k];
        e[k] = e[k - 1] * first;
        first = next;
    }
}

double ag__scalar_erfcx_derivative(double x, int n)
{
    double e[AG__MOST_DERIVATIVE + 1];
    if (x != x || n > AG__MOST_DERIVATIVE) {
        return (double)NAN;
    }
    if (isinf(x)) {
        return x > 0 ? 0 : n % 2 == 0 ? (double)INFINITY : -(double)INFINITY;
    }
    erfcx_all(x, n, e);
    return n % 2 == 0 ? e[n] : -e[n];
}

double ag__scalar_erfcx(double x)
{
    return ag__scalar_erfcx_derivative(x, 0);
}

/* --- the logarithm of the normal distribution ------------------------------------------------- */

/* With z = -x/sqrt(2) the distribution is exp(-z^2) E_0(z)/2. */
double ag__scalar_log_ndtr(double x)
{
    if (x > -1) {
        return log1p(-ag__scalar_normal_cdf(-x));
    }
    return isinf(x) ? x : log(0.5 * ag__scalar_erfcx(-root_half * x)) - 0.5 * x * x;
}

/* The derivative of -x - 1/x of order n - 1, which is that of order n far out on the left. */
static double far_left(double x, int n)
{
    double y = -1 / x;
    for (int k = 1; k < n; k++) {
        y *= -k / x;
    }
    return n == 1 ? -x : n == 2 ? -1 : y;
}

/* The first coefficients of the quotient of two power series; q[0] = 1 stands for a division done. */
static void divide(const double *p, const double *q, int count, double *ratio)
{
    for (int k = 0; k < count; k++) {
        ratio[k] = p[k];
        for (int j = 1; j <= k; j++) {
            ratio[k] -= q[j] * ratio[k - j];
        }
    }
}

/* Its derivatives are those of the quotient of density and distribution. Left of 0 that is
 * sqrt(2/pi)/E_0(z), and all derivatives of E_0(z) by x are positive. */
static double left_of_0(double x, int n)
{
    double e[AG__MOST_DERIVATIVE + 1], one[AG__MOST_DERIVATIVE + 1] = {1}, scale = 1;
    double ratio[AG__MOST_DERIVATIVE + 1];
    erfcx_all(-root_half * x, n, e);
    double first = two_over_root_pi * root_half / e[0];
    for (int k = n - 1; k >= 0; k--) {
        e[k] /= e[0];
    }
    for (int k = 1; k < n; k++) {
        scale *= root_half / k;
        e[k] *= scale;
        first *= k;
    }
    divide(one, e, n, ratio);
    return ratio[n - 1] * first;
}

/* Right of 0 the density is divided out, which may be denormal, and is multiplied by in halves. */
static double right_of_0(double x, int n)
{
    double p[AG__MOST_DERIVATIVE + 1] = {1, -x}, q[AG__MOST_DERIVATIVE + 1] = {1};
    double ratio[AG__MOST_DERIVATIVE + 1], square = x * x, scale = 1;
    double root = exp(-0.25 * square) * (1 - 0.25 * fma(x, x, -square));
    double all = ag__scalar_normal_cdf(x), density = density_at_0 * root * root;
    for (int k = 1; k + 1 < n; k++) {
        p[k + 1] = -(x * p[k] + p[k - 1]) / (k + 1);
    }
    for (int k = 1; k < n; k++) {
        q[k] = density * p[k - 1] / k / all;
        scale *= k;
    }
    divide(p, q, n, ratio);
    return density_at_0 * root * (ratio[n - 1] * scale / all) * root;
}

double ag__scalar_log_ndtr_derivative(double x, int n)
{
    if (x != x || n > AG__MOST_DERIVATIVE) {
        return (double)NAN;
    }
    if (n < 1) {
        return ag__scalar_log_ndtr(x);
    }
    return x < -1e8 ? far_left(x, n) : x < 0 ? left_of_0(x, n) : x > 60 ? 0 : right_of_0(x, n);
}
