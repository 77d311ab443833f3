/* Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011), as many blocks at a time as a vector has lanes
 * of 64 bits; see ../philox.h and autograd/rng.c. Compiled once for each instruction set.
 */
#include "../philox.h"
#include "simd.h"

typedef uint64_t v_u64 __attribute__((vector_size(AG_VECTOR_BYTES)));

/* The product of the lower halves of each lane; the upper halves may hold anything. */
AG__INLINE v_u64 wide(v_u64 a, v_u64 b)
{
#if defined(__AVX512F__) && AG_VECTOR_BYTES == 64
    return (v_u64)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__) && AG_VECTOR_BYTES == 32
    return (v_u64)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__) && AG_VECTOR_BYTES == 16
    return (v_u64)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu);
#endif
}

AG__INLINE v_u64 every(uint64_t x)
{
    return x + (v_u64){0};
}

enum { ROUNDS = 10 };

typedef struct keys {
    v_u64 word[ROUNDS][2];
} keys;

static keys keys_of(uint64_t key)
{
    keys k;
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int i = 0; i < ROUNDS; i++) {
        k.word[i][0] = every(k0);
        k.word[i][1] = every(k1);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return k;
}

/* The words of a block in the lower halves of c. */
AG__INLINE void scramble(v_u64 c[4], const keys *k)
{
    for (int i = 0; i < ROUNDS; i++) {
        const v_u64 p0 = wide(c[0], every(0xD2511F53u)), p1 = wide(c[2], every(0xCD9E8D57u));
        c[0] = (p1 >> 32) ^ c[1] ^ k->word[i][0];
        c[1] = p1;
        c[2] = (p0 >> 32) ^ c[3] ^ k->word[i][1];
        c[3] = p0;
    }
}

/* The two numbers of each lane's block, in order. */
AG__INLINE void scramble_all(v_u64 counter, const keys *k, v_u64 out[2])
{
    v_u64 c[4] = {counter, counter >> 32, every(0), every(0)};
    scramble(c, k);
    const v_u64 low = c[1] << 32 | (c[0] & every(0xFFFFFFFFu));
    const v_u64 high = c[3] << 32 | (c[2] & every(0xFFFFFFFFu));
    out[0] = __builtin_shufflevector(low, high, AG__HALF_f64(LOW));
    out[1] = __builtin_shufflevector(low, high, AG__HALF_f64(HIGH));
}

/* Two vectors at a time: one alone waits for its own products. */
static void bits(uint64_t key, uint64_t counter, int64_t blocks, uint64_t *out)
{
    enum { LANES = LANES_f64 };
    const keys k = keys_of(key);
    v_u64 number, both[4];
    for (int i = 0; i < LANES; i++) {
        number[i] = counter + (uint64_t)i;
    }
    for (int64_t b = 0; b < blocks; b += 2 * LANES, number += 2 * LANES) {
        int64_t n = blocks - b < 2 * LANES ? blocks - b : 2 * LANES;
        scramble_all(number, &k, both);
        scramble_all(number + LANES, &k, both + 2);
        memcpy(out + 2 * b, both, n == 2 * LANES ? sizeof both : (size_t)n * 2 * sizeof *out);
    }
}

#define KEEP(T, S)                                                                                 \
    static void keep_##S(const uint64_t *from, int64_t n, uint64_t below, double kept, void *to)   \
    {                                                                                              \
        T *out = to;                                                                               \
        const T choice[2] = {(T)kept, 0};                                                          \
        for (int64_t i = 0; i < n; i++) {                                                          \
            out[i] = choice[from[i] >> 11 < below];                                                \
        }                                                                                          \
    }
KEEP(double, f64)
KEEP(float, f32)

extern const ag__philox AG__OF_SET(ag__philox);
const ag__philox AG__OF_SET(ag__philox) = {bits, {keep_f64, keep_f32}};
