/* Gradients that are tensors: a slot for each node of a sweep. Private to autograd/. */
#ifndef AUTOGRAD_DERIVE_SLOT_H
#define AUTOGRAD_DERIVE_SLOT_H

#include "autograd/backward/sweep.h"

/* Contributions are recorded with operations, so that the gradients can be differentiated again. */
extern const ag__sweep_kind ag__symbolic_sweep;

/* Contributions are added in place to the numbers of a slot, as in a backward pass; nothing is
 * recorded that could be differentiated. */
extern const ag__sweep_kind ag__in_place_sweep;

/* Does this sweep have a slot for t? */
static inline bool ag__has_grad_slot(const ag__sweep *s, const ag_tensor *t)
{
    return ag__origin_of(t)->id >= s->base && ag__origin_of(t)->id <= ag__origin_of(s->root)->id;
}

/* Does the sweep compute a gradient for `in`, because it depends on an input of ag_grad? */
bool ag__depends_on_input(const ag__sweep *s, const ag_tensor *in);

/* Adds a contribution, which has in's shape, to the slot of `in`, as the kind of the sweep does. */
ag_status ag__slot_add(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution);

/* Records the contributions to the slot of `in` that were collected. */
ag_status ag__slot_complete(ag__sweep *s, const ag_tensor *in);

/* Frees what was collected for the n slots of this sweep and not recorded, after a failure. */
void ag__slots_drop(ag__sweep *s, size_t n);

#endif
