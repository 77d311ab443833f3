/* What the examples of the notes on neural networks, section 6, share: a network 2-H-1 of sigmoids
 * with Bernoulli's likelihood as its cost,
 *
 *     Z1 = X W1' + b1,  A1 = sigmoid(Z1),  Z2 = A1 W2' + b2,  A2 = sigmoid(Z2)
 *     cost = -mean(y log A2 + (1 - y) log(1 - A2)),
 *
 * whose first weights are drawn from U(-1, 1) and whose biases begin at 0.
 */
#ifndef CIRCLE_H
#define CIRCLE_H

#include "example.h"

/* What `out` hidden units or outputs compute: sigmoid(x W' + b). */
static inline nn_module *circle_layer(ag_graph *g, int out)
{
    const nn_linear_options o = {.weight = {NN_UNIFORM, .a = -1, .b = 1}};
    return nn_sequential(g, nn_linear(g, out, &o), nn_sigmoid(g));
}

/* A network with H hidden units; NULL after an error. */
static inline nn_module *circle_network(ag_graph *g, int hidden)
{
    nn_module *net = nn_sequential(g, circle_layer(g, hidden), circle_layer(g, 1));
    return nn_build(net, AG_F64, AG_SHAPE(2)) == AG_OK ? net : NULL;
}

/* The lecture's first weights of a case: W1 and W2, by rows. False after an error. */
static inline bool circle_take_weights(nn_module *net, const example *e, const char *which)
{
    ag_graph *g = nn_graph_of(net);
    const nn_csv columns = {.columns = {"value"}, .extra = {"case", "matrix"}};
    nn_data *d = nn_read_csv(g, example_file(e, g, "l10_start_weights.csv"), &columns);
    double *w1 = ag_mutable_data(nn_find(net, "0.0.weight"));
    double *w2 = ag_mutable_data(nn_find(net, "1.0.weight"));
    for (int64_t i = 0; w1 != NULL && w2 != NULL && i < nn_rows(d); i++) {
        int64_t the_case = (int64_t)nn_extra(d, "case", i);
        int64_t matrix = (int64_t)nn_extra(d, "matrix", i); /* W1 is 0, W2 is 1 */
        if (strcmp(nn_extra_class_name(d, "case", the_case), which) == 0 &&
            nn_get_sample(d, i, matrix == 0 ? w1++ : w2++, 1) != AG_OK) {
            return false;
        }
    }
    return ag_error(g) == AG_OK;
}

/* The lecture's points, X [n,2]. */
static inline ag_tensor *circle_inputs(ag_graph *g, const example *e)
{
    nn_data *d = nn_read_csv(g, example_file(e, g, "l10_points.csv"), NULL);
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(nn_rows(d), 2), 0), "X");
    double *row = ag_mutable_data(x);
    for (int64_t i = 0; row != NULL && i < nn_rows(d); i++) {
        if (nn_get_sample(d, i, row + 2 * i, 2) != AG_OK) {
            return ag_fail(g, AG_ERR_SHAPE, "two columns", "the points have others"), NULL;
        }
    }
    return x;
}

/* y [n,1]: is the point outside of the circle of radius 1? */
static inline ag_tensor *circle_targets(ag_tensor *x)
{
    ag_tensor *radius = ag_sum_over(ag_square(x), AG_AXES(1), true);
    ag_tensor *outside = ag_gt(radius, ag_constant(ag_graph_of(x), 1));
    return ag_name(ag_detach(ag_cast(outside, AG_F64)), "y");
}

/* The share of points that are told apart, with 1/2 as the threshold. */
static inline double circle_right(const ag_tensor *p, const ag_tensor *y)
{
    const double *probability = ag_data(p), *target = ag_data(y);
    int64_t n = ag_size(y), count = 0;
    for (int64_t i = 0; probability != NULL && target != NULL && i < n; i++) {
        count += (probability[i] > 0.5) == (target[i] == 1);
    }
    return (double)count / (double)n;
}

/* Steps of rate 0.1; prints the cost now and then, and the share of points told apart. */
static inline bool circle_train(nn_module *net, ag_tensor *x, ag_tensor *y, int steps)
{
    ag_graph *g = ag_graph_of(x);
    nn_optimizer *sgd = nn_sgd(g, &(ag_sgd){.rate = 0.1});
    ag_status status = nn_attach(sgd, net);
    ag_mark mark = ag_graph_mark(g);
    for (int step = 1; status == AG_OK && step <= steps; step++) {
        ag_tensor *p = nn_call(net, x), *cost = ag_bce_loss(p, y, NULL, AG_MEAN);
        if (step % 10000 == 0 || step == steps) {
            printf("  step %5d   cost %.7g   right %.3f\n", step, ag_item(cost),
                   circle_right(p, y));
        }
        status = ag_backward(cost);
        status = status == AG_OK ? nn_step(sgd) : status;
        status = status == AG_OK ? ag_graph_rewind(g, mark) : status;
    }
    return status == AG_OK;
}

#endif
