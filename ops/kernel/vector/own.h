/* exp and tanh of f32 vectors: measured faster than the C library's (tests/bench/README.md), and
 * there where it has none. The polynomials are minimax fits by exchange, in 40 digits, of the
 * functions named; errors against f64, every fifth number: exp 1.0 ulp, tanh 1.5 ulp. Private to
 * ops/kernel/vector/.
 */
#ifndef OPS_KERNEL_VECTOR_OWN_H
#define OPS_KERNEL_VECTOR_OWN_H

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

/* e^x = (1 + y) 2^power for the y that is returned: x = power log(2) + r with |r| <= log(2)/2, and
 * log(2) in two parts, the first with few digits, so that its product is exact. */
AG__INLINE v_f32 reduced_exp_f32(v_f32 x, m_f32 *power)
{
    /* (e^r - 1 - r)/r^2 */
    static const float c[] = {0.001381459865F, 0.00836871688F, 0.04166838805F, 0.1666652063F,
                              0.4999999345F};
    const v_f32 magic = all_f32(12582912.0F); /* 1.5 2^23: adding it rounds to a whole number */
    const v_f32 shifted = fma_f32(x, all_f32(1.44269504F), magic), n = shifted - magic;
    v_f32 r = fma_f32(n, all_f32(-0.693359375F), x);
    r = fma_f32(n, all_f32(2.12194440e-4F), r);
    *power = (m_f32)shifted - (m_f32)magic;
    return fma_f32(r * r, polynomial_f32(c, 5, r), r);
}

/* The power of two is multiplied by in halves: the result may be denormal. */
AG__INLINE v_f32 v_exp_f32(v_f32 x)
{
    m_f32 power;
    x = larger_f32(all_f32(-104), smaller_f32(all_f32(89), x));
    const v_f32 y = reduced_exp_f32(x, &power);
    const m_f32 half = power >> 1;
    const v_f32 scale = (v_f32)((half + 127) << 23), rest = (v_f32)((power - half + 127) << 23);
    return fma_f32(y, scale, scale) * rest;
}

/* With u = e^(-2|x|), (1 - u)/(1 + u), which from 9.01 on is 1; near 0 a polynomial. */
AG__INLINE v_f32 v_tanh_f32(v_f32 x)
{
    /* (tanh(x)/x - 1)/x^2, in x^2 */
    static const float c[] = {-0.005717044944F, 0.02065058719F, -0.05374349805F, 0.1333149129F,
                              -0.3333328393F};
    const m_f32 sign = (m_f32)x & (m_f32)all_f32(-0.0F);
    const v_f32 a = smaller_f32(all_f32(9.02F), magnitude_f32(x)), square = a * a;
    const v_f32 near = fma_f32(polynomial_f32(c, 5, square) * square, a, a), one = all_f32(1);
    m_f32 power;
    const v_f32 y = reduced_exp_f32(all_f32(-2) * a, &power);
    const v_f32 scale = (v_f32)((power + 127) << 23), u = fma_f32(y, scale, scale);
    const v_f32 far = (one - u) / (one + u);
    return (v_f32)((m_f32)select_f32(a < all_f32(0.625F), near, far) | sign);
}

#endif
