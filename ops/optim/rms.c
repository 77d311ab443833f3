/* Methods that divide gradients by the root of their squares: RMSprop, Adagrad, Adadelta, Adam; see
 * optim.h.
 */
#include "step.h"

#include <math.h>

/* Places eps inside or outside of the root, which is multiplied by s->c.scale: sqrt(scale^2 v +
 * eps) is scale sqrt(v + eps/scale^2). */
static void place_eps(ag__step *s, double eps, ag_eps_form form)
{
    bool inside = form == AG_EPS_INSIDE;
    s->c.inner = inside ? eps / (s->c.scale * s->c.scale) : 0;
    s->c.outer = inside ? 0 : eps;
}

static bool is_form(ag_eps_form form)
{
    return form == AG_EPS_OUTSIDE || form == AG_EPS_INSIDE || form == AG_EPS_HAT;
}

/* Checks the options that all of these methods have, and up to two parts that are kept. */
static ag_status check(const ag__step *s, double rate, double decay, double eps, ag_eps_form form,
                       ag__option first, ag__option second)
{
    const ag__option options[] = {{"rate", rate, AG__FROM_0},
                                  {"weight_decay", decay, AG__FROM_0},
                                  {"eps", eps, AG__FROM_0},
                                  first,
                                  second};
    ag_status status = ag__step_options(s, options, 5);
    if (status == AG_OK && !is_form(form)) {
        status = ag__step_fail(s, AG_ERR_VALUE, "one of ag_eps_form", "eps_form", (double)form);
    }
    return status;
}

/* Appends a list to the states if the method needs it. */
static void need(ag__step *s, bool needed, ag_tensor *const *list, const char *word)
{
    if (needed) {
        s->word[s->states] = word;
        s->state[s->states++] = list;
    }
}

ag_status ag_rmsprop_step(const ag_rmsprop *o, ag_tensor *const *parameters, int n,
                          ag_tensor *const *square, ag_tensor *const *mean,
                          ag_tensor *const *velocity)
{
    if (o == NULL) {
        return ag__step_null("rmsprop_step", parameters, n, "the options are");
    }
    bool moving = o->momentum != 0, inside = moving && o->rate_inside;
    double alpha = ag_option_or(o->alpha, 0.99), eps = ag_option_or(o->eps, 1e-8);
    ag__step s = {"rmsprop_step", parameters, n, 1, {square}, {"mean squares"}, .size = 0};
    need(&s, o->centered, mean, "means");
    need(&s, moving, velocity, "velocities");
    ag_status status = check(&s, o->rate, o->weight_decay, eps, o->eps_form,
                             (ag__option){"alpha", alpha, AG__BELOW_1},
                             (ag__option){"momentum", o->momentum, AG__BELOW_1});
    if (status != AG_OK) {
        return status;
    }
    ag__step_decay(&s, o->rate, o->weight_decay, o->decoupled);
    s.c.rate = inside ? 1 : o->rate;
    s.c.first = o->momentum;
    s.c.first_taken = inside ? o->rate : 1;
    s.c.second = alpha;
    s.c.second_taken = 1 - alpha;
    s.c.scale = 1;
    place_eps(&s, eps, o->eps_form);
    static const ag__step_kind kinds[2][2] = {{AG__STEP_rms, AG__STEP_rms_momentum},
                                              {AG__STEP_centered, AG__STEP_centered_momentum}};
    return ag__step_all(&s, kinds[o->centered][moving]);
}

ag_status ag_adagrad_step(const ag_adagrad *o, ag_tensor *const *parameters, int n,
                          ag_tensor *const *sum)
{
    if (o == NULL) {
        return ag__step_null("adagrad_step", parameters, n, "the options are");
    }
    double eps = ag_option_or(o->eps, 1e-10);
    ag__step s = {"adagrad_step", parameters, n, 1, {sum}, {"sums of squares"}, .size = 0};
    const ag__option none = {"rate", o->rate, AG__FROM_0};
    ag_status status = check(&s, o->rate, o->weight_decay, eps, o->eps_form, none, none);
    if (status != AG_OK) {
        return status;
    }
    ag__step_decay(&s, o->rate, o->weight_decay, o->decoupled);
    s.c.rate = o->rate;
    s.c.second = s.c.second_taken = s.c.scale = 1;
    place_eps(&s, eps, o->eps_form);
    return ag__step_all(&s, AG__STEP_rms);
}

ag_status ag_adadelta_step(const ag_adadelta *o, ag_tensor *const *parameters, int n,
                           ag_tensor *const *square, ag_tensor *const *change)
{
    if (o == NULL) {
        return ag__step_null("adadelta_step", parameters, n, "the options are");
    }
    double rho = ag_option_or(o->rho, 0.9), eps = ag_option_or(o->eps, 1e-6);
    ag__step s = {"adadelta_step",
                  parameters,
                  n,
                  2,
                  {square, change},
                  {"mean squares", "mean squares of changes"},
                  .size = 0};
    const ag__option part = {"rho", rho, AG__BELOW_1};
    ag_status status = check(&s, o->rate, o->weight_decay, eps, AG_EPS_INSIDE, part, part);
    if (status != AG_OK) {
        return status;
    }
    ag__step_decay(&s, o->rate, o->weight_decay, o->decoupled);
    s.c.rate = o->rate;
    s.c.second = rho;
    s.c.second_taken = 1 - rho;
    s.c.scale = 1;
    place_eps(&s, eps, AG_EPS_INSIDE);
    return ag__step_all(&s, AG__STEP_adadelta);
}

/* --- Adam ------------------------------------------------------------------------------------- */

#define ADAM_STATES "means", "mean squares", "largest mean squares"

/* Neither correction is computed in the loop: that of m/(1 - beta1^t) is a part of the rate, and
 * that of sqrt(v/(1 - beta2^t)) is the scale of sqrt(v). If eps is added to the sqrt(v) without
 * correction, the scale is a part of the rate, too. */
static ag_status adam(ag__step *s, const ag_adam *o, int64_t t, ag__step_kind kind)
{
    double beta1 = ag_option_or(o->beta1, 0.9), beta2 = ag_option_or(o->beta2, 0.999);
    double eps = ag_option_or(o->eps, 1e-8);
    ag_status status =
        check(s, o->rate, o->weight_decay, eps, o->eps_form,
              (ag__option){"beta1", beta1, AG__BELOW_1}, (ag__option){"beta2", beta2, AG__BELOW_1});
    if (status == AG_OK && t < 1) {
        status = ag__step_fail(s, AG_ERR_VALUE, "the first step is t = 1", "t", (double)t);
    }
    if (status != AG_OK) {
        return status;
    }
    double part1 = o->uncorrected ? 1 : 1 - pow(beta1, (double)t);
    double part2 = o->uncorrected ? 1 : 1 - pow(beta2, (double)t);
    bool hat = o->eps_form == AG_EPS_HAT;
    ag__step_decay(s, o->rate, o->weight_decay, o->decoupled);
    s->c.rate = (hat ? o->rate * sqrt(part2) : o->rate) / part1;
    s->c.scale = hat ? 1 : 1 / sqrt(part2);
    s->c.first = beta1;
    s->c.first_taken = 1 - beta1;
    s->c.second = beta2;
    s->c.second_taken = 1 - beta2;
    place_eps(s, eps, o->eps_form);
    return ag__step_all(s, kind);
}

ag_status ag_adam_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                       ag_tensor *const *mean, ag_tensor *const *square, int64_t t)
{
    ag__step s = {"adam_step", parameters, n, 2, {mean, square}, {ADAM_STATES}, .size = 0};
    return o != NULL ? adam(&s, o, t, AG__STEP_adam)
                     : ag__step_null(s.name, parameters, n, "the options are");
}

ag_status ag_amsgrad_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                          ag_tensor *const *mean, ag_tensor *const *square,
                          ag_tensor *const *largest, int64_t t)
{
    ag__step s = {"amsgrad_step",          parameters,    n,        3,
                  {mean, square, largest}, {ADAM_STATES}, .size = 0};
    return o != NULL ? adam(&s, o, t, AG__STEP_amsgrad)
                     : ag__step_null(s.name, parameters, n, "the options are");
}
