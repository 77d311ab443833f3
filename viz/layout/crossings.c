/* How many links cross, from the order of the layers alone. Must not know where things are.
 *
 * Source: Barth, Juenger and Mutzel, "Simple and efficient bilayer cross counting", 2002: with the
 * joints between two layers in the order of their left ends, each crossing is a pair of right ends
 * in the wrong order, and a tree of counts finds these pairs.
 */
#include "layered.h"

#include <string.h>

/* How many of the ends counted so far are after `place`; then counts this one. The leaves of the
 * tree, which has 2 * leaves nodes, are the places. */
static size_t count_after(uint32_t *tree, size_t leaves, size_t place)
{
    size_t after = 0;
    for (size_t node = leaves + place; node > 0; node /= 2) {
        tree[node]++;
        if (node % 2 == 0) {
            after += tree[node + 1];
        }
    }
    return after;
}

/* Sorts the right ends of the joints of a vertex, which are few. */
static void sort_ends(uint32_t *end, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t moved = end[i];
        size_t k = i;
        for (; k > 0 && end[k - 1] > moved; k--) {
            end[k] = end[k - 1];
        }
        end[k] = moved;
    }
}

static size_t between_layers(const viz__layered *g, size_t layer, uint32_t *end, uint32_t *tree)
{
    size_t crossings = 0, leaves = 1;
    while (leaves < g->first_place[layer + 2] - g->first_place[layer + 1]) {
        leaves *= 2;
    }
    memset(tree, 0, 2 * leaves * sizeof *tree);
    for (size_t i = g->first_place[layer]; i < g->first_place[layer + 1]; i++) {
        uint32_t v = g->order[i];
        size_t n = 0;
        for (size_t k = g->first_out[v]; k < g->first_out[v + 1]; k++) {
            end[n++] = g->vertex[g->joint[g->out[k]].to].place;
        }
        sort_ends(end, n);
        for (size_t k = 0; k < n; k++) { /* in order: joints of one vertex do not cross */
            crossings += count_after(tree, leaves, end[k]);
        }
    }
    return crossings;
}

size_t viz__crossings(const viz__layered *g, uint32_t *scratch)
{
    size_t crossings = 0;
    for (size_t layer = 0; layer + 1 < g->layers; layer++) {
        crossings += between_layers(g, layer, scratch, scratch + g->joints);
    }
    return crossings;
}
