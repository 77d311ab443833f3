/* Leaves: tensors that no operation made. Their values come from the caller, and their gradients
 * are kept until they are reset. Must not know any operation.
 */
#include <string.h>

#include "leaf.h"

#include "error.h"
#include "heap.h"
#include "node.h"
#include "shape_math.h"
#include "tensor.h"

/* `what` begins the message. */
static ag_status check(ag_graph *g, const char *what, ag_role role, ag_dtype dtype, ag_shape shape)
{
    int64_t size;
    if ((unsigned)dtype >= AG_DTYPE_COUNT || (unsigned)role >= AG_RESULT) {
        bool no_dtype = (unsigned)dtype >= AG_DTYPE_COUNT;
        return ag__fail_begin(g, AG_ERR_VALUE, "%s: no such %s (%d)", what,
                              no_dtype ? "dtype" : "role", no_dtype ? (int)dtype : (int)role);
    }
    if (dtype == AG_I64 && role != AG_CONSTANT) {
        return ag__fail_begin(
            g, AG_ERR_DTYPE,
            "%s: an i64 tensor has no gradient; make it AG_CONSTANT, or use f64 or f32", what);
    }
    return ag__shape_check(g, what, shape, ag_dtype_bytes(dtype), &size);
}

/* Are the data of the caller's array numbers of this dtype, as far as its type told? */
static ag_status check_data(ag_graph *g, const char *what, ag_dtype dtype)
{
    static const char *const numbers[] = {"?", "double", "float", "64-bit integers",
                                          "int or long double"};
    int kind = g->site.data_kind;
    g->site.data_kind = 0;
    if (kind == 0 || kind == 1 + (int)dtype || (unsigned)dtype >= AG_DTYPE_COUNT) {
        return AG_OK;
    }
    ag__fail_begin(g, AG_ERR_DTYPE, "%s: the array is of %s, but %s needs %s", what, numbers[kind],
                   ag_dtype_text(dtype), numbers[1 + (int)dtype]);
    ag__fail_at(g, g->site.where);
    return AG_ERR_DTYPE;
}

/* The gradient memory is allocated together with the leaf, so that no rewind drops it alone. */
static ag_tensor *finish(ag_tensor *t, ag_role role)
{
    if (t == NULL) {
        return NULL;
    }
    t->flags |= AG__LEAF;
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

static ag_tensor *leaf_new(ag_graph *g, const char *what, ag_role role, ag_dtype dtype,
                           ag_shape shape)
{
    if (g == NULL) {
        return NULL;
    }
    /* A composed operation that needs one is what the user called. */
    const char *called = g->composite != NULL ? g->composite->op->name : what;
    if (check(g, called, role, dtype, shape) != AG_OK) {
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    return finish(ag__result(g, dtype, shape), role);
}

ag_tensor *(ag_leaf)(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape, const void *data)
{
    ag_tensor *t = NULL;
    if (g != NULL && check_data(g, "leaf", dtype) == AG_OK) {
        t = leaf_new(g, "leaf", role, dtype, shape);
    }
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
    if (check_data(g, "borrow", dtype) != AG_OK) {
        return NULL;
    }
    if (data == NULL) {
        ag__fail_begin(g, AG_ERR_NULL_ARGUMENT, "borrow: the data is NULL");
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    if (check(g, "borrow", role, dtype, shape) != AG_OK) {
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    if ((uintptr_t)data % ag_dtype_bytes(dtype) != 0) {
        ag__fail_begin(g, AG_ERR_VALUE, "borrow: the data is not aligned to the %zu bytes of %s",
                       ag_dtype_bytes(dtype), ag_dtype_text(dtype));
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    return finish(ag__wrap(g, dtype, shape, data), role);
}

ag_tensor *(ag_full)(ag_graph *g, ag_role role, ag_shape shape, double value)
{
    ag_tensor *t = g != NULL ? leaf_new(g, "full", role, g->dtype, shape) : NULL;
    for (int64_t i = 0, n = ag_size(t); i < n; i++) {
        ag__element_set(ag__value_data(t), g->dtype, i, value);
    }
    return t;
}

ag_tensor *(ag_from_values)(ag_graph *g, ag_role role, ag_shape shape, const double *values)
{
    ag_tensor *t = NULL;
    if (g != NULL && check_data(g, "from_values", AG_F64) == AG_OK) {
        t = leaf_new(g, "from_values", role, g->dtype, shape);
    }
    if (t != NULL && values == NULL && ag_size(t) > 0) {
        ag__fail_begin(g, AG_ERR_NULL_ARGUMENT, "from_values: the values are NULL");
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

ag_tensor *ag__filled(ag_graph *g, const char *what, ag_dtype dtype, ag_shape shape, double value)
{
    ag_tensor *t = leaf_new(g, what, AG_CONSTANT, dtype, shape);
    for (int64_t i = 0, n = ag_size(t); i < n; i++) {
        ag__element_set(ag__value_data(t), dtype, i, value);
    }
    return t;
}

ag_tensor *ag__unfilled(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    return finish(ag__result(g, dtype, shape), AG_CONSTANT);
}
