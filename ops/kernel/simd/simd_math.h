/* C's mathematical functions, lane by lane: v_exp_f32(a) and so on for every row of libm.def. If
 * the C library has a function for vectors (glibc's libmvec, AG_LIBMVEC), that is called, otherwise
 * the scalar one. A few functions for f32 are in simd_math_f32.h. tests/ops/elementwise/test_rows.c
 * tests how large the errors are. Private to ops/.
 */
#ifndef OPS_KERNEL_SIMD_SIMD_MATH_H
#define OPS_KERNEL_SIMD_SIMD_MATH_H

#include "ops/kernel/libm.h"
#include "simd.h"
#include "simd_math_f32.h"

/* f(a) for a function f of one number, f(a, b) for one of two, and so on. */
#define AG__LANES1(name, S, f)                                                                     \
    AG__INLINE v_##S v_##name##_##S(v_##S a)                                                       \
    {                                                                                              \
        v_##S y = a;                                                                               \
        for (int i = 0; i < LANES_##S; i++) {                                                      \
            y[i] = f(a[i]);                                                                        \
        }                                                                                          \
        return y;                                                                                  \
    }
#define AG__LANES2(name, S, f)                                                                     \
    AG__INLINE v_##S v_##name##_##S(v_##S a, v_##S b)                                              \
    {                                                                                              \
        v_##S y = a;                                                                               \
        for (int i = 0; i < LANES_##S; i++) {                                                      \
            y[i] = f(a[i], b[i]);                                                                  \
        }                                                                                          \
        return y;                                                                                  \
    }
#define AG__LANES4(name, S, f)                                                                     \
    AG__INLINE v_##S v_##name##_##S(v_##S a, v_##S b, v_##S c, v_##S d)                            \
    {                                                                                              \
        v_##S y = a;                                                                               \
        for (int i = 0; i < LANES_##S; i++) {                                                      \
            y[i] = f(a[i], b[i], c[i], d[i]);                                                      \
        }                                                                                          \
        return y;                                                                                  \
    }
#define EXACT1(name, f64_, f32_) AG__LANES1(name, f64, f64_) AG__LANES1(name, f32, f32_)
#define EXACT2(name, f64_, f32_) AG__LANES2(name, f64, f64_) AG__LANES2(name, f32, f32_)

#if defined(AG_LIBMVEC) && defined(__x86_64__)
/* A name in the x86-64 vector function ABI has the instruction set, the number of lanes and a v for
 * each operand. Where -march allows the compiler more than the set has, the set's vectors are still
 * the widest. */
#if defined(__AVX512F__) && AG_VECTOR_BYTES >= 64
enum { NATIVE = 64 };
#define AG__OF_f64(f, v) _ZGVeN8##v##_##f
#define AG__OF_f32(f, v) _ZGVeN16##v##_##f
#elif defined(__AVX2__) && AG_VECTOR_BYTES >= 32
enum { NATIVE = 32 };
#define AG__OF_f64(f, v) _ZGVdN4##v##_##f
#define AG__OF_f32(f, v) _ZGVdN8##v##_##f
#else
enum { NATIVE = 16 };
#define AG__OF_f64(f, v) _ZGVbN2##v##_##f
#define AG__OF_f32(f, v) _ZGVbN4##v##_##f
#endif
typedef double native_f64 __attribute__((vector_size(NATIVE)));
typedef float native_f32 __attribute__((vector_size(NATIVE)));

#define AG__THEIRS1(name, S, f)                                                                    \
    native_##S AG__OF_##S(f, v)(native_##S);                                                       \
    AG__INLINE v_##S v_##name##_##S(v_##S a)                                                       \
    {                                                                                              \
        native_##S part[AG_VECTOR_BYTES / NATIVE];                                                 \
        memcpy(part, &a, sizeof a);                                                                \
        for (int i = 0; i < AG_VECTOR_BYTES / NATIVE; i++) {                                       \
            part[i] = AG__OF_##S(f, v)(part[i]);                                                   \
        }                                                                                          \
        memcpy(&a, part, sizeof a);                                                                \
        return a;                                                                                  \
    }
#define AG__THEIRS2(name, S, f)                                                                    \
    native_##S AG__OF_##S(f, vv)(native_##S, native_##S);                                          \
    AG__INLINE v_##S v_##name##_##S(v_##S a, v_##S b)                                              \
    {                                                                                              \
        native_##S part[AG_VECTOR_BYTES / NATIVE], other[AG_VECTOR_BYTES / NATIVE];                \
        memcpy(part, &a, sizeof a);                                                                \
        memcpy(other, &b, sizeof b);                                                               \
        for (int i = 0; i < AG_VECTOR_BYTES / NATIVE; i++) {                                       \
            part[i] = AG__OF_##S(f, vv)(part[i], other[i]);                                        \
        }                                                                                          \
        memcpy(&a, part, sizeof a);                                                                \
        return a;                                                                                  \
    }
#define LIBM1(name, f64_, f32_) AG__THEIRS1(name, f64, f64_) AG__THEIRS1(name, f32, f32_)
#define LIBM2(name, f64_, f32_) AG__THEIRS2(name, f64, f64_) AG__THEIRS2(name, f32, f32_)
#define OWN1(name, f64_, f32_) AG__THEIRS1(name, f64, f64_)
#else
#define LIBM1(name, f64_, f32_) EXACT1(name, f64_, f32_)
#define LIBM2(name, f64_, f32_) EXACT2(name, f64_, f32_)
#define OWN1(name, f64_, f32_) AG__LANES1(name, f64, f64_)
#endif
#define OWN2(name, f64_, f32_)
#ifdef AG__FUSED
#define FUSED1 OWN1
#else
#define FUSED1 LIBM1
#endif
#include "ops/kernel/libm.def"

#endif
