/* The lower median: of all elements, and where it is along an axis. Must not know how a line is
 * found in memory; that is axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>
#include <string.h>

#include <autograd/ops.h>

#include "ops/common/axis_lines.h"
#include "reduce_ops.h"
#include "ties.h"

#define T double
#define NAME(x) x##_f64
#define IS_NAN(x) ((x) != (x))
#include "median_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "median_body.inc"
#undef T
#undef NAME
#undef IS_NAN
#define T int64_t
#define NAME(x) x##_i64
#define IS_NAN(x) false
#include "median_body.inc"
#undef T
#undef NAME
#undef IS_NAN

typedef int64_t median_function(const void *line, int64_t n, void *work);

/* Of a line without elements the median is NaN. */
static void value_at(const ag_array *x, const char *line, int64_t at, int64_t n, char *out)
{
    size_t each = ag_dtype_bytes(x->dtype);
    if (n > 0) {
        memcpy(out, line + at * (int64_t)each, each);
    } else if (x->dtype == AG_F64) {
        *(double *)(void *)out = (double)NAN;
    } else {
        *(float *)(void *)out = (float)NAN;
    }
}

/* The value, or where `where` says so the index. */
static ag_status forward(ag_call *call, bool where)
{
    static median_function *const by_dtype[] = {median_f64, median_f32, median_i64};
    ag_array x = ag_array_of(call->in[0]);
    int64_t each = (int64_t)ag_dtype_bytes(call->dtype);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__reduction_flags(call->attr, x.ndim, over);
    ag__lines_open(&l, x.ndim, x.dim, over);
    ag__lines_add(&l, &x, AG__LINE_READ);
    void *work = ag_workspace(call->graph, (size_t)l.length * ag_dtype_bytes(x.dtype));
    ag_status status = work == NULL ? AG_ERR_MEMORY : ag__lines_ready(&l, call->graph);
    char *out = call->out.data;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        int64_t at = l.length > 0 ? by_dtype[x.dtype](l.line[0], l.length, work) : 0;
        if (where) {
            *(int64_t *)(void *)out = at;
        } else {
            value_at(&x, l.line[0], at, l.length, out);
        }
        out += each;
    }
    return status;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_status median_infer(ag_call *call)
{
    return call->dtype == AG_I64 ? ag__reduction_infer_some(call) : ag__reduction_infer(call);
}

static ag_status median_forward(ag_call *call)
{
    return forward(call, false);
}

static ag_status index_infer(ag_call *call)
{
    ag_status status = ag__reduction_infer_some(call);
    call->dtype = AG_I64;
    return status;
}

static ag_status index_forward(ag_call *call)
{
    return forward(call, true);
}

static ag_tensor *sample_median(ag_tensor *const *in)
{
    return ag_median(in[0]);
}

static ag_tensor *sample_index(ag_tensor *const *in)
{
    return ag__median_index(in[0], 1, false);
}

static const ag_case median_cases[] = {
    {"of an even number", sample_median, 1, {{2, {3, 4}}}, -2, 2},
    {"of an odd number", sample_median, 1, {{3, {3, 3, 1}}}, -2, 2},
    {"0-d", sample_median, 1, {{0, {0}}}, -2, 2},
};

static const ag_case index_cases[] = {
    {"axis 1 of [2,5,2]", sample_index, 1, {{3, {2, 5, 2}}}, -2, 2},
};

const ag_op ag__median_op = {
    .name = "median",
    .n_in = 1,
    .infer = median_infer,
    .forward = median_forward,
    .vjp = ag__share_or_nan_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(median, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"MUL(GY, F(ties, A, Y))"},
    .describe = ag__reduction_describe,
    .cases = median_cases,
    .n_cases = sizeof median_cases / sizeof median_cases[0],
};

const ag_op ag__median_index_op = {
    .name = "median_index",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = index_infer,
    .forward = index_forward,
    .formula = "F(median_index, A)",
    .describe = ag__reduction_describe,
    .cases = index_cases,
    .n_cases = sizeof index_cases / sizeof index_cases[0],
};

ag_tensor *ag_median(ag_tensor *x)
{
    return ag__reduction_apply(&ag__median_op, x, AG_ALL, false, 0);
}

ag_tensor *ag__median_index(ag_tensor *x, int axis, bool keepdim)
{
    return ag__reduction_apply(&ag__median_index_op, x, AG_AXES(axis), keepdim, 0);
}
