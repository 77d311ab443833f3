/* Places of the numbers on the edges of a network: at a quarter of the edge, or else near to it,
 * turned as the edge is. Must not know how anything is drawn.
 */
#include "neurons.h"

#include <math.h>

#define HALF 6.5 /* of the height of a number */

/* A rectangle: its middle, half its sides, its direction. */
typedef struct tilted {
    double x, y, half_width, half_height, ux, uy;
} tilted;

static tilted label_at(const viz__synapse *s, double width)
{
    double dx = s->x2 - s->x1, dy = s->y2 - s->y1, length = hypot(dx, dy);
    return (tilted){.x = s->x1 + s->at * dx,
                    .y = s->y1 + s->at * dy,
                    .half_width = width / 2,
                    .half_height = HALF,
                    .ux = dx / length,
                    .uy = dy / length};
}

/* Are two rectangles apart along a direction? By the theorem of the separating axis they overlap
 * unless they are along a side of one of them. */
static bool apart_along(const tilted *a, const tilted *b, double ux, double uy)
{
    double gap = fabs((b->x - a->x) * ux + (b->y - a->y) * uy);
    const tilted *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        const tilted *t = both[i];
        gap -= t->half_width * fabs(t->ux * ux + t->uy * uy) +
               t->half_height * fabs(t->ux * uy - t->uy * ux);
    }
    return gap > 0;
}

static bool overlap(const tilted *a, const tilted *b)
{
    return !apart_along(a, b, a->ux, a->uy) && !apart_along(a, b, -a->uy, a->ux) &&
           !apart_along(a, b, b->ux, b->uy) && !apart_along(a, b, -b->uy, b->ux);
}

static bool over_unit(const viz__neurons *n, const tilted *label)
{
    tilted unit = {.half_width = VIZ__RADIUS, .half_height = VIZ__RADIUS, .ux = 1};
    for (size_t layer = 0; layer < n->network->layers; layer++) {
        unit.x = viz__unit_x(n, layer);
        for (size_t slot = 0; slot < viz__slots(n, layer); slot++) {
            unit.y = viz__unit_y(n, layer, slot);
            if (overlap(&unit, label)) {
                return true;
            }
        }
        unit.y = viz__bias_y(n, layer);
        if (n->biased && layer + 1 < n->network->layers && overlap(&unit, label)) {
            return true;
        }
    }
    return false;
}

static double width_of(double weight, int digits)
{
    char text[VIZ__NUMBER];
    viz__number_text(text, weight, digits);
    return viz__text_width(text, VIZ__WEIGHT_FONT, false) + 4;
}

/* Does another edge, which is a rectangle without height, pass below the number? */
static bool over_edge(const viz__synapse *synapse, size_t n, size_t which, const tilted *label)
{
    for (size_t i = 0; i < n; i++) {
        const viz__synapse *s = &synapse[i];
        double dx = s->x2 - s->x1, dy = s->y2 - s->y1, length = hypot(dx, dy);
        tilted line = {.x = s->x1 + dx / 2,
                       .y = s->y1 + dy / 2,
                       .half_width = length / 2,
                       .ux = dx / length,
                       .uy = dy / length};
        if (i != which && overlap(&line, label)) {
            return true;
        }
    }
    return false;
}

static bool over_number(const viz__synapse *synapse, size_t n, size_t which, const tilted *label,
                        int digits)
{
    for (size_t i = 0; i < n; i++) {
        if (i != which && synapse[i].known && synapse[i].at >= 0) {
            tilted other = label_at(&synapse[i], width_of(synapse[i].weight, digits));
            if (overlap(label, &other)) {
                return true;
            }
        }
    }
    return false;
}

/* The first place where nothing is below the number, or else only other edges; -1 for none. */
static double find_place(const viz__neurons *n, viz__synapse *synapse, size_t count, size_t which,
                         int digits)
{
    static const double place[] = {0.25, 0.3, 0.2,  0.35, 0.15, 0.4, 0.45, 0.5,
                                   0.55, 0.6, 0.65, 0.7,  0.75, 0.8, 0.85};
    double second = -1, width = width_of(synapse[which].weight, digits);
    for (size_t k = 0; k < sizeof place / sizeof place[0]; k++) {
        synapse[which].at = place[k];
        tilted label = label_at(&synapse[which], width);
        if (over_unit(n, &label) || over_number(synapse, count, which, &label, digits)) {
            continue;
        }
        if (!over_edge(synapse, count, which, &label)) {
            return place[k];
        }
        second = second < 0 ? place[k] : second;
    }
    return second;
}

bool viz__place_weights(const viz__neurons *n, viz__synapse *synapse, size_t count, int digits)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        synapse[i].at = -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (synapse[i].known) {
            synapse[i].at = find_place(n, synapse, count, i, digits);
            all = all && synapse[i].at >= 0;
        }
    }
    return all;
}
