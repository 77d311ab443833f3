/* How many hidden units a circle takes: circle.h's network with two of them, which is too few, and
 * with four, 50,000 steps each at a rate of 0.1 (the notes on neural networks, section 6). Seed 0
 * takes the lecture's points and first weights, so that every digit agrees; any other draws the
 * weights.
 */
#include "circle.h"

/* What the network says of the plane, and the network itself. */
static bool draw(const example *e, nn_module *net, ag_tensor *x, ag_tensor *y, int hidden)
{
    static const char *const in[] = {"x1", "x2"}, *const out[] = {"outside"};
    ag_graph *g = ag_graph_of(x);
    const char *plane = example_figure(e, g, hidden == 2 ? "circle-2.svg" : "circle-4.svg");
    const char *net_path =
        example_figure(e, g, hidden == 2 ? "circle-2-network.svg" : "circle-4-network.svg");
    const nn_regions regions = {.title = hidden == 2 ? "2 hidden units" : "4 hidden units"};
    const nn_diagram diagram = {.input_name = in, .output_name = out};
    return EXAMPLE_DRAWN(plane, nn_save_regions, net, nn_data_of(x, y), &regions, NULL) &&
           EXAMPLE_DRAWN(net_path, nn_save_diagram, net, &diagram, NULL);
}

int main(int argc, char **argv)
{
    example e = {"Networks 2-2-1 and 2-4-1 of sigmoids on points inside and outside of a circle.",
                 .data = "examples/data", .epochs = 50000,
                 .draws = "circle-2.svg, circle-2-network.svg, circle-4.svg, circle-4-network.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    ag_tensor *x = circle_inputs(g, &e), *y = circle_targets(x);
    bool good = true;
    for (int hidden = 2; good && hidden <= 4; hidden += 2) {
        nn_module *net = circle_network(g, hidden);
        printf("H = %d\n", hidden);
        good = e.seed != 0 || circle_take_weights(net, &e, hidden == 2 ? "B3 H=2" : "B3 H=4");
        good = good && circle_train(net, x, y, e.epochs) && draw(&e, net, x, y, hidden);
    }
    return example_end(g, good);
}
