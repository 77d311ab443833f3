/* Derivatives beyond the backward pass, checks against finite differences, hooks and anomaly
 * mode. */
#ifndef AUTOGRAD_DERIVE_H
#define AUTOGRAD_DERIVE_H

#include "base.h"

AG_BEGIN_C

/* --- gradients as tensors --------------------------------------------------------------------- */

typedef struct ag_grad_options {
    bool create_graph; /* record the gradients, so that they can be differentiated again */
    bool allow_unused; /* an input no output depends on gives zeros instead of an error */
} ag_grad_options;

/* grads[i] = sum over k of (d outputs[k] / d inputs[i])^T seeds[k], each of inputs[i]'s shape. Does
 * not touch the gradients that ag_backward accumulates. `seeds` or a single seed may be NULL for
 * ones (that output then has one element). `options` may be NULL. Inputs may be interior tensors.
 * Errors: NULL_ARGUMENT, SHAPE, NO_GRADIENT, CHANGED, MEMORY; `grads` is then all NULL. */
AG_API AG_MUST_USE ag_status ag_grad(ag_tensor *const *outputs, int n_outputs,
                                     ag_tensor *const *seeds, ag_tensor *const *inputs,
                                     int n_inputs, const ag_grad_options *options,
                                     ag_tensor **grads);

/* With J = d y / d x and H = d2 f / d x2; all are recorded and can be differentiated again, except
 * jacobian and hessian, which are constants. NULL on error.
 *   ag_vjp  J^T u, of x's shape; u of y's shape
 *   ag_jvp  J v, of y's shape; v of x's shape (by differentiating the vjp with respect to u)
 *   ag_hvp  H v, of x's shape; f has one element
 *   ag_jacobian  shape y.shape + x.shape;  ag_hessian  shape x.shape + x.shape */
AG_API ag_tensor *ag_vjp(ag_tensor *y, ag_tensor *x, ag_tensor *u);
AG_API ag_tensor *ag_jvp(ag_tensor *y, ag_tensor *x, ag_tensor *v);
AG_API ag_tensor *ag_hvp(ag_tensor *f, ag_tensor *x, ag_tensor *v);
AG_API ag_tensor *ag_jacobian(ag_tensor *y, ag_tensor *x);
AG_API ag_tensor *ag_hessian(ag_tensor *f, ag_tensor *x);

/* --- gradient checkpointing ------------------------------------------------------------------- */

/* Records one output from n inputs. Called many times; must do the same each time. */
typedef ag_tensor *(*ag_function)(ag_tensor *const *inputs, int n, void *user);

/* f(inputs) as one node: what f records is dropped at once, and recorded anew while a backward pass
 * goes through the node. That costs f's forward time twice and saves the memory of its interior
 * (Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016).
 *
 * Values and first derivatives are those of calling f, bit by bit: the random numbers are replayed,
 * too. Tensors that f uses beside its inputs, such as parameters it finds through `user`, become
 * operands: they get their gradients, and a write to one is noticed. Where the gradient is a tensor
 * (ag_grad, ag_jvp, ag_hvp and so on), what f records anew stays, and nothing is saved; higher
 * derivatives are then right up to the order in which contributions are added.
 *
 * f may use marks, no-grad scopes, ag_grad and ag_checkpoint, but not ag_backward, and what it
 * writes is written again. `user` is *borrowed* until the last backward pass; what f records is
 * *borrowed* for the call. Returns f's output, of the same dtype and shape; if that is a tensor
 * older than the call, the tensor itself. NULL on error: NULL_ARGUMENT (f, an input, no input),
 * STATE (called by a hook or a rule of ag_backward; f gave what it had rewound), GRAPH, OVERFLOW,
 * OP (f gave NULL), and the errors of f. Later, going backward: OP (f used other tensors, or its
 * output differs in any bit), CHANGED. */
AG_API ag_tensor *ag_checkpoint(ag_function f, void *user, ag_tensor *const *inputs, int n);

/* --- gradient checking ------------------------------------------------------------------------ */

typedef struct ag_gradcheck_options {
    double step;               /* of the differences, times max(1, |x|); 0 means 1e-3 */
    double relative, absolute; /* tolerances; 0 means 1e-7 (ag_gradgradcheck 1e-6) */
    uint64_t seed;             /* of the random cotangents of ag_gradgradcheck */
} ag_gradcheck_options;

typedef struct ag_gradcheck_result {
    bool ok;
    ag_status status; /* not AG_OK when the function or a derivative failed; see ag_error_message */
    const char *op;   /* name of the operation that made the output; *borrowed* */
    int operand;      /* the input with the worst error */
    int64_t index;    /* element of that input, row-major */
    int64_t output;   /* element of the output */
    double analytic;  /* what the engine says */
    double numeric;   /* what the differences say */
    double error;     /* |analytic - numeric| / (absolute + relative |numeric|); above 1 fails */
    int64_t derivatives; /* how many were compared */
} ag_gradcheck_result;

/* Compares every element of the Jacobian with five-point central differences (error of order
 * step^4); ag_gradgradcheck does so for the gradient itself. The inputs are f64 leaves that want a
 * gradient; they are changed during the check and put back. `options` may be NULL. What is recorded
 * meanwhile is rewound. */
AG_API ag_gradcheck_result ag_gradcheck(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                        const ag_gradcheck_options *options);
AG_API ag_gradcheck_result ag_gradgradcheck(ag_function f, void *user, ag_tensor *const *inputs,
                                            int n, const ag_gradcheck_options *options);

/* One line: "gradcheck: tanh, operand 0, element 3: the rule says 0.41, the differences 0.42
 * ...". */
AG_API void ag_gradcheck_text(const ag_gradcheck_result *check, char *text, size_t bytes);

/* --- hooks and anomaly mode ------------------------------------------------------------------- */

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

static inline ag_status ag__grad_at(const char *where, ag_tensor *const *outputs, int n_outputs,
                                    ag_tensor *const *seeds, ag_tensor *const *inputs, int n_inputs,
                                    const ag_grad_options *options, ag_tensor **grads)
{
    return ag_grad(ag__at_list(outputs, n_outputs, where), n_outputs, seeds, inputs, n_inputs,
                   options, grads);
}

static inline ag_tensor *ag__checkpoint_at(const char *where, ag_function f, void *user,
                                           ag_tensor *const *inputs, int n)
{
    return ag_checkpoint(f, user, ag__at_list(inputs, n, where), n);
}

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_grad(...) ag__grad_at(AG_HERE, __VA_ARGS__)
#define ag_checkpoint(...) ag__checkpoint_at(AG_HERE, __VA_ARGS__)
#define ag_vjp(y, ...) (ag_vjp)(AG_AT(y), __VA_ARGS__)
#define ag_jvp(y, ...) (ag_jvp)(AG_AT(y), __VA_ARGS__)
#define ag_hvp(f, ...) (ag_hvp)(AG_AT(f), __VA_ARGS__)
#define ag_jacobian(y, ...) (ag_jacobian)(AG_AT(y), __VA_ARGS__)
#define ag_hessian(f, ...) (ag_hessian)(AG_AT(f), __VA_ARGS__)
#define ag_hook(t, ...) (ag_hook)(AG_AT(t), __VA_ARGS__)
#endif

#endif
