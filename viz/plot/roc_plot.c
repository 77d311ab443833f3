/* The receiver operating characteristic as a plot of lines. Must not know how a line is drawn. */
#include "plot.h"

#include <string.h>

#define NAME 120

/* The name and the area of a curve; a name that is too long is cut between characters. */
static void put_name(char *to, const viz_roc_curve *curve)
{
    char area[VIZ__NUMBER];
    const char *name = curve->name != NULL ? curve->name : "model";
    size_t n = 0, length, columns;
    while (name[n] != '\0') {
        viz__character(name + n, &length, &columns);
        if (n + length > NAME - 40) {
            break;
        }
        n += length;
    }
    memcpy(to, name, n);
    to[n] = '\0';
    if (curve->area != 0) {
        viz__number_text(area, curve->area, 4);
        strcat(strcat(to, ", area "), area);
    }
}

ag_status viz_save_roc(ag_graph *g, const char *path, const viz_roc_curve *curve, size_t n,
                       const viz_options *options)
{
    static const double ends[] = {0, 1};
    char name[VIZ_LAYERS][NAME];
    viz_plot p = {.title = "Receiver operating characteristic",
                  .x = {.label = "false positive rate", .from = -0.02, .to = 1.02},
                  .y = {.label = "true positive rate", .from = -0.02, .to = 1.02},
                  .equal = true,
                  .width = 420,
                  .height = 440};
    if (n == 0 || n >= VIZ_LAYERS || curve == NULL) {
        return viz__keep_error(g, curve == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE,
                               "give 1 to 15 curves", "viz_save_roc", "there is nothing to draw");
    }
    for (size_t k = 0; k < n; k++) {
        put_name(name[k], &curve[k]);
        p.layer[k] = (viz_layer){.kind = VIZ_LINE,
                                 .name = name[k],
                                 .x = curve[k].false_rate,
                                 .y = curve[k].true_rate,
                                 .n = curve[k].n};
    }
    p.layer[n] = (viz_layer){.kind = VIZ_LINE,
                             .name = "chance",
                             .x = ends,
                             .y = ends,
                             .n = 2,
                             .dashed = true,
                             .color = 8,
                             .size = 1.2};
    return viz__chart_save("viz_save_roc", g, path, &viz__plot_kind, &p, options);
}
