/* The table of linear algebra, for the registry. Must not know what the operations do. */
#include "linalg_ops.h"
#include "ops/common/families.h"

const ag_op *const ag__linalg_ops[] = {
    &ag__matmul_op,
    &ag__cross_op,
    &ag__diagonal_op,
    &ag__diag_embed_op,
    &ag__tril_op,
    &ag__triu_op,
    &ag__triangular_op,
    &ag__solve_op,
    &ag__inverse_op,
    &ag__cholesky_op,
    &ag__qr_op,
    &ag__lu_op,
    &ag__pinv_op,
    &ag__matrix_exp_op,
    &ag__det_op,
    &ag__cofactor_op,
    &ag__logabsdet_op,
    &ag__sign_of_det_op,
    &ag__eigh_op,
    &ag__eigenvalues_op,
    &ag__svd_op,
    &ag__singular_values_op,
    NULL,
};
