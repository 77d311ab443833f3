/* The numbers of a plot as CSV: one row for each point, under the same columns for every kind of
 * layer. Must not know how they are drawn.
 *
 * Source: RFC 4180.
 */
#include "plot.h"

/* One row; a column that a kind of layer does not have is NULL. */
static void put_row(viz__out *out, const char *panel, const viz_layer *l, const double *column[5])
{
    static const char *const kind[] = {"",       "line", "points",   "path",   "histogram",
                                       "arrows", "heat", "contours", "regions"};
    if (panel != NULL) {
        viz__csv(out, panel);
        viz__puts(out, ",");
    }
    viz__print(out, "%s,", kind[l->kind]);
    viz__csv(out, l->name != NULL ? l->name : "");
    for (int i = 0; i < 5; i++) {
        viz__puts(out, ",");
        if (column[i] != NULL) {
            viz__exact(out, *column[i]);
        }
    }
    viz__puts(out, "\n");
}

static void put_points(viz__out *out, const char *panel, const viz_layer *l)
{
    bool arrows = l->kind == VIZ_ARROWS;
    for (size_t i = 0; i < l->n && out->status == AG_OK; i++) {
        double x = viz__layer_x(l, i), y = viz__layer_y(l, i);
        double class = l->label != NULL ? (double)l->label[i] : 0;
        put_row(out, panel, l,
                (const double *[]){&x, &y, arrows ? &l->dx[i] : NULL, arrows ? &l->dy[i] : NULL,
                                   l->label != NULL ? &class : NULL});
    }
}

static void put_bins(viz__out *out, const char *panel, const viz_layer *l)
{
    viz__bins b = viz__bins_of(l);
    for (size_t i = 0; i < b.n; i++) {
        double left = b.from + b.step * (double)i, count = (double)b.count[i];
        put_row(out, panel, l, (const double *[]){&left, &count, &b.step, NULL, NULL});
    }
}

/* Of several classes the one that is predicted. */
static double field_value(const viz_layer *l, size_t point)
{
    size_t classes = l->kind == VIZ_REGIONS && l->classes > 1 ? l->classes : 1, best = 0;
    const double *z = l->z + point * classes;
    for (size_t k = 1; k < classes; k++) {
        best = z[k] > z[best] ? k : best;
    }
    return classes > 1 ? (double)best : z[0];
}

static void put_field(viz__out *out, const char *panel, const viz_layer *l)
{
    for (size_t row = 0; row < l->grid.rows; row++) {
        for (size_t column = 0; column < l->grid.columns && out->status == AG_OK; column++) {
            double across = (double)column / (double)(l->grid.columns - 1);
            double up = (double)row / (double)(l->grid.rows - 1);
            double x = l->grid.x_from + (l->grid.x_to - l->grid.x_from) * across;
            double y = l->grid.y_from + (l->grid.y_to - l->grid.y_from) * up;
            double value = field_value(l, row * l->grid.columns + column);
            put_row(out, panel, l, (const double *[]){&x, &y, NULL, NULL, &value});
        }
    }
}

void viz__csv_plot(viz__out *out, const viz_plot *plot, const char *panel)
{
    for (size_t k = 0; k < viz__layers(plot); k++) {
        const viz_layer *l = &plot->layer[k];
        if (viz__is_field(l->kind)) {
            put_field(out, panel, l);
        } else if (l->kind == VIZ_HISTOGRAM) {
            put_bins(out, panel, l);
        } else {
            put_points(out, panel, l);
        }
    }
}
