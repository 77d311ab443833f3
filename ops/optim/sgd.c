/* Gradient descent with momentum, and averages of the parameters; see optim.h. */
#include "step.h"

ag_status ag_sgd_step(const ag_sgd *o, ag_tensor *const *parameters, int n,
                      ag_tensor *const *velocity)
{
    if (o == NULL) {
        return ag__step_null("sgd_step", parameters, n, "the options are");
    }
    bool moving = o->momentum != 0;
    ag__step s = {"sgd_step", parameters, n, moving, {velocity}, {"velocities"}, .size = 0};
    const ag__option options[] = {{"rate", o->rate, AG__FROM_0},
                                  {"weight_decay", o->weight_decay, AG__FROM_0},
                                  {"momentum", o->momentum, AG__BELOW_1}};
    ag_status status = ag__step_options(&s, options, 3);
    if (status == AG_OK && o->nesterov && !moving) {
        status = ag__step_fail(&s, AG_ERR_VALUE, "nesterov looks ahead along the momentum",
                               "momentum", 0);
    }
    if (status != AG_OK) {
        return status;
    }
    bool inside = moving && o->rate_inside;
    ag__step_decay(&s, o->rate, o->weight_decay, o->decoupled);
    s.c.rate = inside ? 1 : o->rate;
    s.c.first = o->momentum;
    s.c.first_taken = inside ? o->rate : 1;
    return ag__step_all(&s, !moving       ? AG__STEP_descent
                            : o->nesterov ? AG__STEP_nesterov
                                          : AG__STEP_momentum);
}

ag_status ag_average_step(double keep, ag_tensor *const *averages, int n,
                          ag_tensor *const *parameters)
{
    ag__step s = {"average_step", averages, n, 1, {parameters}, {"parameters"}, .size = 0};
    s.c.keep = keep;
    s.c.rate = 1 - keep;
    ag_status status = ag__step_options(&s, &(ag__option){"keep", keep, AG__BELOW_1}, 1);
    return status == AG_OK ? ag__step_all(&s, AG__STEP_average) : status;
}
