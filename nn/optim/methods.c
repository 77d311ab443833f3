/* The methods: which options they copy, which states they keep, which function of optim.h steps
 * them. Must not know modules.
 */
#include "optimizer.h"

/* An optimizer of a method with so many states by these names; its options are copied next. */
static nn_optimizer *method(ag_graph *g, const char *name, nn__method_step *step, double rate,
                            double usual)
{
    nn_optimizer *opt = nn__optimizer_new(g, name);
    if (opt != NULL) {
        opt->step = step;
        opt->counters.rate = rate != 0 ? rate : usual;
    }
    return opt;
}

static double decay_of(const nn__lists *l, double decay)
{
    return l->decays ? decay : 0;
}

static ag_status sgd_step(const nn__options *from, const nn__lists *l)
{
    ag_sgd o = from->sgd;
    o.rate = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return ag_sgd_step(&o, l->parameter, l->n, l->state[0]);
}

nn_optimizer *nn_sgd(ag_graph *g, const ag_sgd *o)
{
    const ag_sgd copy = o != NULL ? *o : (ag_sgd){0};
    nn_optimizer *opt = method(g, "sgd", sgd_step, copy.rate, 0.01);
    if (opt != NULL) {
        opt->options.sgd = copy;
        opt->state_name[0] = copy.momentum != 0 ? "velocity" : NULL;
    }
    return opt;
}

static ag_status adagrad_step(const nn__options *from, const nn__lists *l)
{
    ag_adagrad o = from->adagrad;
    o.rate = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return ag_adagrad_step(&o, l->parameter, l->n, l->state[0]);
}

nn_optimizer *nn_adagrad(ag_graph *g, const ag_adagrad *o)
{
    const ag_adagrad copy = o != NULL ? *o : (ag_adagrad){0};
    nn_optimizer *opt = method(g, "adagrad", adagrad_step, copy.rate, 0.01);
    if (opt != NULL) {
        opt->options.adagrad = copy;
        opt->state_name[0] = "sum";
    }
    return opt;
}

static ag_status rmsprop_step(const nn__options *from, const nn__lists *l)
{
    ag_rmsprop o = from->rmsprop;
    o.rate = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return ag_rmsprop_step(&o, l->parameter, l->n, l->state[0], l->state[1], l->state[2]);
}

nn_optimizer *nn_rmsprop(ag_graph *g, const ag_rmsprop *o)
{
    const ag_rmsprop copy = o != NULL ? *o : (ag_rmsprop){0};
    nn_optimizer *opt = method(g, "rmsprop", rmsprop_step, copy.rate, 0.001);
    if (opt != NULL) {
        opt->options.rmsprop = copy;
        opt->state_name[0] = "square";
        opt->state_name[1] = copy.centered ? "mean" : NULL;
        opt->state_name[2] = copy.momentum != 0 ? "velocity" : NULL;
    }
    return opt;
}

static ag_status adadelta_step(const nn__options *from, const nn__lists *l)
{
    ag_adadelta o = from->adadelta;
    o.rate = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return ag_adadelta_step(&o, l->parameter, l->n, l->state[0], l->state[1]);
}

nn_optimizer *nn_adadelta(ag_graph *g, const ag_adadelta *o)
{
    const ag_adadelta copy = o != NULL ? *o : (ag_adadelta){0};
    nn_optimizer *opt = method(g, "adadelta", adadelta_step, copy.rate, 1);
    if (opt != NULL) {
        opt->options.adadelta = copy;
        opt->state_name[0] = "square";
        opt->state_name[1] = "change";
    }
    return opt;
}

static ag_adam adam_options(const nn__options *from, const nn__lists *l)
{
    ag_adam o = from->adam;
    o.rate = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return o;
}

static ag_status adam_step(const nn__options *from, const nn__lists *l)
{
    const ag_adam o = adam_options(from, l);
    return ag_adam_step(&o, l->parameter, l->n, l->state[0], l->state[1], l->t);
}

static ag_status amsgrad_step(const nn__options *from, const nn__lists *l)
{
    const ag_adam o = adam_options(from, l);
    return ag_amsgrad_step(&o, l->parameter, l->n, l->state[0], l->state[1], l->state[2], l->t);
}

static nn_optimizer *adam(ag_graph *g, const char *name, nn__method_step *step, const ag_adam *o)
{
    const ag_adam copy = o != NULL ? *o : (ag_adam){0};
    nn_optimizer *opt = method(g, name, step, copy.rate, 0.001);
    if (opt != NULL) {
        opt->options.adam = copy;
        opt->state_name[0] = "mean";
        opt->state_name[1] = "square";
    }
    return opt;
}

nn_optimizer *nn_adam(ag_graph *g, const ag_adam *o)
{
    return adam(g, "adam", adam_step, o);
}

nn_optimizer *nn_amsgrad(ag_graph *g, const ag_adam *o)
{
    nn_optimizer *opt = adam(g, "amsgrad", amsgrad_step, o);
    if (opt != NULL) {
        opt->state_name[2] = "largest";
    }
    return opt;
}

static ag_status rprop_step(const nn__options *from, const nn__lists *l)
{
    ag_rprop o = from->rprop;
    o.first = l->rate;
    o.weight_decay = decay_of(l, o.weight_decay);
    return ag_rprop_step(&o, l->parameter, l->n, l->state[0], l->state[1]);
}

nn_optimizer *nn_rprop(ag_graph *g, const ag_rprop *o)
{
    const ag_rprop copy = o != NULL ? *o : (ag_rprop){0};
    double most = copy.highest > 0 && copy.highest < 0.1 ? copy.highest : 0.1;
    nn_optimizer *opt = method(g, "rprop", rprop_step, copy.first, most);
    if (opt != NULL) {
        opt->options.rprop = copy;
        opt->state_name[0] = "sign";
        opt->state_name[1] = "step";
    }
    return opt;
}
