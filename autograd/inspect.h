/* A read-only view of a recorded graph, for code that draws or prints it. Nothing here changes a
 * graph, except that a failure is kept as the graph's error.
 */
#ifndef AUTOGRAD_INSPECT_H
#define AUTOGRAD_INSPECT_H

#include "engine.h"

AG_BEGIN_C

/* --- values as memory ------------------------------------------------------------------------- */

/* Strided memory, as a kernel reads and writes it. All pointers are *borrowed*. */
typedef struct ag_array {
    ag_dtype dtype;
    int ndim;
    const int64_t *dim;    /* ndim sizes */
    const int64_t *stride; /* ndim distances in elements; may be 0 or negative */
    int64_t size;          /* elements in all */
    void *data;            /* the element with index 0 in every dimension */
} ag_array;

/* The values of a tensor; of a view, in the memory of its operand. data is NULL for NULL. */
AG_API ag_array ag_array_of(const ag_tensor *t);

/* Do the elements lie in row-major order without gaps? */
AG_API bool ag_array_is_contiguous(const ag_array *a);

/* The strides of an array that is laid out so. */
AG_API void ag_row_major(int ndim, const int64_t *dim, int64_t stride[AG_MAX_DIMS]);

/* --- a recorded graph ------------------------------------------------------------------------- */

/* The tensors on which a root depends, the root included. */
typedef struct ag_order {
    ag_graph *graph;
    const ag_tensor **node; /* n of them; *borrowed* from the graph */
    size_t n;
    size_t capacity; /* of the array */
} ag_order;

/* Lists them in a topological order: each operand comes before what was made of it. ag_order_new
 * does a depth-first search, with a stack of its own instead of recursion, so any depth works.
 * ag_order_by_age gives the order of creation, which is topological too: the backward pass uses it,
 * a test shows that both orders give the same gradients, and figures number their nodes by it. The
 * array is *new*: free it with ag_order_free; on error it is empty. Errors: NULL_ARGUMENT, STATE
 * (root was made in a hook or rule of a backward pass), MEMORY. */
AG_API AG_MUST_USE ag_status ag_order_new(const ag_tensor *root, ag_order *order);
AG_API AG_MUST_USE ag_status ag_order_by_age(const ag_tensor *root, ag_order *order);
AG_API void ag_order_free(ag_order *order);

/* What was recorded within a scope that has been left (ag_scope_enter): the nodes whose ag_id is
 * `first` or more, and less than `end`; at least one. Of two spans one lies within the other, or
 * they have no node in common. */
typedef struct ag_span {
    const struct ag_span *before; /* of the scope that was left before; NULL for the first one */
    const char *name, *kind;      /* of the scope; copies; each may be NULL */
    uint32_t first, end;
} ag_span;

/* The span of the scope that was left last, so that an outer one comes before those within it; NULL
 * without one. *Borrowed*, until the graph is rewound. */
AG_API const ag_span *ag_last_span(const ag_graph *g);

/* Memory from the graph's allocator, for the reader's own use. *New*: free it with
 * ag_graph_release, which must be given the same size. NULL when memory runs out; no error is
 * kept. */
AG_API void *ag_graph_alloc(const ag_graph *g, size_t bytes);
AG_API void ag_graph_release(const ag_graph *g, void *memory, size_t bytes);

/* What a tensor is. Text is *borrowed* from the graph or the operation, operands from the graph.
 * ag_id is a number that is unique in the graph and grows in the order of creation. */
AG_API uint32_t ag_id(const ag_tensor *t);
AG_API ag_role ag_role_of(const ag_tensor *t);
AG_API const char *ag_name_of(const ag_tensor *t);       /* NULL without a name */
AG_API const char *ag_op_name(const ag_tensor *t);       /* "add"; NULL for a leaf */
AG_API const char *ag_source_line(const ag_tensor *t);   /* "mlp.c:42"; NULL when unknown */
AG_API int ag_n_operands(const ag_tensor *t);            /* 0 for a leaf */
AG_API ag_tensor *ag_operand(const ag_tensor *t, int i); /* NULL when there is none */
AG_API size_t ag_bytes(const ag_tensor *t);              /* of all elements */
AG_API bool ag_is_view(const ag_tensor *t);              /* shares the memory of an operand */
AG_API bool ag_is_hooked(const ag_tensor *t);            /* has a hook now */

/* Did the latest backward pass of the graph start at root and contribute to t's gradient? Only then
 * do the gradients of two tensors belong together. */
AG_API bool ag_is_of_pass(const ag_tensor *t, const ag_tensor *root);

/* Does a gradient flow back from this tensor to its i-th operand? */
AG_API bool ag_flows_to(const ag_tensor *t, int i);

/* Sets *partial to the local partial d t / d operand i. false, and *partial is not set, unless both
 * are 0-d and the operation can give the number. */
AG_API bool ag_local_partial(const ag_tensor *t, int i, double *partial);

/* How a node is written on a blackboard: its value, such as "exp(a)", and its local partial by
 * operand i, such as "1/(2 sqrt(c))". `name(user, tensor)` gives the text for a tensor; for NULL it
 * gives the text for what is being differentiated, the L of "∂L/∂z". Both write a terminated string
 * of at most `bytes` and return the length of the whole text, as snprintf does; 0 if there is no
 * formula. */
typedef const char *(*ag_namer)(void *user, const ag_tensor *t);
AG_API size_t ag_value_text(const ag_tensor *t, ag_notation notation, ag_namer name, void *user,
                            char *text, size_t bytes);
AG_API size_t ag_partial_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                              void *user, char *text, size_t bytes);

/* Writes the parameters with which a node was recorded, such as "axis 0, keepdim"; a terminated
 * string of at most `bytes`. Returns its length; 0 if there are none. */
AG_API size_t ag_attributes_text(const ag_tensor *t, char *text, size_t bytes);

/* The gradient that operand i receives from t, as a formula of tensors, such as "xᵀ · ∂L/∂z". As
 * ag_partial_text; 0 if there is no formula. */
AG_API size_t ag_rule_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                           void *user, char *text, size_t bytes);

/* Records the operation of t once more, with its parameters and with other operands, which may
 * belong to another graph; that graph then must not outlive the graph of t. The result is
 * *borrowed*, as every node. NULL and a kept error on failure: NULL_ARGUMENT, VALUE (t is a leaf),
 * and the errors of the operation. */
AG_API ag_tensor *ag_apply_again(const ag_tensor *t, ag_tensor *const *in, int n_in);

static inline ag_tensor *ag__apply_again_at(const char *where, const ag_tensor *t,
                                            ag_tensor *const *in, int n_in)
{
    return ag_apply_again(t, ag__at_list(in, n_in, where), n_in);
}

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_order_new(root, order) ag_order_new(AG_AT(root), order)
#define ag_order_by_age(root, order) ag_order_by_age(AG_AT(root), order)
#define ag_apply_again(...) ag__apply_again_at(AG_HERE, __VA_ARGS__)
#endif

#endif
