/* Tensors as data: leaves, results, views, names; memory that lives as long as its tensor.
 * Reading and writing values is in value.c.
 */
#include <string.h>

#include "node.h"

/* --- memory with a tensor's lifetime ---------------------------------------------------------- */

/* A node made after the last mark dies with whatever is allocated now. An older one survives a
 * rewind that would take the memory away, so what it is given is pinned to it instead. */
void *ag__owned(ag_tensor *t, size_t bytes)
{
    ag_graph *g = ag__graph_from(t);
    void *memory = NULL;
    if (t->flags & AG__TEMPORARY) {
        memory = ag__arena_get(&g->scratch.arena, bytes);
    } else if (t->id >= g->floor) {
        memory = ag__arena_get(&g->main.arena, bytes);
    } else if (bytes < SIZE_MAX - AG__ALIGN) {
        ag__pinned *p = ag__memory_get(&g->memory, AG__ALIGN + bytes);
        if (p != NULL) {
            *p = (ag__pinned){g->pinned, t, AG__ALIGN + bytes};
            g->pinned = p;
            memory = (char *)p + AG__ALIGN;
        }
    }
    if (memory == NULL) {
        ag__fail(g, AG_ERR_MEMORY, "out of memory: %zu bytes", bytes);
    }
    return memory;
}

void ag__pinned_drop(ag_graph *g, uint32_t nodes)
{
    ag__pinned **link = &g->pinned;
    while (*link != NULL) {
        ag__pinned *p = *link;
        if (p->owner->id >= nodes) {
            *link = p->next;
            ag__memory_put(&g->memory, p, p->bytes);
        } else {
            link = &p->next;
        }
    }
}

/* --- results and views ------------------------------------------------------------------------ */

static ag_tensor *no_memory(ag_graph *g, size_t bytes)
{
    ag__fail(g, AG_ERR_MEMORY, "out of memory: a tensor of %zu bytes", bytes);
    ag__fail_at(g, g->site.where);
    return NULL;
}

static ag__storage *array_new(ag_graph *g, ag_shape shape, const int64_t *stride, int64_t size)
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
    ag_tensor *t = ag__push(g);
    if (t != NULL) {
        t->op = NULL;
        t->in.two[0] = t->in.two[1] = NULL;
        t->value.i64 = t->grad.i64 = 0;
        t->u.op.attr = NULL;
        t->u.op.storage = a;
        ag__stamp(t, g->version, dtype, 0, common_flags(g, dtype, a == NULL));
        if (a != NULL && a->owner == NULL) {
            a->owner = t;
        }
    }
    return t;
}

/* `data` NULL: memory from the arena, uninitialized. The caller has checked the shape. */
static ag_tensor *array_tensor(ag_graph *g, ag_dtype dtype, ag_shape shape, void *data)
{
    int64_t size, stride[AG_MAX_DIMS];
    if (ag__shape_check(g, "tensor", shape, ag_dtype_bytes(dtype), &size) != AG_OK) {
        return NULL;
    }
    ag__strides(shape, stride);
    ag__storage *a = array_new(g, shape, stride, size);
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
    return shape.ndim == 0 ? node_new(g, dtype, NULL) : array_tensor(g, dtype, shape, NULL);
}

/* A 0-d view is a copy: the one element costs less than a way to share it. */
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
    ag__storage *a = array_new(g, shape, stride, size);
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

/* --- leaves ----------------------------------------------------------------------------------- */

static ag_status leaf_check(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape)
{
    int64_t size;
    if ((unsigned)dtype >= AG_DTYPE_COUNT || (unsigned)role >= AG_RESULT) {
        return ag__fail(g, AG_ERR_VALUE, "leaf: no such %s (%d)",
                        (unsigned)dtype >= AG_DTYPE_COUNT ? "dtype" : "role",
                        (unsigned)dtype >= AG_DTYPE_COUNT ? (int)dtype : (int)role);
    }
    if (dtype == AG_I64 && role != AG_CONSTANT) {
        return ag__fail(
            g, AG_ERR_DTYPE,
            "leaf: an i64 tensor has no gradient; make it AG_CONSTANT, or use f64 or f32");
    }
    return ag__shape_check(g, "leaf", shape, ag_dtype_bytes(dtype), &size);
}

/* Gradient memory comes with the leaf, so that it survives every rewind the leaf survives. */
static ag_tensor *leaf_finish(ag_tensor *t, ag_role role)
{
    if (t == NULL) {
        return NULL;
    }
    t->flags |= AG__LEAF | AG__CLEAN;
    t->u.leaf.runs = 0;
    if (role != AG_CONSTANT) {
        t->flags |= role == AG_PARAMETER ? AG__NEEDS | AG__PARAMETER : AG__NEEDS;
        ag__storage *a = ag__storage_of(t);
        if (a != NULL) {
            a->grad = ag__owned(t, (size_t)a->size * ag_dtype_bytes((ag_dtype)t->dtype));
            return a->grad != NULL ? t : NULL;
        }
    }
    return t;
}

static ag_tensor *leaf_new(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape)
{
    if (g == NULL || leaf_check(g, role, dtype, shape) != AG_OK) {
        if (g != NULL) {
            ag__fail_at(g, g->site.where);
        }
        return NULL;
    }
    return leaf_finish(ag__result(g, dtype, shape), role);
}

ag_tensor *(ag_leaf)(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape, const void *data)
{
    ag_tensor *t = leaf_new(g, role, dtype, shape);
    if (t != NULL) {
        size_t bytes = (size_t)ag_size(t) * ag_dtype_bytes(dtype);
        if (data != NULL) {
            memcpy(ag__value_data(t), data, bytes);
        } else {
            memset(ag__value_data(t), 0, bytes);
        }
    }
    return t;
}

ag_tensor *(ag_borrow)(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape, void *data)
{
    if (g == NULL) {
        return NULL;
    }
    if (data == NULL) {
        ag__fail(g, AG_ERR_NULL_ARGUMENT, "borrow: the data is NULL");
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    if (leaf_check(g, role, dtype, shape) != AG_OK) {
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    return leaf_finish(array_tensor(g, dtype, shape, data), role);
}

ag_tensor *(ag_full)(ag_graph *g, ag_role role, ag_shape shape, double value)
{
    ag_tensor *t = g != NULL ? leaf_new(g, role, g->dtype, shape) : NULL;
    for (int64_t i = 0, n = ag_size(t); i < n; i++) {
        ag__element_set(ag__value_data(t), g->dtype, i, value);
    }
    return t;
}

ag_tensor *(ag_from_values)(ag_graph *g, ag_role role, ag_shape shape, const double *values)
{
    ag_tensor *t = g != NULL ? leaf_new(g, role, g->dtype, shape) : NULL;
    if (t != NULL && values == NULL && ag_size(t) > 0) {
        ag__fail(g, AG_ERR_NULL_ARGUMENT, "from: the values are NULL");
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    for (int64_t i = 0, n = ag_size(t); i < n; i++) {
        ag__element_set(ag__value_data(t), g->dtype, i, values[i]);
    }
    return t;
}

ag_tensor *(ag_variable)(ag_graph *g, double value)
{
    return (ag_full)(g, AG_VARIABLE, AG_SCALAR, value);
}

ag_tensor *(ag_constant)(ag_graph *g, double value)
{
    return (ag_full)(g, AG_CONSTANT, AG_SCALAR, value);
}

ag_tensor *(ag_parameter)(ag_graph *g, double value)
{
    return (ag_full)(g, AG_PARAMETER, AG_SCALAR, value);
}

/* A constant without a name, for the engine's own use: seeds and zeros. */
ag_tensor *ag__filled(ag_graph *g, ag_dtype dtype, ag_shape shape, double value)
{
    ag_tensor *t = leaf_new(g, AG_CONSTANT, dtype, shape);
    for (int64_t i = 0, n = ag_size(t); i < n; i++) {
        ag__element_set(ag__value_data(t), dtype, i, value);
    }
    return t;
}

/* --- names ------------------------------------------------------------------------------------ */

ag__extra *ag__extra_of(ag_tensor *t)
{
    if (t->extra == NULL) {
        t->extra = ag__owned(t, sizeof *t->extra);
        if (t->extra != NULL) {
            memset(t->extra, 0, sizeof *t->extra);
        }
    }
    return t->extra;
}

ag_tensor *ag_name(ag_tensor *t, const char *name)
{
    if (t == NULL || (name == NULL && t->extra == NULL)) {
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

const char *ag_name_of(const ag_tensor *t)
{
    return t != NULL && t->extra != NULL && t->extra->named ? t->extra->name : NULL;
}
