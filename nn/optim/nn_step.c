/* One step of an optimizer: accumulation, clipping, the method. Must not know which methods there
 * are.
 */
#include "optimizer.h"

#include <math.h>

/* --- what is stepped -------------------------------------------------------------------------- */

/* States of zeros, as of the first step. */
static void forget(nn__entry *e)
{
    for (int k = 0; k < NN__STATES; k++) {
        if (e->state[k] != NULL) {
            nn__zero(e->state[k]);
        }
    }
    nn__zero(e->steps);
}

/* The parameters whose turn it is, in opt->lists. What one that is frozen has kept is forgotten
 * here, so that it begins anew when it is thawed. */
static void gather_waiting(nn_optimizer *opt)
{
    nn__lists *l = &opt->lists;
    l->n = 0;
    for (int i = 0; i < opt->n; i++) {
        nn__entry *e = &opt->entry[i];
        bool frozen = nn__entry_is_frozen(e);
        if (frozen && nn__steps_of(e) > 0) {
            forget(e);
        }
        e->waits = !frozen && ag_has_grad(e->parameter);
        if (e->waits) {
            l->parameter[l->n++] = e->parameter;
        }
    }
}

/* The first one that waits, and all that can be stepped with it; none where none waits. */
static bool gather_alike(nn_optimizer *opt, double rate)
{
    nn__lists *l = &opt->lists;
    const nn__entry *first = NULL;
    l->n = 0;
    for (int i = 0; i < opt->n; i++) {
        nn__entry *e = &opt->entry[i];
        if (!e->waits) {
            continue;
        }
        int64_t t = nn__steps_of(e) + 1;
        if (first == NULL) {
            first = e;
            l->rate = rate * e->rate_factor;
            l->decays = e->decays;
            l->t = t;
        }
        if (t == l->t && e->decays == l->decays && e->rate_factor == first->rate_factor) {
            e->waits = false;
            l->parameter[l->n] = e->parameter;
            for (int k = 0; k < NN__STATES; k++) {
                l->state[k][l->n] = e->state[k];
            }
            l->n++;
        }
    }
    return l->n > 0;
}

/* --- gradients -------------------------------------------------------------------------------- */

/* The gradients are not finite: which parameter's came first? */
static ag_status fail_norm(const nn_optimizer *opt)
{
    for (int i = 0; i < opt->n; i++) {
        const nn__entry *e = &opt->entry[i];
        double norm = 0;
        ag_status status = e->waits ? ag_grad_norm(&e->parameter, 1, &norm) : AG_OK;
        if (status != AG_OK) {
            return status;
        }
        if (!(norm < (double)INFINITY)) {
            return ag_fail(opt->graph, AG_ERR_ANOMALY,
                           "nothing was changed; nn_zero_grads goes on without this batch",
                           "nn_step: the gradient of \"%s\" %s", e->path,
                           norm != norm ? "has a NaN" : "is infinite");
        }
    }
    return ag_fail(opt->graph, AG_ERR_ANOMALY,
                   "nothing was changed; a smaller rate keeps them finite",
                   "nn_step: the norm of all gradients together is infinite");
}

/* Divides by the number of mini-batches and clips, in one pass where both are wanted. */
static ag_status prepare(nn_optimizer *opt)
{
    const nn__lists *l = &opt->lists;
    double norm = 0, factor = 1 / (double)opt->counters.accumulated;
    ag_status status = AG_OK;
    if (opt->clipping.norm > 0) {
        status = ag_grad_norm(l->parameter, l->n, &norm);
        if (status == AG_OK && !(norm < (double)INFINITY)) {
            status = fail_norm(opt);
        }
        factor = norm * factor > opt->clipping.norm ? opt->clipping.norm / norm : factor;
    }
    if (status == AG_OK && factor != 1) {
        status = ag_scale_grads(l->parameter, l->n, factor);
    }
    if (status == AG_OK && opt->clipping.value > 0) {
        status = ag_clip_grad_value(l->parameter, l->n, opt->clipping.value);
    }
    return status;
}

/* --- the step --------------------------------------------------------------------------------- */

/* Those that were stepped count it. */
static void count(const nn__lists *l, nn_optimizer *opt)
{
    for (int i = 0, k = 0; i < opt->n && k < l->n; i++) {
        if (opt->entry[i].parameter == l->parameter[k]) {
            *(int64_t *)ag_mutable_data(opt->entry[i].steps) = l->t;
            k++;
        }
    }
}

static ag_status step_now(nn_optimizer *opt)
{
    double rate = nn_rate(opt);
    gather_waiting(opt);
    ag_status status = prepare(opt);
    if (status != AG_OK) {
        return status;
    }
    nn__average_begin(opt);
    while (status == AG_OK && gather_alike(opt, rate)) {
        status = opt->step(&opt->options, &opt->lists);
        if (status == AG_OK) {
            count(&opt->lists, opt);
        }
    }
    if (status == AG_OK && opt->keep > 0) {
        status = nn__average_step(opt);
    }
    if (status == AG_OK) {
        opt->counters.step++;
        nn_zero_grads(opt);
    }
    return status;
}

static ag_status can_step(const nn_optimizer *opt, const char *what)
{
    ag_status status = nn__ready(opt, what);
    if (status == AG_OK && opt->step == NULL) {
        status = ag_fail(opt->graph, AG_ERR_STATE, "nn_minimize is given the loss as a function",
                         "%s: L-BFGS asks for the loss more than once in a step", what);
    }
    return status;
}

ag_status nn_step(nn_optimizer *opt)
{
    ag_status status = can_step(opt, "nn_step");
    if (status != AG_OK) {
        return status;
    }
    opt->counters.accumulated++;
    if (opt->counters.accumulated < opt->batches) {
        return AG_OK;
    }
    status = step_now(opt);
    if (status != AG_OK) {
        opt->counters.accumulated--;
    }
    return status;
}

ag_status nn_flush(nn_optimizer *opt)
{
    ag_status status = can_step(opt, "nn_flush");
    return status == AG_OK && opt->counters.accumulated > 0 ? step_now(opt) : status;
}
