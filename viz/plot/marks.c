/* Lines, the paths of optimizers, points and arrows of a plot. Must not know axes but as scales.
 */
#include "plot.h"

#include <math.h>

#define STEPS_SHOWN 60 /* a path of at most so many points shows each */
#define HEAD 5         /* the length of an arrow's head */

size_t viz__layers(const viz_plot *plot)
{
    size_t n = 0;
    while (n < VIZ_LAYERS && plot->layer[n].kind != VIZ_NO_LAYER) {
        n++;
    }
    return n;
}

bool viz__is_field(viz_layer_kind kind)
{
    return kind == VIZ_HEAT || kind == VIZ_CONTOURS || kind == VIZ_REGIONS;
}

double viz__layer_x(const viz_layer *l, size_t i)
{
    return l->x != NULL ? l->x[i] : (double)(i + 1);
}

double viz__layer_y(const viz_layer *l, size_t i)
{
    return l->y != NULL ? l->y[i] : 0;
}

/* Fields have no color of their own, and a dashed line has that of the layer before it. */
size_t viz__layer_color(const viz_plot *plot, size_t layer)
{
    size_t next = 0, color = 0;
    for (size_t k = 0; k <= layer; k++) {
        const viz_layer *l = &plot->layer[k];
        if (l->color > 0) {
            color = (size_t)l->color - 1;
        } else if (!viz__is_field(l->kind) && !(l->dashed && k > 0)) {
            color = next;
        }
        next = color >= next && !viz__is_field(l->kind) ? color + 1 : next;
    }
    return color;
}

const char *viz__dashes(size_t series, bool dashed)
{
    static const char *const pattern[] = {"", "9 3", "2 3", "9 3 2 3", "14 3", "5 2", "1 2", "4 4"};
    return dashed ? "6 4" : pattern[series % VIZ__SERIES_COLORS];
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool takes(const viz__frame *f, const viz_layer *l, size_t i)
{
    return viz__scale_takes(f->x.log, viz__layer_x(l, i)) &&
           viz__scale_takes(f->y.log, viz__layer_y(l, i));
}

static void put_at(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t i, const char *how)
{
    viz__svg_point(p, how, viz__scale_at(&f->x, viz__layer_x(l, i)),
                   viz__scale_at(&f->y, viz__layer_y(l, i)));
}

/* A value between two that are left out is a dot, since a line of one point shows nothing. */
static void put_polyline(viz__pen *p, const viz__frame *f, const viz_layer *l)
{
    bool open = false;
    viz__puts(p->out, "<path d=\"");
    for (size_t i = 0; i < l->n; i++) {
        bool good = takes(f, l, i);
        if (good) {
            put_at(p, f, l, i, open ? "L" : "M");
            bool alone = !open && (i + 1 == l->n || !takes(f, l, i + 1));
            viz__puts(p->out, alone ? "h0.1" : "");
        }
        open = good;
    }
    viz__puts(p->out, "\" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
}

static void draw_polyline(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series,
                          const char *dashes)
{
    put_polyline(p, f, l);
    viz__svg_paint(p, VIZ__INKS, viz__series_ink(series));
    viz__svg_number(p, "stroke-width", l->size > 0 ? l->size : 2);
    viz__print(p->out, dashes[0] != '\0' ? " stroke-dasharray=\"%s\"/>\n" : "%s/>\n", dashes);
}

void viz__draw_line(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    draw_polyline(p, f, l, series, viz__dashes(series, l->dashed));
}

/* --- paths ------------------------------------------------------------------------------------ */

static void put_disk(viz__pen *p, double x, double y, double radius)
{
    viz__svg_point(p, "M", x - radius, y);
    viz__svg_point(p, "a", radius, radius);
    viz__svg_point(p, " 0 1 0 ", 2 * radius, 0);
    viz__svg_point(p, "a", radius, radius);
    viz__svg_point(p, " 0 1 0 ", -2 * radius, 0);
    viz__puts(p->out, "z");
}

static void put_end(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t i, viz__ink fill,
                    viz__ink stroke)
{
    viz__puts(p->out, "<path d=\"");
    put_disk(p, viz__scale_at(&f->x, viz__layer_x(l, i)), viz__scale_at(&f->y, viz__layer_y(l, i)),
             4);
    viz__puts(p->out, "\" stroke-width=\"1.8\"");
    viz__svg_paint(p, fill, stroke);
    viz__puts(p->out, "/>\n");
}

void viz__draw_path(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    viz__ink ink = viz__series_ink(series);
    size_t first = l->n, last = l->n;
    draw_polyline(p, f, l, series, "");
    viz__puts(p->out, "<path d=\"");
    for (size_t i = 0; i < l->n; i++) {
        if (takes(f, l, i)) {
            first = first == l->n ? i : first;
            last = i;
            if (l->n <= STEPS_SHOWN) {
                viz__put_symbol(p, series, viz__scale_at(&f->x, viz__layer_x(l, i)),
                                viz__scale_at(&f->y, viz__layer_y(l, i)), 2.6);
            }
        }
    }
    viz__puts(p->out, "\"");
    viz__svg_paint(p, ink, VIZ__INKS);
    viz__puts(p->out, "/>\n");
    if (last < l->n) {
        put_end(p, f, l, first, VIZ__PAPER, ink);
        put_end(p, f, l, last, ink, VIZ__PAPER);
    }
}

/* --- points ----------------------------------------------------------------------------------- */

/* A polygon of points around the middle, in units of the size. */
static void put_polygon(viz__pen *p, const double (*corner)[2], int n, double x, double y,
                        double size)
{
    for (int i = 0; i < n; i++) {
        viz__svg_point(p, i == 0 ? "M" : "L", x + size * corner[i][0], y + size * corner[i][1]);
    }
    viz__puts(p->out, "z");
}

static void put_side(viz__pen *p, const char *command, double length)
{
    viz__puts(p->out, command);
    viz__fixed(p->out, length);
}

/* In few bytes, since there may be thousands. */
static void put_square(viz__pen *p, double x, double y, double half)
{
    viz__svg_point(p, "M", x - half, y - half);
    put_side(p, "h", 2 * half);
    put_side(p, "v", 2 * half);
    put_side(p, "h", -2 * half);
    viz__puts(p->out, "z");
}

/* Of about equal areas: disk, square, triangle, diamond, plus, triangle on its tip. */
void viz__put_symbol(viz__pen *p, size_t class, double x, double y, double size)
{
    static const double up[][2] = {{0, -1.3}, {1.2, .9}, {-1.2, .9}};
    static const double diamond[][2] = {{0, -1.35}, {1.35, 0}, {0, 1.35}, {-1.35, 0}};
    static const double plus[][2] = {{-.45, -1.3}, {.45, -1.3}, {.45, -.45},  {1.3, -.45},
                                     {1.3, .45},   {.45, .45},  {.45, 1.3},   {-.45, 1.3},
                                     {-.45, .45},  {-1.3, .45}, {-1.3, -.45}, {-.45, -.45}};
    static const double down[][2] = {{0, 1.3}, {1.2, -.9}, {-1.2, -.9}};
    static const struct {
        const double (*corner)[2];
        int n;
    } polygon[] = {{up, 3}, {diamond, 4}, {plus, 12}, {down, 3}};
    size_t shape = class % 6;
    if (shape == 0) {
        put_disk(p, x, y, size);
    } else if (shape == 1) {
        put_square(p, x, y, 0.9 * size);
    } else {
        put_polygon(p, polygon[shape - 2].corner, polygon[shape - 2].n, x, y, size);
    }
}

static void draw_class(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t class,
                       size_t series)
{
    double size = l->size > 0 ? l->size : l->n > 400 ? 2.5 : l->n > 100 ? 3 : 4;
    viz__puts(p->out, "<path d=\"");
    for (size_t i = 0; i < l->n; i++) {
        if (takes(f, l, i) && (l->label == NULL || (size_t)l->label[i] == class)) {
            viz__put_symbol(p, series, viz__scale_at(&f->x, viz__layer_x(l, i)),
                            viz__scale_at(&f->y, viz__layer_y(l, i)), size);
        }
    }
    viz__puts(p->out, size < 2.5 ? "\" stroke-width=\"0.3\"" : "\" stroke-width=\"0.6\"");
    viz__svg_paint(p, viz__series_ink(series), VIZ__PAPER);
    viz__puts(p->out, "/>\n");
}

size_t viz__label_classes(const viz_layer *l)
{
    size_t classes = 1;
    for (size_t i = 0; l->label != NULL && i < l->n; i++) {
        classes = (size_t)l->label[i] + 1 > classes ? (size_t)l->label[i] + 1 : classes;
    }
    return classes;
}

void viz__draw_points(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    if (l->label == NULL) {
        draw_class(p, f, l, 0, series);
        return;
    }
    for (size_t class = 0; class < viz__label_classes(l); class ++) {
        draw_class(p, f, l, class, class);
    }
}

/* --- arrows ----------------------------------------------------------------------------------- */

/* Arrows are as long as they want to be compared with each other, and the longest spans what one
 * arrow has on average of the rectangle. */
static double arrow_scale(const viz__frame *f, const viz_layer *l)
{
    double longest = 0, across = f->x.length / (f->x.to - f->x.from);
    double upright = f->y.length / (f->y.to - f->y.from);
    for (size_t i = 0; i < l->n; i++) {
        double length = hypot(l->dx[i] * across, l->dy[i] * upright);
        longest = takes(f, l, i) && isfinite(length) ? fmax(longest, length) : longest;
    }
    double room = sqrt(f->width * f->height / fmax(1, (double)l->n));
    return longest > 0 ? fmin(room, 60) / longest : 0;
}

static void put_arrow(viz__pen *p, double x, double y, double dx, double dy)
{
    double length = hypot(dx, dy);
    viz__svg_point(p, "M", x, y);
    viz__svg_point(p, "l", dx, dy);
    if (length > 2) {
        double head = fmin(HEAD, length * 0.6), ux = dx / length, uy = dy / length;
        viz__svg_point(p, "m", head * (-0.9 * ux - 0.45 * uy), head * (-0.9 * uy + 0.45 * ux));
        viz__svg_point(p, "L", x + dx, y + dy);
        viz__svg_point(p, "l", head * (-0.9 * ux + 0.45 * uy), head * (-0.9 * uy - 0.45 * ux));
    }
}

void viz__draw_arrows(viz__pen *p, const viz__frame *f, const viz_layer *l, size_t series)
{
    double scale = arrow_scale(f, l);
    double across = scale * f->x.length / (f->x.to - f->x.from);
    double upright = scale * f->y.length / (f->y.to - f->y.from);
    viz__puts(p->out, "<path d=\"");
    for (size_t i = 0; i < l->n; i++) {
        if (takes(f, l, i) && viz__scale_takes(false, l->dx[i]) &&
            viz__scale_takes(false, l->dy[i])) {
            put_arrow(p, viz__scale_at(&f->x, viz__layer_x(l, i)),
                      viz__scale_at(&f->y, viz__layer_y(l, i)), across * l->dx[i],
                      upright * l->dy[i]);
        }
    }
    viz__puts(p->out, "\" stroke-width=\"1.3\" stroke-linecap=\"round\"");
    viz__svg_paint(p, VIZ__INKS, viz__series_ink(series));
    viz__puts(p->out, "/>\n");
}
