/* Linear algebra: what is composed of other operations, what several rules use, and the table of
 * the family. The operations are in diagonal.c, triangle.c, solve.c, cholesky.c, det.c, cofactor.c,
 * eigh.c and svd.c, einsum in einsum.c.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "linalg_ops.h"
#include "matrix_batch.h"
#include "ops/common/families.h"
#include "ops/common/strided.h"

const ag_op *const ag__linalg_ops[] = {
    &ag__diagonal_op,
    &ag__undiagonal_op,
    &ag__tril_op,
    &ag__triu_op,
    &ag__triangular_op,
    &ag__solve_op,
    &ag__inverse_op,
    &ag__cholesky_op,
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

/* --- products --------------------------------------------------------------------------------- */

/* Both operands there and with one dimension? */
static bool are_vectors(const char *name, ag_tensor *a, ag_tensor *b, const char *hint)
{
    char ta[AG__TEXT_BYTES], tb[AG__TEXT_BYTES];
    ag_tensor *in[] = {a, b};
    if (a == NULL || b == NULL) {
        ag__composite_fails(name, in, 2, AG_ERR_NULL_ARGUMENT, NULL,
                            "an operand is NULL (an earlier call failed, or it was never set)");
        return false;
    }
    if (ag_shape_of(a).ndim != 1 || ag_shape_of(b).ndim != 1) {
        ag__composite_fails(name, in, 2, AG_ERR_SHAPE, hint, "takes two vectors, not %s and %s",
                            ag__text_of(ag_shape_of(a), ta), ag__text_of(ag_shape_of(b), tb));
        return false;
    }
    return true;
}

ag_tensor *ag_outer(ag_tensor *a, ag_tensor *b)
{
    if (!are_vectors("outer", a, b, "ag_einsum has products of more dimensions")) {
        return NULL;
    }
    ag_tensor *column = ag_reshape(a, AG_SHAPE(ag_size(a), 1));
    return ag_mul(column, ag_reshape(b, AG_SHAPE(1, ag_size(b))));
}

ag_tensor *ag_dot(ag_tensor *a, ag_tensor *b)
{
    if (!are_vectors("dot", a, b, "ag_matmul takes matrices")) {
        return NULL;
    }
    if (ag_size(a) != ag_size(b)) {
        return ag__composite_fails("dot", (ag_tensor *[]){a, b}, 2, AG_ERR_SHAPE, NULL,
                                   "the vectors have %lld and %lld elements", (long long)ag_size(a),
                                   (long long)ag_size(b));
    }
    return ag_matmul(a, b);
}

/* Axis d of x becomes axes 2d and 2d + 1 of sizes x and 1, or 1 and x. */
static ag_tensor *interleave(ag_tensor *x, int ndim, bool second)
{
    ag_shape from = ag_shape_of(x), to = {.ndim = 2 * ndim};
    for (int d = 0; d < ndim; d++) {
        int axis = d - (ndim - from.ndim);
        to.dim[2 * d + (second ? 1 : 0)] = axis >= 0 ? from.dim[axis] : 1;
        to.dim[2 * d + (second ? 0 : 1)] = 1;
    }
    return ag_reshape(x, to);
}

ag_tensor *ag_kron(ag_tensor *a, ag_tensor *b)
{
    ag_shape sa = ag_shape_of(a), sb = ag_shape_of(b), s = {0};
    if (a == NULL || b == NULL) {
        return ag_mul(a, b); /* which tells */
    }
    s.ndim = sa.ndim > sb.ndim ? sa.ndim : sb.ndim;
    if (s.ndim > AG_MAX_DIMS / 2) {
        return ag__composite_fails("kron", (ag_tensor *[]){a, b}, 2, AG_ERR_SHAPE, NULL,
                                   "operands have up to %d dimensions, not %d", AG_MAX_DIMS / 2,
                                   s.ndim);
    }
    ag_tensor *product = ag_mul(interleave(a, s.ndim, false), interleave(b, s.ndim, true));
    if (product == NULL) {
        return NULL;
    }
    ag_shape pairs = ag_shape_of(product);
    for (int d = 0; d < s.ndim; d++) {
        if (!ag__product(pairs.dim + 2 * d, 2, &s.dim[d])) {
            return ag__composite_fails("kron", (ag_tensor *[]){a, b}, 2, AG_ERR_OVERFLOW, NULL,
                                       "sizes along axis %d multiply to more than fits", d);
        }
    }
    return ag_reshape(product, s);
}

/* --- for the other files ---------------------------------------------------------------------- */

ag_tensor *ag__plus_diagonal(ag_tensor *x, double first, double step)
{
    ag_shape s = ag_shape_of(x);
    if (x == NULL || s.ndim < 2) {
        return x; /* no matrix: what takes it says so */
    }
    int64_t rows = s.dim[s.ndim - 2], columns = s.dim[s.ndim - 1];
    ag_tensor *c =
        ag_leaf(ag_graph_of(x), AG_CONSTANT, ag_dtype_of(x), AG_SHAPE(rows, columns), NULL);
    void *at = c != NULL && ag_size(c) > 0 ? ag_mutable_data(c) : NULL;
    for (int64_t i = 0; at != NULL && i < rows && i < columns; i++) {
        double value = first + (double)i * step;
        if (ag_dtype_of(x) == AG_F64) {
            ((double *)at)[i * columns + i] = value;
        } else {
            ((float *)at)[i * columns + i] = (float)value;
        }
    }
    return ag_add(x, c);
}

ag_tensor *ag__per_matrix(ag_tensor *x)
{
    ag_shape s = ag_shape_of(x);
    if (x == NULL || s.ndim > AG_MAX_DIMS - 2) {
        return NULL;
    }
    s.dim[s.ndim++] = 1;
    s.dim[s.ndim++] = 1;
    return ag_reshape(x, s);
}
