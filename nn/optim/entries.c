/* What an optimizer keeps for each parameter, and the names of it all. Must not know how
 * parameters come to it, nor how a step is made.
 */
#include "optimizer.h"

#include <stdio.h>
#include <string.h>

ag_status nn__ready(const nn_optimizer *opt, const char *what)
{
    if (opt == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (!opt->attached) {
        return ag_fail(opt->graph, AG_ERR_STATE, "call nn_attach first, before the mark",
                       "%s: the optimizer has no parameters", what);
    }
    return AG_OK;
}

void nn_zero_grads(nn_optimizer *opt)
{
    for (int i = 0; opt != NULL && i < opt->n; i++) {
        ag_zero_grad(opt->entry[i].parameter);
    }
    if (opt != NULL) {
        opt->counters.accumulated = 0;
    }
}

/* --- one parameter ---------------------------------------------------------------------------- */

void nn__zero(ag_tensor *t)
{
    if (ag_size(t) > 0) {
        memset(ag_mutable_data(t), 0, (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t)));
    }
}

int64_t nn__steps_of(const nn__entry *e)
{
    return *(const int64_t *)ag_data(e->steps);
}

bool nn__entry_is_frozen(const nn__entry *e)
{
    return e->slot != NULL && e->slot->frozen;
}

/* --- names ------------------------------------------------------------------------------------ */

bool nn__keep_state(nn_optimizer *opt, const char *path, const char *name, ag_tensor *t)
{
    static const char format[] = "optimizer.%s.%s";
    int bytes = 1 + snprintf(NULL, 0, format, path, name);
    nn__named *named = ag_graph_memory(opt->graph, sizeof *named);
    char *text = ag_graph_memory(opt->graph, (size_t)bytes);
    if (named == NULL || text == NULL || t == NULL) {
        return false;
    }
    snprintf(text, (size_t)bytes, format, path, name);
    named->state = (nn_optimizer_state){text, t};
    *opt->named_end = named;
    opt->named_end = &named->next;
    opt->n_named++;
    return true;
}

int nn_optimizer_states(const nn_optimizer *opt)
{
    return opt != NULL ? opt->n_named : 0;
}

nn_optimizer_state nn_optimizer_state_at(const nn_optimizer *opt, int i)
{
    const nn__named *named = opt != NULL && i >= 0 ? opt->named : NULL;
    while (named != NULL && i-- > 0) {
        named = named->next;
    }
    return named != NULL ? named->state : (nn_optimizer_state){NULL, NULL};
}
