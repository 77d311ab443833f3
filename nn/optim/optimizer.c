/* Optimizers: making one, its settings, its rate. Must not know how a step is made. */
#include "optimizer.h"

#include <math.h>
#include <string.h>

nn_optimizer *nn__optimizer_new(ag_graph *g, const char *method)
{
    nn_optimizer *opt = g != NULL ? ag_graph_memory(g, sizeof *opt) : NULL;
    if (opt != NULL) {
        opt->graph = g;
        opt->method = method;
        opt->batches = 1;
        opt->counters.plateau_scale = 1;
        opt->counters.plateau_best = (double)NAN;
        opt->fixed_rate = -1;
        opt->named_end = &opt->named;
    }
    return opt;
}

ag_graph *nn_optimizer_graph(const nn_optimizer *opt)
{
    return opt != NULL ? opt->graph : NULL;
}

const char *nn_optimizer_name(const nn_optimizer *opt)
{
    return opt != NULL ? opt->method : NULL;
}

/* --- settings --------------------------------------------------------------------------------- */

/* The optimizer, where a number is what it must be; else an error. */
static nn_optimizer *set_any_time(nn_optimizer *opt, const char *what, bool good, const char *hint,
                                  double value)
{
    if (opt != NULL && !good) {
        ag_fail(opt->graph, AG_ERR_VALUE, hint, "%s: %g", what, value);
        return NULL;
    }
    return opt;
}

/* The same for what may be set as long as nothing has been attached. */
static nn_optimizer *set(nn_optimizer *opt, const char *what, bool good, const char *hint,
                         double value)
{
    if (opt != NULL && opt->attached) {
        ag_fail(opt->graph, AG_ERR_STATE, "settings are made before nn_attach",
                "%s: the optimizer is attached already", what);
        return NULL;
    }
    return set_any_time(opt, what, good, hint, value);
}

static bool is_count(double value)
{
    return value >= 0 && value < (double)INFINITY;
}

nn_optimizer *nn_with_group(nn_optimizer *opt, nn_group group)
{
    bool good = is_count(group.rate_factor) && group.decay >= NN_DECAY_USUAL &&
                group.decay <= NN_DECAY_NEVER;
    opt = set(opt, "nn_with_group: rate_factor", good,
              "a finite number, 0 or more; decay is one of nn_decay", group.rate_factor);
    if (opt == NULL) {
        return NULL;
    }
    const char *pattern = group.pattern != NULL ? group.pattern : "*";
    size_t bytes = strlen(pattern) + 1;
    nn__kept_group *kept = ag_graph_memory(opt->graph, sizeof *kept);
    char *copy = ag_graph_memory(opt->graph, bytes);
    if (kept == NULL || copy == NULL) {
        return NULL;
    }
    memcpy(copy, pattern, bytes);
    *kept = (nn__kept_group){group, opt->groups};
    kept->group.pattern = copy;
    kept->group.rate_factor = group.rate_factor != 0 ? group.rate_factor : 1;
    opt->groups = kept;
    return opt;
}

nn_optimizer *nn_with_schedule(nn_optimizer *opt, nn_schedule schedule)
{
    double first = nn_schedule_factor(&schedule, 0);
    bool forward = schedule.steps >= 0 && schedule.warm_up >= 0;
    opt = set(opt, "nn_with_schedule: the factor of step 0", is_count(first) && forward,
              "a finite number, 0 or more; steps and warm_up are not negative", first);
    if (opt != NULL) {
        opt->schedule = schedule;
    }
    return opt;
}

nn_optimizer *nn_with_clipping(nn_optimizer *opt, nn_clipping clipping)
{
    bool norm = is_count(clipping.norm), value = is_count(clipping.value);
    opt = set(opt, norm ? "nn_with_clipping: value" : "nn_with_clipping: norm", norm && value,
              "finite, above 0; 0 is without", norm ? clipping.value : clipping.norm);
    if (opt != NULL) {
        opt->clipping = clipping;
    }
    return opt;
}

nn_optimizer *nn_with_accumulation(nn_optimizer *opt, int batches)
{
    opt = set(opt, "nn_with_accumulation: batches", batches >= 1, "1 or more", batches);
    if (opt != NULL) {
        opt->batches = batches;
    }
    return opt;
}

nn_optimizer *nn_with_average(nn_optimizer *opt, double keep)
{
    opt = set(opt, "nn_with_average: keep", keep > 0 && keep < 1, "above 0, below 1", keep);
    if (opt != NULL) {
        opt->keep = keep;
    }
    return opt;
}

/* --- the rate --------------------------------------------------------------------------------- */

double nn_rate(const nn_optimizer *opt)
{
    if (opt == NULL) {
        return (double)NAN;
    }
    if (opt->fixed_rate >= 0) {
        return opt->fixed_rate;
    }
    const nn_counters *c = &opt->counters;
    double rate =
        c->rate * nn_schedule_factor(&opt->schedule, opt->schedule.by_epoch ? c->epoch : c->step);
    double reduced = rate * c->plateau_scale;
    return reduced < opt->plateau.min_rate && c->plateau_scale < 1
               ? fmin(rate, opt->plateau.min_rate)
               : reduced;
}

void nn_set_rate(nn_optimizer *opt, double rate)
{
    if (opt != NULL) {
        opt->counters.rate = rate;
    }
}

void nn_set_epoch(nn_optimizer *opt, int64_t epoch)
{
    if (opt != NULL) {
        opt->counters.epoch = epoch;
    }
}

/* --- reduction on a plateau ------------------------------------------------------------------- */

nn_optimizer *nn_with_plateau(nn_optimizer *opt, nn_plateau p)
{
    p.factor = p.factor != 0 ? p.factor : 0.1;
    p.patience = p.patience != 0 ? p.patience : 10;
    p.min_delta = p.min_delta != 0 ? p.min_delta : 1e-4;
    bool counts =
        p.patience > 0 && p.cooldown >= 0 && is_count(p.min_delta) && is_count(p.min_rate);
    opt = set_any_time(
        opt, "nn_with_plateau: factor", counts && p.factor > 0 && p.factor < 1,
        "above 0, below 1; patience, cooldown, min_delta and min_rate are not negative", p.factor);
    if (opt != NULL) {
        opt->plateau = p;
        opt->has_plateau = true;
        opt->counters.plateau_best = (double)NAN;
        opt->counters.plateau_waited = opt->counters.plateau_cooling = 0;
    }
    return opt;
}

/* NaN is not better than anything, and any number is better than none. */
static bool is_better(const nn_plateau *p, double value, double best)
{
    double delta = p->min_delta == AG_EXACT_ZERO ? 0 : p->min_delta;
    if (best != best) {
        return value == value;
    }
    return p->more_is_better ? value > best + delta : value < best - delta;
}

bool nn_plateau_report(nn_optimizer *opt, double value)
{
    if (opt == NULL || !opt->has_plateau) {
        return false;
    }
    nn_counters *c = &opt->counters;
    bool better = is_better(&opt->plateau, value, c->plateau_best);
    if (better) {
        c->plateau_best = value;
    }
    if (c->plateau_cooling > 0) {
        c->plateau_cooling--;
        c->plateau_waited = 0;
        return false;
    }
    c->plateau_waited = better ? 0 : c->plateau_waited + 1;
    if (c->plateau_waited < opt->plateau.patience) {
        return false;
    }
    double before = nn_rate(opt), scale = c->plateau_scale;
    c->plateau_waited = 0;
    c->plateau_cooling = opt->plateau.cooldown;
    c->plateau_scale *= opt->plateau.factor;
    if (nn_rate(opt) < before) {
        return true;
    }
    c->plateau_scale = scale; /* it is as low as it may go */
    return false;
}

/* --- counters --------------------------------------------------------------------------------- */

nn_counters nn_get_counters(const nn_optimizer *opt)
{
    return opt != NULL ? opt->counters : (nn_counters){0};
}

ag_status nn_set_counters(nn_optimizer *opt, const nn_counters *c)
{
    if (opt == NULL || c == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    bool counts = c->step >= 0 && c->epoch >= 0 && c->accumulated >= 0 &&
                  c->accumulated < opt->batches && c->plateau_waited >= 0 &&
                  c->plateau_cooling >= 0;
    if (!counts || !is_count(c->rate) || !(c->plateau_scale > 0 && c->plateau_scale <= 1)) {
        return ag_fail(opt->graph, AG_ERR_VALUE, "they are those that nn_get_counters gave",
                       "nn_set_counters: a count is negative or too large, or a rate is none");
    }
    opt->counters = *c;
    return AG_OK;
}
