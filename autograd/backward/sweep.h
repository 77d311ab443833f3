/* Between the files that go backward: one sweep from the root to what it depends on, by numbers
 * (backward.c) or by nodes (grad.c). Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_SWEEP_H
#define AUTOGRAD_BACKWARD_SWEEP_H

#include "autograd/graph/node.h"

/* hook.c */
ag_tensor *ag__run_hooks(ag_tensor *t, ag_tensor *gradient); /* NULL and an error on failure */
bool ag__is_finite(const ag_array *a);
ag_status ag__check_finite(ag_graph *g, ag_tensor *t);
ag_status ag__anomaly_backward(const ag_tensor *root, ag_tensor *node, int operand);

/* One sweep from the root to what it depends on, by numbers (backward.c) or by nodes (grad.c). */
typedef struct ag__sweep {
    ag_graph *graph;
    ag_tensor *root;
    ag_tensor *node;  /* the one being pulled through */
    uint32_t pending; /* reached and not yet visited */
    size_t step;      /* contributions so far */

    /* By nodes only: for ids from base on, the gradient so far and whether an input lies below. */
    ag_tensor **slot;
    bool *leads;
    uint32_t base;
    struct ag__sweep *outer; /* waits for this one, and has what is older than base */
} ag__sweep;

/* backward.c: visits what the pass has reached, from the node before `end` down to `stop`. */
ag_status ag__sweep_down(ag__sweep *s, uint32_t end, uint32_t stop);

/* grad_memory.c */
size_t ag__grad_bytes(const ag_tensor *t);
void *ag__grad_memory(const ag_tensor *t); /* NULL when there is none */
/* Before the first contribution of a pass: the gradient is zero, or that of earlier passes. */
ag_status ag__grad_begin(ag__sweep *s, ag_tensor *t);
/* After the last: buffers go back to the pool. */
void ag__grad_release(ag_graph *g, ag_tensor *t);
void ag__grad_unstash(ag_graph *g, ag_tensor *t);
void ag__report_edge(ag__sweep *s, int operand, double upstream, double partial);

/* Leaves have nothing below them: only one with a hook has to be visited. */
static inline bool ag__is_visited(const ag_tensor *t)
{
    return (t->flags & (AG__LEAF | AG__HOOKED)) != AG__LEAF;
}

/* vjp.c */
ag_status ag__check_unchanged(const ag_tensor *node);
ag_status ag__vjp_run(ag__sweep *s, ag_tensor *node, ag_tensor *upstream);

/* grad.c */
bool ag__wants_symbolic(const ag__sweep *s, const ag_tensor *in);
ag_status ag__accumulate_symbolic(ag__sweep *s, ag_tensor *in, ag_tensor *contribution);
/* From `out`, with the gradient `upstream`, through what was recorded from node `base` on; what
 * lies below gets its contributions in `outer`. */
ag_status ag__sweep_segment(ag__sweep *outer, ag_tensor *out, ag_tensor *upstream, uint32_t base);
/* J^T seed of one output and one input; NULL on error, which begins with `what`. */
ag_tensor *ag__vjp_of(const char *what, ag_tensor *y, ag_tensor *seed, ag_tensor *x,
                      ag_grad_options options);

#endif
