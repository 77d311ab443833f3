/* Asks a network for one number of its output; see probe.h. Must not know what for. */
#include "probe.h"

#include <autograd/derivatives.h>
#include <math.h>

/* --- recording -------------------------------------------------------------------------------- */

/* The network's output of n samples as (n, outputs). */
static ag_tensor *outputs_of(nn__probe *p, ag_tensor *x, int64_t n)
{
    ag_tensor *y = nn_call(p->net, x);
    ag_shape s = ag_shape_of(y);
    char text[AG_SHAPE_TEXT];
    if (y == NULL) {
        return NULL;
    }
    if (s.ndim < 1 || s.dim[0] != n) {
        ag_fail(p->graph, AG_ERR_SHAPE, "the first axis counts the samples",
                "%s: the network's output is %s for %lld samples", p->what, ag_shape_text(s, text),
                (long long)n);
        return NULL;
    }
    return s.ndim == 1 ? ag_unsqueeze(y, 1) : ag_flatten(y, 1, -1);
}

/* Samples as a leaf in the dtype of the graph. */
static ag_tensor *leaf_of(const nn__probe *p, const double *x, int64_t n, bool gradient)
{
    ag_shape s = p->shape;
    s.dim[0] = n;
    return ag_from_values(p->graph, gradient ? AG_VARIABLE : AG_CONSTANT, s, x);
}

/* The number that is asked for of each sample, (n, 1). */
static ag_tensor *pick(const nn__probe *p, ag_tensor *y, int64_t n, bool one)
{
    ag_tensor *index = ag_leaf(p->graph, AG_CONSTANT, AG_I64, AG_SHAPE(n, 1), NULL);
    int64_t *at = index != NULL ? ag_mutable_data(index) : NULL;
    for (int64_t i = 0; at != NULL && i < n; i++) {
        at[i] = p->which[one ? 0 : i];
    }
    return y != NULL && at != NULL ? ag_gather(y, index, 1) : NULL;
}

bool nn__probe_run(nn__probe *p, const double *x, int64_t n, bool one, double *score,
                   double *gradient)
{
    ag_mark mark = ag_graph_mark(p->graph);
    if (gradient == NULL) {
        ag_no_grad_enter(p->graph);
    }
    ag_tensor *in = leaf_of(p, x, n, gradient != NULL);
    ag_tensor *y = in != NULL ? pick(p, outputs_of(p, in, n), n, one) : NULL;
    bool done = y != NULL && (score == NULL || ag_get(y, score, n) == AG_OK);
    if (gradient == NULL) {
        ag_no_grad_leave(p->graph);
    } else if (done) {
        const ag_grad_options unused = {.allow_unused = true};
        ag_tensor *sum = ag_sum(y), *by_x = NULL;
        done = sum != NULL && ag_grad(&sum, 1, NULL, &in, 1, &unused, &by_x) == AG_OK &&
               ag_get(by_x, gradient, n * p->inputs) == AG_OK;
    }
    return ag_graph_rewind(p->graph, mark) == AG_OK && done;
}

/* --- beginning and end ------------------------------------------------------------------------ */

static bool fits(const nn__probe *p, const ag_tensor *x)
{
    if (x == NULL) {
        ag_fail(p->graph, AG_ERR_NULL_ARGUMENT, NULL, "%s: x is NULL", p->what);
    } else if (ag_graph_of(x) != p->graph) {
        ag_fail(p->graph, AG_ERR_GRAPH, "make x in the graph of the network: nn_graph_of(net)",
                "%s: x belongs to another graph than the network", p->what);
    } else if (ag_dtype_of(x) == AG_I64) {
        ag_fail(p->graph, AG_ERR_DTYPE, "explain the network behind its embedding",
                "%s: x are classes, which cannot be changed a little", p->what);
    } else if (p->shape.ndim < 1 || ag_size(x) == 0) {
        ag_fail(p->graph, AG_ERR_SHAPE, "the first axis counts the samples", "%s: x has no samples",
                p->what);
    } else {
        return true;
    }
    return false;
}

static int64_t largest_of(const double *y, int64_t n)
{
    int64_t best = 0;
    for (int64_t k = 1; k < n; k++) {
        best = y[k] > y[best] ? k : best;
    }
    return best;
}

/* The given output of each sample, or the largest. */
static bool choose(nn__probe *p)
{
    ag_mark mark = ag_graph_mark(p->graph);
    nn__scratch memory = {NULL, NULL, 0};
    ag_no_grad_enter(p->graph);
    ag_tensor *x = leaf_of(p, p->x, p->rows, false);
    ag_tensor *y = x != NULL ? outputs_of(p, x, p->rows) : NULL;
    int64_t each = y != NULL ? ag_shape_of(y).dim[1] : 0;
    double *value =
        y != NULL ? nn__scratch_get(&memory, p->graph, ag_size(y), sizeof *value) : NULL;
    bool done = value != NULL && ag_get(y, value, ag_size(y)) == AG_OK;
    if (done && (p->output < NN_PREDICTED || p->output >= each)) {
        ag_fail(p->graph, AG_ERR_VALUE, "outputs count from 0; NN_PREDICTED is the largest",
                "%s: there is no output %lld; the network has %lld", p->what, (long long)p->output,
                (long long)each);
        done = false;
    }
    for (int64_t i = 0; done && i < p->rows; i++) {
        p->which[i] = p->output >= 0 ? p->output : largest_of(value + i * each, each);
    }
    ag_no_grad_leave(p->graph);
    nn__scratch_free(&memory);
    return ag_graph_rewind(p->graph, mark) == AG_OK && done;
}

bool nn__probe_begin(nn__probe *p, const char *what, nn_module *net, const ag_tensor *x,
                     int64_t output)
{
    *p = (nn__probe){.net = net, .graph = nn_graph_of(net), .what = what, .output = output};
    p->shape = ag_shape_of(x);
    if (net == NULL || !fits(p, x)) {
        return false;
    }
    p->rows = p->shape.dim[0];
    p->inputs = ag_size(x) / p->rows;
    p->random = ag_random_get_state(p->graph);
    p->was_training = nn_is_training(net);
    nn_set_training(net, false);
    p->x = nn__scratch_get(&p->numbers, p->graph, ag_size(x), sizeof *p->x);
    p->which =
        p->x != NULL ? nn__scratch_get(&p->choices, p->graph, p->rows, sizeof *p->which) : NULL;
    if (p->which != NULL && ag_get(x, p->x, ag_size(x)) == AG_OK && choose(p)) {
        return true;
    }
    nn__probe_end(p);
    return false;
}

void nn__probe_end(nn__probe *p)
{
    nn_set_training(p->net, p->was_training);
    ag_random_set_state(p->graph, p->random);
    nn__scratch_free(&p->numbers);
    nn__scratch_free(&p->choices);
}

/* --- attributions ----------------------------------------------------------------------------- */

nn_attributions *nn__attributions_new(const nn__probe *p)
{
    nn_attributions *a = ag_graph_memory(p->graph, sizeof *a);
    double *score = ag_graph_memory(p->graph, (size_t)p->rows * 2 * sizeof *score);
    ag_tensor *values = ag_leaf(p->graph, AG_CONSTANT, ag_graph_dtype(p->graph), p->shape, NULL);
    if (a == NULL || score == NULL || values == NULL) {
        return NULL;
    }
    *a = (nn_attributions){values, score, score + p->rows, 0};
    return a;
}

bool nn__attributions_fill(nn_attributions *a, const nn__probe *p, const double *values)
{
    for (int64_t i = 0; i < p->rows; i++) {
        double sum = a->baseline_score[i] - a->score[i];
        for (int64_t j = 0; j < p->inputs; j++) {
            sum += values[i * p->inputs + j];
        }
        a->gap = fabs(sum) > a->gap || isnan(sum) ? fabs(sum) : a->gap;
    }
    return ag_set(a->values, values, p->rows * p->inputs) == AG_OK;
}
