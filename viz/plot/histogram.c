/* Bins of a histogram, with nice edges, and its bars. Must not know other layers.
 *
 * Source: Sturges, "The Choice of a Class Interval", 1926, for how many bins there are.
 */
#include "plot.h"

#include <math.h>

static double bin_of(const viz__bins *b, double value)
{
    double bin = floor((value - b->from) / b->step + 1e-9);
    return fmin(fmax(bin, 0), (double)b->n - 1);
}

viz__bins viz__bins_of(const viz_layer *l)
{
    viz__bins b = {.n = 0};
    viz__scale s = {.from = INFINITY, .to = -INFINITY};
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (viz__scale_takes(false, l->x[i])) {
            s.from = fmin(s.from, l->x[i]);
            s.to = fmax(s.to, l->x[i]);
            n++;
        }
    }
    if (n == 0) {
        return (viz__bins){.step = 1, .n = 1};
    }
    if (s.from == s.to) {
        viz__scale_widen(&s, 0);
    }
    size_t wanted = l->bins > 0 ? l->bins : 1 + (size_t)ceil(log2((double)n));
    wanted = wanted < VIZ__BINS / 4 ? wanted : VIZ__BINS / 4;
    b.step = viz__nice_step((s.to - s.from) / (double)wanted * 0.8);
    b.from = floor(s.from / b.step + 1e-9) * b.step;
    b.n = 1 + (size_t)fmin(fmax(floor((s.to - b.from) / b.step - 1e-9), 0), VIZ__BINS - 1);
    for (size_t i = 0; i < l->n; i++) {
        if (viz__scale_takes(false, l->x[i])) {
            size_t bin = (size_t)bin_of(&b, l->x[i]);
            b.count[bin]++;
            b.most = b.count[bin] > b.most ? b.count[bin] : b.most;
        }
    }
    return b;
}

void viz__draw_histogram(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    viz__bins b = viz__bins_of(l);
    double bottom = f->y.at;
    viz__puts(p->out, "<g fill-opacity=\"0.75\">\n");
    for (size_t i = 0; i < b.n; i++) {
        if (b.count[i] == 0) {
            continue;
        }
        double left = viz__scale_at(&f->x, b.from + b.step * (double)i);
        double right = viz__scale_at(&f->x, b.from + b.step * (double)(i + 1));
        double top = viz__scale_at(&f->y, (double)b.count[i]);
        viz__svg_rectangle(p, left, top, right - left, bottom - top,
                           (viz__ink)(VIZ__TINT + series % VIZ__SERIES_COLORS),
                           viz__series_ink(series));
    }
    viz__puts(p->out, "</g>\n");
}
