/* Fisher's irises by the network 4-3-2-3 of the notes on multilayer perceptrons in Python, trained
 * as scikit-learn does: Adam with rate 0.001 on all rows, weights and biases from Glorot's
 * distribution, an L2 penalty of 0.0001/2n, an end when the loss has not fallen by 0.0001 for ten
 * epochs. The lecture shows one run, with one error in 30. Ten runs show more: with so few hidden
 * units some end with units that are 0 for every flower, and then a species or two cannot be told
 * apart.
 */
#include "example.h"

enum { RUNS = 10 };

static nn_module *network(const nn_data *train)
{
    ag_graph *g = nn_graph_of_data(train);
    const double l2 = 1e-4 / 2 / (double)nn_rows(train);
    const nn_linear_options o = {.weight = {.kind = NN_GLOROT_UNIFORM},
                                 .bias = {.kind = NN_GLOROT_UNIFORM},
                                 .penalty = {.l2 = l2}};
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 3, &o), nn_relu(g),
                         nn_linear(g, 2, &o), nn_relu(g), nn_linear(g, 3, &o));
}

/* Of the first run. */
static bool draw(const example *e, nn_module *net, const nn_history *h, const nn_data *test)
{
    static const char *const in[] = {"sepal length", "sepal width", "petal length", "petal width"};
    static const char *const out[] = {"setosa", "versicolor", "virginica"};
    ag_graph *g = nn_graph_of(net);
    const char *curves = example_figure(e, g, "iris-curves.svg");
    const char *matrix = example_figure(e, g, "iris-confusion.svg");
    const char *network = example_figure(e, g, "iris-network.svg");
    const nn_confusion *c = nn_confusion_new(nn_predict(net, test), nn_targets(test), NULL);
    const nn_diagram diagram = {.input_name = in, .output_name = out};
    return c != NULL && EXAMPLE_DRAWN(curves, nn_save_curves, h, "Irises", NULL) &&
           EXAMPLE_DRAWN(matrix, nn_save_confusion, c, test, "Irises, test rows", NULL) &&
           EXAMPLE_DRAWN(network, nn_save_diagram, net, &diagram, NULL);
}

/* One run in a graph of its own; its accuracy on the test rows, or -1 after an error. */
static double run(const nn_data *train, const nn_data *test, const example *e, uint64_t seed)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = seed});
    const nn_early_stopping_options stop = {.monitor = "loss", .patience = 10, .min_delta = 1e-4};
    const nn_data *rows = nn_data_in(g, train);
    nn_module *net = network(rows);
    nn_history *h = nn_fit(net, rows,
                           &(nn_fit_options){.loss = nn_cross_entropy,
                                             .epochs = e->epochs,
                                             .batch = nn_rows(rows),
                                             .callbacks = {nn_early_stopping(g, &stop)},
                                             .show = NN_SHOW_NOTHING});
    const nn_data *judged = nn_data_in(g, test);
    nn_score s = nn_evaluate(
        net, judged, &(nn_evaluate_options){.loss = nn_cross_entropy, .metrics = {nn_accuracy}});
    printf("seed %2llu   %4d epochs   loss %.4f   test accuracy %.3f   %s\n",
           (unsigned long long)seed, nn_epochs(h), nn_last(h, "loss"), s.metric[0], nn_remarks(h));
    bool good = seed != e->seed || draw(e, net, h, judged);
    return example_end(g, good) == 0 ? s.metric[0] : -1;
}

int main(int argc, char **argv)
{
    example e = {"Fisher's irises by a network 4-3-2-3, from ten seeds.", .data = "examples/data",
                 .seed = 1, .epochs = 6000,
                 .draws = "iris-network.svg, iris-curves.svg, iris-confusion.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    const nn_csv columns = {.target = "species", .extra = {"test"}};
    nn_halves part =
        nn_split_marked(nn_read_csv(g, example_file(&e, g, "iris_split.csv"), &columns), "test");
    int collapsed = 0;
    bool good = part.train != NULL;
    for (uint64_t i = 0; good && i < RUNS; i++) {
        double accuracy = run(part.train, part.test, &e, e.seed + i);
        good = accuracy >= 0;
        collapsed += accuracy < 0.7;
    }
    if (good) {
        printf("%d of %d runs collapsed: a network of five hidden units has none to spare\n",
               collapsed, RUNS);
    }
    return example_end(g, good);
}
