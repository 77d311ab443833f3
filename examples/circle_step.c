/* One step of backpropagation with all of its numbers: circle.h's network with four hidden units on
 * points inside and outside of a circle, from the lecture's first weights, at a rate of 0.01 (the
 * notes on neural networks, section 6, steps 0 to 4).
 */
#include "circle.h"

/* Prints the columns of the first five points, one line for a unit. */
static void print_points(const char *name, ag_tensor *t)
{
    int64_t units = ag_shape_of(t).dim[1];
    for (int64_t j = 0; j < units; j++) {
        printf("  %-4s", j == 0 ? name : "");
        for (int64_t i = 0; i < 5; i++) {
            printf(" %12.7g", ag_item_at(t, AG_SHAPE(i, j)));
        }
        printf("\n");
    }
}

/* Prints a parameter's gradient, and the parameter itself after the step: one line for each. */
static ag_status print_step(const char *path, const nn_slot *slot, void *user)
{
    const double *value = ag_data(slot->tensor),
                 *gradient = user != NULL ? NULL : ag_grad_data(slot->tensor);
    printf("  %s%-11s", user != NULL ? "" : "d", path);
    for (int64_t i = 0; value != NULL && i < ag_size(slot->tensor); i++) {
        printf(" %.7g", gradient != NULL ? gradient[i] : value[i]);
    }
    printf("\n");
    return AG_OK;
}

/* The recorded graph, and the network as it is before the step. */
static bool draw(const example *e, nn_module *net, const ag_tensor *loss)
{
    static const char *const in[] = {"x1", "x2"}, *const out[] = {"outside"};
    const nn_diagram diagram = {.input_name = in, .output_name = out};
    const char *network = example_figure(e, nn_graph_of(net), "circle-step-network.svg");
    return example_draw_graph(e, "circle-step", loss, NULL) &&
           EXAMPLE_DRAWN(network, nn_save_diagram, net, &diagram, NULL);
}

static bool one_step(const example *e, nn_module *net, ag_tensor *x, ag_tensor *y)
{
    nn_optimizer *sgd = nn_sgd(ag_graph_of(x), &(ag_sgd){.rate = 0.01});
    ag_tensor *loss = ag_bce_loss(nn_call(net, x), y, NULL, AG_MEAN);
    printf("forward, at the first five points\n");
    print_points("Z1", nn_output(nn_find_module(net, "0.0")));
    print_points("A1", nn_output(nn_find_module(net, "0")));
    print_points("Z2", nn_output(nn_find_module(net, "1.0")));
    print_points("A2", nn_output(net));
    printf("  cost %.7g\nbackward\n", ag_item(loss));
    return nn_attach(sgd, net) == AG_OK && ag_backward(loss) == AG_OK &&
           nn_visit(net, "*", print_step, NULL) == AG_OK && draw(e, net, loss) &&
           nn_step(sgd) == AG_OK && puts("after a step of rate 0.01") >= 0 &&
           nn_visit(net, "*", print_step, sgd) == AG_OK;
}

int main(int argc, char **argv)
{
    example e = {"One step of backpropagation in a network 2-4-1 of sigmoids.",
                 .data = "examples/data", .no_seed = true,
                 .draws = "circle-step.svg, circle-step-network.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    nn_module *net = circle_network(g, 4);
    ag_tensor *x = circle_inputs(g, &e), *y = circle_targets(x);
    bool good = circle_take_weights(net, &e, "A4") && one_step(&e, net, x, y);
    return example_end(g, good);
}
