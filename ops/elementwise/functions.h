/* The functions that rows of the elementwise tables call by F(name, ...) and IS(name, ...), of
 * numbers, for each floating type: name_f64 and name_f32. ops/elementwise/simd/simd_functions.h has
 * them for vectors. Private to ops/. Knows no tensor.
 */
#ifndef OPS_ELEMENTWISE_FUNCTIONS_H
#define OPS_ELEMENTWISE_FUNCTIONS_H

#include <math.h>

#include "ops/elementwise/special/special.h"
#include "ops/kernel/libm.h"

/* --- C's own ---------------------------------------------------------------------------------- */

#define LIBM1(name, f64, f32)                                                                      \
    static inline double name##_f64(double a)                                                      \
    {                                                                                              \
        return f64(a);                                                                             \
    }                                                                                              \
    static inline float name##_f32(float a)                                                        \
    {                                                                                              \
        return f32(a);                                                                             \
    }
#define LIBM2(name, f64, f32)                                                                      \
    static inline double name##_f64(double a, double b)                                            \
    {                                                                                              \
        return f64(a, b);                                                                          \
    }                                                                                              \
    static inline float name##_f32(float a, float b)                                               \
    {                                                                                              \
        return f32(a, b);                                                                          \
    }
#define OWN1(name, f64, f32) LIBM1(name, f64, f32)
#define OWN2(name, f64, f32) LIBM2(name, f64, f32)
#define FUSED1(name, f64, f32) LIBM1(name, f64, f32)
#define EXACT1(name, f64, f32) LIBM1(name, f64, f32)
#define EXACT2(name, f64, f32) LIBM2(name, f64, f32)
#include "ops/kernel/libm.def"

/* A power whose exponent may be a constant: of vectors small whole ones are products. */
static inline double power_f64(double a, double b)
{
    return pow(a, b);
}
static inline float power_f32(float a, float b)
{
    return powf(a, b);
}

/* What rounding takes from a product: a b less the number nearest to it. */
static inline double product_low_f64(double a, double b)
{
    return fma(a, b, -(a * b));
}
static inline float product_low_f32(float a, float b)
{
    double exact = (double)a * (double)b;
    return (float)(exact - (double)(a * b));
}

/* --- those of special.h ----------------------------------------------------------------------- */

/* f32 goes through f64: series there, and rare. */
#define SPECIAL1(name)                                                                             \
    static inline double name##_f64(double a)                                                      \
    {                                                                                              \
        return ag__scalar_##name(a);                                                               \
    }                                                                                              \
    static inline float name##_f32(float a)                                                        \
    {                                                                                              \
        return (float)ag__scalar_##name((double)a);                                                \
    }
#define SPECIAL2(name)                                                                             \
    static inline double name##_f64(double a, double c)                                            \
    {                                                                                              \
        return ag__scalar_##name(a, (int)c);                                                       \
    }                                                                                              \
    static inline float name##_f32(float a, float c)                                               \
    {                                                                                              \
        return (float)ag__scalar_##name((double)a, (int)c);                                        \
    }
#define SPECIAL_TWO(name)                                                                          \
    static inline double name##_f64(double a, double b)                                            \
    {                                                                                              \
        return ag__scalar_##name(a, b);                                                            \
    }                                                                                              \
    static inline float name##_f32(float a, float b)                                               \
    {                                                                                              \
        return ag__scalar_##name##_f32(a, b);                                                      \
    }
#define SPECIAL4(name)                                                                             \
    static inline double name##_f64(double a, double b, double c, double d)                        \
    {                                                                                              \
        return ag__scalar_##name(a, b, (int)c, (int)d);                                            \
    }                                                                                              \
    static inline float name##_f32(float a, float b, float c, float d)                             \
    {                                                                                              \
        return (float)ag__scalar_##name((double)a, (double)b, (int)c, (int)d);                     \
    }
SPECIAL1(normal_cdf)
SPECIAL1(sinc)
SPECIAL2(sinc_derivative)
#define FUNCTION(name, arguments, value)
#include "functions.def"

/* --- what is made of them --------------------------------------------------------------------- */

#define AG__COMPARE(T, S, name, sign)                                                              \
    static inline T is_##name##_##S(T a, T b)                                                      \
    {                                                                                              \
        return a sign b;                                                                           \
    }
#define AG__COMPARISONS(T, S)                                                                      \
    AG__COMPARE(T, S, gt, >)                                                                       \
    AG__COMPARE(T, S, lt, <)                                                                       \
    AG__COMPARE(T, S, ge, >=)                                                                      \
    AG__COMPARE(T, S, le, <=)                                                                      \
    AG__COMPARE(T, S, eq, ==)                                                                      \
    AG__COMPARE(T, S, ne, !=)
AG__COMPARISONS(double, f64)
AG__COMPARISONS(float, f32)

#define AG__ARGUMENTS_1 T A
#define AG__ARGUMENTS_2 T A, T B
#define AG__ARGUMENTS_3 T A, T B, T C
#define AG__ARGUMENTS_4 T A, T B, T C, T D
#define AG__FUNCTION(name, arguments, value)                                                       \
    static inline T AG__JOIN(name, S)(AG__ARGUMENTS_##arguments)                                   \
    {                                                                                              \
        return value;                                                                              \
    }

#define T double
#define S f64
#include "vocabulary_scalar.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "functions.def"

#include "vocabulary_end.h"

#define T float
#define S f32
#include "vocabulary_scalar.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "functions.def"

#include "vocabulary_end.h"
#undef AG__ARGUMENTS_1
#undef AG__ARGUMENTS_2
#undef AG__ARGUMENTS_3
#undef AG__ARGUMENTS_4
#undef AG__FUNCTION

#endif
