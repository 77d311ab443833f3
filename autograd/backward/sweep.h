/* A reverse sweep: from the root to everything it depends on, newest node first. A numeric sweep
 * adds up gradients as numbers (ag_backward, in backward.c). The other two give gradients as tensors
 * (ag_grad, in derive/grad.c): a symbolic sweep records them, so that they can be differentiated
 * again, and one in place adds numbers to them (derive/slot.c). Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_SWEEP_H
#define AUTOGRAD_BACKWARD_SWEEP_H

#include "autograd/graph/node.h"

/* A contribution op(in) to the gradient of a tensor, of which op is given all at once. */
typedef struct ag__part_of {
    struct ag__part_of *next;
    const ag_op *op;
    ag_tensor *const *in; /* n_in of them */
    int n_in;
    const void *attr; /* attr_bytes of it */
    size_t attr_bytes;
    const char *where; /* the line of the forward call */
} ag__part_of;

/* What differs between the kinds of sweep. */
typedef struct ag__sweep_kind {
    /* Does the sweep compute a gradient for this operand? */
    bool (*needs)(const struct ag__sweep *s, const ag_tensor *in);

    /* Adds a contribution to the gradient of `in`, which is operand number `operand` of the node.
     * It has the dtype of `in`, and its shape and that of `in` broadcast to one of the two. */
    ag_status (*accumulate)(struct ag__sweep *s, int operand, ag_tensor *in,
                            ag_tensor *contribution);

    /* Keeps a contribution op(in) until all have come; NULL where it is recorded at once. */
    ag_status (*collect)(struct ag__sweep *s, const ag_tensor *in, const ag__part_of *part);

    /* NULL if rules must use `vjp`. Otherwise they may use `backward`, and this gives them the
     * gradient of `in` as contiguous memory. *fresh is true afterwards if it is uninitialized. When
     * memory runs out, data is NULL and an error is kept. */
    ag_array (*target)(struct ag__sweep *s, int operand, ag_tensor *in, bool *fresh);
} ag__sweep_kind;

typedef struct ag__sweep {
    const ag__sweep_kind *kind;
    ag_graph *graph;
    ag_tensor *root;
    ag_tensor *node; /* the node whose rule is running */

    /* Numeric only. */
    uint32_t pending; /* nodes that are reached but not yet visited */
    size_t step;      /* contributions so far */

    /* For gradients that are tensors. The arrays are for the nodes from id `base` to the root. */
    uint32_t base;
    ag_tensor **grad;    /* the gradient so far; NULL for a node without a contribution */
    bool *depends;       /* does the node depend on an input of ag_grad? */
    ag__part_of **parts; /* contributions that are not recorded yet, the last one first */
    bool *owned; /* is the tensor in `grad` of this node alone, so that numbers may be added? */
    struct ag__sweep *outer; /* the sweep that waits for this one and has the nodes before base */
} ag__sweep;

/* Must the sweep visit this node once it is reached? A leaf has no operands, so only its hooks are
 * a reason to visit it. */
static inline bool ag__is_visited(const ag_tensor *t)
{
    return (t->flags & (AG__LEAF | AG__HOOKED)) != AG__LEAF;
}

#endif
