/* Exact Shapley values, by all subsets of the inputs. */
#include "probe.h"

enum { MOST_INPUTS = 16 };

typedef struct game {
    nn__probe probe;
    int64_t others; /* rows of the background */
    double *background;
    double *mixed, *score; /* others times inputs; others */
    double *worth;         /* of each subset of the inputs, a bit for each */
    double *values;        /* of all samples */
    nn__scratch memory;
} game;

/* Is the background there, of x's shape, and are the subsets not too many? */
static bool fits(const nn__probe *p, const ag_tensor *background)
{
    ag_shape b = ag_shape_of(background), x = p->shape;
    char x_text[AG_SHAPE_TEXT], b_text[AG_SHAPE_TEXT];
    x.dim[0] = b.ndim > 0 ? b.dim[0] : 1;
    if (background == NULL || ag_size(background) == 0) {
        ag_fail(p->graph, AG_ERR_VALUE, "some training rows, or their mean as one row",
                "%s: there is no background", p->what);
    } else if (!ag_shape_equal(b, x)) {
        ag_fail(p->graph, AG_ERR_SHAPE, "both have samples of one shape",
                "%s: x is %s, the background %s", p->what, ag_shape_text(p->shape, x_text),
                ag_shape_text(b, b_text));
    } else if (p->inputs > MOST_INPUTS) {
        ag_fail(p->graph, AG_ERR_VALUE, "nn_integrated_gradients is for many inputs",
                "%s: %lld inputs have 2^%lld subsets, too many above %d inputs", p->what,
                (long long)p->inputs, (long long)p->inputs, MOST_INPUTS);
    } else {
        return true;
    }
    return false;
}

static bool begin(game *m, const ag_tensor *background)
{
    nn__probe *p = &m->probe;
    if (!fits(p, background)) {
        return false;
    }
    m->others = ag_shape_of(background).dim[0];
    int64_t n = m->others * p->inputs, subsets = (int64_t)1 << p->inputs;
    m->background =
        nn__scratch_get(&m->memory, p->graph, 2 * n + m->others + subsets + p->rows * p->inputs,
                        sizeof *m->background);
    if (m->background == NULL) {
        return false;
    }
    m->mixed = m->background + n;
    m->score = m->mixed + n;
    m->worth = m->score + m->others;
    m->values = m->worth + subsets;
    return ag_get(background, m->background, n) == AG_OK;
}

/* The mean output with the inputs of the subset from x, all others from the background. */
static bool find_worth(game *m, const double *x, int64_t subset)
{
    nn__probe *p = &m->probe;
    double sum = 0;
    for (int64_t i = 0; i < m->others; i++) {
        for (int64_t j = 0; j < p->inputs; j++) {
            int64_t at = i * p->inputs + j;
            m->mixed[at] = subset >> j & 1 ? x[j] : m->background[at];
        }
    }
    if (!nn__probe_run(p, m->mixed, m->others, true, m->score, NULL)) {
        return false;
    }
    for (int64_t i = 0; i < m->others; i++) {
        sum += m->score[i];
    }
    m->worth[subset] = sum / (double)m->others;
    return true;
}

/* How many inputs a subset has. */
static int size_of(int64_t subset)
{
    int n = 0;
    for (; subset != 0; subset &= subset - 1) {
        n++;
    }
    return n;
}

/* The share of orders in which just `size` given inputs of n come before a given one:
 * size! (n - 1 - size)! / n! */
static double share_of_orders(int size, int n)
{
    double share = 1.0 / n;
    for (int k = 1; k <= size; k++) {
        share *= (double)k / (n - k);
    }
    return share;
}

static void add_up(game *m, double *values)
{
    int n = (int)m->probe.inputs;
    double share[MOST_INPUTS];
    for (int size = 0; size < n; size++) {
        share[size] = share_of_orders(size, n);
    }
    for (int64_t subset = 0; subset < (int64_t)1 << n; subset++) {
        int size = size_of(subset);
        for (int j = 0; j < n; j++) {
            int64_t with = subset | (int64_t)1 << j;
            values[j] += with != subset ? share[size] * (m->worth[with] - m->worth[subset]) : 0;
        }
    }
}

static bool play(game *m, nn_attributions *a)
{
    nn__probe *p = &m->probe;
    int64_t subsets = (int64_t)1 << p->inputs, *which = p->which;
    bool done = true;
    for (int64_t i = 0; done && i < p->rows; i++, p->which++) {
        for (int64_t s = 0; done && s < subsets; s++) {
            done = find_worth(m, p->x + i * p->inputs, s);
        }
        add_up(m, m->values + i * p->inputs);
        AG_UNCONST(double *, a->score)[i] = m->worth[subsets - 1];
        AG_UNCONST(double *, a->baseline_score)[i] = m->worth[0];
    }
    p->which = which;
    return done && nn__attributions_fill(a, p, m->values);
}

const nn_attributions *nn_shapley(nn_module *net, const ag_tensor *x, const ag_tensor *background,
                                  int64_t output)
{
    game m = {.others = 0};
    if (!nn__probe_begin(&m.probe, "nn_shapley", net, x, output)) {
        return NULL;
    }
    nn_attributions *a = begin(&m, background) ? nn__attributions_new(&m.probe) : NULL;
    bool done = a != NULL && play(&m, a);
    nn__scratch_free(&m.memory);
    nn__probe_end(&m.probe);
    return done ? a : NULL;
}
