/* The descriptors of linear algebra, for its table and for the rules that record them. Private to
 * ops/.
 */
#ifndef OPS_LINALG_LINALG_OPS_H
#define OPS_LINALG_LINALG_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op ag__matmul_op, ag__cross_op;
extern const ag_op ag__diagonal_op, ag__diag_embed_op, ag__tril_op, ag__triu_op;
extern const ag_op ag__triangular_op, ag__solve_op, ag__inverse_op, ag__cholesky_op;
extern const ag_op ag__qr_op, ag__lu_op, ag__pinv_op, ag__matrix_exp_op;
extern const ag_op ag__det_op, ag__cofactor_op, ag__logabsdet_op, ag__sign_of_det_op;
extern const ag_op ag__eigh_op, ag__eigenvalues_op, ag__svd_op, ag__singular_values_op;

#endif
