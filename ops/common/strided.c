/* Walking strided arrays together; see strided.h. Must not know any operation. */
#include <stdio.h>
#include <string.h>

#include "strided.h"

/* --- the loop --------------------------------------------------------------------------------- */

void ag__loop_open(ag__loop *l, int ndim, const int64_t *dim)
{
    l->arrays = 0;
    l->ndim = ndim;
    for (int d = 0; d < ndim; d++) {
        l->dim[d] = dim[d];
    }
    memset(l->stride, 0,
           (size_t)ndim *
               sizeof *l->stride); /* an array with fewer dimensions repeats along the others */
}

void ag__loop_add(ag__loop *l, const ag_array *a)
{
    int k = l->arrays++, shift = l->ndim - a->ndim;
    l->at[k] = a->data;
    l->each[k] = (int64_t)ag_dtype_bytes(a->dtype);
    for (int d = 0; d < a->ndim; d++) {
        l->stride[d + shift][k] = a->dim[d] == 1 ? 0 : a->stride[d];
    }
}

/* Whether dimensions `last` and d can be walked as one in every array. */
static bool even(const ag__loop *l, int last, int d)
{
    for (int k = 0; k < l->arrays; k++) {
        if (l->stride[last][k] != l->stride[d][k] * l->dim[d]) {
            return false;
        }
    }
    return true;
}

static void merge(ag__loop *l)
{
    int n = 0; /* how many dimensions are left */
    for (int d = 0; d < l->ndim; d++) {
        if (l->dim[d] == 1) {
            continue;
        }
        int64_t size = l->dim[d];
        if (n > 0 && even(l, n - 1, d)) {
            size *= l->dim[--n];
        }
        l->dim[n] = size;
        for (int k = 0; k < l->arrays; k++) {
            l->stride[n][k] = l->stride[d][k];
        }
        n++;
    }
    l->ndim = n;
}

bool ag__loop_start(ag__loop *l)
{
    for (int d = 0; d < l->ndim; d++) {
        if (l->dim[d] == 0) {
            return false;
        }
    }
    merge(l);
    memset(l->index, 0, sizeof l->index);
    int last = l->ndim - 1;
    l->run = last >= 0 ? l->dim[last] : 1;
    for (int k = 0; k < l->arrays; k++) {
        l->step[k] = last >= 0 ? l->stride[last][k] : 0;
    }
    return true;
}

bool ag__loop_next(ag__loop *l)
{
    for (int d = l->ndim - 2; d >= 0; d--) {
        bool wraps = ++l->index[d] == l->dim[d];
        int64_t by = wraps ? 1 - l->dim[d] : 1;
        for (int k = 0; k < l->arrays; k++) {
            l->at[k] += by * l->stride[d][k] * l->each[k];
        }
        if (!wraps) {
            return true;
        }
        l->index[d] = 0;
    }
    return false;
}

void ag__loop_part(const ag__loop *l, int d, int64_t from, int64_t to, ag__loop *part)
{
    *part = *l;
    part->dim[d] = to - from;
    for (int k = 0; k < l->arrays; k++) {
        part->at[k] += from * l->stride[d][k] * l->each[k];
    }
}

/* --- parts of arrays -------------------------------------------------------------------------- */

void ag__part_shape(ag__part *part, const ag_array *a, int ndim, const int64_t *dim,
                    const int64_t *stride, int64_t offset)
{
    part->array = *a;
    part->array.ndim = ndim;
    part->array.size = 1;
    for (int d = 0; d < ndim; d++) {
        part->dim[d] = dim[d];
        part->stride[d] = stride[d];
        part->array.size *= dim[d];
    }
    part->array.dim = part->dim;
    part->array.stride = part->stride;
    if (part->array.size > 0) {
        part->array.data = (char *)a->data + offset * (int64_t)ag_dtype_bytes(a->dtype);
    }
}

bool ag__part_fits(const ag_call *call, const ag__part *part, const ag_array *x)
{
    bool same = x->ndim == part->array.ndim;
    for (int d = 0; d < x->ndim && same; d++) {
        same = x->dim[d] == part->dim[d];
    }
    if (!same) {
        ag_call_fail(call, AG_ERR_SHAPE, NULL, "the operand has another shape than its place");
    }
    return same;
}

ag_status ag__part_set(const ag_call *call, const ag__part *part, const ag_array *x)
{
    if (!ag__part_fits(call, part, x)) {
        return AG_ERR_SHAPE;
    }
    ag__strided_copy(&part->array, x);
    return AG_OK;
}

/* --- copy ------------------------------------------------------------------------------------- */

void ag__copy_elements(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t n,
                       int64_t each)
{
    if (each == 8) {
        for (int64_t i = 0; i < n; i++) {
            memcpy(to + i * to_step, from + i * from_step, 8);
        }
    } else {
        for (int64_t i = 0; i < n; i++) {
            memcpy(to + i * to_step, from + i * from_step, 4);
        }
    }
}

static void copy_run(const ag__loop *l)
{
    int64_t each = l->each[0];
    if (l->step[0] == 1 && l->step[1] == 1) {
        memcpy(l->at[0], l->at[1], (size_t)(l->run * each));
    } else {
        ag__copy_elements(l->at[0], l->step[0] * each, l->at[1], l->step[1] * each, l->run, each);
    }
}

void ag__strided_copy(const ag_array *to, const ag_array *from)
{
    ag__loop l;
    ag__loop_open(&l, to->ndim, to->dim);
    ag__loop_add(&l, to);
    ag__loop_add(&l, from);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        copy_run(&l);
    }
}

const void *ag__contiguous(ag_graph *g, const ag_array *a)
{
    if (ag_array_is_contiguous(a)) {
        return a->data;
    }
    int64_t stride[AG_MAX_DIMS];
    ag__part copy;
    ag_array to = *a;
    to.data = ag_workspace(g, (size_t)a->size * ag_dtype_bytes(a->dtype));
    if (to.data == NULL) {
        return NULL;
    }
    ag_row_major(a->ndim, a->dim, stride);
    ag__part_shape(&copy, &to, a->ndim, a->dim, stride, 0);
    ag__strided_copy(&copy.array, a);
    return to.data;
}

/* --- shapes ----------------------------------------------------------------------------------- */

bool ag__product(const int64_t *dim, int n, int64_t *product)
{
    bool empty = false;
    *product = 1;
    for (int i = 0; i < n; i++) {
        /* Beside a 0 the product of the other sizes must fit, too, because it becomes a stride. */
        int64_t d = dim[i] == 0 ? 1 : dim[i];
        if (*product > INT64_MAX / d) {
            return false;
        }
        *product *= d;
        empty = empty || dim[i] == 0;
    }
    *product = empty ? 0 : *product;
    return true;
}

const char *ag__text_of(ag_shape shape, char *text)
{
    return ag_shape_text(shape, text);
}

const char *ag__text_of_axes(ag_axes axes, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < axes.n; i++) {
        used += (size_t)snprintf(text + used, AG__TEXT_BYTES - used, i == 0 ? "%d" : ",%d",
                                 axes.axis[i]);
    }
    return text;
}

double ag__partial_one(const ag_tensor *node, int i)
{
    (void)node;
    (void)i;
    return 1.0;
}
