/* One linear model fitted to all rows, and the module that it becomes. */
#include "baseline.h"

#include <autograd/nn_layers.h>
#include <math.h>

enum { MOST_WEIGHTS = 2000 };

bool nn__baseline_options_fit(const nn_data *d, const char *what, const nn_baseline_options *o)
{
    ag_graph *g = nn_graph_of_data(d);
    double n = (double)nn__outputs_of(d) * ((double)nn_sample_size(d) + 1);
    if (!(o->l1 >= 0 && isfinite(o->l1) && o->l2 >= 0 && isfinite(o->l2)) || o->steps < 0 ||
        !(o->tolerance >= 0)) {
        ag_fail(g, AG_ERR_VALUE, "none of them is negative",
                "%s: l1 %g, l2 %g, %lld steps, tolerance %g", what, o->l1, o->l2,
                (long long)o->steps, o->tolerance);
        return false;
    }
    if (n > MOST_WEIGHTS) {
        ag_fail(g, AG_ERR_VALUE, "train nn_linear with a penalty by nn_fit instead",
                "%s: %.0f weights and biases; Newton's method is for at most %d", what, n,
                MOST_WEIGHTS);
        return false;
    }
    return true;
}

bool nn__scaling_of(nn__scaling *s, const nn_data *d, const nn_baseline_options *o)
{
    int64_t n = nn_sample_size(d);
    s->mean = ag_graph_memory(nn_graph_of_data(d), (size_t)n * 2 * sizeof *s->mean + 1);
    if (s->mean == NULL) {
        return false;
    }
    s->scale = s->mean + n;
    if (nn_moments(d, s->mean, s->scale, n, false) != AG_OK) {
        return false;
    }
    for (int64_t j = 0; o->as_given && j < n; j++) {
        s->scale[j] = 1;
    }
    return true;
}

/* --- the module ------------------------------------------------------------------------------- */

/* Inputs as one axis, the linear layer, outputs in the shape of a target. */
static nn_module *module_of(const nn_data *d, int64_t outputs)
{
    ag_graph *g = nn_graph_of_data(d);
    nn_module *list[3];
    int n = 0;
    if (nn_sample_shape(d).ndim != 1) {
        list[n++] = nn_flatten(g);
    }
    list[n++] = nn_linear(g, outputs, NULL);
    if (nn_classes(d) == 0 || nn_classes(d) == 2) {
        list[n++] = nn_reshape(g, nn_target_shape(d));
    }
    nn_module *net = nn_sequential_of(g, list, n);
    return net != NULL && nn_build(net, ag_graph_dtype(g), nn_sample_shape(d)) == AG_OK ? net
                                                                                        : NULL;
}

nn_baseline *nn__baseline_empty(const nn_data *d, const nn_baseline_options *o)
{
    ag_graph *g = nn_graph_of_data(d);
    int64_t outputs = nn__outputs_of(d), inputs = nn_sample_size(d);
    nn_baseline *b = ag_graph_memory(g, sizeof *b);
    double *room = ag_graph_memory(g, (size_t)(outputs * (inputs + 1)) * sizeof *room);
    nn_module *net = b != NULL && room != NULL ? module_of(d, outputs) : NULL;
    if (net == NULL) {
        return NULL;
    }
    *b = (nn_baseline){.net = net, .inputs = inputs, .outputs = outputs, .weight = room};
    b->bias = room + outputs * inputs;
    b->l1 = o->l1;
    b->l2 = o->l2;
    return b;
}

/* --- what was found --------------------------------------------------------------------------- */

int64_t nn__nonzero(const nn__minimizer *m)
{
    int64_t n = 0;
    for (int64_t i = 0; i < m->problem->n; i++) {
        n += nn__is_weight(m->problem, i) && m->theta[i] != 0;
    }
    return n;
}

/* Softmax does not change when every class' bias moves by one number: their mean becomes 0. */
static void center(double *bias, int64_t n)
{
    double mean = 0;
    for (int64_t k = 0; k < n; k++) {
        mean += bias[k] / (double)n;
    }
    for (int64_t k = 0; k < n; k++) {
        bias[k] -= mean;
    }
}

bool nn__baseline_fill(nn_baseline *b, const nn__minimizer *m, const nn__scaling *s)
{
    double *weight = AG_UNCONST(double *, b->weight), *bias = AG_UNCONST(double *, b->bias);
    for (int64_t k = 0; k < b->outputs; k++) {
        const double *theta = m->theta + k * m->problem->width;
        bias[k] = theta[b->inputs];
        for (int64_t j = 0; j < b->inputs; j++) {
            weight[k * b->inputs + j] = theta[j] / s->scale[j];
            bias[k] -= weight[k * b->inputs + j] * s->mean[j];
        }
    }
    if (m->problem->loss == nn_cross_entropy) {
        center(bias, b->outputs);
    }
    b->loss = nn__problem_value(m->problem, m->theta);
    b->nonzero = nn__nonzero(m);
    b->steps = m->steps;
    b->converged = m->converged;
    return nn_set_weights(b->net, weight, b->outputs * (b->inputs + 1)) == AG_OK;
}

static bool fit(nn_baseline *b, const nn_data *train, const nn_baseline_options *o)
{
    nn__linear_problem p;
    nn__minimizer m;
    nn__scaling s;
    return nn__scaling_of(&s, train, o) && nn__problem_read(&p, "nn_baseline_new", train, &s) &&
           nn__minimizer_new(&m, &p, o) && nn__find_minimum(&m) && nn__baseline_fill(b, &m, &s);
}

const nn_baseline *(nn_baseline_new)(const nn_data *train, const nn_baseline_options *options)
{
    const nn_baseline_options o = options != NULL ? *options : (nn_baseline_options){0};
    if (train == NULL || !nn__data_fit(train, "nn_baseline_new") ||
        !nn__baseline_options_fit(train, "nn_baseline_new", &o)) {
        return NULL;
    }
    ag_graph *g = nn_graph_of_data(train);
    nn_baseline *b = nn__baseline_empty(train, &o);
    ag_mark mark = ag_graph_mark(g);
    bool fitted = b != NULL && fit(b, train, &o);
    return ag_graph_rewind(g, mark) == AG_OK && fitted ? b : NULL;
}
