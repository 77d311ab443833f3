/* Products with Jacobians and Hessians, and these matrices themselves, all by the symbolic sweep.
 * Must not know any operation.
 *
 * J v is computed without a forward mode: J^T u is linear in u, so its derivative by u is J^T, and
 * the vector-Jacobian product of J^T u with v is J v (Townsend, A new trick for calculating
 * Jacobian vector products, 2017).
 */
#include <string.h>

#include "autograd/graph/error.h"
#include "autograd/graph/leaf.h"
#include "autograd/graph/node.h"
#include "autograd/graph/shape_math.h"
#include "grad.h"

/* --- products --------------------------------------------------------------------------------- */

ag_tensor *ag_vjp(ag_tensor *y, ag_tensor *x, ag_tensor *u)
{
    return u != NULL ? ag__vjp_of("vjp", y, u, x, (ag_grad_options){true, false}) : NULL;
}

ag_tensor *ag_jvp(ag_tensor *y, ag_tensor *x, ag_tensor *v)
{
    if (y == NULL || x == NULL || v == NULL) {
        return NULL;
    }
    ag_tensor *u =
        (ag_leaf)(ag__graph_from(y), AG_VARIABLE, (ag_dtype)y->dtype, ag_shape_of(y), NULL);
    ag_tensor *vjp = u != NULL ? ag__vjp_of("jvp", y, u, x, (ag_grad_options){true, false}) : NULL;
    return vjp != NULL ? ag__vjp_of("jvp", vjp, v, u, (ag_grad_options){true, true}) : NULL;
}

ag_tensor *ag_hvp(ag_tensor *f, ag_tensor *x, ag_tensor *v)
{
    if (v == NULL) {
        return NULL;
    }
    ag_tensor *grad = ag__vjp_of("hvp", f, NULL, x, (ag_grad_options){true, false});
    return grad != NULL ? ag__vjp_of("hvp", grad, v, x, (ag_grad_options){true, true}) : NULL;
}

/* --- matrices --------------------------------------------------------------------------------- */

/* Computes the Jacobian row by row: one sweep for each element of y, which is rewound at once. */
static ag_status fill_rows(const char *what, ag_tensor *y, ag_tensor *x, char *rows)
{
    ag_graph *g = ag__graph_from(y);
    size_t each = ag_dtype_bytes((ag_dtype)x->dtype), row = (size_t)ag_size(x) * each;
    for (int64_t i = 0; i < ag_size(y); i++) {
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *seed = ag__filled(g, what, (ag_dtype)y->dtype, ag_shape_of(y), 0.0);
        if (seed == NULL) {
            return ag__failure(g);
        }
        ag__element_set(ag__value_data(seed), (ag_dtype)seed->dtype, i, 1.0);
        ag_tensor *gradient = ag__vjp_of(what, y, seed, x, (ag_grad_options){false, true});
        ag_status status =
            gradient != NULL ? ag_read(gradient, rows + (size_t)i * row, row) : ag__failure(g);
        if (status != AG_OK) {
            return status;
        }
        status = ag_graph_rewind(g, mark);
        if (status != AG_OK) {
            return status;
        }
    }
    return AG_OK;
}

/* The Jacobian of y by x, still zero. */
static ag_tensor *matrix_for(const char *what, const ag_tensor *y, const ag_tensor *x)
{
    ag_graph *g = ag__graph_from(y);
    ag_shape a = ag_shape_of(y), b = ag_shape_of(x);
    if (ag__graph_from(x) != g || !(x->flags & AG__NEEDS)) {
        bool other = ag__graph_from(x) != g;
        ag_fail(g, other ? AG_ERR_GRAPH : AG_ERR_NO_GRADIENT, NULL, "%s: %s", what,
                other ? "the tensors belong to different graphs" : "the input needs no gradient");
        return NULL;
    }
    if (a.ndim + b.ndim > AG_MAX_DIMS) {
        ag_fail(g, AG_ERR_SHAPE, NULL,
                "%s: the result would have %d dimensions; 0 to %d are possible", what,
                a.ndim + b.ndim, AG_MAX_DIMS);
        return NULL;
    }
    memcpy(a.dim + a.ndim, b.dim, (size_t)b.ndim * sizeof b.dim[0]);
    a.ndim += b.ndim;
    return ag__filled(g, what, (ag_dtype)x->dtype, a, 0.0);
}

/* Fills `matrix` with the Jacobian of `f`, or with the Jacobian of its gradient if `second`, and
 * drops all that was recorded for it. */
static ag_tensor *fill_matrix(const char *what, ag_tensor *matrix, ag_tensor *f, ag_tensor *x,
                              bool second)
{
    ag_graph *g = ag__graph_from(f);
    uint32_t floor = g->floor;
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *y = f;
    if (second) {
        y = ag__vjp_of(what, f, NULL, x, (ag_grad_options){true, false});
    }
    ag_status status = y != NULL ? fill_rows(what, y, x, ag__value_data(matrix)) : ag__failure(g);
    ag_status back = ag_graph_rewind(g, mark);
    g->floor = floor;
    return status == AG_OK && back == AG_OK ? matrix : NULL;
}

ag_tensor *ag_jacobian(ag_tensor *y, ag_tensor *x)
{
    if (y == NULL || x == NULL) {
        return NULL;
    }
    ag_tensor *matrix = matrix_for("jacobian", y, x);
    return matrix != NULL ? fill_matrix("jacobian", matrix, y, x, false) : NULL;
}

ag_tensor *ag_hessian(ag_tensor *f, ag_tensor *x)
{
    if (f == NULL || x == NULL) {
        return NULL;
    }
    ag_tensor *matrix = matrix_for("hessian", x, x);
    return matrix != NULL ? fill_matrix("hessian", matrix, f, x, true) : NULL;
}
