/* Random masks and numbers; see ops/kernel/random_kernels.h. Philox 4x32-10 is computed as in
 * autograd/graph/generator.c, but for a group of blocks at a time: there are four vectors, one for
 * each word, and each 64-bit lane belongs to a block. The upper half of a lane is not used.
 * Compiled once for each instruction set.
 */
#include <stdbool.h>

#include "ops/kernel/random_kernels.h"
#include "simd_math.h"

typedef uint64_t v_u64 __attribute__((vector_size(AG_VECTOR_BYTES)));

/* AHEAD vectors are computed at a time, so that fewer products wait; more would not fit the 16 or 32
 * registers. */
enum { AHEAD = AG_VECTOR_BYTES == 64 ? 6 : 3, GROUP = AHEAD * LANES_f64 };

/* The products of the lower halves of the lanes. */
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

/* Writes words 0 to 3 of each block of a group to the lower halves of the lanes. */
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

/* --- masks ------------------------------------------------------------------------------------ */

/* Interleaves two vectors lane by lane. The result is two vectors. */
AG__INLINE void mix(v_u64 a, v_u64 b, v_u64 mixed[2])
{
    mixed[0] = (v_u64)AG__SHUFFLE(m_f64, (v_f64)a, (v_f64)b, AG__HALF_f64(LOW));
    mixed[1] = (v_u64)AG__SHUFFLE(m_f64, (v_f64)a, (v_f64)b, AG__HALF_f64(HIGH));
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

/* Joins two words into a 64-bit lane so that a comes first in memory. */
AG__INLINE v_u64 pair(v_u64 a, v_u64 b)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (a & UINT32_MAX) | b << 32;
#else
    return (b & UINT32_MAX) | a << 32;
#endif
}

/* Signed numbers compare as unsigned words do if the highest bit of both is inverted. */
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

/* --- fills ------------------------------------------------------------------------------------ */

/* The upper 53 of 64 bits, times 2^-53. The words become the last bits of 2^20, whose unit is
 * 2^-32, and of 1/2, whose unit is 2^-53. The subtraction and the addition after that are exact. */
AG__INLINE v_f64 fraction(v_u64 high, v_u64 low)
{
    const v_u64 top = (high & UINT32_MAX) | (v_u64)all_f64(0x1p20);
    const v_u64 rest = (low & UINT32_MAX) >> 11 | (v_u64)all_f64(0.5);
    return (v_f64)top - all_f64(0x1p20 + 0.5) + (v_f64)rest;
}

static void uniforms(uint64_t key, uint64_t counter, int64_t blocks, double *first, double *second)
{
    for (int64_t i = 0; i < blocks; i += GROUP) {
        double x[GROUP], y[GROUP];
        const int64_t left = blocks - i;
        double *const to_x = left < GROUP ? x : first + i;
        double *const to_y = left < GROUP ? y : second + i;
        v_u64 c[AHEAD][4];
        draw(key, counter + (uint64_t)i, c);
        for (int a = 0; a < AHEAD; a++) {
            store_f64(to_x + a * LANES_f64, fraction(c[a][1], c[a][0]));
            store_f64(to_y + a * LANES_f64, fraction(c[a][3], c[a][2]));
        }
        if (left < GROUP) {
            memcpy(first + i, x, sizeof(double) * (size_t)left);
            memcpy(second + i, y, sizeof(double) * (size_t)left);
        }
    }
}

/* These are plain C, which the compilers turn into vector instructions. */
#define UNIFORM(T, S)                                                                              \
    static void uniform_##S(int64_t n, const double *restrict x, const double *restrict y,         \
                            double a, double b, void *out)                                         \
    {                                                                                              \
        T *restrict to = out;                                                                      \
        for (int64_t i = 0; i < n / 2; i++) {                                                      \
            to[2 * i] = (T)(a + b * x[i]);                                                         \
            to[2 * i + 1] = (T)(a + b * y[i]);                                                     \
        }                                                                                          \
        if (n % 2 > 0) {                                                                           \
            to[n - 1] = (T)(a + b * x[n / 2]);                                                     \
        }                                                                                          \
    }
UNIFORM(double, f64)
UNIFORM(float, f32)

/* --- normal numbers --------------------------------------------------------------------------- */

/* Normal numbers have the same bits with every instruction set. So no product is fused with a sum,
 * and no function of the C library is called. */

/* The sum of c[i] x^(n - 1 - i). */
AG__INLINE v_f64 polynomial(v_f64 x, int n, const double *c)
{
    v_f64 y = all_f64(c[0]);
    for (int i = 1; i < n; i++) {
        y = y * x + all_f64(c[i]);
    }
    return y;
}

/* log(u) for u in (0,1] that is no denormal number. u is 2^k m with m between the roots of 1/2 and
 * 2, and log(m) = 2 artanh(s) with s = (m - 1) / (m + 1). The polynomial in s^2 approximates (2
 * artanh(s) - 2 s) / s^3; its coefficients, like those below, are from Chebyshev interpolation.
 * log(2) is the sum of two parts, and k times the first part is exact. The error is below 2 units
 * in the last place. */
AG__INLINE v_f64 log_of_part(v_f64 u)
{
    static const double c[] = {0x1.0c04595972ab8p-3, 0x1.0fbe83c2cbcf3p-3, 0x1.3b1c360763b8ap-3,
                               0x1.745cf901605f7p-3, 0x1.c71c720160b47p-3, 0x1.2492492476c87p-2,
                               0x1.9999999999a38p-2, 0x1.5555555555555p-1};
    const v_u64 one = (v_u64)all_f64(1), bits = (v_u64)u;
    const v_u64 exponent = (bits - (v_u64)all_f64(0x1.6a09e667f3bcdp-1) + one) >> 52;
    const v_f64 k = (v_f64)(exponent | (v_u64)all_f64(0x1p52)) - all_f64(0x1p52 + 1023);
    const v_f64 m = (v_f64)(bits - (exponent << 52) + one), f = m - all_f64(1);
    const v_f64 s = f / (f + all_f64(2)), z = s * s;
    const v_f64 rest = s * (z * polynomial(z, 8, c)) + k * all_f64(0x1.ef35793c76730p-45);
    return k * all_f64(0x1.62e42fefa3800p-1) + (all_f64(2) * s + rest);
}

/* cos(2 pi y) for y in [0,1). It is the cosine or the sine, with a sign, of the difference r
 * between y and the nearest quarter of a turn, in quarters. The error is below 2 units in the last
 * place. */
AG__INLINE v_f64 cos_of_turn(v_f64 y)
{
    static const double sine[] = {
        0x1.e3f38399551bfp-25, -0x1.e30071afc3e59p-19, 0x1.50782fda12d96p-13, -0x1.32d2cce2e5b19p-8,
        0x1.466bc677587f8p-4,  -0x1.4abbce625be41p-1,  0x1.921fb54442d18p+0};
    static const double cosine[] = {-0x1.b2f3eb054afcdp-28, 0x1.f9ce245cada0bp-22,
                                    -0x1.a6d1eef479be1p-16, 0x1.e1f5068688d5bp-11,
                                    -0x1.55d3c7e3cb241p-6,  0x1.03c1f081b5ac0p-2,
                                    -0x1.3bd3cc9be45dep+0};
    const v_f64 integers = all_f64(0x1.8p52), quarters = all_f64(4) * y, n = quarters + integers;
    const v_f64 r = quarters - (n - integers), w = r * r;
    const m_f64 odd = (m_f64)(-((v_u64)n & 1));
    const v_f64 value =
        select_f64(odd, r * polynomial(w, 7, sine), all_f64(1) + w * polynomial(w, 7, cosine));
    return (v_f64)((v_u64)value ^ (((v_u64)n + 1) & 2) << 62);
}

/* G. E. P. Box and M. E. Muller, A note on the generation of random normal deviates, 1958. */
AG__INLINE v_f64 normal(v_f64 x, v_f64 y)
{
    return v_sqrt_f64(all_f64(-2) * log_of_part(all_f64(1) - x)) * cos_of_turn(y);
}

typedef float narrow_f32 __attribute__((vector_size(AG_VECTOR_BYTES / 2)));

/* Writes the first n lanes, or all of them if n is larger. */
AG__INLINE void put_f64(double *to, v_f64 v, int64_t n)
{
    if (n < LANES_f64) {
        store_part_f64(to, v, n);
    } else {
        store_f64(to, v);
    }
}
AG__INLINE void put_f32(float *to, v_f64 v, int64_t n)
{
    const narrow_f32 y = __builtin_convertvector(v, narrow_f32);
    if (n < LANES_f64) {
        memcpy(to, &y, sizeof(float) * (size_t)n);
    } else {
        memcpy(to, &y, sizeof y);
    }
}

#define NORMAL(T, S)                                                                               \
    static void normal_##S(int64_t n, const double *x, const double *y, double a, double b,        \
                           void *out)                                                              \
    {                                                                                              \
        for (int64_t i = 0; i < n; i += LANES_f64) {                                               \
            const bool all = n - i >= LANES_f64;                                                   \
            const v_f64 u = all ? load_f64(x + i) : load_part_f64(x + i, n - i);                   \
            const v_f64 v = all ? load_f64(y + i) : load_part_f64(y + i, n - i);                   \
            put_##S((T *)out + i, all_f64(a) + all_f64(b) * normal(u, v), n - i);                  \
        }                                                                                          \
    }
NORMAL(double, f64)
NORMAL(float, f32)

extern const ag__fills AG__OF_SET(ag__fills);
const ag__fills AG__OF_SET(ag__fills) = {
    uniforms,
    {uniform_f64, uniform_f32},
    {normal_f64, normal_f32},
};
