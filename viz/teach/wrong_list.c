/* The list of wrong numbers that the mistakes fill, in scalars and in tensors. */
#include <math.h>
#include <string.h>

#include "teach.h"

void viz__wrong_add(viz__wrongs *l, viz_mistake mistake, size_t through, double value)
{
    bool same = fabs(value - l->right) <= 1e-9 * fmax(fabs(value), fabs(l->right));
    if (isfinite(value) && !same && l->n < VIZ__MOST_WRONG) {
        l->wrong[l->n++] = (viz__wrong){mistake, through, value};
    }
}

bool viz__is_of_angle(viz__record *r, size_t step)
{
    static const char *const name[] = {"sin()", "cos()", "tan()"};
    viz__out text = viz__to_text(r->graph);
    bool of_angle = false;
    viz__value_symbol(&text, r, step);
    for (int i = 0; i < 3; i++) {
        of_angle = of_angle || strcmp(viz__text(&text), name[i]) == 0;
    }
    viz__out_free(&text);
    return of_angle;
}
