/* Diagonals: diagonal, its transpose diag_embed, and diag and trace, which are made of them. They
 * move elements and compute nothing, so they take any dtype.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/linalg.h>
#include <autograd/reduce.h>

#include "linalg_ops.h"
#include "ops/common/composite.h"
#include "ops/common/sample.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"

/* --- diagonal --------------------------------------------------------------------------------- */

/* The k-th diagonal consists of the elements whose index along axis b is k more than that along
 * axis a. */
typedef struct diagonal_attr {
    int64_t k;
    int a, b;
    ag_shape whole; /* diag_embed only: the shape of the result */
} diagonal_attr;

/* How many elements the k-th diagonal of a matrix has. It begins at (0, k), or at (-k, 0). */
static int64_t diagonal_length(int64_t rows, int64_t columns, int64_t k)
{
    if (k > 0) {
        columns = k < columns ? columns - k : 0;
    } else {
        rows = k > -rows ? rows + k : 0;
    }
    return rows < columns ? rows : columns;
}

/* Makes *part the diagonal of x: the other axes of x in their order, and last the diagonal. */
static void diagonal_part(ag__part *part, const ag_array *x, int64_t k, int a, int b)
{
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS], offset = 0;
    int n = 0;
    for (int d = 0; d < x->ndim; d++) {
        if (d != a && d != b) {
            dim[n] = x->dim[d];
            stride[n++] = x->stride[d];
        }
    }
    dim[n] = diagonal_length(x->dim[a], x->dim[b], k);
    stride[n] = dim[n] > 1 ? x->stride[a] + x->stride[b] : 1;
    if (dim[n] > 0) {
        offset = k > 0 ? k * x->stride[b] : -k * x->stride[a];
    }
    ag__part_shape(part, x, n + 1, dim, stride, offset);
}

/* The diagonal of a recorded call, whose axes infer has checked. */
static void part_of(ag__part *part, const ag_array *x, const diagonal_attr *attr)
{
    diagonal_part(part, x, attr->k, attr->a < 0 ? attr->a + x->ndim : attr->a,
                  attr->b < 0 ? attr->b + x->ndim : attr->b);
}

static ag_status diagonal_infer(ag_call *call)
{
    const diagonal_attr *attr = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    int a, b;
    if (x.ndim < 2) {
        return ag_call_fail(call, AG_ERR_AXIS, "ag_diag makes a matrix of a vector",
                            "needs at least 2 dimensions, the operand has %d", x.ndim);
    }
    ag_status status = ag_call_axis(call, attr->a, x.ndim, &a);
    if (status == AG_OK) {
        status = ag_call_axis(call, attr->b, x.ndim, &b);
    }
    if (status == AG_OK && a == b) {
        status = ag_call_fail(call, AG_ERR_AXIS, "a diagonal runs along two axes",
                              "axes %d and %d are the same", attr->a, attr->b);
    }
    if (status != AG_OK) {
        return status;
    }
    ag__part part;
    diagonal_part(&part, &x, attr->k, a, b);
    call->shape.ndim = part.array.ndim;
    memcpy(call->shape.dim, part.dim, sizeof part.dim[0] * (size_t)part.array.ndim);
    memcpy(call->stride, part.stride, sizeof part.stride[0] * (size_t)part.array.ndim);
    if (part.array.size > 0) {
        call->offset = attr->k > 0 ? attr->k * x.stride[b] : -attr->k * x.stride[a];
    }
    return AG_OK;
}

static ag_tensor *diag_embed(ag_tensor *x, const diagonal_attr *attr)
{
    return ag_apply(&ag__diag_embed_op, &x, 1, attr, sizeof *attr);
}

static ag_status diagonal_vjp(ag_vjp_call *call)
{
    diagonal_attr attr = *(const diagonal_attr *)call->attr;
    attr.whole = ag_shape_of(call->in[0]);
    return ag_accumulate(call, 0, diag_embed(call->upstream, &attr));
}

static ag_status diagonal_backward(ag_vjp_call *call)
{
    ag_array to = ag_grad_array(call, 0), from = ag_array_of(call->upstream);
    if (to.data == NULL && to.size > 0) {
        return AG_ERR_MEMORY;
    }
    ag__part part;
    part_of(&part, &to, call->attr);
    ag__add_scaled(&part.array, false, &from, 1);
    return AG_OK;
}

static void diagonal_describe(const void *parameters, char *text, size_t bytes)
{
    const diagonal_attr *attr = parameters;
    snprintf(text, bytes, "%lld of axes %d,%d", (long long)attr->k, attr->a, attr->b);
}

AG__SAMPLE(diagonal, ag_diagonal(in[0], 0, -1, 1))
AG__SAMPLE(diagonal_below, ag_diagonal(in[0], -2, -1, -1))
AG__SAMPLE(diagonal_outside, ag_diagonal(in[0], 0, 1, 5))

static const ag_case diagonal_cases[] = {
    {"above the main one, axes 0,-1 of [3,2,4]", sample_diagonal, 1, {{3, {3, 2, 4}}}, -2, 2},
    {"below the main one of [2,4,3]", sample_diagonal_below, 1, {{3, {2, 4, 3}}}, -2, 2},
    {"outside of [2,3]", sample_diagonal_outside, 1, {{2, {2, 3}}}, -2, 2},
};

const ag_op ag__diagonal_op = {
    .name = "diagonal",
    .n_in = 1,
    .flags = AG_OP_VIEW | AG_OP_LINEAR,
    .infer = diagonal_infer,
    .vjp = diagonal_vjp,
    .backward = diagonal_backward,
    .formula = "F(diagonal, A)",
    .vjp_formula = {"F(diag, GY)"},
    .describe = diagonal_describe,
    AG_CASES(diagonal_cases),
};

ag_tensor *ag_diagonal(ag_tensor *x, int axis1, int axis2, int64_t k)
{
    diagonal_attr attr = {.k = k, .a = axis1, .b = axis2};
    return ag_apply(&ag__diagonal_op, &x, 1, &attr, sizeof attr);
}

/* --- diag_embed ------------------------------------------------------------------------------- */

static ag_status diag_embed_infer(ag_call *call)
{
    call->shape = ((const diagonal_attr *)call->attr)->whole;
    return AG_OK;
}

static ag_status diag_embed_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    ag__part part;
    part_of(&part, &call->out, call->attr);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    return ag__part_set(call, &part, &x);
}

static ag_status diag_embed_vjp(ag_vjp_call *call)
{
    const diagonal_attr *attr = call->attr;
    return ag_accumulate(call, 0, ag_diagonal(call->upstream, attr->a, attr->b, attr->k));
}

AG__SAMPLE(diag, ag_diag(in[0], -1))

static ag_tensor *sample_diag_embed(ag_tensor *const *in)
{
    diagonal_attr attr = {1, 0, 2, {3, {3, 2, 4}}};
    return diag_embed(in[0], &attr);
}

static const ag_case diag_embed_cases[] = {
    {"[3] below the main one of [4,4]", sample_diag, 1, {{1, {3}}}, -2, 2},
    {"[2,3] into [3,2,4]", sample_diag_embed, 1, {{2, {2, 3}}}, -2, 2},
};

/* Zeros with the operand on a diagonal. ag_diag and the rule of diagonal record it. */
const ag_op ag__diag_embed_op = {
    .name = "diag_embed",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = diag_embed_infer,
    .forward = diag_embed_forward,
    .vjp = diag_embed_vjp,
    .formula = "F(diag, A)",
    .vjp_formula = {"F(diagonal, GY)"},
    .describe = diagonal_describe,
    AG_CASES(diag_embed_cases),
};

/* The size of the matrix whose k-th diagonal has n elements; -1, with an error kept, if there is
 * none. */
static int64_t matrix_size(const ag_call *call, int64_t n, int64_t k)
{
    int64_t more = k < 0 ? -(k + 1) : k, elements; /* -INT64_MIN would not fit */
    bool fits = more < INT64_MAX - n;
    int64_t size = fits ? n + (k < 0 ? more + 1 : more) : 0;
    if (!fits || !ag__product((int64_t[]){size, size}, 2, &elements)) {
        ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "no matrix has room for diagonal %lld",
                     (long long)k);
        return -1;
    }
    return size;
}

ag_tensor *ag_diag(ag_tensor *x, int64_t k)
{
    ag__composite c;
    ag_shape s = ag_shape_of(x);
    if (!ag__composite_open(&c, "diag", &x, 1, 1)) {
        return NULL;
    }
    if (s.ndim == 2) {
        return AG__COMPOSED(&c, ag_diagonal(x, 0, 1, k));
    }
    if (s.ndim != 1) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "ag_diagonal takes diagonals of more dimensions",
                     "takes a vector or a matrix, not %d dimensions", s.ndim);
        return NULL;
    }
    int64_t size = matrix_size(&c.call, s.dim[0], k);
    if (size < 0) {
        return NULL;
    }
    diagonal_attr attr = {k, 0, 1, AG_SHAPE(size, size)};
    return AG__COMPOSED(&c, diag_embed(x, &attr));
}

/* The shape of the result: the sizes of x but the last, with `size` at the two axes. */
static ag_shape embedded(ag_shape x, int a, int b, int64_t size)
{
    ag_shape whole = {.ndim = x.ndim + 1};
    for (int d = 0, next = 0; d < whole.ndim; d++) {
        whole.dim[d] = d == a || d == b ? size : x.dim[next++];
    }
    return whole;
}

ag_tensor *ag_diag_embed(ag_tensor *x, int axis1, int axis2, int64_t k)
{
    ag__composite c;
    ag_shape s = ag_shape_of(x);
    int a, b;
    if (!ag__composite_open(&c, "diag_embed", &x, 1, 1)) {
        return NULL;
    }
    if (s.ndim == 0 || s.ndim == AG_MAX_DIMS) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "the last axis becomes two",
                     "takes 1 to %d dimensions, not %d", AG_MAX_DIMS - 1, s.ndim);
        return NULL;
    }
    if (ag_call_axis(&c.call, axis1, s.ndim + 1, &a) != AG_OK ||
        ag_call_axis(&c.call, axis2, s.ndim + 1, &b) != AG_OK) {
        return NULL;
    }
    if (a == b) {
        ag_call_fail(&c.call, AG_ERR_AXIS, "a diagonal runs along two axes",
                     "axes %d and %d are the same", axis1, axis2);
        return NULL;
    }
    int64_t size = matrix_size(&c.call, s.dim[s.ndim - 1], k), elements;
    if (size < 0) {
        return NULL;
    }
    diagonal_attr attr = {k, a, b, embedded(s, a, b, size)};
    if (!ag__product(attr.whole.dim, attr.whole.ndim, &elements)) {
        ag_call_fail(&c.call, AG_ERR_OVERFLOW, NULL, "the result has too many elements");
        return NULL;
    }
    return AG__COMPOSED(&c, diag_embed(x, &attr));
}

ag_tensor *ag_trace(ag_tensor *x)
{
    ag__composite c;
    if (!ag__composite_open(&c, "trace", &x, 1, 1)) {
        return NULL;
    }
    if (ag_shape_of(x).ndim < 2) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "needs at least 2 dimensions, the operand has %d",
                     ag_shape_of(x).ndim);
        return NULL;
    }
    return AG__COMPOSED(&c, ag_sum_over(ag_diagonal(x, -2, -1, 0), AG_AXES(-1), false));
}
