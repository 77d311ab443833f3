/* Averages of the weights over the steps: begun, moved, exchanged with the weights. Must not know
 * how a step is made.
 */
#include "optimizer.h"

#include <string.h>

static size_t bytes_of(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t));
}

static void copy(ag_tensor *to, const ag_tensor *from)
{
    if (ag_size(to) > 0) {
        memcpy(ag_mutable_data(to), ag_data(from), bytes_of(to));
    }
}

/* A parameter that is thawed, or was built later, has an average from its own first step on. */
void nn__average_begin(const nn_optimizer *opt)
{
    for (int i = 0; opt->keep > 0 && i < opt->n; i++) {
        const nn__entry *e = &opt->entry[i];
        if (!nn__entry_is_frozen(e) && nn__steps_of(e) == 0) {
            copy(e->average, e->parameter);
        }
    }
}

ag_status nn__average_step(nn_optimizer *opt)
{
    nn__lists *l = &opt->lists;
    l->n = 0;
    for (int i = 0; i < opt->n; i++) {
        if (!nn__entry_is_frozen(&opt->entry[i])) {
            l->parameter[l->n] = opt->entry[i].parameter;
            l->state[0][l->n++] = opt->entry[i].average;
        }
    }
    return ag_average_step(opt->keep, l->state[0], l->n, l->parameter);
}

/* --- in place of the weights ------------------------------------------------------------------ */

bool nn_has_average(const nn_optimizer *opt)
{
    return opt != NULL && opt->keep > 0 && opt->counters.step > 0;
}

/* One that is frozen keeps its bits, and one that was never stepped has nothing to average. */
static bool is_averaged(const nn__entry *e)
{
    return !nn__entry_is_frozen(e) && nn__steps_of(e) > 0;
}

static ag_status ready(const nn_optimizer *opt, const char *what)
{
    ag_status status = nn__ready(opt, what);
    if (status == AG_OK && !nn_has_average(opt)) {
        return ag_fail(opt->graph, AG_ERR_STATE, "nn_with_average, and at least one step",
                       "%s: there are no averages", what);
    }
    return status;
}

static void exchange(ag_tensor *a, ag_tensor *b)
{
    char spare[1024], *x = ag_mutable_data(a), *y = ag_mutable_data(b);
    size_t bytes = bytes_of(a);
    for (size_t at = 0; at < bytes; at += sizeof spare) {
        size_t part = bytes - at < sizeof spare ? bytes - at : sizeof spare;
        memcpy(spare, x + at, part);
        memcpy(x + at, y + at, part);
        memcpy(y + at, spare, part);
    }
}

ag_status nn_swap_average(nn_optimizer *opt)
{
    ag_status status = ready(opt, "nn_swap_average");
    for (int i = 0; status == AG_OK && i < opt->n; i++) {
        if (is_averaged(&opt->entry[i])) {
            exchange(opt->entry[i].parameter, opt->entry[i].average);
        }
    }
    return status;
}

ag_status nn_take_average(nn_optimizer *opt)
{
    ag_status status = ready(opt, "nn_take_average");
    for (int i = 0; status == AG_OK && i < opt->n; i++) {
        if (is_averaged(&opt->entry[i])) {
            copy(opt->entry[i].parameter, opt->entry[i].average);
        }
    }
    return status;
}
