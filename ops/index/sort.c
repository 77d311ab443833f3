/* Sorting: argsort, a stable merge sort along an axis; sort and topk, which gather the elements at
 * its result; and searchsorted. Only the gather has a derivative, because the order is constant
 * wherever it has one. Must not know how an index is followed; that is gather.c.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/index.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/indexing.h"

/* --- argsort ---------------------------------------------------------------------------------- */

typedef struct sort_attr {
    int axis;
    bool descending;
} sort_attr;

/* One line along the axis: n keys and n results with their steps, and room for 2n places. */
typedef struct line {
    const char *key;
    int64_t key_step, n;
    int64_t *out;
    int64_t out_step, *places, *spare;
    bool descending;
} line;

#define BODY "ops/index/sort_body.inc"
#include "ops/kernel/each_dtype.inc"

typedef bool before_function(const line *l, int64_t a, int64_t b);

/* Merges places[from..middle) and places[middle..end), each of which is in order, into the spare.
 * Equal keys keep their order. */
static void merge(const line *l, before_function *before, int64_t from, int64_t middle, int64_t end)
{
    int64_t left = from, right = middle;
    for (int64_t to = from; to < end; to++) {
        bool take = left == middle || (right < end && before(l, l->places[right], l->places[left]));
        l->spare[to] = l->places[take ? right++ : left++];
    }
}

static void sort_line(line *l, before_function *before)
{
    for (int64_t i = 0; i < l->n; i++) {
        l->places[i] = i;
    }
    for (int64_t width = 1; width < l->n; width *= 2) {
        for (int64_t from = 0; from < l->n; from += 2 * width) {
            int64_t middle = l->n - from < width ? l->n : from + width;
            int64_t end = l->n - middle < width ? l->n : middle + width;
            merge(l, before, from, middle, end);
        }
        int64_t *sorted = l->spare;
        l->spare = l->places;
        l->places = sorted;
    }
    for (int64_t i = 0; i < l->n; i++) {
        l->out[i * l->out_step] = l->places[i];
    }
}

static ag_status argsort_infer(ag_call *call)
{
    const sort_attr *attr = call->attr;
    int axis;
    call->shape = ag_shape_of(call->in[0]);
    call->dtype = AG_I64;
    return ag__call_axis_1d(call, attr->axis, call->shape.ndim, &axis);
}

/* The loop over the first elements of all lines of x and of the result. */
static void lines_open(ag__loop *heads, line *l, const ag__part *x, const ag__part *y, int axis)
{
    int64_t dim[AG_MAX_DIMS];
    ag__part first_x, first_y;
    int ndim = x->array.ndim;
    memcpy(dim, x->dim, (size_t)ndim * sizeof *dim);
    l->n = dim[axis];
    l->key_step = x->stride[axis];
    l->out_step = y->stride[axis];
    dim[axis] = l->n > 0;
    ag__part_shape(&first_x, &x->array, ndim, dim, x->stride, 0);
    ag__part_shape(&first_y, &y->array, ndim, dim, y->stride, 0);
    ag__loop_open(heads, ndim, dim);
    ag__loop_add(heads, &first_x.array);
    ag__loop_add(heads, &first_y.array);
}

static ag_status argsort_forward(ag_call *call)
{
    static before_function *const before[AG_DTYPE_COUNT] = {before_f64, before_f32, before_i64};
    const sort_attr *attr = call->attr;
    ag_array plain = ag_array_of(call->in[0]);
    ag__part x, y;
    ag__loop o;
    line l = {.descending = attr->descending};
    ag__at_least_1d(&x, &plain);
    ag__at_least_1d(&y, &call->out);
    lines_open(&o, &l, &x, &y, ag__axis_of(attr->axis, plain.ndim));
    l.places = ag_workspace(call->graph, (size_t)l.n * 2 * sizeof *l.places);
    if (l.places == NULL) {
        return AG_ERR_MEMORY;
    }
    l.spare = l.places + l.n;
    for (bool more = ag__loop_start(&o); more; more = ag__loop_next(&o)) {
        for (int64_t i = 0; i < o.run; i++) {
            l.key = o.at[0] + i * o.step[0] * o.each[0];
            l.out = (int64_t *)(void *)o.at[1] + i * o.step[1];
            sort_line(&l, before[plain.dtype]);
        }
    }
    return AG_OK;
}

static void argsort_describe(const void *attr, char *text, size_t bytes)
{
    const sort_attr *sort = attr;
    snprintf(text, bytes, "axis %d%s", sort->axis, sort->descending ? ", descending" : "");
}

static ag_tensor *sample_argsort(ag_tensor *const *in)
{
    return ag_argsort(in[0], 0, true);
}

static const ag_case argsort_cases[] = {
    {"axis 0 of [4,3]", sample_argsort, 1, {{2, {4, 3}}}, -2, 2},
};

const ag_op ag__argsort_op = {
    .name = "argsort",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = argsort_infer,
    .forward = argsort_forward,
    .formula = "F(argsort, A)",
    .describe = argsort_describe,
    AG_CASES(argsort_cases),
};

ag_tensor *ag_argsort(ag_tensor *x, int axis, bool descending)
{
    sort_attr attr = {axis, descending};
    return ag_apply(&ag__argsort_op, &x, 1, &attr, sizeof attr);
}

/* --- sort and topk ---------------------------------------------------------------------------- */

static ag_tensor *with_indices(ag_tensor *y, ag_tensor *order, ag_tensor **indices)
{
    if (indices != NULL) {
        *indices = y != NULL ? order : NULL;
    }
    return y;
}

ag_tensor *ag_sort(ag_tensor *x, int axis, bool descending, ag_tensor **indices)
{
    ag__composite c;
    int d;
    if (!ag__composite_open(&c, "sort", &x, 1, 1) ||
        ag__call_axis_1d(&c.call, axis, ag_shape_of(x).ndim, &d) != AG_OK) {
        return with_indices(NULL, NULL, indices);
    }
    ag_tensor *order = ag_argsort(x, axis, descending);
    return with_indices(ag_gather(x, order, axis), order, indices);
}

ag_tensor *ag_topk(ag_tensor *x, int axis, int64_t k, bool largest, ag_tensor **indices)
{
    ag__composite c;
    ag_shape shape = ag_shape_of(x);
    int d;
    if (!ag__composite_open(&c, "topk", &x, 1, 1) ||
        ag__call_axis_1d(&c.call, axis, shape.ndim, &d) != AG_OK) {
        return with_indices(NULL, NULL, indices);
    }
    int64_t n = shape.ndim > 0 ? shape.dim[d] : 1;
    if (k < 0 || k > n) {
        ag_call_fail(&c.call, AG_ERR_VALUE, NULL, "k is %lld; axis %d has %lld elements",
                     (long long)k, axis, (long long)n);
        return with_indices(NULL, NULL, indices);
    }
    ag_tensor *order = ag_argsort(x, axis, largest);
    if (k < n) {
        order = ag_slice(shape.ndim > 0 ? order : ag_reshape(order, AG_SHAPE(1)), d, 0, k, 1);
    }
    return with_indices(ag_gather(x, order, axis), order, indices);
}

/* --- searchsorted ----------------------------------------------------------------------------- */

/* `sorted` is one vector, or has one vector for each row of `values`. */
static ag_status searchsorted_infer(ag_call *call)
{
    ag_shape sorted = ag_shape_of(call->in[0]), values = ag_shape_of(call->in[1]);
    char ts[AG_SHAPE_TEXT], tv[AG_SHAPE_TEXT];
    ag_status status = ag_call_same_dtype(call);
    bool fits = sorted.ndim == 1 || (sorted.ndim == values.ndim && sorted.ndim > 0);
    for (int d = 0; fits && sorted.ndim > 1 && d < sorted.ndim - 1; d++) {
        fits = sorted.dim[d] == values.dim[d];
    }
    if (status == AG_OK && !fits) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "one vector, or one for every row of values",
                              "sorted is %s and values is %s", ag_shape_text(sorted, ts),
                              ag_shape_text(values, tv));
    }
    call->shape = values;
    call->dtype = AG_I64;
    return status;
}

typedef int64_t search_function(const char *sorted, int64_t step, int64_t n, const char *value,
                                bool right);

static ag_status searchsorted_forward(ag_call *call)
{
    static search_function *const search[AG_DTYPE_COUNT] = {search_f64, search_f32, search_i64};
    ag_array sorted = ag_array_of(call->in[0]), values = ag_array_of(call->in[1]);
    int last = sorted.ndim - 1;
    int64_t n = sorted.dim[last], step = sorted.stride[last], stride[AG_MAX_DIMS] = {0};
    for (int d = 0; d < last; d++) {
        stride[d] = sorted.stride[d];
    }
    ag__part rows;
    ag__part_shape(&rows, &sorted, values.ndim, values.dim, stride, 0);
    ag__loop l;
    ag__loop_open(&l, values.ndim, values.dim);
    ag__loop_add(&l, &call->out);
    ag__loop_add(&l, &values);
    ag__loop_add(&l, &rows.array);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        for (int64_t i = 0; i < l.run; i++) {
            ((int64_t *)(void *)l.at[0])[i * l.step[0]] = search[values.dtype](
                l.at[2] + i * l.step[2] * l.each[2], step, n, l.at[1] + i * l.step[1] * l.each[1],
                *(const bool *)call->attr);
        }
    }
    return AG_OK;
}

static void searchsorted_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s", *(const bool *)attr ? "right" : "left");
}

static ag_tensor *sample_searchsorted(ag_tensor *const *in)
{
    return ag_searchsorted(ag_sort(in[0], -1, false, NULL), in[1], false);
}

static const ag_case searchsorted_cases[] = {
    {"[5], [2,3]", sample_searchsorted, 2, {{1, {5}}, {2, {2, 3}}}, -2, 2},
};

const ag_op ag__searchsorted_op = {
    .name = "searchsorted",
    .n_in = 2,
    .flags = AG_OP_NO_GRADIENT,
    .infer = searchsorted_infer,
    .forward = searchsorted_forward,
    .formula = "F(searchsorted, A, B)",
    .describe = searchsorted_describe,
    AG_CASES(searchsorted_cases),
};

ag_tensor *ag_searchsorted(ag_tensor *sorted, ag_tensor *values, bool right)
{
    return ag_apply(&ag__searchsorted_op, (ag_tensor *[]){sorted, values}, 2, &right, sizeof right);
}
