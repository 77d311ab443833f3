/* Derivatives beyond the backward pass: gradients that are themselves tensors, products with
 * Jacobians and Hessians, gradient checkpointing.
 */
#ifndef AUTOGRAD_DERIVATIVES_H
#define AUTOGRAD_DERIVATIVES_H

#include "base.h"

AG_BEGIN_C

/* --- gradients as tensors --------------------------------------------------------------------- */

typedef struct ag_grad_options {
    bool create_graph; /* record the gradients, so that they can be differentiated again */
    bool allow_unused; /* zeros, not an error, for an input on which no output depends */
} ag_grad_options;

/* Gradients as tensors: grads[i] = sum over k of (d outputs[k] / d inputs[i])^T seeds[k], with the
 * shape of inputs[i], *borrowed*. The gradients that ag_backward accumulates are not changed.
 * seeds[k], the upstream gradient, has the shape and dtype of outputs[k]. `seeds` or one of them
 * may be NULL: that seed is 1, and the output must have one element. Inputs may be interior
 * tensors. `options` may be NULL. Errors: NULL_ARGUMENT, SHAPE, DTYPE, GRAPH, NO_GRADIENT, CHANGED,
 * STATE (a backward pass is running), MEMORY, OP; all of `grads` is then NULL. */
AG_API AG_MUST_USE ag_status ag_grad(ag_tensor *const *outputs, int n_outputs,
                                     ag_tensor *const *seeds, ag_tensor *const *inputs,
                                     int n_inputs, const ag_grad_options *options,
                                     ag_tensor **grads);

/* Products with the Jacobian J = dy/dx and the Hessian H = d2f/dx2, and these matrices themselves:
 *   ag_vjp       J^T u, with x's shape; u has y's shape
 *   ag_jvp       J v, with y's shape; v has x's shape
 *   ag_hvp       H v, with x's shape; f has one element, v has x's shape
 *   ag_jacobian  J, with shape y.shape + x.shape
 *   ag_hessian   H, with shape x.shape + x.shape; f has one element
 * The products are recorded and can be differentiated again; the matrices are constants.
 * *Borrowed*. NULL on error; the errors are those of ag_grad. */
AG_API ag_tensor *ag_vjp(ag_tensor *y, ag_tensor *x, ag_tensor *u);
AG_API ag_tensor *ag_jvp(ag_tensor *y, ag_tensor *x, ag_tensor *v);
AG_API ag_tensor *ag_hvp(ag_tensor *f, ag_tensor *x, ag_tensor *v);
AG_API ag_tensor *ag_jacobian(ag_tensor *y, ag_tensor *x);
AG_API ag_tensor *ag_hessian(ag_tensor *f, ag_tensor *x);

/* --- gradient checkpointing ------------------------------------------------------------------- */

/* Records f(inputs) as one node. What f records is dropped at once, and recorded again when a
 * backward pass comes to the node. So f is computed twice, and its interior tensors take no memory
 * in between (Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016).
 *
 * Values and first derivatives are those of calling f, bit for bit; the random numbers are repeated
 * too. A tensor that f uses besides its inputs, such as a parameter that it finds through `user`,
 * becomes an operand: it gets its gradient, and a write to it is noticed. Where the gradient is
 * itself a tensor (ag_grad, ag_jvp, ag_hvp and so on), what f records the second time stays, so no
 * memory is saved; higher derivatives then agree but for the order in which contributions are
 * added.
 *
 * f may use marks, no-grad scopes, ag_grad and ag_checkpoint, but not ag_backward. What f writes is
 * written twice. `user` is *borrowed* until the last backward pass, and what f records is
 * *borrowed* for the call. Returns a tensor with the values, dtype and shape of f's output; if f
 * returns a tensor that is older than the call, that tensor. NULL on error: NULL_ARGUMENT (f is
 * NULL, an input is NULL, or there is no input), STATE (called by a hook or rule of ag_backward, or
 * f returned a tensor that it had rewound), GRAPH, OVERFLOW, OP (f returned NULL, or 200 of these
 * calls are nested), and the errors
 * of f. Errors of the later backward pass: OP (f used other tensors, or its output differs in any
 * bit), CHANGED. */
AG_API ag_tensor *ag_checkpoint(ag_function f, void *user, ag_tensor *const *inputs, int n);

static inline ag_status ag__grad_at(const char *where, ag_tensor *const *outputs, int n_outputs,
                                    ag_tensor *const *seeds, ag_tensor *const *inputs, int n_inputs,
                                    const ag_grad_options *options, ag_tensor **grads)
{
    return ag_grad(ag__at_list(outputs, n_outputs, where), n_outputs, seeds,
                   ag__at_list(inputs, n_inputs, where), n_inputs, options, grads);
}

static inline ag_tensor *ag__checkpoint_at(const char *where, ag_function f, void *user,
                                           ag_tensor *const *inputs, int n)
{
    return ag_checkpoint(f, user, ag__at_list(inputs, n, where), n);
}

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_grad(...) ag__grad_at(AG_HERE, __VA_ARGS__)
#define ag_checkpoint(...) ag__checkpoint_at(AG_HERE, __VA_ARGS__)
#define ag_vjp(y, ...) ag_vjp(AG_AT(y), __VA_ARGS__)
#define ag_jvp(y, ...) ag_jvp(AG_AT(y), __VA_ARGS__)
#define ag_hvp(f, ...) ag_hvp(AG_AT(f), __VA_ARGS__)
#define ag_jacobian(y, ...) ag_jacobian(AG_AT(y), __VA_ARGS__)
#define ag_hessian(f, ...) ag_hessian(AG_AT(f), __VA_ARGS__)
#endif

#endif
