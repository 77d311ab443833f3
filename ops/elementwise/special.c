/* Special functions around sine and error function; see special.h. gamma.c has the rest. */
#include <math.h>
#include <stdbool.h>

#include "special.h"

static const double pi = 3.141592653589793;

/* --- sine and cosine of multiples of pi ------------------------------------------------------- */

double ag__scalar_sin_pi(double x)
{
    double r = fmod(x, 2); /* every step here is exact */
    if (fabs(r) > 1) {
        r -= copysign(2, r);
    }
    if (fabs(r) > 0.5) {
        r = copysign(1, r) - r;
    }
    return fabs(r) > 0.25 ? copysign(cos(pi * (0.5 - fabs(r))), r) : sin(pi * r);
}

double ag__scalar_cos_pi(double x)
{
    double r = fabs(fmod(x, 2));
    if (r > 1) {
        r = 2 - r;
    }
    if (r > 0.25 && r < 0.75) {
        return sin(pi * (0.5 - r));
    }
    return r > 0.5 ? -cos(pi * (1 - r)) : cos(pi * r);
}

/* --- sinc ------------------------------------------------------------------------------------- */

double ag__scalar_sinc(double x)
{
    return x == 0 ? 1 : ag__scalar_sin_pi(x) / (pi * x);
}

/* The derivative of order n of sin(t)/t by its power series, the sum over k of
 * (-1)^k t^(2k - n) / ((2k + 1) (2k - n)!), for |t| up to about 10. */
static double series(double t, int n)
{
    int k = (n + 1) / 2;
    double power = (k % 2 == 0 ? 1 : -1) * (n % 2 == 0 ? 1 : t), sum = 0;
    for (int i = 0; i < 40; i++, k++) {
        sum += power / (2 * k + 1);
        power *= -t * t / ((2 * k + 1 - n) * (2 * k + 2 - n));
    }
    return sum;
}

/* With s = sinc: pi x s = sin(pi x), so x s^(m) = pi^(m - 1) sin^(m)(pi x) - m s^(m - 1). That
 * loses nothing where |pi x| is larger than m; elsewhere the series does not cancel much. */
double ag__scalar_sinc_derivative(double x, int n)
{
    double t = pi * x, s = ag__scalar_sinc(x), sine = ag__scalar_sin_pi(x),
           cosine = ag__scalar_cos_pi(x);
    const double wave[4] = {sine, cosine, -sine, -cosine};
    bool small = fabs(t) <= (n > 2 ? n : 2);
    double power = 1;
    for (int m = 1; m <= n; m++, power *= pi) {
        s = small ? s : (power * wave[m % 4] - m * s) / x;
    }
    return small ? power * series(t, n) : s;
}

/* --- the normal distribution ------------------------------------------------------------------ */

/* erfc(-x/sqrt(2))/2. In the tail a relative error e of the argument z becomes 2 z^2 e, so what its
 * rounding leaves is added by the derivative. */
double ag__scalar_normal_cdf(double x)
{
    static const double high = 0.7071067811865476, low = -4.833646656726457e-17;
    static const double slope = -1.1283791670955126;
    if (!(fabs(x) < 40)) {
        return x > 0 ? 1 : x < 0 ? 0 : x;
    }
    double z = -x * high, rest = fma(-x, high, -z) - x * low;
    return 0.5 * (erfc(z) + slope * exp(-z * z) * rest);
}

/* --- the inverse of erf ----------------------------------------------------------------------- */

/* To about 2 digits: the Taylor series near 0, else S. Winitzki's closed form ("A handy
 * approximation for the error function and its inverse", 2008), q = 1 - y. */
static double guess(double y, double q)
{
    static const double a = 0.147;
    if (y < 0.3) {
        double s = 0.886226925452758 * y;
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
        double step = f * 0.886226925452758 * exp(x * x);
        x -= step / (1 + x * step);
    }
    return copysign(x, y);
}
