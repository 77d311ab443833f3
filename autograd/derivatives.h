/* Derivatives beyond the backward pass: gradients that are themselves tensors, products with
 * Jacobians and Hessians, gradient checkpointing.
 */
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
#endif

#endif
