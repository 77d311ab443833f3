/* Tensors as nodes: making results and views, their names, and the functions that say what a tensor
 * is. Leaves are in leaf.c; value.c reads and writes values. Must not know any operation.
 */
#include <string.h>

#include "tensor.h"

#include "error.h"
#include "heap.h"
#include "shape_math.h"

/* --- results and views ------------------------------------------------------------------------ */

static ag_tensor *no_memory(ag_graph *g, size_t bytes)
{
    ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: a tensor of %zu bytes", bytes);
    ag__fail_at(g, g->site.where);
    return NULL;
}

static ag__storage *storage_new(ag_graph *g, ag_shape shape, const int64_t *stride, int64_t size)
{
    size_t extent = (size_t)shape.ndim * sizeof(int64_t);
    ag__storage *a = ag__arena_get(&g->heap->arena, sizeof *a + 2 * extent);
    if (a == NULL) {
        no_memory(g, sizeof *a + 2 * extent);
        return NULL;
    }
    memset(a, 0, sizeof *a);
    a->ndim = shape.ndim;
    a->size = size;
    memcpy(a->extent, shape.dim, extent);
    memcpy(a->extent + shape.ndim, stride, extent);
    return a;
}

static uint16_t common_flags(const ag_graph *g, ag_dtype dtype, bool scalar)
{
    unsigned flags = scalar ? AG__SCALAR : 0;
    if (g->heap == &g->scratch) {
        flags |= AG__TEMPORARY;
    } else if (scalar && dtype == AG_F64) {
        flags |= AG__LEAN;
    }
    return (uint16_t)flags;
}

static ag_tensor *node_new(ag_graph *g, ag_dtype dtype, ag__storage *a)
{
    ag_tensor *t = ag__push(g, NULL);
    if (t != NULL) {
        t->in.two[0] = t->in.two[1] = NULL;
        t->value.i64 = t->grad.i64 = 0;
        t->u.op.attr = NULL;
        t->u.op.storage = a;
        ag__stamp(t, dtype, 0, common_flags(g, dtype, a == NULL));
        if (a != NULL && a->owner == NULL) {
            a->owner = t;
        }
    }
    return t;
}

ag_tensor *ag__wrap(ag_graph *g, ag_dtype dtype, ag_shape shape, void *data)
{
    int64_t size, stride[AG_MAX_DIMS];
    if (ag__shape_check(g, "tensor", shape, ag_dtype_bytes(dtype), &size) != AG_OK) {
        return NULL;
    }
    ag_row_major(shape.ndim, shape.dim, stride);
    ag__storage *a = storage_new(g, shape, stride, size);
    if (a == NULL) {
        return NULL;
    }
    size_t bytes = (size_t)size * ag_dtype_bytes(dtype);
    a->contiguous = true;
    a->data = data != NULL ? data : ag__arena_get(&g->heap->arena, bytes);
    return a->data != NULL ? node_new(g, dtype, a) : no_memory(g, bytes);
}

ag_tensor *ag__result(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    return shape.ndim == 0 ? node_new(g, dtype, NULL) : ag__wrap(g, dtype, shape, NULL);
}

/* A 0-d view is a copy: a 0-d node has its value in itself, and copying one number is cheap. */
ag_tensor *ag__view(ag_graph *g, ag_dtype dtype, ag_shape shape, const int64_t *stride, void *data,
                    ag_tensor *owner)
{
    if (shape.ndim == 0) {
        ag_tensor *t = node_new(g, dtype, NULL);
        if (t != NULL) {
            memcpy(&t->value, data, ag_dtype_bytes(dtype));
        }
        return t;
    }
    int64_t size;
    if (ag__shape_check(g, "view", shape, ag_dtype_bytes(dtype), &size) != AG_OK) {
        return NULL;
    }
    ag__storage *a = storage_new(g, shape, stride, size);
    if (a == NULL) {
        return NULL;
    }
    a->data = data;
    a->owner = owner;
    ag_tensor *t = node_new(g, dtype, a);
    if (t != NULL) {
        ag_array seen = ag_array_of(t);
        a->contiguous = ag_array_is_contiguous(&seen);
        t->flags |= AG__VIEW;
    }
    return t;
}

/* --- names ------------------------------------------------------------------------------------ */

ag__extra *ag__extra_of(ag_tensor *t)
{
    ag__extra *extra = ag__extra_or_null(t);
    if (extra == NULL && (extra = ag__owned(t, sizeof *extra)) != NULL) {
        memset(extra, 0, sizeof *extra);
        ag__origin_of(t)->extra = extra;
        t->flags |= AG__EXTRA;
    }
    return extra;
}

ag_tensor *ag_name(ag_tensor *t, const char *name)
{
    if (t == NULL || (name == NULL && !(t->flags & AG__EXTRA))) {
        return t;
    }
    ag__extra *extra = ag__extra_of(t);
    if (extra == NULL) {
        return NULL;
    }
    size_t bytes = name != NULL ? strlen(name) + 1 : 0;
    if (bytes > extra->name_bytes) {
        char *fresh = ag__owned(t, bytes);
        if (fresh == NULL) {
            return NULL;
        }
        extra->name = fresh;
        extra->name_bytes = bytes;
    }
    extra->named = name != NULL;
    if (name != NULL) {
        memmove(extra->name, name, bytes);
    }
    return t;
}

/* --- what a tensor is ------------------------------------------------------------------------- */

ag_graph *ag_graph_of(const ag_tensor *t)
{
    return t != NULL ? ag__graph_from(t) : NULL;
}

ag_dtype ag_dtype_of(const ag_tensor *t)
{
    return t != NULL ? (ag_dtype)t->dtype : AG_F64;
}

ag_shape ag_shape_of(const ag_tensor *t)
{
    ag_shape shape = {0, {0}};
    const ag__storage *a = t != NULL ? ag__storage_of(t) : NULL;
    if (a != NULL) {
        shape.ndim = a->ndim;
        memcpy(shape.dim, a->extent, (size_t)a->ndim * sizeof shape.dim[0]);
    }
    return shape;
}

int64_t ag_size(const ag_tensor *t)
{
    if (t == NULL) {
        return 0;
    }
    const ag__storage *a = ag__storage_of(t);
    return a != NULL ? a->size : 1;
}

size_t ag_bytes(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t));
}

bool ag_needs_grad(const ag_tensor *t)
{
    return t != NULL && (t->flags & AG__NEEDS) != 0;
}

uint32_t ag_id(const ag_tensor *t)
{
    return t != NULL ? ag__origin_of(t)->id : 0;
}

ag_role ag_role_of(const ag_tensor *t)
{
    if (t == NULL || ag__origin_of(t)->op != NULL) {
        return AG_RESULT;
    }
    if (t->flags & AG__PARAMETER) {
        return AG_PARAMETER;
    }
    return t->flags & AG__NEEDS ? AG_VARIABLE : AG_CONSTANT;
}

const char *ag_name_of(const ag_tensor *t)
{
    const ag__extra *extra = t != NULL ? ag__extra_or_null(t) : NULL;
    return extra != NULL && extra->named ? extra->name : NULL;
}

const char *ag_op_name(const ag_tensor *t)
{
    return t != NULL && ag__origin_of(t)->op != NULL ? ag__origin_of(t)->op->name : NULL;
}

const char *ag_source_line(const ag_tensor *t)
{
    return t != NULL ? ag__origin_of(t)->where : NULL;
}

int ag_n_operands(const ag_tensor *t)
{
    return t != NULL && ag__origin_of(t)->op != NULL ? ag__n_in(t) : 0;
}

ag_tensor *ag_operand(const ag_tensor *t, int i)
{
    return i >= 0 && i < ag_n_operands(t) ? ag__in(t, i) : NULL;
}

bool ag_is_view(const ag_tensor *t)
{
    return t != NULL && (t->flags & AG__VIEW) != 0;
}

const ag_op *ag_op_of(const ag_tensor *t)
{
    return t != NULL ? ag__origin_of(t)->op : NULL;
}

const void *ag_attr_of(const ag_tensor *t)
{
    if (t == NULL || ag__origin_of(t)->op == NULL) {
        return NULL;
    }
    return t->flags & AG__PARTIALS ? &t->in.one.parameter : t->u.op.attr;
}

ag_array ag_array_of(const ag_tensor *t)
{
    ag_array a = {AG_F64, 0, NULL, NULL, 0, NULL};
    if (t == NULL) {
        return a;
    }
    a.dtype = (ag_dtype)t->dtype;
    a.data = ag__value_data(t);
    a.size = 1;
    const ag__storage *storage = ag__storage_of(t);
    if (storage != NULL) {
        a.ndim = storage->ndim;
        a.dim = storage->extent;
        a.stride = storage->extent + storage->ndim;
        a.size = storage->size;
    }
    return a;
}
