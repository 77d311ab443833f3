/* index_put: values put at, or added to, the elements that several indices name together. It is a
 * scatter into the flattened first axes. Must not know how elements are put at their places.
 */
#define AG_NO_SITES
#include <autograd/index.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "ops/common/indexing.h"
#include "ops/common/strided.h"

/* What the call means: the places have the common shape of the indices, and each names a block of
 * x's last axes. */
typedef struct blocks {
    ag_tensor *const *index;
    int n;
    ag_shape places, values; /* values: that of the places, then that of a block */
    ag_shape rows;           /* x as rows, one for each combination of the first n coordinates */
} blocks;

static bool check_indices(const ag__composite *c, const ag_tensor *x, blocks *b)
{
    ag_shape shape = ag_shape_of(x);
    ag_call of_indices = {.graph = c->call.graph, .op = &c->op, .in = b->index, .n_in = b->n};
    for (int i = 0; i < b->n; i++) {
        ag_array index = ag_array_of(b->index[i]);
        if (ag__index_dtype(&c->call, b->index[i], "index") != AG_OK ||
            ag__index_check(&c->call, &index, shape.dim[i]) != AG_OK) {
            return false;
        }
    }
    if (ag_call_broadcast(&of_indices) != AG_OK) {
        return false;
    }
    b->places = of_indices.shape;
    return true;
}

/* The shapes of a call whose indices have been checked. */
static bool find_shapes(const ag__composite *c, const ag_tensor *x, blocks *b)
{
    ag_shape shape = ag_shape_of(x);
    b->values = b->places;
    if (b->places.ndim + shape.ndim - b->n > AG_MAX_DIMS) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, NULL, "the values would have more than %d dimensions",
                     AG_MAX_DIMS);
        return false;
    }
    b->rows = (ag_shape){2, {1, 1}};
    for (int d = 0; d < shape.ndim; d++) {
        b->rows.dim[d < b->n ? 0 : 1] *= shape.dim[d];
        if (d >= b->n) {
            b->values.dim[b->values.ndim++] = shape.dim[d];
        }
    }
    return true;
}

/* The row of each place: the first n coordinates as one number in row-major order. */
static ag_tensor *rows_of(const ag_tensor *x, const blocks *b)
{
    ag_shape shape = ag_shape_of(x);
    ag_tensor *rows = ag_leaf(ag_graph_of(x), AG_CONSTANT, AG_I64, b->places, NULL);
    int64_t *row = rows != NULL ? ag_mutable_data(rows) : NULL;
    ag_array all = ag_array_of(rows);
    for (int i = 0; row != NULL && i < b->n; i++) {
        ag_array index = ag_array_of(b->index[i]);
        ag__loop l;
        ag__loop_open(&l, all.ndim, all.dim);
        ag__loop_add(&l, &all);
        ag__loop_add(&l, &index);
        for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
            int64_t *to = (int64_t *)(void *)l.at[0];
            const int64_t *from = (const int64_t *)(const void *)l.at[1];
            for (int64_t k = 0; k < l.run; k++) {
                int64_t before = i == 0 ? 0 : to[k * l.step[0]] * shape.dim[i];
                int64_t at = from[k * l.step[1]];
                to[k * l.step[0]] = before + (at < 0 ? at + shape.dim[i] : at);
            }
        }
    }
    return rows;
}

static ag_tensor *put(ag_tensor *x, const blocks *b, ag_tensor *values, bool accumulate)
{
    ag_tensor *rows_put = rows_of(x, b);
    ag_shape column = {2, {ag_size(rows_put), 1}}, flat = {2, {column.dim[0], b->rows.dim[1]}};
    ag_tensor *index = ag_expand(ag_reshape(rows_put, column), flat);
    ag_tensor *src = ag_reshape(ag_expand(values, b->values), flat);
    ag_tensor *rows = ag_reshape(x, b->rows);
    ag_tensor *y =
        accumulate ? ag_scatter_add(rows, index, src, 0) : ag_scatter(rows, index, src, 0);
    return ag_reshape(y, ag_shape_of(x));
}

ag_tensor *ag_index_put(ag_tensor *x, ag_tensor *const *indices, int n, ag_tensor *values,
                        bool accumulate)
{
    ag_tensor *in[AG_MAX_DIMS + 2] = {x};
    ag__composite c;
    int taken = n < 0 || indices == NULL ? 0 : n < AG_MAX_DIMS ? n : AG_MAX_DIMS;
    for (int i = 0; i < taken; i++) {
        in[1 + i] = indices[i];
    }
    in[1 + taken] = values;
    if (!ag__composite_open(&c, "index_put", in, taken + 2, taken + 2)) {
        return NULL;
    }
    if (n < 1 || n != taken || n > ag_shape_of(x).ndim) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "at least 1, and one for each of the first axes",
                     "%d indices into %d dimensions", n, ag_shape_of(x).ndim);
        return NULL;
    }
    blocks b = {.index = in + 1, .n = n};
    if (!check_indices(&c, x, &b) || !find_shapes(&c, x, &b)) {
        return NULL;
    }
    return AG__COMPOSED(&c, put(x, &b, values, accumulate));
}
