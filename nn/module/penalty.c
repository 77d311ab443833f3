/* Penalties on parameters: set for each, summed over a tree. */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <math.h>

#include "module.h"

ag_status nn_penalize(nn_module *m, const char *name, nn_penalty penalty)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    nn__held_slot *s = name != NULL ? nn__slot_find(m, name) : NULL;
    nn__link *l = s == NULL && name != NULL ? nn__link_find(m, name) : NULL;
    if (l != NULL) {
        return nn_penalize(l->with, l->theirs, penalty);
    }
    if (s == NULL || s->slot.buffer) {
        return ag_fail(m->graph, AG_ERR_STATE, "build the network first",
                       "nn_penalize: there is no parameter \"%.80s\"",
                       name != NULL ? name : "NULL");
    }
    if (!isfinite(penalty.l1) || !isfinite(penalty.l2) || penalty.l1 < 0 || penalty.l2 < 0) {
        return ag_fail(m->graph, AG_ERR_VALUE, "0 is none",
                       "nn_penalize: l1 = %g and l2 = %g must be finite and not negative",
                       penalty.l1, penalty.l2);
    }
    s->slot.penalty = penalty;
    return AG_OK;
}

/* sum += factor term. */
static ag_status plus(ag_tensor **sum, double factor, ag_tensor *term, const nn_slot *slot)
{
    ag_tensor *scaled = ag_mul_scalar(term, factor);
    *sum = *sum != NULL ? ag_add(*sum, scaled) : scaled;
    return *sum != NULL ? AG_OK : ag_error(ag_graph_of(slot->tensor));
}

static ag_status add_penalty(const char *path, const nn_slot *slot, void *user)
{
    ag_tensor **sum = user, *w = slot->tensor;
    const nn_penalty *p = &slot->penalty;
    ag_status status = AG_OK;
    (void)path;
    if (!slot->frozen && p->l1 != 0) {
        status = plus(sum, p->l1, ag_sum(ag_abs(w)), slot);
    }
    if (!slot->frozen && p->l2 != 0 && status == AG_OK) {
        status = plus(sum, p->l2, ag_sum(ag_square(w)), slot);
    }
    return status;
}

ag_tensor *nn_penalty_sum(nn_module *m)
{
    ag_tensor *sum = NULL;
    return nn_visit(m, NULL, add_penalty, &sum) == AG_OK ? sum : NULL;
}
