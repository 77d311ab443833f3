/* Shapes, strides, broadcasting, and the reading of strided memory. Every product of sizes is
 * checked for overflow. Broadcasting is that of NumPy: shapes are aligned at the last dimension,
 * and a size of 1 is repeated. Must not know what a tensor is; of the graph it knows how to keep an
 * error.
 */
#include <stdio.h>
#include <string.h>

#include "shape_math.h"

#include "error.h"

const char *ag_shape_text(ag_shape shape, char *text)
{
    size_t used = (size_t)snprintf(text, AG_SHAPE_TEXT, "[");
    for (int i = 0; i < shape.ndim && i < AG_MAX_DIMS; i++) {
        used += (size_t)snprintf(text + used, AG_SHAPE_TEXT - used, i == 0 ? "%lld" : ",%lld",
                                 (long long)shape.dim[i]);
    }
    snprintf(text + used, AG_SHAPE_TEXT - used, "]");
    return text;
}

bool ag_shape_equal(ag_shape a, ag_shape b)
{
    return a.ndim == b.ndim && memcmp(a.dim, b.dim, (size_t)a.ndim * sizeof a.dim[0]) == 0;
}

AG__COLD static ag_status fail_negative(ag_graph *g, const char *what, ag_shape shape, int i)
{
    char text[AG_SHAPE_TEXT];
    ag_shape_text(shape, text);
    return ag__fail_begin(g, AG_ERR_SHAPE, "%s: size %lld of dimension %d in shape %s is negative",
                          what, (long long)shape.dim[i], i, text);
}

AG__COLD static ag_status fail_large(ag_graph *g, const char *what, ag_shape shape)
{
    char text[AG_SHAPE_TEXT];
    ag_shape_text(shape, text);
    return ag__fail_begin(g, AG_ERR_OVERFLOW,
                          "%s: the product of the sizes of shape %s is too large", what, text);
}

ag_status ag__shape_check(ag_graph *g, const char *what, ag_shape shape, size_t element,
                          int64_t *size)
{
    if (shape.ndim < 0 || shape.ndim > AG_MAX_DIMS) {
        return ag__fail_begin(g, AG_ERR_SHAPE, "%s: %d dimensions; 0 to %d are possible", what,
                              shape.ndim, AG_MAX_DIMS);
    }
    int64_t n = 1, limit = INT64_MAX / (int64_t)element / 2;
    bool empty = false;
    for (int i = 0; i < shape.ndim; i++) {
        if (shape.dim[i] < 0) {
            return fail_negative(g, what, shape, i);
        }
        empty = empty || shape.dim[i] == 0;
    }
    /* Strides are products of sizes. So the other sizes of an empty shape must not overflow,
     * either. */
    for (int i = 0; i < shape.ndim; i++) {
        int64_t d = shape.dim[i] == 0 ? 1 : shape.dim[i];
        if (n > limit / d) {
            return fail_large(g, what, shape);
        }
        n *= d;
    }
    if (!empty && n > (int64_t)(SIZE_MAX / 2 / element)) { /* where addresses have 32 bits */
        return fail_large(g, what, shape);
    }
    *size = empty ? 0 : n;
    return AG_OK;
}

void ag_row_major(int ndim, const int64_t *dim, int64_t stride[AG_MAX_DIMS])
{
    int64_t step = 1;
    for (int d = ndim - 1; d >= 0; d--) {
        stride[d] = step;
        step *= dim[d] > 0 ? dim[d] : 1;
    }
}

ag_status ag__broadcast(ag_shape a, ag_shape b, ag_shape *out, int *bad)
{
    out->ndim = a.ndim > b.ndim ? a.ndim : b.ndim;
    for (int i = 0; i < out->ndim; i++) {
        int ia = i - (out->ndim - a.ndim), ib = i - (out->ndim - b.ndim);
        int64_t da = ia >= 0 ? a.dim[ia] : 1, db = ib >= 0 ? b.dim[ib] : 1;
        if (da != db && da != 1 && db != 1) {
            *bad = i;
            return AG_ERR_SHAPE;
        }
        out->dim[i] = da == 1 ? db : da;
    }
    return AG_OK;
}

/* --- raw access ------------------------------------------------------------------------------- */

bool ag_array_is_contiguous(const ag_array *a)
{
    int64_t step = 1;
    for (int i = a->ndim - 1; i >= 0; i--) {
        if (a->dim[i] != 1 && a->stride[i] != step) {
            return a->size == 0;
        }
        step *= a->dim[i];
    }
    return true;
}

double ag__element(const void *data, ag_dtype dtype, int64_t i)
{
    switch (dtype) {
    case AG_F32:
        return (double)((const float *)data)[i];
    case AG_I64:
        return (double)((const int64_t *)data)[i];
    default:
        return ((const double *)data)[i];
    }
}

void ag__element_set(void *data, ag_dtype dtype, int64_t i, double value)
{
    switch (dtype) {
    case AG_F32:
        ((float *)data)[i] = (float)value;
        break;
    case AG_I64:
        ((int64_t *)data)[i] = ag__to_i64(value);
        break;
    default:
        ((double *)data)[i] = value;
        break;
    }
}

int64_t ag__advance(const ag_array *a, int64_t index[AG_MAX_DIMS], int last)
{
    int64_t offset = 0;
    for (int d = last; d >= 0; d--) {
        offset += a->stride[d];
        if (++index[d] < a->dim[d]) {
            break;
        }
        offset -= a->stride[d] * a->dim[d];
        index[d] = 0;
    }
    return offset;
}

void ag__copy_strided(const ag_array *from, void *to)
{
    size_t each = ag_dtype_bytes(from->dtype);
    if (from->size == 0) {
        return;
    }
    if (ag_array_is_contiguous(from)) {
        memcpy(to, from->data, (size_t)from->size * each);
        return;
    }
    int last = from->ndim - 1;
    int64_t row = from->dim[last], step = from->stride[last], index[AG_MAX_DIMS] = {0};
    const char *source = from->data;
    char *target = to;
    for (int64_t done = 0; done < from->size; done += row) {
        for (int64_t i = 0; i < row; i++) {
            memcpy(target, source + i * step * (int64_t)each, each);
            target += each;
        }
        source += ag__advance(from, index, last - 1) * (int64_t)each;
    }
}
