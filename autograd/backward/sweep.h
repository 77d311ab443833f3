/* One sweep from the root to what it depends on, by numbers (backward.c) or by nodes (grad.c).
 * Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_SWEEP_H
#define AUTOGRAD_BACKWARD_SWEEP_H

#include "autograd/graph/node.h"

/* What makes a kind of sweep: may a rule use plain numbers; does an operand's gradient count; and
 * what happens to a contribution, which has the operand's dtype and broadcasts with its shape. */
typedef struct ag__sweep_kind {
    bool by_numbers;
    bool (*needs)(const struct ag__sweep *s, const ag_tensor *in);
    ag_status (*accumulate)(struct ag__sweep *s, int operand, ag_tensor *in,
                            ag_tensor *contribution);
} ag__sweep_kind;

typedef struct ag__sweep {
    const ag__sweep_kind *kind;
    ag_graph *graph;
    ag_tensor *root;
    ag_tensor *node;  /* the one whose rule is running */
    uint32_t pending; /* reached and not yet visited */
    size_t step;      /* contributions so far */

    /* By nodes only: for ids from base on, the gradient so far and whether an input lies below. */
    ag_tensor **slot;
    bool *leads;
    uint32_t base;
    struct ag__sweep *outer; /* waits for this one, and has what is older than base */
} ag__sweep;

/* Leaves have nothing below them: only one with a hook has to be visited. */
static inline bool ag__is_visited(const ag_tensor *t)
{
    return (t->flags & (AG__LEAF | AG__HOOKED)) != AG__LEAF;
}

#endif
