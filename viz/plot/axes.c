/* The axes of a plot: ranges, margins, ticks, grid lines, labels. Must not know how a layer is
 * drawn.
 */
#include "plot.h"

#include <math.h>

#define TICK 4         /* the length of a tick */
#define SCALE_WIDTH 14 /* of the scale of colors, */
#define SCALE_ROOM 74  /* and with its numbers */
#define NARROWEST 60   /* the rectangle of the data */

/* --- ranges ----------------------------------------------------------------------------------- */

static void include(viz__scale *s, double value)
{
    if (viz__scale_takes(s->log, value)) {
        s->from = fmin(s->from, value);
        s->to = fmax(s->to, value);
    }
}

static void include_layer(const viz_layer *l, viz__scale *x, viz__scale *y)
{
    if (viz__is_field(l->kind)) {
        include(x, l->grid.x_from);
        include(x, l->grid.x_to);
        include(y, l->grid.y_from);
        include(y, l->grid.y_to);
        return;
    }
    if (l->kind == VIZ_HISTOGRAM) {
        viz__bins b = viz__bins_of(l);
        include(x, b.from);
        include(x, b.from + b.step * (double)b.n);
        include(y, y->log ? 0.5 : 0);
        include(y, (double)b.most);
        return;
    }
    for (size_t i = 0; i < l->n; i++) {
        double at = viz__layer_x(l, i), value = viz__layer_y(l, i);
        if (viz__scale_takes(x->log, at) && viz__scale_takes(y->log, value)) {
            include(x, at);
            include(y, value);
        }
    }
}

/* The range of what was included, or of what the user wants. */
static void finish_range(viz__scale *s, const viz_axis *axis, double pad)
{
    if (axis->from != 0 || axis->to != 0) {
        s->from = axis->from;
        s->to = axis->to;
        return;
    }
    if (s->from > s->to) { /* nothing there */
        s->from = s->log ? 0.1 : 0;
        s->to = 1;
    }
    viz__scale_widen(s, pad);
}

void viz__plot_range(const viz_plot *plot, viz__scale *x, viz__scale *y)
{
    bool field = false, bars = false, arrows = false, whole = true;
    *x = (viz__scale){.from = INFINITY, .to = -INFINITY, .log = plot->x.log};
    *y = (viz__scale){.from = INFINITY, .to = -INFINITY, .log = plot->y.log};
    for (size_t k = 0; k < viz__layers(plot); k++) {
        const viz_layer *l = &plot->layer[k];
        field = field || viz__is_field(l->kind);
        bars = bars || l->kind == VIZ_HISTOGRAM;
        arrows = arrows || l->kind == VIZ_ARROWS;
        whole = whole && l->kind == VIZ_LINE && l->x == NULL;
        include_layer(l, x, y);
    }
    finish_range(x, &plot->x, arrows ? 0.1 : field ? 0 : 0.025);
    bool floor_at_zero = bars && !y->log && plot->y.from == 0 && plot->y.to == 0;
    finish_range(y, &plot->y, arrows ? 0.1 : field ? 0 : 0.05);
    y->from = floor_at_zero ? 0 : y->from;
    x->whole = whole && viz__layers(plot) > 0;
}

/* --- the frame -------------------------------------------------------------------------------- */

static double widest(viz__out *scratch, const viz__ticks *t)
{
    double width = 0;
    for (int i = 0; i < t->n; i++) {
        size_t before = scratch->used;
        if (t->labeled[i]) {
            viz__tick_label(scratch, t, i);
        }
        width = fmax(width, viz__text_width(viz__text(scratch) + before, VIZ__TEXT_SIZE, false));
        viz__cut(scratch, before);
    }
    return width;
}

static void set_y(viz__frame *f, double height, viz__out *scratch)
{
    f->height = height;
    f->y.at = f->top + height;
    f->y.length = -height;
    f->y_ticks = viz__ticks_of(&f->y, true, scratch);
}

static void set_x(viz__frame *f, double width, viz__out *scratch)
{
    f->width = width;
    f->x.at = f->left;
    f->x.length = width;
    f->x_ticks = viz__ticks_of(&f->x, false, scratch);
}

/* One unit is made as long on both axes by a smaller rectangle. */
static void make_equal(viz__frame *f, viz__out *scratch)
{
    double across = f->width / (f->x.to - f->x.from);
    double upright = f->height / (f->y.to - f->y.from);
    if (across < upright) {
        set_y(f, fmax(across * (f->y.to - f->y.from), NARROWEST), scratch);
    } else {
        set_x(f, fmax(upright * (f->x.to - f->x.from), NARROWEST), scratch);
    }
}

/* The layer whose colors the scale at the right explains; NULL for none. */
static const viz_layer *scaled_layer(const viz_plot *plot)
{
    for (size_t k = 0; k < viz__layers(plot); k++) {
        if (plot->layer[k].kind == VIZ_HEAT) {
            return &plot->layer[k];
        }
    }
    return NULL;
}

viz__frame viz__frame_of(viz__pen *p, const viz_plot *plot, viz__scale x, viz__scale y, double top)
{
    viz__frame f = {.x = x, .y = y, .top = top + 10};
    viz__out scratch = viz__to_text(p->out->graph);
    double width = plot->width > 0 ? plot->width : 480;
    double height = plot->height > 0 ? plot->height : 340;
    double below = TICK + VIZ__TEXT_SIZE + 14 + (plot->x.label != NULL ? 18 : 0);
    f.has_scale = scaled_layer(plot) != NULL;
    double right = 18 + (f.has_scale ? SCALE_ROOM : 0);
    set_y(&f, fmax(height - f.top - below, NARROWEST), &scratch);
    f.left =
        VIZ__MARGIN + widest(&scratch, &f.y_ticks) + TICK + 4 + (plot->y.label != NULL ? 20 : 0);
    set_x(&f, fmax(width - f.left - right, NARROWEST), &scratch);
    if (plot->equal && !x.log && !y.log) {
        make_equal(&f, &scratch);
    }
    f.outer_width = f.left + f.width + right;
    f.outer_height = f.top + f.height + below;
    viz__fail(p->out, scratch.status);
    viz__out_free(&scratch);
    return f;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void put_label(viz__pen *p, const viz__ticks *t, int i, viz__label at)
{
    viz__out label = viz__to_text(p->out->graph);
    viz__tick_label(&label, t, i);
    viz__svg_text(p, at, viz__text(&label));
    viz__fail(p->out, label.status);
    viz__out_free(&label);
}

static void draw_x(viz__pen *p, const viz__frame *f)
{
    double bottom = f->top + f->height;
    for (int i = 0; i < f->x_ticks.n; i++) {
        double at = viz__scale_at(&f->x, f->x_ticks.value[i]);
        bool labeled = f->x_ticks.labeled[i];
        viz__svg_line(p, at, bottom, at, bottom + (labeled ? TICK : TICK / 2.0), VIZ__INK_MUTED, 1);
        if (labeled) {
            put_label(
                p, &f->x_ticks, i,
                (viz__label){.x = at, .y = bottom + TICK + 13, .ink = VIZ__INK, .anchor = 'm'});
        }
    }
}

static void draw_y(viz__pen *p, const viz__frame *f)
{
    for (int i = 0; i < f->y_ticks.n; i++) {
        double at = viz__scale_at(&f->y, f->y_ticks.value[i]);
        bool labeled = f->y_ticks.labeled[i];
        viz__svg_line(p, f->left - (labeled ? TICK : TICK / 2.0), at, f->left, at, VIZ__INK_MUTED,
                      1);
        if (labeled) {
            put_label(p, &f->y_ticks, i,
                      (viz__label){
                          .x = f->left - TICK - 4, .y = at + 4.2, .ink = VIZ__INK, .anchor = 'e'});
        }
    }
}

/* Faint lines at the labeled ticks, below all layers. */
static void draw_grid(viz__pen *p, const viz__frame *f)
{
    viz__puts(p->out, "<path opacity=\"0.2\" d=\"");
    for (int i = 0; i < f->x_ticks.n; i++) {
        if (f->x_ticks.labeled[i]) {
            double at = viz__scale_at(&f->x, f->x_ticks.value[i]);
            viz__svg_point(p, "M", at, f->top);
            viz__svg_point(p, "L", at, f->top + f->height);
        }
    }
    for (int i = 0; i < f->y_ticks.n; i++) {
        if (f->y_ticks.labeled[i]) {
            double at = viz__scale_at(&f->y, f->y_ticks.value[i]);
            viz__svg_point(p, "M", f->left, at);
            viz__svg_point(p, "L", f->left + f->width, at);
        }
    }
    viz__puts(p->out, "\"");
    viz__svg_paint(p, VIZ__INKS, VIZ__INK_MUTED);
    viz__puts(p->out, "/>\n");
}

/* The scale of colors at the right of a field. */
static void draw_scale(viz__pen *p, const viz__frame *f, const viz_layer *l)
{
    viz__levels levels = viz__levels_of(l);
    viz__scale s = {.from = levels.from,
                    .to = levels.to,
                    .at = f->top + f->height,
                    .length = -f->height,
                    .log = l->log};
    double left = f->left + f->width + 14;
    for (int i = 0; i <= levels.n; i++) {
        double low = i > 0 ? viz__scale_at(&s, levels.value[i - 1]) : s.at;
        double high = i < levels.n ? viz__scale_at(&s, levels.value[i]) : s.at + s.length;
        viz__svg_rectangle(p, left, high, SCALE_WIDTH, low - high,
                           (viz__ink)(VIZ__HEAT + viz__level_color(&levels, i)), VIZ__INKS);
    }
    viz__svg_rectangle(p, left, f->top, SCALE_WIDTH, f->height, VIZ__INKS, VIZ__INK_MUTED);
    viz__out scratch = viz__to_text(p->out->graph);
    viz__ticks t = viz__ticks_of(&s, true, &scratch);
    viz__out_free(&scratch);
    for (int i = 0; i < t.n; i++) {
        if (t.labeled[i]) {
            double at = viz__scale_at(&s, t.value[i]);
            put_label(p, &t, i,
                      (viz__label){.x = left + SCALE_WIDTH + 5, .y = at + 4.2, .ink = VIZ__INK});
        }
    }
}

void viz__draw_axes(viz__pen *p, const viz__frame *f, const viz_plot *plot)
{
    draw_grid(p, f);
    draw_x(p, f);
    draw_y(p, f);
    if (plot->x.label != NULL) {
        viz__svg_text(p,
                      (viz__label){.x = f->left + f->width / 2,
                                   .y = f->outer_height - 10,
                                   .size = 13,
                                   .ink = VIZ__INK,
                                   .anchor = 'm'},
                      plot->x.label);
    }
    if (plot->y.label != NULL) {
        viz__svg_text(p,
                      (viz__label){.x = VIZ__MARGIN + 10,
                                   .y = f->top + f->height / 2,
                                   .size = 13,
                                   .ink = VIZ__INK,
                                   .anchor = 'm',
                                   .turn = -90},
                      plot->y.label);
    }
    if (f->has_scale) {
        draw_scale(p, f, scaled_layer(plot));
    }
}

void viz__draw_spines(viz__pen *p, const viz__frame *f)
{
    double bottom = f->top + f->height;
    viz__svg_point(p, "<path d=\"M", f->left, f->top);
    viz__svg_point(p, "L", f->left, bottom);
    viz__svg_point(p, "L", f->left + f->width, bottom);
    viz__puts(p->out, "\"");
    viz__svg_paint(p, VIZ__INKS, VIZ__INK_MUTED);
    viz__puts(p->out, "/>\n");
}
