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

/* All ones in a lane where the upper 53 bits of the number high, low are less than `below`. */
AG__INLINE v_u64 less(v_u64 high, v_u64 low, uint64_t below)
{
    const v_u64 bits = high << 32 | (low & UINT32_MAX);
    return (v_u64)((m_f64)(bits >> 11) < (m_f64)((v_u64){0} + below));
}

/* Both decisions of each block of a group. */
AG__INLINE void decide(uint64_t key, uint64_t counter, uint64_t below, v_u64 first[AHEAD],
                       v_u64 second[AHEAD])
{
    v_u64 c[AHEAD][4] = {0};
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    v_u64 lanes;
    for (int l = 0; l < LANES_f64; l++) {
        lanes[l] = (uint64_t)l;
    }
    for (int a = 0; a < AHEAD; a++) {
        c[a][0] = lanes + (counter + (uint64_t)(a * LANES_f64));
        c[a][1] = c[a][0] >> 32;
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
    for (int a = 0; a < AHEAD; a++) {
        first[a] = less(c[a][1], c[a][0], below);
        second[a] = less(c[a][3], c[a][2], below);
    }
}

/* `kept` where the decisions are no. */
AG__INLINE void write_f64(const v_u64 *first, const v_u64 *second, double kept, double *y)
{
    for (int a = 0; a < AHEAD; a++) {
        const v_f64 one = (v_f64)(~first[a] & (v_u64)all_f64(kept));
        const v_f64 two = (v_f64)(~second[a] & (v_u64)all_f64(kept));
        store_f64(y + 2 * a * LANES_f64, __builtin_shufflevector(one, two, AG__HALF_f64(LOW)));
        store_f64(y + (2 * a + 1) * LANES_f64,
                  __builtin_shufflevector(one, two, AG__HALF_f64(HIGH)));
    }
}

AG__INLINE void write_f32(const v_u64 *first, const v_u64 *second, double kept, float *y)
{
    for (int a = 0; a < AHEAD; a++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        const v_u64 dropped = (first[a] & UINT32_MAX) | second[a] << 32;
#else
        const v_u64 dropped = (second[a] & UINT32_MAX) | first[a] << 32;
#endif
        store_f32(y + a * LANES_f32, (v_f32)(~dropped & (v_u64)all_f32((float)kept)));
    }
}

#define MASK(T, S)                                                                                 \
    static void mask_##S(uint64_t key, uint64_t counter, int64_t blocks, uint64_t below,           \
                         double kept, void *out)                                                   \
    {                                                                                              \
        for (int64_t i = 0; i < blocks; i += GROUP) {                                              \
            T *to = (T *)out + 2 * i, y[2 * GROUP];                                                \
            const int64_t left = blocks - i;                                                       \
            v_u64 first[AHEAD], second[AHEAD];                                                     \
            decide(key, counter + (uint64_t)i, below, first, second);                              \
            write_##S(first, second, kept, left < GROUP ? y : to);                                 \
            if (left < GROUP) {                                                                    \
                memcpy(to, y, 2 * sizeof(T) * (size_t)left);                                       \
            }                                                                                      \
        }                                                                                          \
    }
MASK(double, f64)
MASK(float, f32)

extern const ag__masks AG__OF_SET(ag__masks);
const ag__masks AG__OF_SET(ag__masks) = {{mask_f64, mask_f32}};
