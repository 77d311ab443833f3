/* Networks beside linear models on tables that many have used: tumors that are malignant or benign,
 * films that were hits or flops (by what they earned, the upper against the lower third), houses of
 * California by district. The linear model is a logistic regression, or the lasso, with an L1
 * penalty that 10-fold cross-validation chooses; the network p-64-32-k has dropout and stops early,
 * on a sixth of the training rows. A fifth of the rows judges both.
 *
 * Tumors are nearly linear, so the network gains nothing; of films little is known beforehand;
 * what a house costs depends on the place, and a place is no sum of longitude and latitude.
 */
#include "linear.h"

typedef struct table {
    const char *name, *file, *figure;
    nn_csv columns;
    nn_loss loss;
    int outputs;
    double unit; /* of the outputs: a network gives numbers about 1 */
    const nn_metric *metric;
} table;

/* scikit-learn's first line of the tumors names their classes and needs no options. */
static const table tables[] = {
    {"tumors",
     "breast_cancer.csv",
     "tables-tumors.svg",
     {.target = NULL},
     nn_cross_entropy,
     2,
     1,
     &nn_accuracy},
    {"films",
     "films.csv",
     "tables-films.svg",
     {.target = "hit", .classes = true, .text = NN_TEXT_DUMMIES},
     nn_cross_entropy,
     2,
     1,
     &nn_accuracy},
    {"houses",
     "houses.csv",
     "tables-houses.svg",
     {.target = "median_house_value", .text = NN_TEXT_DUMMIES, .when_missing = NN_MISSING_DROP},
     nn_mae,
     1,
     1e5,
     &nn_absolute_error},
};

static nn_module *network(const nn_data *train, const table *t)
{
    ag_graph *g = nn_graph_of_data(train);
    return nn_sequential(g, nn_standardize(g, train), nn_linear(g, 64, NULL), nn_relu(g),
                         nn_dropout(g, 0.2), nn_linear(g, 32, NULL), nn_relu(g),
                         nn_linear(g, t->outputs, NULL), nn_rescale(g, t->unit, 0));
}

static nn_history *fit(nn_module *net, const nn_data *train, const table *t, const example *e)
{
    ag_graph *g = nn_graph_of(net);
    const nn_early_stopping_options stop = {.patience = 20, .restore_best = true};
    return nn_fit(net, train,
                  &(nn_fit_options){.loss = t->loss,
                                    .epochs = e->epochs,
                                    .validation_share = 1.0 / 6,
                                    .callbacks = {nn_early_stopping(g, &stop)},
                                    .seed = e->seed,
                                    .show = NN_SHOW_NOTHING});
}

static double judge(nn_module *net, const nn_data *test, const table *t)
{
    return t->metric->of(nn_predict(net, test), nn_targets(test), NULL);
}

static bool compare(const table *t, const example *e)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e->seed});
    nn_data *d = nn_read_csv(g, example_file(e, g, t->file), &t->columns);
    nn_split_options o = {.stratify = nn_classes(d) > 0, .seed = e->seed};
    nn_halves part = nn_split(d, 0.2, &o);
    const nn_path *linear = nn_path_new(part.train, &(nn_path_options){.seed = e->seed});
    nn_module *net = network(part.train, t);
    nn_history *h = fit(net, part.train, t, e);
    bool good = linear != NULL && h != NULL;
    if (good) {
        printf("%s, %lld rows of %lld numbers: %s %.5g by the linear model, %.5g by the network "
               "after %d epochs\n",
               t->name, (long long)nn_rows(d), (long long)nn_sample_size(d), t->metric->name,
               judge(linear->baseline->net, part.test, t), judge(net, part.test, t), nn_epochs(h));
        good = linear_draw(e, t->figure, t->name, linear, h);
    }
    return example_end(g, good) == 0;
}

int main(int argc, char **argv)
{
    example e = {"Tumors, films and houses: linear models and networks.", .data = "examples/data",
                 .seed = 1, .epochs = 300,
                 .draws = "tables-tumors.svg, tables-films.svg, tables-houses.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    bool good = true;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        good = compare(&tables[i], &e) && good;
    }
    return good ? 0 : 1;
}
