/* Where a `backward` writes the gradient of an operand, if its kernel needs contiguous memory.
 * Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_GRAD_OUT_H
#define OPS_COMMON_GRAD_OUT_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

typedef struct ag__grad_out {
    ag_array array; /* the gradient */
    void *at;   /* row-major numbers: the gradient's, or a copy that is put into it at the end */
    bool fresh; /* are they uninitialized, so that they must be set? Otherwise they are added to */
    bool apart; /* are they a copy? */
    bool add;   /* is the copy added to the gradient, not written over it? */
} ag__grad_out;

/* False if memory ran out. A gradient without elements has no memory. */
AG_MUST_USE bool ag__grad_out_open(ag__grad_out *to, ag_vjp_call *call, int i);
void ag__grad_out_close(const ag__grad_out *to);

#endif
