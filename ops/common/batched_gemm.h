/* Products of batches of matrices: C = A B or C += A B for every pair. matmul and linear are made
 * of them; the arithmetic is in kernel/gemm.c. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_BATCHED_GEMM_H
#define OPS_COMMON_BATCHED_GEMM_H

#include "strided.h"

/* The batch dimensions of A, B and C broadcast. A C that is smaller than the batch gets the sum. */
typedef struct ag__pairs {
    ag__part a, b, c;
    ag__loop batch; /* of c, a, b */
    int64_t m, n, k, rsa, csa, rsb, csb, rsc, csc;
} ag__pairs;

/* The batch dimensions of two operands, broadcast; false where they do not fit. */
bool ag__broadcast_batch(int na, const int64_t *a, int nb, const int64_t *b, ag_shape *out);

/* The matrices that the last two dimensions of x are. Where x has no dimension of rows, or none of
 * columns, it has one of size 1 in the part; if `turned`, the two are exchanged. */
void ag__stack_open(ag__part *p, const ag_array *x, bool has_rows, bool has_columns, bool turned);

/* Computes C = A B or, with `add`, C += A B, once a, b and c have been set by ag__stack_open.
 * Without `add` C may be uninitialized and must be contiguous. Errors: MEMORY. */
AG_MUST_USE ag_status ag__pairs_run(ag__pairs *p, ag_graph *g, bool add);

#endif
