/* Products of batches of matrices: C = A B or C += A B for every pair. matmul and linear are made
 * of them; the arithmetic is in kernel/gemm.c. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_BATCHED_GEMM_H
#define OPS_COMMON_BATCHED_GEMM_H

#include "strided.h"

/* The batch dimensions of A, B and C broadcast. If C is smaller than the batch, it gets the sum of
 * the products, so the gradient of an operand that was broadcast needs no ag__unbroadcast. */
typedef struct ag__pairs {
    ag__part a, b, c;
    ag__loop batch; /* over c, a and b, in this order */
    int64_t m, n, k, rsa, csa, rsb, csb, rsc, csc;
} ag__pairs;

/* The shape of the batch dimensions of two operands, broadcast. False if they do not broadcast. */
bool ag__broadcast_batch(int na, const int64_t *a, int nb, const int64_t *b, ag_shape *out);

/* Makes *p the stack of matrices in the last two dimensions of x. If x has no dimension of rows, or
 * none of columns, the part has one of size 1; if `turned`, the matrices are transposed. */
void ag__stack_open(ag__part *p, const ag_array *x, bool has_rows, bool has_columns, bool turned);

/* Computes C = A B or, with `add`, C += A B, once a, b and c have been set by ag__stack_open.
 * Without `add` C may be uninitialized and must be contiguous. Errors: MEMORY. */
AG_MUST_USE ag_status ag__pairs_run(ag__pairs *p, ag_graph *g, bool add);

#endif
