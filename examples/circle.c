/* How many hidden units a circle takes: circle.h's network with two of them, which is too few, and
 * with four, 50,000 steps each at a rate of 0.1 (the notes on neural networks, section 6). Seed 0
 * takes the lecture's points and first weights, so that every digit agrees; any other draws the
 * weights.
 */
#include "circle.h"

int main(int argc, char **argv)
{
    example e = {"Networks 2-2-1 and 2-4-1 of sigmoids on points inside and outside of a circle.",
                 .data = "examples/data", .epochs = 50000};
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
        good = good && circle_train(net, x, y, e.epochs);
    }
    return example_end(g, good);
}
