/* What the examples of the curve through noise share: y = x/2 + sin x cos 2x + 0.3 e, fitted by the
 * network 1-80-20-1 of the notes on multilayer perceptrons in Python, with scikit-learn's rule:
 * Adam with rate 0.001, batches of 200, an L2 penalty of alpha/2n, an end when the loss, with the
 * penalty, has not fallen by 0.0001 for ten epochs. The loss is half the mean squared error, as
 * there. Seed 0 begins with scikit-learn's own weights.
 */
#ifndef REGRESSION_H
#define REGRESSION_H

#include "example.h"

typedef struct regression_setting {
    double alpha, rate; /* a rate: gradient descent; 0: Adam */
    double momentum;
    int64_t batch;
} regression_setting;

static const regression_setting regression_usual = {.alpha = 1e-4, .batch = 200};

static inline nn_module *regression_network(const nn_data *train, const regression_setting *s)
{
    ag_graph *g = nn_graph_of_data(train);
    int64_t batch = s->batch < nn_rows(train) ? s->batch : nn_rows(train);
    const nn_linear_options o = {.weight = {.kind = NN_GLOROT_UNIFORM},
                                 .bias = {.kind = NN_GLOROT_UNIFORM},
                                 .penalty = {.l2 = s->alpha / 2 / (double)batch}};
    nn_module *net = nn_sequential(g, nn_standardize(g, train), nn_linear(g, 80, &o), nn_relu(g),
                                   nn_linear(g, 20, &o), nn_relu(g), nn_linear(g, 1, &o));
    return nn_build(net, AG_F64, AG_SHAPE(1)) == AG_OK ? net : NULL;
}

/* The weights that scikit-learn starts from; its matrices are transposed to ours. */
static inline bool regression_take_weights(nn_module *net, const example *e)
{
    static const char *const path[][2] = {
        {"1.weight", "1.bias"}, {"3.weight", "3.bias"}, {"5.weight", "5.bias"}};
    ag_graph *g = nn_graph_of(net);
    const nn_csv columns = {.extra = {"kind"}};
    nn_data *d = nn_read_csv(g, example_file(e, g, "regression_sklearn_start.csv"), &columns);
    for (int64_t i = 0; i < nn_rows(d); i++) {
        double row[4]; /* layer, from, to, value */
        int layer = nn_get_sample(d, i, row, 4) == AG_OK ? (int)row[0] - 1 : 3;
        bool bias = (int64_t)nn_extra(d, "kind", i) == 0; /* b is before w */
        ag_tensor *t = layer >= 0 && layer < 3 ? nn_find(net, path[layer][bias ? 1 : 0]) : NULL;
        double *to = ag_mutable_data(t);
        int64_t from = bias ? 1 : ag_shape_of(t).dim[1];
        if (to != NULL) {
            to[(int64_t)row[2] * from + (bias ? 0 : (int64_t)row[1])] = row[3];
        }
    }
    return ag_error(g) == AG_OK;
}

static inline nn_history *regression_fit(nn_module *net, const nn_data *train,
                                         const regression_setting *s, const example *e)
{
    ag_graph *g = nn_graph_of(net);
    const nn_early_stopping_options stop = {
        .monitor = "objective", .patience = 10, .min_delta = 1e-4};
    const ag_sgd descent = {.rate = s->rate, .momentum = s->momentum, .nesterov = s->momentum > 0};
    return nn_fit(
        net, train,
        &(nn_fit_options){.loss = nn_quadratic,
                          .optimizer = s->rate > 0 ? nn_sgd(g, &descent) : nn_adam(g, NULL),
                          .epochs = e->epochs,
                          .batch = s->batch,
                          .callbacks = {nn_early_stopping(g, &stop)},
                          .seed = e->seed + 1,
                          .show = NN_SHOW_NOTHING});
}

static inline nn_score regression_judge(nn_module *net, const nn_data *d)
{
    return nn_evaluate(net, d, &(nn_evaluate_options){.loss = nn_quadratic, .metrics = {nn_r2}});
}

/* The lecture's rows, with its test rows apart. */
static inline nn_halves regression_data(ag_graph *g, const example *e)
{
    const nn_csv columns = {.target = "y", .extra = {"test"}};
    return nn_split_marked(nn_read_csv(g, example_file(e, g, "regression.csv"), &columns), "test");
}

/* A network for these rows: with scikit-learn's first weights where the seed is 0. */
static inline nn_module *regression_start(const nn_data *train, const regression_setting *s,
                                          const example *e)
{
    nn_module *net = regression_network(train, s);
    bool good = net != NULL && (e->seed != 0 || regression_take_weights(net, e));
    return good ? net : NULL;
}

#endif
