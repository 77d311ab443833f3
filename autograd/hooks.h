/* Looking into a backward pass while it runs: hooks, the listener for every contribution, and
 * anomaly mode.
 */
#ifndef AUTOGRAD_HOOKS_H
#define AUTOGRAD_HOOKS_H

#include "base.h"

AG_BEGIN_C

/* Called during a backward pass once all contributions to t's gradient are in. Returns NULL to
 * leave it, or a tensor of the same shape that takes its place. Hooks of one tensor run in the
 * order added. The gradient, and whatever a hook records, are *borrowed* for the call. */
typedef ag_tensor *(*ag_hook_function)(ag_tensor *t, ag_tensor *gradient, void *user);
AG_API AG_MUST_USE ag_status ag_hook(ag_tensor *t, ag_hook_function hook, void *user);
AG_API AG_MUST_USE ag_status ag_unhook(ag_tensor *t, ag_hook_function hook, void *user);

/* One contribution of a backward pass: gradient(operand) += product. For 0-d nodes the three
 * numbers are filled in; for larger ones they are NaN. The pointers are *borrowed* for the call. */
typedef struct ag_edge {
    const ag_tensor *node; /* the consumer */
    int operand;           /* which of its operands */
    size_t step;           /* 0, 1, ... within the pass */
    double upstream, partial, product;
} ag_edge;
typedef void (*ag_edge_function)(const ag_edge *edge, void *user);

/* Calls `listener` for every edge contribution of later ag_backward passes, in order; NULL stops
 * it. */
AG_API void ag_on_edge(ag_graph *g, ag_edge_function listener, void *user);

/* While on, the first operation, forward or backward, that makes a NaN or Inf is an error (ANOMALY)
 * that names it, its line and the path to it. */
AG_API void ag_set_anomaly(ag_graph *g, bool on);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_hook(t, ...) (ag_hook)(AG_AT(t), __VA_ARGS__)
#define ag_unhook(t, ...) (ag_unhook)(AG_AT(t), __VA_ARGS__)
#endif

#endif
