/* Several plots in one picture, with one legend. Must not know how a plot is drawn: it calls what
 * draws one.
 */
#include "plot.h"

#include <math.h>

#define MOST 400
#define GAP 8

static size_t columns_of(const viz_panels *panels)
{
    size_t most = panels->n < 3 ? panels->n : 3;
    return panels->columns > 0 && panels->columns < panels->n ? panels->columns
           : panels->columns > 0                              ? panels->n
                                                              : most;
}

/* Panels are smaller than a plot that stands alone. */
static viz_plot panel_of(const viz_panels *panels, size_t i)
{
    viz_plot plot = panels->plot[i];
    plot.width = plot.width > 0 ? plot.width : 300;
    plot.height = plot.height > 0 ? plot.height : 250;
    return plot;
}

static void common_range(const viz_panels *panels, viz__scale *x, viz__scale *y)
{
    for (size_t i = 0; i < panels->n; i++) {
        viz__scale other_x, other_y;
        viz__plot_range(&panels->plot[i], &other_x, &other_y);
        if (i == 0) {
            *x = other_x;
            *y = other_y;
        }
        x->from = fmin(x->from, other_x.from);
        x->to = fmax(x->to, other_x.to);
        y->from = fmin(y->from, other_y.from);
        y->to = fmax(y->to, other_y.to);
    }
}

static viz__frame draw_panel(viz__pen *p, const viz_panels *panels, size_t i)
{
    viz_plot plot = panel_of(panels, i);
    viz__scale x, y;
    if (panels->same_axes) {
        common_range(panels, &x, &y);
    } else {
        viz__plot_range(&plot, &x, &y);
    }
    double top = 0;
    if (plot.title != NULL) {
        viz__svg_text(p, (viz__label){.x = VIZ__MARGIN, .y = 14, .size = 13, .ink = VIZ__INK},
                      plot.title);
        top = 12;
    }
    return viz__draw_plot(p, &plot, x, y, top);
}

/* Panels go from left to right and then down; each row is as high as its highest panel. */
static void draw_panels(viz__pen *p, const void *what, double *width, double *height)
{
    const viz_panels *panels = what;
    size_t columns = columns_of(panels);
    double wide = 0;
    for (size_t i = 0; i < columns; i++) {
        wide += panel_of(panels, i).width + GAP;
    }
    double y = VIZ__MARGIN + viz__chart_title(p, panels->title, VIZ__MARGIN, VIZ__MARGIN);
    y += viz__draw_legend(p, panels->plot, panels->n, VIZ__MARGIN, y, wide - 2 * VIZ__MARGIN);
    double x = 0, row = 0;
    *width = panels->title != NULL
                 ? viz__text_width(panels->title, VIZ__TITLE_SIZE, true) + 2 * VIZ__MARGIN
                 : 0;
    for (size_t i = 0; i < panels->n; i++) {
        viz__svg_point(p, "<g transform=\"translate(", x, y);
        viz__puts(p->out, ")\">\n");
        viz__frame f = draw_panel(p, panels, i);
        viz__puts(p->out, "</g>\n");
        x += f.outer_width + GAP;
        row = fmax(row, f.outer_height);
        *width = fmax(*width, x);
        if ((i + 1) % columns == 0 || i + 1 == panels->n) {
            y += row + GAP;
            x = row = 0;
        }
    }
    *height = y;
}

static void fault_of_panels(viz__out *why, const void *what)
{
    const viz_panels *panels = what;
    if (panels->plot == NULL || panels->n == 0 || panels->n > MOST) {
        viz__puts(why, "there must be 1 to 400 plots");
        return;
    }
    for (size_t i = 0; i < panels->n; i++) {
        viz__plot_fault(why, &panels->plot[i]);
        if (why->used > 0) {
            viz__print(why, " (panel %zu)", i);
            return;
        }
    }
}

static void csv_of_panels(viz__out *out, const void *what)
{
    const viz_panels *panels = what;
    viz__puts(out, "panel,kind,series,x,y,dx,dy,value\n");
    for (size_t i = 0; i < panels->n; i++) {
        viz__out number = viz__to_text(out->graph);
        viz__print(&number, "%zu", i + 1);
        const char *title = panels->plot[i].title;
        viz__csv_plot(out, &panels->plot[i], title != NULL ? title : viz__text(&number));
        viz__fail(out, number.status);
        viz__out_free(&number);
    }
}

static void describe_panels(viz__out *out, const void *what)
{
    const viz_panels *panels = what;
    viz__print(out, "%zu panels. ", panels->n);
    for (size_t i = 0; i < panels->n; i++) {
        const char *title = panels->plot[i].title;
        viz__print(out, "Panel %zu%s%s. ", i + 1, title != NULL ? ": " : "",
                   title != NULL ? title : "");
        viz__describe_plot(out, &panels->plot[i]);
    }
}

static const char *title_of_panels(const void *what)
{
    return ((const viz_panels *)what)->title;
}

const viz__chart_kind viz__panels_kind = {fault_of_panels, draw_panels, csv_of_panels,
                                          describe_panels, title_of_panels};

ag_status viz_save_panels(ag_graph *g, const char *path, const viz_panels *panels,
                          const viz_options *options)
{
    return viz__chart_save("viz_save_panels", g, path, &viz__panels_kind, panels, options);
}
