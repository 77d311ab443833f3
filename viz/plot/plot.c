/* A plot: its title and legend, axes, and layers in their order; several plots in one picture. Must
 * not know how a layer is drawn.
 */
#include "plot.h"

#include <math.h>

static void draw_layer(viz__pen *p, const viz__frame *f, const viz_plot *plot, size_t k)
{
    typedef void (*drawing)(viz__pen *, const viz__frame *, const viz_layer *, size_t);
    static const drawing drawings[VIZ_LAYER_COUNT] = {
        [VIZ_LINE] = viz__draw_line,     [VIZ_POINTS] = viz__draw_points,
        [VIZ_PATH] = viz__draw_path,     [VIZ_HISTOGRAM] = viz__draw_histogram,
        [VIZ_ARROWS] = viz__draw_arrows, [VIZ_CONTOURS] = viz__draw_contours};
    const viz_layer *l = &plot->layer[k];
    if (l->kind == VIZ_HEAT) {
        viz__draw_heat(p, f, l);
    } else if (l->kind == VIZ_REGIONS) {
        viz__draw_regions(p, f, l);
    } else {
        drawings[l->kind](p, f, l, viz__layer_color(plot, k));
    }
}

/* Is there anything to see? */
static bool is_empty(const viz_plot *plot)
{
    for (size_t k = 0; k < viz__layers(plot); k++) {
        const viz_layer *l = &plot->layer[k];
        if (viz__is_field(l->kind)) {
            return false;
        }
        for (size_t i = 0; i < l->n; i++) {
            if (viz__scale_takes(plot->x.log, viz__layer_x(l, i)) &&
                viz__scale_takes(plot->y.log, viz__layer_y(l, i))) {
                return false;
            }
        }
    }
    return true;
}

/* Only a range that the user chose, or arrows, can reach beyond the frame. */
static void draw_data(viz__pen *p, const viz__frame *f, const viz_plot *plot)
{
    bool cut = plot->x.from != 0 || plot->x.to != 0 || plot->y.from != 0 || plot->y.to != 0;
    for (size_t k = 0; k < viz__layers(plot); k++) {
        cut = cut || plot->layer[k].kind == VIZ_ARROWS;
    }
    if (cut) {
        viz__svg_clip(p, f->left, f->top, f->width, f->height);
    }
    for (size_t k = 0; k < viz__layers(plot); k++) {
        draw_layer(p, f, plot, k);
    }
    viz__puts(p->out, cut ? "</g>\n" : "");
    if (is_empty(plot)) {
        viz__svg_text(p,
                      (viz__label){.x = f->left + f->width / 2,
                                   .y = f->top + f->height / 2,
                                   .size = 14,
                                   .ink = VIZ__INK_MUTED,
                                   .anchor = 'm'},
                      "no data");
    }
}

viz__frame viz__draw_plot(viz__pen *p, const viz_plot *plot, viz__scale x, viz__scale y, double top)
{
    viz__frame f = viz__frame_of(p, plot, x, y, top);
    viz__draw_axes(p, &f, plot);
    draw_data(p, &f, plot);
    viz__draw_spines(p, &f);
    return f;
}

static void draw_one(viz__pen *p, const void *what, double *width, double *height)
{
    const viz_plot *plot = what;
    viz__scale x, y;
    viz__plot_range(plot, &x, &y);
    double wide = plot->width > 0 ? plot->width : 480;
    double top = viz__chart_title(p, plot->title, VIZ__MARGIN, VIZ__MARGIN);
    top += viz__draw_legend(p, plot, 1, VIZ__MARGIN, VIZ__MARGIN + top, wide - 2 * VIZ__MARGIN);
    viz__frame f = viz__draw_plot(p, plot, x, y, top > 0 ? VIZ__MARGIN + top - 6 : 4);
    double title = plot->title != NULL ? viz__text_width(plot->title, VIZ__TITLE_SIZE, true) : 0;
    *width = fmax(f.outer_width, title + 2 * VIZ__MARGIN);
    *height = f.outer_height;
}

static void fault_of_one(viz__out *why, const void *what)
{
    viz__plot_fault(why, what);
}

static void csv_of_one(viz__out *out, const void *what)
{
    viz__puts(out, "kind,series,x,y,dx,dy,value\n");
    viz__csv_plot(out, what, NULL);
}

static void describe_one(viz__out *out, const void *what)
{
    viz__describe_plot(out, what);
}

static const char *title_of_one(const void *what)
{
    return ((const viz_plot *)what)->title;
}

const viz__chart_kind viz__plot_kind = {fault_of_one, draw_one, csv_of_one, describe_one,
                                        title_of_one};

ag_status viz_save_plot(ag_graph *g, const char *path, const viz_plot *plot,
                        const viz_options *options)
{
    return viz__chart_save("viz_save_plot", g, path, &viz__plot_kind, plot, options);
}
