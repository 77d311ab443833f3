/* Embedding, which takes rows of a table, and its transpose, which adds rows to a table. A padding
 * row is taken like any other row but is never added to. The transpose of that map therefore takes
 * zeros in its place; this is the same operation with `blank` set.
 */
#include <stdio.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "ops/common/families.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"
#include "spatial.h"

typedef struct table {
    int64_t rows, columns;
    int64_t padding; /* the row that gets no gradient, or -1 */
    bool blank;
} table;

extern const ag_op ag__embedding_op, ag__embedding_add_op;

static ag_tensor *lookup(const ag_op *op, ag_tensor *a, ag_tensor *indices, table t)
{
    return ag_apply(op, (ag_tensor *[]){a, indices}, 2, &t, sizeof t);
}

/* --- shapes ----------------------------------------------------------------------------------- */

static ag_status check_dtypes(ag_call *call, const ag_tensor *indices)
{
    ag_dtype index = ag_dtype_of(indices);
    if (call->dtype == AG_I64 || index != AG_I64) {
        return ag_call_fail(call, AG_ERR_DTYPE, "ag_cast to i64 makes indices of numbers",
                            "the table is %s and the indices %s, not floating and i64",
                            ag_dtype_text(call->dtype), ag_dtype_text(index));
    }
    return AG_OK;
}

static ag_status take_infer(ag_call *call)
{
    const table *t = call->attr;
    ag_shape s = ag_shape_of(call->in[0]);
    ag_status status = check_dtypes(call, call->in[1]);
    call->shape = ag_shape_of(call->in[1]);
    if (status == AG_OK && (s.ndim != 2 || s.dim[0] != t->rows || s.dim[1] != t->columns)) {
        status = ag_call_fail(call, AG_ERR_SHAPE, "a row for each index, as in [1000,16]",
                              "the table has %d dimensions, not 2", s.ndim);
    }
    if (status == AG_OK && call->shape.ndim == AG_MAX_DIMS) {
        status = ag_call_fail(call, AG_ERR_SHAPE, NULL,
                              "indices of %d dimensions: the result "
                              "would have one more",
                              call->shape.ndim);
    }
    if (status == AG_OK) {
        call->shape.dim[call->shape.ndim++] = t->columns;
    }
    return status;
}

/* Is it a row of the table for each index, and of its dtype? */
static bool is_rows(const ag_call *call, const table *t, const ag_tensor *part,
                    const ag_tensor *indices)
{
    ag_shape s = ag_shape_of(part), index = ag_shape_of(indices);
    size_t bytes = (size_t)index.ndim * sizeof index.dim[0];
    return ag_dtype_of(part) == call->dtype && s.ndim == index.ndim + 1 &&
           memcmp(s.dim, index.dim, bytes) == 0 && s.dim[index.ndim] == t->columns;
}

/* The operands are pairs, rows and their indices, with a table for each pair. */
static ag_status add_infer(ag_call *call)
{
    const table *t = call->attr;
    ag_status status = AG_OK;
    bool fits = call->n_in % 2 == 0;
    call->shape = AG_SHAPE(t->rows, t->columns);
    for (int i = 0; i < call->n_in && fits && status == AG_OK; i += 2, t++) {
        status = check_dtypes(call, call->in[i + 1]);
        fits = status != AG_OK || (is_rows(call, t, call->in[i], call->in[i + 1]) &&
                                   ag_shape_equal(call->shape, AG_SHAPE(t->rows, t->columns)));
    }
    return fits ? status
                : ag_call_fail(call, AG_ERR_SHAPE, NULL, "not a row of the table for each index");
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* The indices in contiguous memory, after a check that each is a row of the table. NULL with an
 * error kept if one is not. */
static const int64_t *indices_of(ag_call *call, const ag_tensor *indices, int64_t rows)
{
    ag_array a = ag_array_of(indices);
    const int64_t *index = ag__contiguous(call->graph, &a);
    for (int64_t i = 0; index != NULL && i < a.size; i++) {
        if (index[i] < 0 || index[i] >= rows) {
            ag_call_fail(call, AG_ERR_VALUE, "the first row has index 0",
                         "index %lld is not a row of a table of %lld", (long long)index[i],
                         (long long)rows);
            return NULL;
        }
    }
    return index;
}

/* Row i of an array of rows, with its own strides. */
static ag_array row_of(const ag_array *a, const int64_t *dim, const int64_t *stride, int64_t i)
{
    ag_array row = {a->dtype, 1, dim, stride, *dim, a->data};
    int64_t at = 0;
    for (int d = a->ndim - 2; d >= 0; d--) {
        at += i % a->dim[d] * a->stride[d];
        i /= a->dim[d];
    }
    row.data = (char *)a->data + at * (int64_t)ag_dtype_bytes(a->dtype);
    return row;
}

static ag_status take_forward(ag_call *call)
{
    const table *t = call->attr;
    ag_array rows = ag_array_of(call->in[0]);
    char *to = call->out.data;
    int64_t n = ag_size(call->in[1]);
    size_t bytes = (size_t)t->columns * ag_dtype_bytes(call->dtype);
    const int64_t *index = n > 0 ? indices_of(call, call->in[1], t->rows) : NULL;
    if (n > 0 && index == NULL) {
        return AG_ERR_VALUE;
    }
    for (int64_t i = 0; i < n && t->columns > 0; i++, to += bytes) {
        if (t->blank && index[i] == t->padding) {
            memset(to, 0, bytes);
            continue;
        }
        ag_array row = row_of(&rows, rows.dim + 1, rows.stride + 1, index[i]), out = row;
        out.stride = &(int64_t){1};
        out.data = to;
        ag__strided_copy(&out, &row);
    }
    return AG_OK;
}

/* to[index[i]] += from[i], except into the padding row. */
static void add_rows(const table *t, const ag_array *to, const ag_array *from, const int64_t *index)
{
    int64_t n = t->columns > 0 ? from->size / t->columns : 0;
    int last = from->ndim - 1;
    for (int64_t i = 0; i < n; i++) {
        if (index[i] != t->padding) {
            ag_array a = row_of(to, to->dim + 1, to->stride + 1, index[i]);
            ag_array b = row_of(from, from->dim + last, from->stride + last, i);
            ag__add_scaled(&a, false, &b, 1);
        }
    }
}

static ag_status add_forward(ag_call *call)
{
    const table *t = call->attr;
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    for (int k = 0; k < call->n_in; k += 2, t++) {
        ag_array from = ag_array_of(call->in[k]);
        const int64_t *index = from.size > 0 ? indices_of(call, call->in[k + 1], t->rows) : NULL;
        if (from.size > 0 && index == NULL) {
            return AG_ERR_VALUE;
        }
        add_rows(t, &call->out, &from, index);
    }
    return AG_OK;
}

/* --- the rules -------------------------------------------------------------------------------- */

static ag_status take_vjp(ag_vjp_call *call)
{
    ag_tensor *const pair[] = {call->upstream, call->in[1]};
    return ag_accumulate_part(call, 0, &ag__embedding_add_op, pair, 2, call->attr, sizeof(table));
}

static ag_status add_vjp(ag_vjp_call *call)
{
    const table *each = call->attr;
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i += 2, each++) {
        table t = *each;
        t.blank = true;
        if (ag_needs_input_grad(call, i)) {
            ag_tensor *rows = lookup(&ag__embedding_op, call->upstream, call->in[i + 1], t);
            status = ag_accumulate(call, i, rows);
        }
    }
    return status;
}

/* Adds only to the rows that were taken, so that the work grows with the batch and not with the
 * table. */
static ag_status take_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), from = ag_array_of(call->upstream);
    ag_array list = ag_array_of(call->in[1]);
    if (from.size == 0) {
        return AG_OK;
    }
    const int64_t *index = ag__contiguous(ag_graph_of(call->out), &list);
    if (to.data == NULL || index == NULL) {
        return AG_ERR_MEMORY;
    }
    add_rows(call->attr, &to, &from, index);
    return AG_OK;
}

/* --- the table -------------------------------------------------------------------------------- */

static void describe(const void *attr, char *text, size_t bytes)
{
    const table *t = attr;
    if (t->padding >= 0) {
        snprintf(text, bytes, "padding row %lld", (long long)t->padding);
    } else {
        text[0] = '\0';
    }
}

static ag_tensor *sample_indices(ag_tensor *const *in)
{
    static const int64_t where[4] = {2, 0, 2, 3}; /* row 2 is taken twice, row 1 never */
    return ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, AG_I64, AG_SHAPE(2, 2), where);
}

static ag_tensor *sample_take(ag_tensor *const *in)
{
    return ag_embedding(in[0], ag_transpose(sample_indices(in)), NULL);
}

static ag_tensor *sample_add(ag_tensor *const *in)
{
    table t = {4, 3, 2, false};
    return lookup(&ag__embedding_add_op, in[0], sample_indices(in), t);
}

static const ag_case take_cases[] = {
    {"four rows of [4,3]", sample_take, 1, {{2, {4, 3}}}, -2, 2},
    {"of [4,0]", sample_take, 1, {{2, {4, 0}}}, -2, 2},
};

static const ag_case add_cases[] = {
    {"[2,2,3] into [4,3], padding row 2", sample_add, 1, {{3, {2, 2, 3}}}, -2, 2},
};

const ag_op ag__embedding_op = {
    .name = "embedding",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = take_infer,
    .forward = take_forward,
    .vjp = take_vjp,
    .backward = take_backward,
    .formula = "F(embedding, A, B)",
    .vjp_formula = {"F(embedding_add, GY, B)"},
    .describe = describe,
    AG_CASES(take_cases),
};

/* Only the rule of embedding records this operation. */
const ag_op ag__embedding_add_op = {
    .name = "embedding_add",
    .n_in = AG_ANY_NUMBER,
    .flags = AG_OP_LINEAR,
    .infer = add_infer,
    .forward = add_forward,
    .vjp = add_vjp,
    .formula = "F(embedding_add, A, B)",
    .vjp_formula = {"F(embedding, GY, B)"},
    .describe = describe,
    AG_CASES(add_cases),
};

ag_tensor *ag_embedding(ag_tensor *weight, ag_tensor *indices, const ag_embedding_options *options)
{
    ag_tensor *in[] = {weight, indices};
    ag__composite c;
    if (!ag__composite_open(&c, "embedding", in, 2, 2)) {
        return NULL;
    }
    ag_shape s = ag_shape_of(weight);
    table t = {s.ndim > 0 ? s.dim[0] : 0, s.ndim > 1 ? s.dim[1] : 0, -1, false};
    if (options != NULL && options->has_padding) {
        int64_t row = options->padding_idx;
        t.padding = row < 0 && row >= -t.rows ? row + t.rows : row;
        if (t.padding < 0 || t.padding >= t.rows) {
            ag_call_fail(&c.call, AG_ERR_VALUE, "negative ones count from the end",
                         "padding_idx %lld is not a row of a table of %lld", (long long)row,
                         (long long)t.rows);
            return NULL;
        }
    }
    return lookup(&ag__embedding_op, weight, indices, t);
}
