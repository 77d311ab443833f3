/* Products that are composed of other operations: outer, dot and kron. */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "matrix_batch.h"
#include "ops/common/strided.h"

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
