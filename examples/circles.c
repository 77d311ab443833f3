/* Two noisy circles, one in the other: the notes on multilayer perceptrons in Python. A network
 * 2-8-6-1 with ReLU, Adam with rate 0.001, batches of 16 and 300 epochs; the lecture's mean loss of
 * an epoch falls from .68 over .38 (epoch 10) and .026 (100) to .0018 (300). Then what depth alone
 * is worth: layers without anything between them are one linear layer, which cannot do it.
 */
#include "example.h"

/* Scores of shape [rows], for labels of that shape. */
static nn_module *network(const nn_data *train)
{
    ag_graph *g = nn_graph_of_data(train);
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 8, NULL), nn_relu(g),
                         nn_linear(g, 6, NULL), nn_relu(g), nn_linear(g, 1, NULL),
                         nn_reshape(g, AG_SCALAR));
}

static nn_module *linear_network(const nn_data *train)
{
    ag_graph *g = nn_graph_of_data(train);
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 8, NULL), nn_linear(g, 6, NULL),
                         nn_linear(g, 1, NULL), nn_reshape(g, AG_SCALAR));
}

static nn_history *fit(nn_module *net, const nn_data *train, const example *e)
{
    return nn_fit(
        net, train,
        &(nn_fit_options){.loss = nn_bce,
                          .optimizer = nn_adam(nn_graph_of(net), &(ag_adam){.rate = 1e-3}),
                          .epochs = e->epochs,
                          .batch = 16,
                          .metrics = {nn_accuracy},
                          .seed = e->seed,
                          .show = NN_SHOW_NOTHING});
}

static void print_losses(const nn_history *h)
{
    static const int epochs[] = {1, 2, 5, 10, 20, 50, 100, 200, 300};
    for (size_t i = 0; i < sizeof epochs / sizeof *epochs && epochs[i] <= nn_epochs(h); i++) {
        printf("  epoch %3d   loss %.6f   accuracy %.4f\n", epochs[i],
               nn_history_at(h, "loss", epochs[i]), nn_history_at(h, "accuracy", epochs[i]));
    }
}

/* The confusion matrix and the area under the ROC curve. */
static bool judge(nn_module *net, const nn_data *d, const char *rows)
{
    ag_tensor *y = nn_predict(net, d), *t = nn_targets(d);
    printf("%s: accuracy %.4f, area under the ROC curve %.4f\n", rows, nn_accuracy.of(y, t, NULL),
           nn_auc.of(y, t, NULL));
    return nn_print_matrix(stdout, nn_confusion_new(y, t, NULL), d) == AG_OK;
}

static bool draw(const example *e, nn_module *net, const nn_history *h, const nn_data *test)
{
    ag_graph *g = nn_graph_of(net);
    const char *curves = example_figure(e, g, "circles-curves.svg");
    const char *plane = example_figure(e, g, "circles.svg");
    const nn_regions o = {.title = "Two circles, test rows", .logits = true};
    return EXAMPLE_DRAWN(curves, nn_save_curves, h, "Training on two circles", NULL) &&
           EXAMPLE_DRAWN(plane, nn_save_regions, net, test, &o, NULL);
}

int main(int argc, char **argv)
{
    example e = {"A network 2-8-6-1 on two noisy circles.", .data = "examples/data", .seed = 1,
                 .epochs = 300, .draws = "circles.svg, circles-curves.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    const nn_csv columns = {.target = "class", .classes = true, .extra = {"test"}};
    nn_data *all = nn_read_csv(g, example_file(&e, g, "circles.csv"), &columns);
    nn_halves part = nn_split_marked(all, "test");
    nn_module *net = network(part.train), *line = linear_network(part.train);
    nn_history *h = fit(net, part.train, &e);
    print_losses(h);
    if (h == NULL || nn_summary(stdout, net) != AG_OK) {
        return example_end(g, false);
    }
    bool good = judge(net, part.train, "training rows") && judge(net, part.test, "test rows") &&
                draw(&e, net, h, part.test);
    good = good && fit(line, part.train, &e) != NULL &&
           judge(line, part.test, "test rows without ReLU");
    return example_end(g, good);
}
