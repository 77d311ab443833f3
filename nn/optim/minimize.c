/* Minimizing with the gradient of the whole loss; see nn_optim.h. Must not know the methods. */
#include "objective.h"

#include <math.h>

static ag_status one_step(nn__evaluation *o, bool *moved)
{
    nn_optimizer *opt = o->opt;
    if (opt->step == NULL) {
        return nn__lbfgs_step(o, moved);
    }
    ag_status status = nn_step(opt);
    *moved = true;
    return status == AG_OK ? nn__evaluate_objective(o) : status;
}

static ag_status loop(nn__evaluation *o, int64_t most, double small, nn_minimum *m)
{
    bool moved = true;
    ag_status status = nn__evaluate_objective(o);
    for (; status == AG_OK; m->steps += moved) {
        if (!isfinite(o->value)) {
            return nn__evaluation_fail(o, AG_ERR_ANOMALY, "is not finite");
        }
        m->loss = o->value;
        m->gradient = nn__largest_gradient(o->opt);
        m->converged = m->gradient <= small;
        if (m->converged || !moved || m->steps >= most) {
            return AG_OK;
        }
        status = one_step(o, &moved);
    }
    return status;
}

ag_status nn_minimize(nn_optimizer *opt, nn_objective loss, void *user,
                      const nn_minimize_options *options, nn_minimum *out)
{
    const nn_minimize_options given = options != NULL ? *options : (nn_minimize_options){0};
    int64_t most = given.steps != 0 ? given.steps : 1000;
    double small = given.gradient != 0 ? given.gradient : 1e-5;
    nn__evaluation o = {opt, "nn_minimize", loss, user, 0, 0};
    nn_minimum m = {.loss = (double)NAN, .gradient = (double)NAN};
    ag_status status = nn__ready(opt, "nn_minimize");
    if (status == AG_OK && loss == NULL) {
        status = ag_fail(opt->graph, AG_ERR_NULL_ARGUMENT, NULL, "nn_minimize: the loss is NULL");
    }
    if (status == AG_OK && (most < 0 || !(small > 0 && isfinite(small)) || opt->batches > 1)) {
        status = ag_fail(opt->graph, AG_ERR_VALUE, "steps are not negative, gradient is above 0",
                         "nn_minimize: %lld steps, gradient %g, %lld batches a step",
                         (long long)most, small, (long long)opt->batches);
    }
    if (status == AG_OK) {
        status = loop(&o, most, small, &m);
        nn_zero_grads(opt);
    }
    m.evaluations = o.calls;
    if (out != NULL) {
        *out = m;
    }
    return status;
}
