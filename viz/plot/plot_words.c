/* What a plot shows, in sentences, and why one cannot be drawn. Must not know how it is drawn. */
#include "plot.h"

#include <math.h>

#define MOST_LAYER 4096

static const char *const kind_name[VIZ_LAYER_COUNT] = {[VIZ_LINE] = "Line",
                                                       [VIZ_POINTS] = "Points",
                                                       [VIZ_PATH] = "Path",
                                                       [VIZ_HISTOGRAM] = "Histogram",
                                                       [VIZ_ARROWS] = "Arrows",
                                                       [VIZ_HEAT] = "Heights in colors",
                                                       [VIZ_CONTOURS] = "Lines of equal height",
                                                       [VIZ_REGIONS] =
                                                           "Regions of predicted classes"};

/* --- description ------------------------------------------------------------------------------ */

static void put_axis(viz__out *out, const char *which, const viz_axis *axis, const viz__scale *s)
{
    viz__print(out, "%s axis: ", which);
    viz__puts(out, axis->label != NULL ? axis->label : "no label");
    viz__puts(out, axis->log ? ", logarithmic, from " : ", from ");
    viz__number(out, s->from, 4);
    viz__puts(out, " to ");
    viz__number(out, s->to, 4);
    viz__puts(out, ". ");
}

static void put_span(viz__out *out, const viz_layer *l, const viz_plot *plot)
{
    size_t shown = 0, last = 0, first = 0;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < l->n; i++) {
        double y = viz__layer_y(l, i);
        if (viz__scale_takes(plot->x.log, viz__layer_x(l, i)) && viz__scale_takes(plot->y.log, y)) {
            first = shown == 0 ? i : first;
            last = i;
            shown++;
            low = fmin(low, y);
            high = fmax(high, y);
        }
    }
    viz__print(out, ", %zu points", shown);
    if (shown > 0 && l->kind == VIZ_LINE) {
        viz__puts(out, ", from ");
        viz__number(out, viz__layer_y(l, first), 4);
        viz__puts(out, " to ");
        viz__number(out, viz__layer_y(l, last), 4);
        viz__puts(out, ", between ");
        viz__number(out, low, 4);
        viz__puts(out, " and ");
        viz__number(out, high, 4);
    }
    if (shown < l->n) {
        viz__print(out, "; %zu left out, which the axes cannot show", l->n - shown);
    }
}

static void put_layer(viz__out *out, const viz_plot *plot, const viz_layer *l)
{
    viz__puts(out, kind_name[l->kind]);
    if (l->name != NULL) {
        viz__print(out, " \"%s\"", l->name);
    }
    if (viz__is_field(l->kind)) {
        viz__print(out, " on a grid of %zu by %zu", l->grid.columns, l->grid.rows);
    } else if (l->kind == VIZ_HISTOGRAM) {
        viz__bins b = viz__bins_of(l);
        viz__print(out, " of %zu values in %zu bins, at most %zu in one", l->n, b.n, b.most);
    } else {
        put_span(out, l, plot);
    }
    viz__puts(out, ". ");
}

void viz__describe_plot(viz__out *out, const viz_plot *plot)
{
    viz__scale x, y;
    viz__plot_range(plot, &x, &y);
    put_axis(out, "Horizontal", &plot->x, &x);
    put_axis(out, "Vertical", &plot->y, &y);
    for (size_t k = 0; k < viz__layers(plot); k++) {
        put_layer(out, plot, &plot->layer[k]);
    }
}

/* --- faults ----------------------------------------------------------------------------------- */

static const char *field_fault(const viz_layer *l)
{
    const viz_grid *g = &l->grid;
    bool sized =
        g->columns >= 2 && g->rows >= 2 && g->columns <= MOST_LAYER && g->rows <= MOST_LAYER;
    bool range = g->x_from < g->x_to && g->y_from < g->y_to && fabs(g->x_from) <= VIZ__LARGEST &&
                 fabs(g->x_to) <= VIZ__LARGEST && fabs(g->y_from) <= VIZ__LARGEST &&
                 fabs(g->y_to) <= VIZ__LARGEST;
    if (!sized || !range) {
        return "needs a grid of 2 to 4096 columns and rows, with x_from < x_to and y_from < y_to";
    }
    return l->z == NULL ? "needs z, a number for each point of the grid" : NULL;
}

static const char *label_fault(const viz_layer *l)
{
    for (size_t i = 0; l->label != NULL && i < l->n; i++) {
        if (l->label[i] < 0 || l->label[i] > MOST_LAYER) {
            return "has a label that is below 0 or above 4096";
        }
    }
    return NULL;
}

static const char *layer_fault(const viz_layer *l)
{
    if ((int)l->kind < 0 || l->kind >= VIZ_LAYER_COUNT) {
        return "is of no kind there is";
    }
    if (viz__is_field(l->kind)) {
        return field_fault(l);
    }
    if (l->n == 0) {
        return NULL;
    }
    if (l->kind == VIZ_HISTOGRAM) {
        return l->x == NULL ? "needs the values x" : NULL;
    }
    if (l->y == NULL || (l->kind != VIZ_LINE && l->x == NULL)) {
        return "needs n numbers x and y";
    }
    return l->kind == VIZ_ARROWS && (l->dx == NULL || l->dy == NULL) ? "needs n numbers dx and dy"
                                                                     : label_fault(l);
}

static bool is_axis(const viz_axis *a)
{
    bool open = a->from == 0 && a->to == 0;
    return open || (a->from < a->to && viz__scale_takes(a->log, a->from) &&
                    viz__scale_takes(a->log, a->to) && a->to - a->from > 1e-10 * fabs(a->to));
}

void viz__plot_fault(viz__out *why, const viz_plot *plot)
{
    if (!is_axis(&plot->x) || !is_axis(&plot->y)) {
        viz__puts(why, "an axis needs from < to, both above 0 where it is logarithmic");
        return;
    }
    if (!(plot->width >= 0 && plot->width <= 10000 && plot->height >= 0 && plot->height <= 10000)) {
        viz__puts(why, "width and height are 0 to 10000 pixels");
        return;
    }
    for (size_t k = 0; k < viz__layers(plot); k++) {
        const char *fault = layer_fault(&plot->layer[k]);
        if (fault != NULL) {
            viz__print(why, "layer %zu %s", k, fault);
            return;
        }
    }
}
