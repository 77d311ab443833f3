/* What the examples of handwritten digits share: the images, and a training that is shown. */
#ifndef MNIST_H
#define MNIST_H

#include "example.h"

#define MNIST_FOLDER "examples/data/mnist" /* where get_mnist.sh puts it */

/* The images for training or testing, from a folder with MNIST's four files, given by --data or by
 * the environment's MNIST_DIR. Pixels are bytes, 0 to 255. NULL after an error. */
static inline nn_data *mnist_images(const example *e, ag_graph *g, bool test)
{
    const char *folder = getenv("MNIST_DIR");
    folder = strcmp(e->data, MNIST_FOLDER) != 0 || folder == NULL ? e->data : folder;
    nn_data *d = nn_read_mnist(g, folder, test);
    if (d == NULL && !test) {
        fputs("MNIST is fetched by examples/data/get_mnist.sh; its folder is given by --data or "
              "MNIST_DIR\n",
              stderr);
    }
    return d;
}

/* The first `most` digits that are mistaken: which they are, and what they were taken for. */
static inline void mnist_print_mistakes(ag_tensor *predicted, const nn_data *test, int most)
{
    const int64_t *class = ag_data(predicted);
    printf("mistakes: row of the test images, digit, prediction\n");
    for (int64_t i = 0; class != NULL && i < nn_rows(test) && most > 0; i++) {
        if (class[i] != nn_label(test, i)) {
            printf("  %5lld   %lld   %lld\n", (long long)nn_stored_row(test, i),
                   (long long)nn_label(test, i), (long long)class[i]);
            most--;
        }
    }
}

/* Trains the network, unless `o` says otherwise with Adam and a fifth of the rows for validation,
 * and shows its layers, the history (which it draws, too, if figures are asked for), and under this
 * name how it does on the test images. Returns the test accuracy, -1 after an error. */
static inline double mnist_run(const example *e, const char *name, nn_module *net, nn_data *train,
                               nn_data *test, nn_fit_options o)
{
    o.loss = nn_cross_entropy;
    o.metrics[0] = nn_accuracy;
    nn_history *h = nn_fit(net, train, &o);
    if (h == NULL || nn_summary(stdout, net) != AG_OK || nn_print_history(stdout, h) != AG_OK) {
        return -1;
    }
    const char *curves = example_figure(e, nn_graph_of(net), "mnist-curves.svg");
    if (!EXAMPLE_DRAWN(curves, nn_save_curves, h, name, NULL)) {
        return -1;
    }
    ag_tensor *y = nn_predict(net, test), *t = nn_targets(test);
    double accuracy = nn_accuracy.of(y, t, NULL);
    printf("%s: test loss %.4f   test accuracy %.4f\n", name, nn_log_loss.of(y, t, NULL), accuracy);
    return ag_error(nn_graph_of(net)) == AG_OK ? accuracy : -1;
}

/* Keras' RMSprop with its usual numbers. */
static inline nn_optimizer *mnist_rmsprop(ag_graph *g, double rate)
{
    return nn_rmsprop(
        g, &(ag_rmsprop){.rate = rate, .alpha = 0.9, .eps = 1e-7, .eps_form = AG_EPS_INSIDE});
}

#endif
