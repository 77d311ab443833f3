/* When is a network worth it? Two tables of New York (the notes on deep learning, 11.11.4 and
 * 11.11.5), each with least squares, the lasso with a penalty by cross-validation, and a network,
 * judged by the mean absolute error on a fifth of the rows:
 *
 *     the logarithm of the hours until a complaint is closed, by p-128-64-32-1 with batch
 *     normalization and dropout; in the lecture 2.1727, .7194 and .7459
 *     the fare of a taxi trip, by 7-256-128-64-1; in the lecture 1.19 for the lasso and 1.17
 *
 * The lecture has 86,180 complaints and 300,000 trips of 2023. Its files are not to be had; these
 * are 4,163 complaints of February 2023 and 5,288 trips of March 2019, so the numbers are others. A
 * network gains where the signal is not additive, and it needs rows to find that.
 */
#include "linear.h"

typedef struct table {
    const char *name, *title, *file, *figure;
    nn_csv columns;
    nn_module *(*network)(const nn_data *train);
    nn_loss loss;
    int64_t batch;
} table;

static nn_module *complaints(const nn_data *train)
{
    ag_graph *g = nn_graph_of_data(train);
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 128, NULL), nn_relu(g),
                         nn_batch_norm(g, NULL), nn_dropout(g, 0.3), nn_linear(g, 64, NULL),
                         nn_relu(g), nn_batch_norm(g, NULL), nn_dropout(g, 0.2),
                         nn_linear(g, 32, NULL), nn_relu(g), nn_dropout(g, 0.1),
                         nn_linear(g, 1, NULL));
}

static nn_module *trips(const nn_data *train)
{
    ag_graph *g = nn_graph_of_data(train);
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 256, NULL), nn_relu(g),
                         nn_dropout(g, 0.1), nn_linear(g, 128, NULL), nn_relu(g),
                         nn_dropout(g, 0.1), nn_linear(g, 64, NULL), nn_relu(g),
                         nn_linear(g, 1, NULL));
}

static const table tables[] = {
    {"complaints",
     "hours until a complaint is closed, log(1 + h)",
     "nyc311.csv",
     "city-complaints.svg",
     {.target = "log_hours", .text = NN_TEXT_DUMMIES},
     complaints,
     nn_mse,
     256},
    {"taxi",
     "taxi fares in dollars",
     "taxi.csv",
     "city-taxi.svg",
     {.target = "fare"},
     trips,
     nn_mae,
     512},
};

static double absolute_error(nn_module *net, const nn_data *test)
{
    return nn_absolute_error.of(nn_predict(net, test), nn_targets(test), NULL);
}

static bool compare(const table *t, const example *e)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e->seed});
    nn_data *d = nn_read_csv(g, example_file(e, g, t->file), &t->columns);
    nn_halves part = nn_split(d, 0.2, &(nn_split_options){.seed = e->seed});
    const nn_early_stopping_options stop = {
        .monitor = "val_loss", .patience = 10, .restore_best = true};
    const nn_baseline *squares = nn_baseline_new(part.train, NULL);
    const nn_path *lasso = nn_path_new(part.train, &(nn_path_options){.seed = e->seed});
    nn_module *net = t->network(part.train);
    nn_history *h = nn_fit(net, part.train,
                           &(nn_fit_options){.loss = t->loss,
                                             .epochs = e->epochs,
                                             .batch = t->batch,
                                             .validation_share = 0.15,
                                             .callbacks = {nn_early_stopping(g, &stop)},
                                             .seed = e->seed,
                                             .show = NN_SHOW_NOTHING});
    bool good = h != NULL && squares != NULL && lasso != NULL;
    if (good) {
        printf("%s: %lld rows, %lld inputs, %lld parameters\n", t->title, (long long)nn_rows(d),
               (long long)nn_sample_size(d), (long long)nn_weights_size(net));
        printf("  %s: least squares %.4f   lasso %.4f   network %.4f after %d epochs\n", t->name,
               absolute_error(squares->net, part.test),
               absolute_error(lasso->baseline->net, part.test), absolute_error(net, part.test),
               nn_epochs(h));
        good = linear_draw(e, t->figure, t->title, lasso, h);
    }
    return example_end(g, good) == 0;
}

int main(int argc, char **argv)
{
    example e = {"Complaints and taxi fares of New York: linear models and networks.",
                 .data = "examples/data", .seed = 1, .epochs = 100,
                 .draws = "city-complaints.svg, city-taxi.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    bool good = compare(&tables[0], &e);
    return compare(&tables[1], &e) && good ? 0 : 1;
}
