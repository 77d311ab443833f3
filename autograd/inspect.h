/* A read-only view of a recorded graph, for whoever draws or prints it. Nothing here changes a
 * graph, except that a failure is kept as the graph's error. */
#ifndef AUTOGRAD_WALK_H
#define AUTOGRAD_WALK_H

#include "engine.h"

AG_BEGIN_C

/* Every tensor that root depends on, root included, in a topological order: every operand before
 * what was made of it. A depth-first search with a stack of its own, so any depth works; for
 * display. The backward pass uses creation order instead, which is one too, and a test shows that
 * both give the same gradients. *New*: release with ag_order_free. */
typedef struct ag_order {
    ag_graph *graph;
    const ag_tensor **node;
    size_t n;
    size_t capacity;
} ag_order;
AG_API AG_MUST_USE ag_status ag_order_new(const ag_tensor *root, ag_order *order);

/* The same tensors in the order of their creation, which figures number them by. */
AG_API AG_MUST_USE ag_status ag_order_by_age(const ag_tensor *root, ag_order *order);
AG_API void ag_order_free(ag_order *order);

/* Memory from the graph's allocator, for a reader's own use. *New*: give it back with the size that
 * was asked for. NULL when there is none; no error is kept. */
AG_API void *ag_graph_alloc(const ag_graph *g, size_t bytes);
AG_API void ag_graph_release(const ag_graph *g, void *memory, size_t bytes);

/* A number that grows in creation order and is unique in the graph. */
AG_API uint32_t ag_id(const ag_tensor *t);
AG_API ag_role ag_role_of(const ag_tensor *t);
AG_API const char *ag_name_of(const ag_tensor *t);     /* NULL without a name */
AG_API const char *ag_op_name(const ag_tensor *t);     /* "add"; NULL for a leaf */
AG_API const char *ag_source_line(const ag_tensor *t); /* "mlp.c:42"; NULL when unknown */
AG_API int ag_n_operands(const ag_tensor *t);
AG_API ag_tensor *ag_operand(const ag_tensor *t, int i);
AG_API size_t ag_bytes(const ag_tensor *t); /* of its elements */
AG_API bool ag_is_view(const ag_tensor *t); /* shares the memory of an operand */
AG_API bool ag_is_hooked(const ag_tensor *t);

/* Is t's gradient, or the last share of it, from the graph's latest backward pass, and did that
 * pass start at root? Only then do the gradients of two tensors belong together. */
AG_API bool ag_is_of_pass(const ag_tensor *t, const ag_tensor *root);

/* Does this tensor want a gradient for its i-th operand, that is, does an edge go back there? */
AG_API bool ag_flows_to(const ag_tensor *t, int i);

/* d t / d operand i, where both are 0-d; false when the operation has no single number for it. */
AG_API bool ag_local_partial(const ag_tensor *t, int i, double *partial);

/* How things are written on a blackboard. `name(user, tensor)` gives the text for a tensor; asked
 * for NULL it gives that of what is being differentiated, the L of "∂L/∂z". The value of a node:
 * "exp(a)"; its local partial: "1/(2 sqrt(c))". Writes a terminated string of at most `bytes`;
 * returns the length the whole text has, as snprintf. Length 0: there is no formula. */
typedef const char *(*ag_namer)(void *user, const ag_tensor *t);
AG_API size_t ag_value_text(const ag_tensor *t, ag_notation notation, ag_namer name, void *user,
                            char *text, size_t bytes);
AG_API size_t ag_partial_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                              void *user, char *text, size_t bytes);

/* The parameters an operation was recorded with, "axis 0, keepdim"; length 0: none. */
AG_API size_t ag_attributes_text(const ag_tensor *t, char *text, size_t bytes);

/* The backward rule of an operand as shape algebra, for tensors: "x^T . grad(z)"; length 0:
 * none. */
AG_API size_t ag_rule_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                           void *user, char *text, size_t bytes);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_order_new(root, order) (ag_order_new)(AG_AT(root), order)
#define ag_order_by_age(root, order) (ag_order_by_age)(AG_AT(root), order)
#endif

#endif
