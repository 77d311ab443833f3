/* The functions that rows of the elementwise tables call by F(name, ...) and IS(name, ...), of
 * vectors: v_name_f64 and v_name_f32; ops/elementwise/functions.h has them for numbers. C's own are
 * those of simd_math.h. Private to ops/vector/.
 */
#ifndef OPS_ELEMENTWISE_SIMD_SIMD_FUNCTIONS_H
#define OPS_ELEMENTWISE_SIMD_SIMD_FUNCTIONS_H

#include "simd_own.h"

#define SPECIAL1(name) AG__LANES1(name, f64, name##_f64) AG__LANES1(name, f32, name##_f32)
#define SPECIAL2(name) AG__LANES2(name, f64, name##_f64) AG__LANES2(name, f32, name##_f32)
#define SPECIAL_TWO(name) AG__LANES2(name, f64, name##_f64) AG__LANES2(name, f32, name##_f32)
#define SPECIAL4(name) AG__LANES4(name, f64, name##_f64) AG__LANES4(name, f32, name##_f32)
#define FUNCTION(name, arguments, value)
#include "ops/elementwise/functions.def"

/* What rounding takes from a product: a b less the number nearest to it; without a fused product by
 * halves of the digits, whose products are exact (T. J. Dekker, 1971). */
#ifdef AG__FUSED
#define AG__PRODUCT_LOW(S, mask)                                                                   \
    AG__INLINE v_##S v_product_low_##S(v_##S a, v_##S b)                                           \
    {                                                                                              \
        return fma_##S(a, b, -(a * b));                                                            \
    }
#else
#define AG__PRODUCT_LOW(S, mask)                                                                   \
    AG__INLINE v_##S v_product_low_##S(v_##S a, v_##S b)                                           \
    {                                                                                              \
        const v_##S a_top = (v_##S)((m_##S)a & (mask)), a_rest = a - a_top;                        \
        const v_##S b_top = (v_##S)((m_##S)b & (mask)), b_rest = b - b_top;                        \
        return a_top * b_top - a * b + a_top * b_rest + a_rest * b_top + a_rest * b_rest;          \
    }
#endif
AG__PRODUCT_LOW(f64, -0x8000000)
AG__PRODUCT_LOW(f32, -0x1000)

/* The normal distribution (1 + erf(a/sqrt(2)))/2 = erfc(-a/sqrt(2))/2, with relative accuracy in
 * the left tail, where rounding the argument z would be felt: what it lost, d, times the derivative
 * of erfc is added. 1/sqrt(2) is high + low, and a times high is exact in halves of their digits
 * (T. J. Dekker, 1971). */
#define AG__NORMAL_CDF(S, mask, high, high_top, low, slope_)                                       \
    AG__INLINE v_##S v_normal_cdf_##S(v_##S a)                                                     \
    {                                                                                              \
        const v_##S whole = all_##S(high), top = all_##S(high_top), rest = whole - top;            \
        const v_##S z = -a * whole, a_top = (v_##S)((m_##S)a & (mask)), a_rest = a - a_top;        \
        const v_##S lost = a_top * top + z + a_top * rest + a_rest * top + a_rest * rest;          \
        const v_##S slope = all_##S(slope_) * v_exp_##S(-z * z);                                   \
        const v_##S y = v_erfc_##S(z) - slope * (lost + a * all_##S(low));                         \
        const v_##S far =                                                                          \
            select_##S(a > all_##S(0), all_##S(1), select_##S(a < all_##S(0), all_##S(0), a));     \
        return select_##S(magnitude_##S(a) < all_##S(40), all_##S(0.5F) * y, far);                 \
    }
AG__NORMAL_CDF(f64, -0x8000000, 0.7071067811865476, 0x1.6a09e6p-1, -4.833646656726457e-17,
               -1.1283791670955126)
#ifndef AG__FUSED
AG__NORMAL_CDF(f32, -0x1000, 0.70710677F, 0.70703125F, 1.2101617e-8F, -1.1283792F)
#endif

/* 1 where it is so, else 0. */
#define AG__MASK(S, name, sign)                                                                    \
    AG__INLINE v_##S v_is_##name##_##S(v_##S a, v_##S b)                                           \
    {                                                                                              \
        return (v_##S)((m_##S)all_##S(1) & (m_##S)(a sign b));                                     \
    }
#define AG__MASKS(S)                                                                               \
    AG__MASK(S, gt, >)                                                                             \
    AG__MASK(S, lt, <)                                                                             \
    AG__MASK(S, ge, >=)                                                                            \
    AG__MASK(S, le, <=)                                                                            \
    AG__MASK(S, eq, ==)                                                                            \
    AG__MASK(S, ne, !=)
AG__MASKS(f64)
AG__MASKS(f32)

#define AG__ARGUMENTS_1 V A
#define AG__ARGUMENTS_2 V A, V B
#define AG__ARGUMENTS_3 V A, V B, V C
#define AG__ARGUMENTS_4 V A, V B, V C, V D
#define AG__FUNCTION(name, arguments, value)                                                       \
    AG__INLINE V AG__JOIN(v_##name, S)(AG__ARGUMENTS_##arguments)                                  \
    {                                                                                              \
        return value;                                                                              \
    }

#define T double
#define S f64
#define V v_f64
#include "ops/elementwise/vocabulary_simd.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "ops/elementwise/functions.def"

#include "ops/elementwise/vocabulary_end.h"
#undef V

#define T float
#define S f32
#define V v_f32
#include "ops/elementwise/vocabulary_simd.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "ops/elementwise/functions.def"

#include "ops/elementwise/vocabulary_end.h"
#undef V

#endif
