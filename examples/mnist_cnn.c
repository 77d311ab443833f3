/* Handwritten digits by a convolutional network (the notes on neural networks, 8.5): 32 filters of
 * 3x3 with ReLU, 16 of 2x2 with softplus, both of the image's size; the largest of 2x2; 1000 units
 * with ReLU and dropout of 0.5; 3,149,394 parameters. RMSprop, batches of 128. The lecture: 0.9829
 * after 20 epochs of 11 to 26 seconds.
 *
 * The lecture forgot to divide the pixels by 255. Here that is the first run. With pixels from 0 to
 * 1 the same rate fails, and it does in PyTorch: the softplus of a number near 0 is 0.69, so all
 * 3,136 inputs of a unit are alike, RMSprop's first step moves all of its weights by 0.003 in one
 * direction, and the units die. The second run takes a tenth of the rate, which is slow; the third
 * has ReLU in place of the softplus, and keeps the rate. After five epochs they are at 0.985, 0.957
 * and 0.988.
 */
#include "mnist.h"

/* The pixels are divided by `divide` within the network, where it can be seen. */
static nn_module *network(ag_graph *g, double divide, nn_module *second_activation)
{
    const nn_conv_options same = {.conv = {.same = true}};
    return nn_sequential(g, nn_rescale(g, 1 / divide, 0), nn_conv2d(g, 32, 3, 3, &same), nn_relu(g),
                         nn_conv2d(g, 16, 2, 2, &same), second_activation,
                         nn_max_pool2d(g, 2, 2, NULL), nn_flatten(g), nn_linear(g, 1000, NULL),
                         nn_relu(g), nn_dropout(g, 0.5), nn_linear(g, 10, NULL));
}

int main(int argc, char **argv)
{
    example e = {"Handwritten digits by a convolutional network.", .data = MNIST_FOLDER, .seed = 1,
                 .epochs = 5, .draws = "mnist-cnn.svg, mnist-cnn-filters.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = mnist_images(&e, g, false), *test = mnist_images(&e, g, true);
    const struct {
        const char *name;
        double divide, rate;
        nn_module *(*activation)(ag_graph *g);
    } runs[] = {{"pixels from 0 to 255, rate 0.001", 1, 1e-3, nn_softplus},
                {"pixels from 0 to 1, rate 0.0001", 255, 1e-4, nn_softplus},
                {"pixels from 0 to 1, ReLU, rate 0.001", 255, 1e-3, nn_relu}};
    bool good = true;
    viz_plot compare[2] = {{.title = NULL}};
    nn_module *net = NULL;
    for (int i = 0; good && i < 3; i++) {
        net = network(g, runs[i].divide, runs[i].activation(g));
        good = mnist_run(&e, compare, runs[i].name, net, train, test,
                         (nn_fit_options){.optimizer = mnist_rmsprop(g, runs[i].rate),
                                          .epochs = e.epochs,
                                          .batch = 128,
                                          .validation_share = 0.2,
                                          .seed = e.seed}) >= 0;
    }
    good = good && example_draw(&e, g, "mnist-cnn.svg", "Convolutional networks", compare, 2) &&
           mnist_draw_weights(&e, "mnist-cnn-filters.svg", nn_find(net, "1.weight"),
                              (viz_images){.title = "The 32 filters of the first layer, ReLU",
                                           .rows = 3,
                                           .columns = 3,
                                           .across = 8});
    return example_end(g, good);
}
