/* A line search for the strong Wolfe conditions; see line_search.h. */
#include "line_search.h"

#include <math.h>

static ag_status call(nn__line *line, double at, nn__line_point *p)
{
    line->calls++;
    p->at = at;
    return line->f(line->context, p);
}

/* Eq. 3.6a; a value that is no number decreases nothing. */
static bool decreases(const nn__line *line, const nn__line_point *p)
{
    return p->value <= line->start.value + line->c1 * p->at * line->start.slope;
}

/* Eq. 3.7b. */
static bool is_flat(const nn__line *line, const nn__line_point *p)
{
    return fabs(p->slope) <= -line->c2 * line->start.slope;
}

/* The minimum of the cubic through both values and slopes, eq. 3.59; NaN where it has none. */
static double cubic_minimum(const nn__line_point *a, const nn__line_point *b)
{
    double d1 = a->slope + b->slope - 3 * (a->value - b->value) / (a->at - b->at);
    double square = d1 * d1 - a->slope * b->slope;
    double d2 = b->at > a->at ? sqrt(square) : -sqrt(square);
    return b->at - (b->at - a->at) * ((b->slope + d2 - d1) / (b->slope - a->slope + 2 * d2));
}

/* Between both: the minimum of the cubic where that is inside, or else the middle. */
static double between(const nn__line_point *a, const nn__line_point *b, bool middle)
{
    double low = fmin(a->at, b->at), width = fabs(b->at - a->at), at = cubic_minimum(a, b);
    bool inside = at > low + 1e-3 * width && at < low + 0.999 * width;
    return inside && !middle ? at : low + 0.5 * width;
}

/* Further than b, along which the loss has fallen from a on. */
static double beyond(const nn__line_point *a, const nn__line_point *b)
{
    double width = b->at - a->at, at = cubic_minimum(a, b);
    bool inside = at > b->at + width && at < b->at + 9 * width;
    return inside ? at : b->at + 3 * width;
}

/* Algorithm 3.6: `low` has the lowest value that decreases, and its slope points to `high`. Where
 * two calls did not take a third off their distance, the middle is tried (More and Thuente
 * 1994). */
static ag_status zoom(nn__line *line, nn__line_point low, nn__line_point high,
                      nn__line_point *found)
{
    double width[2] = {(double)INFINITY, (double)INFINITY}; /* one call ago, two calls ago */
    while (line->calls < line->most && fabs(high.at - low.at) > 1e-15 * fabs(high.at)) {
        nn__line_point p;
        double now = fabs(high.at - low.at);
        ag_status status = call(line, between(&low, &high, now > 0.66 * width[1]), &p);
        width[1] = width[0];
        width[0] = now;
        if (status != AG_OK) {
            return status;
        }
        if (!decreases(line, &p) || p.value >= low.value) {
            high = p;
            continue;
        }
        if (is_flat(line, &p)) {
            low = p;
            break;
        }
        if (p.slope * (high.at - low.at) >= 0) {
            high = low;
        }
        low = p;
    }
    *found = low;
    return AG_OK;
}

ag_status nn__line_search(nn__line *line, double first, nn__line_point *found)
{
    nn__line_point before = line->start, p = before;
    double at = first;
    *found = line->start;
    while (line->calls < line->most) {
        ag_status status = call(line, at, &p);
        if (status != AG_OK) {
            return status;
        }
        if (!decreases(line, &p) || (before.at > 0 && p.value >= before.value)) {
            return zoom(line, before, p, found);
        }
        *found = p;
        if (is_flat(line, &p)) {
            return AG_OK;
        }
        if (p.slope >= 0) {
            return zoom(line, p, before, found);
        }
        at = beyond(&before, &p);
        before = p;
    }
    return AG_OK;
}
