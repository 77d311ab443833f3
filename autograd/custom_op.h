/* What the author of an operation needs. The built-in operations use this header, and so does a
 * program with operations of its own. ops/README.md explains an example.
 *
 * An operation is a constant `ag_op`. ag_apply records one call of it as a node: it checks the
 * operands, calls `infer` for the dtype and shape of the result, allocates the result and calls
 * `forward`. The backward pass calls `vjp`, which computes by operations what is added to each
 * operand's gradient: the vector-Jacobian product of the upstream gradient.
 */
#ifndef AUTOGRAD_CUSTOM_OP_H
#define AUTOGRAD_CUSTOM_OP_H

#include "engine.h"
#include "inspect.h"

AG_BEGIN_C

/* v truncated towards 0. A value outside the range becomes the nearest end of it and NaN becomes 0;
 * C leaves both undefined. */
static inline int64_t ag__to_i64(double v)
{
    if (v >= 9223372036854775808.0) {
        return INT64_MAX;
    }
    if (v <= -9223372036854775808.0) {
        return INT64_MIN;
    }
    return v == v ? AG__NUMBER_AS(int64_t, v) : 0;
}

/* --- recording -------------------------------------------------------------------------------- */

/* One call of an operation, for its `infer` and `forward`. */
typedef struct ag_call {
    ag_graph *graph;
    const ag_op *op;
    ag_tensor *const *in;
    int n_in;
    const void *attr; /* the operation's own parameters, as given to ag_apply */

    /* The result, as infer sets it. The dtype is preset to that of the first operand. */
    ag_dtype dtype;
    ag_shape shape;

    /* Where the result of a view lies in the memory of operand 0, counted in elements from the
     * element with index 0. Set by infer, for views only. */
    int64_t stride[AG_MAX_DIMS];
    int64_t offset;

    ag_array out; /* the result, for forward to fill: contiguous, uninitialized memory */
} ag_call;

/* What `infer` and `forward` return when they cannot do their work. Keeps a message: the
 * operation's name, the formatted text, the operands, the source line, and the hint, which may be
 * NULL. Returns `status`, or OP if that is AG_OK. */
AG_API ag_status ag_call_fail(const ag_call *call, ag_status status, const char *hint,
                              const char *format, ...) AG_PRINTF(4, 5);

/* How a picture of two shapes that do not fit is drawn; for ag_error_picture. */
typedef enum ag_picture {
    AG_PICTURE_ALIGNED, /* one above the other, the last axes aligned */
    AG_PICTURE_PRODUCT, /* side by side, as a product is written */
    AG_PICTURE_ELEMENTS /* one above the other, with how many elements each has */
} ag_picture;

/* One of the two shapes. */
typedef struct ag_picture_row {
    const ag_tensor *tensor; /* whose name it has; NULL, or without a name, it has the label */
    const char *label;       /* such as "left" */
    ag_shape shape;
    int axis; /* the one that clashes; -1: none, so the numbers of dimensions do */
} ag_picture_row;

/* Keeps a picture of two shapes that do not fit, for the call of ag_call_fail that follows with the
 * status SHAPE. Does nothing if an error is kept already. */
AG_API void ag_call_picture(const ag_call *call, ag_picture kind, const ag_picture_row row[2]);

/* Checks that no operand is NULL, that all belong to one graph, and that none was made in a hook or
 * rule that has ended. Sets the call's graph, and its dtype to that of the first operand. ag_apply
 * does this before it calls `infer`; a composite operation does it itself. Errors: NULL_ARGUMENT,
 * GRAPH, STATE; no message is kept if all operands are NULL, since there is no graph. */
AG_API AG_MUST_USE ag_status ag_call_operands(ag_call *call);

/* Checks for infer; a failure keeps a message as ag_call_fail does, with the status in parentheses.
 * These two check that all operands have the same dtype, which for ag_call_same_float must be f64
 * or f32 (DTYPE). */
AG_API AG_MUST_USE ag_status ag_call_same_float(ag_call *call);
AG_API AG_MUST_USE ag_status ag_call_same_dtype(ag_call *call);

/* Sets call->shape to the shape to which all operands are broadcast (SHAPE). */
AG_API AG_MUST_USE ag_status ag_call_broadcast(ag_call *call);

/* Sets *normal to the axis counted from the first, 0 to ndim - 1 (AXIS). */
AG_API AG_MUST_USE ag_status ag_call_axis(const ag_call *call, int axis, int ndim, int *normal);

/* Sets flag[i] to whether axis i is in the set; in AG_ALL every axis is (AXIS: out of range, or
 * named twice). */
AG_API AG_MUST_USE ag_status ag_call_axes(const ag_call *call, ag_axes axes, int ndim,
                                          bool flag[AG_MAX_DIMS]);

/* ag_mutable_data for an operation that writes a leaf; the message has the operation's name. */
AG_API void *ag_call_mutable_data(const ag_call *call, ag_tensor *t);

/* Memory until the current call of `forward` or `backward` returns: uninitialized, aligned to 64
 * bytes, *borrowed*. NULL and a kept error when memory runs out. */
AG_API void *ag_workspace(ag_graph *g, size_t bytes);

/* --- composite operations --------------------------------------------------------------------- */

/* A composite operation is a function that calls other operations. It has no node of its own, but a
 * message should name it and not one of its parts. Between enter and leave, the message of any call
 * in this graph that fails has the name and the operands of `call` (which needs only graph,
 * op->name, in and n_in). Where composite operations call each other, the outermost is named. The
 * call is *borrowed* until it is left.
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

/* One call of a backward rule, for `vjp` and `backward`. */
typedef struct ag_vjp_call {
    ag_tensor *const *in;
    int n_in;
    const void *attr;        /* the operation's own parameters, as given to ag_apply */
    ag_tensor *out;          /* the node */
    ag_tensor *upstream;     /* the gradient of the root by `out`, with out's shape */
    struct ag__sweep *sweep; /* for the engine alone */
} ag_vjp_call;

/* Does operand i need a gradient from this pass? Where it does not, the rule may skip the work. */
AG_API bool ag_needs_input_grad(const ag_vjp_call *call, int i);

/* gradient(in[i]) += contribution. A contribution in the larger shape to which in[i] was broadcast
 * is summed over the broadcast axes; a smaller one is broadcast. The engine decides whether numbers
 * are added or nodes are recorded. Errors: OP (NULL without a kept error, another graph, a wrong
 * dtype or shape), MEMORY; where an operation failed and gave NULL, its error is returned. */
AG_API AG_MUST_USE ag_status ag_accumulate(ag_vjp_call *call, int i, ag_tensor *contribution);

/* gradient(call->in[i]) += op(in), which has exactly the shape of call->in[i]. op takes any number
 * of groups of n_in operands and is the sum of what it makes of each: its parameters are an array
 * of an element for each group, and `attr`, attr_bytes long, is the element of this one.
 * Contributions of one op to a tensor are recorded as one node, so that the parts of a tensor, one
 * by one, take no more time and memory than the tensor. *Copies* attr. Errors: those of
 * ag_accumulate and of op, which may come once all parts are there; NULL_ARGUMENT (op is NULL). */
AG_API AG_MUST_USE ag_status ag_accumulate_part(ag_vjp_call *call, int i, const ag_op *op,
                                                ag_tensor *const *in, int n_in, const void *attr,
                                                size_t attr_bytes);

/* Within `backward` only: the gradient of operand i as numbers, to which the rule adds. It has
 * in[i]'s shape, and strides of the engine's choice. *Borrowed* for the call. data is NULL, and an
 * error is kept, when memory runs out or operand i needs no gradient; the shape is there all the
 * same, so that size tells such a failure from a gradient without elements. */
AG_API ag_array ag_grad_array(ag_vjp_call *call, int i);

/* The same for a rule that can write instead of adding. Where *fresh is true afterwards, the
 * numbers are uninitialized, and the rule must set all of them. */
AG_API ag_array ag_grad_target(ag_vjp_call *call, int i, bool *fresh);

/* --- the descriptor --------------------------------------------------------------------------- */

#define AG_ANY_NUMBER (-1)

enum {
    AG_OP_VIEW = 1,        /* shares the memory of operand 0; has no forward */
    AG_OP_NO_GRADIENT = 2, /* the result never needs a gradient (comparisons, indices) */
    AG_OP_LINEAR = 4       /* linear in operand 0: tests check <u, Jv> = <J^T u, v> */
};

/* A sample for the tests of this library that loop over its operations: one call of the operation.
 * An operation of a program needs none; ag_gradcheck checks it. */
typedef struct ag_case {
    const char *label;
    ag_tensor *(*call)(ag_tensor *const *in);
    int n_in;
    ag_shape shape[3]; /* of the operands */
    double low, high;  /* the range from which their elements are drawn */
} ag_case;

/* A descriptor's entries about its samples, given the name of an array of them. Builds in which the
 * size matters leave the samples out by -DAG_NO_CASES. */
#ifdef AG_NO_CASES
#define AG_CASES(list) .cases = 1 ? NULL : (list), .n_cases = 0
#else
#define AG_CASES(list) .cases = list, .n_cases = (int)(sizeof list / sizeof list[0])
#endif

struct ag_op {
    const char *name;
    int n_in;       /* number of operands, or AG_ANY_NUMBER */
    unsigned flags; /* AG_OP_VIEW, AG_OP_NO_GRADIENT, AG_OP_LINEAR */

    /* Sets the dtype and shape of the result; for a view stride and offset, too. */
    ag_status (*infer)(ag_call *call);

    /* Computes call->out from the operands. NULL for a view. */
    ag_status (*forward)(ag_call *call);

    /* The backward rule, which calls ag_accumulate for each operand. It is written with operations,
     * so that it can itself be differentiated. NULL: a backward pass through the node is an error
     * that names the operation, unless it has AG_OP_NO_GRADIENT. */
    ag_status (*vjp)(ag_vjp_call *call);

    /* Optional: the same rule on plain numbers, through ag_grad_array. It is used where the
     * gradient need not be recorded. */
    ag_status (*backward)(ag_vjp_call *call);

    /* Optional: the local partial by operand i, where the node and its operands are 0-d. */
    double (*partial_number)(const ag_tensor *node, int i);

    /* How the node is written on a blackboard, in the vocabulary of ops/README.md: its value,
     * "F(sqrt, A)", its local partials, "DIV(K(1), MUL(K(2), Y))", and its vector-Jacobian
     * products, "DOT(GY, T(B))". NULL where there is no formula. */
    const char *formula;
    const char *partial_formula[3];
    const char *vjp_formula[3];

    /* Optional: writes the parameters as text, "axis 0, keepdim"; at most `bytes`, terminated. */
    void (*describe)(const void *attr, char *text, size_t bytes);

    const ag_case *cases; /* samples for the tests */
    int n_cases;
};

/* Records op(in[0], ..., in[n_in - 1]) and returns the node, *borrowed*. `op` must outlive the
 * graph; `attr`, `attr_bytes` long, is copied and may be NULL; where attr_bytes is 0, `attr` itself
 * is kept, and must outlive the graph, too. NULL and a kept error on failure:
 * NULL_ARGUMENT (an operand is NULL), GRAPH (operands of two graphs), STATE (an operand was made in
 * a hook or rule that has ended), VALUE (an incomplete descriptor, a wrong number of operands, or
 * attr_bytes without attr), MEMORY, ANOMALY, and the errors of infer and forward. */
AG_API ag_tensor *ag_apply(const ag_op *op, ag_tensor *const *in, int n_in, const void *attr,
                           size_t attr_bytes);

/* Checks the descriptor and enters it in the graph's list, where ag_op_registered finds it by its
 * name. ag_apply does not need that. `op` is *borrowed* and must outlive the graph. Errors:
 * NULL_ARGUMENT, VALUE (incomplete, a formula that cannot be read, or the name is taken),
 * MEMORY. */
AG_API AG_MUST_USE ag_status ag_op_register(ag_graph *g, const ag_op *op);
AG_API const ag_op *ag_op_registered(const ag_graph *g, const char *name); /* NULL: none */

/* The operation and the parameters with which a node was recorded; NULL for a leaf. *Borrowed*. */
AG_API const ag_op *ag_op_of(const ag_tensor *t);
AG_API const void *ag_attr_of(const ag_tensor *t);

/* --- the engine's own linear maps ------------------------------------------------------------- */

/* Gradients are combined by three linear maps: the sum of two gradients of one tensor, which the
 * engine keeps to itself, and these two, each of which is the transpose of the other. ag_expand
 * broadcasts x to `shape` as a view; its gradient is ag_sum_to(upstream, x.shape). ag_sum_to sums x
 * over the axes along which `shape` would have to be broadcast to give x.shape; its gradient is
 * ag_expand(upstream, x.shape). Errors: SHAPE, OVERFLOW, MEMORY; ag_sum_to also DTYPE (i64). */
AG_API ag_tensor *ag_expand(ag_tensor *x, ag_shape shape);
AG_API ag_tensor *ag_sum_to(ag_tensor *x, ag_shape shape);

/* The descriptors of the engine's operations, from i = 0, for the registry; NULL after the last. */
AG_API const ag_op *ag_engine_op(int i);

static inline ag_tensor *ag__apply_at(const char *where, const ag_op *op, ag_tensor *const *in,
                                      int n_in, const void *attr, size_t attr_bytes)
{
    return ag_apply(op, ag__at_list(in, n_in, where), n_in, attr, attr_bytes);
}

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_op_register(g, op) ag_op_register(AG_AT_GRAPH(g), op)
#define ag_apply(...) ag__apply_at(AG_HERE, __VA_ARGS__)
#define ag_expand(x, ...) ag_expand(AG_AT(x), __VA_ARGS__)
#define ag_sum_to(x, ...) ag_sum_to(AG_AT(x), __VA_ARGS__)
#endif

#endif
