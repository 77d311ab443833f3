/* What the author of an operation sees. Built-in operations are written against this header alone;
 * a program that registers its own uses the same. ops/README.md walks through an example.
 *
 * An operation is a constant `ag_op`. Recording one: ag_apply checks the operands, calls `infer`
 * for the result's dtype and shape, allocates it, calls `forward`, and appends the node. Going
 * backward calls `vjp`, which says with operations what each operand's gradient gains.
 */
#ifndef AUTOGRAD_EXTEND_H
#define AUTOGRAD_EXTEND_H

#include "engine.h"

AG_BEGIN_C

/* Strided memory as a kernel sees it; strides count elements and may be 0 or negative.
 * *Borrowed*. */
typedef struct ag_array {
    ag_dtype dtype;
    int ndim;
    const int64_t *dim;
    const int64_t *stride;
    int64_t size;
    void *data;
} ag_array;
AG_API ag_array ag_array_of(const ag_tensor *t);
AG_API bool ag_array_is_contiguous(const ag_array *a);

/* --- recording -------------------------------------------------------------------------------- */

typedef struct ag_call {
    ag_graph *graph;
    const ag_op *op;
    ag_tensor *const *in;
    int n_in;
    const void *attr; /* the operation's own parameters, as given to ag_apply */

    /* Written by infer. */
    ag_dtype dtype; /* preset to that of the first operand */
    ag_shape shape;
    int64_t stride[AG_MAX_DIMS]; /* views only: how the result lies in operand 0's memory, */
    int64_t offset;              /* both in elements */

    ag_array out; /* for forward to fill; uninitialized memory, contiguous */
} ag_call;

/* What `infer` and `forward` return when they cannot do their work: keeps the message with the
 * operation's name, the operands and the source line, then the hint (may be NULL); returns
 * `status`. */
AG_API ag_status ag_call_fail(const ag_call *call, ag_status status, const char *hint,
                              const char *format, ...) AG_PRINTF(4, 5);

/* Are the operands there (none is NULL), of one graph, and alive? Sets the call's graph and dtype from
 * them. ag_apply has asked before it calls `infer`; what is made of other operations asks itself.
 * Where all are NULL there is no graph to keep a message. Errors: NULL_ARGUMENT, GRAPH, STATE. */
AG_API AG_MUST_USE ag_status ag_call_operands(ag_call *call);

/* Common checks for infer. Same floating dtype for all operands; a floating one; shapes broadcast
 * together into call->shape; axis normalized into 0..ndim-1. */
AG_API AG_MUST_USE ag_status ag_call_same_float(ag_call *call);
AG_API AG_MUST_USE ag_status ag_call_same_dtype(ag_call *call);
AG_API AG_MUST_USE ag_status ag_call_broadcast(ag_call *call);
AG_API AG_MUST_USE ag_status ag_call_axis(const ag_call *call, int axis, int ndim, int *normal);

/* Normalizes a set of axes to a flag per dimension (AG_ALL sets every flag); repeats are an
 * error. */
AG_API AG_MUST_USE ag_status ag_call_axes(const ag_call *call, ag_axes axes, int ndim,
                                          bool flag[AG_MAX_DIMS]);

/* ag_mutable_data for a function that writes a leaf and speaks in its own name: that of the call. */
AG_API void *ag_call_mutable_data(const ag_call *call, ag_tensor *t);

/* Memory for the time of one `forward` or `backward` call, uninitialized, aligned to 64 bytes; NULL
 * and a kept error when there is none. */
AG_API void *ag_workspace(ag_graph *g, size_t bytes);

/* --- made of others --------------------------------------------------------------------------- */

/* An operation that is made of others has no descriptor to record; its parts are recorded. Still it
 * should be the one that speaks of what went wrong. Between enter and leave the failure of any call
 * in this graph is told with the name and the operands of `call` (its graph, its op's name, in and
 * n_in are all it needs), in place of those of the part that noticed. Of calls inside each other the
 * outermost speaks. The call is *borrowed* until it is left.
 *
 *     ag_op op = {.name = "mean_abs"};
 *     ag_call call = {.op = &op, .in = &x, .n_in = 1};
 *     if (ag_call_operands(&call) == AG_OK) {
 *         ag_call_enter(&call);
 *         y = ag_mean(ag_abs(x));
 *         ag_call_leave(&call);
 *     } */
AG_API void ag_call_enter(const ag_call *call);
AG_API void ag_call_leave(const ag_call *call);

/* --- going backward --------------------------------------------------------------------------- */

typedef struct ag_vjp_call {
    ag_tensor *const *in;
    int n_in;
    const void *attr;
    ag_tensor *out;      /* the node */
    ag_tensor *upstream; /* the gradient of the root with respect to `out`, of out's shape */
    struct ag__sweep *sweep;
} ag_vjp_call;

/* Is operand i's gradient wanted? Skip the work when not. */
AG_API bool ag_needs_input_grad(const ag_vjp_call *call, int i);

/* gradient(in[i]) += contribution. A contribution that is larger because in[i] was broadcast is
 * summed over the broadcast axes. Whether this adds numbers or records nodes is the engine's
 * business. A NULL contribution is an error of its own operation and is passed on. */
AG_API AG_MUST_USE ag_status ag_accumulate(ag_vjp_call *call, int i, ag_tensor *contribution);

/* Only inside `backward`: the gradient of operand i as numbers to add to, of in[i]'s shape, strided
 * as the engine likes. data is NULL when memory ran out. */
AG_API ag_array ag_grad_array(ag_vjp_call *call, int i);

/* The same for a rule that would rather write than add: where *fresh comes back true the numbers
 * are uninitialized, and `backward` must set every one of them. */
AG_API ag_array ag_grad_target(ag_vjp_call *call, int i, bool *fresh);

/* --- the descriptor --------------------------------------------------------------------------- */

#define AG_ANY_NUMBER (-1)

enum {
    AG_OP_VIEW = 1, /* shares operand 0's memory; infer gives stride and offset; no forward */
    AG_OP_NO_GRADIENT = 2, /* the result never needs a gradient (comparisons, indices) */
    AG_OP_LINEAR = 4       /* linear in operand 0: tests check <u, Jv> = <J^T u, v> */
};

/* One sample for the tests that loop over all operations: calls the operation on these operands. */
typedef struct ag_case {
    const char *label;
    ag_tensor *(*call)(ag_tensor *const *in);
    int n_in;
    ag_shape shape[3];
    double low, high; /* the operands are drawn from here */
} ag_case;

struct ag_op {
    const char *name;
    int n_in; /* operands, or AG_ANY_NUMBER */
    unsigned flags;

    ag_status (*infer)(ag_call *call);
    ag_status (*forward)(ag_call *call); /* NULL for a view */

    /* The rule, written with operations, so that it can itself be differentiated. NULL: no gradient
     * may flow through (asking for one is an error that names the op), unless AG_OP_NO_GRADIENT. */
    ag_status (*vjp)(ag_vjp_call *call);

    /* Optional: the same in plain numbers through ag_grad_array, used when nothing is recorded. */
    ag_status (*backward)(ag_vjp_call *call);

    /* Optional: the local partial of operand i where the node and its operands are 0-d. */
    double (*partial_number)(const ag_tensor *node, int i);

    /* On the blackboard, in the words of ops/README.md: value "F(sqrt, A)", partials
     * "DIV(K(1), MUL(K(2), Y))", tensor rules "DOT(GY, T(B))". NULL where there is none. */
    const char *formula;
    const char *partial_formula[3];
    const char *vjp_formula[3];

    /* Optional: the parameters as text, "axis 0, keepdim". Writes at most `bytes`, terminated. */
    void (*describe)(const void *attr, char *text, size_t bytes);

    const ag_case *cases;
    int n_cases;
};

/* Records op(in[0], ..., in[n_in - 1]). `attr` (may be NULL) is copied, `attr_bytes` long. NULL and
 * a kept error when an operand is NULL, of another graph, or when infer or forward fails. */
AG_API ag_tensor *ag_apply(const ag_op *op, ag_tensor *const *in, int n_in, const void *attr,
                           size_t attr_bytes);

/* Makes an operation findable by name in this graph, after checking the descriptor (*borrowed*; it
 * must outlive the graph). Not needed for ag_apply. Errors: VALUE (incomplete, or the name is
 * taken). */
AG_API AG_MUST_USE ag_status ag_op_register(ag_graph *g, const ag_op *op);
AG_API const ag_op *ag_op_registered(const ag_graph *g, const char *name);

/* The operation and the parameters a node was recorded with; NULL for a leaf. */
AG_API const ag_op *ag_op_of(const ag_tensor *t);
AG_API const void *ag_attr_of(const ag_tensor *t);

/* --- the engine's own linear maps ------------------------------------------------------------- */

/* The algebra of gradients needs exactly three, each others' transposes: a value used twice (sum of
 * two tensors of one shape), broadcasting, and summing what was broadcast. */
AG_API ag_tensor *ag_expand(ag_tensor *x, ag_shape shape); /* broadcast to shape; a view */
AG_API ag_tensor *ag_sum_to(ag_tensor *x, ag_shape shape); /* its transpose */

/* Their descriptors, for the registry. */
AG_API const ag_op *ag_engine_op(int i); /* NULL past the last */

static inline ag_tensor *ag__apply_at(const char *where, const ag_op *op, ag_tensor *const *in,
                                      int n_in, const void *attr, size_t attr_bytes)
{
    return ag_apply(op, ag__at_list(in, n_in, where), n_in, attr, attr_bytes);
}

AG_END_C

#ifndef AG_NO_SITES
#define ag_op_register(g, op) (ag_op_register)(AG_AT_GRAPH(g), op)
#define ag_apply(...) ag__apply_at(AG_HERE, __VA_ARGS__)
#define ag_expand(x, ...) (ag_expand)(AG_AT(x), __VA_ARGS__)
#define ag_sum_to(x, ...) (ag_sum_to)(AG_AT(x), __VA_ARGS__)
#endif

#endif
