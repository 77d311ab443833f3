/* What is drawn from numbers on a grid: colors between levels, lines of equal height, the regions
 * of predicted classes. Must not know how a line is traced.
 *
 * Areas are drawn from the lowest level to the highest, each over all of those below it, so that
 * there is no gap between two. Of several classes each has the area where its number is above those
 * of all others; the border is where the largest two are equal.
 */
#include "plot.h"

#include <math.h>

#define LEVELS 12 /* roughly */

static double number_at(const viz__field *f, size_t column, size_t row)
{
    return f->layer->z[row * f->columns + column];
}

/* How far a class is above the best of the others. */
static double margin_at(const viz__field *f, size_t column, size_t row)
{
    size_t classes = f->layer->classes;
    const double *z = f->layer->z + (row * f->columns + column) * classes;
    double best = -INFINITY;
    for (size_t k = 0; k < classes; k++) {
        best = k != f->class ? fmax(best, z[k]) : best;
    }
    return z[f->class] - best;
}

static viz__field field_of(viz__pen *p, const viz_layer *l)
{
    return (viz__field){.graph = p->out->graph,
                        .columns = l->grid.columns,
                        .rows = l->grid.rows,
                        .get = number_at,
                        .layer = l};
}

/* --- levels ----------------------------------------------------------------------------------- */

viz__levels viz__levels_of(const viz_layer *l)
{
    viz__levels levels = {.n = 0};
    viz__scale s = {.from = INFINITY, .to = -INFINITY, .log = l->log, .length = 40 * LEVELS};
    for (size_t i = 0; i < l->grid.columns * l->grid.rows; i++) {
        if (viz__scale_takes(l->log, l->z[i])) {
            s.from = fmin(s.from, l->z[i]);
            s.to = fmax(s.to, l->z[i]);
        }
    }
    if (s.from > s.to) {
        s.from = s.log ? 0.1 : 0;
        s.to = 1;
    }
    viz__scale_widen(&s, 0);
    levels.from = s.from;
    levels.to = s.to;
    if (s.log) {
        double step = pow(s.to / s.from, 1.0 / LEVELS);
        for (int i = 1; i < LEVELS; i++) {
            levels.value[levels.n++] = s.from * pow(step, i);
        }
        return levels;
    }
    double step = viz__nice_step((s.to - s.from) / LEVELS * 0.8);
    for (double k = floor(s.from / step) + 1; k * step < s.to && levels.n < VIZ__TICKS; k++) {
        levels.value[levels.n++] = k * step;
    }
    return levels;
}

int viz__level_color(const viz__levels *levels, int i)
{
    return levels->n > 0 ? i * (VIZ__RAMP_COLORS - 1) / levels->n : 0;
}

/* --- areas and lines -------------------------------------------------------------------------- */

typedef struct tracing {
    viz__pen *pen;
    const viz__frame *frame;
    const viz_grid *grid;
    bool lines;    /* leave out what runs along an edge */
    bool any, on;  /* something was written; the last point was no edge */
    bool from_on;  /* the ring began at a point that is no edge, */
    double x0, y0; /* which is here */
} tracing;

static void end_ring(tracing *t)
{
    if (t->any && !t->lines) {
        viz__puts(t->pen->out, "z");
    } else if (t->lines && t->on && t->from_on) {
        viz__svg_point(t->pen, "L", t->x0, t->y0);
    }
}

static void put_ring_point(void *user, double column, double row, bool edge, bool begin)
{
    tracing *t = user;
    const viz_grid *g = t->grid;
    double x = g->x_from + (g->x_to - g->x_from) * column / (double)(g->columns - 1);
    double y = g->y_from + (g->y_to - g->y_from) * row / (double)(g->rows - 1);
    x = viz__scale_at(&t->frame->x, x);
    y = viz__scale_at(&t->frame->y, y);
    if (begin) {
        end_ring(t);
        t->from_on = !edge;
        t->x0 = x;
        t->y0 = y;
    }
    if (!(t->lines && edge)) {
        bool up = begin || (t->lines && !t->on);
        viz__svg_point(t->pen, up ? "M" : "L", x, y);
        t->any = true;
    }
    t->on = !edge;
}

static void trace(viz__pen *p, const viz__frame *f, const viz__field *field, double level,
                  bool lines)
{
    tracing t = {.pen = p, .frame = f, .grid = &field->layer->grid, .lines = lines};
    viz__puts(p->out, "<path d=\"");
    viz__fail(p->out, viz__contour(field, level, put_ring_point, &t));
    end_ring(&t);
    viz__puts(p->out, "\"");
}

static void fill_area(viz__pen *p, const viz__frame *f, const viz__field *field, double level,
                      viz__ink ink)
{
    trace(p, f, field, level, false);
    viz__puts(p->out, " fill-rule=\"evenodd\"");
    viz__svg_paint(p, ink, VIZ__INKS);
    viz__puts(p->out, "/>\n");
}

static void draw_contour(viz__pen *p, const viz__frame *f, const viz__field *field, double level,
                         viz__ink ink, double width)
{
    trace(p, f, field, level, true);
    viz__svg_paint(p, VIZ__INKS, ink);
    viz__svg_number(p, "stroke-width", width);
    viz__puts(p->out, "/>\n");
}

void viz__draw_heat(viz__pen *p, const viz__frame *f, const viz_layer *l)
{
    viz__levels levels = viz__levels_of(l);
    viz__field field = field_of(p, l);
    fill_area(p, f, &field, levels.from, VIZ__HEAT);
    for (int i = 0; i < levels.n; i++) {
        fill_area(p, f, &field, levels.value[i],
                  (viz__ink)(VIZ__HEAT + viz__level_color(&levels, i + 1)));
    }
}

void viz__draw_contours(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    viz__levels levels = viz__levels_of(l);
    viz__field field = field_of(p, l);
    viz__ink ink = l->color > 0 ? viz__series_ink(series) : VIZ__INK_MUTED;
    for (int i = 0; i < levels.n; i++) {
        draw_contour(p, f, &field, levels.value[i], ink, 0.8);
    }
}

/* Probabilities in steps of a tenth, from the color of class 0 to that of class 1, and both pale,
 * so that points stand out. */
static void draw_probability(viz__pen *p, const viz__frame *f, const viz_layer *l)
{
    static const int color[] = {12, 11, 10, 9, 8, 6, 5, 4, 3, 2};
    viz__field field = field_of(p, l);
    fill_area(p, f, &field, -VIZ__LARGEST, (viz__ink)(VIZ__SIGN + color[0]));
    for (int i = 1; i < 10; i++) {
        fill_area(p, f, &field, i / 10.0, (viz__ink)(VIZ__SIGN + color[i]));
    }
    draw_contour(p, f, &field, 0.5, VIZ__INK, 1.6);
}

void viz__draw_regions(viz__pen *p, const viz__frame *f, const viz_layer *l)
{
    if (l->classes <= 1) {
        draw_probability(p, f, l);
        return;
    }
    viz__field field = field_of(p, l);
    field.get = margin_at;
    for (size_t k = 0; k < l->classes; k++) {
        field.class = k;
        fill_area(p, f, &field, 0, (viz__ink)(VIZ__TINT + k % VIZ__SERIES_COLORS));
    }
    for (size_t k = 0; k + 1 < l->classes; k++) {
        field.class = k;
        draw_contour(p, f, &field, 0, VIZ__INK, 1.2);
    }
}

void viz_grid_points(const viz_grid *grid, double *xy)
{
    for (size_t row = 0; grid != NULL && xy != NULL && row < grid->rows; row++) {
        double up = (double)row / (double)(grid->rows > 1 ? grid->rows - 1 : 1);
        for (size_t column = 0; column < grid->columns; column++) {
            double right = (double)column / (double)(grid->columns > 1 ? grid->columns - 1 : 1);
            *xy++ = grid->x_from + (grid->x_to - grid->x_from) * right;
            *xy++ = grid->y_from + (grid->y_to - grid->y_from) * up;
        }
    }
}
