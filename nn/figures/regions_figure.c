/* Decision regions of a network of two inputs, with the rows of a data set as points. Must not know
 * how a region is drawn.
 */
#define AG_NO_SITES
#include <autograd/nn_figures.h>
#include <math.h>

#define SIDE 121
#define MOST_CLASSES 64

/* All memory is the graph's, which is rewound at the end. */
typedef struct drawing {
    ag_graph *graph;
    nn_module *net;
    const nn_data *data;
    const nn_regions *options;
    viz_grid grid;
    int64_t n, classes, points;
    double *z, *x, *y; /* of the grid; of the points */
    int64_t *label;
    const char *name[MOST_CLASSES];
} drawing;

/* The class of a row: its own, or whether its number is above one half. */
static int64_t class_of(const nn_data *d, int64_t row)
{
    double target = 0;
    if (nn_label(d, row) >= 0) {
        return nn_label(d, row);
    }
    return nn_target_size(d) == 1 && nn_get_target(d, row, &target, 1) == AG_OK && target > 0.5;
}

static ag_status read_points(drawing *w)
{
    double from[2] = {INFINITY, INFINITY}, to[2] = {-INFINITY, -INFINITY};
    for (int64_t i = 0; i < w->points; i++) {
        double p[2];
        ag_status status = nn_get_sample(w->data, i, p, 2);
        if (status != AG_OK) {
            return status;
        }
        for (int k = 0; k < 2; k++) {
            from[k] = fmin(from[k], p[k]);
            to[k] = fmax(to[k], p[k]);
        }
        w->x[i] = p[0];
        w->y[i] = p[1];
        w->label[i] = class_of(w->data, i);
    }
    double across = fmax(to[0] - from[0], 1e-9) * 0.05, up = fmax(to[1] - from[1], 1e-9) * 0.05;
    w->grid.x_from = from[0] - across;
    w->grid.x_to = to[0] + across;
    w->grid.y_from = from[1] - up;
    w->grid.y_to = to[1] + up;
    return AG_OK;
}

/* What the network says of the points of the grid. */
static ag_status predict(drawing *w, double *xy)
{
    viz_grid_points(&w->grid, xy);
    nn_data *points = nn_data_from(w->graph, AG_SHAPE(w->n, 2), xy, AG_SCALAR, NULL);
    ag_tensor *y = nn_predict(w->net, points);
    ag_status status = y == NULL ? ag_error(w->graph) : AG_OK;
    if (status == AG_OK) {
        w->classes = ag_size(y) / w->n;
        w->z = ag_graph_memory(w->graph, (size_t)ag_size(y) * sizeof *w->z);
        status = w->classes < 1 || w->classes > MOST_CLASSES
                     ? ag_fail(w->graph, AG_ERR_SHAPE, "one output, or one for each class",
                               "nn_save_regions: a network of 1 to 64 outputs is drawn")
                 : w->z != NULL ? ag_get(y, w->z, ag_size(y))
                                : AG_ERR_MEMORY;
    }
    for (int64_t i = 0; status == AG_OK && w->classes == 1 && w->options->logits && i < w->n; i++) {
        w->z[i] = 1 / (1 + exp(-w->z[i]));
    }
    return status;
}

static ag_status save(drawing *w, const char *path, const viz_options *options)
{
    const char *const *names = nn_classes(w->data) > 1 ? w->name : NULL;
    int64_t most = w->classes > 1 ? w->classes : 2;
    for (int64_t c = 0; names != NULL && c < most; c++) {
        w->name[c] = c < nn_classes(w->data) ? nn_class_name(w->data, c) : NULL;
    }
    viz_plot p = {.title = w->options->title, .equal = true, .width = 460, .height = 480};
    p.x.label = nn_column_name(w->data, 0);
    p.y.label = nn_column_name(w->data, 1);
    p.layer[0] = (viz_layer){.kind = VIZ_REGIONS,
                             .grid = w->grid,
                             .z = w->z,
                             .class_name = names,
                             .classes = (size_t)w->classes};
    p.layer[1] = (viz_layer){.kind = VIZ_POINTS,
                             .x = w->x,
                             .y = w->y,
                             .n = (size_t)w->points,
                             .label = w->label,
                             .class_name = names,
                             .classes = (size_t)most};
    return viz_save_plot(w->graph, path, &p, options);
}

static ag_status draw(drawing *w, const char *path, const viz_options *options)
{
    int64_t side = w->options->side > 0 ? w->options->side : SIDE;
    if (nn_sample_size(w->data) != 2 || nn_rows(w->data) < 1 || side < 2 || side > 1000) {
        return ag_fail(w->graph, AG_ERR_SHAPE, "read two columns: nn_csv.columns",
                       "nn_save_regions: the data need rows of two numbers; a side has 2 to 1000");
    }
    w->n = side * side;
    w->grid.columns = w->grid.rows = (size_t)side;
    w->points = nn_rows(w->data);
    w->x = ag_graph_memory(w->graph, (size_t)w->points * sizeof *w->x);
    w->y = ag_graph_memory(w->graph, (size_t)w->points * sizeof *w->y);
    w->label = ag_graph_memory(w->graph, (size_t)w->points * sizeof *w->label);
    double *xy = ag_graph_memory(w->graph, 2 * (size_t)w->n * sizeof *xy);
    if (w->x == NULL || w->y == NULL || w->label == NULL || xy == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_status status = read_points(w);
    status = status == AG_OK ? predict(w, xy) : status;
    return status == AG_OK ? save(w, path, options) : status;
}

ag_status nn_save_regions(const char *path, nn_module *net, const nn_data *d,
                          const nn_regions *regions, const viz_options *options)
{
    static const nn_regions none = {.title = NULL};
    if (net == NULL || d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    drawing w = {.graph = nn_graph_of(net),
                 .net = net,
                 .data = d,
                 .options = regions != NULL ? regions : &none};
    ag_mark mark = ag_graph_mark(w.graph);
    ag_status status = draw(&w, path, options);
    ag_status rewound = ag_graph_rewind(w.graph, mark);
    return status == AG_OK ? rewound : status;
}
