/* Functions of vectors that the tables' words cannot say: sinc and its slope, the remainder of a
 * quotient, powers with a constant. What a few lanes need and others do not is computed for these
 * lanes by the function of numbers. Private to this folder.
 */
#ifndef OPS_ELEMENTWISE_SIMD_SIMD_OWN_H
#define OPS_ELEMENTWISE_SIMD_SIMD_OWN_H

#include "ops/elementwise/functions.h"
#include "ops/kernel/simd/simd_math.h"

/* f(a, b) in the lanes of the mask, y in the others. */
#define AG__SOME_LANES(S, f)                                                                       \
    AG__INLINE v_##S some_##f(m_##S mask, v_##S a, v_##S b, v_##S y)                               \
    {                                                                                              \
        for (int i = 0; any_##S(mask) && i < LANES_##S; i++) {                                     \
            if (mask[i]) {                                                                         \
                y[i] = f(a[i], b[i]);                                                              \
            }                                                                                      \
        }                                                                                          \
        return y;                                                                                  \
    }
AG__SOME_LANES(f64, fmod_f64)
AG__SOME_LANES(f32, fmod_f32)
AG__SOME_LANES(f64, sinc_derivative_f64)
AG__SOME_LANES(f32, sinc_derivative_f32)

/* --- sinc ------------------------------------------------------------------------------------- */

/* sin(pi x) = (-1)^n sin(pi (x - n)) with n the nearest whole number, and x - n is exact. Zeros are
 * positive, for which 0 is added. */
#define AG__SINC(S)                                                                                \
    AG__INLINE m_##S is_odd_##S(v_##S n)                                                           \
    {                                                                                              \
        const v_##S half = n * all_##S(0.5F);                                                      \
        return half != v_trunc_##S(half);                                                          \
    }                                                                                              \
    AG__INLINE v_##S v_sinc_##S(v_##S x)                                                           \
    {                                                                                              \
        const v_##S pi = all_##S(PI_##S), n = v_round_##S(x), sine = v_sin_##S(pi * (x - n));      \
        const v_##S y = select_##S(is_odd_##S(n), -sine, sine) / (pi * x) + all_##S(0);            \
        return select_##S(x == all_##S(0), all_##S(1), y);                                         \
    }
#define PI_f64 3.141592653589793
#define PI_f32 3.14159274F
AG__SINC(f64)
AG__SINC(f32)

/* The derivative for |t| <= 2, t = pi x: pi times the sum of (-1)^k 2k t^(2k - 1)/(2k + 1)! */
AG__INLINE v_f64 sinc_slope_near_f64(v_f64 t)
{
    static const double c[] = {
        -8.509974375387505e-22, 3.9145882126782523e-19,  -1.4797143443923793e-16,
        4.498331606952833e-14,  -1.0706029224547743e-11, 1.9270852604185937e-09,
        -2.505210838544172e-07, 2.2045855379188714e-05,  -0.0011904761904761906,
        0.03333333333333333,    -0.3333333333333333};
    const v_f64 z = t * t;
    v_f64 y = all_f64(c[0]);
    for (int i = 1; i < 11; i++) {
        y = y * z + all_f64(c[i]);
    }
    return y * all_f64(PI_f64) * t;
}

/* (cos(pi x) - sinc(x))/x elsewhere. Where the two terms cancel, digits are lost, and *lost is set.
 * The cosine is computed as a sine, so that it keeps its digits near 0. */
AG__INLINE v_f64 sinc_slope_f64(v_f64 x, m_f64 *lost)
{
    const v_f64 pi = all_f64(PI_f64), t = pi * x, n = v_round_f64(x), r = x - n;
    const v_f64 even = select_f64(is_odd_f64(n), all_f64(-1), all_f64(1));
    const v_f64 cosine = even * v_sin_f64(pi * (all_f64(0.5) - magnitude_f64(r)));
    const v_f64 s = even * v_sin_f64(pi * r) / t, above = cosine - s;
    const m_f64 near = magnitude_f64(t) <= all_f64(2);
    *lost = ~near &
            (magnitude_f64(above) < all_f64(0.125) * (magnitude_f64(cosine) + magnitude_f64(s)));
    return select_f64(near, sinc_slope_near_f64(t), above / x);
}

AG__INLINE v_f64 v_sinc_derivative_f64(v_f64 x, v_f64 order)
{
    m_f64 lost;
    const v_f64 y = sinc_slope_f64(x, &lost);
    return some_sinc_derivative_f64(lost | (order != all_f64(1)), x, order, y);
}

/* In f64, whose digits suffice for f32 where the terms cancel. */
AG__INLINE v_f32 v_sinc_derivative_f32(v_f32 x, v_f32 order)
{
    float number[LANES_f32];
    m_f64 lost;
    v_f32 y;
    store_f32(number, x);
    for (int i = 0; i < LANES_f32; i += LANES_f64) {
        const v_f64 slope = sinc_slope_f64(wide_f32(number + i), &lost);
        for (int j = 0; j < LANES_f64; j++) {
            number[i + j] = (float)slope[j];
        }
    }
    y = load_f32(number);
    return some_sinc_derivative_f32(order != all_f32(1), x, order, y);
}

/* --- remainders ------------------------------------------------------------------------------- */

/* The remainder a - b trunc(a/b) is exact in one fused product if the quotient has all its digits.
 * Rounding may have made that a whole number too large by one. */
#ifdef AG__FUSED
#define AG__FMOD(S, most)                                                                          \
    AG__INLINE v_##S v_fmod_##S(v_##S a, v_##S b)                                                  \
    {                                                                                              \
        const v_##S quotient = v_trunc_##S(a / b), zero = all_##S(0);                              \
        const m_##S usual =                                                                        \
            (magnitude_##S(quotient) < all_##S(most)) & (magnitude_##S(b) < all_##S(INFINITY));    \
        v_##S y = fma_##S(-quotient, b, a);                                                        \
        const m_##S over = ((y < zero) & (a > zero)) | ((y > zero) & (a < zero));                  \
        y = magnitude_##S(y) - select_##S(over, magnitude_##S(b), zero);                           \
        return some_fmod_##S(~usual, a, b, v_copysign_##S(y, a));                                  \
    }
#else
#define AG__FMOD(S, most)                                                                          \
    AG__INLINE v_##S v_fmod_##S(v_##S a, v_##S b)                                                  \
    {                                                                                              \
        return some_fmod_##S(all_##S(0) == all_##S(0), a, b, a);                                   \
    }
#endif
AG__FMOD(f64, 0x1p52)
AG__FMOD(f32, 0x1p23F)

/* --- powers ----------------------------------------------------------------------------------- */

/* a^b. Where b is the same in all lanes, as a constant is, small whole numbers are products. */
#define AG__POWER(S)                                                                               \
    AG__INLINE v_##S v_power_##S(v_##S a, v_##S b)                                                 \
    {                                                                                              \
        if (any_##S(b != all_##S(b[0]))) {                                                         \
            return v_pow_##S(a, b);                                                                \
        }                                                                                          \
        return b[0] == 1    ? a                                                                    \
               : b[0] == 2  ? a * a                                                                \
               : b[0] == 3  ? a * a * a                                                            \
               : b[0] == -1 ? all_##S(1) / a                                                       \
                            : v_pow_##S(a, b);                                                     \
    }
AG__POWER(f64)
AG__POWER(f32)

#endif
