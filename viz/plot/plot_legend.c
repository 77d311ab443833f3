/* The legend, above the data, where it can cover none of them. Must not know axes.
 */
#include "plot.h"

#include <string.h>

#define ENTRIES 64
#define ROW 18
#define SAMPLE 26 /* the width of a line or symbol, with its gap */
#define GAP 18    /* between two entries */

typedef struct entry {
    const char *name;
    viz_layer_kind kind;
    size_t series;
    bool dashed;
} entry;

typedef struct entries {
    entry entry[ENTRIES];
    size_t n;
} entries;

static void add_entry(entries *e, entry new)
{
    for (size_t i = 0; i < e->n; i++) {
        entry *old = &e->entry[i];
        if (strcmp(old->name, new.name) == 0 && old->kind == new.kind &&
            old->series == new.series && old->dashed == new.dashed) {
            return;
        }
    }
    if (e->n < ENTRIES) {
        e->entry[e->n++] = new;
    }
}

/* Classes that have points need no entry for their regions. */
static bool has_points_of_classes(const viz_plot *plot)
{
    for (size_t k = 0; k < viz__layers(plot); k++) {
        if (plot->layer[k].kind == VIZ_POINTS && plot->layer[k].class_name != NULL &&
            plot->layer[k].label != NULL) {
            return true;
        }
    }
    return false;
}

static void add_classes(entries *e, const viz_layer *l, bool has_points)
{
    bool regions = l->kind == VIZ_REGIONS;
    size_t classes = regions && l->classes <= 1 ? 2 : l->classes;
    for (size_t c = 0; c < classes && !(regions && has_points); c++) {
        if (l->class_name[c] != NULL) {
            add_entry(e, (entry){.name = l->class_name[c], .kind = l->kind, .series = c});
        }
    }
}

static void add_plot(entries *e, const viz_plot *plot)
{
    bool points = has_points_of_classes(plot);
    for (size_t k = 0; k < viz__layers(plot); k++) {
        const viz_layer *l = &plot->layer[k];
        if (l->class_name != NULL && (l->label != NULL || l->kind == VIZ_REGIONS)) {
            add_classes(e, l, points);
        } else if (l->name != NULL && l->kind != VIZ_HEAT) {
            add_entry(e, (entry){.name = l->name,
                                 .kind = l->kind,
                                 .dashed = l->dashed,
                                 .series = viz__layer_color(plot, k)});
        }
    }
}

static void draw_symbol(viz__pen *p, size_t series, double x, double y, double size)
{
    viz__puts(p->out, "<path d=\"");
    viz__put_symbol(p, series, x, y, size);
    viz__puts(p->out, "\"");
    viz__svg_paint(p, viz__series_ink(series), VIZ__INKS);
    viz__puts(p->out, "/>\n");
}

static void draw_sample(viz__pen *p, const entry *e, double x, double y)
{
    viz__ink ink = viz__series_ink(e->series);
    const char *dashes = e->kind == VIZ_LINE ? viz__dashes(e->series, e->dashed) : "";
    if (e->kind == VIZ_REGIONS || e->kind == VIZ_HISTOGRAM) {
        viz__svg_rectangle(p, x + SAMPLE - 20, y - 5, 14, 10,
                           (viz__ink)(VIZ__TINT + e->series % VIZ__SERIES_COLORS), ink);
    } else if (e->kind != VIZ_POINTS) {
        viz__svg_point(p, "<path d=\"M", x, y);
        viz__svg_point(p, "L", x + SAMPLE - 6, y);
        viz__puts(p->out, "\" stroke-width=\"2\"");
        viz__svg_paint(p, VIZ__INKS, e->kind == VIZ_CONTOURS ? VIZ__INK_MUTED : ink);
        viz__print(p->out, dashes[0] != '\0' ? " stroke-dasharray=\"%s\"/>\n" : "%s/>\n", dashes);
    }
    if (e->kind == VIZ_PATH || e->kind == VIZ_POINTS) {
        draw_symbol(p, e->series, x + SAMPLE / 2.0 - 3, y, e->kind == VIZ_PATH ? 3 : 4.5);
    }
}

double viz__draw_legend(viz__pen *p, const viz_plot *plot, size_t n, double x, double y,
                        double width)
{
    entries e = {.n = 0};
    for (size_t i = 0; i < n; i++) {
        add_plot(&e, &plot[i]);
    }
    double at = x, row = 0;
    for (size_t i = 0; i < e.n; i++) {
        double wide = SAMPLE + viz__text_width(e.entry[i].name, VIZ__TEXT_SIZE, false);
        if (at > x && at + wide > x + width) {
            at = x;
            row += ROW;
        }
        draw_sample(p, &e.entry[i], at, y + row + ROW / 2.0);
        viz__svg_text(
            p, (viz__label){.x = at + SAMPLE, .y = y + row + ROW / 2.0 + 4.2, .ink = VIZ__INK},
            e.entry[i].name);
        at += wide + GAP;
    }
    return e.n > 0 ? row + ROW + 4 : 0;
}
