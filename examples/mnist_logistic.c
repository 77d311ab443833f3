/* Handwritten digits by multinomial logistic regression, 784-10 with 7,850 parameters (the notes on
 * deep learning, 12.7; they print 7,860): RMSprop, batches of 100, 30 epochs. The lecture: 0.9282.
 * R's nnet refuses such a model for its many weights.
 */
#include "mnist.h"

int main(int argc, char **argv)
{
    example e = {"Handwritten digits by multinomial logistic regression.", .data = MNIST_FOLDER,
                 .seed = 1, .epochs = 30, .draws = "mnist-curves.svg, mnist-logistic-weights.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = mnist_images(&e, g, false), *test = mnist_images(&e, g, true);
    nn_module *net =
        nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 10, NULL));
    double accuracy = mnist_run(&e, NULL, "logistic regression", net, train, test,
                                (nn_fit_options){.optimizer = mnist_rmsprop(g, 1e-3),
                                                 .epochs = e.epochs,
                                                 .batch = 100,
                                                 .validation_share = 0.2,
                                                 .seed = e.seed});
    static const char *const digit[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    bool good =
        accuracy >= 0 &&
        mnist_draw_weights(&e, "mnist-logistic-weights.svg", nn_find(net, "2.weight"),
                           (viz_images){.title = "What speaks for each digit (blue) and against it",
                                        .rows = 28,
                                        .columns = 28,
                                        .image_title = digit,
                                        .across = 5});
    return example_end(g, good);
}
