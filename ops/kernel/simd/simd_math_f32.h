/* exp, log1p, tanh, erfc and the normal distribution of f32 vectors. They were measured to be
 * faster than those of the C library (tests/bench/README.md), and some C libraries have none. The
 * polynomials are minimax fits of the functions named beside them, computed with the exchange
 * algorithm in 40 digits. The largest errors against f64, on every fifth number, are 1.0 ulp for
 * exp, 0.9 ulp for log1p, 1.5 ulp for tanh, and 3.9 ulp for erfc and the normal distribution.
 * Private to the simd/ folders of ops/.
 */
#ifndef OPS_KERNEL_SIMD_SIMD_MATH_F32_H
#define OPS_KERNEL_SIMD_SIMD_MATH_F32_H

#include "simd.h"

/* c[0] x^(n-1) + ... + c[n-1]. */
AG__INLINE v_f32 polynomial_f32(const float *c, int n, v_f32 x)
{
    v_f32 y = all_f32(c[0]);
    for (int i = 1; i < n; i++) {
        y = fma_f32(y, x, all_f32(c[i]));
    }
    return y;
}

/* A whole number is taken to be the float n + 1.5 2^23: the addition rounds to it, and it is
 * there as a float, less that number, and as an integer, less that number's bits. */
#define AG__WHOLE 12582912.0F

/* Returns x - n log(2), where n is the whole number nearest to x/log(2), and writes n to `power`.
 * log(2) is the sum of two parts; the first has few digits, so that its product with n is exact. */
AG__INLINE v_f32 less_powers_f32(v_f32 x, v_f32 *power)
{
    *power = fma_f32(x, all_f32(1.44269504F), all_f32(AG__WHOLE));
    const v_f32 n = *power - all_f32(AG__WHOLE);
    return fma_f32(n, all_f32(2.12194440e-4F), fma_f32(n, all_f32(-0.693359375F), x));
}

/* e^r - 1 for |r| <= 0.4. */
AG__INLINE v_f32 small_expm1_f32(v_f32 r)
{
    /* (e^r - 1 - r)/r^2, fitted up to log(2)/2 */
    static const float c[] = {0.001381459865F, 0.00836871688F, 0.04166838805F, 0.1666652063F,
                              0.4999999345F};
    return fma_f32(r * r, polynomial_f32(c, 5, r), r);
}

/* e^x = (1 + y) 2^power for the y that is returned. */
AG__INLINE v_f32 reduced_exp_f32(v_f32 x, v_f32 *power)
{
    return small_expm1_f32(less_powers_f32(x, power));
}

/* 2^n, if it is no denormal. */
AG__INLINE v_f32 power_of_two_f32(m_f32 n)
{
    return (v_f32)((n + 127) << 23);
}

AG__INLINE m_f32 integer_f32(v_f32 whole)
{
    return (m_f32)whole - (m_f32)all_f32(AG__WHOLE);
}

/* (1 + y) 2^power c. */
AG__INLINE v_f32 scaled_f32(v_f32 y, v_f32 power, v_f32 c)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    power -= all_f32(AG__WHOLE);
    return (v_f32)_mm512_scalef_ps((__m512)fma_f32(y, c, c), (__m512)power);
#else /* in two steps, because the result may be denormal */
    const m_f32 n = integer_f32(power), half = n >> 1;
    c *= power_of_two_f32(half);
    return fma_f32(y, c, c) * power_of_two_f32(n - half);
#endif
}

AG__INLINE v_f32 v_exp_f32(v_f32 x)
{
    v_f32 power;
    x = larger_f32(all_f32(-104), smaller_f32(all_f32(89), x));
    const v_f32 y = reduced_exp_f32(x, &power);
    return scaled_f32(y, power, all_f32(1));
}

/* The magnitude is (1 - u)/(1 + u) with u = e^(-2|x|), which is 1 from |x| = 9.01 on. Near 0 it is
 * a polynomial. */
AG__INLINE v_f32 v_tanh_f32(v_f32 x)
{
    /* (tanh(x)/x - 1)/x^2, in x^2 */
    static const float c[] = {-0.005717044944F, 0.02065058719F, -0.05374349805F, 0.1333149129F,
                              -0.3333328393F};
    const m_f32 sign = (m_f32)x & (m_f32)all_f32(-0.0F);
    const v_f32 a = smaller_f32(all_f32(9.02F), magnitude_f32(x)), square = a * a;
    const v_f32 near = fma_f32(polynomial_f32(c, 5, square) * square, a, a), one = all_f32(1);
    v_f32 power;
    const v_f32 y = reduced_exp_f32(all_f32(-2) * a, &power);
    const v_f32 scale = power_of_two_f32(integer_f32(power)), u = fma_f32(y, scale, scale);
    const v_f32 far = (one - u) / (one + u);
    return (v_f32)((m_f32)select_f32(a < all_f32(0.625F), near, far) | sign);
}

#ifdef AG__FUSED /* else log1p is no faster, and the errors of the others are above 4 ulp */
/* log(1 + x) = e log(2) + log(1 + m) with 1 + m = (1 + x) 2^-e and -1/4 <= m < 1/2. That 1 + x is
 * rounded only matters for the choice of e: m = x 2^-e - (1 - 2^-e) is computed from x. The power
 * is 4 2^-e, which is no denormal for any x. Signs are such that log(1 - 0) is -0. */
AG__INLINE v_f32 v_log1p_f32(v_f32 x)
{
    /* (log(1 + m) - m)/m^2 */
    static const float c[] = {-0.04490954285F, 0.1044832603F, -0.1316223291F,
                              0.1448206304F,   -0.166477673F, 0.1999060665F,
                              -0.2500005456F,  0.3333345444F, -0.5000000082F};
    const v_f32 one = all_f32(1), quarter = all_f32(0.25F);
    const m_f32 w = (m_f32)larger_f32(one + x, all_f32(0)); /* 0 for a NaN and below -1 */
    const m_f32 e = (w - (m_f32)all_f32(0.75F)) >> 23;
    const v_f32 power = (v_f32)((129 - e) << 23), rest = fma_f32(-quarter, power, one);
    const v_f32 m = fma_f32(quarter, power * x, -rest);
    const v_f32 near = fma_f32(m * m, polynomial_f32(c, 9, m), m);
    const v_f32 y = fma_f32(__builtin_convertvector(-e, v_f32), all_f32(-0.69314718F), near);
    const v_f32 end = select_f32(x == -one, all_f32(-INFINITY), all_f32(NAN));
    return select_f32(x > -one, select_f32(x < all_f32(INFINITY), y, x), end);
}

/* 1/b to 1 ulp, for b from 2^-100 to 2^100: where that is faster than dividing, from 14 bits. */
AG__INLINE v_f32 reciprocal_f32(v_f32 b)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    const v_f32 r = (v_f32)_mm512_rcp14_ps((__m512)b);
    return fma_f32(fma_f32(-b, r, all_f32(1)), r, r);
#else
    return all_f32(1) / b;
#endif
}

/* a^2 as the sum of the result, which is computed without rounding, and `low`. The addition makes
 * a NaN a quiet one, which has its mark in the upper digits: others would become infinite. */
AG__INLINE v_f32 square_in_parts_f32(v_f32 a, v_f32 *low)
{
    const v_f32 top = (v_f32)((m_f32)(a + all_f32(0)) & -0x1000);
    *low = (a - top) * (a + top);
    return top * top;
}

/* erfc(t) for 0 <= t <= 10.3, where -t^2 = x + low. In that range e^(t^2) erfc(t) is smooth. The
 * polynomial is a fit of (t + 3) e^(t^2) erfc(t) in the variable (t - 3)/(t + 3). */
AG__INLINE v_f32 upper_tail_f32(v_f32 t, v_f32 x, v_f32 low)
{
    static const float c[] = {-0.00032261046F, -0.0004789379018F, 0.003078521229F, -0.001230822294F,
                              -0.0268394798F,  0.1195306629F,     -0.3104660511F,  0.5902280807F,
                              -0.8833944798F,  1.074006915F};
    const v_f32 r = reciprocal_f32(t + all_f32(3)), q = fma_f32(t + t, r, all_f32(-1));
    v_f32 power;
    const v_f32 y = small_expm1_f32(less_powers_f32(x, &power) + low);
    return scaled_f32(y, power, polynomial_f32(c, 10, q) * r);
}

AG__INLINE v_f32 v_erfc_f32(v_f32 x)
{
    const v_f32 t = smaller_f32(all_f32(10.3F), magnitude_f32(x));
    v_f32 low, square = square_in_parts_f32(t, &low), y = upper_tail_f32(t, -square, -low);
    return select_f32(x < all_f32(0), all_f32(2) - y, y);
}

/* (1 + erf(x/sqrt(2)))/2 = erfc(-x/sqrt(2))/2, with relative accuracy in the left tail. */
AG__INLINE v_f32 v_normal_cdf_f32(v_f32 x)
{
    const v_f32 half = all_f32(0.5F), a = smaller_f32(all_f32(14.5F), magnitude_f32(x));
    v_f32 low, square = square_in_parts_f32(a, &low);
    v_f32 y = half * upper_tail_f32(a * all_f32(0.70710678F), -half * square, -half * low);
    return select_f32(x > all_f32(0), all_f32(1) - y, y);
}
#endif

#endif
