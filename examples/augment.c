/* Training data expanded by distorted copies, and a poll at the end (the notes on deep learning,
 * 12.11): a network 784-100-10 on 3,000 digits, first as they are, then turned, moved, leaned and
 * bent anew in each epoch. Then every test digit is distorted in several ways, and the mean of the
 * probabilities decides.
 */
#include "mnist.h"

enum { ROWS = 3000, COPIES = 9 };

static const nn_distortion distortion = {
    .rotate = 10, .translate = 2, .scale = 0.1, .skew = 10, .elastic = 20, .smooth = 5, .seed = 7};

static nn_module *network(ag_graph *g)
{
    return nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 100, NULL),
                         nn_relu(g), nn_dropout(g, 0.3), nn_linear(g, 10, NULL));
}

/* Trains a network on the rows, distorted or not; prints its test accuracy. If figures are asked
 * for, the test rows are looked at after each epoch, and the history is added to the plots. */
static nn_module *train_with(const nn_data *train, const nn_data *test, const nn_distortion *how,
                             const example *e, viz_plot *compare)
{
    nn_module *net = network(nn_graph_of_data(train));
    nn_history *h = nn_fit(net, train,
                           &(nn_fit_options){.loss = nn_cross_entropy,
                                             .epochs = e->epochs,
                                             .batch = 100,
                                             .draw = {.distortion = how, .loader = true},
                                             .validation = e->figures != NULL ? test : NULL,
                                             .metrics = {nn_accuracy},
                                             .seed = e->seed,
                                             .show = NN_SHOW_NOTHING});
    const char *name = how == NULL ? "as they are" : "distorted in each epoch";
    if (e->figures != NULL && h != NULL) {
        mnist_compare(compare, name, h);
    }
    nn_score s = nn_evaluate(
        net, test, &(nn_evaluate_options){.loss = nn_cross_entropy, .metrics = {nn_accuracy}});
    printf("%-26s training accuracy %.4f   test accuracy %.4f\n", name, nn_last(h, "accuracy"),
           s.metric[0]);
    return h != NULL ? net : NULL;
}

/* The accuracy of the mean of the probabilities of the test rows and their distorted copies. */
static double poll(nn_module *net, const nn_data *test)
{
    const nn_distortion mild = {.rotate = 5, .translate = 1, .elastic = 10, .smooth = 5, .seed = 9};
    ag_tensor *sum = ag_softmax(nn_predict(net, test), 1);
    for (int copy = 1; copy <= COPIES && sum != NULL; copy++) {
        sum = ag_add(sum, ag_softmax(nn_predict(net, nn_distorted(test, &mild, copy)), 1));
    }
    return nn_accuracy.of(sum, nn_targets(test), NULL);
}

/* Four digits, a row for each: as it is, then as in four epochs. */
static bool draw(const example *e, const nn_data *train)
{
    enum { DIGITS = 4, EACH = 5, PIXELS = 28 * 28 };
    ag_graph *g = nn_graph_of_data(train);
    const char *path = example_figure(e, g, "augment-digits.svg");
    if (path == NULL) {
        return ag_error(g) == AG_OK;
    }
    double *pixel = ag_graph_memory(g, DIGITS * EACH * PIXELS * sizeof *pixel);
    nn_data *four = nn_rows_between(train, 0, DIGITS), *d = four;
    bool good = pixel != NULL;
    for (int k = 0; k < EACH && good; k++, d = nn_distorted(four, &distortion, k)) {
        for (int i = 0; i < DIGITS && good; i++) {
            good = nn_get_sample(d, i, pixel + (EACH * i + k) * PIXELS, PIXELS) == AG_OK;
        }
    }
    const viz_images all = {.title = "Digits, and how they are distorted",
                            .pixel = pixel,
                            .n = DIGITS * EACH,
                            .rows = 28,
                            .columns = 28,
                            .across = EACH};
    return good && viz_save_images(g, path, &all, NULL) == AG_OK;
}

int main(int argc, char **argv)
{
    example e = {
        "Digits with training data expanded by distortion, and a poll of distorted copies.",
        .data = MNIST_FOLDER, .seed = 1, .epochs = 60, .draws = "augment.svg, augment-digits.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = nn_rows_between(mnist_images(&e, g, false), 0, ROWS);
    nn_data *test = mnist_images(&e, g, true);
    viz_plot compare[2] = {{.title = NULL}};
    nn_module *plain = train_with(train, test, NULL, &e, compare);
    nn_module *expanded = train_with(train, test, &distortion, &e, compare);
    bool good = plain != NULL && expanded != NULL;
    if (good) {
        printf("poll of %d copies           test accuracy %.4f\n", 1 + COPIES,
               poll(expanded, test));
    }
    good = good && draw(&e, train) &&
           example_draw(&e, g, "augment.svg", "3,000 digits, and these distorted", compare, 2);
    return example_end(g, good);
}
