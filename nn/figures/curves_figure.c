/* Curves of a training: the loss and each metric over the epochs. Must not know how a curve is
 * drawn.
 */
#define AG_NO_SITES
#include <autograd/nn_figures.h>
#include <string.h>

#define PANELS 8

/* The column of a name for the validation rows; NULL without one. */
static const char *validation_of(const nn_history *h, const char *name)
{
    const char *other;
    for (int i = 0; (other = nn_history_name(h, i)) != NULL; i++) {
        if (strncmp(other, "val_", 4) == 0 && strcmp(other + 4, name) == 0) {
            return other;
        }
    }
    return NULL;
}

/* Names that have a panel of their own. */
static bool has_panel(const char *name)
{
    static const char *const none[] = {"rate", "penalty", "objective"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (strcmp(name, none[i]) == 0) {
            return false;
        }
    }
    return strncmp(name, "val_", 4) != 0;
}

static viz_plot panel_of(const nn_history *h, const char *name)
{
    size_t n = (size_t)nn_epochs(h);
    const char *validation = validation_of(h, name);
    viz_plot p = {.x = {.label = "epoch"}, .y = {.label = name}};
    p.layer[0] = (viz_layer){.kind = VIZ_LINE,
                             .name = validation != NULL ? "training" : NULL,
                             .y = nn_curve(h, name),
                             .n = n};
    if (validation != NULL) {
        p.layer[1] = (viz_layer){
            .kind = VIZ_LINE, .name = "validation", .n = n, .y = nn_curve(h, validation)};
    }
    return p;
}

ag_status nn_save_curves(const char *path, const nn_history *h, const char *title,
                         const viz_options *options)
{
    if (h == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of_history(h);
    if (nn_epochs(h) == 0) {
        return ag_fail(g, AG_ERR_VALUE, "draw it after an epoch",
                       "nn_save_curves: the history has no epoch");
    }
    viz_plot plot[PANELS];
    viz_panels p = {.title = title, .plot = plot, .columns = 3};
    const char *name;
    for (int i = 0; p.n < PANELS && (name = nn_history_name(h, i)) != NULL; i++) {
        if (has_panel(name)) {
            plot[p.n++] = panel_of(h, name);
        }
    }
    return viz_save_panels(g, path, &p, options);
}
