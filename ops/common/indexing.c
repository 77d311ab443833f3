/* Moving elements by index; see indexing.h. Must not know any operation. */
#include <string.h>

#include "indexing.h"

/* --- the walk --------------------------------------------------------------------------------- */

/* A loop over the places p of the index, which is array 0. Array 1 is at p; array 2 is at p with 0
 * for the coordinate along the axis, and its neighbors along the axis lie `along` bytes apart. */
typedef struct walk {
    ag__loop loop;
    int64_t along, size; /* the size of array 2 along the axis */
} walk;

static void walk_open(walk *w, const ag_array *index, const ag_array *here, const ag_array *there,
                      int axis)
{
    ag__part base;
    int64_t stride[AG_MAX_DIMS];
    for (int d = 0; d < index->ndim; d++) {
        stride[d] = d == axis || there->dim[d] == 1 ? 0 : there->stride[d];
    }
    ag__part_shape(&base, there, index->ndim, index->dim, stride, 0);
    ag__loop_open(&w->loop, index->ndim, index->dim);
    ag__loop_add(&w->loop, index);
    ag__loop_add(&w->loop, here);
    ag__loop_add(&w->loop, &base.array);
    w->size = there->dim[axis];
    w->along = there->stride[axis] * (int64_t)ag_dtype_bytes(there->dtype);
}

static int64_t as_given(const ag__loop *l, int64_t i)
{
    return ((const int64_t *)(const void *)l->at[0])[i * l->step[0]];
}

static int64_t index_at(const walk *w, int64_t i)
{
    int64_t at = as_given(&w->loop, i);
    return at < 0 ? at + w->size : at;
}

/* --- moving ----------------------------------------------------------------------------------- */

static void gather_run(const walk *w)
{
    const ag__loop *l = &w->loop;
    int64_t each = l->each[1], to = l->step[1] * each, from = l->step[2] * each;
    if (l->step[0] == 0 && l->step[1] == 1 && l->step[2] == 1) { /* a whole row */
        memcpy(l->at[1], l->at[2] + index_at(w, 0) * w->along, (size_t)(l->run * each));
        return;
    }
    for (int64_t i = 0; i < l->run; i++) {
        ag__copy_element(l->at[1] + i * to, l->at[2] + i * from + index_at(w, i) * w->along, each);
    }
}

void ag__gather_elements(const ag_array *y, const ag_array *x, const ag_array *index, int axis)
{
    walk w;
    walk_open(&w, index, y, x, axis);
    for (bool more = ag__loop_start(&w.loop); more; more = ag__loop_next(&w.loop)) {
        gather_run(&w);
    }
}

void ag__scatter_elements(const ag_array *y, const ag_array *index, const ag_array *src, int axis)
{
    walk w;
    const ag__loop *l = &w.loop;
    walk_open(&w, index, src, y, axis);
    for (bool more = ag__loop_start(&w.loop); more; more = ag__loop_next(&w.loop)) {
        int64_t each = l->each[1];
        for (int64_t i = 0; i < l->run; i++) {
            ag__copy_element(l->at[2] + i * l->step[2] * each + index_at(&w, i) * w.along,
                             l->at[1] + i * l->step[1] * each, each);
        }
    }
}

#define BODY "ops/common/indexing_body.inc"
#include "ops/kernel/each_dtype.inc"

typedef void run_function(const walk *w);

static void walk_all(const ag_array *y, const ag_array *index, const ag_array *src, int axis,
                     run_function *run)
{
    walk w;
    walk_open(&w, index, src, y, axis);
    for (bool more = ag__loop_start(&w.loop); more; more = ag__loop_next(&w.loop)) {
        run(&w);
    }
}

#define WALK(function, name)                                                                       \
    void function(const ag_array *y, const ag_array *index, const ag_array *src, int axis)         \
    {                                                                                              \
        static run_function *const run[AG_DTYPE_COUNT] = {name##_f64, name##_f32, name##_i64};     \
        walk_all(y, index, src, axis, run[y->dtype]);                                              \
    }

WALK(ag__scatter_add_elements, add_run)
WALK(ag__scatter_multiply_elements, multiply_run)
WALK(ag__scatter_max_elements, max_run)
WALK(ag__scatter_min_elements, min_run)
WALK(ag__scatter_exchange_add, exchange_add_run)
WALK(ag__scatter_exchange_multiply, exchange_multiply_run)

/* --- checking --------------------------------------------------------------------------------- */

ag_status ag__index_dtype(const ag_call *call, const ag_tensor *index, const char *what)
{
    ag_dtype dtype = ag_dtype_of(index);
    if (dtype == AG_I64) {
        return AG_OK;
    }
    return ag_call_fail(call, AG_ERR_DTYPE, "ag_cast(..., AG_I64)", "the %s must be i64, not %s",
                        what, ag_dtype_text(dtype));
}

static ag_status bad_index(const ag_call *call, const ag_array *index, int64_t least, int64_t size,
                           const char *what)
{
    const int64_t *values = index->data;
    ag_shape place = {.ndim = index->ndim};
    char text[AG_SHAPE_TEXT];
    int64_t value = 0;
    for (int64_t i = 0; i < index->size; i++) {
        int64_t at = 0, rest = i;
        for (int d = index->ndim - 1; d >= 0; d--) {
            place.dim[d] = rest % index->dim[d];
            at += place.dim[d] * index->stride[d];
            rest /= index->dim[d];
        }
        value = values[at];
        if (value < least || value >= size) {
            break;
        }
    }
    return ag_call_fail(
        call, AG_ERR_VALUE,
        value < 0 && least == 0 ? "negative ones do not count from the end here" : NULL,
        "%s %lld at %s is out of range: %lld to %lld are possible", what, (long long)value,
        ag_shape_text(place, text), (long long)least, (long long)size - 1);
}

ag_status ag__index_check(const ag_call *call, const ag_array *index, int64_t size)
{
    return ag__index_within(call, index, -size, size, "index");
}

ag_status ag__index_within(const ag_call *call, const ag_array *index, int64_t least, int64_t size,
                           const char *what)
{
    int64_t dim[AG_MAX_DIMS];
    for (int d = 0; d < index->ndim; d++) { /* a broadcast element is checked once */
        dim[d] = index->stride[d] == 0 && index->dim[d] > 0 ? 1 : index->dim[d];
    }
    ag__part once;
    ag__part_shape(&once, index, index->ndim, dim, index->stride, 0);
    ag__loop l;
    ag__loop_open(&l, index->ndim, dim);
    ag__loop_add(&l, &once.array);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        for (int64_t i = 0; i < l.run; i++) {
            if (as_given(&l, i) < least || as_given(&l, i) >= size) {
                return size > 0 ? bad_index(call, &once.array, least, size, what)
                                : ag_call_fail(call, AG_ERR_VALUE, NULL,
                                               "%s %lld is out of range: there is nothing", what,
                                               (long long)as_given(&l, i));
            }
        }
    }
    return AG_OK;
}

ag_status ag__index_recheck(const ag_vjp_call *call, const ag_array *index, int64_t size)
{
    const ag_call of_node = {.graph = ag_graph_of(call->out),
                             .op = ag_op_of(call->out),
                             .in = call->in,
                             .n_in = call->n_in};
    return ag__index_check(&of_node, index, size);
}

/* --- new tensors ------------------------------------------------------------------------------ */

ag_tensor *ag__zeros(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    return ag_expand(ag_leaf(g, AG_CONSTANT, dtype, AG_SCALAR, NULL), shape);
}
