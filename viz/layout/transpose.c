/* Exchanges neighbors of a layer where that makes fewer links cross. Must not know where things
 * are.
 */
#include "layered.h"

#define ROUNDS 12

static uint32_t other_end(const viz__layered *g, uint32_t joint, bool in)
{
    const viz__joint *j = &g->joint[joint];
    return g->vertex[in ? j->from : j->to].place;
}

/* By how many crossings it would help, on one side, if v stood before u. */
static int64_t gain_on(const viz__layered *g, uint32_t u, uint32_t v, bool in)
{
    const uint32_t *list = in ? g->in : g->out;
    const size_t *first = in ? g->first_in : g->first_out;
    int64_t gain = 0;
    for (size_t a = first[u]; a < first[u + 1]; a++) {
        uint32_t of_u = other_end(g, list[a], in);
        for (size_t b = first[v]; b < first[v + 1]; b++) {
            uint32_t of_v = other_end(g, list[b], in);
            gain += (of_u > of_v) - (of_u < of_v);
        }
    }
    return gain;
}

static void exchange(viz__layered *g, size_t at)
{
    uint32_t u = g->order[at], v = g->order[at + 1];
    g->order[at] = v;
    g->order[at + 1] = u;
    g->vertex[u].place++;
    g->vertex[v].place--;
}

static bool transpose_layer(viz__layered *g, size_t layer, bool equal)
{
    bool better = false;
    for (size_t at = g->first_place[layer]; at + 1 < g->first_place[layer + 1]; at++) {
        uint32_t u = g->order[at], v = g->order[at + 1];
        int64_t gain = gain_on(g, u, v, true) + gain_on(g, u, v, false);
        if (gain > 0 || (equal && gain == 0)) {
            exchange(g, at);
            better = better || gain > 0;
        }
    }
    return better;
}

void viz__transpose(viz__layered *g, bool equal)
{
    bool better = true;
    for (int round = 0; better && round < ROUNDS; round++) {
        better = false;
        for (size_t layer = 0; layer < g->layers; layer++) {
            better = transpose_layer(g, layer, equal) || better;
        }
    }
}
