/* Loops over batches of matrices; see matrix_batch.h. Must not know any operation. */
#include "matrix_batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ops/common/strided.h"

/* --- the batch -------------------------------------------------------------------------------- */

void ag__matrices_open(ag__matrices *m, int ndim, const int64_t *dim)
{
    memset(m, 0, sizeof *m);
    m->ndim = ndim;
    for (int d = 0; d < ndim; d++) {
        m->dim[d] = dim[d];
    }
}

void ag__matrices_of(ag__matrices *m, const ag_array *x)
{
    ag__matrices_open(m, x->ndim - 2, x->dim);
    ag__matrices_add(m, x, 2);
}

void ag__matrices_add(ag__matrices *m, const ag_array *a, int inner)
{
    struct ag__matrix *x = &m->array[m->arrays++];
    int lead = a->ndim - inner, shift = m->ndim - lead;
    x->dtype = a->dtype;
    x->data = a->data;
    x->rows = inner > 1 ? a->dim[lead] : 1;
    x->row_step = inner > 1 ? a->stride[lead] : 0;
    x->columns = inner > 0 ? a->dim[a->ndim - 1] : 1;
    x->column_step = inner > 0 ? a->stride[a->ndim - 1] : 0;
    for (int d = 0; d < lead; d++) {
        x->batch[d + shift] = a->dim[d] == 1 ? 0 : a->stride[d];
    }
}

bool ag__matrices_start(ag__matrices *m)
{
    const struct ag__matrix *result = &m->array[m->arrays - 1];
    for (int d = 0; d < m->ndim; d++) {
        m->index[d] = 0;
        if (m->dim[d] == 0) {
            return false;
        }
    }
    m->number = 0;
    return result->rows > 0 && result->columns > 0;
}

bool ag__matrices_next(ag__matrices *m)
{
    m->number++;
    for (int d = m->ndim - 1; d >= 0; d--) {
        if (++m->index[d] < m->dim[d]) {
            return true;
        }
        m->index[d] = 0;
    }
    return false;
}

static char *element(const ag__matrices *m, const struct ag__matrix *x, int64_t i, int64_t j)
{
    int64_t at = i * x->row_step + j * x->column_step;
    for (int d = 0; d < m->ndim; d++) {
        at += m->index[d] * x->batch[d];
    }
    return x->data + at * (int64_t)ag_dtype_bytes(x->dtype);
}

void ag__matrices_get(const ag__matrices *m, int k, double *to)
{
    const struct ag__matrix *x = &m->array[k];
    for (int64_t i = 0; i < x->rows && x->columns > 0; i++) {
        const char *row = element(m, x, i, 0);
        for (int64_t j = 0; j < x->columns; j++) {
            *to++ = x->dtype == AG_F64
                        ? ((const double *)(const void *)row)[j * x->column_step]
                        : (double)((const float *)(const void *)row)[j * x->column_step];
        }
    }
}

void ag__matrices_set(const ag__matrices *m, int k, const double *from)
{
    const struct ag__matrix *x = &m->array[k];
    for (int64_t i = 0; i < x->rows && x->columns > 0; i++) {
        char *row = element(m, x, i, 0);
        for (int64_t j = 0; j < x->columns; j++) {
            if (x->dtype == AG_F64) {
                ((double *)(void *)row)[j * x->column_step] = *from++;
            } else {
                ((float *)(void *)row)[j * x->column_step] = (float)*from++;
            }
        }
    }
}

double *ag__matrices_work(ag_graph *g, int64_t n, int64_t rows, int64_t columns)
{
    int64_t size, dim[] = {n, rows, columns, (int64_t)sizeof(double)};
    bool fits = ag__product(dim, 4, &size) && (uint64_t)size <= SIZE_MAX;
    /* A size that does not fit gets the same message as one for which there is no memory. */
    return ag_workspace(g, fits ? (size_t)size : SIZE_MAX);
}

/* --- checks and messages ---------------------------------------------------------------------- */

ag_status ag__square_float(ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_shape s = ag_shape_of(call->in[0]);
    ag_status status = ag_call_same_float(call);
    if (status != AG_OK) {
        return status;
    }
    if (s.ndim < 2) {
        return ag_call_fail(call, AG_ERR_SHAPE, "a matrix is (n,n), a batch of them (..., n,n)",
                            "%s is not a square matrix", ag__text_of(s, text));
    }
    if (s.dim[s.ndim - 2] != s.dim[s.ndim - 1]) {
        return ag_call_fail(call, AG_ERR_SHAPE, "the last two sizes must be equal",
                            "%s is not square: %lld rows and %lld columns", ag__text_of(s, text),
                            (long long)s.dim[s.ndim - 2], (long long)s.dim[s.ndim - 1]);
    }
    return AG_OK;
}

ag_status ag__square_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag__square_float(call);
}

ag_status ag__matrix_float(ag_call *call)
{
    char text[AG__TEXT_BYTES];
    ag_shape s = ag_shape_of(call->in[0]);
    ag_status status = ag_call_same_float(call);
    if (status == AG_OK && s.ndim < 2) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "a matrix is (m,n), a batch of them (..., m,n)",
                              "%s is not a matrix", ag__text_of(s, text));
    }
    return status;
}

const char *ag__matrices_which(const ag__matrices *m, char *text)
{
    if (m->ndim == 0) {
        return strcpy(text, "the matrix");
    }
    snprintf(text, AG__WHICH_BYTES, "matrix %lld of the batch", (long long)m->number);
    return text;
}

ag_status ag__singular(const ag_call *call, const ag__matrices *m, int64_t column)
{
    char which[AG__WHICH_BYTES];
    return ag_call_fail(call, AG_ERR_VALUE,
                        "its columns depend on each other; a small multiple of the identity added "
                        "to it makes it regular",
                        "%s is singular: the pivot of column %lld is 0",
                        ag__matrices_which(m, which), (long long)column);
}

ag_status ag__must_be_finite(const ag_call *call, const ag__matrices *m, const double *a,
                             int64_t rows, int64_t columns)
{
    char which[AG__WHICH_BYTES];
    for (int64_t i = 0; i < rows * columns; i++) {
        if (!isfinite(a[i])) {
            return ag_call_fail(call, AG_ERR_VALUE, "every element must be finite",
                                "element [%lld,%lld] of %s is %g", (long long)(i / columns),
                                (long long)(i % columns), ag__matrices_which(m, which), a[i]);
        }
    }
    return AG_OK;
}
