/* Sizes of planes and boxes; see conv_layout.h. Must not know what a number is. */
#include "conv_layout.h"

#include <stdbool.h>

enum {
    PLANE_BYTES = 384 << 10, /* the most that a box takes of the second cache, if it can be cut */
    SUM_BYTES = 384 << 10,   /* the most that the results of a box take of it */
    LONG = 256,              /* the number of positions that make a box worth its cost */
    PIECES = 8               /* boxes are cut further until there are so many pieces */
};

int64_t ag__divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Divides a dimension among planes: either a plane for each remainder of a place divided by `step`,
 * or a plane for each element of the window, whichever takes less memory. The second way may take
 * less if windows are wide and have holes. */
static ag__dealt dealt_of(const ag__sliding *a, int64_t n)
{
    int64_t common = ag__divisor(a->step, a->by), reach = (a->count - 1) * a->by;
    ag__dealt d = {a->step / common, common, n + reach / a->step};
    if ((double)a->count * (double)n < (double)d.planes * (double)d.extent) {
        d = (ag__dealt){a->count, a->by, n};
    }
    return d;
}

/* Whether each element of the window has a plane of its own. */
static bool of_each(const ag__dealt *d, const ag__sliding *a)
{
    return d->planes == a->count && d->unit == a->by;
}

/* The plane of element k of the window. */
static int64_t plane_of(const ag__dealt *d, const ag__sliding *a, int64_t k)
{
    return of_each(d, a) ? k : k * a->by % a->step / d->unit;
}

/* How far element k of the window lies from the beginning of its plane. */
static int64_t shift_of(const ag__dealt *d, const ag__sliding *a, int64_t k)
{
    return of_each(d, a) ? 0 : k * a->by / a->step;
}

static bool planes_fit(ag__layout_cut *c, const ag__slides *s, size_t element)
{
    double all = (double)element * (double)c->channels * (double)c->samples;
    for (int d = 0; d < 3; d++) {
        c->dealt[d] = dealt_of(&s->along[d], c->n[d]);
        all *= (double)c->dealt[d].planes * (double)c->dealt[d].extent;
    }
    return all <= PLANE_BYTES;
}

static bool sums_fit(const ag__layout_cut *c, const ag__slides *s, size_t element)
{
    double all = (double)element * (double)s->m * (double)c->samples;
    return all * (double)c->n[0] * (double)c->dealt[1].extent * (double)c->dealt[2].extent <=
           SUM_BYTES;
}

static bool halve(int64_t *n, int64_t least)
{
    if (*n <= least) {
        return false;
    }
    *n = (*n + 1) / 2;
    return true;
}

/* Makes a box smaller until it fits the cache. Rows stay long, and several stay together, as far as
 * possible. */
static void shrink(ag__layout_cut *c, const ag__slides *s, size_t element)
{
    bool planes = planes_fit(c, s, element), more = true;
    while (more && !(planes && sums_fit(c, s, element))) {
        more = halve(&c->n[0], 1) || halve(&c->n[1], 4) || (!planes && halve(&c->channels, 8)) ||
               halve(&c->n[1], 1) || halve(&c->n[2], LONG) || (!planes && halve(&c->channels, 1)) ||
               halve(&c->n[2], 1);
        planes = planes_fit(c, s, element);
    }
}

static int64_t pieces_of(int64_t n, int64_t each)
{
    return (n + each - 1) / each;
}

static void count_pieces(ag__layout_cut *c, const ag__slides *s)
{
    c->sample_pieces = pieces_of(s->batch, c->samples);
    c->pieces = c->sample_pieces * s->groups;
    for (int d = 0; d < 3; d++) {
        c->boxes[d] = pieces_of(s->along[d].n, c->n[d]);
        c->pieces *= c->boxes[d];
    }
}

/* Takes several samples together if one has few positions, and cuts boxes further if there are few
 * pieces. */
static void balance(ag__layout_cut *c, const ag__slides *s, size_t element, bool one)
{
    int64_t positions = c->n[0] * c->n[1] * c->n[2];
    count_pieces(c, s);
    if (!one && positions < LONG && c->boxes[0] * c->boxes[1] * c->boxes[2] == 1) {
        int64_t most = pieces_of(s->batch, PIECES);
        c->samples = LONG / positions < most ? LONG / positions : most;
        while (c->samples > 1 && !(planes_fit(c, s, element) && sums_fit(c, s, element))) {
            c->samples /= 2;
        }
    }
    while (c->pieces < PIECES && c->n[0] * c->n[1] * c->n[2] > 8 * LONG &&
           (halve(&c->n[0], 1) || halve(&c->n[1], 8))) {
        count_pieces(c, s);
    }
}

void ag__cut_open(ag__layout_cut *c, const ag__slides *s, size_t element, int64_t columns, int one)
{
    *c = (ag__layout_cut){.samples = 1, .channels = s->channels, .window = 1, .sample = 1};
    for (int d = 0; d < 3; d++) {
        c->n[d] = s->along[d].n;
        c->window *= s->along[d].count;
    }
    shrink(c, s, element);
    balance(c, s, element, one);
    count_pieces(c, s);
    int64_t planes = 1, last = 0;
    for (int d = 0; d < 3; d++) {
        c->dealt[d] = dealt_of(&s->along[d], c->n[d]);
        c->sample *= c->dealt[d].extent;
        planes *= c->dealt[d].planes;
        last = last * c->dealt[d].extent + c->n[d] - 1;
    }
    c->plane = c->samples * c->sample;
    c->channel = planes * c->plane;
    c->span = pieces_of((c->samples - 1) * c->sample + last + 1, columns) * columns;
}

void ag__cut_places(const ag__layout_cut *c, const ag__slides *s, int64_t *at)
{
    for (int64_t i = 0; i < c->channels * c->window; i++) {
        int64_t k = i % c->window, plane = 0, shift = 0, of[3];
        for (int d = 2; d >= 0; d--) {
            of[d] = k % s->along[d].count;
            k /= s->along[d].count;
        }
        for (int d = 0; d < 3; d++) {
            plane = plane * c->dealt[d].planes + plane_of(&c->dealt[d], &s->along[d], of[d]);
            shift = shift * c->dealt[d].extent + shift_of(&c->dealt[d], &s->along[d], of[d]);
        }
        at[i] = i / c->window * c->channel + plane * c->plane + shift;
    }
}

ag__box ag__box_of(const ag__layout_cut *c, const ag__slides *s, int64_t piece)
{
    ag__box b;
    for (int d = 2; d >= 0; d--) {
        b.from[d] = piece % c->boxes[d] * c->n[d];
        b.n[d] = s->along[d].n - b.from[d] < c->n[d] ? s->along[d].n - b.from[d] : c->n[d];
        piece /= c->boxes[d];
    }
    b.group = piece % s->groups;
    b.sample = piece / s->groups * c->samples;
    b.samples = s->batch - b.sample < c->samples ? s->batch - b.sample : c->samples;
    return b;
}

void ag__meets(int64_t from, int64_t step, int64_t n, int64_t extent, int64_t *low, int64_t *high)
{
    *low = from < 0 ? (-from - 1) / step + 1 : 0;
    *high = from < n ? (n - 1 - from) / step + 1 : 0;
    *high = *high < extent ? *high : extent;
    *low = *low < *high ? *low : *high;
}
