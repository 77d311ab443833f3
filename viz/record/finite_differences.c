/* Gradients by finite differences: the computation is done again with one number changed a little.
 * They know nothing of the local partials, and so are a check of the whole chain.
 *
 * Source: Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering
 * Software 4 (1982).
 */
#include "finite_differences.h"

#include <math.h>

#include "replay.h"

#define MOST 1000  /* elements whose gradients are computed so */
#define LEVELS 10  /* steps that are tried */
#define SHRINK 1.6 /* each step is so much smaller than the one before */

static bool is_wanted(const viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    bool computed = f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED;
    return viz__is_shown(r, step) && computed && ag_dtype_of(viz__node(r, step)) != AG_I64 &&
           (f->size == 1 || (r->options->expand && f->size <= VIZ__FEW_ELEMENTS));
}

static bool is_narrow(const viz__record *r, size_t step)
{
    return ag_dtype_of(viz__node(r, step)) == AG_F32 ||
           ag_dtype_of(viz__node(r, viz__root(r))) == AG_F32;
}

/* (f(x + h) - f(x - h)) / 2h */
static ag_status central(viz__replay *p, size_t step, int64_t at, double x, double h, double *slope)
{
    double above = 0, below = 0;
    ag_status status = viz__replay_with(p, step, at, x + h, &above);
    if (status == AG_OK) {
        status = viz__replay_with(p, step, at, x - h, &below);
    }
    *slope = (above - below) / (2 * h);
    return status;
}

/* Central differences with smaller and smaller steps, extrapolated to the step 0; of all
 * extrapolations the one that differs least from those it is made of. */
static ag_status ridders(viz__replay *p, size_t step, int64_t at, double x, double *result)
{
    double table[LEVELS][LEVELS], h = (is_narrow(p->record, step) ? 0.1 : 0.02) * fmax(1, fabs(x));
    double least = (double)INFINITY;
    ag_status status = central(p, step, at, x, h, &table[0][0]);
    *result = table[0][0];
    for (int i = 1; i < LEVELS && status == AG_OK; i++) {
        double power = SHRINK * SHRINK;
        h /= SHRINK;
        status = central(p, step, at, x, h, &table[0][i]);
        for (int j = 1; j <= i && status == AG_OK; j++, power *= SHRINK * SHRINK) {
            table[j][i] = (power * table[j - 1][i] - table[j - 1][i - 1]) / (power - 1);
            double error =
                fmax(fabs(table[j][i] - table[j - 1][i]), fabs(table[j][i] - table[j - 1][i - 1]));
            if (error < least) {
                least = error;
                *result = table[j][i];
            }
        }
    }
    return status;
}

static ag_status difference(viz__replay *p, size_t step, int64_t at, double x, double *result)
{
    const viz__fact *root = &p->record->fact[viz__root(p->record)];
    ag_status status = ridders(p, step, at, x, result);
    *result *= root->has_gradient ? root->gradient : 1; /* the seed */
    return status;
}

static ag_status fill_node(viz__replay *p, size_t step)
{
    viz__record *r = p->record;
    size_t first = r->first_difference[step], n = r->first_difference[step + 1] - first;
    ag_status status = AG_OK;
    double *x = n > 0 ? viz__elements(r, step, false, &status) : NULL;
    for (size_t i = 0; i < n && status == AG_OK; i++) {
        status = difference(p, step, (int64_t)i, x[i], &r->difference[first + i]);
    }
    viz__elements_free(r, step, x);
    return status;
}

static size_t count(viz__record *r)
{
    size_t sum = 0;
    for (size_t i = 0; i < r->n; i++) {
        r->first_difference[i] = sum;
        sum += is_wanted(r, i) ? (size_t)r->fact[i].size : 0;
    }
    r->first_difference[r->n] = sum;
    return sum;
}

static ag_status fill(viz__record *r)
{
    viz__replay p;
    ag_status status = viz__replay_new(&p, r, NULL, NULL);
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        status = fill_node(&p, i);
    }
    viz__replay_free(&p);
    return status;
}

ag_status viz__differences_new(viz__record *r)
{
    bool secret = r->options->sheet == VIZ_WORKSHEET; /* they would tell its answers */
    if (!r->options->differences || r->options->forward_only || secret) {
        return AG_OK;
    }
    if (r->fact[viz__root(r)].size != 1) {
        return ag_fail(r->graph, AG_ERR_VALUE, NULL, "%s: differences need a root with one element",
                       r->who);
    }
    r->first_difference = viz__array(r->graph, r->n + 1, sizeof *r->first_difference);
    if (r->first_difference == NULL) {
        return AG_ERR_MEMORY;
    }
    size_t n = count(r);
    if (n > MOST) {
        return ag_fail(r->graph, AG_ERR_VALUE, "options.target shows fewer nodes",
                       "%s: differences of %zu gradients are too many, at most %d", r->who, n,
                       MOST);
    }
    r->difference = viz__array(r->graph, n, sizeof *r->difference);
    return r->difference != NULL ? fill(r) : AG_ERR_MEMORY;
}

void viz__differences_free(viz__record *r)
{
    size_t n = r->first_difference != NULL ? r->first_difference[r->n] : 0;
    viz__array_free(r->graph, r->difference, n, sizeof *r->difference);
    viz__array_free(r->graph, r->first_difference, r->n + 1, sizeof *r->first_difference);
}

void viz__difference_note(viz__out *out, viz__record *r, size_t step, int64_t at, double gradient,
                          bool first)
{
    double value;
    if (r->fact[step].runs > 1 || !viz__difference(r, step, at, &value)) {
        return;
    }
    viz__puts(out, first ? "[by differences " : " [by differences ");
    viz__number(out, value, r->digits);
    viz__puts(out, viz__difference_agrees(r, step, gradient, value) ? "]" : ", which differs]");
}

bool viz__difference_agrees(const viz__record *r, size_t step, double gradient, double difference)
{
    double room = is_narrow(r, step) ? 1e-2 : 1e-6;
    return fabs(gradient - difference) <= room * fmax(1, fabs(gradient)) || gradient == difference;
}
