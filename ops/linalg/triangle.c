/* tril and triu, which keep a triangle of each matrix and write zeros elsewhere. Each is its own
 * transpose. Must not know what the elements are.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/linalg.h>

#include "linalg_ops.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"

static ag_status triangle_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    if (call->shape.ndim < 2) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL,
                            "needs at least 2 dimensions, the operand has %d", call->shape.ndim);
    }
    return AG_OK;
}

static int64_t between(int64_t at, int64_t low, int64_t high)
{
    return at < low ? low : at > high ? high : at;
}

/* Copies the columns from `first` to `last`, `last` not included, of row i of every matrix. */
static void copy_row(ag_call *call, const ag_array *x, int64_t i, int64_t first, int64_t last)
{
    int64_t dim[AG_MAX_DIMS];
    int row = x->ndim - 2, column = x->ndim - 1;
    memcpy(dim, x->dim, (size_t)x->ndim * sizeof *dim);
    dim[row] = 1;
    dim[column] = last - first;
    ag__part from, to;
    ag__part_shape(&from, x, x->ndim, dim, x->stride,
                   i * x->stride[row] + first * x->stride[column]);
    ag__part_shape(&to, &call->out, x->ndim, dim, call->out.stride,
                   i * call->out.stride[row] + first);
    ag__strided_copy(&to.array, &from.array);
}

/* Zeros are written, not multiplied by, so that a NaN outside of the triangle does not stay. */
static ag_status triangle_forward(ag_call *call, bool upper)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t rows = x.dim[x.ndim - 2], columns = x.dim[x.ndim - 1];
    int64_t k = between(*(const int64_t *)call->attr, -rows - 1, columns + 1);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    for (int64_t i = 0; i < rows && call->out.size > 0; i++) {
        /* The first column of the upper triangle, or the first column after the lower one. */
        int64_t border = between(upper ? i + k : i + k + 1, 0, columns);
        copy_row(call, &x, i, upper ? border : 0, upper ? columns : border);
    }
    return AG_OK;
}

static ag_status tril_forward(ag_call *call)
{
    return triangle_forward(call, false);
}

static ag_status triu_forward(ag_call *call)
{
    return triangle_forward(call, true);
}

static ag_status tril_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_tril(call->upstream, *(const int64_t *)call->attr));
}

static ag_status triu_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_triu(call->upstream, *(const int64_t *)call->attr));
}

static void triangle_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "diagonal %lld", (long long)*(const int64_t *)attr);
}

AG__SAMPLE(tril, ag_tril(in[0], 0))
AG__SAMPLE(tril_more, ag_tril(in[0], 1))
AG__SAMPLE(triu, ag_triu(in[0], 0))
AG__SAMPLE(triu_less, ag_triu(in[0], 2))

static const ag_case tril_cases[] = {
    {"of [3,3]", sample_tril, 1, {{2, {3, 3}}}, -2, 2},
    {"one diagonal more of [2,2,4]", sample_tril_more, 1, {{3, {2, 2, 4}}}, -2, 2},
    {"no matrix", sample_tril, 1, {{3, {0, 2, 2}}}, -2, 2},
};

static const ag_case triu_cases[] = {
    {"of [3,3]", sample_triu, 1, {{2, {3, 3}}}, -2, 2},
    {"two diagonals less of [2,3,4]", sample_triu_less, 1, {{3, {2, 3, 4}}}, -2, 2},
};

const ag_op ag__tril_op = {
    .name = "tril",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = triangle_infer,
    .forward = tril_forward,
    .vjp = tril_vjp,
    .formula = "F(tril, A)",
    .vjp_formula = {"F(tril, GY)"},
    .describe = triangle_describe,
    AG_CASES(tril_cases),
};

const ag_op ag__triu_op = {
    .name = "triu",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = triangle_infer,
    .forward = triu_forward,
    .vjp = triu_vjp,
    .formula = "F(triu, A)",
    .vjp_formula = {"F(triu, GY)"},
    .describe = triangle_describe,
    AG_CASES(triu_cases),
};

ag_tensor *ag_tril(ag_tensor *x, int64_t k)
{
    return ag_apply(&ag__tril_op, &x, 1, &k, sizeof k);
}

ag_tensor *ag_triu(ag_tensor *x, int64_t k)
{
    return ag_apply(&ag__triu_op, &x, 1, &k, sizeof k);
}
