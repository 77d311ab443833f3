/* The rest of what rows call by F(name, ...): activations, clamps, and the special functions of
 * special.h, which compute in f64. Included by functions.h, which has the simpler ones.
 */
#ifndef OPS_FUNCTIONS_MORE_H
#define OPS_FUNCTIONS_MORE_H

#include "functions.h"
#include "special.h"

/* f32 goes through f64: series there, and rare. */
#define AG__SPECIAL1(name)                                                                         \
    static inline double name##_f64(double a)                                                      \
    {                                                                                              \
        return ag__##name(a);                                                                      \
    }                                                                                              \
    static inline float name##_f32(float a)                                                        \
    {                                                                                              \
        return (float)ag__##name((double)a);                                                       \
    }
#define AG__SPECIAL2(name)                                                                         \
    static inline double name##_f64(double a, double c)                                            \
    {                                                                                              \
        return ag__##name(a, (int)c);                                                              \
    }                                                                                              \
    static inline float name##_f32(float a, float c)                                               \
    {                                                                                              \
        return (float)ag__##name((double)a, (int)c);                                               \
    }
AG__SPECIAL1(erfinv)
AG__SPECIAL1(lgamma)
AG__SPECIAL1(digamma)
AG__SPECIAL1(sinc)
AG__SPECIAL2(polygamma)
AG__SPECIAL2(sinc_derivative)

static inline double gelu_f64(double a)
{
    return a * ag__normal_cdf(a);
}
static inline float gelu_f32(float a)
{
    return a * (0.5F * erfcf(-0.70710678F * a));
}

/* The part of the operand plus 3 that lies in [0, 6]; then activations, clamps, and functions of
 * two operands. Below -80, sigmoid(a) and tanh(softplus(a)) are exp(a) to all digits, and
 * multiplying by its root twice keeps those of a product that is small but not yet denormal.
 *
 * logit: 2a - 1 is exact for a in [1/4, 1]. tanhshrink: Lambert's continued fraction tanh(a) = a/(1
 * + q), q = a^2/(3 + a^2/(5 + ...)), so that a - tanh(a) = a q/(1 + q) without cancellation
 * (Abramowitz and Stegun, 4.5.70). */
#define AG__MORE_FUNCTIONS(T, S)                                                                   \
    static inline T clamp_min_##S(T a, T low)                                                      \
    {                                                                                              \
        return a < low ? low : a;                                                                  \
    }                                                                                              \
    static inline T clamp_max_##S(T a, T high)                                                     \
    {                                                                                              \
        return a > high ? high : a;                                                                \
    }                                                                                              \
    static inline T clamp_##S(T a, T low, T high)                                                  \
    {                                                                                              \
        return clamp_max_##S(clamp_min_##S(a, low), high);                                         \
    }                                                                                              \
    static inline T relu6_##S(T a)                                                                 \
    {                                                                                              \
        return clamp_max_##S(relu_##S(a), 6);                                                      \
    }                                                                                              \
    static inline T hardsigmoid_##S(T a)                                                           \
    {                                                                                              \
        return relu6_##S(a + 3) / 6;                                                               \
    }                                                                                              \
    static inline T hardswish_##S(T a)                                                             \
    {                                                                                              \
        return a * hardsigmoid_##S(a);                                                             \
    }                                                                                              \
    static inline T leaky_relu_##S(T a, T slope)                                                   \
    {                                                                                              \
        return a > 0 ? a : slope * a;                                                              \
    }                                                                                              \
    static inline T elu_##S(T a, T alpha)                                                          \
    {                                                                                              \
        return a > 0 ? a : alpha * expm1_##S(a);                                                   \
    }                                                                                              \
    static inline T celu_##S(T a, T alpha)                                                         \
    {                                                                                              \
        return a > 0 ? a : alpha * expm1_##S(a / alpha);                                           \
    }                                                                                              \
    static inline T selu_##S(T a)                                                                  \
    {                                                                                              \
        return a > 0 ? (T)1.0507009873554805 * a : (T)1.7580993408473766 * expm1_##S(a);           \
    }                                                                                              \
    static inline T logsigmoid_##S(T a)                                                            \
    {                                                                                              \
        return clamp_max_##S(a, 0) - log1p_##S(exp_##S(-abs_##S(a)));                              \
    }                                                                                              \
    static inline T times_exp_##S(T a)                                                             \
    {                                                                                              \
        T root = exp_##S(a / 2);                                                                   \
        return a * root * root;                                                                    \
    }                                                                                              \
    static inline T silu_##S(T a)                                                                  \
    {                                                                                              \
        return a < -80 ? times_exp_##S(a) : a / (1 + exp_##S(-a));                                 \
    }                                                                                              \
    static inline T mish_##S(T a)                                                                  \
    {                                                                                              \
        if (a < -80 || a > 20) {                                                                   \
            return a > 20 ? a : times_exp_##S(a);                                                  \
        }                                                                                          \
        T e = exp_##S(a), n = e * (e + 2);                                                         \
        return a * (n / (n + 2));                                                                  \
    }                                                                                              \
    static inline T logit_##S(T a)                                                                 \
    {                                                                                              \
        return a > (T)0.25 && a < (T)0.75 ? log1p_##S((2 * a - 1) / (1 - a))                       \
                                          : log_##S(a / (1 - a));                                  \
    }                                                                                              \
    static inline T tanhshrink_##S(T a)                                                            \
    {                                                                                              \
        if (!(abs_##S(a) < 1)) {                                                                   \
            return a - tanh_##S(a);                                                                \
        }                                                                                          \
        T square = a * a, q = 19;                                                                  \
        for (int odd = 17; odd > 1; odd -= 2) {                                                    \
            q = (T)odd + square / q;                                                               \
        }                                                                                          \
        q = square / q;                                                                            \
        return a * (q / (1 + q));                                                                  \
    }                                                                                              \
    static inline T logaddexp_##S(T a, T b)                                                        \
    {                                                                                              \
        if (a == b) {                                                                              \
            return a + (T)0.6931471805599453;                                                      \
        }                                                                                          \
        return max_##S(a, b) + log1p_##S(exp_##S(-abs_##S(a - b)));                                \
    }                                                                                              \
    static inline T xlogy_##S(T a, T b)                                                            \
    {                                                                                              \
        return a == 0 && b == b ? 0 : a * log_##S(b);                                              \
    }                                                                                              \
    static inline T remainder_##S(T a, T b)                                                        \
    {                                                                                              \
        T rest = fmod_##S(a, b);                                                                   \
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;                               \
    }                                                                                              \
    static inline T heaviside_##S(T a, T b)                                                        \
    {                                                                                              \
        return a == 0 ? b : a > 0;                                                                 \
    }
AG__MORE_FUNCTIONS(double, f64)
AG__MORE_FUNCTIONS(float, f32)

#endif
