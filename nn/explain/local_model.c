/* LIME: a weighted ridge regression of the network's output near one sample. */
#include <math.h>
#include <string.h>

#include "probe.h"

enum { MOST_INPUTS = 1000, CHUNK = 256 };

/* The normal equations: of the columns 1, u_1, ..., u_p with u = (z - x)/deviation. */
typedef struct regression {
    nn__probe probe;
    nn_local_options o;
    int64_t width;                /* inputs + 1 */
    double *z, *u;                /* CHUNK samples of inputs; CHUNK rows of columns */
    double *score;                /* CHUNK */
    double *a, *b;                /* width squared, width */
    double squares, sum, weights; /* of w f^2, w f and w, for R2 */
    nn__scratch memory;
} regression;

static bool begin(regression *r)
{
    nn__probe *p = &r->probe;
    nn_local_options *o = &r->o;
    o->samples = o->samples != 0 ? o->samples : 1000;
    o->width = o->width != 0 ? o->width : 0.75 * sqrt((double)p->inputs);
    o->ridge = ag_option_or(o->ridge, 1);
    bool fine = p->inputs <= MOST_INPUTS && o->samples >= 2 && o->width > 0 && o->ridge >= 0;
    for (int64_t j = 0; fine && o->deviation != NULL && j < p->inputs; j++) {
        fine = o->deviation[j] > 0 && isfinite(o->deviation[j]);
    }
    if (!fine || p->rows != 1) {
        ag_fail(p->graph, p->rows != 1 ? AG_ERR_SHAPE : AG_ERR_VALUE,
                "one sample of at most 1000 inputs; deviations and the width are above 0",
                "%s: %lld samples of %lld inputs; %lld drawn, width %g, ridge %g", p->what,
                (long long)p->rows, (long long)p->inputs, (long long)o->samples, o->width,
                o->ridge);
        return false;
    }
    r->width = p->inputs + 1;
    int64_t n = CHUNK * (p->inputs + r->width + 1) + r->width * (r->width + 1);
    r->z = nn__scratch_get(&r->memory, p->graph, n, sizeof *r->z);
    r->u = r->z != NULL ? r->z + CHUNK * p->inputs : NULL;
    r->score = r->z != NULL ? r->u + CHUNK * r->width : NULL;
    r->a = r->z != NULL ? r->score + CHUNK : NULL;
    r->b = r->z != NULL ? r->a + r->width * r->width : NULL;
    return r->z != NULL;
}

static double deviation_of(const regression *r, int64_t j)
{
    return r->o.deviation != NULL ? r->o.deviation[j] : 1;
}

static void draw(regression *r, int64_t n)
{
    const nn__probe *p = &r->probe;
    for (int64_t i = 0; i < n; i++) {
        double *u = r->u + i * r->width;
        u[0] = 1;
        for (int64_t j = 0; j < p->inputs; j++) {
            u[j + 1] = ag_random_normal(p->graph);
            r->z[i * p->inputs + j] = p->x[j] + deviation_of(r, j) * u[j + 1];
        }
    }
}

/* Adds sample i of the chunk to the normal equations. */
static void add(regression *r, int64_t i)
{
    const double *u = r->u + i * r->width;
    double distance = 0, f = r->score[i];
    for (int64_t j = 1; j < r->width; j++) {
        distance += u[j] * u[j];
    }
    double w = exp(-distance / (r->o.width * r->o.width));
    for (int64_t j = 0; j < r->width; j++) {
        for (int64_t k = 0; k < r->width; k++) {
            r->a[j * r->width + k] += w * u[j] * u[k];
        }
        r->b[j] += w * u[j] * f;
    }
    r->squares += w * f * f;
    r->sum += w * f;
    r->weights += w;
}

static bool gather(regression *r)
{
    for (int64_t left = r->o.samples; left > 0; left -= CHUNK) {
        int64_t n = left < CHUNK ? left : CHUNK;
        draw(r, n);
        if (!nn__probe_run(&r->probe, r->z, n, true, r->score, NULL)) {
            return false;
        }
        for (int64_t i = 0; i < n; i++) {
            add(r, i);
        }
    }
    return true;
}

/* Of the sum of w (f - prediction)^2 = squares - 2 beta b + beta a beta. */
static double explained(const regression *r, const double *beta)
{
    double left = r->squares;
    for (int64_t j = 0; j < r->width; j++) {
        left -= 2 * beta[j] * r->b[j];
        for (int64_t k = 0; k < r->width; k++) {
            left += beta[j] * r->a[j * r->width + k] * beta[k];
        }
    }
    double all = r->squares - r->sum * r->sum / r->weights;
    return all > 1e-12 * r->squares ? 1 - left / all : (double)NAN;
}

/* (a + ridge) beta = b, the bias without ridge, by the engine. beta takes the room of z. */
static bool solve(regression *r, double *beta)
{
    ag_graph *g = r->probe.graph;
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *a = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(r->width, r->width), r->a);
    ag_tensor *b = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(r->width), r->b);
    double *at = a != NULL ? ag_mutable_data(a) : NULL;
    for (int64_t j = 1; at != NULL && j < r->width; j++) {
        at[j * r->width + j] += r->o.ridge;
    }
    ag_tensor *x = at != NULL && b != NULL ? ag_solve(a, b) : NULL;
    bool done = x != NULL && ag_get(x, beta, r->width) == AG_OK;
    return ag_graph_rewind(g, mark) == AG_OK && done;
}

static const nn_local_model *model_of(regression *r)
{
    const nn__probe *p = &r->probe;
    nn_local_model *m = ag_graph_memory(p->graph, sizeof *m);
    double *weight = ag_graph_memory(p->graph, (size_t)p->inputs * 2 * sizeof *weight);
    double *beta = r->u;
    if (m == NULL || weight == NULL || !nn__probe_run(&r->probe, p->x, 1, true, r->score, NULL)) {
        return NULL;
    }
    *m = (nn_local_model){.inputs = p->inputs, .weight = weight, .score = r->score[0]};
    m->effect = weight + p->inputs;
    if (!gather(r) || !solve(r, beta)) {
        return NULL;
    }
    for (int64_t j = 0; j < p->inputs; j++) {
        weight[p->inputs + j] = beta[j + 1];
        weight[j] = beta[j + 1] / deviation_of(r, j);
    }
    m->bias = beta[0];
    m->r2 = explained(r, beta);
    return m;
}

const nn_local_model *nn_explain_locally(nn_module *net, const ag_tensor *x, int64_t output,
                                         const nn_local_options *o)
{
    regression r = {.o = o != NULL ? *o : (nn_local_options){0}};
    if (!nn__probe_begin(&r.probe, "nn_explain_locally", net, x, output)) {
        return NULL;
    }
    ag_seed(r.probe.graph, r.o.seed); /* nn__probe_end puts the state back */
    const nn_local_model *m = begin(&r) ? model_of(&r) : NULL;
    nn__scratch_free(&r.memory);
    nn__probe_end(&r.probe);
    return m;
}
