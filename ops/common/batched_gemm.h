/* Products of stacks of matrices, C = A B or C += A B for every pair of a batch; matmul and linear
 * are made of them. Private to ops/. Knows no operation; the arithmetic is kernel/gemm.c.
 */
#ifndef OPS_COMMON_BATCHED_GEMM_H
#define OPS_COMMON_BATCHED_GEMM_H

#include "strided.h"

/* The batch dimensions of the three broadcast. A C that is smaller than the batch gets the sum. */
typedef struct ag__pairs {
    ag__part a, b, c;
    ag__loop batch; /* of c, a, b */
    int64_t m, n, k, rsa, csa, rsb, csb, rsc, csc;
} ag__pairs;

/* The batch dimensions of two operands, broadcast; false where they do not fit. */
bool ag__broadcast_batch(int na, const int64_t *a, int nb, const int64_t *b, ag_shape *out);

/* A stack of matrices in an array: x with `rows` and `columns` told apart where a dimension of
 * size 1 is not written, the last two exchanged if asked. */
void ag__stack_open(ag__part *p, const ag_array *x, bool has_rows, bool has_columns, bool turned);

/* Computes what a, b and c were opened for. Without `add` C may be uninitialized; it is contiguous
 * then. Errors: MEMORY. */
AG_MUST_USE ag_status ag__pairs_run(ag__pairs *p, ag_graph *g, bool add);

#endif
