/* Handwritten digits by 784-30-10 with sigmoids and softmax, gradient descent, batches of 100, 30
 * epochs (the notes on deep learning, 12.6). The lecture takes a rate of 3 and remarks that it may
 * be too high: so 0.5 beside it, and RMSprop.
 */
#include "mnist.h"

static nn_module *network(ag_graph *g)
{
    return nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 30, NULL),
                         nn_sigmoid(g), nn_linear(g, 10, NULL));
}

int main(int argc, char **argv)
{
    example e = {"Handwritten digits by a network 784-30-10 of sigmoids.", .data = MNIST_FOLDER,
                 .seed = 1, .epochs = 30, .draws = "mnist-sigmoid.svg, mnist-sigmoid-weights.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = mnist_images(&e, g, false), *test = mnist_images(&e, g, true);
    const struct {
        const char *name;
        nn_optimizer *optimizer;
    } ways[] = {{"gradient descent, rate 3", nn_sgd(g, &(ag_sgd){.rate = 3})},
                {"gradient descent, rate 0.5", nn_sgd(g, &(ag_sgd){.rate = 0.5})},
                {"RMSprop, rate 0.001", mnist_rmsprop(g, 1e-3)}};
    bool good = true;
    viz_plot compare[2] = {{.title = NULL}};
    nn_module *net = NULL;
    for (int i = 0; good && i < 3; i++) {
        net = network(g);
        good = mnist_run(&e, compare, ways[i].name, net, train, test,
                         (nn_fit_options){.optimizer = ways[i].optimizer,
                                          .epochs = e.epochs,
                                          .batch = 100,
                                          .validation_share = 0.2,
                                          .seed = e.seed}) >= 0;
    }
    good =
        good && example_draw(&e, g, "mnist-sigmoid.svg", "784-30-10 of sigmoids", compare, 2) &&
        mnist_draw_weights(
            &e, "mnist-sigmoid-weights.svg", nn_find(net, "2.weight"),
            (viz_images){.title = "What the 30 hidden units look for", .rows = 28, .columns = 28});
    return example_end(g, good);
}
