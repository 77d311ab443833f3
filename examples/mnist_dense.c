/* Handwritten digits by a dense network 784-512-10 with ReLU and dropout of 0.2, RMSprop with
 * Keras' rate of 0.001, batches of 128, 20 epochs, a fifth of the training rows for validation (the
 * notes on neural networks, 8.3). The lecture: 407,050 parameters, a test accuracy of 0.9827, 4 to
 * 8 seconds an epoch.
 */
#include "mnist.h"

/* 25 digits, the confusion matrix, 12 mistakes. */
static bool draw(const example *e, nn_module *net, const nn_data *test)
{
    ag_graph *g = nn_graph_of(net);
    const char *digits = example_figure(e, g, "mnist-digits.svg");
    const char *matrix = example_figure(e, g, "mnist-confusion.svg");
    const char *mistakes = example_figure(e, g, "mnist-mistakes.svg");
    const nn_confusion *c = nn_confusion_new(nn_predict(net, test), nn_targets(test), NULL);
    return c != NULL && EXAMPLE_DRAWN(digits, nn_save_images, test, 25, "25 digits", NULL) &&
           EXAMPLE_DRAWN(matrix, nn_save_confusion, c, test, "Digits, test images", NULL) &&
           EXAMPLE_DRAWN(mistakes, nn_save_mistakes, net, test, 12, "12 mistakes", NULL);
}

int main(int argc, char **argv)
{
    example e = {"Handwritten digits by a dense network 784-512-10.", .data = MNIST_FOLDER,
                 .seed = 1, .epochs = 20,
                 .draws =
                     "mnist-curves.svg, mnist-digits.svg, mnist-confusion.svg, mnist-mistakes.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = mnist_images(&e, g, false), *test = mnist_images(&e, g, true);
    nn_module *net =
        nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 512, NULL),
                      nn_relu(g), nn_dropout(g, 0.2), nn_linear(g, 10, NULL));
    bool good = mnist_run(&e, NULL, "784-512-10", net, train, test,
                          (nn_fit_options){.optimizer = mnist_rmsprop(g, 1e-3),
                                           .epochs = e.epochs,
                                           .batch = 128,
                                           .validation_share = 0.2,
                                           .seed = e.seed}) >= 0;
    good = good && nn_print_confusion(stdout, net, test, NULL) == AG_OK;
    if (good) {
        mnist_print_mistakes(nn_predict_classes(net, test, 0), test, 12);
    }
    good = good && draw(&e, net, test);
    return example_end(g, good);
}
