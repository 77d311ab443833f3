/* Gradients that are tensors: a slot for each node of a sweep, to which contributions are added by
 * recorded operations or in place. Must not know what ag_grad was asked for; that is in grad.c.
 *
 * The first contribution to a slot is taken as it is: it may be the gradient of another node, too,
 * or the user's seed, so nothing may be written into it. Where numbers are to be added, the slot
 * gets a tensor of its own, and is marked as owned.
 */
#include "slot.h"

#include "autograd/backward/engine_ops.h"
#include "autograd/backward/strided_add.h"
#include "autograd/graph/error.h"
#include "autograd/graph/leaf.h"
#include "autograd/graph/shape_math.h"

/* The sweep that has the gradient of t: this one, or one that waits for it. */
static const ag__sweep *sweep_of(const ag__sweep *s, const ag_tensor *t)
{
    while (t->id < s->base && s->outer != NULL) {
        s = s->outer;
    }
    return s;
}

bool ag__depends_on_input(const ag__sweep *s, const ag_tensor *in)
{
    s = sweep_of(s, in);
    return (in->flags & AG__NEEDS) && ag__has_grad_slot(s, in) && s->depends[in->id - s->base];
}

/* --- symbolic --------------------------------------------------------------------------------- */

static ag_status add_node(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    const ag__sweep *home = sweep_of(s, in);
    ag_tensor **slot = &home->grad[in->id - home->base];
    *slot = *slot != NULL ? ag__add_same_shape(*slot, contribution) : contribution;
    return *slot != NULL ? AG_OK : ag__failure(s->graph);
}

/* --- in place --------------------------------------------------------------------------------- */

/* Gives the slot of `in` a tensor of its own, to which numbers may be added. *fresh is true
 * afterwards if its numbers are uninitialized. NULL and a kept error when memory runs out. */
static ag_tensor *own_slot(ag__sweep *s, const ag_tensor *in, bool *fresh)
{
    const ag__sweep *home = sweep_of(s, in);
    size_t i = in->id - home->base;
    *fresh = false;
    if (home->owned[i]) {
        return home->grad[i];
    }
    ag_tensor *own = ag__unfilled(s->graph, (ag_dtype)in->dtype, ag_shape_of(in));
    if (own == NULL) {
        return NULL;
    }
    *fresh = home->grad[i] == NULL;
    if (!*fresh) {
        ag_array borrowed = ag_array_of(home->grad[i]);
        ag__copy_strided(&borrowed, ag__value_data(own));
    }
    home->grad[i] = own;
    home->owned[i] = true;
    return own;
}

static ag_status add_numbers(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    const ag__sweep *home = sweep_of(s, in);
    bool fresh;
    if (home->grad[in->id - home->base] == NULL) {
        home->grad[in->id - home->base] = contribution;
        return AG_OK;
    }
    ag_tensor *own = own_slot(s, in, &fresh);
    if (own == NULL) {
        return ag__failure(s->graph);
    }
    ag_array more = ag_array_of(contribution);
    ag__add_into(ag__value_data(own), &more, false);
    return AG_OK;
}

/* The numbers of the slot, for a rule that adds to them. */
static ag_array slot_target(ag__sweep *s, int operand, ag_tensor *in, bool *fresh)
{
    (void)operand;
    ag_tensor *own = own_slot(s, in, fresh);
    return ag_array_of(own); /* without data if own is NULL */
}

/* --- the two kinds ---------------------------------------------------------------------------- */

ag_status ag__slot_add(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    return s->kind->target != NULL ? add_numbers(s, in, contribution)
                                   : add_node(s, in, contribution);
}

static ag_status accumulate(ag__sweep *s, int operand, ag_tensor *in, ag_tensor *contribution)
{
    (void)operand;
    ag_tensor *fitted = ag__unbroadcast(contribution, in);
    return fitted != NULL ? ag__slot_add(s, in, fitted) : ag__failure(s->graph);
}

const ag__sweep_kind ag__symbolic_sweep = {ag__depends_on_input, accumulate, NULL};
const ag__sweep_kind ag__in_place_sweep = {ag__depends_on_input, accumulate, slot_target};
