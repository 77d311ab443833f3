/* Reading values and gradients out, writing leaves. A write moves the leaf's clock, by which a backward
 * pass notices that a value it needs is no longer the one that was used.
 */
#include <math.h>
#include <string.h>

#include "node.h"

/* --- what a tensor is ----------------------------------------------------------------------------- */

ag_graph *ag_graph_of(const ag_tensor *t)
{
    return t != NULL ? ag__graph(t) : NULL;
}

ag_dtype ag_dtype_of(const ag_tensor *t)
{
    return t != NULL ? (ag_dtype)t->dtype : AG_F64;
}

ag_shape ag_shape_of(const ag_tensor *t)
{
    return t != NULL ? ag__shape_of(t) : AG_SCALAR;
}

int64_t ag_size(const ag_tensor *t)
{
    if (t == NULL) {
        return 0;
    }
    const ag__array *a = ag__array_part(t);
    return a != NULL ? a->size : 1;
}

bool ag_needs_grad(const ag_tensor *t)
{
    return t != NULL && (t->flags & AG__NEEDS) != 0;
}

/* --- reading -------------------------------------------------------------------------------------- */

/* The gradient as an array; data NULL when there is none to read. `zeros`: none has been computed and
 * it reads as zeros. */
static ag_array grad_array(const ag_tensor *t, bool *zeros)
{
    ag_array a = ag_array_of(t);
    a.data = NULL;
    *zeros = false;
    if (t == NULL || !(t->flags & AG__NEEDS)) {
        return a;
    }
    const ag__array *part = ag__array_part(t);
    bool leaf = (t->flags & AG__LEAF) != 0;
    *zeros = leaf && t->u.leaf.runs == 0;
    if (leaf || t->pass != 0) {
        a.data = part != NULL ? part->grad : (void *)&((ag_tensor *)t)->grad;
    }
    return a;
}

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
    ag_graph *g = ag__graph(t);
    char shape[AG__SHAPE_TEXT];
    ag__shape_text(ag__shape_of(t), shape, sizeof shape);
    ag__fail(g, AG_ERR_SHAPE, "%s: %lld elements given for a tensor of shape %s, which has %lld", what,
             (long long)n, shape, (long long)ag_size(t));
    ag__fail_at(g, g->site.where);
    return AG_ERR_SHAPE;
}

static ag_status get(const ag_tensor *t, const ag_array *a, bool contiguous, double *out, int64_t n)
{
    if (n != a->size) {
        return fail_size(t, "get", n);
    }
    if (out == NULL && n > 0) {
        return ag__fail(ag__graph(t), AG_ERR_NULL_ARGUMENT, "get: nowhere to write, out is NULL");
    }
    copy_doubles(a, contiguous, out);
    return AG_OK;
}

ag_status (ag_get)(const ag_tensor *t, double *out, int64_t n)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_array a = ag_array_of(t);
    return get(t, &a, ag_array_is_contiguous(&a), out, n);
}

static ag_status fail_no_grad(const ag_tensor *t, const char *what)
{
    ag_graph *g = ag__graph(t);
    const char *why = !(t->flags & AG__NEEDS) ? "it needs none: nothing it depends on is a variable or "
                                                "parameter, or it was recorded in a no-grad scope"
                      : t->pass == 0          ? "no backward pass has reached it"
                                     : "it was not kept: call ag_retain_grad on it, or ag_keep_grads, "
                                       "before the backward pass";
    ag__fail(g, AG_ERR_NO_GRADIENT, "%s: there is no gradient to read; %s", what, why);
    ag__fail_operands(g, &(ag_tensor *){(ag_tensor *)t}, 1);
    ag__fail_at(g, g->site.where);
    return AG_ERR_NO_GRADIENT;
}

ag_status ag_grad_get(const ag_tensor *t, double *out, int64_t n)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    bool zeros;
    ag_array a = grad_array(t, &zeros);
    if (a.data == NULL) {
        return fail_no_grad(t, "grad_get");
    }
    if (zeros && n == a.size && out != NULL) {
        memset(out, 0, (size_t)n * sizeof *out);
        return AG_OK;
    }
    return get(t, &a, true, out, n);
}

ag_status ag_read(const ag_tensor *t, void *out, size_t bytes)
{
    if (t == NULL || (out == NULL && bytes > 0)) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_array a = ag_array_of(t);
    size_t each = ag_dtype_bytes(a.dtype);
    if (bytes != (size_t)a.size * each) {
        return fail_size(t, "read", (int64_t)(bytes / each));
    }
    ag__copy_strided(&a, out);
    return AG_OK;
}

/* Offset of an element given by index, -1 and an error where there is none. */
static int64_t locate(const ag_tensor *t, const ag_array *a, bool contiguous, ag_shape index)
{
    int64_t at = 0, stride[AG_MAX_DIMS];
    ag__strides(ag__shape_of(t), stride);
    bool inside = index.ndim == a->ndim;
    for (int d = 0; inside && d < a->ndim; d++) {
        int64_t i = index.dim[d] < 0 ? index.dim[d] + a->dim[d] : index.dim[d];
        inside = i >= 0 && i < a->dim[d];
        at += i * (contiguous ? stride[d] : a->stride[d]);
    }
    if (!inside) {
        char want[AG__SHAPE_TEXT], have[AG__SHAPE_TEXT];
        ag__shape_text(index, want, sizeof want);
        ag__shape_text(ag__shape_of(t), have, sizeof have);
        ag_graph *g = ag__graph(t);
        ag__fail(g, AG_ERR_VALUE, "item: no element %s in a tensor of shape %s", want, have);
        ag__fail_at(g, g->site.where);
        return INT64_MIN;
    }
    return at;
}

static double item_at(const ag_tensor *t, const ag_array *a, bool contiguous, ag_shape index)
{
    int64_t at = locate(t, a, contiguous, index);
    return at != INT64_MIN ? ag__element(a->data, a->dtype, at) : (double)NAN;
}

/* The index of the only element of a tensor that has one. */
static ag_shape only_element(const ag_tensor *t)
{
    ag_shape index = ag__shape_of(t);
    memset(index.dim, 0, sizeof index.dim);
    return index;
}

static double item_of_one(const ag_tensor *t, const ag_array *a, bool contiguous)
{
    if (a->size != 1) {
        fail_size(t, "item", 1);
        return (double)NAN;
    }
    return item_at(t, a, contiguous, only_element(t));
}

double (ag_item)(const ag_tensor *t)
{
    if (t == NULL) {
        return (double)NAN;
    }
    ag_array a = ag_array_of(t);
    return item_of_one(t, &a, false);
}

double (ag_item_at)(const ag_tensor *t, ag_shape index)
{
    if (t == NULL) {
        return (double)NAN;
    }
    ag_array a = ag_array_of(t);
    return item_at(t, &a, false, index);
}

double ag_grad_item(const ag_tensor *t)
{
    if (t == NULL) {
        return (double)NAN;
    }
    bool zeros;
    ag_array a = grad_array(t, &zeros);
    if (a.data == NULL) {
        fail_no_grad(t, "grad_item");
        return (double)NAN;
    }
    return zeros && a.size == 1 ? 0.0 : item_of_one(t, &a, true);
}

double ag_grad_item_at(const ag_tensor *t, ag_shape index)
{
    if (t == NULL) {
        return (double)NAN;
    }
    bool zeros;
    ag_array a = grad_array(t, &zeros);
    if (a.data == NULL) {
        fail_no_grad(t, "grad_item_at");
        return (double)NAN;
    }
    if (zeros) {
        return locate(t, &a, true, index) != INT64_MIN ? 0.0 : (double)NAN;
    }
    return item_at(t, &a, true, index);
}

const void *ag_data(const ag_tensor *t)
{
    if (t == NULL) {
        return NULL;
    }
    ag_array a = ag_array_of(t);
    return ag_array_is_contiguous(&a) ? a.data : NULL;
}

/* --- gradients ------------------------------------------------------------------------------------ */

bool ag_has_grad(const ag_tensor *t)
{
    bool zeros;
    return grad_array(t, &zeros).data != NULL && !zeros;
}

const void *ag_grad_data(const ag_tensor *t)
{
    bool zeros;
    ag_array a = grad_array(t, &zeros);
    if (zeros && (t->flags & AG__CLEAN)) {
        memset(a.data, 0, (size_t)a.size * ag_dtype_bytes(a.dtype));
        ((ag_tensor *)t)->flags &= (uint16_t)~AG__CLEAN;
    }
    return a.data;
}

uint32_t ag_grad_runs(const ag_tensor *t)
{
    if (t == NULL || !(t->flags & AG__NEEDS)) {
        return 0;
    }
    return t->flags & AG__LEAF ? t->u.leaf.runs : t->pass != 0;
}

ag_grad_state ag_grad_state_of(const ag_tensor *t)
{
    if (t == NULL || !(t->flags & AG__NEEDS)) {
        return AG_GRAD_NOT_REQUIRED;
    }
    uint32_t runs = ag_grad_runs(t);
    return runs == 0 ? AG_GRAD_NOT_RUN : runs == 1 ? AG_GRAD_COMPUTED : AG_GRAD_ACCUMULATED;
}

void ag_zero_grad(ag_tensor *t)
{
    if (t == NULL) {
        return;
    }
    t->pass = 0;
    if (t->flags & AG__LEAF) {
        t->u.leaf.runs = 0;
        t->flags |= AG__CLEAN;
    }
}

void ag_zero_grads(ag_graph *g)
{
    for (uint32_t i = 0, n = g != NULL ? ag__count(&g->main) : 0; i < n; i++) {
        ag_zero_grad(ag__node(&g->main, i));
    }
}

ag_tensor *ag_retain_grad(ag_tensor *t)
{
    if (t != NULL) {
        t->flags |= AG__KEEP;
    }
    return t;
}

/* --- writing -------------------------------------------------------------------------------------- */

void ag_touch(ag_tensor *t)
{
    if (t != NULL) {
        t->epoch = ag__tick(ag__graph(t));
    }
}

void *ag_write_data(ag_tensor *t)
{
    if (t == NULL) {
        return NULL;
    }
    if (!(t->flags & AG__LEAF)) {
        ag_graph *g = ag__graph(t);
        ag__fail(g, AG_ERR_STATE, "set: only a leaf can be written; this is a result of %s",
                 t->op->name);
        ag__fail_operands(g, &t, 1);
        ag__fail_at(g, g->site.where);
        return NULL;
    }
    ag_touch(t);
    return ag__value_data(t);
}

static ag_status writable(ag_tensor *t, const char *what, const void *from, int64_t n)
{
    if (t == NULL || (from == NULL && n > 0)) {
        return AG_ERR_NULL_ARGUMENT;
    }
    return n == ag_size(t) ? AG_OK : fail_size(t, what, n);
}

ag_status (ag_set)(ag_tensor *t, const double *values, int64_t n)
{
    ag_status status = writable(t, "set", values, n);
    void *data = status == AG_OK ? ag_write_data(t) : NULL;
    if (data == NULL) {
        return status != AG_OK ? status : AG_ERR_STATE;
    }
    for (int64_t i = 0; i < n; i++) {
        ag__element_set(data, (ag_dtype)t->dtype, i, values[i]);
    }
    return AG_OK;
}

ag_status ag_set_item(ag_tensor *t, double value)
{
    return (ag_set)(t, &value, 1);
}

ag_status ag_write(ag_tensor *t, const void *from, size_t bytes)
{
    size_t each = ag_dtype_bytes(ag_dtype_of(t));
    int64_t n = bytes % each == 0 ? (int64_t)(bytes / each) : -1;
    ag_status status = writable(t, "write", from, n);
    void *data = status == AG_OK ? ag_write_data(t) : NULL;
    if (data == NULL) {
        return status != AG_OK ? status : AG_ERR_STATE;
    }
    memcpy(data, from, bytes);
    return AG_OK;
}
