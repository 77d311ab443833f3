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

/* Trains a network on the rows, distorted or not; prints its test accuracy. */
static nn_module *train_with(const nn_data *train, const nn_data *test, const nn_distortion *how,
                             const example *e)
{
    nn_module *net = network(nn_graph_of_data(train));
    nn_history *h = nn_fit(net, train,
                           &(nn_fit_options){.loss = nn_cross_entropy,
                                             .epochs = e->epochs,
                                             .batch = 100,
                                             .draw = {.distortion = how, .loader = true},
                                             .metrics = {nn_accuracy},
                                             .seed = e->seed,
                                             .show = NN_SHOW_NOTHING});
    nn_score s = nn_evaluate(
        net, test, &(nn_evaluate_options){.loss = nn_cross_entropy, .metrics = {nn_accuracy}});
    printf("%-26s training accuracy %.4f   test accuracy %.4f\n",
           how == NULL ? "as they are" : "distorted in each epoch", nn_last(h, "accuracy"),
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

int main(int argc, char **argv)
{
    example e = {
        "Digits with training data expanded by distortion, and a poll of distorted copies.",
        .data = MNIST_FOLDER, .seed = 1, .epochs = 60};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = nn_rows_between(mnist_images(&e, g, false), 0, ROWS);
    nn_data *test = mnist_images(&e, g, true);
    nn_module *plain = train_with(train, test, NULL, &e);
    nn_module *expanded = train_with(train, test, &distortion, &e);
    bool good = plain != NULL && expanded != NULL;
    if (good) {
        printf("poll of %d copies           test accuracy %.4f\n", 1 + COPIES,
               poll(expanded, test));
    }
    return example_end(g, good);
}
