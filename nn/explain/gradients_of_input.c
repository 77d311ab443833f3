/* How the output depends on the inputs, by gradients: saliency, integrated gradients. */
#include <math.h>

#include "probe.h"

/* --- saliency --------------------------------------------------------------------------------- */

ag_tensor *nn_saliency(nn_module *net, const ag_tensor *x, int64_t output)
{
    nn__probe p;
    nn__scratch memory = {NULL, NULL, 0};
    if (!nn__probe_begin(&p, "nn_saliency", net, x, output)) {
        return NULL;
    }
    ag_tensor *out = ag_leaf(p.graph, AG_CONSTANT, ag_graph_dtype(p.graph), p.shape, NULL);
    int64_t n = p.rows * p.inputs;
    double *gradient = out != NULL ? nn__scratch_get(&memory, p.graph, n, sizeof *gradient) : NULL;
    bool done = gradient != NULL && nn__probe_run(&p, p.x, p.rows, false, NULL, gradient) &&
                ag_set(out, gradient, n) == AG_OK;
    nn__scratch_free(&memory);
    nn__probe_end(&p);
    return done ? out : NULL;
}

/* --- integrated gradients --------------------------------------------------------------------- */

/* The value of Legendre's polynomial of degree n at x, by its recurrence, and its derivative. */
static double legendre(int n, double x, double *slope)
{
    double before = 1, now = x;
    for (int k = 2; k <= n; k++) {
        double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
        before = now;
        now = next;
    }
    *slope = n * (x * now - before) / (x * x - 1);
    return now;
}

/* Point i of n on 0..1 and its weight: the root of Legendre's polynomial by Newton's method
 * (Abramowitz and Stegun, 25.4.29). */
static void gauss_point(int n, int i, double *at, double *weight)
{
    const double pi = 3.14159265358979323846;
    double x = cos(pi * (i + 0.75) / (n + 0.5)), slope = 1;
    for (int k = 0; k < 20; k++) {
        double by = legendre(n, x, &slope) / slope;
        x -= by;
        if (fabs(by) < 1e-15) {
            break;
        }
    }
    (void)legendre(n, x, &slope);
    *at = (1 + x) / 2;
    *weight = 1 / ((1 - x * x) * slope * slope);
}

typedef struct line {
    nn__probe probe;
    int steps;
    double *baseline, *point, *gradient, *sum; /* rows times inputs each */
    nn__scratch memory;
} line;

static bool begin(line *l, const nn_integrated_options *o)
{
    nn__probe *p = &l->probe;
    const ag_tensor *b = o != NULL ? o->baseline : NULL;
    int64_t n = p->rows * p->inputs;
    char x_text[AG_SHAPE_TEXT], b_text[AG_SHAPE_TEXT];
    l->steps = o != NULL && o->steps != 0 ? o->steps : 50;
    if (l->steps < 2 || l->steps > 10000) {
        ag_fail(p->graph, AG_ERR_VALUE, "2 to 10000", "%s: %d steps", p->what, l->steps);
        return false;
    }
    if (b != NULL && !ag_shape_equal(ag_shape_of(b), p->shape)) {
        ag_fail(p->graph, AG_ERR_SHAPE, "a sample of the baseline for each of x",
                "%s: x is %s, the baseline %s", p->what, ag_shape_text(p->shape, x_text),
                ag_shape_text(ag_shape_of(b), b_text));
        return false;
    }
    l->baseline = nn__scratch_get(&l->memory, p->graph, 4 * n, sizeof *l->baseline);
    if (l->baseline == NULL) {
        return false;
    }
    l->point = l->baseline + n;
    l->gradient = l->baseline + 2 * n;
    l->sum = l->baseline + 3 * n;
    return b == NULL || ag_get(b, l->baseline, n) == AG_OK;
}

static bool integrate(line *l)
{
    nn__probe *p = &l->probe;
    int64_t n = p->rows * p->inputs;
    for (int k = 0; k < l->steps; k++) {
        double at, weight;
        gauss_point(l->steps, k, &at, &weight);
        for (int64_t i = 0; i < n; i++) {
            l->point[i] = l->baseline[i] + at * (p->x[i] - l->baseline[i]);
        }
        if (!nn__probe_run(p, l->point, p->rows, false, NULL, l->gradient)) {
            return false;
        }
        for (int64_t i = 0; i < n; i++) {
            l->sum[i] += weight * l->gradient[i];
        }
    }
    for (int64_t i = 0; i < n; i++) {
        l->sum[i] *= p->x[i] - l->baseline[i];
    }
    return true;
}

const nn_attributions *nn_integrated_gradients(nn_module *net, const ag_tensor *x, int64_t output,
                                               const nn_integrated_options *o)
{
    line l = {.steps = 0};
    nn__probe *p = &l.probe;
    if (!nn__probe_begin(p, "nn_integrated_gradients", net, x, output)) {
        return NULL;
    }
    nn_attributions *a = begin(&l, o) ? nn__attributions_new(p) : NULL;
    bool done = a != NULL &&
                nn__probe_run(p, p->x, p->rows, false, AG_UNCONST(double *, a->score), NULL) &&
                nn__probe_run(p, l.baseline, p->rows, false,
                              AG_UNCONST(double *, a->baseline_score), NULL) &&
                integrate(&l) && nn__attributions_fill(a, p, l.sum);
    nn__scratch_free(&l.memory);
    nn__probe_end(p);
    return done ? a : NULL;
}
