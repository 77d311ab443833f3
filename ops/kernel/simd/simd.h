/* Vectors of AG_VECTOR_BYTES bytes, for the kernels in every simd/ folder of ops/, which are
 * compiled once for each instruction set. Private to those folders. Must not know any kernel.
 *
 * v_f32 and v_f64 hold LANES_f32 and LANES_f64 numbers. The operators +, -, * and / work on them
 * lane by lane. Comparisons give masks of the types m_f32 and m_f64, where a lane has all bits set
 * or none. These are the vector extensions of GCC and Clang: they compute a width that the
 * instruction set lacks in parts, so that every width can be tested on every machine.
 */
#ifndef OPS_KERNEL_SIMD_SIMD_H
#define OPS_KERNEL_SIMD_SIMD_H

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

/* Every name that is not static ends in the name of the instruction set: AG__OF_SET(ag__rows). */
#define AG__OF_SET_(name, set) name##_##set
#define AG__OF_SET__(name, set) AG__OF_SET_(name, set)
#define AG__OF_SET(name) AG__OF_SET__(name, AG_SET)

/* Every function that takes or returns vectors is declared with this. If it were called, the code
 * of gcc 12 might return with the upper halves of the registers in use, and each SSE instruction
 * after that would wait for them. Vectors of 16 bytes have no upper halves, so a build for size,
 * such as that of the page, has the functions once instead of in every kernel. */
#if defined(__OPTIMIZE_SIZE__) && AG_VECTOR_BYTES == 16
#define AG__INLINE static inline __attribute__((unused))
#else
#define AG__INLINE static inline __attribute__((always_inline, unused))
#endif

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
    /* The mask of the first n lanes. */                                                           \
    AG__INLINE m_##S first_##S(int64_t n)                                                          \
    {                                                                                              \
        m_##S lane = {0};                                                                          \
        for (int i = 0; i < LANES_##S; i++) {                                                      \
            lane[i] = i < n ? -1 : 0;                                                              \
        }                                                                                          \
        return lane;                                                                               \
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
    /* The sum of the lanes, neighbors first, so that its order is always the same. */             \
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

/* Loads or stores the first n numbers; when loading, the other lanes become 0. Memory past the n
 * numbers is not touched. */
#define AG__PART(T, S)                                                                             \
    AG__INLINE v_##S load_part_##S(const T *p, int64_t n)                                          \
    {                                                                                              \
        v_##S v = {0};                                                                             \
        memcpy(&v, p, (size_t)n * sizeof(T));                                                      \
        return v;                                                                                  \
    }                                                                                              \
    AG__INLINE void store_part_##S(T *p, v_##S v, int64_t n)                                       \
    {                                                                                              \
        memcpy(p, &v, (size_t)n * sizeof(T));                                                      \
    }

#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
AG__INLINE v_f32 load_part_f32(const float *p, int64_t n)
{
    return (v_f32)_mm512_maskz_loadu_ps((__mmask16)((1U << n) - 1), p);
}
AG__INLINE v_f64 load_part_f64(const double *p, int64_t n)
{
    return (v_f64)_mm512_maskz_loadu_pd((__mmask8)((1U << n) - 1), p);
}
AG__INLINE void store_part_f32(float *p, v_f32 v, int64_t n)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1U << n) - 1), (__m512)v);
}
AG__INLINE void store_part_f64(double *p, v_f64 v, int64_t n)
{
    _mm512_mask_storeu_pd(p, (__mmask8)((1U << n) - 1), (__m512d)v);
}
#elif defined(__AVX2__) && AG_VECTOR_BYTES == 32
AG__INLINE __m256i first_lanes_f32(int64_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
AG__INLINE __m256i first_lanes_f64(int64_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
AG__INLINE v_f32 load_part_f32(const float *p, int64_t n)
{
    return (v_f32)_mm256_maskload_ps(p, first_lanes_f32(n));
}
AG__INLINE v_f64 load_part_f64(const double *p, int64_t n)
{
    return (v_f64)_mm256_maskload_pd(p, first_lanes_f64(n));
}
AG__INLINE void store_part_f32(float *p, v_f32 v, int64_t n)
{
    _mm256_maskstore_ps(p, first_lanes_f32(n), (__m256)v);
}
AG__INLINE void store_part_f64(double *p, v_f64 v, int64_t n)
{
    _mm256_maskstore_pd(p, first_lanes_f64(n), (__m256d)v);
}
#else
AG__PART(float, f32)
AG__PART(double, f64)
#endif

/* As many numbers as v_f64 has, in double. */
AG__INLINE v_f64 wide_f64(const double *p)
{
    return load_f64(p);
}
AG__INLINE v_f64 wide_f32(const float *p)
{
    typedef float half __attribute__((vector_size(AG_VECTOR_BYTES / 2)));
    half x;
    memcpy(&x, p, sizeof x);
    return __builtin_convertvector(x, v_f64);
}

/* Whether the mask is set in at least one lane. */
#define AG__ANY(S)                                                                                 \
    AG__INLINE int any_##S(m_##S mask)                                                             \
    {                                                                                              \
        int64_t word[AG_VECTOR_BYTES / 8], all = 0;                                                \
        memcpy(word, &mask, sizeof mask);                                                          \
        for (int i = 0; i < AG_VECTOR_BYTES / 8; i++) {                                            \
            all |= word[i];                                                                        \
        }                                                                                          \
        return all != 0;                                                                           \
    }
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
#undef AG__ANY
#define AG__ANY(S)                                                                                 \
    AG__INLINE int any_##S(m_##S mask)                                                             \
    {                                                                                              \
        return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;                          \
    }
#elif defined(__AVX2__) && AG_VECTOR_BYTES == 32
#undef AG__ANY
#define AG__ANY(S)                                                                                 \
    AG__INLINE int any_##S(m_##S mask)                                                             \
    {                                                                                              \
        return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);                                  \
    }
#elif defined(__SSE2__) && AG_VECTOR_BYTES == 16
#undef AG__ANY
#define AG__ANY(S)                                                                                 \
    AG__INLINE int any_##S(m_##S mask)                                                             \
    {                                                                                              \
        return _mm_movemask_epi8((__m128i)mask) != 0;                                              \
    }
#endif
AG__ANY(f32)
AG__ANY(f64)

/* The lanes of a and b that are named by their numbers, where those of b follow those of a. gcc has
 * had clang's builtin since version 12; m is the type of its own one's numbers. */
#if defined(__clang__) || __GNUC__ >= 12
#define AG__SHUFFLE(m, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define AG__SHUFFLE(m, a, b, ...) __builtin_shuffle(a, b, (m){__VA_ARGS__})
#endif

/* The lanes that interleave two vectors: LOW takes the lanes of their lower halves in turn, HIGH
 * those of their upper halves. */
#define AG__LOW_2 0, 2
#define AG__HIGH_2 1, 3
#define AG__LOW_4 0, 4, 1, 5
#define AG__HIGH_4 2, 6, 3, 7
#define AG__LOW_8 0, 8, 1, 9, 2, 10, 3, 11
#define AG__HIGH_8 4, 12, 5, 13, 6, 14, 7, 15
#define AG__LOW_16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define AG__HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#if AG_VECTOR_BYTES == 64
#define AG__HALF_f32(half) AG__##half##_16
#define AG__HALF_f64(half) AG__##half##_8
#elif AG_VECTOR_BYTES == 32
#define AG__HALF_f32(half) AG__##half##_8
#define AG__HALF_f64(half) AG__##half##_4
#else
#define AG__HALF_f32(half) AG__##half##_4
#define AG__HALF_f64(half) AG__##half##_2
#endif

/* Interleaves the first half of n vectors with the second, n a power of two: the number at place p
 * goes to the place that p's bits, turned by one, name. To transpose a square of vectors, so that
 * row i becomes column i, is to do so as often as the number of a lane has bits. */
#define AG__TRANSPOSE(S)                                                                           \
    AG__INLINE void interleave_##S(v_##S *vector, int n)                                           \
    {                                                                                              \
        v_##S mixed[LANES_##S];                                                                    \
        for (int i = 0; i < n / 2; i++) {                                                          \
            const v_##S a = vector[i], b = vector[i + n / 2];                                      \
            mixed[2 * i] = AG__SHUFFLE(m_##S, a, b, AG__HALF_##S(LOW));                            \
            mixed[2 * i + 1] = AG__SHUFFLE(m_##S, a, b, AG__HALF_##S(HIGH));                       \
        }                                                                                          \
        for (int i = 0; i < n; i++) {                                                              \
            vector[i] = mixed[i];                                                                  \
        }                                                                                          \
    }                                                                                              \
    AG__INLINE void transpose_##S(v_##S square[LANES_##S])                                         \
    {                                                                                              \
        for (int n = LANES_##S; n > 1; n /= 2) {                                                   \
            interleave_##S(square, LANES_##S);                                                     \
        }                                                                                          \
    }
AG__TRANSPOSE(f32)
AG__TRANSPOSE(f64)

/* The smaller and the larger of two numbers, or b if one of them is NaN. */
#define AG__LESS(S)                                                                                \
    AG__INLINE v_##S smaller_##S(v_##S a, v_##S b)                                                 \
    {                                                                                              \
        return select_##S(a < b, a, b);                                                            \
    }                                                                                              \
    AG__INLINE v_##S larger_##S(v_##S a, v_##S b)                                                  \
    {                                                                                              \
        return select_##S(a > b, a, b);                                                            \
    }
#if defined(__AVX2__) && AG_VECTOR_BYTES == 32
AG__INLINE v_f32 smaller_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm256_min_ps((__m256)a, (__m256)b);
}
AG__INLINE v_f32 larger_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm256_max_ps((__m256)a, (__m256)b);
}
#elif defined(__AVX512F__) && AG_VECTOR_BYTES == 64
AG__INLINE v_f32 smaller_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm512_min_ps((__m512)a, (__m512)b);
}
AG__INLINE v_f32 larger_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm512_max_ps((__m512)a, (__m512)b);
}
#elif defined(__SSE2__) && AG_VECTOR_BYTES == 16
AG__INLINE v_f32 smaller_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm_min_ps((__m128)a, (__m128)b);
}
AG__INLINE v_f32 larger_f32(v_f32 a, v_f32 b)
{
    return (v_f32)_mm_max_ps((__m128)a, (__m128)b);
}
#else
AG__LESS(f32)
#endif
AG__LESS(f64)

/* a b + c. It is rounded once if the instruction set has an instruction for it, and then AG__FUSED
 * is defined. */
#if (defined(__AVX512F__) && AG_VECTOR_BYTES == 64) ||                                             \
    (defined(__FMA__) && AG_VECTOR_BYTES == 32) || (defined(__aarch64__) && AG_VECTOR_BYTES == 16)
#define AG__FUSED
#endif
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
