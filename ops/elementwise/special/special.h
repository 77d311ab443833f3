/* Special functions that the C library lacks, or has with a shared sign (lgamma), in f64. The
 * errors stand with each; the numbers are against mpmath. Private to ops/. Knows no tensor.
 */
#ifndef OPS_ELEMENTWISE_SPECIAL_SPECIAL_H
#define OPS_ELEMENTWISE_SPECIAL_SPECIAL_H

/* The highest order of derivatives of those below that say so; beyond it they are NaN. */
enum { AG__MOST_DERIVATIVE = 20 };

/* sin(pi x) and cos(pi x), reduced exactly: 0 at every whole x, right for large x. */
double ag__scalar_sin_pi(double x);
double ag__scalar_cos_pi(double x);

/* log|gamma(x)|. Within 4 ulp; beyond -2 the error near a zero is absolute, about 1e-15. */
double ag__scalar_lgamma(double x);

/* Its derivative, within 1e-13 also near its zeros. */
double ag__scalar_digamma(double x);

/* The derivative of order n of digamma, 0 <= n <= 101; within 4 ulp for n = 1, about
 * 10 ulp for larger n, and n + 20 left of 0. */
double ag__scalar_polygamma(double x, int n);

/* The inverse of erf, within 4 ulp. */
double ag__scalar_erfinv(double y);

/* The standard normal distribution, with relative accuracy in the tail. */
double ag__scalar_normal_cdf(double x);

/* sigmoid(x) - t, where it is next to nothing, too. NaN for a NaN x. */
double ag__scalar_sigmoid_less(double x, double t);
float ag__scalar_sigmoid_less_f32(float x, float t);

/* log(exp(x) + exp(y)) close to its root, to full accuracy. NaN for a NaN operand. */
double ag__scalar_log_of_sum(double x, double y);
float ag__scalar_log_of_sum_f32(float x, float y);

/* exp(x^2) erfc(x), and its derivative of order n. Within 1e-15 relative up to order 2. */
double ag__scalar_erfcx(double x);
double ag__scalar_erfcx_derivative(double x, int n);

/* log(normal_cdf(x)), and its derivative of order n. Within 1e-14 relative up to order 2. */
double ag__scalar_log_ndtr(double x);
double ag__scalar_log_ndtr_derivative(double x, int n);

/* The Bessel functions J0 and J1, and the derivative of order n of J0; J1 is minus the first. */
double ag__scalar_j0(double x);
double ag__scalar_j1(double x);
double ag__scalar_j0_derivative(double x, int n);

/* The modified ones, I0 and I1, which is the first derivative of I0. */
double ag__scalar_i0(double x);
double ag__scalar_i1(double x);
double ag__scalar_i0_derivative(double x, int n);

/* exp(-|x|) I0(x) and exp(-|x|) I1(x), and their derivatives of order n. */
double ag__scalar_i0e(double x);
double ag__scalar_i1e(double x);
double ag__scalar_i0e_derivative(double x, int n);
double ag__scalar_i1e_derivative(double x, int n);

/* The derivative of order m by a and n by b of a^b. At 0 a polynomial in a is one, and the
 * derivatives by b alone are 0 for b >= 0. */
double ag__scalar_pow_derivative(double a, double b, int m, int n);

/* sin(pi x)/(pi x), and its derivative of order n, 0 <= n <= 11. */
double ag__scalar_sinc(double x);
double ag__scalar_sinc_derivative(double x, int n);

#endif
