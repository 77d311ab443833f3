/* Parts of several rules and samples of linear algebra; see matrix_rules.h. */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/shape.h>

#include "matrix_rules.h"

ag_tensor *ag__plus_diagonal(ag_tensor *x, double first, double step)
{
    ag_shape s = ag_shape_of(x);
    if (x == NULL || s.ndim < 2) {
        return x; /* the operation that gets it will refuse it */
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

ag__extent ag__extent_of(const ag_tensor *a)
{
    ag__extent e = {.batch = ag_shape_of(a)};
    e.n = e.batch.dim[--e.batch.ndim];
    e.m = e.batch.dim[--e.batch.ndim];
    e.k = e.m < e.n ? e.m : e.n;
    return e;
}

ag_tensor *ag__packed(ag_tensor *pack, ag_shape batch, int64_t start, int64_t rows, int64_t columns)
{
    ag_tensor *part = ag_slice(pack, -1, start, start + rows * columns, 1);
    batch.dim[batch.ndim++] = rows;
    batch.dim[batch.ndim++] = columns;
    return part != NULL ? ag_reshape(part, batch) : NULL;
}
