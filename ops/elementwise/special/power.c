/* Derivatives of powers by base and exponent; see special.h. Knows no tensor. */
#include <math.h>

#include "special.h"

enum { MOST_ORDER = 24 };

/* b (b - 1) ... (b - m + 1) as a polynomial in what b is moved by: its first `count` coefficients. */
static void falling(double b, int m, int count, double *c)
{
    for (int k = 0; k < count; k++) {
        c[k] = k == 0;
    }
    for (int j = 0; j < m; j++) {
        for (int k = count - 1; k > 0; k--) {
            c[k] = c[k] * (b - j) + c[k - 1];
        }
        c[0] *= b - j;
    }
}

/* c a^e without leaving the range where the product does not. */
static double times_power(double c, double a, double e)
{
    double power = pow(a, e), root;
    if (power == 0 && isinf(c)) {
        return 0; /* an exponent of such a size: the power is smaller than all */
    }
    if (a > 0 && !(fabs(power) > 1e-30 && fabs(power) < 1e30)) {
        root = pow(a, 0.5 * e);
        return root * c * root;
    }
    return c * power;
}

/* With c_k the coefficients above and l = log(a) it is a^(b - m) times the sum over k of
 * n!/(n - k)! c_k l^(n - k), by Leibniz. A coefficient that is 0 is 0 whatever it is multiplied by:
 * that makes the derivatives of a polynomial those of a polynomial, also at 0. */
double ag__scalar_pow_derivative(double a, double b, int m, int n)
{
    double c[MOST_ORDER + 1], sum = 0, times = 1;
    if (a != a || b != b || n > MOST_ORDER || (a == 0 && m == 0 && n > 0 && b >= 0)) {
        return a != a || b != b || n > MOST_ORDER ? (double)NAN : 0;
    }
    falling(b, m, n + 1, c);
    for (int k = 0; k <= n; times *= n - k, k++) {
        double log_power = 1;
        for (int j = 0; j < n - k; j++) {
            log_power *= log(a);
        }
        sum += c[k] != 0 ? times * c[k] * log_power : 0;
    }
    return sum != 0 ? times_power(sum, a, b - m) : 0;
}
