/* Elementwise operations, the rows of ops/elementwise/unary.def and ops/elementwise/binary.def and
 * what is made of them. */
#ifndef CALL_ELEMENTWISE_H
#define CALL_ELEMENTWISE_H

#include "call.h"

#define UNARY_CALL(X, name) X(name, ONE(ag_##name(in[0])))
#define BINARY_CALL(X, name) X(name, ONE(ag_##name(in[0], in[1])))

/* clang-format off */
#define GOLDEN_ELEMENTWISE(X)                                                                      \
    UNARY_CALL(X, neg) UNARY_CALL(X, abs) UNARY_CALL(X, sign) UNARY_CALL(X, square)                \
    UNARY_CALL(X, sqrt) UNARY_CALL(X, rsqrt) UNARY_CALL(X, reciprocal) UNARY_CALL(X, exp)          \
    UNARY_CALL(X, expm1) UNARY_CALL(X, log) UNARY_CALL(X, log1p) UNARY_CALL(X, sin)                \
    UNARY_CALL(X, cos) UNARY_CALL(X, tan) UNARY_CALL(X, sinh) UNARY_CALL(X, cosh)                  \
    UNARY_CALL(X, tanh) UNARY_CALL(X, sigmoid) UNARY_CALL(X, relu) UNARY_CALL(X, softplus)         \
    UNARY_CALL(X, erf)                                                                             \
    BINARY_CALL(X, add) BINARY_CALL(X, sub) BINARY_CALL(X, mul) BINARY_CALL(X, div)                \
    BINARY_CALL(X, pow) BINARY_CALL(X, maximum) BINARY_CALL(X, minimum) BINARY_CALL(X, atan2)      \
    X(add_scalar, ONE(ag_add_scalar(in[0], NUMBER("c"))))                                          \
    X(mul_scalar, ONE(ag_mul_scalar(in[0], NUMBER("c"))))                                          \
    X(pow_scalar, ONE(ag_pow_scalar(in[0], NUMBER("c"))))

#define GOLDEN_FUNCTIONS(X)                                                                        \
    UNARY_CALL(X, exp2) UNARY_CALL(X, log2) UNARY_CALL(X, log10) UNARY_CALL(X, cbrt)               \
    UNARY_CALL(X, asin) UNARY_CALL(X, acos) UNARY_CALL(X, atan) UNARY_CALL(X, asinh)               \
    UNARY_CALL(X, acosh) UNARY_CALL(X, atanh) UNARY_CALL(X, erfc) UNARY_CALL(X, erfinv)            \
    UNARY_CALL(X, lgamma) UNARY_CALL(X, digamma) UNARY_CALL(X, logit) UNARY_CALL(X, logsigmoid)    \
    UNARY_CALL(X, silu) UNARY_CALL(X, gelu) UNARY_CALL(X, gelu_tanh) UNARY_CALL(X, selu)           \
    UNARY_CALL(X, relu6) UNARY_CALL(X, hardsigmoid) UNARY_CALL(X, hardswish) UNARY_CALL(X, mish)   \
    UNARY_CALL(X, softsign) UNARY_CALL(X, tanhshrink) UNARY_CALL(X, floor) UNARY_CALL(X, ceil)     \
    UNARY_CALL(X, round) UNARY_CALL(X, trunc) UNARY_CALL(X, frac) UNARY_CALL(X, sinc)              \
    UNARY_CALL(X, erfcx) UNARY_CALL(X, log_ndtr) UNARY_CALL(X, j0) UNARY_CALL(X, j1)               \
    UNARY_CALL(X, i0) UNARY_CALL(X, i1) UNARY_CALL(X, i0e) UNARY_CALL(X, i1e)                      \
    UNARY_CALL(X, isnan) UNARY_CALL(X, isinf) UNARY_CALL(X, isfinite)                              \
    BINARY_CALL(X, heaviside) BINARY_CALL(X, hypot) BINARY_CALL(X, fmod) BINARY_CALL(X, floor_divide)\
    BINARY_CALL(X, remainder) BINARY_CALL(X, xlogy) BINARY_CALL(X, logaddexp)                      \
    BINARY_CALL(X, copysign) BINARY_CALL(X, fmax) BINARY_CALL(X, fmin) BINARY_CALL(X, prelu)                                                                       \
    X(polygamma, ONE(ag_polygamma(in[0], NUMBER("n"))))                                            \
    X(elu, ONE(ag_elu(in[0], NUMBER("alpha"))))                                                    \
    X(celu, ONE(ag_celu(in[0], NUMBER("alpha"))))                                                  \
    X(leaky_relu, ONE(ag_leaky_relu(in[0], NUMBER("slope"))))                                      \
    X(hardtanh, ONE(ag_hardtanh(in[0], NUMBER("low"), NUMBER("high"))))                            \
    X(nan_to_num, ONE(ag_nan_to_num(in[0], NUMBER("nan"), NUMBER("posinf"), NUMBER("neginf"))))    \
    X(rsub_scalar, ONE(ag_rsub_scalar(in[0], NUMBER("c"))))                                        \
    X(hardshrink, ONE(ag_hardshrink(in[0], NUMBER("c"))))                                          \
    X(softshrink, ONE(ag_softshrink(in[0], NUMBER("c"))))                                          \
    X(softplus_beta, ONE(ag_softplus_beta(in[0], NUMBER("beta"), NUMBER("threshold"))))            \
    X(clamp_tensor, ONE(ag_clamp_tensor(in[0], FLAG("low") ? in[1] : NULL,                         \
                                        FLAG("high") ? in[r->n_in - 1] : NULL)))                   \
    X(lerp, ONE(ag_lerp(in[0], in[1], in[2])))                                                     \
    X(lerp_scalar, ONE(ag_lerp_scalar(in[0], in[1], NUMBER("weight"))))                            \
    X(clamp, ONE(ag_clamp(in[0], NUMBER("low"), NUMBER("high"))))                                  \
    X(clamp_min, ONE(ag_clamp_min(in[0], NUMBER("c"))))                                            \
    X(clamp_max, ONE(ag_clamp_max(in[0], NUMBER("c"))))                                            \
    X(addcmul, ONE(ag_addcmul(in[0], in[1], in[2], NUMBER("value"))))                              \
    X(addcdiv, ONE(ag_addcdiv(in[0], in[1], in[2], NUMBER("value"))))
/* clang-format on */

GOLDEN_ELEMENTWISE(GOLDEN_CALL)
static const golden_entry elementwise_calls[] = {GOLDEN_ELEMENTWISE(GOLDEN_ENTRY)};

GOLDEN_FUNCTIONS(GOLDEN_CALL)
static const golden_entry function_calls[] = {GOLDEN_FUNCTIONS(GOLDEN_ENTRY)};

#endif
