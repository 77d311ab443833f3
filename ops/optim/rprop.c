/* Steps by the sign of the gradient alone; see optim.h. */
#include "step.h"

#include <math.h>
#include <stdio.h>

ag_status ag_rprop_step(const ag_rprop *o, ag_tensor *const *parameters, int n,
                        ag_tensor *const *sign, ag_tensor *const *step)
{
    if (o == NULL) {
        return ag__step_null("rprop_step", parameters, n, "the options are");
    }
    ag__step s = {"rprop_step", parameters, n, 2, {sign, step}, {"signs", "steps"}, .size = 0};
    ag__step_constants *c = &s.c;
    c->shrink = ag_option_or(o->shrink, 0.5);
    c->grow = ag_option_or(o->grow, 1.2);
    c->lowest = ag_option_or(o->lowest, 1e-10);
    c->highest = ag_option_or(o->highest, 0.1);
    c->start = ag_option_or(o->first, fmin(0.1, c->highest));
    c->back = o->no_backtracking ? 0 : 1;
    ag__step_decay(&s, 0, o->weight_decay, false);
    const ag__option options[] = {{"weight_decay", o->weight_decay, AG__FROM_0},
                                  {"shrink", c->shrink, AG__BETWEEN},
                                  {"grow", c->grow, AG__FROM_1},
                                  {"lowest", c->lowest, AG__FROM_0},
                                  {"highest", c->highest, AG__ABOVE_0},
                                  {"first", c->start, AG__ABOVE_0}};
    ag_status status = ag__step_options(&s, options, 6);
    if (status == AG_OK && c->lowest > c->highest) {
        char text[80];
        snprintf(text, sizeof text, "lowest %g is above highest %g", c->lowest, c->highest);
        status = ag__step_fail_whole(&s, AG_ERR_VALUE, NULL, text);
    }
    if (status == AG_OK && !(c->lowest <= c->start && c->start <= c->highest)) {
        status = ag__step_fail(&s, AG_ERR_VALUE, "lowest <= first <= highest", "first", c->start);
    }
    return status == AG_OK ? ag__step_all(&s, AG__STEP_rprop) : status;
}
