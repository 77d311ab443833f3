/* What was learned on digits, used on clothes (the notes on deep learning, 11.14): a network is
 * trained on MNIST; for Fashion-MNIST it gets a new last layer, which alone is trained while the
 * others are frozen; then the last hidden layer is thawed and both are trained with a small rate.
 * Beside it the same network from drawn weights, on the same 1,000 rows. It is the best of them:
 * transfer gains where the tasks have much in common, and dense layers that know digits know little
 * of clothes.
 */
#include "mnist.h"

enum { ROWS = 1000 };

/* Module "0" finds features, "1" is the head, which gives the scores. */
static nn_module *network(ag_graph *g, nn_module *features)
{
    return nn_sequential(g, features, nn_linear(g, 10, NULL));
}

static nn_module *features(ag_graph *g)
{
    return nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 256, NULL),
                         nn_relu(g), nn_linear(g, 128, NULL), nn_relu(g));
}

/* Trains and returns the test accuracy. If figures are asked for, the test rows are looked at after
 * each epoch, and the history is added to the plots under this name. */
static double train_on(nn_module *net, nn_data *train, nn_data *test, double rate, int epochs,
                       const example *e, viz_plot *compare, const char *name)
{
    nn_optimizer *adam = nn_adam(nn_graph_of(net), &(ag_adam){.rate = rate});
    nn_history *h =
        nn_fit(net, train,
               &(nn_fit_options){.loss = nn_cross_entropy,
                                 .optimizer = adam,
                                 .epochs = epochs,
                                 .batch = 50,
                                 .seed = e->seed,
                                 .validation = e->figures != NULL && compare != NULL ? test : NULL,
                                 .metrics = {nn_accuracy},
                                 .show = NN_SHOW_NOTHING});
    if (e->figures != NULL && compare != NULL && h != NULL) {
        mnist_compare(compare, name, h);
    }
    nn_score s = nn_evaluate(
        net, test, &(nn_evaluate_options){.loss = nn_cross_entropy, .metrics = {nn_accuracy}});
    return h != NULL ? s.metric[0] : -1;
}

/* The second folder, with Fashion-MNIST: FASHION_DIR, or where get_mnist.sh puts it. */
static nn_data *clothes(ag_graph *g, bool test)
{
    const char *folder = getenv("FASHION_DIR");
    return nn_read_mnist(g, folder != NULL ? folder : "examples/data/fashion", test);
}

int main(int argc, char **argv)
{
    example e = {"From digits to clothes: a network that keeps its layers and gets a new head.",
                 .data = MNIST_FOLDER, .seed = 1, .epochs = 5,
                 .draws = "transfer.svg, transfer-mistakes.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *digits = mnist_images(&e, g, false), *digits_test = mnist_images(&e, g, true);
    nn_data *train = nn_rows_between(clothes(g, false), 0, ROWS), *test = clothes(g, true);
    nn_module *body = features(g), *first = network(g, body), *second = network(g, body);
    printf("digits: accuracy %.4f\n",
           train_on(first, digits, digits_test, 1e-3, e.epochs, &e, NULL, NULL));
    bool good = ag_error(g) == AG_OK && nn_build(second, AG_F32, nn_sample_shape(train)) == AG_OK &&
                nn_freeze(second, "0.*", true) == AG_OK;
    viz_plot compare[2] = {{.title = NULL}};
    if (good) {
        printf(
            "clothes, the new head alone: accuracy %.4f\n",
            train_on(second, train, test, 1e-3, 4 * e.epochs, &e, compare, "the new head alone"));
        good = nn_freeze(second, "0.4.*", false) == AG_OK;
        printf("clothes, with the last hidden layer at a small rate: accuracy %.4f\n",
               train_on(second, train, test, 1e-4, 4 * e.epochs, &e, compare,
                        "with the last hidden layer at a small rate"));
        printf("clothes, from drawn weights: accuracy %.4f\n",
               train_on(network(g, features(g)), train, test, 1e-3, 8 * e.epochs, &e, compare,
                        "from drawn weights"));
    }
    const char *mistakes = example_figure(&e, g, "transfer-mistakes.svg");
    good = good && example_draw(&e, g, "transfer.svg", "From digits to clothes", compare, 2) &&
           EXAMPLE_DRAWN(mistakes, nn_save_mistakes, second, test, 20, "20 mistakes", NULL);
    return example_end(g, good);
}
