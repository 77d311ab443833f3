/* Parts of several rules and samples of linear algebra. Private to ops/. */
#ifndef OPS_LINALG_MATRIX_RULES_H
#define OPS_LINALG_MATRIX_RULES_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* x with first, first + step, ... added to the diagonal of each matrix. Samples need it, so that
 * they are far from singular and their eigenvalues differ. */
ag_tensor *ag__plus_diagonal(ag_tensor *x, double first, double step);

/* x has a number for each matrix of a batch. Each becomes a matrix of 1 by 1, so that it can be
 * multiplied with the matrices. */
ag_tensor *ag__per_matrix(ag_tensor *x);

#endif
