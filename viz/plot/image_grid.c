/* Images in a grid, with titles. Pixels that have one color side by side are one rectangle, and
 * those of one color one path, so a digit takes about two kilobytes, and the dark look can turn it
 * around. Must not know where the images are from.
 */
#include "plot.h"

#include <math.h>

#define MOST_SIZE 512
#define MOST_IMAGES 10000
#define TARGET 64
#define GAP 10
#define TITLE 16
#define TITLE_FONT 11

typedef struct tiles {
    size_t across;
    double from, to, scale, width, height; /* the numbers at the ends of the ramp; of a tile */
    viz__ink ramp;
} tiles;

static size_t size_of(const viz_images *m)
{
    return m->rows * m->columns;
}

static tiles tiles_of(const viz_images *m)
{
    tiles t = {.from = m->from, .to = m->to, .ramp = m->sign ? VIZ__SIGN : VIZ__GRAY};
    bool open = m->from == 0 && m->to == 0;
    for (size_t i = 0; i < m->n * size_of(m) && open; i++) {
        if (viz__scale_takes(false, m->pixel[i])) {
            t.from = fmin(t.from, m->pixel[i]);
            t.to = fmax(t.to, m->pixel[i]);
        }
    }
    if (m->sign) {
        t.to = fmax(fabs(t.from), fabs(t.to));
        t.from = -t.to;
    }
    size_t larger = m->rows > m->columns ? m->rows : m->columns;
    t.scale = m->scale > 0 ? m->scale : fmax(1, floor(TARGET / (double)larger + 0.5));
    t.across = m->across > 0 ? m->across : (size_t)ceil(sqrt((double)m->n));
    t.across = t.across < m->n ? t.across : m->n;
    t.width = t.scale * (double)m->columns;
    t.height = t.scale * (double)m->rows + (m->image_title != NULL ? TITLE : 0);
    for (size_t i = 0; i < m->n && m->image_title != NULL; i++) {
        const char *title = m->image_title[i] != NULL ? m->image_title[i] : "";
        t.width = fmax(t.width, viz__text_width(title, TITLE_FONT, false));
    }
    return t;
}

/* The color of a pixel, from 0; -1 for none, since it is as the paper. */
static int color_of(const tiles *t, double value)
{
    if (!viz__scale_takes(false, value) || t->to <= t->from) {
        return -1;
    }
    double share = fmin(fmax((value - t->from) / (t->to - t->from), 0), 1);
    int color = (int)(share * (VIZ__RAMP_COLORS - 1) + 0.5);
    int paper = t->ramp == VIZ__SIGN ? VIZ__RAMP_COLORS / 2 : 0;
    return color == paper ? -1 : color;
}

/* All pixels of one color; nothing where there are none. */
static void draw_color(viz__pen *p, const viz_images *m, const tiles *t, const double *pixel,
                       int color)
{
    bool any = false;
    for (size_t row = 0; row < m->rows; row++) {
        for (size_t column = 0, run; column<m->columns; column += run> 0 ? run : 1) {
            const double *at = pixel + row * m->columns + column;
            for (run = 0; column + run < m->columns && color_of(t, at[run]) == color;) {
                run++;
            }
            if (run > 0) {
                viz__puts(p->out, any ? "" : "<path d=\"");
                viz__print(p->out, "M%zu %zuh%zuv1h-%zuz", column, row, run, run);
                any = true;
            }
        }
    }
    if (any) {
        viz__puts(p->out, "\"");
        viz__svg_paint(p, (viz__ink)((int)t->ramp + color), VIZ__INKS);
        viz__puts(p->out, "/>\n");
    }
}

static void put_scale(viz__pen *p, double x, double y, double scale)
{
    viz__svg_point(p, "<g shape-rendering=\"crispEdges\" transform=\"translate(", x, y);
    viz__puts(p->out, ") scale(");
    viz__fixed(p->out, scale);
    viz__puts(p->out, ")\">\n");
}

static void draw_image(viz__pen *p, const viz_images *m, const tiles *t, size_t i, double x,
                       double y)
{
    double wide = t->scale * (double)m->columns, high = t->scale * (double)m->rows;
    if (m->image_title != NULL) {
        const char *title = m->image_title[i] != NULL ? m->image_title[i] : "";
        viz__svg_text(p,
                      (viz__label){.x = x + t->width / 2,
                                   .y = y + TITLE - 5,
                                   .size = TITLE_FONT,
                                   .ink = VIZ__INK,
                                   .anchor = 'm'},
                      title);
        y += TITLE;
    }
    x += (t->width - wide) / 2;
    put_scale(p, x, y, t->scale);
    for (int color = 0; color < VIZ__RAMP_COLORS; color++) {
        draw_color(p, m, t, m->pixel + i * size_of(m), color);
    }
    viz__puts(p->out, "</g>\n<g opacity=\"0.4\">");
    viz__svg_rectangle(p, x, y, wide, high, VIZ__INKS, VIZ__INK_MUTED);
    viz__puts(p->out, "</g>\n");
}

static void draw_images(viz__pen *p, const void *what, double *width, double *height)
{
    const viz_images *m = what;
    tiles t = tiles_of(m);
    double top = VIZ__MARGIN + viz__chart_title(p, m->title, VIZ__MARGIN, VIZ__MARGIN);
    for (size_t i = 0; i < m->n; i++) {
        draw_image(p, m, &t, i, VIZ__MARGIN + (double)(i % t.across) * (t.width + GAP),
                   top + (double)(i / t.across) * (t.height + GAP));
    }
    size_t rows = (m->n + t.across - 1) / t.across;
    double title = m->title != NULL ? viz__text_width(m->title, VIZ__TITLE_SIZE, true) : 0;
    *width = fmax((double)t.across * (t.width + GAP) - GAP, title) + 2 * VIZ__MARGIN;
    *height = top + (double)rows * (t.height + GAP) - GAP + VIZ__MARGIN;
}

static void fault_of_images(viz__out *why, const void *what)
{
    const viz_images *m = what;
    bool sized = m->n >= 1 && m->n <= MOST_IMAGES && m->rows >= 1 && m->rows <= MOST_SIZE &&
                 m->columns >= 1 && m->columns <= MOST_SIZE && m->scale >= 0 && m->scale <= 1000;
    if (m->pixel == NULL || !sized) {
        viz__puts(why, "images: 1 to 10000 of 1 to 512 rows and columns, and their pixels");
    } else if (m->from > m->to || !(fabs(m->from) <= VIZ__LARGEST && fabs(m->to) <= VIZ__LARGEST)) {
        viz__puts(why, "images: `from` must be below `to`");
    }
}

static void csv_of_images(viz__out *out, const void *what)
{
    const viz_images *m = what;
    viz__puts(out, "image,title,row,column,value\n");
    for (size_t i = 0; i < m->n * size_of(m) && out->status == AG_OK; i++) {
        size_t image = i / size_of(m), at = i % size_of(m);
        const char *title = m->image_title != NULL ? m->image_title[image] : NULL;
        viz__print(out, "%zu,", image);
        viz__csv(out, title != NULL ? title : "");
        viz__print(out, ",%zu,%zu,", at / m->columns, at % m->columns);
        viz__exact(out, m->pixel[i]);
        viz__puts(out, "\n");
    }
}

static void describe_images(viz__out *out, const void *what)
{
    const viz_images *m = what;
    viz__print(out, "%zu images of %zu by %zu pixels", m->n, m->columns, m->rows);
    for (size_t i = 0; i < m->n && i < 100 && m->image_title != NULL; i++) {
        if (m->image_title[i] != NULL) {
            viz__print(out, "; %s", m->image_title[i]);
        }
    }
    viz__puts(out, ".");
}

static const char *title_of_images(const void *what)
{
    const char *title = ((const viz_images *)what)->title;
    return title != NULL ? title : "Images";
}

const viz__chart_kind viz__images_kind = {fault_of_images, draw_images, csv_of_images,
                                          describe_images, title_of_images};

ag_status viz_save_images(ag_graph *g, const char *path, const viz_images *images,
                          const viz_options *options)
{
    return viz__chart_save("viz_save_images", g, path, &viz__images_kind, images, options);
}
