/* The activation functions of the notes on deep learning and their derivatives: values at a few
 * places, and, with --figures, four curves in one. The derivatives are those of the backward pass.
 */
#include "example.h"

enum { POINTS = 241 };

static ag_tensor *leaky_relu(ag_tensor *z)
{
    return ag_leaky_relu(z, 0.1);
}

static const struct {
    const char *name;
    ag_tensor *(*of)(ag_tensor *z);
} functions[] = {{"sigmoid", (ag_sigmoid)},
                 {"tanh", (ag_tanh)},
                 {"ReLU", (ag_relu)},
                 {"leaky ReLU", leaky_relu},
                 {"softplus", (ag_softplus)}};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static double z[POINTS], value[FUNCTIONS][POINTS], slope[FUNCTIONS][POINTS];

/* The sum's gradient by z is the derivative at each place. */
static ag_status compute(ag_graph *g, int k)
{
    ag_tensor *at = ag_name(ag_from_values(g, AG_VARIABLE, AG_SHAPE(POINTS), z), "z");
    ag_tensor *f = functions[k].of(at);
    ag_status status = ag_backward(ag_sum(f));
    status = status == AG_OK ? ag_get(f, value[k], POINTS) : status;
    return status == AG_OK ? ag_grad_get(at, slope[k], POINTS) : status;
}

static void print_row(int k)
{
    printf("%-10s", functions[k].name);
    for (int i = 0; i < POINTS; i += (POINTS - 1) / 4) {
        printf("  %8.5f %8.5f", value[k][i], slope[k][i]);
    }
    printf("\n");
}

static bool draw(ag_graph *g, const char *path)
{
    viz_plot p[2] = {{.title = "Functions", .x = {.label = "z"}, .y = {.from = -1.2, .to = 3}},
                     {.title = "Derivatives", .x = {.label = "z"}, .y = {.from = -0.1, .to = 1.1}}};
    for (int k = 0; k < FUNCTIONS; k++) {
        viz_layer line = {VIZ_LINE, .name = functions[k].name, .x = z, .n = POINTS};
        p[0].layer[k] = p[1].layer[k] = line;
        p[0].layer[k].y = value[k];
        p[1].layer[k].y = slope[k];
    }
    const viz_panels all = {.title = "Activations", .plot = p, .n = 2};
    return path == NULL || viz_save_panels(g, path, &all, NULL) == AG_OK;
}

int main(int argc, char **argv)
{
    example e = {"Activation functions and their derivatives.", .no_seed = true,
                 .draws = "activations.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    ag_status status = AG_OK;
    for (int i = 0; i < POINTS; i++) {
        z[i] = -6 + 12.0 * i / (POINTS - 1);
    }
    printf("value and derivative at -6, -3, 0, 3, 6\n");
    for (int k = 0; status == AG_OK && k < FUNCTIONS; k++) {
        status = compute(g, k);
        print_row(k);
    }
    return example_end(g, status == AG_OK && draw(g, example_figure(&e, g, "activations.svg")));
}
