/* Looking into a backward pass while it runs: hooks, a listener for every contribution, and anomaly
 * mode.
 */
#ifndef AUTOGRAD_HOOKS_H
#define AUTOGRAD_HOOKS_H

#include "base.h"

AG_BEGIN_C

/* A hook is called during a backward pass, once all contributions to t's gradient have been added.
 * It returns NULL to leave the gradient as it is, or a tensor of the same shape and dtype that
 * takes its place. An error that is kept while the hook runs ends the pass. In ag_backward the
 * gradient and all that the hook records are *borrowed* for the call. */
typedef ag_tensor *(*ag_hook_function)(ag_tensor *t, ag_tensor *gradient, void *user);

/* Add a hook to a tensor, or remove the one that was added with the same `user`. The hooks of one
 * tensor run in the order in which they were added. `user` is *borrowed*. Errors: NULL_ARGUMENT,
 * STATE (a backward pass is running), NO_GRADIENT (t needs none), MEMORY, VALUE (no such hook to
 * remove). */
AG_API AG_MUST_USE ag_status ag_hook(ag_tensor *t, ag_hook_function hook, void *user);
AG_API AG_MUST_USE ag_status ag_unhook(ag_tensor *t, ag_hook_function hook, void *user);

/* One contribution of a backward pass: gradient(operand) += product, where product = upstream *
 * partial. The three are NaN unless node and operand are 0-d. The pointers are *borrowed* for the
 * call. */
typedef struct ag_edge {
    const ag_tensor *node; /* whose backward rule is running */
    int operand;           /* the number of the operand, from 0 */
    size_t step;           /* counts the contributions of the pass, from 0 */
    double upstream;       /* d root / d node */
    double partial;        /* d node / d operand, the local partial */
    double product;        /* what is added to the operand's gradient */
} ag_edge;
typedef void (*ag_edge_function)(const ag_edge *edge, void *user);

/* From now on, every ag_backward pass calls `listener` for each contribution, in the order in which
 * they are added; NULL ends that. `user` is *borrowed*. */
AG_API void ag_on_edge(ag_graph *g, ag_edge_function listener, void *user);

/* Anomaly mode. While it is on, the first operation that makes a NaN or Inf, forward or backward,
 * is an error (ANOMALY). The message has the operation, its source line and the path to it. A
 * result of -inf, which masks make on purpose, is no error until it becomes a NaN; what is made of
 * other operations is judged by its result. */
AG_API void ag_set_anomaly(ag_graph *g, bool on);

/* Anomaly mode for NaN alone; infinities pass. The later of both calls counts. */
AG_API void ag_set_anomaly_nan_only(ag_graph *g, bool on);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_hook(t, ...) ag_hook(AG_AT(t), __VA_ARGS__)
#define ag_unhook(t, ...) ag_unhook(AG_AT(t), __VA_ARGS__)
#endif

#endif
