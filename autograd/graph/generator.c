/* Random numbers: Philox 4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw: Parallel
 * random numbers: as easy as 1, 2, 3, SC 2011). Its state is little more than a key and a counter,
 * so that it can be saved and the numbers repeated. Must not know what they are used for.
 */
#include <math.h>

#include "node.h"

static void round_once(uint32_t c[4], const uint32_t key[2])
{
    uint64_t p0 = (uint64_t)0xD2511F53u * c[0], p1 = (uint64_t)0xCD9E8D57u * c[2];
    uint32_t c1 = c[1], c3 = c[3];
    c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ key[0];
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ key[1];
    c[3] = (uint32_t)p0;
}

static void next_block(ag_random_state *r)
{
    uint32_t key[2] = {(uint32_t)r->key, (uint32_t)(r->key >> 32)};
    uint32_t c[4] = {(uint32_t)r->counter, (uint32_t)(r->counter >> 32), 0, 0};
    for (int i = 0; i < 10; i++) {
        round_once(c, key);
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    for (int i = 0; i < 4; i++) {
        r->block[i] = c[i];
    }
    r->counter++;
    r->used = 0;
}

void ag_seed(ag_graph *g, uint64_t seed)
{
    if (g != NULL) {
        g->random = (ag_random_state){.key = seed, .used = 4};
    }
}

uint64_t ag_random_bits(ag_graph *g)
{
    if (g == NULL) {
        return 0;
    }
    ag_random_state *r = &g->random;
    if (r->used > 2 || r->used < 0) {
        next_block(r);
    }
    uint64_t low = r->block[r->used], high = r->block[r->used + 1];
    r->used += 2;
    return high << 32 | low;
}

double ag_random_uniform(ag_graph *g)
{
    return (double)(ag_random_bits(g) >> 11) * 0x1p-53;
}

double ag_random_normal(ag_graph *g)
{
    double u = 1.0 - ag_random_uniform(g); /* in (0,1], so that the logarithm is finite */
    double angle = 6.283185307179586 * ag_random_uniform(g);
    return sqrt(-2.0 * log(u)) * cos(angle);
}

ag_random_state ag_random_get_state(const ag_graph *g)
{
    return g != NULL ? g->random : (ag_random_state){0};
}

void ag_random_set_state(ag_graph *g, ag_random_state state)
{
    if (g != NULL) {
        g->random = state;
    }
}
