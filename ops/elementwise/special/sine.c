/* Sine and cosine of multiples of pi, and sinc with its derivatives; see special.h. Knows no
 * tensor. */
#include <math.h>
#include <stdbool.h>

#include "double_double.h"
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

/* The 0 that is added makes each zero a positive one: sinc is even. */
double ag__scalar_sinc(double x)
{
    return x == 0 ? 1 : ag__scalar_sin_pi(x) / (pi * x) + 0;
}

/* Is a sum whose terms are of this size so small that it has lost digits? */
static bool cancels(double sum, double size)
{
    return fabs(sum) < 0.125 * size;
}

/* The derivative of order n of sin(t)/t, t = pi x, by its power series, the sum over k of (-1)^k
 * t^(2k - n) / ((2k + 1) (2k - n)!), for |t| up to about 10. An odd power of t comes last, so that
 * it may be denormal. */
static double series(double x, int n)
{
    int k = (n + 1) / 2;
    double t = pi * x, power = k % 2 == 0 ? 1 : -1, sum = 0, size = 0, scale = n % 2 == 0 ? 1 : t;
    ag__dd t2 = ag__dd_scale(ag__dd_pi, x), square = ag__dd_mul(t2, t2);
    ag__dd exact = ag__dd_of(power), total = {0, 0};
    for (int m = 0; m < n; m++) {
        scale *= pi;
    }
    for (int i = 0, j = k; i < 40 && fabs(power) > 1e-20 * size; i++, j++) {
        double below = (2 * j + 1 - n) * (double)(2 * j + 2 - n);
        sum += power / (2 * j + 1);
        size += fabs(power) / (2 * j + 1);
        power *= -t * t / below;
    }
    for (int i = 0, j = k; i < 40 && cancels(sum, size); i++, j++) {
        double below = (2 * j + 1 - n) * (double)(2 * j + 2 - n);
        total = ag__dd_add(total, ag__dd_div(exact, ag__dd_of(2 * j + 1)));
        exact = ag__dd_div(ag__dd_mul(exact, square), ag__dd_of(-below));
    }
    return (cancels(sum, size) ? total.hi : sum) * scale;
}

/* What x is within half a turn of a whole number of turns, exactly; an odd number of halves is -1.
 */
static double reduced(double x, double *sign)
{
    double r = fmod(x, 2);
    r = fabs(r) > 1 ? r - copysign(2, r) : r;
    *sign = fabs(r) > 0.5 ? -1 : 1;
    return fabs(r) > 0.5 ? r - copysign(1, r) : r;
}

ag__dd ag__dd_pi_cot_pi(double x)
{
    double sign, r = reduced(x, &sign); /* of both */
    return ag__dd_mul(ag__dd_pi, ag__dd_div(ag__dd_cos_pi(r), ag__dd_sin_pi(r)));
}

/* With s = sinc: pi x s = sin(pi x), so x s^(m) = pi^(m - 1) sin^(m)(pi x) - m s^(m - 1). */
static double recurrence_in_parts(double x, int n)
{
    double sign, r = reduced(x, &sign);
    ag__dd sine = ag__dd_scale(ag__dd_sin_pi(r), sign),
           cosine = ag__dd_scale(ag__dd_cos_pi(r), sign);
    const ag__dd wave[4] = {sine, cosine, ag__dd_scale(sine, -1), ag__dd_scale(cosine, -1)};
    ag__dd s = ag__dd_div(sine, ag__dd_scale(ag__dd_pi, x)), power = {1, 0};
    for (int m = 1; m <= n; m++, power = ag__dd_mul(power, ag__dd_pi)) {
        ag__dd above = ag__dd_add(ag__dd_mul(power, wave[m % 4]), ag__dd_scale(s, -m));
        s = ag__dd_div(above, ag__dd_of(x));
    }
    return s.hi;
}

/* The recurrence loses nothing where |pi x| is larger than m and the two terms do not cancel. Where
 * they do it is computed with twice the digits, and near 0 the series takes its place. So the
 * gradient of sinc takes a third longer than it would by the recurrence alone. */
double ag__scalar_sinc_derivative(double x, int n)
{
    double s = ag__scalar_sinc(x), sine = ag__scalar_sin_pi(x), cosine = ag__scalar_cos_pi(x);
    const double wave[4] = {sine, cosine, -sine, -cosine};
    double power = 1, kept = 1;
    if (fabs(pi * x) <= (n > 2 ? n : 2)) {
        return series(x, n);
    }
    for (int m = 1; m <= n; m++, power *= pi) {
        double above = power * wave[m % 4] - m * s;
        double part = fabs(above) / (fabs(power * wave[m % 4]) + fabs(m * s));
        kept = part < kept ? part : kept;
        s = above / x;
    }
    return n > 0 && cancels(kept, 1) && fabs(x) < 1e16 ? recurrence_in_parts(x, n) : s;
}
