/* The third step of the layout: places across the direction of links, so that links are straight
 * where they can be, and long ones above all. Must not know how the layers are ordered, or how
 * links are drawn.
 *
 * The sum over all joints of weight times distance is made small, with room between neighbors of
 * a layer. For squared distances the best places of one layer, while the others stand still, are
 * an isotonic regression, which pooling adjacent violators solves exactly; going over the layers
 * by turns converges, because the rooms are within layers. Dividing each weight by the present
 * distance makes that a sum of distances (iteratively reweighted least squares), whose least
 * value has most links exactly straight. Where a link has passages, it is a sum of square roots,
 * so that one place where it bends is better than two.
 * Sources: Barlow, Bartholomew, Bremner and Brunk, "Statistical Inference under Order
 * Restrictions", 1972; Gansner, Koutsofios, North and Vo, 1993, for the weights 1, 2 and 8.
 */
#include "layered.h"

#include <math.h>
#include <stdlib.h>

#include "viz/text/text.h"

#define BOX_GAP 22
#define PASSAGE_GAP 4
#define PORT_GAP 16
#define PORT_MARGIN 8 /* between the last port and the corner */
#define PORT_MOVE 7   /* how far a port may be moved to make a link straight */
#define PORT_NEAR 5   /* but so far it stays from the next one */
#define NO_WISH 1e-4  /* the weight of staying, for what has no neighbors */

/* Vertices that stand as close to each other as they may, and so move as one. */
typedef struct block {
    double weight, sum; /* sum of weight times wanted place */
    size_t n;
} block;

typedef struct placing {
    viz__layered *g;
    block *block;
    double *offset; /* of each vertex of a layer, in it: the room that those before it take */
    double least;   /* distances below this count as equal; 0: distances are squared */
} placing;

/* --- ports ------------------------------------------------------------------------------------ */

/* The ports that the caller has chosen. */
static void fix_ports(viz__layered *g)
{
    for (size_t k = 0; k < g->layout->links; k++) {
        const viz__link *link = &g->layout->link[k];
        viz__joint *first = &g->joint[g->first_joint[k]];
        viz__joint *last = &g->joint[g->first_joint[k + 1] - 1];
        first->from_fixed = link->from_fixed;
        last->to_fixed = link->to_fixed;
        first->from_port = link->from_fixed ? link->from_port : first->from_port;
        last->to_port = link->to_fixed ? link->to_port : last->to_port;
    }
}

/* The length of the side of a box on which links may end. */
static double port_room(const viz__layered *g, size_t box)
{
    double all = g->vertex[box].before + g->vertex[box].after;
    return g->layout->box[box].ports > 0 ? g->layout->box[box].ports : all - 2 * PORT_MARGIN;
}

/* Links leave a box side by side, in the order of their other ends, so that they do not cross. */
static void set_ports(viz__layered *g, size_t box, bool in)
{
    uint32_t *list = (in ? g->in : g->out) + (in ? g->first_in : g->first_out)[box];
    size_t n = (in ? g->first_in : g->first_out)[box + 1] - (in ? g->first_in : g->first_out)[box];
    for (size_t i = 1; i < n; i++) {
        uint32_t moved = list[i];
        uint32_t place = g->vertex[in ? g->joint[moved].from : g->joint[moved].to].place;
        size_t k = i;
        for (; k > 0; k--) {
            const viz__joint *j = &g->joint[list[k - 1]];
            if (g->vertex[in ? j->from : j->to].place <= place) {
                break;
            }
            list[k] = list[k - 1];
        }
        list[k] = moved;
    }
    double room = port_room(g, box);
    double gap = n > 1 ? fmin(PORT_GAP, fmax(room, 0) / (double)(n - 1)) : 0;
    for (size_t i = 0; i < n; i++) {
        double port = gap * ((double)i - (double)(n - 1) / 2);
        *(in ? &g->joint[list[i]].to_port : &g->joint[list[i]].from_port) = port;
    }
}

/* --- one layer -------------------------------------------------------------------------------- */

static double room_between(const viz__layered *g, uint32_t a, uint32_t b)
{
    double gap = g->layout->box_gap > 0 ? g->layout->box_gap : BOX_GAP;
    if (!viz__is_box(g, a) || !viz__is_box(g, b)) {
        gap = viz__is_box(g, a) || viz__is_box(g, b) ? gap / 2 : PASSAGE_GAP;
    }
    return g->vertex[a].after + gap + g->vertex[b].before;
}

/* Adds what the joints of v on one side want. */
static void add_wishes(const placing *p, uint32_t v, bool in, block *wish)
{
    const viz__layered *g = p->g;
    const uint32_t *list = in ? g->in : g->out;
    const size_t *first = in ? g->first_in : g->first_out;
    for (size_t k = first[v]; k < first[v + 1]; k++) {
        const viz__joint *j = &g->joint[list[k]];
        uint32_t other = in ? j->from : j->to;
        double shift = in ? j->from_port - j->to_port : j->to_port - j->from_port;
        double want = g->vertex[other].at + shift;
        bool box = viz__is_box(g, v), other_box = viz__is_box(g, other);
        double weight = box && other_box ? 1 : box || other_box ? 2 : 8;
        if (p->least > 0) {
            double distance = fmax(fabs(want - g->vertex[v].at), p->least);
            weight /= box && other_box ? distance : distance * sqrt(distance);
        }
        wish->weight += weight;
        wish->sum += weight * want;
    }
}

/* Pools the last block with those before it, as long as it wants to be before them. */
static size_t pool(block *b, size_t blocks)
{
    while (blocks > 1 &&
           b[blocks - 2].sum * b[blocks - 1].weight > b[blocks - 1].sum * b[blocks - 2].weight) {
        b[blocks - 2].weight += b[blocks - 1].weight;
        b[blocks - 2].sum += b[blocks - 1].sum;
        b[blocks - 2].n += b[blocks - 1].n;
        blocks--;
    }
    return blocks;
}

static void place_layer(placing *p, size_t layer, bool in, bool out)
{
    viz__layered *g = p->g;
    const uint32_t *order = g->order + g->first_place[layer];
    size_t n = g->first_place[layer + 1] - g->first_place[layer], blocks = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        block wish = {.weight = NO_WISH, .sum = NO_WISH * g->vertex[order[i]].at, .n = 1};
        p->offset[i] = i == 0 ? 0 : p->offset[i - 1] + room_between(g, order[i - 1], order[i]);
        if (in) {
            add_wishes(p, order[i], true, &wish);
        }
        if (out) {
            add_wishes(p, order[i], false, &wish);
        }
        wish.sum -= wish.weight * p->offset[i];
        p->block[blocks++] = wish;
        blocks = pool(p->block, blocks);
    }
    for (size_t b = 0; b < blocks; b++) {
        double place = p->block[b].sum / p->block[b].weight;
        for (size_t k = 0; k < p->block[b].n; k++, at++) {
            g->vertex[order[at]].at = place + p->offset[at];
        }
    }
}

/* --- all layers ------------------------------------------------------------------------------- */

static void sweep(placing *p, bool right, bool both)
{
    for (size_t i = 0; i < p->g->layers; i++) {
        size_t layer = right ? i : p->g->layers - 1 - i;
        place_layer(p, layer, right || both, !right || both);
    }
}

static void place_all(placing *p)
{
    for (int i = 0; i < 3; i++) {
        sweep(p, true, false);
        sweep(p, false, false);
    }
    for (int i = 0; i < 8; i++) {
        sweep(p, i % 2 == 0, true);
    }
    for (p->least = 32; p->least >= 0.5; p->least /= 2) {
        for (int i = 0; i < 4; i++) {
            sweep(p, i % 2 == 0, true);
        }
    }
}

/* Whole numbers make links exactly straight that are so but for rounding. */
static void round_places(viz__layered *g)
{
    double least = 0;
    for (size_t v = 0; v < g->vertices; v++) {
        double start = g->vertex[v].at - g->vertex[v].before;
        least = v == 0 || start < least ? start : least;
    }
    for (size_t v = 0; v < g->vertices; v++) {
        g->vertex[v].at = floor(g->vertex[v].at - least + 0.5);
    }
}

/* Moves ports by a little where that makes a link straight, but none beyond its neighbors. */
static void straighten(viz__layered *g, size_t box, bool in)
{
    const uint32_t *list = in ? g->in : g->out;
    const size_t *first = in ? g->first_in : g->first_out;
    double most = port_room(g, box) / 2, before = -most - PORT_NEAR;
    for (size_t k = first[box]; k < first[box + 1]; k++) {
        viz__joint *j = &g->joint[list[k]];
        double *port = in ? &j->to_port : &j->from_port;
        double other = in ? g->vertex[j->from].at + j->from_port : g->vertex[j->to].at + j->to_port;
        double want = other - g->vertex[box].at, next = most + PORT_NEAR;
        if (k + 1 < first[box + 1]) {
            const viz__joint *after = &g->joint[list[k + 1]];
            next = in ? after->to_port : after->from_port;
        }
        bool fixed = in ? j->to_fixed : j->from_fixed;
        if (!fixed && fabs(want - *port) <= PORT_MOVE && want >= before + PORT_NEAR &&
            want <= next - PORT_NEAR) {
            *port = want;
        }
        before = *port;
    }
}

ag_status viz__place_across(viz__layered *g)
{
    ag_graph *m = g->layout->graph;
    placing p = {.g = g,
                 .block = viz__array(m, g->vertices, sizeof *p.block),
                 .offset = viz__array(m, g->vertices, sizeof *p.offset)};
    bool ok = p.block != NULL && p.offset != NULL;
    if (ok) {
        for (size_t b = 0; b < g->layout->boxes; b++) {
            set_ports(g, b, true);
            set_ports(g, b, false);
        }
        fix_ports(g);
        place_all(&p);
        round_places(g);
        for (size_t b = 0; b < g->layout->boxes; b++) {
            straighten(g, b, true);
            straighten(g, b, false);
        }
    }
    viz__array_free(m, p.block, g->vertices, sizeof *p.block);
    viz__array_free(m, p.offset, g->vertices, sizeof *p.offset);
    return ok ? AG_OK : AG_ERR_MEMORY;
}
