/* Where a `backward` puts the gradient of an operand that it computes side by side. Private to
 * ops/. Knows no operation.
 */
#ifndef OPS_COMMON_GRAD_OUT_H
#define OPS_COMMON_GRAD_OUT_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

typedef struct ag__into {
    ag_array array; /* the gradient */
    void *at;       /* its numbers, or some that become part of it at the end: row-major */
    bool fresh;     /* whether they are uninitialized, and to be set; else to be added to */
    bool apart;     /* whether they are not the gradient's */
    bool add;       /* what is apart is added to what there is */
} ag__into;

/* False where memory ran out. A gradient without elements has no memory. */
AG_MUST_USE bool ag__into_open(ag__into *to, ag_vjp_call *call, int i);
void ag__into_close(const ag__into *to);

#endif
