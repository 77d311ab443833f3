/* The lectures' points of two classes: a circle within another, two spirals, and two easier ones.
 * Must not know who learns them.
 */
#include <math.h>
#include <string.h>

#include "classifier.h"

static const double turn = 6.28318530717958648;

typedef struct place {
    double x, y;
} place;

static place on_circle(double radius, double angle)
{
    return (place){radius * cos(angle), radius * sin(angle)};
}

/* `u` is uniform in [0,1), and `v` another. */
static place circles(int class, double u, double v)
{
    return on_circle(class > 0 ? 0.4 * sqrt(u) : 0.65 + 0.2 * u, turn * v);
}

static place spirals(int class, double u, double v)
{
    (void)v;
    return on_circle(0.1 + 0.8 * u, turn * (1.25 * u + 0.5 * class));
}

static place crossed(int class, double u, double v)
{
    double x = 0.1 + 0.8 * u, y = 0.1 + 0.8 * v;
    bool left = u + v - floor(u + v) < 0.5; /* either of the class's two quarters */
    return (place){left ? -x : x, left == (class > 0) ? -y : y};
}

static place clouds(int class, double u, double v)
{
    place p = on_circle(0.35 * sqrt(u), turn * v);
    double shift = class > 0 ? 0.4 : -0.4;
    return (place){p.x + shift, p.y + shift};
}

bool page_points_draw(ag_graph *g, const char *data, double noise, page_points *points)
{
    static const struct {
        const char *name;
        place (*of)(int class, double u, double v);
    } kinds[] = {{"circles", circles}, {"spirals", spirals}, {"xor", crossed}, {"clouds", clouds}};
    place (*of)(int class, double u, double v) = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        of = strcmp(kinds[i].name, data) == 0 ? kinds[i].of : of;
    }
    if (of == NULL) {
        return ag_fail(g, AG_ERR_VALUE, "circles, spirals, xor, clouds", "no points are called %s",
                       data) == AG_OK;
    }
    for (int i = 0; i < PAGE_POINTS; i++) {
        double u = ag_random_uniform(g), v = ag_random_uniform(g);
        place p = of(i % 2, u, v);
        points->x[i] = p.x + 0.2 * noise * ag_random_normal(g);
        points->y[i] = p.y + 0.2 * noise * ag_random_normal(g);
        points->label[i] = i % 2;
    }
    return true;
}
