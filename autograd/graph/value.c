/* Reading values, and writing the values of leaves. Each write gives the leaf a new version, so
 * that a backward pass notices when a value that it needs has been changed.
 */
#include <math.h>
#include <string.h>

#include "value.h"

#include "call.h"
#include "dropped.h"
#include "error.h"
#include "heap.h"
#include "node.h"
#include "shape_math.h"

/* --- reading ---------------------------------------------------------------------------------- */

static void copy_doubles(const ag_array *a, bool contiguous, double *out)
{
    int64_t index[AG_MAX_DIMS] = {0}, at = 0;
    for (int64_t i = 0; i < a->size; i++) {
        out[i] = ag__element(a->data, a->dtype, contiguous ? i : at);
        if (!contiguous) {
            at += ag__advance(a, index, a->ndim - 1);
        }
    }
}

static ag_status fail_size(const ag_tensor *t, const char *what, int64_t n)
{
    ag_graph *g = ag__graph_from(t);
    char shape[AG_SHAPE_TEXT];
    ag_shape_text(ag_shape_of(t), shape);
    ag__fail_begin(g, AG_ERR_SHAPE,
                   "%s: %lld elements given for a tensor of shape %s, which has %lld", what,
                   (long long)n, shape, (long long)ag_size(t));
    ag__fail_at(g, g->site.where);
    return AG_ERR_SHAPE;
}

static ag_status fail_bytes(const ag_tensor *t, const char *what, size_t bytes)
{
    ag_graph *g = ag__graph_from(t);
    char shape[AG_SHAPE_TEXT];
    ag_shape_text(ag_shape_of(t), shape);
    ag__fail_begin(g, AG_ERR_SHAPE, "%s: %zu bytes given for %s %s, which has %zu", what, bytes,
                   ag_dtype_text((ag_dtype)t->dtype), shape, ag_bytes(t));
    ag__fail_at(g, g->site.where);
    ag__fail_more(g, "\n  hint: ag_get and ag_set convert from and to double");
    return AG_ERR_SHAPE;
}

/* `argument` is what the caller left out. */
static ag_status fail_null(const ag_tensor *t, const char *what, const char *argument)
{
    return ag_fail(ag__graph_from(t), AG_ERR_NULL_ARGUMENT, NULL, "%s: %s NULL", what, argument);
}

ag_status ag__get_from(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                       double *out, int64_t n)
{
    if (n != a->size) {
        return fail_size(t, what, n);
    }
    if (out == NULL && n > 0) {
        return fail_null(t, what, "the memory to write to is");
    }
    copy_doubles(a, contiguous, out);
    return AG_OK;
}

ag_status(ag_get)(const ag_tensor *t, double *out, int64_t n)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (ag__is_dropped(t, "get")) {
        return AG_ERR_STATE;
    }
    ag_array a = ag_array_of(t);
    return ag__get_from(t, "get", &a, ag_array_is_contiguous(&a), out, n);
}

ag_status ag_read(const ag_tensor *t, void *out, size_t bytes)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (ag__is_dropped(t, "read")) {
        return AG_ERR_STATE;
    }
    if (out == NULL && bytes > 0) {
        return fail_null(t, "read", "the memory to write to is");
    }
    ag_array a = ag_array_of(t);
    size_t each = ag_dtype_bytes(a.dtype);
    if (bytes != (size_t)a.size * each) {
        return fail_bytes(t, "read", bytes);
    }
    ag__copy_strided(&a, out);
    return AG_OK;
}

int64_t ag__locate(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                   ag_shape index)
{
    int64_t at = 0, stride[AG_MAX_DIMS];
    ag_row_major(a->ndim, a->dim, stride);
    if (index.ndim != a->ndim) {
        ag_fail(ag__graph_from(t), AG_ERR_VALUE, NULL,
                "%s: an index of %d number%s for a tensor of %d dimension%s", what, index.ndim,
                index.ndim == 1 ? "" : "s", a->ndim, a->ndim == 1 ? "" : "s");
        return INT64_MIN;
    }
    bool inside = true;
    for (int d = 0; inside && d < a->ndim; d++) {
        int64_t i = index.dim[d] < 0 ? index.dim[d] + a->dim[d] : index.dim[d];
        inside = i >= 0 && i < a->dim[d];
        at += inside ? i * (contiguous ? stride[d] : a->stride[d]) : 0;
    }
    if (!inside) {
        char want[AG_SHAPE_TEXT], have[AG_SHAPE_TEXT];
        ag_shape_text(index, want);
        ag_shape_text(ag_shape_of(t), have);
        ag_graph *g = ag__graph_from(t);
        ag__fail_begin(g, AG_ERR_VALUE, "%s: no element %s in a tensor of shape %s", what, want,
                       have);
        ag__fail_at(g, g->site.where);
        return INT64_MIN;
    }
    return at;
}

double ag__element_at(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                      ag_shape index)
{
    int64_t at = ag__locate(t, what, a, contiguous, index);
    return at != INT64_MIN ? ag__element(a->data, a->dtype, at) : (double)NAN;
}

/* The index of the element in a tensor that has only one. */
static ag_shape only_element(const ag_tensor *t)
{
    ag_shape index = ag_shape_of(t);
    memset(index.dim, 0, sizeof index.dim);
    return index;
}

double ag__only_element(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous)
{
    if (a->size != 1) {
        ag_graph *g = ag__graph_from(t);
        char shape[AG_SHAPE_TEXT];
        ag_shape_text(ag_shape_of(t), shape);
        ag__fail_begin(g, AG_ERR_SHAPE, "%s: a tensor of shape %s has %lld elements, not one", what,
                       shape, (long long)a->size);
        ag__fail_at(g, g->site.where);
        ag__fail_more(g, "\n  hint: ag_item_at reads one of them, ag_get all");
        return (double)NAN;
    }
    return ag__element_at(t, what, a, contiguous, only_element(t));
}

double(ag_item)(const ag_tensor *t)
{
    if (t == NULL || ag__is_dropped(t, "item")) {
        return (double)NAN;
    }
    ag_array a = ag_array_of(t);
    return ag__only_element(t, "item", &a, false);
}

double(ag_item_at)(const ag_tensor *t, ag_shape index)
{
    if (t == NULL || ag__is_dropped(t, "item_at")) {
        return (double)NAN;
    }
    ag_array a = ag_array_of(t);
    return ag__element_at(t, "item_at", &a, false, index);
}

const void *ag_data(const ag_tensor *t)
{
    if (t == NULL || ag__is_dropped(t, "data")) {
        return NULL;
    }
    ag_array a = ag_array_of(t);
    return ag_array_is_contiguous(&a) ? a.data : NULL;
}

/* --- writing ---------------------------------------------------------------------------------- */

void ag_touch(ag_tensor *t)
{
    if (t != NULL) {
        /* The version of a view is that of the tensor whose memory it shows. */
        ag__storage *s = ag__storage_of(t);
        ag__origin_of(s != NULL ? s->owner : t)->version = ag__next_version(ag__graph_from(t));
    }
}

/* Whether it is a leaf; a kept error if not. */
static bool is_writable(ag_tensor *t, const char *what)
{
    if (ag__is_dropped(t, what)) {
        return false;
    }
    if (!(t->flags & AG__LEAF)) {
        ag_graph *g = ag__graph_from(t);
        ag__fail_begin(
            g, AG_ERR_STATE, "%s: only a leaf can be written; this is a result of %s", what,
            ag__origin_of(t)->op != NULL ? ag__origin_of(t)->op->name
                                         : "a backward pass (return a new tensor instead)");
        ag__fail_operands(g, &t, 1);
        ag__fail_at(g, g->site.where);
        return false;
    }
    return true;
}

/* The memory of a leaf, which counts as written now. */
static void *written_data(ag_tensor *t)
{
    ag_touch(t);
    return ag__value_data(t);
}

void *(ag_mutable_data)(ag_tensor *t)
{
    return t != NULL && is_writable(t, "mutable_data") ? written_data(t) : NULL;
}

void *ag_call_mutable_data(const ag_call *call, ag_tensor *t)
{
    return t != NULL && is_writable(t, call->op->name) ? written_data(t) : NULL;
}

static ag_status set(ag_tensor *t, const char *what, const double *values, int64_t n)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (values == NULL && n > 0) {
        return fail_null(t, what, "the values are");
    }
    if (!is_writable(t, what)) {
        return AG_ERR_STATE;
    }
    if (n != ag_size(t)) {
        return fail_size(t, what, n);
    }
    void *data = written_data(t);
    for (int64_t i = 0; i < n; i++) {
        ag__element_set(data, (ag_dtype)t->dtype, i, values[i]);
    }
    return AG_OK;
}

ag_status(ag_set)(ag_tensor *t, const double *values, int64_t n)
{
    return set(t, "set", values, n);
}

ag_status(ag_set_item)(ag_tensor *t, double value)
{
    return set(t, "set_item", &value, 1);
}

ag_status(ag_write)(ag_tensor *t, const void *from, size_t bytes)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (from == NULL && bytes > 0) {
        return fail_null(t, "write", "the data is");
    }
    if (!is_writable(t, "write")) {
        return AG_ERR_STATE;
    }
    if (bytes != ag_bytes(t)) {
        return fail_bytes(t, "write", bytes);
    }
    void *data = written_data(t);
    if (bytes > 0) {
        memcpy(data, from, bytes);
    }
    return AG_OK;
}
