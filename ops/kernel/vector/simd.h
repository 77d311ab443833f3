/* Vectors of AG_VECTOR_BYTES bytes, for the kernels of this folder, which are compiled once for
 * each instruction set. Private to ops/kernel/vector/. Knows no kernel.
 *
 * v_f32 and v_f64 hold LANES_f32 and LANES_f64 numbers; +, -, * and / work on them lane by lane,
 * and comparisons give masks, all ones or all zeros in a lane, of the types m_f32 and m_f64. These
 * are the vector extensions of GCC and Clang: a width that the instruction set lacks is computed in
 * parts, so that every width can be tested on every machine.
 */
#ifndef OPS_KERNEL_VECTOR_SIMD_H
#define OPS_KERNEL_VECTOR_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Every name that is not static ends in the name of the set: AG__OF_SET(ag__rows). */
#define AG__OF_SET_(name, set) name##_##set
#define AG__OF_SET__(name, set) AG__OF_SET_(name, set)
#define AG__OF_SET(name) AG__OF_SET__(name, AG_SET)

#define AG__INLINE static inline __attribute__((always_inline, unused))

enum { LANES_f32 = AG_VECTOR_BYTES / 4, LANES_f64 = AG_VECTOR_BYTES / 8 };

typedef float v_f32 __attribute__((vector_size(AG_VECTOR_BYTES)));
typedef double v_f64 __attribute__((vector_size(AG_VECTOR_BYTES)));
typedef int32_t m_f32 __attribute__((vector_size(AG_VECTOR_BYTES)));
typedef int64_t m_f64 __attribute__((vector_size(AG_VECTOR_BYTES)));

#define AG__SIMD(T, S)                                                                             \
    typedef T unaligned_##S                                                                        \
        __attribute__((vector_size(AG_VECTOR_BYTES), aligned(sizeof(T)), may_alias));              \
    AG__INLINE v_##S load_##S(const T *p)                                                          \
    {                                                                                              \
        return *(const unaligned_##S *)(const void *)p;                                            \
    }                                                                                              \
    AG__INLINE void store_##S(T *p, v_##S v)                                                       \
    {                                                                                              \
        *(unaligned_##S *)(void *)p = v;                                                           \
    }                                                                                              \
    /* The same number in every lane. */                                                           \
    AG__INLINE v_##S all_##S(T x)                                                                  \
    {                                                                                              \
        return x - (v_##S){0};                                                                     \
    }                                                                                              \
    /* The first n numbers, the other lanes 0; and back. */                                        \
    AG__INLINE v_##S load_part_##S(const T *p, int64_t n)                                          \
    {                                                                                              \
        v_##S v = {0};                                                                             \
        memcpy(&v, p, (size_t)n * sizeof(T));                                                      \
        return v;                                                                                  \
    }                                                                                              \
    AG__INLINE void store_part_##S(T *p, v_##S v, int64_t n)                                       \
    {                                                                                              \
        memcpy(p, &v, (size_t)n * sizeof(T));                                                      \
    }                                                                                              \
    /* a where the mask is set, else b. */                                                         \
    AG__INLINE v_##S select_##S(m_##S mask, v_##S a, v_##S b)                                      \
    {                                                                                              \
        return (v_##S)((mask & (m_##S)a) | (~mask & (m_##S)b));                                    \
    }                                                                                              \
    AG__INLINE v_##S magnitude_##S(v_##S a)                                                        \
    {                                                                                              \
        return (v_##S)((m_##S)a & ~(m_##S)all_##S((T)-0.0));                                       \
    }                                                                                              \
    /* The lanes' sum: neighbours first, so that its order is the same for every use. */           \
    AG__INLINE T lanes_sum_##S(v_##S v)                                                            \
    {                                                                                              \
        T x[LANES_##S];                                                                            \
        memcpy(x, &v, sizeof v);                                                                   \
        for (int n = LANES_##S / 2; n > 0; n /= 2) {                                               \
            for (int i = 0; i < n; i++) {                                                          \
                x[i] = x[2 * i] + x[2 * i + 1];                                                    \
            }                                                                                      \
        }                                                                                          \
        return x[0];                                                                               \
    }
AG__SIMD(float, f32)
AG__SIMD(double, f64)

/* a b + c, in one rounding where the set has such an instruction. */
AG__INLINE v_f32 fma_f32(v_f32 a, v_f32 b, v_f32 c)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    return (v_f32)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__) && AG_VECTOR_BYTES == 32
    return (v_f32)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__) && AG_VECTOR_BYTES == 16
    return (v_f32)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

AG__INLINE v_f64 fma_f64(v_f64 a, v_f64 b, v_f64 c)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    return (v_f64)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__) && AG_VECTOR_BYTES == 32
    return (v_f64)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__) && AG_VECTOR_BYTES == 16
    return (v_f64)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return a * b + c;
#endif
}

#endif
