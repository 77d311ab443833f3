/* Random masks; see ../random.h. Philox 4x32-10 is that of autograd/rng.c, for a group of blocks at
 * a time, a block in each 64-bit lane of four vectors for its words, whose upper halves mean
 * nothing. Compiled once for each instruction set.
 */
#include "../random.h"
#include "simd.h"

typedef uint64_t v_u64 __attribute__((vector_size(AG_VECTOR_BYTES)));

/* Vectors at a time: so that fewer products wait; more would not fit the registers. */
enum { AHEAD = 3, GROUP = AHEAD * LANES_f64 };

/* Of the lower halves. */
AG__INLINE v_u64 product(v_u64 a, uint32_t b)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    return (v_u64)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__) && AG_VECTOR_BYTES == 32
    return (v_u64)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#elif defined(__SSE2__) && AG_VECTOR_BYTES == 16
    return (v_u64)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(b));
#else
    return (a & UINT32_MAX) * b;
#endif
}

/* Words 0 to 3 of each block of a group, in the lower halves. */
AG__INLINE void draw(uint64_t key, uint64_t counter, v_u64 c[AHEAD][4])
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    v_u64 lanes;
    for (int l = 0; l < LANES_f64; l++) {
        lanes[l] = (uint64_t)l;
    }
    for (int a = 0; a < AHEAD; a++) {
        c[a][0] = lanes + (counter + (uint64_t)(a * LANES_f64));
        c[a][1] = c[a][0] >> 32;
        c[a][2] = c[a][3] = (v_u64){0};
    }
    for (int i = 0; i < 10; i++) {
        for (int a = 0; a < AHEAD; a++) {
            const v_u64 p = product(c[a][0], 0xD2511F53u), q = product(c[a][2], 0xCD9E8D57u);
            c[a][0] = q >> 32 ^ c[a][1] ^ k0;
            c[a][1] = q;
            c[a][2] = p >> 32 ^ c[a][3] ^ k1;
            c[a][3] = p;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

/* Both vectors lane by lane in turn, into two. */
AG__INLINE void mix(v_u64 a, v_u64 b, v_u64 mixed[2])
{
    mixed[0] = (v_u64)__builtin_shufflevector((v_f64)a, (v_f64)b, AG__HALF_f64(LOW));
    mixed[1] = (v_u64)__builtin_shufflevector((v_f64)a, (v_f64)b, AG__HALF_f64(HIGH));
}

AG__INLINE void write_f64(const v_u64 c[4], uint32_t below, double kept, double *y)
{
    v_u64 no[4], even[2], odd[2];
    for (int i = 0; i < 4; i++) {
        const v_u64 dropped = (v_u64)((m_f64)(c[i] & UINT32_MAX) < (m_f64){0} + below);
        no[i] = ~dropped & (v_u64)all_f64(kept);
    }
    mix(no[0], no[2], even);
    mix(no[1], no[3], odd);
    for (int half = 0; half < 2; half++) {
        v_u64 mixed[2];
        mix(even[half], odd[half], mixed);
        store_f64(y + 2 * half * LANES_f64, (v_f64)mixed[0]);
        store_f64(y + (2 * half + 1) * LANES_f64, (v_f64)mixed[1]);
    }
}

/* Two words as a 64-bit lane, the one that comes first in memory first. */
AG__INLINE v_u64 pair(v_u64 a, v_u64 b)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (a & UINT32_MAX) | b << 32;
#else
    return (b & UINT32_MAX) | a << 32;
#endif
}

/* Signed numbers compare as the words did when both have their highest bit turned over. */
AG__INLINE void write_f32(const v_u64 c[4], uint32_t below, double kept, float *y)
{
    const m_f32 turn = (m_f32){0} + INT32_MIN, limit = (m_f32){0} + (int32_t)(below ^ 0x80000000u);
    v_u64 mixed[2];
    mix(pair(c[0], c[1]), pair(c[2], c[3]), mixed);
    for (int half = 0; half < 2; half++) {
        const m_f32 dropped = ((m_f32)mixed[half] ^ turn) < limit;
        store_f32(y + half * LANES_f32, (v_f32)(~dropped & (m_f32)all_f32((float)kept)));
    }
}

#define MASK(T, S)                                                                                 \
    static void mask_##S(uint64_t key, uint64_t counter, int64_t blocks, uint32_t below,           \
                         double kept, void *out)                                                   \
    {                                                                                              \
        for (int64_t i = 0; i < blocks; i += GROUP) {                                              \
            T *to = (T *)out + 4 * i, y[4 * GROUP];                                                \
            const int64_t left = blocks - i;                                                       \
            v_u64 c[AHEAD][4];                                                                     \
            draw(key, counter + (uint64_t)i, c);                                                   \
            for (int a = 0; a < AHEAD; a++) {                                                      \
                write_##S(c[a], below, kept, (left < GROUP ? y : to) + 4 * a * LANES_f64);         \
            }                                                                                      \
            if (left < GROUP) {                                                                    \
                memcpy(to, y, 4 * sizeof(T) * (size_t)left);                                       \
            }                                                                                      \
        }                                                                                          \
    }
MASK(double, f64)
MASK(float, f32)

extern const ag__masks AG__OF_SET(ag__masks);
const ag__masks AG__OF_SET(ag__masks) = {{mask_f64, mask_f32}};
