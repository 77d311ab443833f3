/* Special functions that the C library lacks, or has with a shared sign (lgamma), in f64. The
 * errors stand with each; the numbers are against mpmath. Private to ops/. Knows no tensor.
 */
#ifndef OPS_ELEMENTWISE_SPECIAL_H
#define OPS_ELEMENTWISE_SPECIAL_H

/* sin(pi x) and cos(pi x), reduced exactly: 0 at every whole x, right for large x. */
double ag__scalar_sin_pi(double x);
double ag__scalar_cos_pi(double x);

/* log|gamma(x)|. Within 4 ulp; beyond -2 the error near a zero is absolute, about 1e-15. */
double ag__scalar_lgamma(double x);

/* Its derivative, as lgamma, with the error near a zero on the negative axis absolute. */
double ag__scalar_digamma(double x);

/* The derivative of order n of digamma, 0 <= n <= 101; within 4 ulp for n = 1, about
 * 10 ulp for larger n, and n + 20 left of 0. */
double ag__scalar_polygamma(double x, int n);

/* The inverse of erf, within 4 ulp. */
double ag__scalar_erfinv(double y);

/* The standard normal distribution, with relative accuracy in the tail. */
double ag__scalar_normal_cdf(double x);

/* The derivative of order m by a and n by b of a^b. At 0 a polynomial in a is one, and the
 * derivatives by b alone are 0 for b >= 0. */
double ag__scalar_pow_derivative(double a, double b, int m, int n);

/* sin(pi x)/(pi x), and its derivative of order n, 0 <= n <= 11. */
double ag__scalar_sinc(double x);
double ag__scalar_sinc_derivative(double x, int n);

#endif
