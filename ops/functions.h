/* The functions that rows of the elementwise tables call by F(name, ...) and IS(name, ...), for
 * each floating type: name_f64 and name_f32. Private to ops/. Knows no tensor.
 */
#ifndef OPS_FUNCTIONS_H
#define OPS_FUNCTIONS_H

#include <math.h>

#define AG__LIBM1(name, f64, f32)                                                                  \
    static inline double name##_f64(double a)                                                      \
    {                                                                                              \
        return f64(a);                                                                             \
    }                                                                                              \
    static inline float name##_f32(float a)                                                        \
    {                                                                                              \
        return f32(a);                                                                             \
    }
#define AG__LIBM2(name, f64, f32)                                                                  \
    static inline double name##_f64(double a, double b)                                            \
    {                                                                                              \
        return f64(a, b);                                                                          \
    }                                                                                              \
    static inline float name##_f32(float a, float b)                                               \
    {                                                                                              \
        return f32(a, b);                                                                          \
    }
AG__LIBM1(abs, fabs, fabsf)
AG__LIBM1(sqrt, sqrt, sqrtf)
AG__LIBM1(exp, exp, expf)
AG__LIBM1(expm1, expm1, expm1f)
AG__LIBM1(log, log, logf)
AG__LIBM1(log1p, log1p, log1pf)
AG__LIBM1(sin, sin, sinf)
AG__LIBM1(cos, cos, cosf)
AG__LIBM1(tan, tan, tanf)
AG__LIBM1(sinh, sinh, sinhf)
AG__LIBM1(cosh, cosh, coshf)
AG__LIBM1(tanh, tanh, tanhf)
AG__LIBM1(erf, erf, erff)
AG__LIBM1(exp2, exp2, exp2f)
AG__LIBM1(log2, log2, log2f)
AG__LIBM1(log10, log10, log10f)
AG__LIBM1(cbrt, cbrt, cbrtf)
AG__LIBM1(asin, asin, asinf)
AG__LIBM1(acos, acos, acosf)
AG__LIBM1(atan, atan, atanf)
AG__LIBM1(asinh, asinh, asinhf)
AG__LIBM1(acosh, acosh, acoshf)
AG__LIBM1(atanh, atanh, atanhf)
AG__LIBM1(erfc, erfc, erfcf)
AG__LIBM1(floor, floor, floorf)
AG__LIBM1(ceil, ceil, ceilf)
AG__LIBM1(round, rint, rintf) /* of two the even one, in the default rounding mode */
AG__LIBM1(trunc, trunc, truncf)
AG__LIBM2(pow, pow, powf)
AG__LIBM2(hypot, hypot, hypotf)
AG__LIBM2(fmod, fmod, fmodf)
AG__LIBM2(copysign, copysign, copysignf)
AG__LIBM2(atan2, atan2, atan2f)

/* Ours, written once for both types: T and the suffix. */
#define AG__OWN_FUNCTIONS(T, S)                                                                    \
    static inline T square_##S(T a)                                                                \
    {                                                                                              \
        return a * a;                                                                              \
    }                                                                                              \
    static inline T sign_##S(T a)                                                                  \
    {                                                                                              \
        return (T)((a > 0) - (a < 0));                                                             \
    }                                                                                              \
    static inline T relu_##S(T a)                                                                  \
    {                                                                                              \
        return a > 0 ? a : a == a ? 0 : a;                                                         \
    }                                                                                              \
    static inline T sigmoid_##S(T a)                                                               \
    {                                                                                              \
        T e = exp_##S(-abs_##S(a));                                                                \
        return (a >= 0 ? 1 : e) / (1 + e);                                                         \
    }                                                                                              \
    static inline T softplus_##S(T a)                                                              \
    {                                                                                              \
        return (a > 0 ? a : 0) + log1p_##S(exp_##S(-abs_##S(a)));                                  \
    }                                                                                              \
    static inline T max_##S(T a, T b)                                                              \
    {                                                                                              \
        return a > b || a != a ? a : b;                                                            \
    }                                                                                              \
    static inline T min_##S(T a, T b)                                                              \
    {                                                                                              \
        return a < b || a != a ? a : b;                                                            \
    }                                                                                              \
    static inline T is_gt_##S(T a, T b)                                                            \
    {                                                                                              \
        return a > b;                                                                              \
    }                                                                                              \
    static inline T is_lt_##S(T a, T b)                                                            \
    {                                                                                              \
        return a < b;                                                                              \
    }                                                                                              \
    static inline T is_ge_##S(T a, T b)                                                            \
    {                                                                                              \
        return a >= b;                                                                             \
    }                                                                                              \
    static inline T is_le_##S(T a, T b)                                                            \
    {                                                                                              \
        return a <= b;                                                                             \
    }                                                                                              \
    static inline T is_eq_##S(T a, T b)                                                            \
    {                                                                                              \
        return a == b;                                                                             \
    }
AG__OWN_FUNCTIONS(double, f64)
AG__OWN_FUNCTIONS(float, f32)

#include "functions_more.h"

#endif
