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

/* One more training among those that are compared: loss and accuracy on the rows for validation. */
static inline void mnist_compare(viz_plot plot[2], const char *name, const nn_history *h)
{
    plot[0].x.label = plot[1].x.label = "epoch";
    plot[0].y.label = "validation loss";
    plot[1].y.label = "validation accuracy";
    example_curve(&plot[0], name, h, "val_loss");
    example_curve(&plot[1], name, h, "val_accuracy");
}

/* Weights as images of rows by columns numbers, if figures are asked for: positive ones are blue,
 * negative ones rust. `images` says the rest. */
static inline bool mnist_draw_weights(const example *e, const char *name, ag_tensor *weight,
                                      viz_images images)
{
    ag_graph *g = ag_graph_of(weight);
    const char *path = example_figure(e, g, name);
    if (path == NULL) {
        return ag_error(g) == AG_OK;
    }
    size_t n = (size_t)ag_size(weight);
    double *pixel = ag_graph_memory(g, n * sizeof *pixel);
    images.pixel = pixel;
    images.n = n / (images.rows * images.columns);
    images.sign = true;
    return pixel != NULL && ag_get(weight, pixel, (int64_t)n) == AG_OK &&
           viz_save_images(g, path, &images, NULL) == AG_OK;
}

/* Trains the network, unless `o` says otherwise with Adam and a fifth of the rows for validation,
 * and shows its layers, the history, and under this name how it does on the test images. The
 * history is added to the plots that compare trainings; without such plots it is drawn, if figures
 * are asked for. Returns the test accuracy, -1 after an error. */
static inline double mnist_run(const example *e, viz_plot *compare, const char *name,
                               nn_module *net, nn_data *train, nn_data *test, nn_fit_options o)
{
    o.loss = nn_cross_entropy;
    o.metrics[0] = nn_accuracy;
    nn_history *h = nn_fit(net, train, &o);
    if (h == NULL || nn_summary(stdout, net) != AG_OK || nn_print_history(stdout, h) != AG_OK) {
        return -1;
    }
    const char *curves = example_figure(e, nn_graph_of(net), "mnist-curves.svg");
    if (compare != NULL) {
        mnist_compare(compare, name, h);
    } else if (!EXAMPLE_DRAWN(curves, nn_save_curves, h, name, NULL)) {
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
