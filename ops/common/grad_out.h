/* Where a `backward` writes the gradient of an operand, if its kernel needs contiguous memory.
 * Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_GRAD_OUT_H
#define OPS_COMMON_GRAD_OUT_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* The kernel writes to `at`, which is contiguous in row-major order. It is the memory of the
 * gradient itself or, if that is not contiguous, a copy that ag__grad_out_close moves to the
 * gradient. */
typedef struct ag__grad_out {
    ag_array array; /* the gradient */
    void *at;       /* may be NULL if the gradient has no elements */
    bool fresh;     /* true: the kernel sets the numbers at `at`; false: it adds to them */
    bool apart;     /* `at` is a copy */
    bool add;       /* the copy will be added to the gradient, otherwise written over it */
} ag__grad_out;

/* Finds the place for the gradient of operand i. False if memory ran out. */
AG_MUST_USE bool ag__grad_out_open(ag__grad_out *to, ag_vjp_call *call, int i);
void ag__grad_out_close(const ag__grad_out *to);

#endif
