/* Parts of several rules and samples of linear algebra. Private to ops/. */
#ifndef OPS_LINALG_MATRIX_RULES_H
#define OPS_LINALG_MATRIX_RULES_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* x with first, first + step, ... added to the diagonal of each matrix. Samples need it, so that
 * they are far from singular and their eigenvalues differ. */
ag_tensor *ag__plus_diagonal(ag_tensor *x, double first, double step);

/* The rows m, columns n and the smaller of both, k, of the matrices of a batch, and the sizes of the
 * batch. */
typedef struct ag__extent {
    int64_t m, n, k;
    ag_shape batch;
} ag__extent;

ag__extent ag__extent_of(const ag_tensor *a);

/* Several factors of a matrix are computed by one operation, which packs them into a row for each
 * matrix. This is the factor (..., rows, columns) that begins at `start`. */
ag_tensor *ag__packed(ag_tensor *pack, ag_shape batch, int64_t start, int64_t rows,
                      int64_t columns);

/* x has a number for each matrix of a batch. Each becomes a matrix of 1 by 1, so that it can be
 * multiplied with the matrices. */
ag_tensor *ag__per_matrix(ag_tensor *x);

#endif
