/* Random numbers from a key: the same key gives the same numbers, in any thread and order, and the
 * generator of a graph is not touched. Private to nn/data, nn/batches
 * and nn/search. Knows no data.
 *
 * SplitMix64: Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014. Each
 * key begins elsewhere in the one period of 2^64, so two streams of a million numbers meet with a
 * probability below 10^-12.
 */
#ifndef NN_DATA_STREAM_H
#define NN_DATA_STREAM_H

#include <math.h>
#include <stdint.h>

typedef struct nn__stream {
    uint64_t state;
} nn__stream;

/* What a stream is for, so that equal seeds give unrelated streams to different purposes. */
enum { NN__FOR_SPLIT = 1, NN__FOR_ORDER, NN__FOR_DISTORTION, NN__FOR_SEARCH };

static inline uint64_t nn__mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline nn__stream nn__stream_of(uint64_t purpose, uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t state = nn__mix(purpose + 0x9E3779B97F4A7C15u);
    state = nn__mix(state + seed);
    state = nn__mix(state + a);
    return (nn__stream){nn__mix(state + b)};
}

static inline uint64_t nn__bits(nn__stream *s)
{
    s->state += 0x9E3779B97F4A7C15u;
    return nn__mix(s->state);
}

/* In [0,1), 53 bits. */
static inline double nn__uniform(nn__stream *s)
{
    return (double)(nn__bits(s) >> 11) * 0x1p-53;
}

/* Each of 0 to n - 1 equally often: what is beyond the last whole multiple of n is drawn again. */
static inline int64_t nn__below(nn__stream *s, int64_t n)
{
    uint64_t m = (uint64_t)n, limit = UINT64_MAX - UINT64_MAX % m, r = nn__bits(s);
    while (r >= limit) {
        r = nn__bits(s);
    }
    return (int64_t)(r % m);
}

/* Fisher and Yates. */
static inline void nn__shuffle(nn__stream *s, int64_t *list, int64_t n)
{
    for (int64_t i = n; i > 1; i--) {
        int64_t j = nn__below(s, i), t = list[i - 1];
        list[i - 1] = list[j];
        list[j] = t;
    }
}

#endif
